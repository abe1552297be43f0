"""The activation function of a layer under the microscope."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Le

from engine.activations import Activation, Tanh
from engine.diagnostics.base import (
    DIAGNOSTICS,
    Diagnostic,
    Measurement,
    histogram,
    nearest,
    number,
    numbers,
)
from engine.diagnostics.examination import Examination, steepest
from engine.fields import Ui
from engine.trainer import Trainer

REACH = 12.0
POINTS = 241
MARKS = (-10.0, 0.0, 10.0)
"""The lecture's question: what happens there?"""


@DIAGNOSTICS.register
@dataclass(frozen=True)
class ActivationFunction(Diagnostic):
    """A layer's activation function, or another one, and its derivative: values at -10, 0 and 10
    and at any x, the layer's live pre-activations, and the facts about the function."""

    label: ClassVar[str] = "Activation function"
    label_es: ClassVar[str] = "Función de activación"
    help_es: ClassVar[str] = (
        "La función de activación de una capa, u otra, y su derivada: sus valores en -10, 0 y 10 "
        "y en cualquier x, las entradas netas de la capa en este momento y lo que se sabe de la "
        "función."
    )
    kind: Literal["activation_function"] = "activation_function"
    layer: Annotated[int, Ge(0), Le(29), Ui(label="Layer", label_es="Capa")] = 0
    x: Annotated[float, Ge(-REACH), Le(REACH), Ui(label="x", label_es="x", step=0.1)] = 0.0
    use: Annotated[Literal["layer", "given"], Ui(label="Use", label_es="Usar")] = "layer"
    activation: Annotated[Activation, Ui(label="Activation", label_es="Activación")] = field(
        default_factory=Tanh
    )
    """The function to look at when `use` is "given", over the layer's inputs all the same."""

    def look(self, trainer: Trainer) -> Measurement:
        hidden = len(trainer.network.activations)
        if not hidden:
            return {"layer": None}
        layer = nearest(self.layer, 0, hidden - 1)
        activation = self.subject(trainer)
        assert activation is not None
        z = Examination(trainer).z[layer].ravel()
        return {
            "layer": layer,
            "own": activation == trainer.network.activations[layer],
            **describe(activation, self.x),
            "histogram": histogram(z, REACH, bins=60),
        }

    def subject(self, trainer: Trainer) -> Activation | None:
        activations = trainer.network.activations
        if not activations or self.use == "given":
            return self.activation if activations else None
        return activations[nearest(self.layer, 0, len(activations) - 1)]

    def timing(self, trainer: Trainer, clock: Callable[[], float]) -> Measurement:
        activation = self.subject(trainer)
        return {"nanoseconds": activation and nanoseconds_per_element(activation, clock)}


def describe(activation: Activation, x: float = 0.0) -> Measurement:
    """An activation function in numbers and facts."""
    z = np.linspace(-REACH, REACH, POINTS)
    at = np.array([*MARKS, x])
    marks = zip(at.tolist(), activation.f(at).tolist(), activation.slope(at).tolist(), strict=True)
    *fixed, moved = [{"x": number(a), "f": number(b), "slope": number(c)} for a, b, c in marks]
    return {
        "activation": activation.to_dict(),
        "formula": activation.formula,
        "reference": activation.reference,
        "curve": {
            "z": numbers(z),
            "f": numbers(activation.f(z)),
            "slope": numbers(activation.slope(z)),
        },
        "marks": fixed,
        "at": moved,
        "facts": {
            "bounded": activation.bounded,
            "zero_centred": activation.centred(),
            "saturates": list(activation.saturates),
            "kinks": list(activation.corners()),
            "monotone": activation.monotone,
            "steepest": number(steepest(activation)),
        },
    }


def nanoseconds_per_element(
    activation: Activation,
    clock: Callable[[], float],
    *,
    elements: int = 8192,
    repeats: int = 200,
) -> Measurement:
    """What g and g' cost here, in the code that training runs (float64): the median of `repeats`.

    `clock` gives seconds. One call costs about a microsecond besides, spread over all elements.
    """
    z = np.linspace(-3.0, 3.0, elements)
    a, s = np.empty_like(z), np.empty_like(z)
    kernels = {
        "forward": activation.forward_kernel(z, a),
        "slope": activation.slope_kernel(z, a, s),
    }
    result: Measurement = {"elements": elements}
    for name, kernel in kernels.items():
        kernel()
        times = []
        for _ in range(repeats):
            start = clock()
            kernel()
            times.append(clock() - start)
        result[name] = number(float(np.median(times)) / elements * 1e9)
    return result
