"""How well a network does on the training and the test set."""

import math
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.data import Data, Split
from engine.features import Inputs
from engine.network import Network
from engine.passes import Forward
from engine.spec import RunSpec


@dataclass(frozen=True)
class Pair:
    """One number for each part of the data; None where it is undefined or not finite."""

    train: float | None
    test: float | None


@dataclass(frozen=True)
class Evaluation:
    """Losses (the mean over samples, without the penalty), the penalty apart, and the metrics."""

    loss: Pair
    penalty: float | None
    metrics: dict[str, Pair]


class _Exam:
    """A forward pass over one part of the data."""

    def __init__(self, network: Network, part: Split, *, inputs: Inputs, classes: int) -> None:
        self.forward = Forward(network, part.size)
        self._x = inputs(part.x).astype(network.dtype)
        self._labels = part.labels
        self._targets = network.head.targets(part.labels, classes).astype(network.dtype)

    def mark(self) -> tuple[float | None, dict[str, float | None]]:
        """The loss and the metrics."""
        head = self.forward.network.head
        logits = self.forward.run(self._x)
        loss = finite(head.loss(logits, self._targets).mean())
        metrics = head.metrics(logits, self._labels)
        return loss, {name: finite(value) for name, value in metrics.items()}


class Evaluator:
    """Examines a network, with buffers allocated once; cheap enough for every frame."""

    def __init__(self, spec: RunSpec, network: Network, *, data: Data, inputs: Inputs) -> None:
        self._spec = spec
        self._network = network
        self.train = _Exam(network, data.train, inputs=inputs, classes=spec.classes)
        self.test = _Exam(network, data.test, inputs=inputs, classes=spec.classes)

    def evaluate(self) -> Evaluation:
        """Both parts of the data, with the parameters as they are now."""
        with np.errstate(all="ignore"):
            train_loss, train = self.train.mark()
            test_loss, test = self.test.mark()
            penalty = finite(self._penalty())
        metrics = {name: Pair(train[name], test[name]) for name in train}
        return Evaluation(Pair(train_loss, test_loss), penalty, metrics)

    def _penalty(self) -> float:
        regularizer, rate = self._spec.regularizer, self._spec.regularization_rate
        if not regularizer.active or rate == 0:
            return 0.0
        return rate * sum(float(_total(regularizer.penalty(w))) for w in self._network.weights)


def _total(values: Array) -> float:
    return float(values.sum())


def finite(value: float | None) -> float | None:
    """The number, or None where there is none to show."""
    return float(value) if value is not None and math.isfinite(value) else None
