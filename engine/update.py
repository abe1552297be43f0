"""Update rules: what happens to the parameters when a minibatch's gradient is known."""

from collections.abc import Sequence
from functools import partial
from typing import Protocol

import numpy as np

from engine.arrays import Array, Calls, Kernel, constant
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
        self._optimizer, self._regularizer = spec.optimizer, spec.regularizer
        self._network = network
        self._rate: float | Array = spec.learning_rate
        self._penalty_rate: float | Array = spec.regularization_rate
        self._state = spec.optimizer.state(network.parameters)
        self.alive = np.ones_like(network.parameters)

    @classmethod
    def stacked(cls, specs: Sequence[RunSpec], network: Network) -> "StandardUpdate":
        """The rule of a stack of networks, one for each spec: the rates may differ."""
        rule = cls(specs[0], network)
        rule._rate = _each([spec.learning_rate for spec in specs], network.parameters)
        rates = [spec.regularization_rate for spec in specs]
        rule._penalty_rate = _each(rates, network.parameters)
        return rule

    def bind(self, gradient: Array, count: int, gain: float) -> Kernel:
        """A call that applies `gain` times the gradient of `count` samples, found in `gradient`."""
        parameters = self._network.parameters
        step = self._optimizer.kernel(
            parameters, gradient, self._state, rate=self._rate, scale=gain / count
        )
        if not (self._regularizer.active and np.any(self._penalty_rate)):
            return step
        strength = self._network.weight_mask() * (self._penalty_rate * count / gain)
        pull = np.empty_like(parameters)
        pulls = self._regularizer.pull_kernel(parameters, strength, pull)
        return Calls((pulls, partial(np.add, gradient, pull, gradient), step))

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
            np.copyto(array, arrays[name].reshape(array.shape))

    def finite_rows(self) -> Array:
        """Which runs of a stack remember finite numbers only (replicas,)."""
        finite = np.ones(len(self._network.parameters), np.bool_)
        for array in self._state.values():
            finite &= np.isfinite(array).all(axis=1)
        return finite

    def load_row(self, index: int, arrays: StateArrays) -> None:
        """Sets the state of one run of a stack."""
        for name, array in self._state.items():
            array[index] = arrays[name]


def _each(rates: list[float], parameters: Array) -> float | Array:
    """The one rate of all runs, or an array like their parameters, which no ufunc must stretch."""
    if len(set(rates)) == 1:
        return rates[0]
    return np.repeat(np.array(rates)[:, np.newaxis], parameters.shape[1], axis=1)


def bind(rule: UpdateRule, gain: float, gradient: Array, count: int, full: bool) -> Kernel:
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
