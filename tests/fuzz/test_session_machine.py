"""A session under whatever sequence of commands, good and bad, as a page sends them.

What must hold after each: it still answers; a refused command has changed nothing; its experiment
is one; its history goes forwards; its numbers are finite, or it says that it has diverged; undo
restores what was, to the bit; and what it keeps is bounded.
"""

import json
from itertools import pairwise
from typing import Any
from unittest import mock

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.events import experiment, history, status
from app.exporters import EXPORTERS
from app.frames import FrameMaker
from app.protocol import CommandError, View, Watch, decode_command
from app.resolution import Sides
from app.session import Limits, Session
from app.snapshots import pack, unpack
from app.transport import RefusalError
from app.undo import MOST_BYTES
from app.watching import Watching
from engine import RunSpec, SpecError, Trainer, evolve, url
from engine.custom import pack as pack_points
from engine.diagnostics import DIAGNOSTICS
from engine.fields import annotations
from tests.app.doubles import FakeClock, Frame, Recorder
from tests.engine.experiments import records, values
from tests.fuzz.readable import require_readable, require_refusal

STEP = 1e-4
"""Seconds that a minibatch takes here."""
LIMITS = Limits(history_points=40, undo_levels=4)
SIDES = Sides(output=8, unit=8)

HINTS = annotations(RunSpec)
SMALL = {"samples": st.integers(10, 120), "batch_size": st.integers(0, 150)}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def plain(value: Any) -> Any:
    """A value of a field as a page writes it."""
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value.to_dict() if hasattr(value, "to_dict") else value


FIELD = st.one_of(
    [
        st.tuples(st.just(name), SMALL[name] if name in SMALL else values(hint).map(plain))
        for name, hint in HINTS.items()
    ]
)
GOOD_CHANGES = st.lists(FIELD, max_size=3).map(dict)
ANY_CHANGES = st.dictionaries(st.sampled_from([*HINTS, "nonsense"]), ANYTHING, max_size=2)
VIEWS = st.dictionaries(
    st.sampled_from([*View.model_fields, "nonsense"]),
    st.booleans() | st.none() | st.lists(st.text(max_size=5), max_size=3) | ANYTHING,
    max_size=2,
)
GOOD_VIEWS = st.fixed_dictionaries(
    {}, optional={"contours": st.booleans(), "hidden": st.lists(st.text(max_size=5), max_size=2)}
)
SMALL_NUMBER = st.integers(-1, 4)
LINKS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "#v=1&dataset=spiral&layers=5:elu,3&samples=60&learning_rate=3",
            "#v=1&problem=regression&samples=50&learning_rate=10&layers=8:relu,8:relu",
            "#activation=relu&problem=regression&networkShape=3&learningRate=10&seed=0.5",
            "#dataset=xor&regularization=L1&regularizationRate=10&batchSize=3&seed=1",
            "#v=1&layers=&features=&problem=multilabel&samples=30",
        ]
    ),
)


class Commands(RuleBasedStateMachine):
    """One page's session."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = clock = FakeClock()

        class TimedTrainer(Trainer):
            def run_steps(self, n: int) -> int:
                done = super().run_steps(n)
                clock.advance(done * STEP)
                return done

        self.patch = mock.patch("app.session.Trainer", TimedTrainer)
        self.patch.start()
        spec = evolve(RunSpec(), {"samples": 40})[0]
        self.take(Session(spec, View(), clock=clock, limits=LIMITS))
        self.run = 0

    def teardown(self) -> None:
        self.patch.stop()

    def take(self, session: Session) -> None:
        self.session, self.outbox = session, Recorder()
        session.outbox = self.outbox
        self.maker = FrameMaker()
        self.watching = Watching(session, clock=self.clock, tell=self.outbox.event)
        self.undoable: list[Any] = []
        self.redoable: list[Any] = []

    # --- what a page does ------------------------------------------------------------------------

    def say(self, type_: str, **fields: Any) -> bool:
        """A command, as a page writes it; whether it was followed."""
        return self.say_text(json.dumps({"type": type_, **fields}))

    def say_text(self, text: str) -> bool:
        session = self.session
        session.training.evaluate()
        before, controls = self.content(), self.controls()
        newest = self.newest()
        try:
            command = decode_command(text)
            if isinstance(command, Watch):
                self.watching.watch(command.diagnostics)
            else:
                session.handle(command)
        except (CommandError, SpecError) as error:
            require_refusal(str(error))
        except RefusalError as error:
            require_readable(str(error))
        else:
            if command.type == "undo":
                assert self.content() == self.undoable.pop(), "undo has made something else"
                self.redoable.append(before)
            elif command.type == "redo":
                assert self.content() == self.redoable.pop(), "redo has made something else"
                self.undoable.append(before)
            elif self.newest() is not newest:
                self.undoable.append(before)
            kept = len(session._undo)
            self.undoable = self.undoable[len(self.undoable) - kept :]
            kept = session._undo.undone
            assert kept <= len(self.redoable), "redo of what was not undone"
            self.redoable = self.redoable[len(self.redoable) - kept :]
            return True
        assert (self.content(), self.controls()) == (before, controls), "a refusal has an effect"
        return False

    def content(self) -> Any:
        """Everything that undo restores."""
        session = self.session
        kept = session.training.history
        return session.spec, session.view, session.trainer.snapshot().to_bytes(), kept.to_bytes()

    def controls(self) -> Any:
        session, transport = self.session, self.session.training.transport
        until = transport.until
        return (
            *(session.run, session.focus, len(session._undo), session._undo.undone),
            session.commands,
            *(transport.state, transport.speed, until.epoch, until.test_loss),
        )

    def newest(self) -> object:
        entries = self.session._undo._entries
        return entries[-1] if entries else None

    @rule(type_=st.sampled_from(["play", "pause", "step"]))
    def press(self, type_: str) -> None:
        self.say(type_)

    @rule(type_=st.sampled_from(["reset", "reroll", "regenerate"]))
    def start_again(self, type_: str) -> None:
        assert self.say(type_)

    @rule()
    def train_for_a_while(self) -> None:
        self.say("play")
        for _ in range(3):
            self.time_passes(0.1)

    @rule(of_trained=st.booleans())
    def undo(self, of_trained: bool) -> None:
        if of_trained:
            self.train_for_a_while()
            self.say("reset")
        possible = bool(self.undoable)
        assert self.say("undo") == possible

    @rule(times=st.integers(1, 3))
    def undo_and_redo(self, times: int) -> None:
        """There and back: what is kept is bounded, so not all may come back."""
        self.say("reroll")
        before = self.content()
        undone = sum(self.say("undo") for _ in range(times))
        redone = sum(self.say("redo") for _ in range(times))
        assert redone <= undone
        if redone == undone:
            assert self.content() == before

    @rule()
    def redo(self) -> None:
        possible = bool(self.redoable)
        assert self.say("redo") == possible

    @rule(changes=GOOD_CHANGES, view=GOOD_VIEWS)
    def configure(self, changes: dict[str, Any], view: dict[str, Any]) -> None:
        self.say("configure", changes=changes, view=view)

    @rule(changes=GOOD_CHANGES)
    def go_on_with_other_data(self, changes: dict[str, Any]) -> None:
        self.say("configure", changes=changes, keep_weights=True)

    @rule(n=st.integers(2, 60), numeric=st.booleans(), keep=st.booleans())
    def draw_points(self, n: int, numeric: bool, keep: bool) -> None:
        rng = np.random.default_rng(n)
        places, target = rng.uniform(-6, 6, (2, n)), np.arange(n) % 2
        dataset = {"kind": "custom", "points": pack_points(places, target, numeric=numeric)}
        changes = {"dataset": {**dataset, "numeric": numeric}}
        self.say("configure", changes=changes, keep_weights=keep)

    @rule(changes=ANY_CHANGES, view=GOOD_VIEWS | VIEWS)
    def configure_with_anything(self, changes: dict[str, Any], view: dict[str, Any]) -> None:
        self.say("configure", changes=changes, view=view)

    @rule(rate=st.sampled_from([1e-9, 0.3, 30.0, 1e5, 1e300]))
    def learn_at(self, rate: float) -> None:
        assert self.say("configure", changes={"learning_rate": rate})

    @rule(link=LINKS)
    def open(self, link: str) -> None:
        assert self.say("open", hash=link)
        if self.session.spec.samples > 300:
            self.say("configure", changes={"samples": 100})

    @rule(layer=SMALL_NUMBER, to=SMALL_NUMBER, from_=st.none() | SMALL_NUMBER, value=st.floats())
    def edit(self, layer: int, to: int, from_: int | None, value: float) -> None:
        self.say("edit", layer=layer, to=to, value=value, **{"from": from_})

    @rule(value=st.floats(-1e6, 1e6))
    def edit_the_first_weight(self, value: float) -> None:
        if self.session.spec.features:
            assert self.say("edit", layer=0, to=0, value=value, **{"from": 0})

    @rule(
        type_=st.sampled_from(["revive", "focus"]),
        layer=st.none() | SMALL_NUMBER,
        unit=st.none() | SMALL_NUMBER,
    )
    def point_at(self, type_: str, layer: int | None, unit: int | None) -> None:
        self.say(type_, layer=layer, unit=unit)

    @rule(exporter=st.sampled_from(EXPORTERS.kinds) | st.text(max_size=9))
    def export(self, exporter: str) -> None:
        self.say("export", exporter=exporter)

    @rule(speed=st.none() | st.sampled_from([0.1, 5.0, 1e5]) | st.floats())
    def speed(self, speed: float | None) -> None:
        self.say("speed", epochs_per_second=speed)

    @rule(epoch=st.none() | st.integers(-1, 60), loss=st.none() | st.floats(-1, 2))
    def run_until(self, epoch: int | None, loss: float | None) -> None:
        self.say("run_until", epoch=epoch, test_loss=loss)

    @rule(
        wanted=st.lists(
            st.one_of([records(cls) for cls in DIAGNOSTICS]).map(plain) | ANYTHING, max_size=9
        )
    )
    def watch(self, wanted: list[Any]) -> None:
        self.say("watch", diagnostics=wanted)

    @rule(text=st.text() | st.dictionaries(st.text(max_size=5), ANYTHING).map(json.dumps))
    def say_no_command(self, text: str) -> None:
        assert not self.say_text(text)

    # --- what else happens -----------------------------------------------------------------------

    @rule(seconds=st.sampled_from([0.001, 0.02, 0.5, 60.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)
        due = self.session.training.due(self.clock())
        if due is not None and due <= self.clock():
            self.session.training.train(0.02)

    @rule()
    def look(self) -> None:
        for _ in range(30):
            due = self.watching.due()
            if due is None or due > self.clock() + 5:
                break
            self.clock.now = max(self.clock.now, due)
            self.watching.measure(self.clock())

    @rule()
    def draw(self) -> None:
        frame = Frame.of(self.maker.make(self.session, SIDES))
        parameters, scales, maps = frame.parts()
        assert np.isfinite(parameters).all()
        assert np.isfinite(scales).all()
        assert frame.header["epoch"] == self.session.trainer.epoch
        assert len(maps) == frame.header["units"] * 64 + 64 * (
            frame.header["outputs"] + (frame.header["focus"] is not None)
        )
        self.maker.ring.acknowledge(frame.header["seq"])

    @precondition(lambda self: not self.session.training.transport.playing)
    @rule()
    def come_back_after_a_restart(self) -> None:
        self.session.training.evaluate()
        before, state = self.content(), self.session.training.transport.state
        self.take(unpack(pack(self.session), clock=self.clock, limits=LIMITS))
        self.session.introduce()
        assert self.content() == before
        assert self.session.training.transport.state == state
        assert not self.session.can_undo

    # --- what holds ------------------------------------------------------------------------------

    @invariant()
    def everything_said_is_json_with_finite_numbers(self) -> None:
        events = [experiment(self.session), history(self.session), status(self.session.training)]
        for event in [*events, *(each for each in self.outbox.heard if each != "points")]:
            json.dumps(event.model_dump(), allow_nan=False)
        self.outbox.heard.clear()

    @invariant()
    def the_experiment_is_one_and_is_what_trains(self) -> None:
        spec = self.session.spec
        assert RunSpec.from_dict(spec.to_dict()) == spec == self.session.trainer.spec
        assert url.decode(url.encode(spec)).spec == spec

    @invariant()
    def the_history_goes_forwards(self) -> None:
        kept = self.session.training.history
        epochs = kept.epochs
        assert all(later > earlier for earlier, later in pairwise(epochs))
        assert not epochs or 0 <= epochs[-1] <= self.session.trainer.epoch

    @invariant()
    def numbers_are_finite_or_it_has_diverged(self) -> None:
        training = self.session.training
        loss = training.evaluate().loss
        assert np.isfinite(self.session.trainer.network.parameters).all()
        assert loss.train is not None or training.transport.state == "diverged"
        assert (self.session.trainer.divergence is None) == (training.transport.state != "diverged")

    @invariant()
    def runs_are_counted(self) -> None:
        assert self.session.run >= self.run
        self.run = self.session.run

    @invariant()
    def what_it_keeps_is_bounded(self) -> None:
        session = self.session
        undo = session._undo
        entries = [*undo._entries, *undo._undone]
        assert len(session.training.history) <= LIMITS.history_points
        assert max(len(undo), undo.undone) <= LIMITS.undo_levels
        assert len(entries) < 2 or sum(entry.size for entry in entries) <= MOST_BYTES
        assert session.focus is None or session._has(session.focus)


Commands.TestCase.settings = settings(
    max_examples=settings().max_examples * 6 // 5,
    stateful_step_count=40,
    suppress_health_check=list(HealthCheck),
)
TestCommands = Commands.TestCase
