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
import heapq
import logging
import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

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

LEAST = 3e-5
"""Seconds of the shortest slice, a minibatch or two of a small network; what goes on around it
takes half of that."""

LONG = 0.001
"""Seconds of work from which on it is asked whether another program has interrupted it. To ask for
processor time takes many times as long as to look at the clock."""

SHORT = 0.0005
"""Seconds up to which all turns count alike, however many tasks share the work."""

CREW = range(4, 25)
"""How many tasks train together: of fewer, each is as fast alone, and more keep others waiting."""

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

    def crew(self, now: float) -> Hashable | None:
        """Tasks with the same can train together now; None for one that trains alone."""

    def train_with(self, mates: Sequence[Any]) -> None:
        """Train together with these other tasks of the crew."""

    def fail(self, error: Exception) -> None:
        """Its own work has failed; it has been taken out and should end."""


@dataclass(eq=False)
class _Entry:
    """A task and what it has had."""

    task: Task
    used: float = 0.0
    """Training time, in seconds; a task that had nothing to do is raised to the others' level."""
    crew: Hashable | None = None
    """The task's crew when it was last seen to want training."""
    usual: float = 1.0
    """What a slice takes of what was granted, lately."""

    def charge(self, seconds: float, granted: float) -> None:
        """It has trained for that long. What a slice takes once (the first one of another network)
        is not charged, or the task would be seen to stand still until the others have had as much.
        Nor is what it takes alone and not in a crew, while that is short: turns count, then.
        """
        cost = min(seconds, 2 * self.usual * granted)
        self.used += granted if granted < cost <= SHORT else cost
        self.usual = (self.usual + min(seconds / granted, 4 * self.usual)) / 2

    def ahead(self, granted: float) -> float:
        """By how much it may be ahead of the others: two turns, of slices as they are now. What was
        charged when they were longer would have it wait for as many short ones."""
        turn = self.usual * granted
        return 2 * (granted if turn <= SHORT else turn)


_Item = tuple[float, int, _Entry]


class _Queue:
    """Entries by a number, the smallest first, among equal ones the one that waits longest."""

    def __init__(self) -> None:
        self._items: dict[_Entry, _Item] = {}
        self._heap: list[_Item] = []  # with items that were replaced or taken out since
        self._count = 0

    def __contains__(self, entry: _Entry) -> bool:
        return entry in self._items

    def __len__(self) -> int:
        return len(self._items)

    def put(self, entry: _Entry, number: float) -> None:
        """Put an entry in; it leaves the place that it had."""
        old = self._items.get(entry)
        if old is None or old[0] != number:
            self._count += 1
            item = self._items[entry] = (number, self._count, entry)
            heapq.heappush(self._heap, item)
            if len(self._heap) > 2 * len(self._items):
                self.tidy()

    def discard(self, entry: _Entry) -> None:
        """Take an entry out, if it is in."""
        self._items.pop(entry, None)

    def tidy(self) -> None:
        """Keep nothing of what has been taken out."""
        self._heap = list(self._items.values())
        heapq.heapify(self._heap)

    def entries(self) -> list[_Entry]:
        """All of them, in no order."""
        return list(self._items)

    @property
    def first(self) -> float:
        """The smallest number, infinite when there is none."""
        heap = self._heap
        while heap and self._items.get(heap[0][2]) is not heap[0]:
            heapq.heappop(heap)
        return heap[0][0] if heap else math.inf

    def pop(self) -> _Entry:
        """Take out the first entry; there must be one."""
        assert self.first < math.inf
        entry = heapq.heappop(self._heap)[2]
        del self._items[entry]
        return entry


class _Ready(_Queue):
    """Entries that want training; those of one crew are found together."""

    def __init__(self) -> None:
        super().__init__()
        self._crews: dict[Hashable, dict[_Entry, None]] = {}

    def put(self, entry: _Entry, number: float) -> None:
        super().put(entry, number)
        if entry.crew is not None:
            self._crews.setdefault(entry.crew, {})[entry] = None

    def discard(self, entry: _Entry) -> None:
        super().discard(entry)
        self._leave(entry)

    def pop(self) -> _Entry:
        entry = super().pop()
        self._leave(entry)
        return entry

    def mates(self, entry: _Entry, now: float) -> list[_Entry]:
        """Takes out those that train together with this one, which has been taken out: as many as
        a crew holds, those that have waited longest, or none.
        """
        crew = entry.task.crew(now)
        waiting = self._crews.get(crew, ()) if crew is not None else ()
        if len(waiting) + 1 < CREW.start:
            return []
        willing = (mate for mate in waiting if mate.task.crew(now) == crew)
        mates = list(islice(willing, CREW.stop - 2))
        if len(mates) + 1 < CREW.start:
            return []
        for mate in mates:
            self.discard(mate)
        return mates

    def _leave(self, entry: _Entry) -> None:
        members = self._crews.get(entry.crew)
        if members is not None:
            members.pop(entry, None)
            if not members:
                del self._crews[entry.crew]


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
        self._entries: dict[Task, _Entry] = {}
        self._frames = _Queue()  # by deadline
        self._training = _Ready()  # that is owed now, by time had
        self._owed = _Queue()  # training that will be owed, by when
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
        self._entries[task] = _Entry(task)
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
        mates = self._training.mates(entry, now)
        if mates:
            effort, ended = self._work_together(entry, mates, began=now)
        else:
            effort, ended = self._work(entry, entry.task.train, granted, began=now)
            self.overruns += effort > 2 * granted
        self._lead = self._lead + effort if rivals else 0.0
        self._level = entry.used
        for each in (entry, *mates):
            each.charge(effort / (1 + len(mates)), granted)
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

    def _work_together(
        self, entry: _Entry, mates: list[_Entry], *, began: float
    ) -> tuple[float, float]:
        """What it took, and when it was done. Where it fails, each goes on alone: that shows which
        of them cannot."""
        try:
            entry.task.train_with([mate.task for mate in mates])
        except Exception:
            log.exception("%d sessions could not be trained together", 1 + len(mates))
            for each in (entry, *mates):
                self._guard(each, each.task.train, LEAST)
        return self._spent(began)

    def _work(
        self, entry: _Entry, work: Callable[[float], None], argument: float, *, began: float
    ) -> tuple[float, float]:
        """What it took, with what was to be done around it, and when it was done."""
        self._guard(entry, work, argument)
        return self._spent(began)

    def _guard(self, entry: _Entry, work: Callable[[float], None], argument: float) -> None:
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

    def _look(self, entry: _Entry, now: float) -> None:
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

    def _look_for_frame(self, entry: _Entry, now: float) -> None:
        deadline = entry.task.frame_due(now)
        if deadline is None:
            self._frames.discard(entry)
        else:
            self._frames.put(entry, deadline)

    def _want_training(self, entry: _Entry, now: float) -> None:
        if entry not in self._training:
            ahead = entry.ahead(self._granted)
            entry.used = min(max(entry.used, self._level), self._level + ahead)
            entry.crew = entry.task.crew(now)
            self._training.put(entry, entry.used)
