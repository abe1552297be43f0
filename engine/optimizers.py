"""Optimizers: from a gradient to a step. Their state is a set of arrays that can be copied."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Gt, Le, Lt
from numpy import add, divide, multiply, sqrt, subtract

from engine.arrays import Array, Kernel, calls, constant, number_each
from engine.fields import Ui
from engine.registry import Component, Registry

Beta = Annotated[float, Ge(0.0), Lt(1.0), Ui(label="beta", label_es="beta", step=0.01, max=0.999)]
Epsilon = Annotated[float, Gt(0.0), Le(1.0), Ui(label="epsilon", label_es="épsilon", scale="log")]
State = dict[str, Array]
Rate = float | Array
"""A learning rate; in a stack whose replicas have different ones, an array like its parameters."""


class Optimizer(Component):
    """Updates the flat parameter vector `p` from the gradient `scale * g`, both in place.

    In a stack of runs, `p` and `g` have a row for each: all that is done must be elementwise.
    """

    formula: ClassVar[str]
    code: ClassVar[tuple[str, ...]] = ()
    """One step in lines of code, for scripts: of weights `w`, their gradient `g`, the `rate`, and
    what state and parameters are called here. A test holds it to `kernel`."""
    pytorch: ClassVar[str] = ""
    """The call that makes it in PyTorch, for `parameters`; empty where it has no such thing."""
    keras: ClassVar[str] = ""
    """The call that makes it in Keras; empty where it has no such thing."""

    def state(self, p: Array) -> State:
        """The state before the first step: arrays like `p`, or one `number_each`."""
        return {}

    def kernel(self, p: Array, g: Array, state: State, *, rate: Rate, scale: float) -> Kernel:
        """A call that makes one step with the learning rate `rate`; it may overwrite `g`."""
        raise NotImplementedError


OPTIMIZERS: Registry[Optimizer] = Registry("optimizer", Optimizer)


@OPTIMIZERS.register
@dataclass(frozen=True)
class SGD(Optimizer):
    """Stochastic gradient descent: a step against the gradient of each minibatch."""

    label: ClassVar[str] = "SGD"
    label_es: ClassVar[str] = "SGD"
    help_es: ClassVar[str] = (
        "Descenso por gradiente estocástico: un paso en contra del gradiente de cada lote."
    )
    tfp: ClassVar[str | None] = "sgd"
    formula: ClassVar[str] = r"w \leftarrow w - \eta g"
    code: ClassVar[tuple[str, ...]] = ("w = w - rate * g",)
    pytorch: ClassVar[str] = "torch.optim.SGD(parameters, lr=rate)"
    keras: ClassVar[str] = "keras.optimizers.SGD(rate)"
    kind: Literal["sgd"] = "sgd"

    def kernel(self, p: Array, g: Array, state: State, *, rate: Rate, scale: float) -> Kernel:
        factor = constant(rate * scale, p)
        return calls((multiply, g, factor, g), (subtract, p, g, p))


@OPTIMIZERS.register
@dataclass(frozen=True)
class Momentum(Optimizer):
    """A velocity that remembers earlier gradients: fast along valleys, calm across them."""

    label: ClassVar[str] = "Momentum"
    label_es: ClassVar[str] = "Momento"
    help_es: ClassVar[str] = (
        "Una velocidad que recuerda los gradientes anteriores: rápida a lo largo de los valles, "
        "tranquila a lo ancho."
    )
    formula: ClassVar[str] = r"v \leftarrow \beta v + g,\quad w \leftarrow w - \eta v"
    code: ClassVar[tuple[str, ...]] = (
        "velocity = beta * velocity + g",
        "w = w - rate * velocity",
    )
    pytorch: ClassVar[str] = "torch.optim.SGD(parameters, lr=rate, momentum=beta)"
    keras: ClassVar[str] = "keras.optimizers.SGD(rate, momentum=beta)"
    kind: Literal["momentum"] = "momentum"
    beta: Beta = 0.9

    def state(self, p: Array) -> State:
        return {"velocity": np.zeros_like(p)}

    def kernel(self, p: Array, g: Array, state: State, *, rate: Rate, scale: float) -> Kernel:
        v = state["velocity"]
        beta, eta, unit = (constant(value, p) for value in (self.beta, rate, scale))
        return calls(
            (multiply, v, beta, v),
            (multiply, g, unit, g),
            (add, v, g, v),
            (multiply, v, eta, g),
            (subtract, p, g, p),
        )


@OPTIMIZERS.register
@dataclass(frozen=True)
class Nesterov(Optimizer):
    """Momentum that looks ahead: the gradient counts as if taken after the velocity's step."""

    label: ClassVar[str] = "Nesterov"
    label_es: ClassVar[str] = "Nesterov"
    help_es: ClassVar[str] = (
        "Un momento que mira hacia delante: el gradiente cuenta como si se tomara después del "
        "paso de la velocidad."
    )
    formula: ClassVar[str] = r"v \leftarrow \beta v + g,\quad w \leftarrow w - \eta (g + \beta v)"
    code: ClassVar[tuple[str, ...]] = (
        "velocity = beta * velocity + g",
        "w = w - rate * (g + beta * velocity)",
    )
    pytorch: ClassVar[str] = "torch.optim.SGD(parameters, lr=rate, momentum=beta, nesterov=True)"
    keras: ClassVar[str] = "keras.optimizers.SGD(rate, momentum=beta, nesterov=True)"
    kind: Literal["nesterov"] = "nesterov"
    beta: Beta = 0.9

    def state(self, p: Array) -> State:
        return {"velocity": np.zeros_like(p)}

    def kernel(self, p: Array, g: Array, state: State, *, rate: Rate, scale: float) -> Kernel:
        v, t = state["velocity"], np.empty_like(p)
        beta, eta, unit = (constant(value, p) for value in (self.beta, rate, scale))
        return calls(
            (multiply, g, unit, g),
            (multiply, v, beta, v),
            (add, v, g, v),
            (multiply, v, beta, t),
            (add, t, g, t),
            (multiply, t, eta, t),
            (subtract, p, t, p),
        )


@OPTIMIZERS.register
@dataclass(frozen=True)
class RMSProp(Optimizer):
    """Divides each gradient by its recent size, so that every weight moves at a similar pace."""

    label: ClassVar[str] = "RMSProp"
    label_es: ClassVar[str] = "RMSProp"
    help_es: ClassVar[str] = (
        "Divide cada gradiente por su tamaño reciente, de modo que todos los pesos se mueven a un"
        " ritmo parecido."
    )
    formula: ClassVar[str] = (
        r"s \leftarrow \rho s + (1 - \rho) g^2,\quad"
        r" w \leftarrow w - \eta g / (\sqrt{s} + \epsilon)"
    )
    code: ClassVar[tuple[str, ...]] = (
        "square = rho * square + (1 - rho) * g**2",
        "w = w - rate * g / (sqrt(square) + epsilon)",
    )
    pytorch: ClassVar[str] = "torch.optim.RMSprop(parameters, lr=rate, alpha=rho, eps=epsilon)"
    keras: ClassVar[str] = "keras.optimizers.RMSprop(rate, rho=rho, epsilon=epsilon**2)"
    kind: Literal["rmsprop"] = "rmsprop"
    rho: Annotated[
        float, Ge(0.0), Lt(1.0), Ui(label="rho", label_es="rho", step=0.01, max=0.999)
    ] = 0.9
    epsilon: Epsilon = 1e-7

    def state(self, p: Array) -> State:
        return {"square": np.zeros_like(p)}

    def kernel(self, p: Array, g: Array, state: State, *, rate: Rate, scale: float) -> Kernel:
        s, t = state["square"], np.empty_like(p)
        numbers = (self.rho, (1.0 - self.rho) * scale**2, self.epsilon, rate * scale)
        rho, rest, epsilon, eta = (constant(value, p) for value in numbers)
        return calls(
            (multiply, g, g, t),
            (multiply, t, rest, t),
            (multiply, s, rho, s),
            (add, s, t, s),
            (sqrt, s, t),
            (add, t, epsilon, t),
            (divide, g, t, g),
            (multiply, g, eta, g),
            (subtract, p, g, p),
        )


@OPTIMIZERS.register
@dataclass(frozen=True)
class Adam(Optimizer):
    """Momentum and RMSProp together, both corrected for starting at zero (Kingma and Ba, 2015)."""

    label: ClassVar[str] = "Adam"
    label_es: ClassVar[str] = "Adam"
    help_es: ClassVar[str] = (
        "El momento y RMSProp juntos, los dos corregidos por empezar en cero (Kingma y Ba, 2015)."
    )
    formula: ClassVar[str] = r"w \leftarrow w - \eta\, \hat m / (\sqrt{\hat v} + \epsilon)"
    code: ClassVar[tuple[str, ...]] = (
        "mean = beta1 * mean + (1 - beta1) * g",
        "square = beta2 * square + (1 - beta2) * g**2",
        "power1 = beta1 * power1",
        "power2 = beta2 * power2",
        "w = w - rate * mean / (1 - power1) / (sqrt(square / (1 - power2)) + epsilon)",
    )
    pytorch: ClassVar[str] = (
        "torch.optim.Adam(parameters, lr=rate, betas=(beta1, beta2), eps=epsilon)"
    )
    keras: ClassVar[str] = (
        "keras.optimizers.Adam(rate, beta_1=beta1, beta_2=beta2, epsilon=epsilon)"
    )
    kind: Literal["adam"] = "adam"
    beta1: Annotated[
        float, Ge(0.0), Lt(1.0), Ui(label="beta 1", label_es="beta 1", step=0.01, max=0.999)
    ] = 0.9
    beta2: Annotated[
        float, Ge(0.0), Lt(1.0), Ui(label="beta 2", label_es="beta 2", step=0.001, max=0.9999)
    ] = 0.999
    epsilon: Epsilon = 1e-8

    def state(self, p: Array) -> State:
        powers = {"power1": number_each(1.0, p), "power2": number_each(1.0, p)}
        return {"mean": np.zeros_like(p), "square": np.zeros_like(p), **powers}

    def kernel(self, p: Array, g: Array, state: State, *, rate: Rate, scale: float) -> Kernel:
        m, v, power1, power2 = (state[name] for name in ("mean", "square", "power1", "power2"))
        rests = ((1.0 - self.beta1) * scale, (1.0 - self.beta2) * scale**2)
        beta1, beta2, rest1, rest2 = (constant(v, p) for v in (self.beta1, self.beta2, *rests))
        one, epsilon, eta = (constant(value, p) for value in (1.0, self.epsilon, rate))
        t, correction2 = np.empty_like(p), np.empty_like(power2)
        correction1 = np.empty(np.broadcast_shapes(eta.shape, power1.shape), p.dtype)
        return calls(
            (multiply, g, g, t),
            (multiply, m, beta1, m),
            (multiply, g, rest1, g),
            (add, m, g, m),
            (multiply, v, beta2, v),
            (multiply, t, rest2, t),
            (add, v, t, v),
            (multiply, power1, beta1, power1),
            (multiply, power2, beta2, power2),
            (subtract, one, power1, correction1),
            (subtract, one, power2, correction2),
            (divide, v, correction2, t),
            (sqrt, t, t),
            (add, t, epsilon, t),
            (divide, eta, correction1, correction1),
            (divide, m, t, g),
            (multiply, g, correction1, g),
            (subtract, p, g, p),
        )
