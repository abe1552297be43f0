"""`python -m bench.engine`: epochs per second, the engine against the textbook engine.

Both train the same network on the same data in the same process, in turns; first they must agree.
A figure is the median over rounds, a ratio the median of the rounds' own ratios.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy: workers must not fight

import numpy as np

from bench.plain import PlainNetwork
from engine import (
    X1,
    X2,
    Array,
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

TURN = 0.02  # seconds; short, so that a disturbance meets both


@dataclass
class Race:
    """One case: the engine's run and the textbook's, on the same data."""

    spec: RunSpec

    def __post_init__(self) -> None:
        self.ours = Trainer(self.spec)
        self.plain = PlainNetwork.like(self.ours.network)
        train = self.ours.data.train
        self.x: Array = np.ascontiguousarray(self.ours.inputs(train.x)[:-1].T)
        self.t: Array = np.ascontiguousarray(self.spec.head.targets(train.labels, 3).T)
        self.rng = np.random.default_rng(0)

    def plain_epoch(self, order: Array | None = None) -> None:
        """One epoch of the textbook engine, shuffled like ours."""
        if order is None:
            order = self.rng.permutation(len(self.x))
        batch, rate = self.ours.batch_size, self.spec.learning_rate
        self.plain.epoch(self.x, self.t, batch=batch, rate=rate, order=order)

    def check(self, epochs: int = 3) -> float:
        """The largest difference of a parameter after some epochs in the same order."""
        for _ in range(epochs):
            self.ours.run_steps(1)
            order = self.ours.snapshot().order
            self.ours.run_epochs(1)
            self.plain_epoch(order)
        return float(np.abs(self.plain.parameters() - self.ours.network.parameters).max())

    def round(self, seconds: float) -> tuple[float, float]:
        """Epochs per second of processor time, ours and the textbook's, in short turns."""
        turns: dict[Callable[[], object], list[float]] = {
            lambda: self.ours.run_epochs(1): [],
            self.plain_epoch: [],
        }
        for _ in range(round(seconds / TURN)):
            for epoch, rates in turns.items():
                rates.append(_rate(epoch))
        ours, plain = (statistics.median(rates) for rates in turns.values())
        return ours, plain


def _rate(epoch: Callable[[], object]) -> float:
    start, count = time.process_time(), 0
    while (elapsed := time.process_time() - start) < TURN:
        epoch()
        count += 1
    return count / elapsed


def main(arguments: list[str] | None = None) -> int:
    """Prints a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=0.25, help="for each engine and round")
    options = parser.parse_args(arguments)
    races = {name: Race(spec) for name, spec in CASES.items()}
    differences = {name: race.check() for name, race in races.items()}
    results: dict[str, list[tuple[float, float]]] = {name: [] for name in races}
    for _ in range(options.rounds):
        for name, race in races.items():
            results[name].append(race.round(options.seconds))
    columns = ("network", "engine, epochs/s", "µs a step", "textbook, epochs/s", "ratio")
    print("| " + " | ".join((*columns, "worst ratio", "differ by")) + " |")
    print("| --- |" + " --: |" * 6)
    for name, rounds in results.items():
        if not differences[name] < 1e-9:
            print(f"{name}: the engines differ by {differences[name]:.1e}", file=sys.stderr)
            return 1
        ours, plain = (statistics.median(column) for column in zip(*rounds, strict=True))
        ratios = [a / b for a, b in rounds]
        step = 1e6 / ours / races[name].ours.steps_per_epoch
        print(
            f"| {name} | {ours:,.0f} | {step:.2f} | {plain:,.0f} | {statistics.median(ratios):.2f}"
            f" | {min(ratios):.2f} | {differences[name]:.0e} |"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
