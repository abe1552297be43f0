"""Update rules: what happens to the parameters when a minibatch's gradient is known."""

from functools import partial
from typing import Protocol

import numpy as np

from engine.arrays import Array, Kernel, constant
from engine.network import Network
from engine.spec import RunSpec

StateArrays = dict[str, Array]


class UpdateRule(Protocol):
    """Applies summed gradients to the flat parameters of a network."""

    alive: Array
    """Flat mask: 0 where a link is dead for good."""

    def apply(self, gradient_sum: Array, count: int) -> None:
        """One update from the gradient of `count` samples; may overwrite it."""

    def accumulate(self, gradient_sum: Array, count: int) -> None:
        """Keeps the gradient of the samples after the last full batch."""

    def state_arrays(self) -> StateArrays:
        """All that the rule remembers."""

    def load_state_arrays(self, arrays: StateArrays) -> None:
        """Remembers what `state_arrays` gave, of the same rule on the same network."""


class StandardUpdate:
    """The optimizer and the regularizer of an experiment; the last, smaller batch counts too."""

    def __init__(self, spec: RunSpec, network: Network) -> None:
        self._spec = spec
        self._network = network
        self._state = spec.optimizer.state(network.parameters)
        self.alive = np.ones_like(network.parameters)

    def bind(self, gradient: Array, count: int, gain: float) -> Kernel:
        """A call that applies `gain` times the gradient of `count` samples, found in `gradient`."""
        spec, parameters = self._spec, self._network.parameters
        step = spec.optimizer.kernel(
            parameters, gradient, self._state, rate=spec.learning_rate, scale=gain / count
        )
        if not (spec.regularizer.active and spec.regularization_rate > 0):
            return step
        slope = spec.regularizer.slope
        strength = self._network.weight_mask() * (spec.regularization_rate * count / gain)

        def regularized() -> None:
            np.add(gradient, strength * slope(parameters), gradient)
            step()

        return regularized

    def apply(self, gradient_sum: Array, count: int) -> None:
        """One update."""
        self.bind(gradient_sum, count, 1.0)()

    def accumulate(self, gradient_sum: Array, count: int) -> None:
        """A smaller batch is a batch like any other."""
        self.apply(gradient_sum, count)

    def state_arrays(self) -> StateArrays:
        """The optimizer's state, copied."""
        return {name: array.copy() for name, array in self._state.items()}

    def load_state_arrays(self, arrays: StateArrays) -> None:
        """Sets the optimizer's state."""
        for name, array in self._state.items():
            np.copyto(array, arrays[name])


def bind(rule: UpdateRule, gradient: Array, count: int, *, gain: float, full: bool) -> Kernel:
    """The call that a training step ends with."""
    if isinstance(rule, StandardUpdate):
        return rule.bind(gradient, count, gain)
    use = rule.apply if full else rule.accumulate
    if gain == 1.0:
        return partial(use, gradient, count)
    factor = constant(gain, gradient)

    def scaled() -> None:
        np.multiply(gradient, factor, gradient)
        use(gradient, count)

    return scaled
