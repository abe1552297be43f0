"""The scheduler: one coroutine that shares the event loop between frames, training and the network.

Two classes of work share the time. *Frames* go by earliest deadline; *training* goes to the task
that has had the least of it, in slices of about a millisecond. When both have work, the class that
has used less time goes first (start-time fair queueing, half each), so that neither starves when
the machine is too small. What a control asked for goes before everything. Between two ticks the
loop runs several times, because a control passes through several tasks until it is seen. When
nothing is due, nothing runs.
"""

import asyncio
import contextlib
import heapq
import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

log = logging.getLogger(__name__)

URGENT = -math.inf
"""The deadline of a frame that a control asked for."""

YIELDS = 3
"""Runs of the event loop between two ticks: socket, session and sender are a hop each."""


class Task(Protocol):
    """One session that is being watched, as the scheduler sees it."""

    def frame_due(self, now: float) -> float | None:
        """When the next frame is due: `URGENT`, a time, or None when there is none to make."""

    def make_frame(self, now: float) -> None:
        """Make the frame and hand it to the sender."""

    def training_due(self, now: float) -> float | None:
        """When the next minibatch is owed, or None when the session does not train."""

    def train(self, seconds: float) -> None:
        """Train for about that long, and not more than is owed."""

    def fail(self, error: Exception) -> None:
        """Its own work has failed; it has been taken out and should end."""


@dataclass(eq=False)
class _Entry:
    """A task and what it has had."""

    task: Task
    order: int
    used: float = 0.0
    """Training time, in seconds; a task that had nothing to do is raised to the others' level."""
    waiting: bool = False
    """Whether it had training to do when it was last looked at."""


_Heap = list[tuple[float, int, _Entry]]


class Scheduler:
    """Decides who works next. `tick` is synchronous and takes its time from `clock`; `run` is the
    coroutine around it."""

    def __init__(self, clock: Callable[[], float], *, tick: float, slice_: float) -> None:
        self._clock = clock
        self._tick = tick
        self._slice = slice_
        self._entries: dict[Task, _Entry] = {}
        self._joined = 0
        self._level = 0.0  # training time of the task that trained last
        self._lead = 0.0  # by how much training is ahead of frames while both have work
        self._wake = asyncio.Event()

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, task: Task) -> None:
        """Take a task in."""
        self._joined += 1
        self._entries[task] = _Entry(task, self._joined)
        self._wake.set()

    def remove(self, task: Task) -> None:
        """Let a task go."""
        self._entries.pop(task, None)

    def wake(self) -> None:
        """Something may be due now: a control came, or a page has drawn a frame."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self._wake.clear()
            due = self.tick()
            if due <= self._clock():
                for _ in range(YIELDS):
                    await asyncio.sleep(0)
            else:
                await self._sleep(due)

    async def _sleep(self, due: float) -> None:
        pause = None if due == math.inf else max(due - self._clock(), self._tick)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._wake.wait()

    def tick(self) -> float:
        """Work for one tick; the time at which something is due next, `math.inf` for never."""
        now = self._clock()
        end = now + self._tick
        frames, training, later = self._due(now)
        while (frames or training) and now < end:
            rivals = bool(frames and training)
            drawing = bool(frames) and (not rivals or self._lead >= 0 or frames[0][0] == URGENT)
            _, _, entry = heapq.heappop(frames if drawing else training)
            ok = self._work(entry, now, end, drawing=drawing)
            before, now = now, self._clock()
            self._account(entry, now - before, drawing=drawing, rivals=rivals)
            if not ok:
                continue
            later = min(later, _or_never(entry.task.frame_due(now)))
            if drawing:
                continue
            owed = _or_never(entry.task.training_due(now))
            if owed <= now:
                heapq.heappush(training, (entry.used, entry.order, entry))
            else:
                entry.waiting = False
                later = min(later, owed)
        return now if frames or training else later

    def _due(self, now: float) -> tuple[_Heap, _Heap, float]:
        """What is due, frames by deadline and training by time had; and when more will be."""
        frames: _Heap = []
        training: _Heap = []
        later = math.inf
        for entry in self._entries.values():
            frame = _or_never(entry.task.frame_due(now))
            if frame <= now:
                frames.append((frame, entry.order, entry))
            else:
                later = min(later, frame)
            owed = _or_never(entry.task.training_due(now))
            if owed <= now:
                if not entry.waiting:
                    entry.waiting, entry.used = True, max(entry.used, self._level)
                training.append((entry.used, entry.order, entry))
            else:
                entry.waiting = False
                later = min(later, owed)
        heapq.heapify(frames)
        heapq.heapify(training)
        return frames, training, later

    def _work(self, entry: _Entry, now: float, end: float, *, drawing: bool) -> bool:
        """One frame or one slice; a task that fails goes alone, and the others go on."""
        try:
            if drawing:
                entry.task.make_frame(now)
            else:
                entry.task.train(min(self._slice, end - now))
        except Exception as error:
            log.exception("a session failed and was ended")
            self.remove(entry.task)
            entry.task.fail(error)
            return False
        return True

    def _account(self, entry: _Entry, seconds: float, *, drawing: bool, rivals: bool) -> None:
        if not drawing:
            self._level = entry.used
            entry.used += seconds
        if rivals:
            self._lead += -seconds if drawing else seconds
        else:
            self._lead = 0.0


def _or_never(due: float | None) -> float:
    return math.inf if due is None else due
