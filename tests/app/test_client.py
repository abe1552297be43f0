"""A session of a server from Python: commands as methods, frames as arrays."""

import inspect
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from app import client
from app.calls import COMMANDS
from app.client import ClientError, RefusedError, Session, connect
from app.decoding import FrameReader, read_points
from app.frames import FrameMaker
from app.frames import points as encoded_points
from app.resolution import Sides
from engine import Blobs, Grids, LayerSpec, RunSpec, SoftmaxCE, Spiral, Trainer
from engine.url import encode
from tests.app.doubles import make_session
from tests.app.live import LiveServer, live_server

SPIRAL = RunSpec(dataset=Spiral(), layers=(LayerSpec(8), LayerSpec(8)), learning_rate=0.1)


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with live_server() as server:
        yield server


@pytest.fixture
def session(server: LiveServer) -> Iterator[Session]:
    with connect(address(server)) as session:
        yield session


def address(server: LiveServer) -> str:
    return f"http://127.0.0.1:{server.port}"


# --- watching and commanding ----------------------------------------------------------------------


def test_a_session_knows_everything_from_the_start(session: Session) -> None:
    assert session.resumed == "new"
    assert session.spec == RunSpec()
    assert session.status.state == "paused"
    assert session.history.epoch == [0]
    assert session.points.train.x1.shape == (250,)
    assert session.frame.epoch == 0
    assert session.frame.outputs.shape == (1, 100, 100)
    assert session.frame.units.shape == (6, 32, 32)


def test_training_is_that_of_the_engine(server: LiveServer) -> None:
    trainer = Trainer(SPIRAL)
    with connect(address(server), hash=encode(SPIRAL)) as session:
        frame = session.train(50)
        trainer.run_epochs(50)
        assert frame is session.frame
        assert frame.epoch == 50
        assert np.array_equal(frame.parameters, trainer.network.parameters.astype(np.float32))
        grids = Grids(trainer)
        assert np.abs(frame.outputs - grids.outputs).max() < 0.005
        assert np.abs(frame.units - grids.units).max() < 0.005
        assert np.allclose(session.points.test.x2, trainer.data.test.x[1])


def test_each_command_is_a_method_with_its_fields(session: Session) -> None:
    for name in COMMANDS:
        assert name in dir(session)
        assert getattr(session, name).__doc__
    assert str(inspect.signature(session.run_until)) == "(epoch=None, test_loss=None)"
    assert str(inspect.signature(session.edit)) == "(layer, to, value, from_=None)"
    with pytest.raises(AttributeError, match="has no 'dance'; its commands are open"):
        session.dance()
    with pytest.raises(TypeError):
        session.play(loud=True)
    with pytest.raises(ValidationError):
        session.step("many")


def test_when_a_command_returns_its_effect_is_there(session: Session) -> None:
    session.edit(0, 1, 2.5, from_=1)
    assert session.frame.parameters[4] == 2.5
    session.edit(layer=0, to=0, value=-1.0)
    assert session.frame.parameters[2] == -1.0
    session.configure(dataset=Spiral(), layers=(LayerSpec(3),), learning_rate=0.2)
    assert session.spec == RunSpec(dataset=Spiral(), layers=(LayerSpec(3),), learning_rate=0.2)
    assert session.frame.units.shape == (3, 32, 32)
    session.focus(0, 2)
    assert session.frame.focus is not None
    assert session.frame.focus.shape == (100, 100)
    session.undo()
    assert session.frame.units.shape == (6, 32, 32)
    session.open(encode(SPIRAL))
    assert session.spec == SPIRAL


def test_what_is_refused_is_raised_and_changes_nothing(session: Session) -> None:
    session.train(3)
    with pytest.raises(RefusedError, match="no hidden unit 9"):
        session.revive(7, 9)
    with pytest.raises(RefusedError, match="noise: got 99"):
        session.configure(noise=99)
    assert session.train(1).epoch == 4


def test_frames_come_until_the_session_rests(session: Session) -> None:
    session.speed(200)
    session.run_until(epoch=60)
    session.play()
    epochs = [frame.epoch for frame in session.frames()]
    assert epochs == sorted(epochs)
    assert len(epochs) > 5
    assert epochs[-1] == 60
    assert session.status.state == "paused"
    assert session.notices[0].code == "until_epoch"
    assert [frame.epoch for frame in session.frames()] == [60]


@pytest.mark.timed
def test_who_is_slow_gets_fewer_frames_and_none_is_late(session: Session) -> None:
    session.speed(None)
    session.play()
    seen = 0
    for _ in session.frames():
        time.sleep(0.2)
        seen += 1
        if seen == 3:
            session.pause()
    assert seen <= 8
    assert session.status.state == "paused"


def test_a_divergence_ends_the_training(session: Session) -> None:
    session.configure(problem="regression", learning_rate=1e9)
    frame = session.train(1000)
    assert frame.epoch < 1000
    assert session.status.divergence is not None
    with pytest.raises(RefusedError, match="Cannot step while diverged"):
        session.train(1)


def test_diagnostics_are_measured_when_they_are_asked_for(session: Session) -> None:
    session.watch([{"kind": "layer_health"}])
    session.train(5)
    deadline = time.monotonic() + 10
    while "layer_health" not in session.diagnostics and time.monotonic() < deadline:
        session.step()
    assert session.diagnostics["layer_health"].data


def test_a_command_that_is_answered_gives_the_answer(session: Session) -> None:
    session.train(2)
    exported = session.export("numpy")
    assert exported.files[0].name.endswith(".py")
    assert session.pause() is None


def test_many_commands_are_not_sent_faster_than_they_are_accepted(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    for value in range(client.MESSAGES // 2):
        session.edit(0, 0, float(value))
    assert max(slept, default=0.0) == 0.0 or len(slept) < 4
    session.edit(0, 0, 0.5)
    assert max(slept) > 0.5


# --- coming and going -----------------------------------------------------------------------------


def test_a_session_is_resumed_by_its_token(server: LiveServer) -> None:
    with connect(address(server)) as first:
        first.train(7)
        token = first.token
        with connect(address(server), token=token) as second:
            assert (second.resumed, second.frame.epoch) == ("memory", 7)
            with pytest.raises(ClientError, match="open in another window"):
                first.train(1)


def test_a_server_that_stops_says_so() -> None:
    with live_server() as server, connect(address(server)) as session:
        session.play()
        server.process.send_signal(signal.SIGTERM)
        with pytest.raises(ClientError, match="The connection has ended: The server is stopping"):
            for _ in session.frames():
                pass


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://x", "", "http://"])
def test_an_address_is_that_of_a_page(url: str) -> None:
    with pytest.raises(ClientError, match="expected an address such as"):
        connect(url)


def test_a_server_that_is_not_there_is_not_waited_for() -> None:
    with pytest.raises(ClientError, match="does not answer"):
        connect("http://127.0.0.1:9")


def test_the_access_token_is_shown_to_a_server_that_asks_for_it() -> None:
    environment = {"PLAYGROUND_ACCESS_TOKEN": "correct-horse"}
    with live_server(environment=environment) as server:
        with pytest.raises(ClientError, match="asks for an access token"):
            connect(address(server))
        with connect(address(server), access_token="correct-horse") as session:
            assert session.train(2).epoch == 2


# --- reading --------------------------------------------------------------------------------------


def test_frames_are_put_together_from_differences() -> None:
    session, _, _ = make_session(SPIRAL)
    maker, reader = FrameMaker(), FrameReader()
    for number in range(1, 8):
        session.training.step(3)
        frame = reader.read(maker.make(session, Sides(20, 8)))
        assert (frame.header.seq, frame.header.base > 0) == (number, number > 1)
        exact = Grids(session.trainer, side=20, unit_side=8)
        assert np.abs(frame.outputs - exact.outputs).max() < 0.016
        assert np.abs(frame.units - exact.units).max() < 0.04
        maker.ring.acknowledge(number)


def test_a_difference_to_a_frame_that_was_not_read_is_refused() -> None:
    session, _, _ = make_session()
    maker = FrameMaker()
    maker.make(session, Sides(20, 8))
    maker.ring.acknowledge(1)
    session.training.step()
    with pytest.raises(ValueError, match="difference to frame 1"):
        FrameReader().read(maker.make(session, Sides(20, 8)))
    with pytest.raises(ValueError, match="cannot be read"):
        FrameReader().read(b"no frame")


def test_points_of_several_classes_are_read() -> None:
    spec = RunSpec(problem="multiclass", dataset=Blobs(), head=SoftmaxCE(), classes=4)
    session, _, _ = make_session(spec)
    points = read_points(encoded_points(session))
    assert set(points.train.label) == {0, 1, 2, 3}
    assert np.array_equal(points.test.label, session.trainer.data.test.labels)


def test_a_program_needs_no_server_of_its_own() -> None:
    """Nothing that a client imports starts or configures a server."""
    source = Path(client.__file__).read_text("utf-8")
    assert "fastapi" not in source
    assert "uvicorn" not in source
