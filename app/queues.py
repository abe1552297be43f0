"""Queues: who waits for a frame or for training, in the order in which they are served.

Those of one crew, who can train together, are found together.
"""

import heapq
import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

SHORT = 0.001
"""Seconds up to which all turns count alike, however many tasks share the work; one that takes
twice as long counts as two."""

CREW = range(4, 37)
"""How many tasks train together: of fewer, each is as fast alone, of more hardly any faster."""

LONGEST_CREW = 0.005
"""Seconds for which a crew may keep the others waiting; of large networks fewer train together."""


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

    def train_with(self, mates: Sequence[Any]) -> Sequence[float]:
        """Train together with these other tasks of the crew; what each took, this one first."""

    def fail(self, error: Exception) -> None:
        """Its own work has failed; it has been taken out and should end."""


@dataclass(eq=False)
class Entry:
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
        Nor is what it takes alone and not in a crew, while that is `SHORT`: turns count, then.
        """
        cost = min(seconds, 2 * self.usual * granted)
        self.used += min(cost, granted * max(1.0, cost / SHORT))
        self.usual = (self.usual + min(seconds / granted, 4 * self.usual)) / 2

    def turn(self, granted: float) -> float:
        """Seconds that its slice usually takes when so many are granted."""
        return self.usual * granted

    def ahead(self, granted: float) -> float:
        """By how much it may be ahead of the others: two turns, of slices as they are now. What was
        charged when they were longer would have it wait for as many short ones."""
        return 2 * granted * max(1.0, self.turn(granted) / SHORT)


Item = tuple[float, int, Entry]


class Queue:
    """Entries by a number, the smallest first, among equal ones the one that waits longest."""

    def __init__(self) -> None:
        self._items: dict[Entry, Item] = {}
        self._heap: list[Item] = []  # with items that were replaced or taken out since
        self._count = 0

    def __contains__(self, entry: Entry) -> bool:
        return entry in self._items

    def __len__(self) -> int:
        return len(self._items)

    def put(self, entry: Entry, number: float) -> None:
        """Put an entry in; it leaves the place that it had."""
        old = self._items.get(entry)
        if old is None or old[0] != number:
            self._count += 1
            item = self._items[entry] = (number, self._count, entry)
            heapq.heappush(self._heap, item)
            if len(self._heap) > 2 * len(self._items):
                self.tidy()

    def discard(self, entry: Entry) -> None:
        """Take an entry out, if it is in."""
        self._items.pop(entry, None)

    def tidy(self) -> None:
        """Keep nothing of what has been taken out."""
        self._heap = list(self._items.values())
        heapq.heapify(self._heap)

    def entries(self) -> list[Entry]:
        """All of them, in no order."""
        return list(self._items)

    @property
    def first(self) -> float:
        """The smallest number, infinite when there is none."""
        heap = self._heap
        while heap and self._items.get(heap[0][2]) is not heap[0]:
            heapq.heappop(heap)
        return heap[0][0] if heap else math.inf

    def pop(self) -> Entry:
        """Take out the first entry; there must be one."""
        assert self.first < math.inf
        entry = heapq.heappop(self._heap)[2]
        del self._items[entry]
        return entry


class Ready(Queue):
    """Entries that want training; those of one crew are found together."""

    def __init__(self) -> None:
        super().__init__()
        self._crews: dict[Hashable, dict[Entry, None]] = {}

    def put(self, entry: Entry, number: float) -> None:
        super().put(entry, number)
        if entry.crew is not None:
            self._crews.setdefault(entry.crew, {})[entry] = None

    def discard(self, entry: Entry) -> None:
        super().discard(entry)
        self._leave(entry)

    def pop(self) -> Entry:
        entry = super().pop()
        self._leave(entry)
        return entry

    def mates(self, entry: Entry, now: float, granted: float) -> list[Entry]:
        """Takes out those that train together with this one, which has been taken out: as many as
        a crew holds with slices like theirs, those that have waited longest, or none.
        """
        crew = entry.task.crew(now)
        waiting = self._crews.get(crew, ()) if crew is not None else ()
        if len(waiting) + 1 < CREW.start:
            return []
        mates: list[Entry] = []
        left = LONGEST_CREW - entry.turn(granted)
        for mate in waiting:
            if mate.task.crew(now) != crew:
                continue
            left -= mate.turn(granted)
            if left < 0.0 or len(mates) + 2 == CREW.stop:
                break
            mates.append(mate)
        if len(mates) + 1 < CREW.start:
            return []
        for mate in mates:
            self.discard(mate)
        return mates

    def _leave(self, entry: Entry) -> None:
        members = self._crews.get(entry.crew)
        if members is not None:
            members.pop(entry, None)
            if not members:
                del self._crews[entry.crew]
