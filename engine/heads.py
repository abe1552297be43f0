"""Heads: the output function fused with its loss, so that both are exact and stable from logits."""

import math
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np
from numpy import divide, exp, multiply, subtract, tanh

from engine.activations import sigmoid, softplus
from engine.arrays import Array, Kernel, calls, constant
from engine.expression import named
from engine.problems import ProblemKind
from engine.registry import Component, Registry


class Head(Component):
    """Logits z (outputs, n) and targets t (outputs, n) to predictions and a loss."""

    formula: ClassVar[str]
    problems: ClassVar[tuple[ProblemKind, ...]]
    pytorch: ClassVar[str] = ""
    """The mean loss in PyTorch's words; scripts write out `loss` where it has none."""
    keras: ClassVar[str] = ""
    """Keras' loss of logits that has the same mean; the same holds where it has none."""
    gain: ClassVar[float] = 1.0
    """What `delta_kernel` leaves out: dL/dz is its result times this (a power of two)."""

    def outputs(self, classes: int) -> int:
        """How many output units there are."""
        return 1

    def targets(self, labels: Array, classes: int) -> Array:
        """Labels as the numbers that the outputs should reach, (outputs, n)."""
        return labels[np.newaxis].astype(np.float64)

    def output(self, z: Array) -> Array:
        """The network's output, (outputs, n): probabilities where the head has them."""
        raise NotImplementedError

    def display(self, z: Array) -> Array:
        """The output in the range in which maps show it, (outputs, n)."""
        return self.output(z)

    def display_kernel(self, z: Array, out: Array) -> Kernel:
        """A call that writes `display(z)` to `out`, for the z of then."""

        def kernel() -> None:
            out[...] = self.display(z)

        return kernel

    def loss(self, z: Array, t: Array) -> Array:
        """The loss of each sample, (n,)."""
        raise NotImplementedError

    def delta(self, z: Array, t: Array) -> Array:
        """dL/dz, (outputs, n)."""
        raise NotImplementedError

    def aims(self, t: Array) -> Array:
        """The targets in the form in which `delta_kernel` takes them."""
        return t

    def delta_kernel(self, z: Array, aims: Array, delta: Array) -> Kernel:
        """A call that writes dL/dz divided by `gain` to `delta`.

        It is made for one minibatch. Where `aims` stands among the arguments of its calls, and no
        view of it, the others share all but those calls with it.
        """

        def write(z: Array, t: Array) -> None:
            delta[...] = self.delta(z, t)

        return partial(write, z, aims)

    def predict(self, z: Array) -> Array:
        """The label that the network would give each sample."""
        raise NotImplementedError

    def metrics(self, z: Array, labels: Array) -> dict[str, float | None]:
        """How good the predictions are, in the terms of the problem."""
        return {"accuracy": _share(self.predict(z) == labels)}


HEADS: Registry[Head] = Registry("head", Head)


def _share(hits: Array) -> float:
    """The mean of truth values, in a fifth of the time of `np.mean`; NaN when there are none."""
    return np.count_nonzero(hits) / hits.size if hits.size else math.nan


@named
def softmax(z: Array) -> Array:
    """Positive numbers that sum to 1: exp(z), divided by the sum over the units."""
    e = np.exp(z - z.max(axis=0))
    p: Array = e / e.sum(axis=0)
    return p


def _signed_kernel(z: Array, out: Array) -> Kernel:
    """A call that writes 2 sigmoid(z) - 1, which is tanh(z / 2), to `out`."""
    return calls((multiply, z, constant(0.5, z), out), (tanh, out, out))


def _squared_error(o: Array, aims: Array, delta: Array) -> list[tuple[Any, ...]]:
    """Calls that write (o - aims) (1 - o^2) to `delta`, and to `o` what they need on the way."""
    one = constant(1.0, o)
    return [
        (subtract, o, aims, delta),
        (multiply, o, o, o),
        (subtract, one, o, o),
        (multiply, delta, o, delta),
    ]


class _Logistic(Head):
    """Shared by the heads with sigmoid outputs and binary cross-entropy."""

    gain: ClassVar[float] = 0.5

    def output(self, z: Array) -> Array:
        return sigmoid(z)

    def loss(self, z: Array, t: Array) -> Array:
        total: Array = (softplus(z) - t * z).sum(axis=0)
        return total

    def delta(self, z: Array, t: Array) -> Array:
        return sigmoid(z) - t

    def aims(self, t: Array) -> Array:
        return 2.0 * t - 1.0

    def delta_kernel(self, z: Array, aims: Array, delta: Array) -> Kernel:
        # sigmoid(z) - t = (tanh(z / 2) - (2 t - 1)) / 2: three calls; the outer half is the gain.
        return calls(
            (multiply, z, constant(0.5, z), delta),
            (tanh, delta, delta),
            (subtract, delta, aims, delta),
        )


@HEADS.register
@dataclass(frozen=True)
class SigmoidBCE(_Logistic):
    """A sigmoid output, read as a probability, with binary cross-entropy: the gradient is
    p - t, so it stays large as long as the network is confidently wrong."""

    label: ClassVar[str] = "Sigmoid + binary cross-entropy"
    label_es: ClassVar[str] = "Sigmoide + entropía cruzada binaria"
    short: ClassVar[str] = "Sigmoid + BCE"
    short_es: ClassVar[str] = "Sigmoide + BCE"
    help_es: ClassVar[str] = (
        "Una salida sigmoide, leída como probabilidad, con entropía cruzada binaria: el gradiente"
        " es p - t, así que sigue siendo grande mientras la red está segura y se equivoca."
    )
    formula: ClassVar[str] = r"-t \ln p - (1 - t) \ln(1 - p),\quad p = \sigma(z)"
    problems: ClassVar[tuple[ProblemKind, ...]] = ("binary",)
    pytorch: ClassVar[str] = "F.binary_cross_entropy_with_logits(z, t)"
    keras: ClassVar[str] = "keras.losses.BinaryCrossentropy(from_logits=True)"
    kind: Literal["sigmoid_bce"] = "sigmoid_bce"

    def display(self, z: Array) -> Array:
        return np.tanh(0.5 * z)  # 2 sigmoid(z) - 1

    def display_kernel(self, z: Array, out: Array) -> Kernel:
        return _signed_kernel(z, out)

    def predict(self, z: Array) -> Array:
        return np.where(z[0] >= 0, 1, 0)


@HEADS.register
@dataclass(frozen=True)
class TanhMSE(Head):
    """A tanh output with half the squared error against -1 and 1, as playground.tensorflow.org:
    where the output saturates, the gradient vanishes even if the network is wrong."""

    label: ClassVar[str] = "Tanh + squared error"
    label_es: ClassVar[str] = "Tanh + error cuadrático"
    short: ClassVar[str] = "Tanh + MSE"
    help_es: ClassVar[str] = (
        "Una salida tanh con la mitad del error cuadrático respecto a -1 y 1, como "
        "playground.tensorflow.org: donde la salida se satura, el gradiente se desvanece aunque "
        "la red se equivoque."
    )
    tfp: ClassVar[str | None] = "classification"
    formula: ClassVar[str] = r"\tfrac12 (o - t)^2,\quad o = \tanh z"
    problems: ClassVar[tuple[ProblemKind, ...]] = ("binary",)
    pytorch: ClassVar[str] = "F.mse_loss(torch.tanh(z), t) / 2"
    kind: Literal["tanh_mse"] = "tanh_mse"

    def targets(self, labels: Array, classes: int) -> Array:
        return 2.0 * labels[np.newaxis] - 1.0

    def output(self, z: Array) -> Array:
        return np.tanh(z)

    def loss(self, z: Array, t: Array) -> Array:
        error: Array = 0.5 * (np.tanh(z) - t)[0] ** 2
        return error

    def delta(self, z: Array, t: Array) -> Array:
        o = np.tanh(z)
        return (o - t) * (1.0 - o * o)

    def delta_kernel(self, z: Array, aims: Array, delta: Array) -> Kernel:
        o = np.empty_like(delta)
        return calls((tanh, z, o), *_squared_error(o, aims, delta))

    def predict(self, z: Array) -> Array:
        return np.where(z[0] >= 0, 1, 0)


@HEADS.register
@dataclass(frozen=True)
class SigmoidMSE(Head):
    """A sigmoid output with half the squared error, for comparison with cross-entropy: it learns
    very slowly from a confidently wrong start."""

    gain: ClassVar[float] = 0.125
    label: ClassVar[str] = "Sigmoid + squared error"
    label_es: ClassVar[str] = "Sigmoide + error cuadrático"
    short: ClassVar[str] = "Sigmoid + MSE"
    short_es: ClassVar[str] = "Sigmoide + MSE"
    help_es: ClassVar[str] = (
        "Una salida sigmoide con la mitad del error cuadrático, para compararla con la entropía "
        "cruzada: aprende muy despacio si al comienzo está segura y se equivoca."
    )
    formula: ClassVar[str] = r"\tfrac12 (p - t)^2,\quad p = \sigma(z)"
    problems: ClassVar[tuple[ProblemKind, ...]] = ("binary",)
    pytorch: ClassVar[str] = "F.mse_loss(torch.sigmoid(z), t) / 2"
    kind: Literal["sigmoid_mse"] = "sigmoid_mse"

    def output(self, z: Array) -> Array:
        return sigmoid(z)

    def display(self, z: Array) -> Array:
        return np.tanh(0.5 * z)  # 2 sigmoid(z) - 1

    def display_kernel(self, z: Array, out: Array) -> Kernel:
        return _signed_kernel(z, out)

    def loss(self, z: Array, t: Array) -> Array:
        error: Array = 0.5 * (sigmoid(z) - t)[0] ** 2
        return error

    def delta(self, z: Array, t: Array) -> Array:
        return (sigmoid(z) - t) * sigmoid(z) * sigmoid(-z)

    def aims(self, t: Array) -> Array:
        return 2.0 * t - 1.0

    def delta_kernel(self, z: Array, aims: Array, delta: Array) -> Kernel:
        # With o = tanh(z / 2), p - t = (o - (2 t - 1)) / 2 and p (1 - p) = (1 - o^2) / 4.
        o = np.empty_like(delta)
        outputs = (multiply, z, constant(0.5, z), o), (tanh, o, o)
        return calls(*outputs, *_squared_error(o, aims, delta))

    def predict(self, z: Array) -> Array:
        return np.where(z[0] >= 0, 1, 0)


@HEADS.register
@dataclass(frozen=True)
class SoftmaxCE(Head):
    """One output for each class, made into probabilities that sum to 1, with cross-entropy."""

    label: ClassVar[str] = "Softmax + cross-entropy"
    label_es: ClassVar[str] = "Softmax + entropía cruzada"
    short: ClassVar[str] = "Softmax + CE"
    help_es: ClassVar[str] = (
        "Una salida para cada clase, convertidas en probabilidades que suman 1, con entropía "
        "cruzada."
    )
    formula: ClassVar[str] = r"-\ln p_c,\quad p_i = e^{z_i} / \sum_j e^{z_j}"
    problems: ClassVar[tuple[ProblemKind, ...]] = ("multiclass",)
    pytorch: ClassVar[str] = "F.cross_entropy(z, t)"
    keras: ClassVar[str] = "keras.losses.CategoricalCrossentropy(from_logits=True)"
    kind: Literal["softmax_ce"] = "softmax_ce"

    def outputs(self, classes: int) -> int:
        return classes

    def targets(self, labels: Array, classes: int) -> Array:
        return np.where(labels == np.arange(classes)[:, np.newaxis], 1.0, 0.0)

    def output(self, z: Array) -> Array:
        return softmax(z)

    def loss(self, z: Array, t: Array) -> Array:
        z = z - z.max(axis=0)
        total: Array = np.log(np.exp(z).sum(axis=0)) - (t * z).sum(axis=0)
        return total

    def delta(self, z: Array, t: Array) -> Array:
        return self.output(z) - t

    def delta_kernel(self, z: Array, aims: Array, delta: Array) -> Kernel:
        # A product with a row of ones adds up the columns in a third of the time of sum(axis=0).
        highest, total = np.empty((1, z.shape[1]), z.dtype), np.empty((1, z.shape[1]), z.dtype)
        return calls(
            (np.maximum.reduce, z, 0, None, highest[0]),
            (subtract, z, highest, delta),
            (exp, delta, delta),
            (np.ones((1, z.shape[0]), z.dtype).dot, delta, total),
            (divide, delta, total, delta),
            (subtract, delta, aims, delta),
        )

    def predict(self, z: Array) -> Array:
        winner: Array = z.argmax(axis=0)
        return winner


@HEADS.register
@dataclass(frozen=True)
class MultilabelBCE(_Logistic):
    """A sigmoid output for each label, each with its own binary cross-entropy, added up: the
    labels do not exclude each other. Accuracy is the share of correct labels."""

    label: ClassVar[str] = "Sigmoids + binary cross-entropy"
    label_es: ClassVar[str] = "Sigmoides + entropía cruzada binaria"
    short: ClassVar[str] = "Sigmoids + BCE"
    short_es: ClassVar[str] = "Sigmoides + BCE"
    help_es: ClassVar[str] = (
        "Una salida sigmoide para cada etiqueta, cada una con su propia entropía cruzada binaria,"
        " sumadas: las etiquetas no se excluyen entre sí. La exactitud es la proporción de "
        "etiquetas correctas."
    )
    formula: ClassVar[str] = r"\sum_i -t_i \ln p_i - (1 - t_i) \ln(1 - p_i),\quad p_i = \sigma(z_i)"
    problems: ClassVar[tuple[ProblemKind, ...]] = ("multilabel",)
    pytorch: ClassVar[str] = "F.binary_cross_entropy_with_logits(z, t, reduction='sum') / len(z)"
    kind: Literal["multilabel_bce"] = "multilabel_bce"

    def outputs(self, classes: int) -> int:
        return classes

    def targets(self, labels: Array, classes: int) -> Array:
        return labels.astype(np.float64)

    def predict(self, z: Array) -> Array:
        return np.where(z >= 0, 1, 0)


@HEADS.register
@dataclass(frozen=True)
class LinearMSE(Head):
    """The logit itself as the output, with half the squared error."""

    label: ClassVar[str] = "Linear + squared error"
    label_es: ClassVar[str] = "Lineal + error cuadrático"
    short: ClassVar[str] = "Linear + MSE"
    short_es: ClassVar[str] = "Lineal + MSE"
    help_es: ClassVar[str] = "El propio logit como salida, con la mitad del error cuadrático."
    tfp: ClassVar[str | None] = "regression"
    formula: ClassVar[str] = r"\tfrac12 (z - t)^2"
    problems: ClassVar[tuple[ProblemKind, ...]] = ("regression",)
    pytorch: ClassVar[str] = "F.mse_loss(z, t) / 2"
    kind: Literal["linear_mse"] = "linear_mse"

    def output(self, z: Array) -> Array:
        return z.copy()

    def loss(self, z: Array, t: Array) -> Array:
        error: Array = 0.5 * (z - t)[0] ** 2
        return error

    def delta(self, z: Array, t: Array) -> Array:
        return z - t

    def delta_kernel(self, z: Array, aims: Array, delta: Array) -> Kernel:
        return partial(subtract, z, aims, delta)

    def predict(self, z: Array) -> Array:
        prediction: Array = z[0].copy()
        return prediction

    def metrics(self, z: Array, labels: Array) -> dict[str, float | None]:
        """R2 is undefined (None) when all labels are equal."""
        squared = float(np.sum((z[0] - labels) ** 2))
        spread = float(np.sum((labels - labels.mean()) ** 2))
        r2 = 1.0 - squared / spread if spread > 0 else None
        return {"r2": r2, "rmse": float(np.sqrt(squared / labels.size))}
