"""The scheduler: one coroutine that shares the event loop between frames, training and the network.

Two classes of work share the time. *Frames* go by earliest deadline; *training* goes to the task
that has had the least of it, in slices of about a millisecond. When both have work, the class that
has used less time goes first (start-time fair queueing), half each, or four to one where frames
are so late that movement would not look smooth.

A frame shows what its task has trained since the last one. So the more tasks wait for training, the
shorter is a slice: all have their turns equally often, and a machine that is too small shows fewer
frames and epochs of each.

What a control asked for goes before everything. Between two ticks the loop runs several times,
because a control passes through several tasks until it is seen. When nothing is due, nothing runs;
and what a tick costs depends on the work that is due, not on how many tasks there are.
"""

import asyncio
import contextlib
import logging
import math
from collections.abc import Callable, Sequence

from app.queues import SHORT, Entry, Queue, Ready, Task

log = logging.getLogger(__name__)

URGENT = -math.inf
"""The deadline of a frame that a control asked for."""

LATE = 1 / 60
"""Seconds after its deadline when a frame has precedence: at 60 due, that is at 30 per second."""

PRECEDENCE = 4.0
"""Time of frames for each second of training while frames are late."""

USUAL = 16
"""Frames, about, over which is averaged how late they are."""

TURN = LATE * 2 / (1 + PRECEDENCE)
"""Seconds in which all have trained once, frames aside: training's share at 30 per second."""

LEAST = 2e-5
"""Seconds of the shortest slice, about what a compiled epoch takes of a small network: who trains
alone is to have no more of them than one in a crew. A longer epoch is trained as a whole anyway."""

LONG = 0.001
"""Seconds of work from which on it is asked whether another program has interrupted it. To ask for
processor time takes many times as long as to look at the clock."""

YIELDS = 3
"""Runs of the event loop between two ticks: socket, session and sender are a hop each."""


class Scheduler:
    """Decides who works next. `tick` is synchronous; `run` is the coroutine around it.

    Times are taken from `clock`. What a task has had is measured by `effort`, processor time, where
    it was `LONG`: a task is not to wait for its turn longer because another program has interrupted
    it.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        tick: float,
        slice_: float,
        effort: Callable[[], float] | None = None,
    ) -> None:
        self._clock = clock
        self._effort = effort or clock
        self._tick = tick
        self._slice = slice_
        self._entries: dict[Task, Entry] = {}
        self._frames = Queue()  # by deadline
        self._training = Ready()  # that is owed now, by time had
        self._owed = Queue()  # training that will be owed, by when
        self._granted = slice_  # seconds of the last slice
        self._queued_at = slice_  # seconds of a slice when those who wait were last put in order
        self._level = 0.0  # training time of the task that trained last
        self._lead = 0.0  # by how much training is ahead of frames while both have work
        self.delay = 0.0
        """Seconds by which frames are usually late, those of the last moment."""
        self.overruns = 0
        """Slices of training that took over twice the time that they were granted."""
        self._measured = 0.0  # effort up to the last work, or about that
        self._wake = asyncio.Event()

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, task: Task) -> None:
        """Take a task in."""
        self._entries[task] = Entry(task)
        self.wake(task)

    def remove(self, task: Task) -> None:
        """Let a task go."""
        entry = self._entries.pop(task, None)
        if entry is not None:
            for queue in (self._frames, self._training, self._owed):
                queue.discard(entry)
                queue.tidy()

    def wake(self, task: Task) -> None:
        """Something else may be due of a task, because a control came."""
        entry = self._entries.get(task)
        if entry is not None:
            self._look(entry, self._clock())
            self._wake.set()

    def drawn(self, task: Task) -> None:
        """The page has drawn a frame: another one may be due."""
        entry = self._entries.get(task)
        if entry is not None:
            self._look_for_frame(entry, self._clock())
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
        now, self._measured = self._clock(), self._effort()
        end = now + self._tick
        while now < end:
            while self._owed.first <= now:
                self._want_training(self._owed.pop(), now)
            deadline = self._frames.first
            rivals = deadline <= now and bool(self._training)
            if deadline <= now and (not rivals or self._lead > -LEAST or deadline == URGENT):
                now = self._draw(now, deadline, rivals=rivals)
            elif self._training:
                now = self._train(now, end, rivals=rivals)
            else:
                break
        due = min(self._frames.first, self._owed.first)
        return min(now, due) if self._training else due

    def _draw(self, now: float, deadline: float, *, rivals: bool) -> float:
        """Make the first frame; the time after it."""
        entry = self._frames.pop()
        effort, ended = self._work(entry, entry.task.make_frame, now, began=now)
        if deadline != URGENT:
            self.delay += (min(now - deadline, 2 * LATE) - self.delay) / USUAL
        share = PRECEDENCE if self.delay > LATE else 1.0
        self._lead = self._lead - effort / share if rivals else 0.0
        if entry.task in self._entries:
            self._look_for_frame(entry, ended)
        return ended

    def _train(self, now: float, end: float, *, rivals: bool) -> float:
        """Train whoever has had least, and who can train together with it; the time after it."""
        turn = max(LEAST, min(self._slice, TURN / len(self._training)))
        if turn < self._queued_at / 2:
            self._reorder(turn)
        self._queued_at = max(self._queued_at, turn)
        entry = self._training.pop()
        granted = self._granted = max(LEAST, min(turn, end - now))
        mates = self._training.mates(entry, now, granted)
        if mates:
            spent = self._work_together(entry, mates)
            effort, ended = self._spent(now)
            scale = effort / max(sum(spent), 1e-9)  # to processor time, with what is around it
        else:
            effort, ended = self._work(entry, entry.task.train, granted, began=now)
            spent, scale = [effort], 1.0
            self.overruns += effort > 2 * max(granted, SHORT)
        self._lead = self._lead + effort if rivals else 0.0
        self._level = entry.used
        for each, own in zip((entry, *mates), spent, strict=True):
            each.charge(scale * own, granted)
            if each.task in self._entries:  # it has not gone meanwhile
                self._look(each, ended)
        return ended

    def _reorder(self, turn: float) -> None:
        """Slices have become much shorter, as many have come: nobody who was in the queue before is
        to wait for as many of them as a long one had."""
        for entry in self._training.entries():
            entry.used = min(entry.used, self._level + entry.ahead(turn))
            self._training.put(entry, entry.used)
        self._queued_at = turn

    def _work_together(self, entry: Entry, mates: list[Entry]) -> Sequence[float]:
        """What each took, by the clock. Where it fails, each goes on alone: that shows which of
        them cannot."""
        try:
            return entry.task.train_with([mate.task for mate in mates])
        except Exception:
            log.exception("%d sessions could not be trained together", 1 + len(mates))
            for each in (entry, *mates):
                self._guard(each, each.task.train, LEAST)
            return [LEAST] * (1 + len(mates))

    def _work(
        self, entry: Entry, work: Callable[[float], None], argument: float, *, began: float
    ) -> tuple[float, float]:
        """What it took, with what was to be done around it, and when it was done."""
        self._guard(entry, work, argument)
        return self._spent(began)

    def _guard(self, entry: Entry, work: Callable[[float], None], argument: float) -> None:
        """A task that fails goes alone, and the others go on."""
        try:
            work(argument)
        except Exception as error:
            log.exception("a session failed and was ended")
            self.remove(entry.task)
            entry.task.fail(error)

    def _spent(self, began: float) -> tuple[float, float]:
        """The effort of what began then and has ended now, and when that is."""
        ended = self._clock()
        effort = ended - began
        if effort < LONG:
            self._measured += effort
        else:
            before, self._measured = self._measured, self._effort()
            effort = max(0.0, self._measured - before)
        return effort, ended

    def _look(self, entry: Entry, now: float) -> None:
        """See what is due of a task, now or later."""
        self._look_for_frame(entry, now)
        owed = entry.task.training_due(now)
        if owed is not None and owed <= now:
            self._owed.discard(entry)
            self._want_training(entry, now)
            return
        self._training.discard(entry)
        if owed is None:
            self._owed.discard(entry)
        else:
            self._owed.put(entry, owed)

    def _look_for_frame(self, entry: Entry, now: float) -> None:
        deadline = entry.task.frame_due(now)
        if deadline is None:
            self._frames.discard(entry)
        else:
            self._frames.put(entry, deadline)

    def _want_training(self, entry: Entry, now: float) -> None:
        if entry not in self._training:
            ahead = entry.ahead(self._granted)
            entry.used = min(max(entry.used, self._level), self._level + ahead)
            entry.crew = entry.task.crew(now)
            self._training.put(entry, entry.used)
