"""The loss history of a run: bounded, whatever the number of epochs."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from engine.saved import Losses

ROW = struct.Struct("<qff")
"""A point: its epoch, and both losses, not a number where they are not finite. A float32 has the
digits that a frame says, and takes half the memory compressed: of the others hardly two are alike.
"""

TABLE = np.dtype([("epoch", "<i8"), ("train", "<f4"), ("test", "<f4")])
"""It, as a table has it."""

LARGEST_LOSS = float(np.finfo(np.float32).max)
"""One that is larger counts as not finite."""

BYTES = ROW.size
"""Of a point. As Python objects they would be the largest part of a session."""

BLOCK = 64
"""Points that are put away together."""


class History:
    """Training and test loss over epochs, at most `limit` points.

    When it is full, points closer together than twice the stride are dropped, and from then on
    points are taken at that distance: early and late epochs stay equally dense, and the memory of
    a run that goes on for days does not grow.

    Points are put away in blocks that nobody changes any more, compressed, so that what is kept of
    it has the same ones: an edit of a long run leaves for undo the few points of the last block.

    Losses have the seven digits of a float32.
    """

    def __init__(self, limit: int, stride: int = 1) -> None:
        self.limit = limit
        self.stride = stride
        self._blocks: list[bytes] = []
        """Full ones, never changed."""
        self._last = bytearray()
        """Where points are taken; it is empty only when there are none at all."""

    def __len__(self) -> int:
        return len(self._blocks) * BLOCK + len(self._last) // BYTES

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, History):
            return NotImplemented
        mine, theirs = ((h.limit, h.stride, h.to_bytes()) for h in (self, other))
        return mine == theirs

    @property
    def epochs(self) -> list[int]:
        """The epoch of each point."""
        return cast(list[int], self._table["epoch"].tolist())

    @property
    def train(self) -> list[float | None]:
        """The training loss of each point, None where it is not finite."""
        return _losses(self._table["train"])

    @property
    def test(self) -> list[float | None]:
        """The test loss of each point, None where it is not finite."""
        return _losses(self._table["test"])

    @property
    def _table(self) -> NDArray[Any]:
        full = b"".join(map(_unpacked, self._blocks))
        return np.frombuffer(full + self._last, TABLE)

    @property
    def _newest(self) -> int | None:
        """The epoch of the last point."""
        return ROW.unpack_from(self._last, len(self._last) - BYTES)[0] if self._last else None

    def record(self, epoch: int, train: float | None, test: float | None) -> None:
        """Take a point, unless it is too close to the last one."""
        newest = self._newest
        if newest is not None and epoch - newest < self.stride:
            return
        if len(self._last) == BLOCK * BYTES:
            self._blocks.append(_packed(self._last))
            self._last.clear()
        self._last += ROW.pack(epoch, _number(train), _number(test))
        while len(self) > self.limit:
            self._thin()

    def amend(self, epoch: int, train: float | None, test: float | None) -> None:
        """Put right the last point, if it is of this epoch: a weight has been edited."""
        if self._newest == epoch:
            row = (epoch, _number(train), _number(test))
            ROW.pack_into(self._last, len(self._last) - BYTES, *row)

    def _thin(self) -> None:
        self.stride *= 2
        table = self._table
        epochs = table["epoch"].tolist()
        kept = [0]
        for index, epoch in enumerate(epochs):
            if epoch - epochs[kept[-1]] >= self.stride:
                kept.append(index)
        self._fill(table[kept].tobytes())

    def _fill(self, points: bytes) -> None:
        """These points and no others."""
        size = BLOCK * BYTES
        full = max(0, len(points) - 1) // size * size
        self._blocks = [_packed(points[start : start + size]) for start in range(0, full, size)]
        self._last = bytearray(points[full:])

    @property
    def losses(self) -> Losses:
        """The points, as a file has them."""
        return Losses(self.epochs, self.train, self.test, self.stride)

    @classmethod
    def of(cls, losses: Losses, limit: int) -> History:
        """The history whose points a file has, or as many of them as it may have."""
        history = cls(limit, losses.stride)
        train, test = (map(_number, each) for each in (losses.train, losses.test))
        history._fill(np.array([*zip(losses.epoch, train, test, strict=True)], TABLE).tobytes())
        while len(history) > limit:
            history._thin()
        return history

    def keep(self) -> Kept:
        """It as it is now, which shares the blocks."""
        return Kept(self.limit, self.stride, (*self._blocks,), _packed(self._last))

    def to_bytes(self) -> bytes:
        """The points, for the disk of this machine."""
        return b"".join([*self._blocks, self._last])

    @classmethod
    def from_bytes(cls, data: bytes, limit: int, stride: int, *, points: int) -> History:
        """The history of so many points whose bytes these are.

        Raises:
            ValueError: they are not.
        """
        history, left = cls(limit, stride), data
        for _ in range(max(0, points - 1) // BLOCK):
            stream = zlib.decompressobj()
            try:
                rows = stream.decompress(left, BLOCK * BYTES + 1)
            except zlib.error as error:
                raise ValueError(f"got a block of points that is damaged ({error})") from None
            if len(rows) != BLOCK * BYTES or not stream.eof:
                raise ValueError(f"got a block of other than {BLOCK} points")
            history._blocks.append(left[: len(left) - len(stream.unused_data)])
            left = stream.unused_data
        history._last[:] = left
        if len(left) % BYTES or len(history) != points:
            raise ValueError(f"got {len(data)} bytes, expected those of {points} points")
        return history


@dataclass(frozen=True, slots=True)
class Kept:
    """A history as it was at one moment, in little memory, for undo."""

    limit: int
    stride: int
    blocks: tuple[bytes, ...]
    last: bytes
    """The points after the blocks, compressed."""

    @property
    def history(self) -> History:
        """A history of its own, which shares the blocks."""
        history = History(self.limit, self.stride)
        history._blocks = [*self.blocks]
        history._last = bytearray(_unpacked(self.last))
        return history

    @staticmethod
    def size(histories: Iterable[Kept]) -> int:
        """Bytes of the points of several, those that they share counted once."""
        kept = [*histories]
        shared = {id(block): len(block) for history in kept for block in history.blocks}
        return sum(shared.values()) + sum(len(history.last) for history in kept)


def _packed(rows: bytes | bytearray) -> bytes:
    """Rows, compressed: how far each number is from the one before, as bits, byte by byte. Those
    next to each other in time have the first bytes in common."""
    words = np.frombuffer(rows, "<u4").reshape(-1, BYTES // 4)
    steps = np.diff(words, axis=0, prepend=np.zeros((1, BYTES // 4), "<u4"))  # modulo 2 ** 32
    return zlib.compress(steps.view(np.uint8).T.tobytes(), 1)


def _unpacked(block: bytes) -> bytes:
    """The rows that were packed."""
    steps = np.frombuffer(zlib.decompress(block), np.uint8).reshape(BYTES, -1).T
    words = np.ascontiguousarray(steps).view("<u4")
    return words.cumsum(axis=0, dtype="<u4").tobytes()


def _number(loss: float | None) -> float:
    return math.nan if loss is None or abs(loss) > LARGEST_LOSS else loss


def _losses(column: NDArray[np.float32]) -> list[float | None]:
    """Each with as few digits as tell it from others, None where it is not finite."""
    numbers = map(float, column.astype(str).tolist())
    return [number if math.isfinite(number) else None for number in numbers]
