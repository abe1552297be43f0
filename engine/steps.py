"""The steps of an epoch: its minibatches, and the calls that each consists of."""

from collections.abc import Callable
from itertools import groupby
from typing import NamedTuple

from engine import compiled
from engine.arrays import Array, Kernel, parts
from engine.batches import Batches, Edge, Edges, StackedBatches, cuts
from engine.compiled import Program
from engine.compiled.tape import Moving
from engine.network import Network
from engine.passes import Backward

Kind = tuple[int, bool]
"""How many samples a minibatch has, and whether it ends where a full one ends, which the original
mode asks for. Those of a kind have the same calls, but for the samples."""
Update = Callable[[Array, int, bool], Kernel]
"""Makes the call that updates a network, given where the gradient will be, the number of samples
that it is of, and whether their minibatch ends where a full one ends."""


class Gradients:
    """The calls that make the gradient of each minibatch of a training set, once they are asked
    for."""

    def __init__(self, network: Network, batches: Batches | StackedBatches) -> None:
        self._network, self._batches = network, batches
        self.forget()

    def forget(self) -> None:
        """Keeps nothing that can be made anew."""
        self._passes: dict[int, Backward] = {}
        self._calls: dict[Edge, list[Kernel]] = {}

    def backward(self, count: int) -> Backward:
        """The pass for minibatches of so many samples."""
        if count not in self._passes:
            self._passes[count] = Backward(self._network, count)
        return self._passes[count]

    def calls(self, edge: Edge) -> list[Kernel]:
        """Those for one minibatch."""
        if edge not in self._calls:
            backward = self.backward(edge[1] - edge[0])
            self._calls[edge] = backward.calls_for(*self._batches.block(*edge))
        return self._calls[edge]

    def moving(self, edge: Edge) -> list[Moving]:
        """What each minibatch has in another place, and how far samples are apart there."""
        count = edge[1] - edge[0]
        samples, aims = self._batches.block(*edge)
        return [Moving(samples, samples.nbytes // count), Moving(aims, aims[0].nbytes // count)]


class _Bound(NamedTuple):
    """What makes the steps of minibatches of one kind."""

    program: Program | None
    first: int
    """The first sample of the minibatch that the program was made for."""
    update: list[Kernel]
    """The calls that end a step, where NumPy makes them."""


class Steps:
    """What remains of an epoch, minibatch by minibatch, the last of which may be smaller."""

    def __init__(self, gradients: Gradients, *, size: int, batch: int, update: Update) -> None:
        self._gradients = gradients
        self._size, self._batch = size, batch
        self._update = update
        self.edges: Edges = []
        """The minibatches that remained when this was planned."""
        self._starts = [0]  # of these, and of the next epoch
        self._kinds: list[tuple[int, int, Kind]] = []  # from which position to which they are alike
        self.position = 0
        """How many of them are done."""
        self.forget()

    def forget(self) -> None:
        """Keeps no calls; the next step makes its own anew."""
        self._bound: dict[Kind, _Bound] = {}
        self._calls: list[list[Kernel] | None] = [None] * len(self.edges)

    def plan(self, offset: int) -> None:
        """Cuts what is left of an epoch of which `offset` samples have been used."""
        self.position = 0
        if self.edges and self._starts[0] == offset:
            return
        self.edges = cuts(offset, self._size, self._batch)
        self._starts = [*(start for start, _ in self.edges), 0]
        self._calls = [None] * len(self.edges)
        self._kinds = []
        for kind, alike in groupby(range(len(self.edges)), self._kind):
            first, *others = alike
            self._kinds.append((first, first + 1 + len(others), kind))

    @property
    def left(self) -> int:
        """How many remain."""
        return len(self.edges) - self.position

    @property
    def offset(self) -> int:
        """Samples of this epoch that have been used."""
        return self._starts[self.position]

    def make(self, start: int, stop: int) -> None:
        """Makes the steps at the positions from `start` to `stop`, which is not made."""
        for low, high, kind in self._kinds:
            low, high = max(low, start), min(high, stop)
            if low >= high:
                continue
            program, first, update = self._bound.get(kind) or self._bind(kind, low)
            if program is not None:
                program.run(self._starts[low] - first, kind[0], high - low)
                continue
            for position in range(low, high):
                for call in self._calls[position] or self._gradient(position):
                    call()
                for call in update:
                    call()

    def calls(self, position: int) -> list[Kernel]:
        """Those of one step."""
        count, full = self._kind(position)
        gradient = self._gradients.backward(count).gradient
        return [*self._gradient(position), *parts([self._update(gradient, count, full)])]

    def _kind(self, position: int) -> Kind:
        start, stop = self.edges[position]
        return stop - start, stop % self._batch == 0

    def _bind(self, kind: Kind, position: int) -> _Bound:
        calls, edge = self.calls(position), self.edges[position]
        program = None
        if compiled.available():
            program = compiled.program(calls, self._gradients.moving(edge))
        update = calls[len(self._gradient(position)) :]
        self._bound[kind] = bound = _Bound(program, edge[0], update)
        return bound

    def _gradient(self, position: int) -> list[Kernel]:
        self._calls[position] = calls = self._gradients.calls(self.edges[position])
        return calls
