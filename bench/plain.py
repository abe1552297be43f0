"""The textbook engine, as readable NumPy: the oracle of the tests and the yardstick of the bench.

Samples are rows, weights are (fan_in, units), every operation makes a new array. The activations
and heads that the bench times are written as a textbook would, with the slope in terms of the
activation where that saves work; the others come from the engine's readable functions.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from engine import Activation, Array, Head, Network

TEXTBOOK_F: dict[str, Callable[[Array], Array]] = {
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0.0),
}
TEXTBOOK_SLOPE: dict[str, Callable[[Array], Array]] = {  # of the activation
    "tanh": lambda a: 1.0 - a * a,
    "relu": lambda a: a > 0,
}
TEXTBOOK_DELTA: dict[str, Callable[[Array, Array], Array]] = {
    "sigmoid_bce": lambda z, t: 1.0 / (1.0 + np.exp(-z)) - t,
    "linear_mse": lambda z, t: z - t,
}


@dataclass
class PlainNetwork:
    """Layers of weights (fan_in, units) and biases (units,), trained by plain SGD."""

    weights: list[Array]
    biases: list[Array]
    activations: tuple[Activation, ...]
    head: Head
    zs: list[Array] = field(default_factory=list)
    inputs: list[Array] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.f = [TEXTBOOK_F.get(g.name(), g.f) for g in self.activations]
        self.delta = TEXTBOOK_DELTA.get(self.head.name(), self._delta)

    def _delta(self, z: Array, t: Array) -> Array:
        return self.head.delta(z.T, t.T).T

    def _slope(self, layer: int) -> Array:
        activation = self.activations[layer]
        if activation.name() in TEXTBOOK_SLOPE:
            return TEXTBOOK_SLOPE[activation.name()](self.inputs[layer + 1])
        return activation.slope(self.zs[layer])

    @classmethod
    def like(cls, network: Network) -> "PlainNetwork":
        """A copy of the engine's network."""
        weights = [w.T.copy() for w in network.weights]
        biases = [b.copy() for b in network.biases]
        return cls(weights, biases, network.activations, network.head)

    def forward(self, x: Array) -> Array:
        """The logits (batch, outputs)."""
        self.zs, self.inputs = [], [x]
        a = x
        for w, b, f in zip(self.weights, self.biases, self.f, strict=False):
            z = a @ w + b
            a = f(z)
            self.zs.append(z)
            self.inputs.append(a)
        logits: Array = a @ self.weights[-1] + self.biases[-1]
        return logits

    def gradients(self, x: Array, t: Array) -> list[tuple[Array, Array]]:
        """The mean gradient of each layer's weights and biases, from the last to the first."""
        delta = self.delta(self.forward(x), t) / len(x)
        gradients = []
        for layer in reversed(range(len(self.weights))):
            gradients.append((self.inputs[layer].T @ delta, delta.sum(axis=0)))
            if layer > 0:
                delta = (delta @ self.weights[layer].T) * self._slope(layer - 1)
        return gradients

    def step(self, x: Array, t: Array, rate: float) -> None:
        """One step of SGD on a minibatch."""
        layers = reversed(range(len(self.weights)))
        for layer, (dw, db) in zip(layers, self.gradients(x, t), strict=True):
            self.weights[layer] -= rate * dw
            self.biases[layer] -= rate * db

    def epoch(self, x: Array, t: Array, *, batch: int, rate: float, order: Array) -> None:
        """One pass over the samples in this order."""
        x, t = x[order], t[order]
        for start in range(0, len(x), batch):
            self.step(x[start : start + batch], t[start : start + batch], rate)

    def parameters(self) -> Array:
        """Flat, in the engine's layout."""
        pairs = zip(self.weights, self.biases, strict=True)
        return np.concatenate([np.column_stack([w.T, b]).ravel() for w, b in pairs])
