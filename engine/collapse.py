"""Linear collapse: a network whose activations are all linear is one linear layer."""

from dataclasses import dataclass

import numpy as np

from engine.activations import Activation, LeakyReLU, Linear
from engine.arrays import Array
from engine.network import Network


@dataclass(frozen=True, eq=False)
class LinearMap:
    """z = weights x + bias."""

    weights: Array  # (outputs, inputs)
    bias: Array  # (outputs,)

    def __call__(self, x: Array) -> Array:
        """The logits (outputs, n) for inputs (inputs, n), without a row of ones."""
        result: Array = self.weights @ x + self.bias[:, np.newaxis]
        return result


def is_linear(activation: Activation) -> bool:
    """Whether this activation is z itself: also Leaky ReLU with a slope of 1."""
    if isinstance(activation, LeakyReLU):
        return activation.alpha == 1.0
    return isinstance(activation, Linear)


def collapse(network: Network) -> LinearMap | None:
    """The product of all layers, or None where an activation is not linear."""
    if not all(is_linear(activation) for activation in network.activations):
        return None
    weights, bias = network.weights[0].copy(), network.biases[0].copy()
    for w, b in zip(network.weights[1:], network.biases[1:], strict=True):
        weights, bias = w @ weights, w @ bias + b
    return LinearMap(weights, bias)
