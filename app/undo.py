"""Undo: what a session was before the changes that can be taken back."""

from collections import deque
from dataclasses import dataclass

from app.history import BYTES, History
from app.protocol import View
from engine.snapshot import Snapshot

TOGETHER = 1.0
"""Seconds within which equal changes count as one: the steps of a slider's drag."""

TEXT = 60
"""Bytes of a short text, without its characters."""

POINT = 8
"""Characters of a point of one's own, which a spec has as a text."""

MOST_BYTES = 4_000_000
"""A network of 30 layers of 32 units takes 0.7 MB a level, the default one 10 kB."""


@dataclass(frozen=True)
class Undoable:
    """A session as it was before a change."""

    view: View
    snapshot: Snapshot
    history: History

    @property
    def size(self) -> int:
        """Bytes, about: the parameters, the optimizer's state, the history, the points of a list,
        and what is hidden.
        """
        snapshot, hidden = self.snapshot, self.view.hidden
        arrays = [snapshot.parameters, snapshot.order, *snapshot.update.values()]
        names = TEXT * len(hidden) + sum(map(len, hidden)) + len(self.view.tutorial or "")
        points = POINT * (snapshot.spec.dataset.size or 0)
        return sum(array.nbytes for array in arrays) + BYTES * len(self.history) + names + points


class UndoStack:
    """The last changes, bounded in number and in bytes."""

    def __init__(self, levels: int) -> None:
        self._entries: deque[Undoable] = deque(maxlen=levels)
        self._key: object = None
        self._time = -TOGETHER

    def __len__(self) -> int:
        return len(self._entries)

    def joins(self, key: object, now: float) -> bool:
        """Whether a change is the same one going on, whose beginning is on the stack already.

        None as key never joins.
        """
        same = key is not None and key == self._key and now - self._time <= TOGETHER
        self._key, self._time = key, now
        return same and bool(self._entries)

    def push(self, entry: Undoable) -> None:
        """Keep what was before a change."""
        self._entries.append(entry)
        while len(self._entries) > 1 and sum(kept.size for kept in self._entries) > MOST_BYTES:
            self._entries.popleft()

    @property
    def last(self) -> Undoable | None:
        """What was before the last change, which stays on the stack."""
        return self._entries[-1] if self._entries else None

    def pop(self) -> Undoable | None:
        """What was before the last change, None when there is no more."""
        self._key = None
        return self._entries.pop() if self._entries else None
