"""Passes: a network bound to buffers for one batch size, forward and backward.

Small networks are bound by the cost of a NumPy call, not by arithmetic. So everything that can be
decided beforehand is: every array is allocated, every view made, every method bound, once; a pass
is then a short list of calls without arguments. Samples are columns; each layer's activations end
in a row of ones, which stands in for a bias.

A stack of networks sees one batch whose columns are those of its replicas, one replica after the
other: (rows, replicas * batch). So activations and heads, which treat each column alike, need not
know of stacks; only the products do, through a view of the same buffers with the replicas first.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from itertools import groupby, pairwise

import numpy as np

from engine import compiled
from engine.arrays import Array, Kernel, parts
from engine.network import Network, layer_views


def times(matrix: Array) -> Callable[[Array, Array], object]:
    """A call that multiplies this matrix, or each of a stack, with another, into a third.

    One matrix has its own `dot`, a third of the cost of `matmul`, which alone can do stacks.
    """
    return matrix.dot if matrix.ndim == 2 else partial(np.matmul, matrix)


def _with(call: Kernel, old: Array, new: Array) -> Kernel:
    """A call with another array as its argument; itself where it does not take the old one."""
    if not isinstance(call, partial) or not any(argument is old for argument in call.args):
        return call
    return partial(call.func, *[new if argument is old else argument for argument in call.args])


def _shows(calls: Sequence[Kernel], array: Array) -> bool:
    """Whether these calls take an array as an argument, and nothing else of its memory."""
    found = False
    for call in calls:
        if not isinstance(call, partial) or call.keywords:
            return False
        for argument in call.args:
            if argument is array:
                found = True
            elif isinstance(argument, np.ndarray) and np.may_share_memory(argument, array):
                return False
    return found


class Shared:
    """Arrays that are needed for a moment each, so that one does for all of a name and shape.

    A hundred networks with all that they remember are larger than a core's cache.
    """

    def __init__(self) -> None:
        self._arrays: dict[Hashable, Array] = {}

    def like(self, name: Hashable, array: Array) -> Array:
        """The array of this name that has the shape of another."""
        key = (name, array.shape)
        if key not in self._arrays:
            self._arrays[key] = np.zeros_like(array, order="C")
        return self._arrays[key]


def turn(matrix: Array, shared: Shared) -> tuple[list[Kernel], Array]:
    """A stack of matrices (replicas, rows, columns) in memory the other way round, to be multiplied
    with a transposed one: the calls that copy it, and the copy.

    OpenBLAS takes twice as long for a small product of which only the second factor is transposed,
    and a copy costs less than that. A single matrix stays as it is: there, one more call costs more
    than it saves. So does a stack where steps are compiled: its products copy what they need.
    """
    if matrix.ndim == 2 or compiled.available():
        return [], matrix
    transposed = matrix.mT
    buffer = shared.like("turned", transposed)
    return [partial(np.copyto, buffer, transposed)], buffer.mT


class Forward:
    """Logits, and every hidden unit's pre-activation and activation, for one batch size."""

    def __init__(self, network: Network, batch: int) -> None:
        self.network = network
        self.batch = batch
        hidden, columns = network.sizes[1:-1], batch * (network.replicas or 1)
        ends = np.cumsum([0, *(units + 1 for units in hidden)])
        self._spans = [slice(start, end) for start, end in pairwise(ends)]
        self._all_z = np.zeros((int(ends[-1]), columns), network.dtype)
        self._all_a = np.ones((int(ends[-1]), columns), network.dtype)
        self.z = [self._all_z[span][:-1] for span in self._spans]
        """Pre-activations (units, batch) of each hidden layer."""
        self.a = [self._all_a[span] for span in self._spans]
        """Activations (units + 1, batch) of each hidden layer, the last row of ones."""
        self.logits = np.zeros((network.sizes[-1], columns), network.dtype)

        sums = [self._apart(z) for z in [*self.z, self.logits]]
        self._enter = times(network.matrices[0])
        self._entry = sums[0]
        self._calls: list[Kernel] = []
        """What follows the first product; flat, as all lists of calls here are."""
        layers = zip(
            network.activations, self.z, self.a, sums[1:], network.matrices[1:], strict=True
        )
        for activation, z, a, following, matrix in layers:
            product = partial(times(matrix), self._apart(a), following)
            self._calls += [*parts([activation.forward_kernel(z, a[:-1])]), product]

    def _apart(self, rows: Array) -> Array:
        """A buffer (rows, columns) as a product takes it: in a stack, (replicas, rows, batch)."""
        replicas = self.network.replicas
        return rows if replicas is None else rows.reshape(-1, replicas, self.batch).swapaxes(0, 1)

    def run(self, x: Array) -> Array:
        """The logits (outputs, batch) for an input (features + 1, batch)."""
        self._enter(x, self._entry)
        for call in self._calls:
            call()
        return self.logits

    def slopes(self, layer: int, units: Array) -> Array:
        """g'(z) (units, batch) of these units of a hidden layer, as training computes it."""
        z, a = self.z[layer][units], self.a[layer][units]
        slopes = np.empty_like(z)
        self.network.activations[layer].slope_kernel(z, a, slopes)()
        return slopes


class Backward(Forward):
    """A forward pass followed by the exact gradient of the summed loss."""

    def __init__(self, network: Network, batch: int) -> None:
        super().__init__(network, batch)
        self.gradient = np.zeros_like(network.parameters)
        """Flat: the gradient of the loss summed over the batch, divided by the head's gain."""
        gradients = layer_views(self.gradient, network.shapes)
        apart, shared = self._apart, Shared()
        errors, matrices = self._errors(shared)
        hidden = [error[: len(z)] for error, z in zip(errors, self.z, strict=True)]
        self.deltas = [*hidden, np.zeros_like(self.logits)]
        """dL/dz of each layer (units, batch), divided by the head's gain; in a stack it lasts until
        that of the layer but one before it is made.
        """
        slopes, slope_kernels = self._slopes(shared)

        turning, entrance = turn(network.matrices[0], shared)
        self._entrance = turning, times(entrance)
        self._back: list[Kernel] = []
        for layer in range(len(hidden), 0, -1):
            delta, before = self.deltas[layer], self.deltas[layer - 1]
            turning, turned = turn(apart(delta), shared)
            self._back += [
                *turning,
                partial(times(turned), apart(self.a[layer - 1]).mT, gradients[layer]),
                partial(times(matrices[layer].mT), apart(delta), apart(errors[layer - 1])),
                *slope_kernels.get(layer - 1, []),
                partial(np.multiply, before, slopes[layer - 1], before),
            ]
        self._leave = times(apart(self.deltas[0]))
        self._exit = gradients[0]
        self._compare: tuple[Array, list[Kernel]] | None = None  # with the aims that it is bound to

    def _errors(self, shared: Shared) -> tuple[list[Array], list[Array]]:
        """Buffers for dL/da of each hidden layer, and the matrices that make it.

        The bias has no input. But `dot` would copy a part of a matrix, so that a single network has
        a row of errors too many; `matmul` takes a part as it is.
        """
        if self.network.replicas is None:
            return [np.zeros_like(a) for a in self.a], self.network.matrices
        turns = [shared.like(("error", layer % 2), z) for layer, z in enumerate(self.z)]
        return turns, self.network.weights

    def _slopes(self, shared: Shared) -> tuple[list[Array], dict[int, list[Kernel]]]:
        """Buffers for g'(z) of each hidden layer, and the calls that compute it, each to be made
        when the way back comes to this layer.

        One does for neighbouring layers with the same activation; in a stack, where memory costs
        more than calls, there is one for each layer.
        """
        activations, stacked = self.network.activations, self.network.replicas is not None
        slopes: list[Array] = []
        kernels: dict[int, list[Kernel]] = {}
        key = None if stacked else activations.__getitem__
        for layers in [list(group) for _, group in groupby(range(len(activations)), key)]:
            activation, spans = activations[layers[0]], [self._spans[layer] for layer in layers]
            rows = slice(spans[0].start, spans[-1].stop)
            z, a = self._all_z[rows], self._all_a[rows]
            s = shared.like(activation, z) if stacked else np.zeros_like(z)
            kernels[layers[-1]] = parts([activation.slope_kernel(z, a, s)])
            slopes += [s[span.start - rows.start : span.stop - rows.start - 1] for span in spans]
        return slopes, kernels

    def calls_for(self, xt: Array, aims: Array) -> list[Kernel]:
        """The calls that make the gradient for one minibatch: its input, transposed, and aims."""
        turning, enter = self._entrance
        return [
            *turning,
            partial(enter, xt.mT, self._entry),
            *self._calls,
            *self._compare_with(aims),
            *self._back,
            partial(self._leave, xt, self._exit),
        ]

    def _compare_with(self, aims: Array) -> list[Kernel]:
        """The calls of the head. Those that take no aims are the same for all minibatches."""
        if self._compare is not None:
            known, calls = self._compare
            return [_with(call, known, aims) for call in calls]
        calls = parts([self.network.head.delta_kernel(self.logits, aims, self.deltas[-1])])
        if _shows(calls, aims):
            self._compare = aims, calls
        return calls

    def first_not_finite(self) -> tuple[int | None, str]:
        """After a bad step: the layer whose numbers first stopped being finite, and which."""
        for layer, z in enumerate([*self.z, self.logits]):
            if not np.isfinite(z).all():
                return layer, "pre-activation"
        gradients = layer_views(self.gradient, self.network.shapes)
        for layer in reversed(range(len(gradients))):
            if not np.isfinite(gradients[layer]).all():
                return layer, "gradient"
        for layer, matrix in enumerate(self.network.matrices):
            if not np.isfinite(matrix).all():
                return layer, "weight"
        return None, "optimizer state"
