"""The output: logits, probabilities and losses at a point, and what is mistaken for what."""

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Le

from engine.arrays import Array
from engine.data import Split
from engine.datasets import Gauss
from engine.diagnostics.base import DIAGNOSTICS, Diagnostic, Measurement, number, numbers
from engine.fields import Ui
from engine.heads import HEADS, Head
from engine.passes import Forward
from engine.trainer import Trainer

Coordinate = Annotated[float, Ge(-1000.0), Le(1000.0), Ui(step=0.1, min=-6, max=6)]
CURVE_REACH = 12.0


@DIAGNOSTICS.register
@dataclass(frozen=True)
class Output(Diagnostic):
    """What comes out at one point: logits, probabilities, and the loss that each possible label
    would have there; and, over the data, how often each class is taken for each."""

    label: ClassVar[str] = "Output"
    label_es: ClassVar[str] = "Salida"
    help_es: ClassVar[str] = (
        "Lo que sale en un punto: logits, probabilidades y la pérdida que tendría allí cada "
        "etiqueta posible; y, con todos los datos, cuántas veces se toma cada clase por cada "
        "otra."
    )
    kind: Literal["output"] = "output"
    x1: Coordinate = 0.0
    x2: Coordinate = 0.0
    value: Annotated[
        float, Ge(-1000.0), Le(1000.0), Ui(label="Target", label_es="Valor objetivo", step=0.1)
    ] = 0.0

    def look(self, trainer: Trainer) -> Measurement:
        head = trainer.network.head
        z = _logits(trainer, np.array([[self.x1], [self.x2]]))
        return {
            "point": [self.x1, self.x2],
            "logits": numbers(z[:, 0]),
            "output": numbers(head.output(z)[:, 0]),
            "output_sum": number(float(head.output(z).sum())),
            "prediction": numbers(head.predict(z).ravel()),
            "losses": self._losses(trainer, z),
            "confusion": {
                "train": confusion(trainer, trainer.data.train),
                "test": confusion(trainer, trainer.data.test),
            },
            "bayes": bayes(trainer, self.x1, self.x2),
        }

    def _losses(self, trainer: Trainer, z: Array) -> list[Measurement]:
        """The loss here for each label there can be; for a number, for the given one."""
        spec, head = trainer.spec, trainer.network.head
        if spec.problem == "regression":
            t = head.targets(np.array([self.value]), spec.classes)
            return [{"target": self.value, "loss": number(float(head.loss(z, t)[0]))}]
        if spec.problem == "multilabel":
            rows = [(k, label) for k in range(spec.classes) for label in (0, 1)]
            return [
                {"output": k, "target": label, "loss": _loss(head, z[[k]], label)}
                for k, label in rows
            ]
        count = 2 if spec.problem == "binary" else spec.classes
        t = head.targets(np.arange(count), spec.classes)
        losses = head.loss(np.repeat(z, count, axis=1), t)
        return [{"target": k, "loss": number(float(loss))} for k, loss in enumerate(losses)]


def _loss(head: Head, z: Array, label: int) -> float | None:
    return number(float(head.loss(z, np.array([[float(label)]]))[0]))


def _logits(trainer: Trainer, x: Array) -> Array:
    with np.errstate(all="ignore"):
        inputs = trainer.inputs(x).astype(trainer.network.dtype)
        return Forward(trainer.network, x.shape[1]).run(inputs)


def confusion(trainer: Trainer, part: Split) -> list[list[int]] | list[list[list[int]]] | None:
    """Counts: row = true class, column = predicted; one such table for each of several labels."""
    spec, head = trainer.spec, trainer.network.head
    if spec.problem == "regression":
        return None
    predicted = head.predict(_logits(trainer, part.x))
    if spec.problem == "multilabel":
        pairs = zip(part.labels, predicted, strict=True)
        return [_table(labels, guesses, 2) for labels, guesses in pairs]
    return _table(part.labels, predicted, 2 if spec.problem == "binary" else spec.classes)


def _table(labels: Array, predicted: Array, classes: int) -> list[list[int]]:
    flat = np.bincount(labels.astype(int) * classes + predicted, minlength=classes * classes)
    table: list[list[int]] = flat.reshape(classes, classes).tolist()
    return table


def bayes(trainer: Trainer, x1: float, x2: float) -> Measurement | None:
    """For the two normal clusters of `gauss`: the best possible classifier, from the formula.

    The clusters lie at (2, 2) and (-2, -2) with variance v on each axis, so that the log odds are
    4 / v (x1 + x2): the border is x1 + x2 = 0, and the accuracy is that of a normal at 2 sqrt(2/v).
    """
    spec = trainer.spec
    if not isinstance(spec.dataset, Gauss):
        return None
    variance = 0.5 + 3.5 * spec.noise / 50.0
    slope = 4.0 / variance
    log_odds = slope * (x1 + x2)
    return {
        "variance": number(variance),
        "weights": [number(slope), number(slope)],
        "bias": 0.0,
        "log_odds": number(log_odds),
        "probability": number(0.5 + 0.5 * math.tanh(log_odds / 2.0)),
        "accuracy": number(0.5 * (1.0 + math.erf(2.0 / math.sqrt(variance)))),
    }


@DIAGNOSTICS.register
@dataclass(frozen=True)
class LossCurves(Diagnostic):
    """Loss and gradient by logit, for a target of class 1, for each output function there is: with
    squared error the gradient vanishes where the output is confidently wrong."""

    label: ClassVar[str] = "Loss curves"
    label_es: ClassVar[str] = "Curvas de pérdida"
    help_es: ClassVar[str] = (
        "La pérdida y el gradiente según el logit, para un valor objetivo de clase 1, con cada "
        "función de salida que hay: con error cuadrático el gradiente se desvanece donde la "
        "salida está segura y se equivoca."
    )
    live: ClassVar[bool] = False
    of_start: ClassVar[bool] = True
    kind: Literal["loss_curves"] = "loss_curves"

    def look(self, trainer: Trainer) -> Measurement:
        return loss_curves()


def loss_curves(language: str = "en") -> Measurement:
    """They depend on no run; their heads are called as in this language."""
    z = np.linspace(-CURVE_REACH, CURVE_REACH, 121)[np.newaxis]
    heads = [cls() for cls in HEADS if "binary" in cls.problems]
    targets = [head.targets(np.ones(z.shape[1], int), 2) for head in heads]
    return {
        "z": numbers(z[0]),
        "heads": [
            {
                "kind": head.name(),
                "label": head.label_in(language),
                "loss": numbers(head.loss(z, t)),
                "slope": numbers(head.delta(z, t)[0]),
            }
            for head, t in zip(heads, targets, strict=True)
        ],
    }
