"""Linear collapse, measured on the training set."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from engine.collapse import collapse, is_linear
from engine.diagnostics.base import DIAGNOSTICS, Diagnostic, Measurement, number, numbers
from engine.diagnostics.examination import Examination
from engine.trainer import Trainer


@DIAGNOSTICS.register
@dataclass(frozen=True)
class LinearCollapse(Diagnostic):
    """With linear activations, the whole network is one matrix: the product of all of its layers.
    The residual is the largest difference between the two on the training set."""

    label: ClassVar[str] = "Linear collapse"
    label_es: ClassVar[str] = "Colapso lineal"
    help_es: ClassVar[str] = (
        "Con activaciones lineales, toda la red es una sola matriz: el producto de todas sus "
        "capas. El residuo es la mayor diferencia entre las dos en el conjunto de entrenamiento."
    )
    kind: Literal["linear_collapse"] = "linear_collapse"

    def look(self, trainer: Trainer) -> Measurement:
        network, inputs = trainer.network, trainer.inputs
        bent = [k for k, g in enumerate(network.activations) if not is_linear(g)]
        single = collapse(network)
        if single is None:
            return {
                "linear": False,
                "bent_layers": bent,
                "weights": None,
                "bias": None,
                "raw_weights": None,
                "raw_bias": None,
                "residual": None,
            }
        seen = Examination(trainer)
        residual = np.abs(seen.z[-1] - single(seen.x[:-1])).max()
        raw = single.weights / inputs.scale.T
        return {
            "linear": True,
            "bent_layers": [],
            "weights": numbers(single.weights),
            "bias": numbers(single.bias),
            "raw_weights": numbers(raw),
            "raw_bias": numbers(single.bias - (raw @ inputs.mean)[:, 0]),
            "residual": number(float(residual)),
        }
