"""Points of one's own in a session: they come, stay, go by undo, survive a snapshot and a link."""

import json

import numpy as np

from app.frames import points as points_message
from app.protocol import LONGEST_HASH, Configure, Hello, Open, Play, Undo, decode_command
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
    assert sizes[1] - sizes[0] > 33_000


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
