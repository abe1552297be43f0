"""What the advisor's rules look at, and what they say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np

from engine.collapse import is_linear
from engine.diagnostics.base import Measurement, number
from engine.diagnostics.best_line import ceiling
from engine.diagnostics.examination import Examination
from engine.diagnostics.initialization import Initialization
from engine.diagnostics.layer_health import LayerHealth
from engine.evaluation import Evaluation
from engine.spec import LayerSpec, RunSpec
from engine.text import Text
from engine.trainer import Trainer

Severity = Literal["problem", "warning", "hint"]


@dataclass(frozen=True)
class Advice:
    """One remark. `text` and `why` are formats of `values`; the code names them in a catalogue."""

    code: str
    severity: Severity
    measured: float | None
    """The number that the remark rests on, also in `values`."""
    unit: str
    """Of the measured number: "ratio", "share", "rate", "layers", ..."""
    text: str
    why: str
    values: Mapping[str, str | float | int | None] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    """What to do about it, as plain JSON for `evolve`; empty where there is no one answer."""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            "code": self.code,
            "severity": self.severity,
            "measured": self.measured,
            "unit": self.unit,
            "text": Text(self.text, **self.values),
            "why": Text(self.why, **self.values),
            "values": dict(self.values),
            "changes": dict(self.changes),
        }


class Case:
    """A run, and what was measured of it, each thing at most once and only when a rule asks."""

    def __init__(
        self, trainer: Trainer, measurements: Mapping[str, Measurement] | None = None
    ) -> None:
        self.trainer = trainer
        self.spec: RunSpec = trainer.spec
        self._given = dict(measurements or {})

    @cached_property
    def health(self) -> Measurement:
        """The layer health of the run."""
        return self._given.get("layer_health") or LayerHealth().measure(self.trainer)

    @property
    def hidden(self) -> list[Measurement]:
        """The layer health of the hidden layers."""
        layers: list[Measurement] = self.health["layers"][:-1]
        return layers

    @cached_property
    def start(self) -> list[Measurement]:
        """The hidden layers before any training: their weights and signals."""
        layers: list[Measurement] = Initialization().measure(self.trainer)["layers"][:-1]
        return layers

    @cached_property
    def evaluation(self) -> Evaluation:
        """Losses and metrics."""
        return self.trainer.evaluate()

    @property
    def wrong(self) -> float | None:
        """The share of training points that are classified wrongly; None for numbers."""
        accuracy = self.evaluation.metrics.get("accuracy")
        return None if accuracy is None or accuracy.train is None else 1.0 - accuracy.train

    @cached_property
    def line_accuracy(self) -> float | None:
        """What the best straight line reaches on the training set."""
        if self.spec.problem != "binary":
            return None
        return ceiling(self.trainer.data.train).accuracy

    @cached_property
    def decline(self) -> float | None:
        """By what share the loss would fall in an epoch of plain gradient steps as now."""
        loss = self.evaluation.loss.train
        if not loss:
            return None
        seen = Examination(self.trainer)
        n, total = self.trainer.data.train.size, 0.0
        with np.errstate(all="ignore"):
            for layer, inputs in enumerate(seen.inputs):
                delta = seen.delta(layer)
                total += float(
                    ((delta @ inputs.T / n) ** 2).sum() + (delta.mean(axis=1) ** 2).sum()
                )
        steps = self.trainer.steps_per_epoch
        return number(self.spec.learning_rate * steps * total / loss)

    def count(self, kind: str) -> int:
        """How many hidden layers have this activation."""
        return sum(layer.activation.name() == kind for layer in self.spec.layers)

    def with_activation(self, old: str, new: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The hidden layers as plain data, one activation exchanged for another."""
        layers = [layer.to_dict() for layer in self.spec.layers]
        for layer in layers:
            if layer["activation"]["kind"] == old:
                layer["activation"] = dict(new)
        return layers

    @property
    def bent(self) -> list[LayerSpec]:
        """The hidden layers that are no linear maps."""
        return [layer for layer in self.spec.layers if not is_linear(layer.activation)]
