"""Points of one's own in a session: they come, stay, go by undo, survive a snapshot and a link."""

import json

import numpy as np
import pytest

from app.frames import points as points_message
from app.protocol import (
    LONGEST_HASH,
    Configure,
    Hello,
    HistoryEvent,
    Open,
    Play,
    Redo,
    Undo,
    decode_command,
)
from app.settings import Settings
from app.snapshots import pack as pack_session
from app.snapshots import unpack as unpack_session
from engine import Circle, LayerSpec, RunSpec, evolve, url
from engine.custom import MOST_POINTS, pack
from engine.stack import shape
from tests.app.doubles import make_session


def own(n=60, classes=3, seed=0):
    rng = np.random.default_rng(seed)
    text = pack(rng.uniform(-5, 5, (2, n)), np.arange(n) % classes)
    return {
        "kind": "custom",
        "points": text,
        "x1_name": "height, in cm",
        "x1_low": 140.0,
        "x1_high": 210.0,
        "class_names": ["a", "b", "c"],
        "source": "a file",
    }


CHANGE = {"dataset": own(), "problem": "multiclass", "classes": 3}


def test_one_change_brings_points_problem_and_classes_and_is_undone_as_one():
    session, _, _ = make_session()
    session.handle(Play())
    session.handle(Configure(changes=CHANGE))
    assert session.spec.problem == "multiclass"
    assert session.spec.samples == 60
    assert session.trainer.data.train.size == 30
    assert session.training.transport.playing
    session.trainer.run_epochs(2)
    session.handle(Undo())
    assert session.spec == RunSpec()
    assert not session.can_undo


def test_the_points_are_sent_with_their_labels():
    session, _, _ = make_session()
    session.handle(Configure(changes=CHANGE))
    assert b'"train":30,"test":30' in points_message(session)


def test_a_snapshot_holds_the_points():
    session, _, clock = make_session()
    session.handle(Configure(changes={"dataset": own(MOST_POINTS), "problem": "multiclass"}))
    session.trainer.run_epochs(1)
    data = pack_session(session)
    assert len(data) < Settings().snapshot_bytes
    again = unpack_session(data, clock=clock, limits=session._limits)
    assert again.spec == session.spec
    assert again.trainer.epoch == 1
    np.testing.assert_array_equal(again.trainer.data.test.x, session.trainer.data.test.x)


def test_the_longest_link_with_points_fits_into_a_hello_and_an_open():
    spec, _ = evolve(
        RunSpec(layers=(LayerSpec(8),) * 30),
        {"dataset": {**own(MOST_POINTS), "source": "\N{CYRILLIC SMALL LETTER A}" * 200}},
    )
    hash_ = url.encode(spec)
    assert len(hash_) <= LONGEST_HASH
    hello = Hello(protocol=1, hash=hash_).model_dump_json()
    assert len(hello) < Settings().message_bytes
    command = decode_command(Open(hash=hash_).model_dump_json())
    session, _, _ = make_session()
    session.handle(command)
    assert session.spec == spec


def test_a_configure_with_5000_points_fits_into_a_message():
    n = MOST_POINTS
    text = pack(np.zeros((2, n)), np.zeros(n), numeric=True)
    change = {"dataset": {"kind": "custom", "points": text, "numeric": True}}
    assert len(json.dumps(change)) < Settings().message_bytes / 4
    session, _, _ = make_session()
    session.handle(Configure(changes=change))
    assert session.spec.samples == n


def test_undo_counts_the_points_and_forgets_the_oldest_in_time():
    session, _, _ = make_session()
    for seed in range(5):
        session.handle(Configure(changes={"dataset": own(MOST_POINTS, seed=seed)}))
        session._undo._key = None
    sizes = [entry.size for entry in session._undo._entries]
    assert sizes[1] - sizes[0] > 15_000  # their text, compressed


def test_sessions_with_other_points_train_together_where_they_have_as_many():
    trainers = []
    for seed in range(2):
        session, _, _ = make_session()
        session.handle(Configure(changes={"dataset": own(60, 2, seed), "problem": "binary"}))
        trainers.append(session.trainer)
    assert shape(trainers[0]) == shape(trainers[1])


def test_leaving_the_points_brings_the_usual_number_of_samples():
    session, _, _ = make_session()
    session.handle(Configure(changes={"dataset": own(60, 2), "problem": "binary"}))
    assert session.spec.dataset.size == 60
    session.handle(Configure(changes={"dataset": {"kind": "circle"}}))
    assert session.spec.dataset == Circle()
    assert session.spec.samples == 500


# --- points that change while the network learns --------------------------------------------------


def drawn(n, **more):
    """A stroke: the first n of the same points."""
    rng = np.random.default_rng(5)
    x = rng.uniform(-5, 5, (2, 100))
    text = pack(x[:, :n], (x[0] > x[1]).astype(int)[:n])
    dataset = {"kind": "custom", "points": text}
    return Configure(changes={"dataset": dataset, "noise": 0, **more}, keep_weights=True)


def trained_session():
    session, outbox, clock = make_session()
    session.handle(drawn(40, problem="binary"))
    session.trainer.run_epochs(20)
    session.training.changed()
    session.trainer.run_steps(1)
    return session, outbox, clock


def test_a_stroke_keeps_the_trained_network_and_its_history():
    session, outbox, _ = trained_session()
    session.handle(Play())
    parameters = session.trainer.network.parameters.copy()
    run, steps = session.run, session.trainer.steps
    session.handle(drawn(50))
    assert (session.trainer.network.parameters == parameters).all()
    assert (session.trainer.epoch, session.trainer.steps) == (20, steps)
    assert session.trainer.step_in_epoch == 0
    assert session.training.transport.playing
    assert session.run == run + 1
    assert session.spec.samples == 50
    assert session.trainer.data.train.size == 25
    history = outbox.of(HistoryEvent)[-1]
    assert history.epoch[0] == 0
    assert history.epoch[-1] == 20
    loss = session.trainer.evaluate().loss
    assert (history.train[-1], history.test[-1]) == pytest.approx((loss.train, loss.test), rel=2e-7)
    session.trainer.run_epochs(1)
    assert session.trainer.epoch == 21


def test_the_first_stroke_on_another_data_set_keeps_the_network_too():
    session, _, _ = make_session()
    session.trainer.run_epochs(5)
    parameters = session.trainer.network.parameters.copy()
    session.handle(drawn(30))
    assert session.spec.dataset.size == 30
    assert (session.trainer.network.parameters == parameters).all()
    assert session.trainer.epoch == 5


def test_each_stroke_is_undone_and_redone_by_itself_with_what_was_trained():
    session, _, _ = trained_session()
    before = session.trainer.snapshot().to_bytes()
    session.handle(drawn(50))
    session.trainer.run_epochs(1)
    session.handle(drawn(60))
    after = session.trainer.snapshot().to_bytes()
    session.handle(Undo())
    assert session.spec.samples == 50
    session.handle(Undo())
    assert session.trainer.snapshot().to_bytes() == before
    session.handle(Redo())
    session.handle(Redo())
    assert session.trainer.snapshot().to_bytes() == after


def test_a_stroke_of_a_new_class_starts_anew():
    session, _, _ = trained_session()
    session.handle(
        Configure(changes={"dataset": own(60, 3), "problem": "multiclass"}, keep_weights=True)
    )
    assert session.outputs == 3
    assert session.trainer.epoch == 0


def test_without_being_asked_to_other_points_start_anew():
    session, _, _ = trained_session()
    change = drawn(50)
    session.handle(Configure(changes=change.changes))
    assert session.trainer.epoch == 0
    assert session.spec.samples == 50


def test_a_stroke_takes_a_diverged_network_back_to_paused():
    session, _, _ = make_session()
    layers = [{"units": 8, "activation": {"kind": "relu"}}] * 3
    rng = np.random.default_rng(0)

    def points(n):
        text = pack(rng.uniform(-6, 6, (2, n)), np.ones(n), numeric=True)
        return {"kind": "custom", "points": text, "numeric": True}

    changes = {"dataset": points(60), "layers": layers, "learning_rate": 10}
    session.handle(Configure(changes=changes))
    session.trainer.run_epochs(50)
    assert session.trainer.divergence
    session.training.go("diverge")
    session.trainer.network.parameters[:] *= 1e-100
    changes = {"dataset": points(9), "learning_rate": 0.001}
    session.handle(Configure(changes=changes, keep_weights=True))
    assert session.training.transport.state == "paused"


def test_momentum_goes_on_with_the_network():
    session, _, _ = make_session()
    session.handle(drawn(40, optimizer={"kind": "adam"}))
    session.trainer.run_epochs(3)
    kept = session.trainer.rule.state_arrays()
    session.handle(drawn(41))
    for name, array in session.trainer.rule.state_arrays().items():
        np.testing.assert_array_equal(array, kept[name])


def test_a_snapshot_goes_on_after_a_stroke():
    session, _, clock = trained_session()
    session.handle(drawn(50))
    again = unpack_session(pack_session(session), clock=clock, limits=session._limits)
    session.trainer.run_epochs(2)
    again.trainer.run_epochs(2)
    np.testing.assert_array_equal(
        again.trainer.network.parameters, session.trainer.network.parameters
    )
