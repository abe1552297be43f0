"""Undo: what a session was before the changes that can be taken back."""

import json
import zlib
from collections import deque
from dataclasses import dataclass

from app.history import History, Kept
from app.protocol import View
from engine.snapshot import Snapshot
from engine.spec import RunSpec

TOGETHER = 1.0
"""Seconds within which equal changes count as one: the steps of a slider's drag."""

TEXT = 60
"""Bytes of a short text, without its characters."""

LARGE = 100_000
"""Bytes of a snapshot that takes too long to compress: what it then consists of are weights, which
hardly get smaller."""

MOST_BYTES = 4_000_000
"""A network of 30 layers of 32 units takes 0.7 MB a level, the default one 0.7 kB and losses."""

KNOWN = json.dumps(RunSpec().to_dict()).encode()
"""What a compressed snapshot refers to instead of saying it: what most experiments have in common,
which is a third of a small one."""


@dataclass(frozen=True, slots=True)
class Undoable:
    """A session as it was before a change, in little memory: everybody has some of these."""

    view: View
    data: bytes
    """The trainer's snapshot, compressed."""
    losses: Kept
    """The history."""

    @classmethod
    def of(cls, view: View, snapshot: Snapshot, history: History) -> "Undoable":
        """What a session is now."""
        data = snapshot.to_bytes()
        packer = zlib.compressobj(0 if len(data) > LARGE else 1, zdict=KNOWN)
        return cls(view, packer.compress(data) + packer.flush(), history.keep())

    @property
    def snapshot(self) -> Snapshot:
        """The trainer's."""
        return Snapshot.from_bytes(zlib.decompressobj(zdict=KNOWN).decompress(self.data))

    @property
    def size(self) -> int:
        """Bytes, about: the snapshot, and what is hidden. The history is not among them, as entries
        share it.
        """
        hidden = self.view.hidden
        names = TEXT * len(hidden) + sum(map(len, hidden)) + len(self.view.tutorial or "")
        return len(self.data) + names


class UndoStack:
    """The last changes, and those of them that were taken back, bounded in number and in bytes."""

    def __init__(self, levels: int) -> None:
        self._entries: deque[Undoable] = deque(maxlen=levels)
        self._undone: deque[Undoable] = deque(maxlen=levels)
        self._key: object = None
        self._time = -TOGETHER

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def undone(self) -> int:
        """Changes that were taken back and can be made again."""
        return len(self._undone)

    @property
    def size(self) -> int:
        """Bytes of all, about; what entries share is counted once."""
        kept = [*self._entries, *self._undone]
        return sum(entry.size for entry in kept) + Kept.size(entry.losses for entry in kept)

    def joins(self, key: object, now: float) -> bool:
        """Whether a change is the same one going on, whose beginning is on the stack already.

        None as key never joins.
        """
        same = key is not None and key == self._key and now - self._time <= TOGETHER
        self._key, self._time = key, now
        return same and bool(self._entries)

    def forget_undone(self) -> None:
        """There is another change now: what was taken back cannot be made again."""
        self._undone.clear()

    def push(self, entry: Undoable) -> None:
        """Keep what was before a change."""
        self.forget_undone()
        self._entries.append(entry)
        self._fit()

    @property
    def last(self) -> Undoable | None:
        """What was before the last change, which stays on the stack."""
        return self._entries[-1] if self._entries else None

    @property
    def next(self) -> Undoable | None:
        """What was before the last undo, which stays on the stack."""
        return self._undone[-1] if self._undone else None

    def take_back(self, now: Undoable) -> None:
        """The last change is taken back; `now` is what it was taken back from."""
        self._key = None
        self._entries.pop()
        self._undone.append(now)
        self._fit()

    def make_again(self, now: Undoable) -> None:
        """The last undo is taken back."""
        self._key = None
        self._undone.pop()
        self._entries.append(now)
        self._fit()

    def _fit(self) -> None:
        """Drop what is farthest away, until the rest takes little enough memory."""
        while self.size > MOST_BYTES and len(self._entries) + len(self._undone) > 1:
            from_ = self._entries if len(self._entries) > 1 or not self._undone else self._undone
            from_.popleft()
