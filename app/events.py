"""What a session says of itself: its state as the events of the protocol."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from app.exporters import EXPORTERS, why_not
from app.feature_maps import drawn
from app.protocol import (
    DeathInfo,
    DeathsEvent,
    DivergenceInfo,
    ExperimentEvent,
    ExportableEvent,
    ExportedFile,
    ExportEvent,
    FeatureEvent,
    HistoryEvent,
    Mistake,
    Notice,
    Save,
    SavedEvent,
    SizeAt,
    StatusEvent,
    View,
)
from engine import link, url
from engine.changes import Notice as EngineNotice
from engine.data import Data
from engine.deaths import Death
from engine.features import FEATURES, require_values
from engine.fields import SpecError
from engine.formula import FormulaError
from engine.saved import write
from engine.snapshot import Divergence
from engine.spec import RunSpec

if TYPE_CHECKING:
    from app.exporters import File
    from app.session import Session
    from app.training import Training


def experiment(session: Session, notices: Iterable[Notice] = ()) -> ExperimentEvent:
    """The experiment as it is now."""
    data = session.trainer.data
    return ExperimentEvent(
        spec=session.spec.to_dict(),
        view=session.view,
        hash=url.encode(session.spec, to_link(session.view)),
        run=session.run,
        outputs=session.outputs,
        train_samples=data.train.size,
        test_samples=data.test.size,
        steps_per_epoch=session.trainer.steps_per_epoch,
        can_undo=session.can_undo,
        can_redo=session.can_redo,
        formulas=[drawn(feature) for feature in session.spec.features if not feature.total],
        notices=list(notices),
    )


def feature(id_: int | None, wanted: dict[str, Any], *, data: Data) -> FeatureEvent:
    """What a feature would be with these data, or what is wrong with it."""
    try:
        made = FEATURES.make(wanted)
        require_values((made,), np.concatenate([data.train.x, data.test.x], axis=1))
    except FormulaError as error:
        mistake = Mistake(message=error.message, at=error.at, length=error.length)
        return FeatureEvent(id=id_, mistake=mistake)
    except SpecError as error:
        return FeatureEvent(id=id_, mistake=Mistake(message=error.text))
    return FeatureEvent(id=id_, drawn=drawn(made))


def history(session: Session) -> HistoryEvent:
    """The losses so far."""
    kept = session.training.history
    return HistoryEvent(run=session.run, epoch=kept.epochs, train=kept.train, test=kept.test)


def status(training: Training) -> StatusEvent:
    """The transport as it is now."""
    transport = training.transport
    diverged = training.trainer.divergence if transport.state == "diverged" else None
    return StatusEvent(
        state=transport.state,
        epochs_per_second=transport.speed,
        until_epoch=transport.until.epoch,
        until_test_loss=transport.until.test_loss,
        divergence=divergence(diverged) if diverged else None,
    )


def divergence(found: Divergence) -> DivergenceInfo:
    """Where training stopped being finite."""
    growth = [SizeAt(step=step, size=size) for step, size in found.growth]
    return DivergenceInfo(
        epoch=found.epoch, step=found.step, layer=found.layer, what=found.what, growth=growth
    )


def deaths(run: int, dead: Iterable[Death]) -> DeathsEvent:
    """The hidden units that are dead now."""
    return DeathsEvent(run=run, dead=[DeathInfo(**asdict(death)) for death in dead])


def export(exporter: str, files: Iterable[File], id_: int | None) -> ExportEvent:
    """The files of an export: texts as they are, other bytes in base64."""
    told_files = []
    for name, media_type, data in files:
        text = data.decode() if is_text(media_type) else None
        coded = base64.b64encode(data).decode() if text is None else None
        told_files.append(ExportedFile(name=name, media_type=media_type, text=text, base64=coded))
    return ExportEvent(exporter=exporter, files=told_files, id=id_)


def exportable(spec: RunSpec, id_: int | None) -> ExportableEvent:
    """Why some exporters cannot express an experiment."""
    reasons = {exporter.name(): why_not(exporter(), spec) for exporter in EXPORTERS}
    lacks: dict[str, str] = {kind: reason for kind, reason in reasons.items() if reason}
    return ExportableEvent(lacks=lacks, id=id_)


def saved(session: Session, command: Save) -> SavedEvent:
    """The run as a file, the losses that it has now included."""
    session.training.evaluate()
    trainer, losses = session.trainer, session.training.history.losses
    text = write(trainer, losses, view=session.view.model_dump(), data=command.data)
    return SavedEvent(run=session.run, epoch=trainer.epoch, text=text, id=command.id)


def is_text(media_type: str) -> bool:
    """Whether files of this type are text, in UTF-8."""
    return media_type.startswith("text/") or media_type == "application/json"


def told(notices: Iterable[EngineNotice]) -> list[Notice]:
    """The engine's notices as those of the protocol."""
    return [Notice(code=notice.code, text=notice) for notice in notices]


def from_link(view: link.View) -> View:
    """What a link says of the view, as the protocol has it."""
    said = {name: value for name, value in asdict(view).items() if name in View.model_fields}
    return View(**{**said, "hidden": list(view.hidden)})


def to_link(view: View) -> link.View:
    """The view of the protocol as that of a link."""
    return link.View(**{**view.model_dump(), "hidden": tuple(view.hidden)})
