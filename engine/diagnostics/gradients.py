"""Gradient signs: how often all weights of a unit are pushed the same way."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Le

from engine.arrays import Array
from engine.diagnostics.base import DIAGNOSTICS, Diagnostic, Measurement, Work, number
from engine.diagnostics.examination import Examination
from engine.fields import Ui
from engine.streams import stream
from engine.trainer import Trainer

SIZES = (1, 2, 5, 10, 30)


@DIAGNOSTICS.register
@dataclass(frozen=True)
class GradientSigns(Diagnostic):
    """The share of units whose incoming weight gradients (without the bias) all have one sign,
    by batch size. Where it is 1, a step can only raise all weights of a unit, or lower all of
    them: the way to any other place is a zig-zag."""

    label: ClassVar[str] = "Gradient signs"
    label_es: ClassVar[str] = "Signos del gradiente"
    help_es: ClassVar[str] = (
        "La proporción de neuronas cuyos gradientes de los pesos de entrada (sin el sesgo) tienen"
        " todos el mismo signo, según el tamaño de lote. Donde es 1, un paso solo puede subir "
        "todos los pesos de una neurona o bajarlos todos: a cualquier otro sitio se llega en "
        "zigzag."
    )
    live: ClassVar[bool] = False
    kind: Literal["gradients"] = "gradients"
    batches: Annotated[
        int, Ge(1), Le(500), Ui(label="Batches averaged", label_es="Lotes promediados", step=10)
    ] = 100

    def work(self, trainer: Trainer) -> Work:
        seen, n = Examination(trainer), trainer.data.train.size
        sizes = [size for size in SIZES if size < n]
        shares: list[Measurement] = []
        orders = self._orders(trainer, n, max([*sizes, 1]))
        for layer, inputs in enumerate(seen.inputs):
            delta = seen.delta(layer)
            cells = []
            for size in sizes:
                cells.append(_share(delta, inputs, self._batches(orders, size)))
                yield
            cells.append(_share(delta, inputs, np.arange(n)[np.newaxis]))
            fan_in = len(inputs)
            shares.append(
                {
                    "layer": layer,
                    "fan_in": fan_in,
                    "chance": number(2.0 ** (1 - fan_in)) if fan_in else None,
                    "shares": cells,
                }
            )
        return {"batch_sizes": [*sizes, n], "batches": self.batches, "layers": shares}

    def _orders(self, trainer: Trainer, n: int, largest: int) -> Array:
        """Enough orders of the training set (each an epoch's) to cut all batches from."""
        rng = stream(trainer.spec.weight_seed, "shuffle")
        epochs = -(-self.batches // (n // largest))
        return np.stack([rng.permutation(n) for _ in range(epochs)])

    def _batches(self, orders: Array, size: int) -> Array:
        """Samples (batches, size), none twice in a batch."""
        usable = orders[:, : orders.shape[1] // size * size]
        return usable.reshape(-1, size)[: self.batches]


def _share(delta: Array, inputs: Array, batches: Array) -> float | None:
    """Over batches and units with a gradient at all: the share with one sign throughout."""
    d = delta[:, batches].transpose(1, 0, 2)  # (batches, units, size)
    x = inputs[:, batches].transpose(1, 2, 0)  # (batches, size, fan_in)
    gradients = d @ x
    some = (gradients != 0.0).any(axis=2)
    one_sign = (gradients >= 0.0).all(axis=2) | (gradients <= 0.0).all(axis=2)
    count = int(some.sum())
    return number(float((one_sign & some).sum() / count)) if count else None
