"""A session: one experiment, its training and the controls of both. It does no input or output.

A command either takes effect as a whole or raises and changes nothing.
"""

import math
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import ValidationError

from app import events, protocol
from app.exporters import EXPORTERS, Run, why_not
from app.history import History
from app.parcels import Parcels
from app.protocol import SLOWEST, AnyCommand, AnyEvent, CommandError, Notice, View
from app.room import Room
from app.spec_model import read_changes
from app.training import Training
from app.transport import RefusalError
from app.undo import Undoable, UndoStack
from app.validation import explain
from engine import link, url
from engine.arrays import Scratch
from engine.changes import evolve, keeps_network, needs_rebuild
from engine.saved import read
from engine.spec import RunSpec
from engine.text import Text
from engine.trainer import Trainer

SCRATCH = Scratch()
"""The memory in which all sessions of a process evaluate and make frames: one works after another,
and each is done before the next begins."""


class Outbox(Protocol):
    """Where a session says what happens."""

    def event(self, event: AnyEvent) -> None:
        """Something the page must know, in order."""

    def points(self) -> None:
        """The data points are others now."""


class Unheard:
    """The outbox of a session that nobody watches: who comes is told everything anyway."""

    def event(self, event: AnyEvent) -> None:
        """Nobody hears."""

    def points(self) -> None:
        """Nobody looks."""


@dataclass(frozen=True)
class Limits:
    """How much a session may keep."""

    history_points: int = 2000
    undo_levels: int = 20
    frame_rate: float = 60.0
    """Epochs per second up to which each epoch's loss is taken exactly at its end."""
    room: Room = field(default_factory=lambda: Room(math.inf))
    """Memory for large minibatches, which all sessions of a process share."""
    parcels: Parcels = field(default_factory=Parcels)
    """Files that come in pieces, which share memory, too."""


class Session:
    """One experiment under control. Times are read from `clock`, in seconds."""

    def __init__(
        self, spec: RunSpec, view: View, *, clock: Callable[[], float], limits: Limits
    ) -> None:
        self.spec = spec
        self.view = view
        self.outbox: Outbox = Unheard()
        self.focus: tuple[int, int] | None = None
        """Layer and unit of the hidden unit that frames show at full resolution."""
        self.run = 1
        self.commands = 0
        """Commands followed."""
        self.answered = 0
        """The highest id of a command that was followed or refused."""
        self._clock = clock
        self._limits = limits
        self._undo = UndoStack(limits.undo_levels)
        limits.room.hold(self, spec)
        self.training = Training(
            Trainer(spec, scratch=SCRATCH),
            History(limits.history_points),
            clock=clock,
            tell=lambda event: self.outbox.event(event),
            exact_rate=limits.frame_rate,
            on_deaths=lambda dead: self.outbox.event(events.deaths(self.run, dead)),
        )

    @property
    def trainer(self) -> Trainer:
        """The run as it is now."""
        return self.training.trainer

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return len(self._undo) > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is a change that was taken back."""
        return self._undo.undone > 0

    @property
    def outputs(self) -> int:
        """Units of the output layer."""
        return self.spec.head.outputs(self.spec.classes)

    def introduce(self, notices: Sequence[Notice] = ()) -> None:
        """Tell the outbox everything, as to one who has just come, and go on from here."""
        self._tell_all(notices)
        self.training.tell_status()
        self.training.transport.resume(self._clock())
        self.training.show_at_once()

    def _tell_all(self, notices: Sequence[Notice]) -> None:
        self.outbox.event(events.experiment(self, notices))
        self.outbox.points()
        self.outbox.event(events.history(self))
        self.outbox.event(events.deaths(self.run, self.training.deaths.now))

    def resume(self, history: History, *, run: int, answered: int, playing: bool) -> None:
        """Take over what a stored session was besides its trainer's snapshot."""
        self.run, self.answered = run, answered
        self.training.install(self.trainer, history)
        if playing and self.training.transport.state == "paused":
            self.training.go("play")

    def play_as(self, view: link.View) -> None:
        """Take over what a link says of speed and of when to pause."""
        self.training.set_speed(max(view.speed, SLOWEST) if view.speed else None)
        self.training.set_conditions(view.until_epoch or None, view.until_test_loss or None)

    # --- commands -----------------------------------------------------------------------------

    def handle(self, command: AnyCommand) -> None:
        """Follow a command.

        Raises:
            RefusalError: it cannot be followed now.
            CommandError, SpecError: what it asks for cannot be.
        """
        number = command.id or 0
        if command.again and number <= self.answered:
            return
        self.answered = max(self.answered, number)
        self._follow(command)
        self.commands += 1

    def _follow(self, command: AnyCommand) -> None:
        match command:
            case protocol.Play() | protocol.Pause():
                self.training.go(command.type)
            case protocol.Step():
                self.training.step(command.epochs)
            case protocol.Configure():
                self._configure(command.changes, command.view, keep=command.keep_weights)
            case protocol.Open():
                decoded = url.decode(command.hash)
                notices = events.told(decoded.notices)
                self._rebuild(decoded.spec, events.from_link(decoded.view), notices=notices)
                self.play_as(decoded.view)
                self.training.tell_status()
            case protocol.Reset():
                self._rebuild(self.spec, self.view)
            case protocol.Reroll():
                self._reseed("weight_seed")
            case protocol.Regenerate():
                self._reseed("data_seed")
            case protocol.Undo():
                self._take_back()
            case protocol.Redo():
                self._make_again()
            case protocol.Edit():
                self._edit(command)
            case protocol.Revive():
                self._revive(command.layer, command.unit)
            case protocol.TryFeature():
                data = self.trainer.data
                self.outbox.event(events.feature(command.id, command.feature, data=data))
            case protocol.Export():
                self._export(command)
            case protocol.TryExport():
                self.outbox.event(events.exportable(self.spec, command.id))
            case protocol.Save():
                self.outbox.event(events.saved(self, command))
            case protocol.Load():
                self._load(command)
            case protocol.Focus():
                self._set_focus(command.layer, command.unit)
            case protocol.Speed():
                self.training.set_speed(command.epochs_per_second)
                self.training.tell_status()
            case protocol.RunUntil():
                self.training.set_conditions(command.epoch, command.test_loss)
                self.training.tell_status()
            case _:
                raise RefusalError(
                    Text(
                        "Got {type!r}, which means nothing here; leave it out.",
                        type=command.type,
                    )
                )

    def _configure(
        self, changes: dict[str, Any], view_changes: dict[str, Any], *, keep: bool
    ) -> None:
        view = self._shown_as(view_changes)
        spec, more = evolve(self.spec, read_changes(changes))
        notices = events.told(more)
        if needs_rebuild(self.spec, spec):
            if keep and keeps_network(self.spec, spec):
                self._go_on(spec, view, notices)
                return
            self._rebuild(spec, view, notices=notices, key=tuple(sorted(changes)))
            return
        if spec != self.spec:
            self._limits.room.take(self, spec)
            self.trainer.update_spec(spec)
            self.spec = spec
            self._undo.forget_undone()
            self.training.changed()
        self.view = view
        self.outbox.event(events.experiment(self, notices))

    def _shown_as(self, changes: dict[str, Any]) -> View:
        if not changes:
            return self.view
        try:
            return View.model_validate({**self.view.model_dump(), **changes}, strict=True)
        except ValidationError as error:
            raise CommandError(
                Text(
                    "view.{explain}",
                    explain=explain(error),
                )
            ) from None

    def _reseed(self, field: str) -> None:
        seed = f"0.{secrets.randbelow(100_000):05d}"
        if self.spec.mode == "standard":
            self._rebuild(evolve(self.spec, {field: seed})[0], self.view)
            return
        notices = []
        if field == "weight_seed":
            text = Text("TensorFlow Playground has one seed for data and weights, so both are new.")
            notices.append(Notice(code="one_seed", text=text))
        spec, _ = evolve(self.spec, {"data_seed": seed, "weight_seed": seed})
        self._rebuild(spec, self.view, notices=notices)

    def _edit(self, edit: protocol.Edit) -> None:
        weights = self.trainer.network.weights
        if edit.layer >= len(weights):
            raise RefusalError(
                Text(
                    "Got weight layer {layer}, expected at most {count}.",
                    layer=edit.layer,
                    count=len(weights) - 1,
                )
            )
        units, fan_in = weights[edit.layer].shape
        if edit.to >= units:
            raise RefusalError(
                Text(
                    "Got unit {to} of weight layer {layer}, which has {units}.",
                    to=edit.to,
                    layer=edit.layer,
                    units=units,
                )
            )
        if edit.from_ is not None and edit.from_ >= fan_in:
            raise RefusalError(
                Text(
                    "Got input {from_} of weight layer {layer}, which has {fan_in}.",
                    from_=edit.from_,
                    layer=edit.layer,
                    fan_in=fan_in,
                )
            )
        before = self.can_undo, self.can_redo
        self._remember(key=(edit.layer, edit.to, edit.from_))
        if edit.from_ is None:
            self.trainer.set_bias(edit.layer, edit.to, edit.value)
        else:
            self.trainer.set_weight(edit.layer, edit.to, edit.from_, edit.value)
        self.training.changed()
        if before != (self.can_undo, self.can_redo):
            self.outbox.event(events.experiment(self))

    def _revive(self, layer: int, unit: int) -> None:
        if not self._has((layer, unit)):
            raise RefusalError(
                Text(
                    "There is no hidden unit {unit} in layer {layer}; choose a drawn one.",
                    unit=unit,
                    layer=layer,
                )
            )
        self._remember()
        alive = self.trainer.revive(layer, unit)
        self.training.changed()
        text = Text(
            "It stays dead, whatever its weights: all its inputs are 0. Revive the layer before."
        )
        notices = [] if alive else [Notice(code="still_dead", text=text)]
        self.outbox.event(events.experiment(self, notices))

    def _export(self, command: protocol.Export) -> None:
        exporter = EXPORTERS[command.exporter]()
        if reason := why_not(exporter, self.spec):
            raise RefusalError(reason)
        link = url.encode(self.spec, events.to_link(self.view))
        files = exporter.files(Run(self.trainer, self.training.history, link))
        self.outbox.event(events.export(command.exporter, files, command.id))

    def _load(self, command: protocol.Load) -> None:
        parcels = self._limits.parcels
        text = parcels.add(self, command.text, command.part, command.parts)
        if text is None:
            return
        saved = read(text)
        view = self._shown_as(saved.view)
        self._limits.room.check(saved.spec, self)
        trainer = saved.trainer(SCRATCH)
        history = History.of(saved.history, self._limits.history_points)
        self._limits.room.hold(self, saved.spec)
        self._remember()
        self._install(trainer, view, history)
        if self.training.transport.playing:
            self.training.go("pause")

    def _set_focus(self, layer: int | None, unit: int | None) -> None:
        focus = None if layer is None or unit is None else (layer, unit)
        if focus is not None and not self._has(focus):
            raise RefusalError(
                Text(
                    "There is no hidden unit {unit} in layer {layer}; choose a drawn one.",
                    unit=unit,
                    layer=layer,
                )
            )
        if focus != self.focus:
            self.focus = focus
            self.training.show_at_once()

    def _has(self, focus: tuple[int, int]) -> bool:
        layer, unit = focus
        return layer < len(self.spec.layers) and unit < self.spec.layers[layer].units

    # --- building anew and taking back --------------------------------------------------------

    def _rebuild(
        self, spec: RunSpec, view: View, *, notices: Sequence[Notice] = (), key: object = None
    ) -> None:
        """An experiment from its start; all that can fail comes before all that changes."""
        self._limits.room.take(self, spec)
        trainer = Trainer(spec, scratch=SCRATCH)
        self._remember(key)
        self._install(trainer, view, History(self._limits.history_points), notices)

    def _go_on(self, spec: RunSpec, view: View, notices: Sequence[Notice]) -> None:
        """The same network on other data; every such change can be taken back by itself."""
        self._limits.room.take(self, spec)
        trainer = self.trainer.with_data(spec)
        self._remember()
        self._install(trainer, view, self.training.history, notices, amended=True)

    def _install(
        self,
        trainer: Trainer,
        view: View,
        history: History,
        notices: Sequence[Notice] = (),
        *,
        amended: bool = False,
    ) -> None:
        self.spec, self.view = trainer.spec, view
        self.run += 1
        if self.focus is not None and not self._has(self.focus):
            self.focus = None
        self.training.install(trainer, history, amended=amended)
        self._tell_all(notices)

    def _remember(self, key: object = None) -> None:
        """Make the change that comes now one that can be taken back.

        Changes with the same key in quick succession (a slider's drag) are taken back as one.
        """
        if self._undo.joins(key, self._clock()):
            self._undo.forget_undone()
        else:
            self._undo.push(self._now())

    def _now(self) -> Undoable:
        return Undoable.of(self.view, self.trainer.snapshot(), self.training.history)

    def _take_back(self) -> None:
        before = self._undo.last
        if before is None:
            raise RefusalError(
                Text("There is nothing to undo; only changes since the start can be undone.")
            )
        self._travel(before, self._undo.take_back)

    def _make_again(self) -> None:
        after = self._undo.next
        if after is None:
            raise RefusalError(
                Text(
                    "There is nothing to redo; what was undone can be redone until the next change."
                )
            )
        self._travel(after, self._undo.make_again)

    def _travel(self, to: Undoable, move: Callable[[Undoable], None]) -> None:
        """Become what the session was; `move` keeps on the stack what it is now."""
        snapshot = to.snapshot
        self._limits.room.take(self, snapshot.spec)
        move(self._now())
        trainer = Trainer(snapshot.spec, scratch=SCRATCH)
        trainer.restore(snapshot)
        self._install(trainer, to.view, to.losses.history)
