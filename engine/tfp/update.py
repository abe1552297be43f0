"""TFP's weight update: gradients that pile up across epochs, and L1 links that die at zero.

The exact rule, which the tests replay on recordings of TFP, is in tests/traces/README.md ("Update
semantics, exactly"). Two things in it are no ordinary minibatch step. The accumulators outlive an
epoch: the samples after the last full batch count in the next epoch's first update. And a weight
that the L1 penalty (not the gradient) would push across zero becomes 0 and is frozen for good.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import Array, constant
from engine.regularizers import L1, L2

if TYPE_CHECKING:
    from engine.network import Network
    from engine.spec import RunSpec


@dataclass(frozen=True, eq=False)
class Pending:
    """Gradients that no update has used yet."""

    count: int
    """Samples they come from."""
    gradient_sum: Array
    """Flat, in the layout of the parameters; 0 for dead links."""


class TfpUpdate:
    """Steps the flat parameters of a network in place, exactly as TFP does."""

    alive: Array
    """Flat mask: 0 where a link is dead for good."""

    def __init__(self, spec: "RunSpec", network: "Network") -> None:
        parameters = network.parameters
        self._parameters = parameters
        self._shapes = tuple(network.shapes)
        self._weights = network.weight_mask()
        self.alive = np.ones_like(parameters)
        self._any_dead = False
        self._sum = np.zeros_like(parameters)
        self._count = 0
        self._moved = np.empty_like(parameters)
        self._shrunk = np.empty_like(parameters)
        self._product = np.empty_like(parameters)
        self.configure(spec)

    def configure(self, spec: "RunSpec") -> None:
        """Goes on with the learning rate, regularizer and rate of `spec`; forgets nothing."""
        self._rate = spec.learning_rate
        self._l1 = isinstance(spec.regularizer, L1)
        self._active = self._l1 or isinstance(spec.regularizer, L2)
        # Zero for biases, which are never regularized, also where the product is infinite.
        strength = spec.learning_rate * spec.regularization_rate
        self._strength = np.where(self._weights != 0, strength, 0.0)

    def accumulate(self, gradient_sum: Array, count: int) -> None:
        """Keeps the gradient of `count` samples for the next update."""
        if self._any_dead:
            np.multiply(gradient_sum, self.alive, gradient_sum)
        np.add(self._sum, gradient_sum, self._sum)
        self._count += count

    def apply(self, gradient_sum: Array, count: int) -> None:
        """One update from all gradients kept so far and this one: their mean is the gradient."""
        self.accumulate(gradient_sum, count)
        weights, moved = self._parameters, self._moved
        np.multiply(self._sum, constant(self._rate / self._count, weights), moved)
        np.subtract(weights, moved, moved)
        if self._active:
            # The penalty's slope is taken at the weight before the gradient step.
            slope = np.sign(weights, self._shrunk) if self._l1 else weights
            np.multiply(slope, self._strength, self._shrunk)
            np.subtract(moved, self._shrunk, self._shrunk)
            if self._l1:
                self._kill(moved, self._shrunk)
            moved = self._shrunk
        if self._any_dead:  # a dead weight stays as it is, even where a person has edited it
            np.copyto(weights, moved, where=self.alive > 0)
        else:
            np.copyto(weights, moved)
        self._sum.fill(0.0)
        self._count = 0

    def _kill(self, moved: Array, shrunk: Array) -> None:
        """Links that the penalty pushes across zero: their weight becomes 0, for good."""
        np.multiply(moved, shrunk, self._product)
        if np.minimum.reduce(self._product) >= 0:
            return
        crossed = (self._product < 0) & (self.alive > 0)
        if crossed.any():
            self._parameters[crossed] = 0.0
            self.alive[crossed] = 0.0
            self._any_dead = True

    @property
    def pending(self) -> Pending:
        """The gradients since the last update, copied."""
        return Pending(self._count, self._sum.copy())

    def dead_links(self) -> list[tuple[int, int, int]]:
        """The dead links as (layer, to, from), layer by layer and unit by unit."""
        if not self._any_dead:
            return []
        links, start = [], 0
        for layer, (units, columns) in enumerate(self._shapes):
            mask = self.alive[start : start + units * columns].reshape(units, columns)
            links += [(layer, int(to), int(from_)) for to, from_ in np.argwhere(mask == 0)]
            start += units * columns
        return links

    def state_arrays(self) -> dict[str, Array]:
        """All that a run has to remember besides its parameters, copied."""
        return {
            "alive": self.alive.copy(),
            "gradient_sum": self._sum.copy(),
            "count": np.array(self._count),
        }

    def load_state_arrays(self, arrays: dict[str, Array]) -> None:
        """Goes on from what `state_arrays` gave."""
        np.copyto(self.alive, arrays["alive"])
        np.copyto(self._sum, arrays["gradient_sum"])
        self._count = int(arrays["count"])
        self._any_dead = not self.alive.all()
