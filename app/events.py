"""What a session says of itself: its state as the events of the protocol."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING

from app.protocol import (
    DeathInfo,
    DeathsEvent,
    DivergenceInfo,
    ExperimentEvent,
    HistoryEvent,
    Notice,
    SizeAt,
    StatusEvent,
    View,
)
from engine import link, url
from engine.changes import Notice as EngineNotice
from engine.deaths import Death
from engine.snapshot import Divergence

if TYPE_CHECKING:
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
        notices=list(notices),
    )


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


def told(notices: Iterable[EngineNotice]) -> list[Notice]:
    """The engine's notices as those of the protocol."""
    return [Notice(code=notice.code, text=str(notice)) for notice in notices]


def from_link(view: link.View) -> View:
    """The view of a link as that of the protocol."""
    return View(**{**asdict(view), "hidden": list(view.hidden)})


def to_link(view: View) -> link.View:
    """The view of the protocol as that of a link."""
    return link.View(**{**view.model_dump(), "hidden": tuple(view.hidden)})
