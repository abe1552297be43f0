"""Resolution: how many points maps have, fewer when a process cannot keep the frame rate.

A process with more sessions than it can show smoothly rather makes frames with fewer points than
fewer of them: a coarse one costs less than half of a fine one, and the page stretches either to the
size of its picture. Each change makes complete frames, and can be seen, so it is a rare one.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.settings import Settings

LATE = 1 / 60
"""Seconds of usual delay above which maps become coarse: with 60 due, that is at 30 a second."""
PROMPT = LATE / 4
"""Seconds of usual delay below which they become fine again: there is time for twice the work."""
PATIENCE = 10.0
"""Seconds at least that maps stay coarse."""


@dataclass(frozen=True)
class Sides:
    """Points along one side of the maps of outputs, and of those of hidden units."""

    output: int
    unit: int


class Resolution:
    """The sides of the maps of all sessions of a process."""

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self._fine = Sides(settings.output_side, settings.unit_side)
        self._coarse = Sides(
            min(settings.coarse_output_side, settings.output_side),
            min(settings.coarse_unit_side, settings.unit_side),
        )
        self._from = settings.coarse_from
        self._clock = clock
        self._crowded_since: float | None = None

    def adapt(self, *, watched: int, delay: float) -> None:
        """So many sessions are watched, and a frame usually comes so many seconds late."""
        now = self._clock()
        if self._crowded_since is None:
            if watched >= self._from and delay > LATE:
                self._crowded_since = now
        elif now - self._crowded_since >= PATIENCE and (watched < self._from or delay < PROMPT):
            self._crowded_since = None

    @property
    def crowded(self) -> bool:
        """Whether there are more sessions than can be shown smoothly."""
        return self._crowded_since is not None

    def sides(self, *, rests: bool, focused: bool) -> Sides:
        """For a session: one that rests, or shows a unit at full resolution, has fine maps."""
        return self._coarse if self.crowded and not (rests or focused) else self._fine
