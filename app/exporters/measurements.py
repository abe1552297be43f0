"""What can be measured of a run as it is now, as plain data."""

import json
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from app.exporters.base import EXPORTERS, Exporter, File, Group, Run, text_file
from engine.diagnostics import DIAGNOSTICS
from engine.evaluation import Pair

LOOKED_AT = ("layer_health", "output", "advice")
"""Diagnostics of the run as a whole; the others are about a layer or a point that one chooses."""


@EXPORTERS.register
@dataclass(frozen=True)
class Measurements(Exporter):
    """Loss and metrics, the health of each layer, confusion matrices, the advisor's remarks."""

    label: ClassVar[str] = "Measurements (JSON)"
    label_es: ClassVar[str] = "Mediciones (JSON)"
    help_es: ClassVar[str] = (
        "La pérdida y las métricas, la salud de cada capa, las matrices de confusión y las "
        "observaciones del asesor."
    )
    group: ClassVar[Group] = "data"
    suffix: ClassVar[str] = ".json"
    kind: Literal["measurements"] = "measurements"

    def files(self, run: Run) -> list[File]:
        evaluation = run.trainer.evaluate()
        facts: dict[str, Any] = {
            "link": run.link,
            "epoch": run.trainer.epoch,
            "loss": _pair(evaluation.loss),
            "penalty": evaluation.penalty,
            "metrics": {name: _pair(pair) for name, pair in evaluation.metrics.items()},
            **{kind: DIAGNOSTICS[kind]().look(run.trainer) for kind in LOOKED_AT},
        }
        return [text_file("measurements.json", "application/json", json.dumps(facts, indent=1))]


def _pair(pair: Pair) -> dict[str, float | None]:
    return {"train": pair.train, "test": pair.test}
