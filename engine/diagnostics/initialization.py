"""Initialization: how the weights start, and how far signals get before any training."""

from dataclasses import dataclass, field, replace
from typing import Annotated, ClassVar, Literal

import numpy as np

from engine.activations import Linear
from engine.arrays import Array
from engine.diagnostics.base import (
    DIAGNOSTICS,
    Diagnostic,
    Measurement,
    histogram,
    number,
    round_range,
)
from engine.diagnostics.examination import Examination
from engine.fields import Ui
from engine.initializers import Auto, Initializer
from engine.modes import beginning
from engine.network import Network, initial_parameters
from engine.spec import RunSpec
from engine.trainer import Trainer


@DIAGNOSTICS.register
@dataclass(frozen=True)
class Initialization(Diagnostic):
    """The start of this experiment with its own or with another initializer, drawn anew from the
    weight seed: the weights of each layer, and the signals forwards and backwards before any
    training."""

    label: ClassVar[str] = "Initialization"
    label_es: ClassVar[str] = "Inicialización"
    help_es: ClassVar[str] = (
        "El comienzo de este experimento con su inicialización o con otra, sorteado de nuevo con "
        "la semilla de los pesos: los pesos de cada capa, y las señales hacia delante y hacia "
        "atrás antes de entrenar."
    )
    live: ClassVar[bool] = False
    of_start: ClassVar[bool] = True
    kind: Literal["initialization"] = "initialization"
    use: Annotated[Literal["run", "given"], Ui(label="Use", label_es="Usar")] = "run"
    initializer: Annotated[Initializer, Ui(label="Initializer", label_es="Inicialización")] = field(
        default_factory=Auto
    )

    def look(self, trainer: Trainer) -> Measurement:
        spec = trainer.spec
        chosen = spec.initializer if self.use == "run" else self.initializer
        network = Network(spec)
        network.parameters[:] = _start(spec, chosen)
        seen = Examination(trainer, network)
        activations = [*network.activations, Linear()]
        layers = []
        for layer, (w, activation) in enumerate(zip(network.weights, activations, strict=True)):
            fan_out, fan_in = w.shape
            own = Auto.chosen(activation) if isinstance(chosen, Auto) else chosen
            std = own.std(fan_in, fan_out=fan_out, activation=activation)
            layers.append(
                {
                    "layer": layer,
                    "fan_in": fan_in,
                    "fan_out": fan_out,
                    "initializer": own.name(),
                    "std_theory": number(std),
                    "std": number(float(w.std())) if w.size else None,
                    "histogram": histogram(w.ravel(), round_range(w.ravel(), 0.1)),
                    "forward": number(seen.forward_signal(layer)),
                    "backward": number(seen.backward_signal(layer)),
                }
            )
        hidden = [layer["backward"] for layer in layers[:-1]]
        ratio = number(hidden[0] / hidden[-1]) if hidden and hidden[0] and hidden[-1] else None
        return {**facts(chosen), "layers": layers, "first_over_last": ratio}


def facts(initializer: Initializer) -> Measurement:
    """What an initializer is called, here and elsewhere."""
    return {
        "initializer": initializer.to_dict(),
        "label": initializer.label,
        "formula": initializer.formula,
        "keras": initializer.keras,
        "keras_truncates": initializer.keras_truncates,
        "pytorch": initializer.pytorch,
    }


def _start(spec: RunSpec, initializer: Initializer) -> Array:
    """The starting parameters of an experiment with this initializer."""
    if initializer == spec.initializer:
        return np.asarray(beginning(spec)[1])
    return initial_parameters(replace(spec, mode="standard", initializer=initializer))
