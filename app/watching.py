"""What one page watches besides its frames: diagnostics, at their own, lower rate.

A diagnostic is measured again when what it shows has changed and its turn has come: at most five
times a second, and so seldom that measuring takes no more than a fifth of the time. A long
measurement is made in pieces, so that nobody waits for it. Nothing is watched while no panel is
open, and then nothing is measured.
"""

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.protocol import DiagnosticEvent
from app.session import Session
from engine.diagnostics import Diagnostic, Measurement, Work, go_on, make_diagnostic

INTERVAL = 0.2
"""Seconds at least between two measurements of one diagnostic."""
SHARE = 0.2
"""Of the time that measuring may take."""
SLICE = 0.001
"""Seconds of measuring at a time, or one piece that takes longer."""
MOST_TIMINGS = 32
"""Timings kept; an alpha slider makes a new subject with every move."""


@dataclass(eq=False)
class _Watched:
    diagnostic: Diagnostic
    seen: Hashable = None
    """What it showed when it was measured last."""
    controls: int = -1
    """`Training.controls` then."""
    next: float = 0.0


@dataclass
class _UnderWay:
    """A measurement that has begun."""

    entry: _Watched
    work: Work
    run: int
    epoch: int
    spent: float = 0.0
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
        self._under_way: _UnderWay | None = None
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
        """When there is something to measure, None while nothing has changed."""
        if not self._watched and self._under_way is None:  # as on most pages
            return None
        if (begun := self._valid()) is not None:
            return begun.next
        return min((self._turn(entry) for entry in self._stale()), default=None)

    def measure(self, now: float) -> None:
        """Go on with the measurement under way, or begin that which has waited longest; tell of it
        when it is done.
        """
        if not self._watched and self._under_way is None:
            return
        begun = self._valid() or self._begin(now)
        if begun is None or begun.next > now:
            return
        started = ended = self._clock()
        measured = None
        while measured is None and ended - started < SLICE:
            measured = go_on(begun.work)
            ended = self._clock()
        begun.spent += ended - started
        if measured is None:
            busy = self._session.training.busy
            begun.next = now + ((ended - started) / SHARE if busy else 0.0)
            return
        self._under_way = None
        pause = max(INTERVAL, len(self._watched) * begun.spent / SHARE)
        begun.entry.next = now + pause
        self._report(begun, measured)

    def _begin(self, now: float) -> _UnderWay | None:
        ready = [entry for entry in self._stale() if self._turn(entry) <= now]
        if not ready:
            return None
        entry = min(ready, key=lambda entry: entry.next)
        training, session = self._session.training, self._session
        entry.seen, entry.controls = self._shown(entry), training.controls
        training.evaluate()
        trainer = session.trainer
        work = entry.diagnostic.work(trainer)
        self._under_way = _UnderWay(entry, work, session.run, trainer.epoch, next=now)
        return self._under_way

    def _valid(self) -> _UnderWay | None:
        """The measurement under way, while anybody wants it."""
        begun = self._under_way
        if begun is not None and (
            begun.run != self._session.run
            or begun.entry not in self._watched
            or (begun.entry.diagnostic.of_start and begun.entry.seen != self._shown(begun.entry))
        ):
            begun.work.close()
            begun.entry.seen = None
            self._under_way = None
        return self._under_way

    def _report(self, done: _UnderWay, measured: Measurement) -> None:
        diagnostic = done.entry.diagnostic
        self._tell(
            DiagnosticEvent(
                run=done.run,
                epoch=done.epoch,
                diagnostic=diagnostic.to_dict(),
                data={**measured, **self._timing(diagnostic)},
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
        return [entry for entry in self._watched if entry.seen != self._shown(entry)]

    def _shown(self, entry: _Watched) -> Hashable:
        """What the diagnostic shows: the experiment, or the weights of now."""
        session = self._session
        if entry.diagnostic.of_start:
            return session.run, session.spec
        return session.training.changes

    def _turn(self, entry: _Watched) -> float:
        """A change that a control asked for is looked at as soon as the last look allows."""
        asked = entry.controls != self._session.training.controls
        return min(entry.next, entry.next - INTERVAL + 0.05) if asked else entry.next
