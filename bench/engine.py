"""`python -m bench.engine`: epochs per second of the engine, next to other programs.

All train the same network on the same data in the same process, in turns; first they must agree. A
figure is the median over rounds, a ratio the median of the rounds' own ratios. What is not
installed is left out, with a message: other programs, and Numba, with which the engine's steps are
compiled. Where it is there, the engine is measured with it and without.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from itertools import product

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy: workers must not fight

import numpy as np

from bench.references import REFERENCES, Reference, available
from bench.table import Row, markdown
from engine import (
    X1,
    X2,
    HeNormal,
    LayerSpec,
    LinearMSE,
    Plane,
    ReLU,
    RunSpec,
    SinX1,
    SinX2,
    Spiral,
    Tanh,
    Trainer,
    X1Squared,
    X1TimesX2,
    X2Squared,
    compiled,
)

SEVEN = (X1(), X2(), X1Squared(), X2Squared(), X1TimesX2(), SinX1(), SinX2())
DEEP = (LayerSpec(8, Tanh()),) * 6

CASES: dict[str, RunSpec] = {
    "default: 2-4-2-1 tanh, batch 10": RunSpec(),
    "spiral88: 7-8-8-1 relu, batch 10": RunSpec(
        dataset=Spiral(),
        features=SEVEN,
        layers=(LayerSpec(8, ReLU()),) * 2,
        initializer=HeNormal(),
    ),
    "deep6x8: 7-8x6-1 tanh, batch 1": RunSpec(
        dataset=Spiral(), features=SEVEN, layers=DEEP, batch_size=1
    ),
    "deep6x8: 7-8x6-1 tanh, batch 30": RunSpec(
        dataset=Spiral(), features=SEVEN, layers=DEEP, batch_size=30
    ),
    "reg88: 2-8-8-1 tanh, 600 samples, batch 10": RunSpec(
        problem="regression",
        dataset=Plane(),
        head=LinearMSE(),
        samples=1200,
        layers=(LayerSpec(8, Tanh()),) * 2,
    ),
}

TURN = 0.02  # seconds; short, so that a disturbance meets all
DIFFER = 1e-9  # more than this in a parameter, and they do not train the same network


def ways() -> list[str]:
    """How the engine can make its steps here."""
    return ["NumPy", "compiled"] if compiled.available() else ["NumPy"]


def by(way: str) -> AbstractContextManager[None]:
    """In which the engine makes its first steps in this way, and keeps to it."""
    return compiled.switched_off() if way == "NumPy" else nullcontext()


@dataclass
class Race:
    """One case: the engine's run in each way, and those of the references, on the same data."""

    spec: RunSpec

    def __post_init__(self) -> None:
        self.ours = {way: Trainer(self.spec) for way in ways()}
        first = self.ours["NumPy"]
        self.steps_per_epoch = first.steps_per_epoch
        train = first.data.train
        x = np.ascontiguousarray(first.inputs(train.x)[:-1].T)
        t = np.ascontiguousarray(self.spec.head.targets(train.labels, self.spec.classes).T)
        self.others: dict[str, Reference] = {}
        self.epochs: dict[str, int] = {}
        for name, (cls, epochs) in available().items():
            self.others[name], self.epochs[name] = cls(first, x, t), epochs

    def check(self, epochs: int = 3) -> dict[str, dict[str, float]]:
        """For each way and reference, the largest difference of a parameter after some epochs in
        the same order.
        """
        for _ in range(epochs):
            for way, trainer in self.ours.items():
                with by(way):
                    trainer.run_steps(1)
                    order = trainer.order  # the same in each way
                    trainer.run_epochs(1)
            for other in self.others.values():
                other.epoch(order)
        return {
            way: {
                name: float(np.abs(other.parameters() - trainer.network.parameters).max())
                for name, other in self.others.items()
            }
            for way, trainer in self.ours.items()
        }

    def round(self, seconds: float) -> dict[str, float]:
        """Epochs per second of processor time, in each of our ways and theirs, in short turns."""
        turns: dict[str, Callable[[], object]] = {
            way: partial(trainer.run_epochs, 1) for way, trainer in self.ours.items()
        }
        turns |= {name: other.epoch for name, other in self.others.items()}
        rates: dict[str, list[float]] = {name: [] for name in turns}
        for _ in range(max(1, round(seconds / TURN))):
            for name, epoch in turns.items():
                rates[name].append(self.epochs.get(name, 1) * _rate(epoch))
        return {name: statistics.median(each) for name, each in rates.items()}


TARGETS = {
    ("default: 2-4-2-1 tanh, batch 10", "textbook NumPy"): "ratio of 3.5",
    ("default: 2-4-2-1 tanh, batch 10", "PyTorch, eager"): "ratio of 25",
    ("spiral88: 7-8-8-1 relu, batch 10", "textbook NumPy"): "ratio of 4",
    ("deep6x8: 7-8x6-1 tanh, batch 30", "textbook NumPy"): "ratio of 4",
}


def _rate(call: Callable[[], object]) -> float:
    start, count = time.process_time(), 0
    while (elapsed := time.process_time() - start) < TURN:
        call()
        count += 1
    return count / elapsed


def measure(*, rounds: int = 9, seconds: float = 0.25) -> list[Row]:
    """A row for each case and reference; `SystemExit` when one of them trains something else."""
    races = {name: Race(spec) for name, spec in CASES.items()}
    differences = {name: race.check() for name, race in races.items()}
    for case, each in differences.items():
        for way, name in product(ways(), available()):
            if not each[way][name] < DIFFER:
                raise SystemExit(f"{case}: {way} and {name} differ by {each[way][name]:.1e}")
    results: dict[str, list[dict[str, float]]] = {name: [] for name in races}
    for _ in range(rounds):
        for name, race in races.items():
            results[name].append(race.round(seconds))
    return [
        _row(case, way, reference, results[case], differences[case], races[case].steps_per_epoch)
        for reference, case, way in product(available(), CASES, ways())
    ]


def _row(
    case: str,
    way: str,
    reference: str,
    rounds: list[dict[str, float]],
    differences: dict[str, dict[str, float]],
    steps: int,
) -> Row:
    figure = statistics.median(each[way] for each in rounds)
    ratios = [each[way] / each[reference] for each in rounds]
    return Row(
        name=f"{case}, {way}",
        figure=figure,
        unit="epochs/s",
        reference=reference,
        reference_figure=statistics.median(each[reference] for each in rounds),
        ratio=statistics.median(ratios),
        worst=min(ratios),
        target=TARGETS.get((case, reference), ""),
        note=f"{1e6 / figure / steps:.2f} µs a step; differ by {differences[way][reference]:.0e}",
    )


def main(arguments: list[str] | None = None) -> int:
    """Prints a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=0.25, help="for each program and round")
    options = parser.parse_args(arguments)
    print(markdown(measure(rounds=options.rounds, seconds=options.seconds)))
    for name in REFERENCES.keys() - available().keys():
        print(f"\nLeft out: {name} is not installed (pip install -e '.[bench]').")
    if "compiled" not in ways():
        print("\nLeft out: Numba is not installed (pip install -e '.[fast]').")
    return 0


if __name__ == "__main__":
    sys.exit(main())
