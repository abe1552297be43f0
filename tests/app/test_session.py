"""A session follows every command as the protocol says, or refuses it and changes nothing."""

import re
from dataclasses import replace

import numpy as np
import pytest

from app.history import BYTES
from app.pace import Pace
from app.protocol import (
    START_SPEED,
    Ack,
    CommandError,
    Configure,
    DeathInfo,
    DeathsEvent,
    Edit,
    ExperimentEvent,
    Export,
    ExportableEvent,
    ExportEvent,
    FeatureEvent,
    Focus,
    HistoryEvent,
    Notice,
    NoticeEvent,
    Open,
    Pause,
    Play,
    Redo,
    Regenerate,
    Reroll,
    Reset,
    Revive,
    RunUntil,
    Speed,
    StatusEvent,
    Step,
    TryExport,
    TryFeature,
    Undo,
)
from app.training import RECENT
from app.transport import RefusalError
from engine import (
    SGD,
    X1,
    Formula,
    Gauss,
    LayerSpec,
    ReLU,
    RunSpec,
    SpecError,
    Trainer,
    evolve,
    url,
)
from tests.app.doubles import FakeClock, make_session

STEP = 1e-5
"""Seconds that a minibatch takes here."""

EXPLOSIVE = evolve(
    RunSpec(),
    {"problem": "regression", "layers": (LayerSpec(8, ReLU()),) * 3, "learning_rate": 10.0},
)[0]


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The clock of the sessions of a test; training makes it go on."""
    clock = FakeClock()

    class TimedTrainer(Trainer):
        def run_steps(self, n):
            done = super().run_steps(n)
            clock.advance(done * STEP)
            return done

    monkeypatch.setattr("app.session.Trainer", TimedTrainer)
    monkeypatch.setattr("tests.app.doubles.FakeClock", lambda: clock)
    return clock


def run(session, clock, seconds, *, tick=0.01):
    """Let time pass as a scheduler would: a slice whenever something is due."""
    for _ in range(round(seconds / tick)):
        clock.advance(tick)
        due = session.training.due(clock())
        if due is not None and due <= clock():
            session.training.train(tick)


def parameters(session):
    return session.trainer.network.parameters.copy()


def state(session):
    return session.training.transport.state


def fresh(session):
    """The parameters with which the experiment starts."""
    return Trainer(session.spec).network.parameters


def diverged_session():
    session, outbox, clock = make_session(EXPLOSIVE)
    session.handle(Speed(epochs_per_second=60))
    session.handle(Play())
    run(session, clock, 1.0)
    assert state(session) == "diverged"
    return session, outbox, clock


def states(session, outbox):
    return session.training.transport.state, [event.state for event in outbox.of(StatusEvent)]


# --- transport -----------------------------------------------------------------------------------


def test_play_trains_by_time_and_pause_stops_it():
    session, _, clock = make_session()
    session.handle(Speed(epochs_per_second=10))
    session.handle(Play())
    run(session, clock, 3.0)
    assert session.trainer.epoch == pytest.approx(30, abs=1)
    session.handle(Pause())
    steps = session.trainer.steps
    run(session, clock, 1.0)
    assert session.trainer.steps == steps
    assert session.training.due(clock()) is None


@pytest.mark.parametrize("speed", [0.1, 1.0, 7.5, 60.0, 1000.0])
def test_the_speed_asked_for_is_the_speed_trained_at_and_measured(speed):
    session, _, clock = make_session()
    session.handle(Speed(epochs_per_second=speed))
    session.handle(Play())
    start = clock()
    run(session, clock, 10.0)
    wanted = speed * (clock() - start)
    assert session.trainer.steps / 25 == pytest.approx(wanted, rel=0.02, abs=0.05)
    if speed > 1:
        assert session.training.rate == pytest.approx(speed, rel=0.1)


def test_a_new_session_starts_at_a_speed_at_which_learning_can_be_seen():
    session, _, clock = make_session()
    session.handle(Play())
    run(session, clock, 2.0)
    assert session.trainer.epoch == pytest.approx(2 * START_SPEED, rel=0.05)


def sessions_that_play(clock, *specs):
    """They owe an epoch and more, and stand at the end of one."""
    sessions = [make_session(spec)[0] for spec in specs]
    for session in sessions:
        session.handle(Speed(epochs_per_second=50))
        session.handle(Step())  # tells what an epoch takes
        session.handle(Play())
    clock.advance(0.2)
    return sessions


@pytest.mark.usefixtures("numpy_steps")
def test_sessions_train_together_as_each_would_alone(clock):
    specs = [replace(RunSpec(), weight_seed=str(seed)) for seed in range(4)]
    sessions = sessions_that_play(clock, *specs)
    epochs = [session.trainer.epoch for session in sessions]
    first, *mates = (session.training for session in sessions)
    assert {training.crew(clock()) for training in (first, *mates)} != {None}
    assert len({training.crew(clock()) for training in (first, *mates)}) == 1
    changes = first.changes
    first.train_with(mates)
    assert [session.trainer.epoch for session in sessions] == [epoch + 1 for epoch in epochs]
    assert first.changes > changes
    for session, spec in zip(sessions, specs, strict=True):
        alone = Trainer(spec)
        alone.run_epochs(session.trainer.epoch)
        np.testing.assert_allclose(parameters(session), alone.network.parameters, atol=1e-12)
        assert session.training.history.epochs[-1] == session.trainer.epoch


def test_what_stops_a_session_alone_stops_it_in_a_crew(clock):
    sessions = sessions_that_play(clock, *[RunSpec()] * 4)
    epoch = sessions[0].trainer.epoch
    sessions[0].handle(RunUntil(epoch=epoch + 1))
    first, *mates = (session.training for session in sessions)
    first.train_with(mates)
    assert [session.training.transport.playing for session in sessions] == [False, *[True] * 3]


def test_whoever_has_compiled_steps_is_of_one_crew_and_ends_where_it_would_alone(clock):
    wide = replace(RunSpec(), layers=(LayerSpec(8, ReLU()),))
    tfp = evolve(RunSpec(), {"mode": "tfp"})[0]
    sessions = sessions_that_play(clock, RunSpec(), wide, tfp, replace(wide, batch_size=1))
    epochs = [session.trainer.epoch for session in sessions]
    first, *mates = (session.training for session in sessions)
    assert len({training.crew(clock()) for training in (first, *mates)} - {None}) == 1
    first.train_with(mates)
    assert [session.trainer.epoch for session in sessions] == [epoch + 1 for epoch in epochs]
    for session in sessions:
        alone = Trainer(session.trainer.spec)
        alone.run_epochs(session.trainer.epoch)
        np.testing.assert_array_equal(parameters(session), alone.network.parameters)
        assert session.training.history.epochs[-1] == session.trainer.epoch


@pytest.mark.usefixtures("numpy_steps")
def test_another_shape_or_nothing_owed_is_another_crew(clock):
    wide = replace(RunSpec(), layers=(LayerSpec(8, ReLU()),))
    tfp = evolve(RunSpec(), {"mode": "tfp"})[0]
    first, same, other, original, slow = sessions_that_play(
        clock, RunSpec(), replace(RunSpec(), learning_rate=0.1), wide, tfp, RunSpec()
    )
    slow.training.transport.pace.start(clock())
    crews = [session.training.crew(clock()) for session in (first, same, other, original, slow)]
    assert crews[0] == crews[1] is not None
    assert crews[2] not in (None, crews[0])
    assert crews[3:] == [None, None]
    first.handle(Pause())
    assert first.training.crew(clock()) is None


def test_what_could_not_be_trained_in_time_is_owed_for_a_quarter_second_only():
    session, _, clock = make_session()
    session.handle(Speed(epochs_per_second=100))
    session.handle(Play())
    clock.advance(60.0)
    session.training.train(0.005)
    assert session.trainer.epoch == 21  # the first tells that 500 steps of 10 us fit
    session.training.train(1.0)
    assert session.trainer.epoch == 25


def test_a_slice_that_was_interrupted_does_not_make_the_next_ones_small():
    pace = Pace()
    pace.done(1, 0.001)  # the first one binds the calls
    pace.done(10, 10 * STEP)
    assert pace.cost(25) == pytest.approx(25 * STEP)
    pace.done(10, 0.1)
    assert pace.cost(25) < 2 * 25 * STEP
    for _ in range(20):  # but it may have become slower
        pace.done(10, 10 * 5 * STEP)
    assert pace.cost(25) == pytest.approx(25 * 5 * STEP, rel=0.05)


def test_full_speed_owes_at_every_moment():
    session, _, clock = make_session()
    session.handle(Play())
    assert session.training.due(clock()) == clock()


def test_playing_twice_says_so_once():
    session, outbox, _ = make_session()
    session.handle(Play())
    session.handle(Play())
    assert states(session, outbox) == ("playing", ["playing"])


def test_a_step_pauses_and_ends_at_the_next_epoch_boundary():
    session, outbox, _ = make_session()
    session.handle(Play())
    session.trainer.run_steps(30)
    session.handle(Step())
    assert (session.trainer.epoch, session.trainer.step_in_epoch) == (2, 0)
    assert states(session, outbox) == ("paused", ["playing", "paused"])
    session.handle(Step())
    assert session.trainer.epoch == 3
    assert session.training.history.epochs == [0, 2, 3]


def test_a_long_step_is_finished_by_the_scheduler():
    session, _, clock = make_session()
    run_steps = session.trainer.run_steps

    def slow(n):
        clock.advance(0.002 * n)
        return run_steps(n)

    session.trainer.run_steps = slow  # type: ignore[method-assign]
    session.handle(Step())
    assert session.trainer.epoch == 0
    assert session.training.due(clock()) == clock()
    while session.training.due(clock()) is not None:
        session.training.train(0.001)
    assert (session.trainer.epoch, session.trainer.steps) == (1, 25)


def test_pausing_ends_a_long_step():
    session, _, clock = make_session()
    run_steps = session.trainer.run_steps

    def slow(n):
        clock.advance(0.002 * n)
        return run_steps(n)

    session.trainer.run_steps = slow  # type: ignore[method-assign]
    session.handle(Step())
    session.handle(Pause())
    assert session.training.due(clock()) is None


def test_divergence_stops_the_training_and_says_where():
    session, outbox, clock = diverged_session()
    status = outbox.of(StatusEvent)[-1]
    assert status.state == "diverged"
    assert status.divergence is not None
    assert status.divergence.what
    assert np.isfinite(parameters(session)).all()
    assert session.training.due(clock()) is None


@pytest.mark.parametrize("command", [Play(), Step()], ids=lambda command: command.type)
def test_what_has_diverged_does_not_go_on(command):
    session, outbox, _ = diverged_session()
    heard = len(outbox.heard)
    with pytest.raises(RefusalError, match=r"diverged.*Reset"):
        session.handle(command)
    assert len(outbox.heard) == heard


@pytest.mark.parametrize(
    "command",
    [Reset(), Reroll(), Configure(changes={"learning_rate": 0.01}), Edit(layer=0, to=0, value=0.0)],
    ids=lambda command: command.type,
)
def test_what_has_diverged_goes_on_after_a_reset_or_a_change(command):
    session, outbox, _ = diverged_session()
    session.handle(command)
    assert states(session, outbox)[0] == "paused"
    assert outbox.of(StatusEvent)[-1].state == "paused"
    session.handle(Play())


# --- stop conditions -----------------------------------------------------------------------------


@pytest.mark.parametrize("speed", [None, 2000.0, 30.0])
def test_training_stops_exactly_at_the_epoch_asked_for(speed):
    session, outbox, clock = make_session()
    session.handle(Speed(epochs_per_second=speed))
    session.handle(RunUntil(epoch=37))
    session.handle(Play())
    run(session, clock, 5.0)
    assert (session.trainer.epoch, session.trainer.step_in_epoch) == (37, 0)
    assert state(session) == "paused"
    assert [n.code for n in outbox.of(NoticeEvent)[-1].notices] == ["until_epoch"]


def test_after_it_has_stopped_at_an_epoch_play_goes_on_and_a_reset_makes_it_stop_again():
    session, _, clock = make_session()
    session.handle(RunUntil(epoch=5))
    for _ in range(2):
        session.handle(Play())
        run(session, clock, 1.0)
        assert session.trainer.epoch == 5
        session.handle(Reset())
    session.handle(Play())
    run(session, clock, 1.0)
    session.handle(Play())
    run(session, clock, 0.1)
    assert session.trainer.epoch > 5
    assert state(session) == "playing"


def test_training_stops_at_the_first_epoch_with_a_test_loss_below_the_value():
    session, outbox, clock = make_session()
    session.handle(RunUntil(test_loss=0.2))
    session.handle(Play())
    run(session, clock, 5.0)
    assert state(session) == "paused"
    loss = session.trainer.evaluate().loss.test
    assert loss is not None
    assert loss < 0.2
    reference = Trainer(session.spec)
    while (reference.evaluate().loss.test or 1) >= 0.2:
        reference.run_epochs(1)
    assert session.trainer.epoch == reference.epoch
    assert [n.code for n in outbox.of(NoticeEvent)[-1].notices] == ["until_test_loss"]
    session.handle(Play())
    run(session, clock, 0.5)
    assert state(session) == "playing"


def test_an_epoch_that_is_past_is_refused():
    session, _, _ = make_session()
    session.handle(Step())
    with pytest.raises(RefusalError, match="epoch 1, but this is 1"):
        session.handle(RunUntil(epoch=1))
    session.handle(RunUntil())
    assert session.training.transport.until.epoch is None


# --- changes of the experiment -------------------------------------------------------------------


def test_a_live_change_goes_on_with_the_same_run():
    session, outbox, clock = make_session()
    session.handle(Play())
    run(session, clock, 0.1)
    before = parameters(session)
    session.handle(Configure(changes={"learning_rate": 0.1, "optimizer": {"kind": "adam"}}))
    assert (parameters(session) == before).all()
    event = outbox.of(ExperimentEvent)[-1]
    assert (event.run, event.spec["learning_rate"], event.can_undo) == (1, 0.1, False)
    assert state(session) == "playing"


@pytest.mark.parametrize("playing", [True, False])
def test_a_structural_change_rebuilds_and_keeps_playing(playing):
    session, outbox, clock = make_session()
    if playing:
        session.handle(Play())
        run(session, clock, 0.1)
    outbox.heard.clear()
    session.handle(Configure(changes={"layers": [{"units": 3, "activation": {"kind": "relu"}}]}))
    assert (session.run, session.trainer.epoch) == (2, 0)
    assert session.training.transport.playing is playing
    kinds = [event if event == "points" else event.type for event in outbox.heard]
    assert kinds[-4:] == ["experiment", "points", "history", "deaths"]
    assert outbox.of(ExperimentEvent)[0].can_undo
    assert outbox.of(HistoryEvent)[0].epoch == [0]


def test_a_change_brings_with_it_what_it_needs_and_says_so():
    session, outbox, _ = make_session()
    session.handle(Configure(changes={"problem": "regression"}))
    event = outbox.of(ExperimentEvent)[-1]
    assert event.spec["head"]["kind"] == "linear_mse"
    assert event.notices


@pytest.mark.parametrize(
    "command",
    [
        Configure(changes={"learning_rate": -1}),
        Configure(changes={"nonsense": 1}),
        Configure(changes={"head": {"kind": "softmax_ce"}}),
        Configure(changes={"layers": [{"units": 99}]}, view={"discretize": True}),
        Configure(changes={"learning_rate": 0.1}, view={"discretize": "yes"}),
        Configure(changes={"learning_rate": 0.1}, view={"nonsense": True}),
        Edit(layer=9, to=0, value=1),
        Edit(layer=0, to=9, value=1),
        Edit(layer=0, to=0, from_=9, value=1),
        Focus(layer=0, unit=60),
        Focus(layer=2, unit=0),
        Undo(),
        Ack(seq=1),
        RunUntil(epoch=1, test_loss=0.1),
    ],
    ids=str,
)
def test_a_command_that_cannot_be_followed_changes_nothing(command):
    session, outbox, _ = make_session()
    session.handle(Step())
    outbox.heard.clear()
    facts = (session.spec, session.view, session.run, session.focus, session.can_undo)
    before, changes = parameters(session), session.training.changes
    with pytest.raises((RefusalError, SpecError, CommandError)) as caught:
        session.handle(command)
    assert len(str(caught.value)) > 20
    assert facts == (session.spec, session.view, session.run, session.focus, session.can_undo)
    assert (parameters(session) == before).all()
    assert (session.training.changes, outbox.heard) == (changes, [])


def test_the_view_is_kept_and_part_of_the_link():
    session, outbox, _ = make_session()
    session.handle(Configure(view={"discretize": True, "hidden": ["learningRate"]}))
    event = outbox.of(ExperimentEvent)[-1]
    assert event.view.discretize
    decoded = url.decode(event.hash)
    assert (decoded.view.discretize, decoded.view.hidden) == (True, ("learningRate",))
    assert session.training.changes == 0


def test_opening_a_link_replaces_the_experiment():
    session, outbox, _ = make_session()
    session.handle(Open(hash="#dataset=spiral&activation=swish&seed=0.5&showTestData=true"))
    event = outbox.of(ExperimentEvent)[-1]
    assert event.spec["mode"] == "tfp"
    assert event.spec["dataset"]["kind"] == "spiral"
    assert event.view.show_test_data
    session.handle(Undo())
    assert session.spec == RunSpec()


def test_a_reset_replays_the_same_start():
    session, _, clock = make_session()
    session.handle(Play())
    run(session, clock, 0.1)
    session.handle(Reset())
    assert (parameters(session) == fresh(session)).all()
    assert session.training.transport.playing
    session.handle(Step())
    reference = Trainer(session.spec)
    reference.run_epochs(1)
    assert (parameters(session) == reference.network.parameters).all()


def test_a_reset_keeps_what_was_changed_live():
    session, _, _ = make_session()
    session.handle(Configure(changes={"learning_rate": 0.3}))
    session.handle(Reset())
    assert session.spec.learning_rate == 0.3


def test_a_reroll_draws_weights_and_keeps_the_data():
    session, _, _ = make_session()
    before, x = session.spec, session.trainer.data.train.x.copy()
    start = parameters(session)
    session.handle(Reroll())
    assert session.spec == replace(before, weight_seed=session.spec.weight_seed)
    assert session.spec.weight_seed != before.weight_seed
    assert (session.trainer.data.train.x == x).all()
    assert not (parameters(session) == start).all()


def test_regenerating_draws_data_and_keeps_the_weights():
    session, _, _ = make_session()
    before, x, start = session.spec, session.trainer.data.train.x.copy(), parameters(session)
    session.handle(Regenerate())
    assert session.spec == replace(before, data_seed=session.spec.data_seed)
    assert not (session.trainer.data.train.x == x).all()
    assert (parameters(session) == start).all()


@pytest.mark.parametrize("command", [Reroll(), Regenerate()], ids=lambda command: command.type)
def test_in_tfp_mode_one_seed_is_for_both(command):
    session, outbox, _ = make_session()
    session.handle(Open(hash="#seed=0.5"))
    session.handle(command)
    assert session.spec.mode == "tfp"
    assert session.spec.data_seed == session.spec.weight_seed != "0.5"
    codes = [notice.code for notice in outbox.of(ExperimentEvent)[-1].notices]
    assert codes == (["one_seed"] if command == Reroll() else [])


# --- edits, focus, undo --------------------------------------------------------------------------


def test_an_edit_sets_the_weight_and_its_loss_is_known_at_once():
    session, _, _ = make_session()
    before = session.training.evaluation()
    session.handle(Edit(layer=1, to=0, from_=3, value=2.5))
    session.handle(Edit(layer=1, to=1, value=-1.0))
    assert session.trainer.network.weights[1][0, 3] == 2.5
    assert session.trainer.network.biases[1][1] == -1.0
    after = session.training.evaluation()
    assert after.loss != before.loss
    assert after == session.trainer.evaluate()
    assert session.training.history.train == pytest.approx([after.loss.train], rel=2e-7)


def test_frames_within_an_epoch_show_the_losses_of_its_end_for_a_moment():
    session, _, clock = make_session()
    session.handle(Speed(epochs_per_second=2))
    session.handle(Play())
    training, trainer = session.training, session.trainer
    while trainer.epoch < 2:
        run(session, clock, 0.01)
    end = training.evaluate()
    run(session, clock, 0.06)
    assert trainer.step_in_epoch > 0
    assert training.evaluation() is end
    run(session, clock, RECENT)
    assert training.evaluation() == trainer.evaluate() != end
    run(session, clock, 0.06)
    session.handle(Pause())
    assert training.evaluation() == trainer.evaluate()


def test_a_command_that_comes_again_is_followed_once():
    session, _, _ = make_session()
    session.handle(Step(id=7))
    epoch = session.trainer.epoch
    session.handle(Step(id=7, again=True))
    assert session.trainer.epoch == epoch
    session.handle(Step(id=8, again=True))
    assert session.trainer.epoch == epoch + 1


def test_a_refused_command_that_comes_again_is_not_refused_twice():
    session, _, _ = make_session()
    with pytest.raises(RefusalError):
        session.handle(Undo(id=7))
    session.handle(Undo(id=7, again=True))


def test_undo_brings_back_the_trained_weights_and_the_history():
    session, outbox, clock = make_session()
    session.handle(Speed(epochs_per_second=50))
    session.handle(Play())
    run(session, clock, 1.0)
    trained, history = parameters(session), session.training.history.keep().history
    epoch, steps = session.trainer.epoch, session.trainer.steps
    session.handle(Regenerate())
    run(session, clock, 1.0)
    session.handle(Undo())
    assert (parameters(session) == trained).all()
    assert (session.trainer.epoch, session.trainer.steps) == (epoch, steps)
    assert session.training.history.epochs == history.epochs
    assert outbox.of(HistoryEvent)[-1].train == history.train
    assert session.training.transport.playing
    assert not outbox.of(ExperimentEvent)[-1].can_undo


def test_undo_brings_back_an_experiment_so_that_it_goes_on_as_it_would_have():
    session, _, _ = make_session()
    session.handle(Step())
    session.handle(Configure(changes={"samples": 100}))
    session.handle(Undo())
    session.handle(Step())
    reference = Trainer(RunSpec())
    reference.run_epochs(2)
    assert (parameters(session) == reference.network.parameters).all()


def test_edits_of_one_weight_in_quick_succession_are_undone_as_one():
    session, _, clock = make_session()
    start = parameters(session)
    for value in (0.1, 0.2, 0.3):
        session.handle(Edit(layer=0, to=0, from_=0, value=value))
        clock.advance(0.9)
    session.handle(Edit(layer=0, to=0, from_=1, value=5.0))
    session.handle(Undo())
    assert session.trainer.network.weights[0][0, 0] == 0.3
    session.handle(Undo())
    assert (parameters(session) == start).all()
    assert not session.can_undo


def test_edits_of_one_weight_with_a_pause_between_are_undone_one_by_one():
    session, _, clock = make_session()
    for value in (0.1, 0.2):
        session.handle(Edit(layer=0, to=0, from_=0, value=value))
        clock.advance(1.1)
    session.handle(Undo())
    assert session.trainer.network.weights[0][0, 0] == 0.1


def test_a_slider_that_is_dragged_is_undone_as_one():
    session, _, clock = make_session()
    for noise in (5, 10, 15):
        session.handle(Configure(changes={"noise": noise}))
        clock.advance(0.1)
    session.handle(Configure(changes={"train_share": 60}))
    session.handle(Undo())
    assert (session.spec.noise, session.spec.train_share) == (15.0, 50.0)
    session.handle(Undo())
    assert session.spec.noise == 0.0
    with pytest.raises(RefusalError, match="nothing to undo"):
        session.handle(Undo())


def test_redo_makes_the_change_again_with_what_was_trained_since():
    session, outbox, clock = make_session()
    session.handle(Speed(epochs_per_second=50))
    session.handle(Play())
    run(session, clock, 0.5)
    session.handle(Configure(changes={"noise": 20}))
    run(session, clock, 0.5)
    trained, epoch = parameters(session), session.trainer.epoch
    history = session.training.history.keep().history
    session.handle(Undo())
    assert outbox.of(ExperimentEvent)[-1].can_redo
    run(session, clock, 0.5)
    before = parameters(session)
    session.handle(Redo())
    assert session.spec.noise == 20
    assert (parameters(session) == trained).all()
    assert (session.trainer.epoch, session.training.history) == (epoch, history)
    assert not outbox.of(ExperimentEvent)[-1].can_redo
    session.handle(Undo())
    assert (parameters(session) == before).all()


def test_several_changes_are_undone_and_redone_in_order():
    session, _, clock = make_session()
    for noise in (5, 10, 15):
        session.handle(Configure(changes={"noise": noise}))
        clock.advance(2)
    seen = []
    for command in (Undo(), Undo(), Redo(), Redo(), Undo(), Undo(), Undo(), Redo()):
        session.handle(command)
        seen.append(session.spec.noise)
    assert seen == [10, 5, 10, 15, 10, 5, 0, 5]


@pytest.mark.parametrize(
    "change",
    [
        Configure(changes={"learning_rate": 0.1}),
        Configure(changes={"noise": 1}),
        Edit(layer=0, to=0, from_=0, value=1.0),
        Revive(layer=0, unit=0),
        Reset(),
        Reroll(),
        Open(hash="#v=1"),
    ],
    ids=lambda command: command.type,
)
def test_another_change_ends_redo(change):
    session, outbox, _ = make_session()
    session.handle(Configure(changes={"noise": 10}))
    session.handle(Undo())
    assert outbox.of(ExperimentEvent)[-1].can_redo
    session.handle(change)
    assert not session.can_redo
    assert not outbox.of(ExperimentEvent)[-1].can_redo
    with pytest.raises(RefusalError, match="nothing to redo"):
        session.handle(Redo())


def test_an_edit_that_goes_on_ends_redo_too():
    session, _, clock = make_session()
    edit = Edit(layer=0, to=0, from_=0, value=1.0)
    session.handle(Configure(changes={"noise": 10}))
    session.handle(Undo())
    session.handle(edit)
    session.handle(Undo())
    session.handle(edit)
    clock.advance(0.1)
    session.handle(edit)
    assert not session.can_redo


def test_what_is_only_shown_and_training_leave_redo():
    session, _, _ = make_session()
    session.handle(Configure(changes={"noise": 10}))
    session.handle(Undo())
    session.handle(Configure(view={"contours": True}))
    session.handle(Step())
    session.handle(Speed(epochs_per_second=5))
    assert session.can_redo


def test_edits_of_a_long_run_are_taken_back_and_share_its_history():
    session, _, clock = make_session(undo_levels=20)
    for epoch in range(1, 1900):
        session.training.history.record(epoch, 1 / epoch, None)
    whole = BYTES * len(session.training.history)
    histories = []
    for number in range(20):
        clock.advance(10)
        session.training.history.record(1900 + number, 0.5, None)
        histories.append(session.training.history.keep().history)
        session.handle(Edit(layer=0, to=0, from_=0, value=float(number)))
    entries = sum(entry.size for entry in session._undo._entries)
    assert session._undo.size < entries + whole
    for history in reversed(histories):
        session.handle(Undo())
        assert session.training.history == history


def test_what_can_be_redone_counts_as_memory_of_undo(monkeypatch):
    session, _, _ = make_session(undo_levels=20)
    for _ in range(10):
        session.handle(Reroll())
    size = session._undo.size / 10
    for _ in range(8):
        session.handle(Undo())
    assert (len(session._undo), session._undo.undone) == (2, 8)
    monkeypatch.setattr("app.undo.MOST_BYTES", 5.5 * size)
    session.handle(Undo())
    assert (len(session._undo), session._undo.undone) == (1, 4)
    for _ in range(4):
        session.handle(Redo())
    assert (len(session._undo), session._undo.undone) == (5, 0)


def test_undo_is_bounded():
    session, _, _ = make_session(undo_levels=3)
    for _ in range(10):
        session.handle(Reset())
    for _ in range(3):
        session.handle(Undo())
    assert not session.can_undo


def test_undoing_a_change_after_a_divergence_brings_back_a_diverged_network_as_such():
    session, outbox, _ = diverged_session()
    session.handle(Reset())
    session.handle(Undo())
    assert states(session, outbox)[0] == "diverged"


def test_a_focus_ends_when_its_unit_does():
    session, _, _ = make_session()
    seen = []
    for command in (
        Focus(layer=1, unit=1),
        Configure(changes={"noise": 5}),
        Configure(changes={"layers": [{"units": 4}]}),
        Focus(layer=0, unit=3),
        Focus(),
    ):
        session.handle(command)
        seen.append(session.focus)
    assert seen == [(1, 1), (1, 1), None, (0, 3), None]


# --- what is told --------------------------------------------------------------------------------


def test_one_who_comes_is_told_everything_in_order():
    session, outbox, _ = make_session()
    session.introduce([Notice(code="x", text="y")])
    kinds = [event if event == "points" else event.type for event in outbox.heard]
    assert kinds == ["experiment", "points", "history", "deaths", "status"]
    assert outbox.heard[0].notices[0].code == "x"
    assert RunSpec.from_dict(outbox.heard[0].spec) == session.spec


@pytest.mark.parametrize(
    "command",
    [Play(), Step(), Reset(), Edit(layer=0, to=0, value=1.0), Focus(layer=0, unit=0)],
    ids=lambda command: command.type,
)
def test_a_command_that_shows_asks_for_a_frame_at_once(command):
    session, _, _ = make_session()
    changes, controls = session.training.changes, session.training.controls
    session.handle(command)
    assert session.training.changes > changes
    assert session.training.controls > controls


def test_slow_epochs_are_each_taken_into_the_history():
    session, _, clock = make_session()
    session.handle(Speed(epochs_per_second=20))
    session.handle(Play())
    run(session, clock, 1.0, tick=0.1)
    reference = Trainer(replace(RunSpec(), optimizer=SGD()))
    losses = []
    for _ in range(5):
        losses.append(reference.evaluate().loss.train)
        reference.run_epochs(1)
    assert session.training.history.epochs[:5] == [0, 1, 2, 3, 4]
    assert session.training.history.train[:5] == pytest.approx(losses, rel=2e-7)


def test_in_a_crowd_epochs_are_looked_at_now_and_then_unless_a_loss_is_waited_for():
    session, _, clock = make_session()
    session.handle(Speed(epochs_per_second=50))
    session.handle(Play())
    session.training.in_crowd = True
    run(session, clock, 2.0)
    history = session.training.history
    assert len(history) == pytest.approx(2.0 / RECENT, rel=0.25)
    session.handle(RunUntil(test_loss=1e-9))
    before, epoch = len(history), session.trainer.epoch
    run(session, clock, 1.0)
    assert len(history) - before == session.trainer.epoch - epoch  # a condition misses no epoch
    session.handle(Pause())
    assert session.training.evaluation() == session.trainer.evaluate()


def test_dead_units_are_told_with_the_epoch_of_their_death_and_when_they_live_again():
    session, outbox, _ = make_session(RunSpec(layers=(LayerSpec(3, ReLU()),)))
    session.handle(Step())
    session.handle(Edit(layer=0, to=1, from_=None, value=-100.0))
    (told,) = outbox.of(DeathsEvent)
    assert told.run == session.run
    assert told.dead == [DeathInfo(layer=0, unit=1, epoch=1, seen=True)]
    session.handle(Step())
    assert len(outbox.of(DeathsEvent)) == 1
    session.handle(Revive(layer=0, unit=1))
    assert outbox.of(DeathsEvent)[-1].dead == []
    session.handle(Undo())
    assert outbox.of(DeathsEvent)[-1].dead == [DeathInfo(layer=0, unit=1, epoch=2, seen=False)]


def test_a_unit_that_cannot_live_is_told_to_be_so():
    session, outbox, _ = make_session(RunSpec(layers=(LayerSpec(1, ReLU()), LayerSpec(2, ReLU()))))
    session.handle(Edit(layer=0, to=0, from_=None, value=-100.0))
    session.handle(Revive(layer=1, unit=0))
    (notice,) = outbox.of(ExperimentEvent)[-1].notices
    assert notice.code == "still_dead"
    session.handle(Revive(layer=0, unit=0))
    assert outbox.of(ExperimentEvent)[-1].notices == []


def test_what_a_view_hides_is_bounded_and_counts_as_memory_of_undo():
    session, _, _ = make_session()
    names = ["ab"] * 1365
    session.handle(Configure(view={"hidden": names}))
    with pytest.raises(CommandError, match=r"^view\.hidden: got .*, expected at most 4096 char"):
        session.handle(Configure(view={"hidden": [*names, "ab"]}))
    with pytest.raises(CommandError, match=r"^view\.tutorial: got .*, expected at most 4096 char"):
        session.handle(Configure(view={"tutorial": "x" * 4097}))
    session.handle(Reset())
    assert session._undo._entries[-1].size > 60 * len(names)


# --- formulas -------------------------------------------------------------------------------------

CUBE = {"kind": "formula", "text": "x1 ** 3"}


def tried(session, outbox, feature):
    session.handle(TryFeature(id=7, feature=feature))
    event = outbox.heard[-1]
    assert isinstance(event, FeatureEvent)
    assert event.id == 7
    return event


def test_a_formula_is_looked_at_before_it_is_used():
    session, outbox, _ = make_session()
    before = parameters(session)
    event = tried(session, outbox, CUBE)
    assert event.mistake is None
    assert event.drawn.feature == {"kind": "formula", "text": "x1^3"}
    assert (event.drawn.label, event.drawn.scale) == ("x1^3", 216.0)
    assert event.drawn.html == "x<sub>1</sub><sup>3</sup>"
    assert (session.run, session.can_undo) == (1, False)
    np.testing.assert_array_equal(parameters(session), before)


@pytest.mark.parametrize(
    ("feature", "at", "length", "words"),
    [
        ({"kind": "formula", "text": "1+sqr(x1)"}, 2, 4, r"got 'sqr\(' at character 3"),
        ({"kind": "formula", "text": "log(x1)"}, 0, 7, "half of the plot"),
        ({"kind": "formula", "text": "x1^2"}, 0, 4, "switch on 'x1.2'"),
        ({"kind": "formula", "text": "x" * 200}, 120, 80, "at most 120"),
        ({"kind": "formula", "text": 3}, None, 1, "expected a text"),
        ({"kind": "formula", "code": "x1"}, None, 1, "remove it"),
        ({"kind": ["formula"]}, None, 1, "unknown feature"),
        ({}, None, 1, "expected an object with a kind"),
    ],
)
def test_what_is_wrong_with_a_formula_is_said_with_its_place(feature, at, length, words):
    session, outbox, _ = make_session()
    mistake = tried(session, outbox, feature).mistake
    assert (mistake.at, mistake.length) == (at, length)
    assert re.search(words, mistake.message)


def test_a_formula_is_tried_on_the_data_too():
    feature = {"kind": "formula", "text": "sqrt(6.5-x1)"}
    session, outbox, _ = make_session(RunSpec(dataset=Gauss(), noise=50.0))
    assert "points of the data" in tried(session, outbox, feature).mistake.message
    session, outbox, _ = make_session()
    assert tried(session, outbox, feature).mistake is None


def test_an_experiment_comes_with_what_is_drawn_of_its_formulas():
    session, outbox, _ = make_session()
    session.handle(Configure(changes={"features": [{"kind": "x2"}, CUBE]}))
    event = outbox.of(ExperimentEvent)[-1]
    assert [drawn.label for drawn in event.formulas] == ["x1^3"]
    assert event.hash == "#v=1&features=x2,x1^3"
    session.handle(Undo())
    event = outbox.of(ExperimentEvent)[-1]
    assert event.formulas == []


def test_data_on_which_a_formula_has_no_value_are_refused_and_nothing_changes():
    session, _, _ = make_session(RunSpec(dataset=Gauss(), features=(Formula(text="sqrt(6.5-x1)"),)))
    before, run_before = session.spec, session.run
    with pytest.raises(SpecError, match="points of the data, the first at x1"):
        session.handle(Configure(changes={"noise": 50.0}))
    assert (session.spec, session.run, session.can_undo) == (before, run_before, False)


def test_a_link_whose_formula_has_no_value_on_the_data_opens_without_it():
    session, outbox, _ = make_session()
    session.handle(Open(hash="#v=1&dataset=gauss&noise=50&features=x1,sqrt(6.5-x1)"))
    assert session.spec.features == (X1(),)
    event = outbox.of(ExperimentEvent)[-1]
    assert "points of the data" in event.notices[0].text


def test_an_export_is_answered_with_its_files():
    session, outbox, _ = make_session()
    session.handle(Export(id=4, exporter="numpy"))
    (event,) = outbox.of(ExportEvent)
    assert (event.exporter, event.id) == ("numpy", 4)
    assert [file.name for file in event.files] == ["network_numpy.py", "data.csv", "weights.json"]
    assert all(file.text and file.base64 is None for file in event.files)
    assert "def predict(" in (event.files[0].text or "")


def test_what_exporters_cannot_express_is_said_before_one_is_chosen():
    session, outbox, _ = make_session()
    session.handle(TryExport(id=4))
    session.handle(Configure(changes={"optimizer": {"kind": "rmsprop"}}))
    before = session.spec, session.run, session.can_undo
    session.handle(TryExport(id=6))
    able, unable = outbox.of(ExportableEvent)
    assert (able.id, able.lacks, unable.id) == (4, {}, 6)
    assert set(unable.lacks) == {"sklearn"}
    with pytest.raises(RefusalError) as refused:
        session.handle(Export(id=7, exporter="sklearn"))
    assert unable.lacks["sklearn"] == str(refused.value)  # what a click would be told
    assert (session.spec, session.run, session.can_undo) == before


def test_an_exporter_that_does_not_exist_is_refused():
    session, _, _ = make_session()
    with pytest.raises(SpecError, match="unknown exporter 'papyrus', expected one of: "):
        session.handle(Export(exporter="papyrus"))


# --- how a link is played -------------------------------------------------------------------------


def test_a_link_says_at_which_speed_and_how_far_it_is_played():
    session, outbox, _ = make_session()
    session.handle(Open(hash="#v=1&dataset=xor&speed=5&until_epoch=300&until_test_loss=0.1"))
    status = outbox.of(StatusEvent)[-1]
    assert (status.epochs_per_second, status.until_epoch, status.until_test_loss) == (5, 300, 0.1)
    session.handle(Open(hash="#dataset=xor&seed=1&speed=0"))
    status = outbox.of(StatusEvent)[-1]
    assert (status.epochs_per_second, status.until_epoch, status.until_test_loss) == (None,) * 3
    session.handle(Open(hash="#v=1&speed=0.001"))
    assert outbox.of(StatusEvent)[-1].epochs_per_second == 0.1
    session.handle(Open(hash="#v=1"))
    assert outbox.of(StatusEvent)[-1].epochs_per_second == START_SPEED
