"""A session that was kept goes on as it would have; bytes that are none do no harm."""

import contextlib
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol import Configure, Play, RunUntil, Speed, Step
from app.session import Limits
from app.settings import Settings
from app.snapshots import SnapshotError, pack, unpack
from engine import Adam, LayerSpec, RunSpec
from engine.spec import MOST_ACTIVATIONS
from tests.app.doubles import FakeClock, make_session


def restored(session):
    return unpack(pack(session), clock=FakeClock(), limits=Limits())


def busy_session():
    session, _, _ = make_session()
    session.handle(Configure(changes={"noise": 20, "optimizer": {"kind": "adam"}}))
    session.handle(Configure(view={"discretize": True, "hidden": ["learningRate"]}))
    session.handle(Speed(epochs_per_second=12.5))
    session.handle(RunUntil(epoch=500, test_loss=0.001))
    for _ in range(3):
        session.handle(Step())
    session.trainer.run_steps(7)
    session.handle(Play())
    return session


def test_everything_that_a_page_shows_comes_back():
    session = busy_session()
    other = restored(session)
    assert (other.spec, other.view, other.run) == (session.spec, session.view, session.run)
    ours, theirs = session.training, other.training
    assert theirs.history == ours.history
    assert theirs.transport.state == "playing"
    assert theirs.transport.speed == 12.5
    until = theirs.transport.until
    assert (until.epoch, until.test_loss) == (500, 0.001)
    assert theirs.evaluation() == session.trainer.evaluate()


def test_a_restored_session_goes_on_to_the_same_numbers():
    session = busy_session()
    other = restored(session)
    for each in (session, other):
        each.trainer.run_steps(100)
    assert (other.trainer.network.parameters == session.trainer.network.parameters).all()


def test_what_was_done_after_the_snapshot_is_done_when_it_comes_again_and_nothing_else():
    session, _, _ = make_session()
    session.handle(Step(id=1))
    other = restored(session)
    other.handle(Step(id=1, again=True))
    assert other.trainer.epoch == 1
    other.handle(Step(id=2, again=True))
    assert other.trainer.epoch == 2


def test_a_default_session_takes_few_bytes():
    assert len(pack(make_session()[0])) < 16_384


@given(st.binary(max_size=200))
def test_bytes_that_are_no_session_are_refused(data):
    with pytest.raises(SnapshotError):
        unpack(data, clock=FakeClock(), limits=Limits())


@given(st.data())
def test_a_damaged_session_is_refused_wherever_the_damage_is(data):
    whole = pack(make_session()[0])
    place = data.draw(st.integers(0, len(whole) - 1))
    other = bytes([whole[place] ^ data.draw(st.integers(1, 255))])
    for damaged in (whole[:place], whole[:place] + other + whole[place + 1 :]):
        with pytest.raises(SnapshotError):
            unpack(damaged, clock=FakeClock(), limits=Limits())


@given(st.data())
def test_a_forged_session_is_refused_or_read_but_never_a_crash(data):
    body = pack(make_session()[0])[4:]
    place = data.draw(st.integers(0, len(body) - 1))
    forged = body[:place] + data.draw(st.binary(max_size=8)) + body[place + 1 :]
    with contextlib.suppress(SnapshotError):
        unpack(signed(forged), clock=FakeClock(), limits=Limits())


def signed(body):
    return zlib.crc32(body).to_bytes(4, "little") + body


def test_another_version_is_refused():
    body = pack(make_session()[0])[4:]
    assert b'"format":6' in body
    with pytest.raises(SnapshotError):
        unpack(
            signed(body.replace(b'"format":6', b'"format":5', 1)),
            clock=FakeClock(),
            limits=Limits(),
        )


def test_the_largest_session_is_kept():
    layers = (LayerSpec(32),) * 30
    session, _, _ = make_session(
        RunSpec(samples=MOST_ACTIVATIONS // 960, layers=layers, optimizer=Adam())
    )
    for epoch in range(2000):
        session.training.history.record(epoch, 0.1, 0.2)
    assert len(pack(session)) < Settings().snapshot_bytes
