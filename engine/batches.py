"""The training set in the order of an epoch, cut into minibatches."""

from itertools import pairwise

import numpy as np

from engine.arrays import Array

Block = tuple[Array, Array, Array]
"""A minibatch: its input (features + 1, batch), the transpose, its aims (outputs, batch)."""


class Batches:
    """Fixed buffers that hold the training set in order: blocks are views, made once."""

    def __init__(self, inputs: Array, aims: Array) -> None:
        self._samples = np.ascontiguousarray(inputs.T)  # a sample is a row: a block is contiguous
        self._aims = np.ascontiguousarray(aims)
        self._ordered_samples = self._samples.copy()
        self._ordered_aims = self._aims.copy()

    @property
    def size(self) -> int:
        """How many samples there are."""
        return len(self._samples)

    def arrange(self, order: Array) -> None:
        """Puts the samples in this order."""
        self._samples.take(order, 0, self._ordered_samples, "clip")
        self._aims.take(order, 1, self._ordered_aims, "clip")

    def block(self, start: int, stop: int) -> Block:
        """A view of the samples from `start` to `stop` of the order of the epoch."""
        xt = self._ordered_samples[start:stop]
        return xt.T, xt, self._ordered_aims[:, start:stop]


def cuts(start: int, size: int, batch: int) -> list[tuple[int, int]]:
    """Where to cut what is left of an epoch: at the multiples of the batch size."""
    inner = range((start // batch + 1) * batch, size, batch)
    edges = [start, *inner, size]
    return list(pairwise(edges))
