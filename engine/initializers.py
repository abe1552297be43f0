"""Initializers: how the weights start. Normals are not truncated (Keras truncates its own)."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Gt, Le

from engine.activations import Activation
from engine.arrays import Array
from engine.fields import Ui
from engine.registry import Component, Registry


class Initializer(Component):
    """Draws the weights of one layer."""

    formula: ClassVar[str]
    keras: ClassVar[str] = ""
    """What Keras calls it; empty where it has no such thing."""
    keras_truncates: ClassVar[bool] = False
    """Keras draws from a normal cut at two standard deviations, widened to the same variance."""
    pytorch: ClassVar[str] = ""
    """The call that does it in PyTorch, for weights `w`."""

    def draw(
        self, rng: np.random.Generator, fan_in: int, *, fan_out: int, activation: Activation
    ) -> Array:
        """Weights (fan_out, fan_in) for a layer whose units have this activation."""
        raise NotImplementedError

    def std(self, fan_in: int, *, fan_out: int, activation: Activation) -> float:
        """The standard deviation of the weights in theory; 0 where they are all the same."""
        return 0.0


INITIALIZERS: Registry[Initializer] = Registry("initializer", Initializer)


class _Scaled(Initializer):
    """Shared by the initializers that draw from one distribution whose width follows the fans."""

    def draw(
        self, rng: np.random.Generator, fan_in: int, *, fan_out: int, activation: Activation
    ) -> Array:
        width = self.width(max(fan_in, 1), fan_out)
        return width * self.unit(rng, (fan_out, fan_in))

    def std(self, fan_in: int, *, fan_out: int, activation: Activation) -> float:
        return self.width(max(fan_in, 1), fan_out)

    def width(self, fan_in: int, fan_out: int) -> float:
        """Standard deviation of a normal, limit of a uniform."""
        raise NotImplementedError

    def unit(self, rng: np.random.Generator, shape: tuple[int, int]) -> Array:
        """Draws of standard deviation 1 (normal) or limit 1 (uniform)."""
        return rng.standard_normal(shape)


class _Uniform(_Scaled):
    def unit(self, rng: np.random.Generator, shape: tuple[int, int]) -> Array:
        return rng.uniform(-1.0, 1.0, shape)

    def std(self, fan_in: int, *, fan_out: int, activation: Activation) -> float:
        return self.width(max(fan_in, 1), fan_out) / float(np.sqrt(3.0))


@INITIALIZERS.register
@dataclass(frozen=True)
class Auto(Initializer):
    """Follows each layer's activation: He for the ReLU family, Xavier for the others."""

    label: ClassVar[str] = "Automatic"
    label_es: ClassVar[str] = "Automática"
    help_es: ClassVar[str] = (
        "Sigue la función de activación de cada capa: He para la familia ReLU, Xavier para las "
        "demás."
    )
    formula: ClassVar[str] = r"\text{He / Xavier}"
    kind: Literal["auto"] = "auto"

    def draw(
        self, rng: np.random.Generator, fan_in: int, *, fan_out: int, activation: Activation
    ) -> Array:
        chosen = self.chosen(activation)
        return chosen.draw(rng, fan_in, fan_out=fan_out, activation=activation)

    def std(self, fan_in: int, *, fan_out: int, activation: Activation) -> float:
        return self.chosen(activation).std(fan_in, fan_out=fan_out, activation=activation)

    @staticmethod
    def chosen(activation: Activation) -> Initializer:
        """The initializer for a layer with this activation."""
        return INITIALIZERS[activation.recommended_initializer]()


@INITIALIZERS.register
@dataclass(frozen=True)
class Normal(_Scaled):
    """A normal with a fixed standard deviation, whatever the size of the layer."""

    label: ClassVar[str] = "Normal"
    label_es: ClassVar[str] = "Normal"
    help_es: ClassVar[str] = (
        "Una normal con una desviación estándar fija, sea cual sea el tamaño de la capa."
    )
    formula: ClassVar[str] = r"N(0, \sigma)"
    keras: ClassVar[str] = "RandomNormal(stddev=sigma)"
    pytorch: ClassVar[str] = "torch.nn.init.normal_(w, std=sigma)"
    kind: Literal["normal"] = "normal"
    sigma: Annotated[
        float, Ge(0.0), Le(10.0), Ui(label="sigma", label_es="sigma", step=0.01, max=2.0)
    ] = 1.0

    def width(self, fan_in: int, fan_out: int) -> float:
        return self.sigma


@INITIALIZERS.register
@dataclass(frozen=True)
class Uniform(_Uniform):
    """Evenly between -limit and limit; playground.tensorflow.org uses 0.5."""

    label: ClassVar[str] = "Uniform"
    label_es: ClassVar[str] = "Uniforme"
    help_es: ClassVar[str] = "Uniforme entre -límite y límite; playground.tensorflow.org usa 0,5."
    formula: ClassVar[str] = r"U(-l, l)"
    keras: ClassVar[str] = "RandomUniform(-limit, limit)"
    pytorch: ClassVar[str] = "torch.nn.init.uniform_(w, -limit, limit)"
    kind: Literal["uniform"] = "uniform"
    limit: Annotated[
        float, Gt(0.0), Le(10.0), Ui(label="limit", label_es="límite", step=0.01, max=2.0)
    ] = 0.5

    def width(self, fan_in: int, fan_out: int) -> float:
        return self.limit


@INITIALIZERS.register
@dataclass(frozen=True)
class Zeros(Initializer):
    """All weights 0: all units of a layer stay equal, and often nothing is learned at all."""

    label: ClassVar[str] = "Zeros"
    label_es: ClassVar[str] = "Ceros"
    help_es: ClassVar[str] = (
        "Todos los pesos a 0: todas las neuronas de una capa siguen siendo iguales, y a menudo no"
        " se aprende nada."
    )
    formula: ClassVar[str] = r"0"
    keras: ClassVar[str] = "Zeros()"
    pytorch: ClassVar[str] = "torch.nn.init.zeros_(w)"
    kind: Literal["zeros"] = "zeros"

    def draw(
        self, rng: np.random.Generator, fan_in: int, *, fan_out: int, activation: Activation
    ) -> Array:
        return np.zeros((fan_out, fan_in))


@INITIALIZERS.register
@dataclass(frozen=True)
class Constant(Initializer):
    """All weights the same: all units of a layer stay equal, as if it had only one."""

    label: ClassVar[str] = "Constant"
    label_es: ClassVar[str] = "Constante"
    help_es: ClassVar[str] = (
        "Todos los pesos iguales: todas las neuronas de una capa siguen siendo iguales, como si "
        "solo hubiera una."
    )
    formula: ClassVar[str] = r"c"
    keras: ClassVar[str] = "Constant(value)"
    pytorch: ClassVar[str] = "torch.nn.init.constant_(w, value)"
    kind: Literal["constant"] = "constant"
    value: Annotated[
        float, Ge(-10.0), Le(10.0), Ui(label="value", label_es="valor", step=0.05, min=-1, max=1)
    ] = 0.5

    def draw(
        self, rng: np.random.Generator, fan_in: int, *, fan_out: int, activation: Activation
    ) -> Array:
        return np.full((fan_out, fan_in), self.value)


@INITIALIZERS.register
@dataclass(frozen=True)
class XavierNormal(_Scaled):
    """A normal of standard deviation 1 / sqrt(fan_in): the lecture's Xavier, which is LeCun's
    (1998) rule and Keras' `lecun_normal`; the paper of Glorot and Bengio has another one."""

    label: ClassVar[str] = "Xavier (1/fan_in)"
    label_es: ClassVar[str] = "Xavier (1/fan_in)"
    help_es: ClassVar[str] = (
        "Una normal de desviación estándar 1 / sqrt(fan_in): el Xavier de la lección, que es la"
        " regla de LeCun (1998) y el `lecun_normal` de Keras; el artículo de Glorot y Bengio tiene "
        "otra."
    )
    formula: ClassVar[str] = r"N\!\left(0, \sqrt{1 / n_{in}}\right)"
    keras: ClassVar[str] = "LecunNormal()"
    keras_truncates: ClassVar[bool] = True
    pytorch: ClassVar[str] = "torch.nn.init.kaiming_normal_(w, nonlinearity='linear')"
    kind: Literal["xavier_normal"] = "xavier_normal"

    def width(self, fan_in: int, fan_out: int) -> float:
        return float(np.sqrt(1.0 / fan_in))


@INITIALIZERS.register
@dataclass(frozen=True)
class GlorotNormal(_Scaled):
    """A normal of standard deviation sqrt(2 / (fan_in + fan_out)): keeps both the signal and the
    gradient at size (Glorot and Bengio, 2010)."""

    label: ClassVar[str] = "Glorot normal"
    label_es: ClassVar[str] = "Glorot normal"
    help_es: ClassVar[str] = (
        "Una normal de desviación estándar sqrt(2 / (fan_in + fan_out)): mantiene el tamaño tanto "
        "de la señal como del gradiente (Glorot y Bengio, 2010)."
    )
    formula: ClassVar[str] = r"N\!\left(0, \sqrt{2 / (n_{in} + n_{out})}\right)"
    keras: ClassVar[str] = "GlorotNormal()"
    keras_truncates: ClassVar[bool] = True
    pytorch: ClassVar[str] = "torch.nn.init.xavier_normal_(w)"
    kind: Literal["glorot_normal"] = "glorot_normal"

    def width(self, fan_in: int, fan_out: int) -> float:
        return float(np.sqrt(2.0 / (fan_in + fan_out)))


@INITIALIZERS.register
@dataclass(frozen=True)
class GlorotUniform(_Uniform):
    """Evenly within sqrt(6 / (fan_in + fan_out)), as in the paper (Glorot and Bengio, 2010)."""

    label: ClassVar[str] = "Glorot uniform"
    label_es: ClassVar[str] = "Glorot uniforme"
    help_es: ClassVar[str] = (
        "Uniforme entre más y menos sqrt(6 / (fan_in + fan_out)), como en el artículo (Glorot y "
        "Bengio, 2010)."
    )
    formula: ClassVar[str] = r"U\!\left(\pm\sqrt{6 / (n_{in} + n_{out})}\right)"
    keras: ClassVar[str] = "GlorotUniform()"
    pytorch: ClassVar[str] = "torch.nn.init.xavier_uniform_(w)"
    kind: Literal["glorot_uniform"] = "glorot_uniform"

    def width(self, fan_in: int, fan_out: int) -> float:
        return float(np.sqrt(6.0 / (fan_in + fan_out)))


@INITIALIZERS.register
@dataclass(frozen=True)
class HeNormal(_Scaled):
    """A normal of standard deviation sqrt(2 / fan_in): makes up for the half of the signal that a
    ReLU drops (He and others, 2015)."""

    label: ClassVar[str] = "He normal"
    label_es: ClassVar[str] = "He normal"
    help_es: ClassVar[str] = (
        "Una normal de desviación estándar sqrt(2 / fan_in): compensa la mitad de la señal que una "
        "ReLU descarta (He y otros, 2015)."
    )
    formula: ClassVar[str] = r"N\!\left(0, \sqrt{2 / n_{in}}\right)"
    keras: ClassVar[str] = "HeNormal()"
    keras_truncates: ClassVar[bool] = True
    pytorch: ClassVar[str] = "torch.nn.init.kaiming_normal_(w, nonlinearity='relu')"
    kind: Literal["he_normal"] = "he_normal"

    def width(self, fan_in: int, fan_out: int) -> float:
        return float(np.sqrt(2.0 / fan_in))


@INITIALIZERS.register
@dataclass(frozen=True)
class HeUniform(_Uniform):
    """Evenly within sqrt(6 / fan_in): the same variance as He normal."""

    label: ClassVar[str] = "He uniform"
    label_es: ClassVar[str] = "He uniforme"
    help_es: ClassVar[str] = (
        "Uniforme entre más y menos sqrt(6 / fan_in): la misma varianza que He normal."
    )
    formula: ClassVar[str] = r"U\!\left(\pm\sqrt{6 / n_{in}}\right)"
    keras: ClassVar[str] = "HeUniform()"
    pytorch: ClassVar[str] = "torch.nn.init.kaiming_uniform_(w, nonlinearity='relu')"
    kind: Literal["he_uniform"] = "he_uniform"

    def width(self, fan_in: int, fan_out: int) -> float:
        return float(np.sqrt(6.0 / fan_in))
