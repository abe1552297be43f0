"""The loss history of a run: bounded, whatever the number of epochs."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class History:
    """Training and test loss over epochs, at most `limit` points.

    When it is full, points closer together than twice the stride are dropped, and from then on
    points are taken at that distance: early and late epochs stay equally dense, and the memory of
    a run that goes on for days does not grow.
    """

    limit: int
    epochs: list[int] = field(default_factory=list)
    train: list[float | None] = field(default_factory=list)
    test: list[float | None] = field(default_factory=list)
    stride: int = 1

    def record(self, epoch: int, train: float | None, test: float | None) -> None:
        """Take a point, unless it is too close to the last one."""
        if self.epochs and epoch - self.epochs[-1] < self.stride:
            return
        self.epochs.append(epoch)
        self.train.append(train)
        self.test.append(test)
        while len(self.epochs) > self.limit:
            self._thin()

    def amend(self, epoch: int, train: float | None, test: float | None) -> None:
        """Put right the last point, if it is of this epoch: a weight has been edited."""
        if self.epochs and self.epochs[-1] == epoch:
            self.train[-1], self.test[-1] = train, test

    def _thin(self) -> None:
        self.stride *= 2
        kept = [0]
        for index, epoch in enumerate(self.epochs):
            if epoch - self.epochs[kept[-1]] >= self.stride:
                kept.append(index)
        self.epochs = [self.epochs[index] for index in kept]
        self.train = [self.train[index] for index in kept]
        self.test = [self.test[index] for index in kept]

    def copy(self) -> History:
        """A history of its own, for undo and for the disk."""
        return History(
            self.limit, list(self.epochs), list(self.train), list(self.test), self.stride
        )
