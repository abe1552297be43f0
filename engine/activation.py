"""What an activation function is; the functions themselves are in `activations.py`."""

from typing import ClassVar, Literal

import numpy as np

from engine.arrays import Array, Kernel
from engine.expression import named
from engine.registry import Component, Registry

Side = Literal["left", "right"]


class Activation(Component):
    """A function g of a unit's pre-activation z. Class variables state facts, which tests check."""

    formula: ClassVar[str] = ""
    """In LaTeX; the page shows none where there is none."""
    reference: ClassVar[str] = ""
    kinks: ClassVar[tuple[float, ...]] = ()
    """Where g has no derivative."""
    bounded: ClassVar[bool] = False
    zero_centred: ClassVar[bool] = False
    """g(-z) = -g(z): inputs around zero give outputs around zero."""
    saturates: ClassVar[tuple[Side, ...]] = ()
    """On which sides the derivative goes to zero."""
    monotone: ClassVar[bool] = True
    recommended_initializer: ClassVar[str] = "he_normal"
    pytorch: ClassVar[str] = ""
    """The layer that it is in PyTorch; where there is none, scripts write out what `f` computes."""
    keras: ClassVar[str] = ""
    """What Keras' `Dense` takes for `activation`; the same holds where there is none."""

    def corners(self) -> tuple[float, ...]:
        """`kinks`, without those that these parameters smooth."""
        return self.kinks

    def centred(self) -> bool:
        """`zero_centred`, or made so by these parameters."""
        return self.zero_centred

    def f(self, z: Array) -> Array:
        """g(z)."""
        raise NotImplementedError

    def slope(self, z: Array) -> Array:
        """g'(z)."""
        raise NotImplementedError

    def forward_kernel(self, z: Array, a: Array) -> Kernel:
        """A call that writes g(z) to `a`."""

        def kernel() -> None:
            a[...] = self.f(z)

        return kernel

    def slope_kernel(self, z: Array, a: Array, s: Array) -> Kernel:
        """A call that writes g'(z) to `s`, where `a` holds g(z) already."""

        def kernel() -> None:
            s[...] = self.slope(z)

        return kernel


ACTIVATIONS: Registry[Activation] = Registry("activation", Activation)


def largest_exponent(z: Array) -> float:
    """A number whose exponential is finite, and next to whose exponential 1 does not count."""
    return float(np.log(np.finfo(z.dtype).max)) - 1.0


@named
def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)) without overflow, to full relative precision on both sides."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


@named
def softplus(z: Array) -> Array:
    """log(1 + exp(z)) without overflow."""
    return np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))
