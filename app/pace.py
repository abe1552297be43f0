"""Pace: how many minibatches a session may train now, and how fast it has really been."""

import math

DEBT = 0.25
"""Seconds of training that can be owed at most, so that a busy machine slows a session down instead
of piling up work."""

MOST = 1000
"""Minibatches trained in one go at most, whatever the clock says of the last ones."""

MOST_GROWTH = 3.0
"""By how much the time of a minibatch is believed to have grown at once."""

WINDOW = 0.5
"""Seconds over which the measured speed is averaged."""


class Pace:
    """Minibatches owed by time at a wanted speed, and how many fit into a slice."""

    def __init__(self) -> None:
        self.rate: float | None = None
        """Minibatches per second wanted; None is as many as possible."""
        self._owed = 0.0
        self._since = 0.0
        self._per_step: float | None = None
        self._last = 1

    def start(self, now: float) -> None:
        """Owe from now on, and one minibatch at once, so that pressing Play shows."""
        self._since = now
        self._owed = 1.0

    def forget_cost(self) -> None:
        """The network or the batch has changed: measure again, beginning with one minibatch."""
        self._per_step = None

    def due(self, now: float) -> float:
        """When the next minibatch is owed."""
        if self.rate is None:
            return now
        return now + max(0.0, 1.0 - self._at(now)) / self.rate

    def owed(self, now: float) -> float:
        """Minibatches owed, `math.inf` at full speed."""
        if self.rate is None:
            return math.inf
        self._owed, self._since = self._at(now), now
        # Less than a rounding error short of a whole one is a whole one.
        return math.floor(self._owed + 1e-9)

    def _at(self, now: float) -> float:
        assert self.rate is not None
        most = max(1.0, self.rate * DEBT)
        return min(most, self._owed + (now - self._since) * self.rate)

    def fit(self, seconds: float) -> int:
        """Minibatches that take about that long, by what the last ones took; at least one."""
        if self._per_step is None:
            return 1
        return max(1, min(int(seconds / self._per_step), 4 * self._last, MOST))

    def cost(self, steps: int) -> float:
        """Seconds that so many minibatches take, by what the last ones took; infinite at first."""
        return math.inf if self._per_step is None else steps * self._per_step

    def done(self, steps: int, seconds: float) -> None:
        """`steps` minibatches have been trained in that time."""
        if self.rate is not None:
            self._owed -= steps
        if steps:
            per_step = max(seconds / steps, 1e-7)
            old = self._per_step
            if old is None or per_step < old:
                self._per_step = per_step
            else:  # it does take longer now, or was interrupted by another program
                self._per_step = 0.7 * old + 0.3 * min(per_step, MOST_GROWTH * old)
            self._last = steps


class Meter:
    """Speed over the last half second or so: decayed work by decayed time."""

    def __init__(self) -> None:
        self.reset(0.0)

    def reset(self, now: float) -> None:
        """Begin anew."""
        self._work = self._time = 0.0
        self._since = now

    def add(self, now: float, work: float) -> None:
        """`work` has been done since the last call."""
        passed = now - self._since
        decay = math.exp(-passed / WINDOW)
        self._work = self._work * decay + work
        self._time = self._time * decay + passed
        self._since = now

    @property
    def rate(self) -> float:
        """Work per second; 0 before there is any time to divide by."""
        return self._work / self._time if self._time > 0 else 0.0
