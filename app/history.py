"""The loss history of a run: bounded, whatever the number of epochs."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.saved import Losses

BYTES = 3 * 8
"""Of a point."""

BLOCK = 64
"""Points that are put away together."""


@dataclass(slots=True)
class Points:
    """Some points, one after the other, as plain numbers: as Python objects they would be the
    largest part of a session."""

    epochs: array[int] = field(default_factory=lambda: array("q"))
    train: array[float] = field(default_factory=lambda: array("d"))
    """Not a number where it is not finite."""
    test: array[float] = field(default_factory=lambda: array("d"))

    def __len__(self) -> int:
        return len(self.epochs)

    def part(self, start: int, end: int | None = None) -> Points:
        """Some of them, as others."""
        where = slice(start, end)
        return Points(self.epochs[where], self.train[where], self.test[where])

    def append(self, epoch: int, train: float, test: float) -> None:
        """Take another one."""
        self.epochs.append(epoch)
        self.train.append(train)
        self.test.append(test)

    def extend(self, more: Points) -> None:
        """Take others, too."""
        self.epochs += more.epochs
        self.train += more.train
        self.test += more.test


class History:
    """Training and test loss over epochs, at most `limit` points.

    When it is full, points closer together than twice the stride are dropped, and from then on
    points are taken at that distance: early and late epochs stay equally dense, and the memory of
    a run that goes on for days does not grow.

    Points are put away in blocks that nobody changes any more, so that a copy has the same ones:
    what an edit of a long run leaves for undo is the few points of the last block.
    """

    def __init__(self, limit: int, stride: int = 1) -> None:
        self.limit = limit
        self.stride = stride
        self._blocks: list[Points] = []
        """Full ones, never changed."""
        self._last = Points()
        """Where points are taken; it is empty only when there are none at all."""

    def __len__(self) -> int:
        return len(self._blocks) * BLOCK + len(self._last)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, History):
            return NotImplemented
        mine, theirs = ((h.limit, h.stride, h.to_bytes()) for h in (self, other))
        return mine == theirs

    @property
    def epochs(self) -> list[int]:
        """The epoch of each point."""
        return self._all.epochs.tolist()

    @property
    def train(self) -> list[float | None]:
        """The training loss of each point, None where it is not finite."""
        return [loss if math.isfinite(loss) else None for loss in self._all.train]

    @property
    def test(self) -> list[float | None]:
        """The test loss of each point, None where it is not finite."""
        return [loss if math.isfinite(loss) else None for loss in self._all.test]

    @property
    def _all(self) -> Points:
        points = Points()
        for block in (*self._blocks, self._last):
            points.extend(block)
        return points

    def record(self, epoch: int, train: float | None, test: float | None) -> None:
        """Take a point, unless it is too close to the last one."""
        last = self._last
        if last and epoch - last.epochs[-1] < self.stride:
            return
        if len(last) == BLOCK:
            self._blocks.append(last)
            last = self._last = Points()
        last.append(epoch, _number(train), _number(test))
        while len(self) > self.limit:
            self._thin()

    def amend(self, epoch: int, train: float | None, test: float | None) -> None:
        """Put right the last point, if it is of this epoch: a weight has been edited."""
        if self._last and self._last.epochs[-1] == epoch:
            self._last.train[-1], self._last.test[-1] = _number(train), _number(test)

    def _thin(self) -> None:
        self.stride *= 2
        points = self._all
        kept = [0]
        for index, epoch in enumerate(points.epochs):
            if epoch - points.epochs[kept[-1]] >= self.stride:
                kept.append(index)
        self._fill(
            Points(
                array("q", [points.epochs[index] for index in kept]),
                array("d", [points.train[index] for index in kept]),
                array("d", [points.test[index] for index in kept]),
            )
        )

    def _fill(self, points: Points) -> None:
        """These points and no others."""
        full = max(0, len(points) - 1) // BLOCK * BLOCK
        self._blocks = [points.part(start, start + BLOCK) for start in range(0, full, BLOCK)]
        self._last = points.part(full)

    @property
    def losses(self) -> Losses:
        """The points, as a file has them."""
        return Losses(self.epochs, self.train, self.test, self.stride)

    @classmethod
    def of(cls, losses: Losses, limit: int) -> History:
        """The history whose points a file has, or as many of them as it may have."""
        history = cls(limit, losses.stride)
        train, test = (array("d", map(_number, each)) for each in (losses.train, losses.test))
        history._fill(Points(array("q", losses.epoch), train, test))
        while len(history) > limit:
            history._thin()
        return history

    def copy(self) -> History:
        """A history of its own, for undo, which shares the blocks."""
        history = History(self.limit, self.stride)
        history._blocks = self._blocks.copy()
        history._last = self._last.part(0)
        return history

    @staticmethod
    def size(histories: Iterable[History]) -> int:
        """Bytes of the points of several, those that they share counted once."""
        kept = [*histories]
        shared = {id(block) for history in kept for block in history._blocks}
        return BYTES * (len(shared) * BLOCK + sum(len(history._last) for history in kept))

    def to_bytes(self) -> bytes:
        """The points, for the disk of this machine."""
        points = self._all
        return b"".join([each.tobytes() for each in (points.epochs, points.train, points.test)])

    @classmethod
    def from_bytes(cls, data: bytes, limit: int, stride: int) -> History:
        """The history whose points these are.

        Raises:
            ValueError: the bytes are not those of whole points.
        """
        if len(data) % BYTES:
            raise ValueError(f"got {len(data)} bytes, expected {BYTES} for each point")
        history, points, size = cls(limit, stride), Points(), len(data) // 3
        points.epochs.frombytes(data[:size])
        points.train.frombytes(data[size : 2 * size])
        points.test.frombytes(data[2 * size :])
        history._fill(points)
        return history


def _number(loss: float | None) -> float:
    return math.nan if loss is None else loss
