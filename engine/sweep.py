"""Sweeps: the outputs of many points, a block at a time.

Unlike `Forward`, which keeps every number of a pass, a sweep has one buffer for all
pre-activations and one for all activations, each of the size of a block. They stay in the
processor's cache, and memory grows neither with the depth of the network nor with the points.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from engine.arrays import Array, Kernel, Scratch
from engine.network import Network

BUFFER = 45_000
"""Numbers of a layer in a block, at most: more leave the cache, fewer cost more calls."""


def cut(x: Array, network: Network) -> list[Array]:
    """An input (features + 1, n) of a network, cut into blocks of nearly equal size."""
    return blocks(x, how_many(network, x.shape[1]))


def how_many(network: Network, points: int) -> int:
    """Blocks for so many points; a power of two, so that few networks need blocks of their own."""
    least = points * max(network.sizes) / BUFFER
    return 1 if least <= 1 else 2 ** math.ceil(math.log2(least))


def blocks(x: Array, number: int) -> list[Array]:
    """An input (features + 1, n), cut into so many contiguous blocks of nearly equal size; one is
    the input itself.
    """
    if number == 1:
        return [x]
    return [np.ascontiguousarray(part) for part in np.array_split(x, number, axis=1)]


class Tap(NamedTuple):
    """Hidden units whose activations are kept."""

    layer: int
    units: slice
    out: Array
    """(units, points)"""
    start: int = 0
    """The first of these points, among those of the sweep."""


class Sweep:
    """The outputs of a network for a fixed input, bound to buffers once."""

    def __init__(
        self,
        network: Network,
        x: Sequence[Array],
        *,
        out: Array | None,
        show: Callable[[Array, Array], Kernel] | None = None,
        taps: Sequence[Tap] = (),
        scratch: Scratch | None = None,
    ) -> None:
        """Binds a sweep over the blocks `x`.

        The logits of the first n points go to `out` (outputs, n), through the call that `show`
        makes of logits and `out` when that is given; None leaves them out, and with them the
        layers after the last tap.
        """
        self._network = network
        self._out = out
        self._show = show
        self._taps = taps
        self._scratch = scratch or Scratch()
        self._last = max((tap.layer for tap in taps), default=-1)
        self._calls: list[Kernel] = []
        start = 0
        for block in x:
            stop = start + block.shape[1]
            self._bind(block, slice(start, stop))
            start = stop

    def run(self) -> None:
        """Computes all that was asked for, with the network's parameters as they are now."""
        for call in self._calls:
            call()

    def _bind(self, x: Array, points: slice) -> None:
        """The calls for one block."""
        network, size = self._network, x.shape[1]
        widest = max(network.sizes[1:-1], default=0)
        z_memory = self._lend("z", (widest, size))
        a_memory = self._lend("a", (widest + 1, size))
        if widest:
            self._calls.append(partial(a_memory[-1].fill, 1.0))  # where every layer has its ones
        before = x
        for layer, activation in enumerate(network.activations):
            if self._out is None and layer > self._last:
                return
            units = network.sizes[layer + 1]
            z, a = z_memory[:units], a_memory[widest - units :]
            self._calls += [
                partial(network.matrices[layer].dot, before, z),
                activation.forward_kernel(z, a[:-1]),
            ]
            for tap in self._taps:
                mine, theirs = _common(points, tap.start, tap.out.shape[1])
                if tap.layer == layer and mine.start < mine.stop:
                    taken = a[:-1][tap.units, mine]
                    self._calls.append(partial(np.copyto, tap.out[:, theirs], taken))
            before = a
        if self._out is not None:
            mine, theirs = _common(points, 0, self._out.shape[1])
            if mine.start < mine.stop:
                self._bind_output(network.matrices[-1], before[:, mine], self._out[:, theirs])

    def _bind_output(self, matrix: Array, a: Array, out: Array) -> None:
        if self._show is None and out.flags.c_contiguous:
            self._calls.append(partial(matrix.dot, a, out))
            return
        logits = self._lend("logits", out.shape)
        show = self._show(logits, out) if self._show else partial(np.copyto, out, logits)
        self._calls += [partial(matrix.dot, a, logits), show]

    def _lend(self, name: str, shape: tuple[int, int]) -> Array:
        return self._scratch.lend(f"sweep {name}", shape, self._network.dtype)


def _common(points: slice, start: int, size: int) -> tuple[slice, slice]:
    """What the points of a block have in common with `size` points from `start` on: where that is
    in the block, and where among those points."""
    first, last = max(points.start, start), min(points.stop, start + size)
    last = max(first, last)
    return slice(first - points.start, last - points.start), slice(first - start, last - start)
