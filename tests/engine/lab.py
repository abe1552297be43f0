"""The bench on which the lecture's claims are tried: short ways to make, train and read a run."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Literal

import numpy as np

from engine import Array, Dataset, LayerSpec, ReLU, RunSpec, Trainer, evolve
from engine.activations import Activation
from engine.diagnostics import GradientSigns, HiddenSpace, LayerHealth, Measurement
from engine.diagnostics.best_line import ceiling
from engine.problems import ProblemKind
from engine.separability import best_line

SEEDS = tuple(f"claim-{k}" for k in range(10))
FOUR_POINTS = np.array([[-1.0, -1.0, 1.0, 1.0], [-1.0, 1.0, -1.0, 1.0]])
FOUR_LABELS = np.array([0, 1, 1, 0])


def layers(count: int, units: int, activation: Activation) -> tuple[LayerSpec, ...]:
    return (LayerSpec(units, activation),) * count


def run(seed: str, *, epochs: Any = 0, **fields: Any) -> Trainer:
    """250 training and 250 test points, batch 10, SGD, inputs of unit variance unless said."""
    trainer = Trainer(RunSpec(data_seed=seed, weight_seed=seed, **fields))
    trainer.run_epochs(epochs)
    return trainer


def accuracy(trainer: Trainer, part: Literal["train", "test"] = "test") -> float:
    value = getattr(trainer.evaluate().metrics["accuracy"], part)
    assert value is not None
    return float(value)


def epochs_until(trainer: Trainer, reached, *, limit: int) -> int:
    """Epochs until `reached(trainer)`, at most `limit`."""
    for epoch in range(limit):
        if reached(trainer):
            return epoch
        trainer.run_epochs(1)
    return limit


def line_accuracy(trainer: Trainer) -> float:
    return ceiling(trainer.data.train).accuracy


def probe(trainer: Trainer, layer: int) -> float:
    return float(HiddenSpace(layer=layer).measure(trainer)["probe"]["train"])


def health(trainer: Trainer) -> list[Measurement]:
    """The layer health of the hidden layers."""
    return list(LayerHealth().measure(trainer)["layers"][:-1])


def first_over_last(trainer: Trainer) -> float:
    """RMS of dL/dz in the first hidden layer over that in the last."""
    found = health(trainer)
    return float(found[0]["backward"] / found[-1]["backward"])


def signal_kept(trainer: Trainer) -> float:
    """The forward signal in the last hidden layer over that in the first."""
    found = health(trainer)
    return float(found[-1]["forward"] / found[0]["forward"])


def dead_share(trainer: Trainer) -> float:
    return float(LayerHealth().measure(trainer)["dead_share"])


def unanimity(trainer: Trainer, layer: int = 1) -> Array:
    """Share of units with gradients of one sign, for batches of 1, 2, 5, 10, 30 and all."""
    return np.array(GradientSigns().measure(trainer)["layers"][layer]["shares"], float)


def median(values: Iterable[float]) -> float:
    return float(np.median(list(values)))


def mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))


@cache
def four_points_ceiling() -> float:
    return best_line(FOUR_POINTS, FOUR_LABELS).accuracy


@dataclass(frozen=True)
class UnitSquare(Dataset):
    """Points in a unit square, class 1 where x1 > x2: the weights have to go along (1, -1)."""

    label: ClassVar[str] = "Unit square"
    problems: ClassVar[tuple[ProblemKind, ...]] = ("binary",)
    kind: Literal["unit-square"] = "unit-square"
    shift: float = 0.0

    def sample(self, n, classes, rng):
        x = rng.uniform(0.0, 1.0, (2, n))
        return x - self.shift, np.where(x[0] > x[1], 1, 0)


def diverged() -> Trainer:
    trainer = Trainer(RunSpec(learning_rate=1e200, layers=layers(3, 4, ReLU()), samples=60))
    trainer.run_epochs(3)
    assert trainer.divergence is not None
    return trainer


def spec_for(problem: str) -> RunSpec:
    return evolve(RunSpec(samples=60), {"problem": problem})[0]
