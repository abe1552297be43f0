"""Regularizers: a price on large weights. They act on weights only, never on biases."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Literal

import numpy as np

from engine.arrays import Array, Kernel, calls
from engine.registry import Component, Registry


class Regularizer(Component):
    """A penalty on each weight; `regularization_rate` multiplies it."""

    formula: ClassVar[str]
    active: ClassVar[bool] = True
    keras: ClassVar[str] = ""
    """What Keras calls it, with this `rate`; where it has no name, scripts write out `penalty`."""

    def penalty(self, w: Array) -> Array:
        """The price of each weight."""
        raise NotImplementedError

    def slope(self, w: Array) -> Array:
        """The derivative of the price."""
        raise NotImplementedError

    def pull_kernel(self, w: Array, strength: Array, out: Array) -> Kernel:
        """A call that writes `strength * slope(w)` to `out`, for the w of then."""

        def kernel() -> None:
            np.multiply(strength, self.slope(w), out)

        return kernel


REGULARIZERS: Registry[Regularizer] = Registry("regularizer", Regularizer)


@REGULARIZERS.register
@dataclass(frozen=True)
class NoRegularizer(Regularizer):
    """No price: only the data decide."""

    label: ClassVar[str] = "None"
    label_es: ClassVar[str] = "Ninguna"
    help_es: ClassVar[str] = "Sin precio: solo deciden los datos."
    tfp: ClassVar[str | None] = "none"
    formula: ClassVar[str] = r"0"
    active: ClassVar[bool] = False
    kind: Literal["none"] = "none"

    def penalty(self, w: Array) -> Array:
        return np.zeros_like(w)

    def slope(self, w: Array) -> Array:
        return np.zeros_like(w)


@REGULARIZERS.register
@dataclass(frozen=True)
class L1(Regularizer):
    """The absolute value: pushes every weight by the same amount, so useless ones reach 0."""

    label: ClassVar[str] = "L1"
    label_es: ClassVar[str] = "L1"
    help_es: ClassVar[str] = (
        "El valor absoluto: empuja todos los pesos en la misma cantidad, así que los inútiles "
        "llegan a 0."
    )
    tfp: ClassVar[str | None] = "L1"
    formula: ClassVar[str] = r"|w|"
    keras: ClassVar[str] = "keras.regularizers.L1(rate)"
    kind: Literal["l1"] = "l1"

    def penalty(self, w: Array) -> Array:
        return np.abs(w)

    def slope(self, w: Array) -> Array:
        return np.sign(w)

    def pull_kernel(self, w: Array, strength: Array, out: Array) -> Kernel:
        return calls((np.sign, w, out), (np.multiply, strength, out, out))


@REGULARIZERS.register
@dataclass(frozen=True)
class L2(Regularizer):
    """Half the square: pushes large weights more, so all shrink and none quite reaches 0."""

    label: ClassVar[str] = "L2"
    label_es: ClassVar[str] = "L2"
    help_es: ClassVar[str] = (
        "La mitad del cuadrado: empuja más los pesos grandes, así que todos se encogen y ninguno "
        "llega del todo a 0."
    )
    tfp: ClassVar[str | None] = "L2"
    formula: ClassVar[str] = r"\tfrac12 w^2"
    keras: ClassVar[str] = "keras.regularizers.L2(rate / 2)"
    kind: Literal["l2"] = "l2"

    def penalty(self, w: Array) -> Array:
        return 0.5 * w * w

    def slope(self, w: Array) -> Array:
        return w

    def pull_kernel(self, w: Array, strength: Array, out: Array) -> Kernel:
        return partial(np.multiply, strength, w, out)
