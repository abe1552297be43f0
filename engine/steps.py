"""The steps of an epoch: its minibatches, and the calls that each consists of."""

from collections.abc import Callable
from itertools import groupby

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


class Steps:
    """What remains of an epoch, minibatch by minibatch, the last of which may be smaller."""

    def __init__(self, gradients: Gradients, *, size: int, batch: int, update: Update) -> None:
        self._gradients = gradients
        self._size, self._batch = size, batch
        self._update = update
        self.edges: Edges = []
        """The minibatches that remained when this was planned."""
        self._kinds: list[tuple[Kind, int, int]] = []  # and the positions that are of a kind
        self.position = 0
        """How many of them are done."""
        self.forget()

    def forget(self) -> None:
        """Keeps no calls; the next step makes its own anew."""
        self._updates: dict[Kind, list[Kernel]] = {}
        self._programs: dict[Kind, tuple[int, Program | None]] = {}  # from which sample on

    def plan(self, offset: int) -> None:
        """Cuts what is left of an epoch of which `offset` samples have been used."""
        self.position = 0
        if not self.edges or self.edges[0][0] != offset:
            self.edges = cuts(offset, self._size, self._batch)
            self._kinds, start = [], 0
            for kind, alike in groupby(self.edges, self._kind):
                stop = start + len(list(alike))
                self._kinds.append((kind, start, stop))
                start = stop

    @property
    def left(self) -> int:
        """How many remain."""
        return len(self.edges) - self.position

    @property
    def offset(self) -> int:
        """Samples of this epoch that have been used."""
        return self.edges[self.position][0] if self.left else 0

    def make(self, start: int, stop: int) -> None:
        """Makes the steps at the positions from `start` to `stop`, which is not made."""
        for kind, low, high in self._kinds:
            low, high = max(low, start), min(high, stop)
            if low >= high:
                continue
            first = self.edges[low]
            if kind not in self._programs:
                self._programs[kind] = first[0], self._program(first)
            known, program = self._programs[kind]
            if program is not None:
                program.run(first[0] - known, first[1] - first[0], high - low)
                continue
            update = self._update_calls(kind)
            for edge in self.edges[low:high]:
                for call in self._gradients.calls(edge):
                    call()
                for call in update:
                    call()

    def _kind(self, edge: Edge) -> Kind:
        start, stop = edge
        return stop - start, stop % self._batch == 0

    def calls(self, edge: Edge) -> list[Kernel]:
        """Those of one step."""
        return [*self._gradients.calls(edge), *self._update_calls(self._kind(edge))]

    def _update_calls(self, kind: Kind) -> list[Kernel]:
        if kind not in self._updates:
            gradient = self._gradients.backward(kind[0]).gradient
            self._updates[kind] = parts([self._update(gradient, *kind)])
        return self._updates[kind]

    def _program(self, edge: Edge) -> Program | None:
        """One that makes the steps of all minibatches of this one's kind, where there can be."""
        if not compiled.available():
            return None
        return compiled.program(self.calls(edge), self._gradients.moving(edge))
