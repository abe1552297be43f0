"""A stream: the frames of one session on their way to one page, paced by time and by credit.

A frame is due a sixtieth of a second after the last one when something has changed, and at once
after a control. It is only made while the page still has to draw fewer than two frames: so what a
slow page gets is less often, never late.
"""

from collections.abc import Callable, Hashable, Sequence

from app.frames import FrameMaker
from app.resolution import Resolution
from app.scheduler import URGENT
from app.session import Session
from app.tally import Tally
from app.watching import Watching

CONTROL_PAUSE = 0.016
"""Seconds at least between two frames that are sent at once because of a control."""

MADE_UP = 0.004
"""Seconds of delay, two ticks, that the next frame makes up for, so that the rate is kept."""

MADE_UP_FOR_PAGE = 0.012
"""Seconds likewise where it was the page that drew the frames before it late: most of the time
between two. A browser that is busy has drawn one late and the next in time."""

FOLLOW = 0.1
"""Part of what the page says a frame was early by, that the next one comes later. Two clocks, each
with its sixtieth of a second, drift: without this there are seconds in which frames come just about
when the page draws, now two and now none between two animation frames."""

MOST_EARLY = 0.002
"""Seconds of it that are believed, either way. A frame that has waited for the one before it to be
drawn was early by a whole period more: of their mean the frames would come too seldom."""


class Stream:
    """What the scheduler runs for one connection: its session's frames and training."""

    def __init__(
        self,
        session: Session,
        maker: FrameMaker,
        *,
        resolution: Resolution,
        frame_rate: float,
        most_in_flight: int,
        send: Callable[[bytes], None],
        on_failure: Callable[[], None],
        watching: Watching | None = None,
        tally: Tally | None = None,
    ) -> None:
        self.session = session
        self.maker = maker
        self.watching = watching
        self.blocked = False
        """Whether the last frame made still waits for the socket."""
        self._tally = tally or Tally()
        self._resolution = resolution
        self._period = 1.0 / frame_rate
        self._most = most_in_flight
        self._send = send
        self._on_failure = on_failure
        self._shown = -1  # `session.training.changes` in the last frame made
        self._answered = -1  # `session.training.controls` in the last frame made
        self._run = session.run
        self._next = 0.0  # when the next frame is due that no control asks for
        self._next_urgent = 0.0
        self._full = False  # without credit, when last looked at
        self._freed = 0.0  # when it has got credit again

    @property
    def shown_by(self) -> int:
        """Number of the first frame that shows all that was done up to now."""
        return self.maker.ring.seq + (self.session.training.changes != self._shown)

    def frame_due(self, now: float) -> float | None:
        """When the next frame or diagnostic is to be made, None while there is nothing new or no
        credit.
        """
        session = self.session
        if session.run != self._run:  # a new network: pages drop frames of the old one unseen
            self._run = session.run
            self.maker.restart()
        full = self.maker.ring.in_flight >= self._most
        if self._full and not full:
            self._freed = now
        self._full = full
        if self.blocked or full:
            return None
        frame = self._frame_due(now)
        watched = self.watching.due() if self.watching is not None else None
        if frame is None or watched is None:
            return watched if frame is None else frame
        return min(frame, watched)

    def _frame_due(self, now: float) -> float | None:
        training = self.session.training
        if training.changes == self._shown:
            return None
        if training.controls == self._answered:
            return max(self._next, self._freed)
        return URGENT if now >= self._next_urgent else self._next_urgent

    def make_frame(self, now: float) -> None:
        """Make and send what is due of the session as it is now: a frame, a diagnostic, or both."""
        due = self._frame_due(now)
        if due is not None and due <= now:
            self._make_frame(now)
        if self.watching is not None:
            self.watching.measure(now)

    def _make_frame(self, now: float) -> None:
        session = self.session
        due = max(self._next, self._freed)  # of more delay than this the period stretches
        late = min(now - due, MADE_UP) + min(due - self._next, MADE_UP_FOR_PAGE)
        if session.training.controls != self._answered:
            self._next_urgent = now + CONTROL_PAUSE
            late = 0.0
        self._shown, self._answered = session.training.changes, session.training.controls
        self._next = now - late + self._period
        self.blocked = True
        rests, focused = not session.training.busy, session.focus is not None
        session.training.in_crowd = self._resolution.crowded
        sides = self._resolution.sides(rests=rests, focused=focused)
        frame = self.maker.make(session, sides)
        self._tally.frames += 1
        self._tally.frame_bytes += len(frame)
        self._send(frame)

    def acknowledge(self, seq: int, early: int = 0) -> bool:
        """The page has drawn a frame, which came so many milliseconds before the middle of the time
        between two of its animation frames; False when that was not awaited.
        """
        if not self.maker.ring.acknowledge(seq):
            return False
        self._next += FOLLOW * max(-MOST_EARLY, min(MOST_EARLY, early / 1000))
        return True

    def training_due(self, now: float) -> float | None:
        """When the session trains next, None while it does not."""
        return self.session.training.due(now)

    def train(self, seconds: float) -> None:
        """Let the session train."""
        training = self.session.training
        before = training.trainer.steps
        training.train(seconds)
        self._tally.epochs += (training.trainer.steps - before) / training.epoch_steps

    def crew(self, now: float) -> Hashable | None:
        """Streams whose sessions can train together have the same."""
        return self.session.training.crew(now)

    def train_with(self, mates: "Sequence[Stream]") -> Sequence[float]:
        """Let the session train together with these streams' sessions."""
        spent = self.session.training.train_with([mate.session.training for mate in mates])
        self._tally.epochs += 1 + len(mates)
        return spent

    def fail(self, error: Exception) -> None:
        """The session cannot go on; its connection ends."""
        self._on_failure()
