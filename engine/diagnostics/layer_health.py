"""Layer health: whether signals get through each layer, forwards and backwards."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from engine.arrays import Array
from engine.diagnostics.base import (
    DIAGNOSTICS,
    Diagnostic,
    Measurement,
    histogram,
    number,
    numbers,
    round_range,
)
from engine.diagnostics.examination import Examination, steepest
from engine.heads import SoftmaxCE
from engine.trainer import Trainer

SATURATED = 0.01
"""Where |g'| is below this part of the largest |g'|, an activation counts as saturated."""

EFFECTIVELY_DEAD = 1e-6
CURVE = 61
LEAST_RANGE = 3.0


@DIAGNOSTICS.register
@dataclass(frozen=True)
class LayerHealth(Diagnostic):
    """For each layer, over the whole training set: where the pre-activations lie, how much signal
    gets through forwards (standard deviation over samples) and backwards (RMS of dL/dz), and how
    many units are saturated or dead."""

    label: ClassVar[str] = "Layer health"
    label_es: ClassVar[str] = "Salud de las capas"
    help_es: ClassVar[str] = (
        "Para cada capa, con todo el conjunto de entrenamiento: dónde están las entradas netas, "
        "cuánta señal pasa hacia delante (desviación estándar entre muestras) y hacia atrás (media"
        " cuadrática de dL/dz), y cuántas neuronas están saturadas o muertas."
    )
    kind: Literal["layer_health"] = "layer_health"

    def look(self, trainer: Trainer) -> Measurement:
        seen = Examination(trainer)
        hidden = len(seen.a)
        layers = [_hidden(seen, layer) for layer in range(hidden)]
        layers.append(_output(seen, hidden))
        backward = [layer["backward"] for layer in layers[:-1]]
        ratio = None
        if len(backward) > 1 and backward[-1] is not None and backward[0]:
            ratio = number(backward[-1] / backward[0])
        units = [unit for layer in layers[:-1] for unit in layer["units"]]
        dead = units.count("dead")
        return {
            "samples": trainer.data.train.size,
            "layers": layers,
            "backward_ratio": ratio,
            "dead": dead,
            "dead_share": number(dead / len(units)) if units else None,
        }


def _common(seen: Examination, layer: int) -> Measurement:
    z = seen.z[layer]
    reach = round_range(z.ravel(), LEAST_RANGE)
    return {
        "histogram": histogram(z.ravel(), reach),
        "forward": number(seen.forward_signal(layer)),
        "backward": number(seen.backward_signal(layer)),
    }


def _hidden(seen: Examination, layer: int) -> Measurement:
    activation = seen.network.activations[layer]
    common = _common(seen, layer)
    a, slopes = seen.a[layer], np.abs(seen.slope(layer))
    limit = SATURATED * steepest(activation)
    saturated = slopes < limit
    return {
        "layer": layer,
        "activation": activation.to_dict(),
        "units_count": len(a),
        **common,
        "curve": curve(common["histogram"]["range"], activation.f, activation.slope),
        "mean": number(float(a.mean())),
        "mean_over_rms": number(_mean_over_rms(a)),
        "saturated": number(float(saturated.mean())),
        **_unit_states(slopes.max(axis=1), limit),
        "unit_saturated": numbers(saturated.mean(axis=1)),
    }


def _unit_states(most: Array, limit: float) -> Measurement:
    """From each unit's largest |g'| over the samples: what state it is in."""
    states = np.select(
        [most == 0.0, most < EFFECTIVELY_DEAD, most < limit],
        ["dead", "effectively_dead", "saturated"],
        "alive",
    ).tolist()
    dead = states.count("dead")
    return {
        "dead": number(dead / len(states)),
        "effectively_dead": number((dead + states.count("effectively_dead")) / len(states)),
        "units": states,
    }


def _mean_over_rms(a: Array) -> float:
    rms = float(np.sqrt(np.mean(a * a)))
    return abs(float(a.mean())) / rms if rms > 0 else 0.0


def _output(seen: Examination, layer: int) -> Measurement:
    head, common = seen.network.head, _common(seen, layer)
    alone = not isinstance(head, SoftmaxCE)  # with a softmax, outputs depend on each other
    return {
        "layer": layer,
        "head": head.name(),
        "units_count": len(seen.z[layer]),
        **common,
        "curve": curve(common["histogram"]["range"], lambda z: head.output(z[np.newaxis])[0], None)
        if alone
        else None,
        "mean": number(float(seen.z[layer].mean())),
    }


def curve(span: list[float], f: Any, slope: Any, points: int = CURVE) -> Measurement:
    """A function and its derivative, sampled over a range."""
    z = np.linspace(span[0], span[1], points)
    return {
        "z": numbers(z),
        "f": numbers(f(z)),
        "slope": None if slope is None else numbers(slope(z)),
    }
