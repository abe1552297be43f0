"""Activation functions. A new one needs `f` and `slope`; its kernels are optional speed.

In kernels, `fmax` stands for `maximum`, which takes no positional `out` and so is a third slower.
They differ on NaN only, and the trainer finds a NaN in the parameters.
"""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Le
from numpy import (
    absolute,
    add,
    divide,
    exp,
    fmax,
    fmin,
    log1p,
    multiply,
    negative,
    reciprocal,
    sign,
    subtract,
)

from engine.activation import ACTIVATIONS as ACTIVATIONS
from engine.activation import Activation as Activation
from engine.activation import Side, largest_exponent
from engine.activation import sigmoid as sigmoid
from engine.activation import softplus as softplus
from engine.arrays import Array, Calls, Kernel, against_zero, calls, constant
from engine.fields import Ui

Alpha = Annotated[float, Ge(0.0), Le(1.0), Ui(label="alpha", label_es="alfa", step=0.01)]


@ACTIVATIONS.register
@dataclass(frozen=True)
class Linear(Activation):
    """z itself. However many layers, the network stays a linear model: it cannot learn XOR."""

    label: ClassVar[str] = "Linear"
    label_es: ClassVar[str] = "Lineal"
    help_es: ClassVar[str] = (
        "La propia z. Por muchas capas que tenga, la red sigue siendo un modelo lineal: no puede "
        "aprender la función XOR."
    )
    tfp: ClassVar[str | None] = "linear"
    formula: ClassVar[str] = r"z"
    zero_centred: ClassVar[bool] = True
    recommended_initializer: ClassVar[str] = "xavier_normal"
    pytorch: ClassVar[str] = "nn.Identity()"
    keras: ClassVar[str] = '"linear"'
    kind: Literal["linear"] = "linear"

    def f(self, z: Array) -> Array:
        return z.copy()

    def slope(self, z: Array) -> Array:
        return np.ones_like(z)

    def forward_kernel(self, z: Array, a: Array) -> Kernel:
        return partial(np.copyto, a, z)

    def slope_kernel(self, z: Array, a: Array, s: Array) -> Kernel:
        s.fill(1.0)
        return Calls()


@ACTIVATIONS.register
@dataclass(frozen=True)
class Sigmoid(Activation):
    """Squashes z into (0, 1). Saturates on both sides, is not centred on zero, and its slope is at
    most 1/4: gradients vanish through many layers, so prefer it at the output only."""

    label: ClassVar[str] = "Sigmoid"
    label_es: ClassVar[str] = "Sigmoide"
    help_es: ClassVar[str] = (
        "Comprime z en (0, 1). Se satura por los dos lados, no está centrada en cero y su "
        "pendiente es como máximo 1/4: los gradientes se desvanecen a través de muchas capas, así "
        "que úsala mejor solo en la salida."
    )
    tfp: ClassVar[str | None] = "sigmoid"
    formula: ClassVar[str] = r"\frac{1}{1 + e^{-z}}"
    bounded: ClassVar[bool] = True
    saturates: ClassVar[tuple[Side, ...]] = ("left", "right")
    recommended_initializer: ClassVar[str] = "xavier_normal"
    pytorch: ClassVar[str] = "nn.Sigmoid()"
    keras: ClassVar[str] = '"sigmoid"'
    kind: Literal["sigmoid"] = "sigmoid"

    def f(self, z: Array) -> Array:
        return sigmoid(z)

    def slope(self, z: Array) -> Array:
        return sigmoid(z) * sigmoid(-z)

    def forward_kernel(self, z: Array, a: Array) -> Kernel:
        one = constant(1.0, z)
        return calls(
            (negative, z, a),
            (exp, a, a),  # inf where z < -709, and 1 / inf is the right answer
            (add, a, one, a),
            (reciprocal, a, a),
        )

    def slope_kernel(self, z: Array, a: Array, s: Array) -> Kernel:
        return calls((multiply, a, a, s), (subtract, a, s, s))


@ACTIVATIONS.register
@dataclass(frozen=True)
class Tanh(Activation):
    """Squashes z into (-1, 1) and is centred on zero, but still saturates on both sides."""

    label: ClassVar[str] = "Tanh"
    label_es: ClassVar[str] = "Tanh"
    help_es: ClassVar[str] = (
        "Comprime z en (-1, 1) y está centrada en cero, pero también se satura por los dos lados."
    )
    tfp: ClassVar[str | None] = "tanh"
    formula: ClassVar[str] = r"\tanh z = 2\,\sigma(2z) - 1"
    bounded: ClassVar[bool] = True
    zero_centred: ClassVar[bool] = True
    saturates: ClassVar[tuple[Side, ...]] = ("left", "right")
    recommended_initializer: ClassVar[str] = "xavier_normal"
    pytorch: ClassVar[str] = "nn.Tanh()"
    keras: ClassVar[str] = '"tanh"'
    kind: Literal["tanh"] = "tanh"

    def f(self, z: Array) -> Array:
        return np.tanh(z)

    def slope(self, z: Array) -> Array:
        return 1.0 - np.tanh(z) ** 2

    def forward_kernel(self, z: Array, a: Array) -> Kernel:
        return partial(np.tanh, z, a)

    def slope_kernel(self, z: Array, a: Array, s: Array) -> Kernel:
        one = constant(1.0, z)
        return calls((multiply, a, a, s), (subtract, one, s, s))


@ACTIVATIONS.register
@dataclass(frozen=True)
class ReLU(Activation):
    """z for z > 0, otherwise 0. Does not saturate on the right and is cheap; a unit that is never
    active on any sample gets no gradient and stays dead."""

    label: ClassVar[str] = "ReLU"
    label_es: ClassVar[str] = "ReLU"
    help_es: ClassVar[str] = (
        "z si z > 0; si no, 0. No se satura por la derecha y es barata; una neurona que no se "
        "activa con ninguna muestra no recibe gradiente y se queda muerta."
    )
    tfp: ClassVar[str | None] = "relu"
    formula: ClassVar[str] = r"\max(0, z)"
    reference: ClassVar[str] = "Nair and Hinton, 2010"
    kinks: ClassVar[tuple[float, ...]] = (0.0,)
    saturates: ClassVar[tuple[Side, ...]] = ("left",)
    pytorch: ClassVar[str] = "nn.ReLU()"
    keras: ClassVar[str] = '"relu"'
    kind: Literal["relu"] = "relu"

    def f(self, z: Array) -> Array:
        return np.maximum(z, 0.0)

    def slope(self, z: Array) -> Array:
        return (z > 0).astype(z.dtype)

    def forward_kernel(self, z: Array, a: Array) -> Kernel:
        return against_zero(fmax, z, a)

    def slope_kernel(self, z: Array, a: Array, s: Array) -> Kernel:
        return partial(np.sign, a, s)


@ACTIVATIONS.register
@dataclass(frozen=True)
class LeakyReLU(Activation):
    """z for z > 0, otherwise alpha z: a small slope keeps the unit alive."""

    label: ClassVar[str] = "Leaky ReLU"
    label_es: ClassVar[str] = "Leaky ReLU"
    short: ClassVar[str] = "LReLU"
    help_es: ClassVar[str] = (
        "z si z > 0; si no, alfa z: una pequeña pendiente mantiene viva la neurona."
    )
    formula: ClassVar[str] = r"\max(\alpha z, z)"
    reference: ClassVar[str] = "Maas, Hannun and Ng, 2013"
    kinks: ClassVar[tuple[float, ...]] = (0.0,)
    pytorch: ClassVar[str] = "nn.LeakyReLU(alpha)"
    keras: ClassVar[str] = "keras.layers.LeakyReLU(negative_slope=alpha)"
    kind: Literal["leaky_relu"] = "leaky_relu"
    alpha: Alpha = 0.01

    def corners(self) -> tuple[float, ...]:
        return () if self.alpha == 1.0 else self.kinks

    def centred(self) -> bool:
        return self.alpha == 1.0

    def f(self, z: Array) -> Array:
        return np.where(z > 0, z, self.alpha * z)

    def slope(self, z: Array) -> Array:
        return np.where(z > 0, 1.0, self.alpha).astype(z.dtype)

    def forward_kernel(self, z: Array, a: Array) -> Kernel:
        alpha = constant(self.alpha, z)
        return calls(
            (multiply, z, alpha, a),
            (fmax, z, a, a),  # alpha is at most 1
        )

    def slope_kernel(self, z: Array, a: Array, s: Array) -> Kernel:
        alpha = constant(self.alpha, z)
        return calls((sign, z, s), (fmax, s, alpha, s))


@ACTIVATIONS.register
@dataclass(frozen=True)
class ELU(Activation):
    """z for z > 0, otherwise alpha (exp(z) - 1): negative outputs bring the mean nearer to zero.
    It saturates on the left by design, where a unit can be as good as dead."""

    label: ClassVar[str] = "ELU"
    label_es: ClassVar[str] = "ELU"
    help_es: ClassVar[str] = (
        "z si z > 0; si no, alfa (exp(z) - 1): las salidas negativas acercan la media a cero. Se "
        "satura por la izquierda a propósito, y allí una neurona puede estar casi muerta."
    )
    formula: ClassVar[str] = r"z\ (z > 0),\quad \alpha\,(e^z - 1)\ (z \le 0)"
    reference: ClassVar[str] = "Clevert, Unterthiner and Hochreiter, 2016"
    kinks: ClassVar[tuple[float, ...]] = (0.0,)
    saturates: ClassVar[tuple[Side, ...]] = ("left",)
    pytorch: ClassVar[str] = "nn.ELU(alpha)"
    keras: ClassVar[str] = "lambda z: keras.activations.elu(z, alpha)"
    kind: Literal["elu"] = "elu"
    alpha: Alpha = 1.0

    def corners(self) -> tuple[float, ...]:
        return () if self.alpha == 1.0 else self.kinks

    def f(self, z: Array) -> Array:
        return np.where(z > 0, z, self.alpha * np.expm1(np.minimum(z, 0.0)))

    def slope(self, z: Array) -> Array:
        # Not alpha + g(z): that cancels to exactly 0 below z = -37.
        return np.where(z > 0, 1.0, self.alpha * np.exp(np.minimum(z, 0.0))).astype(z.dtype)

    def forward_kernel(self, z: Array, a: Array) -> Kernel:
        one, alpha = constant(1.0, z), constant(self.alpha, z)
        negative_part = against_zero(fmin, z, a)
        rest = calls(
            (exp, a, a),  # expm1 is many times slower without AVX-512
            (subtract, a, one, a),
            (multiply, a, alpha, a),
            (fmax, z, a, a),  # alpha is at most 1
        )
        return Calls((negative_part, rest))

    def slope_kernel(self, z: Array, a: Array, s: Array) -> Kernel:
        zero, alpha = constant(0.0, z), constant(self.alpha, z)
        signs = np.empty_like(z)
        return calls(
            (fmin, z, zero, s),
            (exp, s, s),
            (multiply, s, alpha, s),
            (sign, z, signs),
            (fmax, s, signs, s),
        )


@ACTIVATIONS.register
@dataclass(frozen=True)
class GELU(Activation):
    """z times the probability that a standard normal is below z, in the usual tanh approximation
    (off by at most 0.0005)."""

    label: ClassVar[str] = "GELU"
    label_es: ClassVar[str] = "GELU"
    help_es: ClassVar[str] = (
        "z por la probabilidad de que una normal estándar quede por debajo de z, en la "
        "aproximación habitual con tanh (con un error de 0,0005 como máximo)."
    )
    formula: ClassVar[str] = (
        r"\tfrac{z}{2}\left(1 + \tanh\left(\sqrt{2/\pi}\,(z + 0.044715 z^3)\right)\right)"
    )
    reference: ClassVar[str] = "Hendrycks and Gimpel, 2016"
    saturates: ClassVar[tuple[Side, ...]] = ("left",)
    monotone: ClassVar[bool] = False
    pytorch: ClassVar[str] = "nn.GELU(approximate='tanh')"
    keras: ClassVar[str] = "lambda z: keras.activations.gelu(z, approximate=True)"
    kind: Literal["gelu"] = "gelu"

    def f(self, z: Array) -> Array:
        return z * sigmoid(z * (_INNER + _CUBIC * z**2))

    def slope(self, z: Array) -> Array:
        u = z * (_INNER + _CUBIC * z**2)
        p, q = sigmoid(u), sigmoid(-u)
        slope: Array = p + z * p * q * (_INNER + 3.0 * _CUBIC * z**2)
        return slope

    def forward_kernel(self, z: Array, a: Array) -> Kernel:
        one, inner, cubic = (constant(value, z) for value in (1.0, -_INNER, -_CUBIC))
        return calls(
            (multiply, z, z, a),
            (multiply, a, cubic, a),
            (add, a, inner, a),
            (multiply, a, z, a),
            (exp, a, a),  # of -u; inf on the far left, and z / inf is the right answer
            (add, a, one, a),
            (divide, z, a, a),
        )

    def slope_kernel(self, z: Array, a: Array, s: Array) -> Kernel:
        one, inner, cubic = (constant(value, z) for value in (1.0, -_INNER, -_CUBIC))
        largest, steepness, twice = (
            constant(x, z) for x in (largest_exponent(z), -3.0, -2.0 * _INNER)
        )
        w, p = np.empty_like(z), np.empty_like(z)
        return calls(
            (multiply, z, z, w),
            (multiply, w, cubic, w),
            (add, w, inner, w),  # -u / z
            (multiply, w, z, s),
            (fmin, s, largest, s),
            (exp, s, s),
            (add, s, one, p),
            (reciprocal, p, p),
            (multiply, s, p, s),  # 1 - p
            (multiply, s, a, s),
            (multiply, w, steepness, w),
            (add, w, twice, w),  # du/dz
            (multiply, s, w, s),
            (add, s, p, s),
        )


_INNER = float(np.sqrt(8.0 / np.pi))  # (1 + tanh v) / 2 is the sigmoid of u = 2 v
_CUBIC = _INNER * 0.044715


@ACTIVATIONS.register
@dataclass(frozen=True)
class SiLU(Activation):
    """z times its sigmoid, also called Swish: a smooth ReLU with a small dip on the left."""

    label: ClassVar[str] = "SiLU (Swish)"
    label_es: ClassVar[str] = "SiLU (Swish)"
    short: ClassVar[str] = "SiLU"
    help_es: ClassVar[str] = (
        "z por su sigmoide, también llamada Swish: una ReLU suave con una pequeña hondonada a la "
        "izquierda."
    )
    formula: ClassVar[str] = r"z\,\sigma(z)"
    reference: ClassVar[str] = "Elfwing, Uchibe and Doya, 2018; Ramachandran and others, 2017"
    saturates: ClassVar[tuple[Side, ...]] = ("left",)
    monotone: ClassVar[bool] = False
    pytorch: ClassVar[str] = "nn.SiLU()"
    keras: ClassVar[str] = '"silu"'
    kind: Literal["silu"] = "silu"

    def f(self, z: Array) -> Array:
        return z * sigmoid(z)

    def slope(self, z: Array) -> Array:
        p, q = sigmoid(z), sigmoid(-z)
        slope: Array = p + z * p * q
        return slope

    def forward_kernel(self, z: Array, a: Array) -> Kernel:
        one = constant(1.0, z)
        return calls(
            (negative, z, a),
            (exp, a, a),  # inf on the far left, and z / inf is the right answer
            (add, a, one, a),
            (divide, z, a, a),
        )

    def slope_kernel(self, z: Array, a: Array, s: Array) -> Kernel:
        one, largest, p = constant(1.0, z), constant(largest_exponent(z), z), np.empty_like(z)
        return calls(
            (negative, z, s),
            (fmin, s, largest, s),
            (exp, s, s),
            (add, s, one, p),
            (reciprocal, p, p),
            (multiply, s, p, s),  # 1 - p; as a difference it would lose its digits on the right
            (multiply, s, a, s),
            (add, s, p, s),
        )


@ACTIVATIONS.register
@dataclass(frozen=True)
class Softplus(Activation):
    """log(1 + exp(z)): ReLU with its corner rounded; its slope is the sigmoid."""

    label: ClassVar[str] = "Softplus"
    label_es: ClassVar[str] = "Softplus"
    help_es: ClassVar[str] = (
        "log(1 + exp(z)): la ReLU con la esquina redondeada; su pendiente es la sigmoide."
    )
    formula: ClassVar[str] = r"\ln(1 + e^z)"
    reference: ClassVar[str] = "Dugas and others, 2001"
    saturates: ClassVar[tuple[Side, ...]] = ("left",)
    pytorch: ClassVar[str] = "nn.Softplus()"
    keras: ClassVar[str] = '"softplus"'
    kind: Literal["softplus"] = "softplus"

    def f(self, z: Array) -> Array:
        return softplus(z)

    def slope(self, z: Array) -> Array:
        return sigmoid(z)

    def forward_kernel(self, z: Array, a: Array) -> Kernel:
        zero, t = constant(0.0, z), np.empty_like(z)
        return calls(
            (absolute, z, a),
            (negative, a, a),
            (exp, a, a),
            (log1p, a, a),
            (fmax, z, zero, t),
            (add, a, t, a),
        )

    def slope_kernel(self, z: Array, a: Array, s: Array) -> Kernel:
        return Sigmoid().forward_kernel(z, s)
