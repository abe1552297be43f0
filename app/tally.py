"""What a server process has done so far, in plain numbers that cost next to nothing to raise.

`app.metrics` turns them into metrics once a second; what raises them knows of no metrics.
"""

from collections import Counter
from dataclasses import dataclass, field

MOST_ANSWERS = 100_000
"""Times of answers that wait to be counted; there are far fewer in a second."""


@dataclass(slots=True, eq=False)
class Tally:
    """Counts since the process has started."""

    frames: int = 0
    frame_bytes: int = 0
    epochs: float = 0.0
    """Of all sessions together; parts of epochs count as such."""
    visits: int = 0
    """Requests for sessions by HTTP."""
    refusals: Counter[str] = field(default_factory=Counter)
    """By what was wrong, in a word."""
    snapshots_written: int = 0
    snapshots_failed: int = 0
    snapshot_written_at: float | None = None
    """When the last one was written, by the clock of the store."""
    snapshot_failed_at: float | None = None
    """When the last attempt has failed; None when it has not."""
    answers: list[float] = field(default_factory=list)
    """Seconds from a command's arrival to its answer, since they were last counted."""

    def refuse(self, kind: str) -> None:
        """Something was refused."""
        self.refusals[kind] += 1

    def answer(self, seconds: float) -> None:
        """A command was answered."""
        if len(self.answers) < MOST_ANSWERS:
            self.answers.append(seconds)

    def wrote(self, written: int, failed: int, now: float) -> None:
        """Snapshots were written, or could not be."""
        self.snapshots_written += written
        self.snapshots_failed += failed
        self.snapshot_failed_at = now if failed else None
        if written:
            self.snapshot_written_at = now
