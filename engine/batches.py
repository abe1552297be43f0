"""The training set in the order of an epoch, cut into minibatches."""

from collections.abc import Sequence
from itertools import groupby, pairwise

import numpy as np

from engine.arrays import Array, Scratch

Block = tuple[Array, Array]
"""A minibatch: its input, transposed (batch, features + 1), and its aims (outputs, batch).

In a stack, (replicas, batch, features + 1) and (outputs, replicas * batch).
"""
Edge = tuple[int, int]
"""Where a minibatch starts and stops, as samples of the order of an epoch."""
Edges = list[Edge]


class Batches:
    """Fixed buffers that hold the training set in order: blocks are views, made once."""

    def __init__(self, samples: Array, aims: Array) -> None:
        self._samples = samples  # (n, features + 1): a sample is a row, so a block is contiguous
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
        return self._ordered_samples[start:stop], self._ordered_aims[:, start:stop]


class StackedBatches:
    """The training sets of several runs, of one size: minibatch by minibatch, run by run.

    So a minibatch of all of them is a view again. There is room for so many runs `like` one, in
    memory that others may use until `load` is called.
    """

    def __init__(self, like: Batches, replicas: int, scratch: Scratch) -> None:
        self._replicas, self._size = replicas, like.size
        count, (_, width), dtype = replicas * like.size, like._samples.shape, like._samples.dtype
        samples, aims = (count, width), (len(like._aims), count)
        self._samples = scratch.lend("samples", samples, dtype)
        self._aims = scratch.lend("aims", aims, dtype)
        self._ordered_samples = scratch.lend("ordered samples", samples, dtype)
        self._ordered_aims = scratch.lend("ordered aims", aims, dtype)
        self._starts = np.arange(replicas)[:, np.newaxis] * self._size
        self._order = scratch.lend("order", (replicas, self._size), np.int64)  # run by run
        self._places = scratch.lend("places", (count,), np.int64)  # minibatch by minibatch

    @property
    def size(self) -> int:
        """How many samples each run has."""
        return self._size

    def load(self, parts: Sequence[Batches]) -> None:
        """Takes the training sets of these runs."""
        np.concatenate([part._samples for part in parts], out=self._samples)
        np.concatenate([part._aims for part in parts], axis=1, out=self._aims)

    def arrange(self, orders: Array, edges: Edges) -> None:
        """Puts the samples of each run in its order (replicas, size), to be cut at these edges."""
        replicas, places = self._replicas, self._places
        np.add(orders, self._starts, self._order)
        for size, equal in groupby(edges, key=lambda edge: edge[1] - edge[0]):
            cut = list(equal)
            start, stop = cut[0][0], cut[-1][1]
            by_run = self._order[:, start:stop].reshape(replicas, -1, size)
            by_batch = places[replicas * start : replicas * stop].reshape(-1, replicas, size)
            np.copyto(by_batch, by_run.swapaxes(0, 1))
        self._samples.take(places, 0, self._ordered_samples, "clip")
        self._aims.take(places, 1, self._ordered_aims, "clip")

    def block(self, start: int, stop: int) -> Block:
        """A view of the samples from `start` to `stop`, two neighbouring edges, of every run."""
        replicas = self._replicas
        columns = slice(replicas * start, replicas * stop)
        xt = self._ordered_samples[columns]
        return xt.reshape(replicas, stop - start, -1), self._ordered_aims[:, columns]


def cuts(start: int, size: int, batch: int) -> Edges:
    """Where to cut what is left of an epoch: at the multiples of the batch size."""
    inner = range((start // batch + 1) * batch, size, batch)
    edges = [start, *inner, size]
    return list(pairwise(edges))
