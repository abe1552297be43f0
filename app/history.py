"""The loss history of a run: bounded, whatever the number of epochs."""

from __future__ import annotations

import math
from array import array

from engine.saved import Losses

BYTES = 3 * 8
"""Of a point."""


class History:
    """Training and test loss over epochs, at most `limit` points.

    When it is full, points closer together than twice the stride are dropped, and from then on
    points are taken at that distance: early and late epochs stay equally dense, and the memory of
    a run that goes on for days does not grow. Points are kept as plain numbers, NaN for None: as
    Python objects they would be the largest part of a session.
    """

    def __init__(self, limit: int, stride: int = 1) -> None:
        self.limit = limit
        self.stride = stride
        self._epochs = array("q")
        self._train = array("d")  # not a number where it is not finite
        self._test = array("d")

    def __len__(self) -> int:
        return len(self._epochs)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, History):
            return NotImplemented
        mine, theirs = ((h.limit, h.stride, h.to_bytes()) for h in (self, other))
        return mine == theirs

    @property
    def epochs(self) -> list[int]:
        """The epoch of each point."""
        return self._epochs.tolist()

    @property
    def train(self) -> list[float | None]:
        """The training loss of each point, None where it is not finite."""
        return [loss if math.isfinite(loss) else None for loss in self._train]

    @property
    def test(self) -> list[float | None]:
        """The test loss of each point, None where it is not finite."""
        return [loss if math.isfinite(loss) else None for loss in self._test]

    def record(self, epoch: int, train: float | None, test: float | None) -> None:
        """Take a point, unless it is too close to the last one."""
        if self._epochs and epoch - self._epochs[-1] < self.stride:
            return
        self._epochs.append(epoch)
        self._train.append(_number(train))
        self._test.append(_number(test))
        while len(self) > self.limit:
            self._thin()

    def amend(self, epoch: int, train: float | None, test: float | None) -> None:
        """Put right the last point, if it is of this epoch: a weight has been edited."""
        if self._epochs and self._epochs[-1] == epoch:
            self._train[-1], self._test[-1] = _number(train), _number(test)

    def _thin(self) -> None:
        self.stride *= 2
        kept = [0]
        for index, epoch in enumerate(self._epochs):
            if epoch - self._epochs[kept[-1]] >= self.stride:
                kept.append(index)
        self._epochs = array("q", [self._epochs[index] for index in kept])
        self._train = array("d", [self._train[index] for index in kept])
        self._test = array("d", [self._test[index] for index in kept])

    @property
    def losses(self) -> Losses:
        """The points, as a file has them."""
        return Losses(self.epochs, self.train, self.test, self.stride)

    @classmethod
    def of(cls, losses: Losses, limit: int) -> History:
        """The history whose points a file has, or as many of them as it may have."""
        history = cls(limit, losses.stride)
        history._epochs.extend(losses.epoch)
        history._train.extend(map(_number, losses.train))
        history._test.extend(map(_number, losses.test))
        while len(history) > limit:
            history._thin()
        return history

    def copy(self) -> History:
        """A history of its own, for undo."""
        return History.from_bytes(self.to_bytes(), self.limit, self.stride)

    def to_bytes(self) -> bytes:
        """The points, for the disk of this machine."""
        return b"".join([self._epochs.tobytes(), self._train.tobytes(), self._test.tobytes()])

    @classmethod
    def from_bytes(cls, data: bytes, limit: int, stride: int) -> History:
        """The history whose points these are.

        Raises:
            ValueError: the bytes are not those of whole points.
        """
        if len(data) % BYTES:
            raise ValueError(f"got {len(data)} bytes, expected {BYTES} for each point")
        history, size = cls(limit, stride), len(data) // 3
        history._epochs.frombytes(data[:size])
        history._train.frombytes(data[size : 2 * size])
        history._test.frombytes(data[2 * size :])
        return history


def _number(loss: float | None) -> float:
    return math.nan if loss is None else loss
