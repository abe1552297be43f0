"""What one page watches besides its frames: diagnostics, at their own, lower rate.

A diagnostic is measured again when the network has changed and its turn has come: at most five
times a second, and so seldom that measuring takes no more than a fifth of the time. Nothing is
watched while no panel is open, and then nothing is measured.
"""

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.protocol import DiagnosticEvent
from app.session import Session
from engine.diagnostics import Diagnostic, make_diagnostic

INTERVAL = 0.2
"""Seconds at least between two measurements of one diagnostic."""
SHARE = 0.2
"""Of the time that measuring may take."""
MOST_TIMINGS = 32
"""Timings kept; an alpha slider makes a new subject with every move."""


@dataclass
class _Watched:
    diagnostic: Diagnostic
    seen: int = -1
    """`Training.changes` when it was measured last."""
    controls: int = -1
    """`Training.controls` then."""
    next: float = 0.0


class Watching:
    """The diagnostics that a page watches, and when each is due."""

    def __init__(
        self,
        session: Session,
        *,
        clock: Callable[[], float],
        tell: Callable[[DiagnosticEvent], None],
    ) -> None:
        self._session = session
        self._clock = clock
        self._tell = tell
        self._watched: list[_Watched] = []
        self._timings: dict[tuple[str, Hashable], dict[str, Any]] = {}

    def watch(self, wanted: Sequence[Mapping[str, Any]]) -> None:
        """Watch these instead; what was watched already keeps its turn.

        Raises:
            SpecError: there is no such diagnostic.
        """
        known = {entry.diagnostic: entry for entry in self._watched}
        diagnostics = [make_diagnostic(item) for item in wanted]
        self._watched = [known.get(item) or _Watched(item) for item in dict.fromkeys(diagnostics)]

    def due(self) -> float | None:
        """When the next diagnostic is to be measured, None while nothing has changed."""
        return min((self._turn(entry) for entry in self._stale()), default=None)

    def measure(self, now: float) -> None:
        """Measure the one that has waited longest, and tell of it."""
        ready = [entry for entry in self._stale() if self._turn(entry) <= now]
        if not ready:
            return
        entry = min(ready, key=lambda entry: entry.next)
        training, session = self._session.training, self._session
        entry.seen, entry.controls = training.changes, training.controls
        training.evaluation()
        started = self._clock()
        data = {**entry.diagnostic.measure(session.trainer), **self._timing(entry.diagnostic)}
        ended = self._clock()
        others = len(self._watched)
        entry.next = now + max(INTERVAL, others * (ended - started) / SHARE)
        self._tell(
            DiagnosticEvent(
                run=session.run,
                epoch=session.trainer.epoch,
                diagnostic=entry.diagnostic.to_dict(),
                data=data,
            )
        )

    def _timing(self, diagnostic: Diagnostic) -> dict[str, Any]:
        """What needs a clock, measured once for each subject."""
        trainer = self._session.trainer
        subject = diagnostic.subject(trainer)
        if subject is None:
            return {}
        key = (diagnostic.name(), subject)
        if key not in self._timings:
            if len(self._timings) >= MOST_TIMINGS:
                self._timings.clear()
            self._timings[key] = diagnostic.timing(trainer, time.perf_counter)
        return self._timings[key]

    def _stale(self) -> list[_Watched]:
        changes = self._session.training.changes
        return [entry for entry in self._watched if entry.seen != changes]

    def _turn(self, entry: _Watched) -> float:
        """A change that a control asked for is looked at as soon as the last look allows."""
        asked = entry.controls != self._session.training.controls
        return min(entry.next, entry.next - INTERVAL + 0.05) if asked else entry.next
