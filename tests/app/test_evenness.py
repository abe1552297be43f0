"""Evenness in a crowd: who trains alone gets epochs as those of a crew do, and as many frames.

The networks are real, the time is not: it passes by what a step, a crew and a frame are said to
take on a machine that has too much to do.
"""

import pytest

from app.frames import FrameMaker
from app.resolution import Resolution
from app.scheduler import Scheduler
from app.settings import Settings
from app.stream import Stream
from engine import RunSpec
from engine.changes import evolve
from engine.stack import Stack
from engine.trainer import Trainer
from tests.app.doubles import FakeClock, make_session

pytestmark = pytest.mark.usefixtures("numpy_steps")  # compiled ones are no faster in a crew

STEP, AROUND_STEPS = 16e-6, 12e-6
"""Seconds of a minibatch of a small network, and of what is done once around some of them."""
CREW_STEP, EACH_OF_CREW = 60e-6, 40e-6
"""Seconds of a minibatch of a crew, and of taking each of it in and out again."""
FRAME = 200e-6


class Maker(FrameMaker):
    """Makes no frames, but takes the time of one."""

    def __init__(self, clock):
        super().__init__()
        self.clock, self.frames = clock, 0

    def make(self, session, sides):
        """Takes the time of a frame."""
        self.clock.advance(FRAME)
        self.frames += 1
        return b""


@pytest.fixture
def clock(monkeypatch):
    clock = FakeClock()
    run_steps, run_epochs = Trainer.run_steps, Stack.run_epochs

    def steps(trainer, n):
        done = run_steps(trainer, n)
        clock.advance(AROUND_STEPS + STEP * done)
        return done

    def epochs(stack, n):
        done = run_epochs(stack, n)
        many = len(stack)
        clock.advance(EACH_OF_CREW * many + CREW_STEP * done / many)
        return done

    monkeypatch.setattr(Trainer, "run_steps", steps)
    monkeypatch.setattr(Stack, "run_epochs", epochs)
    return clock


def play(clock, specs, changed=None, *, seconds):
    """Let sessions with these specs play; epochs and frames of each in the last half of the time.
    Those whose numbers are in `changed` have another learning rate at its beginning.
    """
    scheduler = Scheduler(clock, tick=0.002, slice_=0.001)
    resolution = Resolution(Settings(snapshot_dir=None), clock)
    streams = []
    for spec in specs:
        session, _, _ = make_session(spec)
        session._clock = session.training._clock = clock
        maker = Maker(clock)
        stream = Stream(
            session,
            maker,
            resolution=resolution,
            frame_rate=60,
            most_in_flight=2,
            send=lambda frame: None,
            on_failure=lambda: pytest.fail("a session has failed"),
        )
        session.training.go("play")
        scheduler.add(stream)
        streams.append(stream)

    def run(until):
        while clock() < until:
            due = scheduler.tick()
            clock.now = max(clock(), due)
            for stream in streams:
                stream.blocked = False
                scheduler.drawn(stream)

    run(clock() + seconds / 2)
    for number in changed or ():
        session = streams[number].session
        spec, _ = evolve(session.spec, {"learning_rate": 0.1})
        session.trainer.update_spec(spec)
        session.training.changed()
        scheduler.wake(streams[number])
    before = [_had(stream) for stream in streams]
    run(clock() + seconds / 2)
    return [
        (epochs - epochs_before, frames - frames_before)
        for (epochs, frames), (epochs_before, frames_before) in zip(
            map(_had, streams), before, strict=True
        )
    ]


def _had(stream):
    """Epochs and frames so far."""
    training = stream.session.training
    return training.trainer.steps / training.epoch_steps, stream.maker.frames


def defaults(number, **changes):
    return [evolve(RunSpec(weight_seed=str(n)), changes)[0] for n in range(number)]


@pytest.mark.parametrize("number", [60, 200])
def test_who_is_of_no_crew_has_as_many_epochs_and_frames(clock, number):
    alone = [*defaults(2, batch_size=11), *defaults(1, batch_size=20)]
    shares = play(clock, [*defaults(number), *alone], seconds=2.0)
    for had in zip(*shares, strict=True):
        assert min(had) > 0.6 * max(had)


def test_a_network_that_takes_a_little_longer_has_a_little_less(clock):
    """Up to a millisecond all turns count alike; 1.02 ms are not to be much worse than 0.98."""
    slow = [*defaults(1, batch_size=4), *defaults(1, batch_size=2), *defaults(1, batch_size=1)]
    shares = play(clock, [*defaults(200), *slow], seconds=2.0)
    epochs, frames = zip(*shares, strict=True)
    usual = min(frames[:200])
    assert min(frames) > 0.6 * usual
    assert epochs[200] > 0.4 * usual
    assert epochs[201] > 0.25 * usual
    assert epochs[202] > 0.12 * usual


def test_who_changes_a_setting_has_as_many_epochs(clock):
    shares = play(clock, defaults(150), changed=range(0, 150, 7), seconds=2.0)
    epochs = [epochs for epochs, _ in shares]
    assert min(epochs) > 0.8 * max(epochs)


def test_in_a_crowd_each_frame_shows_about_an_epoch(clock):
    """Nobody is kept from a crew because it has trained alone, in short slices, before."""
    epochs, frames = zip(*play(clock, defaults(200), seconds=2.0), strict=True)
    assert min(epochs) > 0.8 * min(frames)
