"""The network: one flat parameter vector, and views of it layer by layer.

A stack of networks of one shape has a vector for each: its arrays have a first axis more.
"""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from engine.activations import Activation, Linear
from engine.arrays import Array
from engine.spec import LayerSpec, RunSpec
from engine.streams import stream


class Network:
    """Layers of weights `(units, fan_in + 1)`, the bias in the last column, in one flat vector.

    With `replicas`, that many networks at once: the parameters are `(replicas, n)`, the layers
    `(replicas, units, fan_in + 1)`.
    """

    def __init__(
        self, spec: RunSpec, dtype: DTypeLike = np.float64, *, replicas: int | None = None
    ) -> None:
        self.head = spec.head
        self.activations: tuple[Activation, ...] = tuple(item.activation for item in spec.layers)
        units = [layer.units for layer in spec.layers] + [spec.head.outputs(spec.classes)]
        self.sizes: tuple[int, ...] = (len(spec.features), *units)
        shapes = [(out, fan_in + 1) for fan_in, out in zip(self.sizes, units, strict=False)]
        size = sum(rows * columns for rows, columns in shapes)
        self.replicas = replicas
        self.parameters: Array = np.zeros(size if replicas is None else (replicas, size), dtype)
        self.matrices = layer_views(self.parameters, shapes)
        self.shapes = tuple(shapes)

    @property
    def weights(self) -> list[Array]:
        """Each layer's weights (units, fan_in): views, so that writing to them sets them."""
        return [matrix[..., :-1] for matrix in self.matrices]

    @property
    def biases(self) -> list[Array]:
        """Each layer's biases (units,): views."""
        return [matrix[..., -1] for matrix in self.matrices]

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of all numbers of this network."""
        return self.parameters.dtype

    def weight_mask(self) -> Array:
        """Flat: 1 for each weight, 0 for each bias."""
        mask = np.ones_like(self.parameters)
        for matrix in layer_views(mask, self.shapes):
            matrix[..., -1] = 0.0
        return mask

    def part(self, rows: slice) -> "Network":
        """Some networks of a stack: views of their parameters."""
        other = copy.copy(self)
        other.parameters = self.parameters[rows]
        other.replicas = len(other.parameters)
        other.matrices = layer_views(other.parameters, self.shapes)
        return other

    def link_at(self, index: int) -> tuple[int, int, int]:
        """The link (layer, to, from) whose weight stands at this place of the flat vector."""
        for layer, (rows, columns) in enumerate(self.shapes):
            if index < rows * columns:
                return layer, index // columns, index % columns
            index -= rows * columns
        raise IndexError(index)

    def with_layers(self, layers: Sequence[LayerSpec]) -> "Network":
        """This network, parameters and all, with other parameters of its activations."""
        activations = tuple(layer.activation for layer in layers)
        if activations == self.activations:
            return self
        other = copy.copy(self)
        other.activations = activations
        return other


def layer_views(flat: Array, shapes: Sequence[tuple[int, int]]) -> list[Array]:
    """Consecutive pieces of a flat vector, or of each vector of a stack, as matrices."""
    views, start = [], 0
    for rows, columns in shapes:
        piece = flat[..., start : start + rows * columns]
        views.append(piece.reshape(*flat.shape[:-1], rows, columns))
        start += rows * columns
    return views


def initial_parameters(spec: RunSpec) -> Array:
    """The flat starting parameters of an experiment, drawn layer by layer from its weight seed."""
    network = Network(spec)
    rng = stream(spec.weight_seed, "weights")
    activations = [*network.activations, Linear()]
    for weights, bias, activation in zip(network.weights, network.biases, activations, strict=True):
        fan_out, fan_in = weights.shape
        weights[...] = spec.initializer.draw(rng, fan_in, fan_out=fan_out, activation=activation)
        bias[...] = spec.bias
    return network.parameters
