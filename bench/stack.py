"""`python -m bench.stack`: many runs of one shape together, next to the same runs one by one.

Both train in the same process, in turns, from the same start, with other seeds for each run; first
they must agree to 1e-12. A figure is the processor time of one minibatch update of one run. Where
Numba is installed, compiled stacks are compared with the same single runs of NumPy, the reference,
and the note says what compiled single runs take.

The last rows say what it gives a few sessions, as a server without Numba trains them: an epoch of
each together, and as they are not always the same ones, taken into a workspace anew each time.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import product

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy: workers must not fight

import numpy as np

from bench.engine import CASES, by, ways
from bench.table import Row, markdown
from engine import RunSpec, Stack, Trainer
from engine.stack import Workspaces

SPECS: dict[str, RunSpec] = {
    "default: 2-4-2-1 tanh, batch 10": RunSpec(),
    "spiral88: 7-8-8-1 relu, batch 10": CASES["spiral88: 7-8-8-1 relu, batch 10"],
    "deep6x8: 7-8x6-1 tanh, batch 10": replace(
        CASES["deep6x8: 7-8x6-1 tanh, batch 30"], batch_size=10
    ),
    "deep6x8: 7-8x6-1 tanh, batch 1": CASES["deep6x8: 7-8x6-1 tanh, batch 1"],
}
RUNS = (1, 10, 100)
TARGETS = {"deep6x8: 7-8x6-1 tanh, batch 10, 100 runs": "ratio of 5"}
SESSIONS = (4, 8, 16)
EPOCHS = 5  # of a turn
DIFFER = 1e-12


def replicas(spec: RunSpec, count: int) -> list[Trainer]:
    """The experiment with other seeds."""
    seeds = map(str, range(count))
    return [Trainer(replace(spec, data_seed=seed, weight_seed=seed)) for seed in seeds]


def check(spec: RunSpec, count: int = 3, epochs: int = 2) -> float:
    """The largest difference of a parameter between runs stacked in each way, and single ones of
    NumPy.
    """
    return max(_difference(spec, way, count, epochs) for way in ways())


def _difference(spec: RunSpec, way: str, count: int, epochs: int) -> float:
    together, apart = replicas(spec, count), replicas(spec, count)
    with by(way):
        Stack(together).run_epochs(epochs)
    with by("NumPy"):
        for trainer in apart:
            trainer.run_epochs(epochs)
    pairs = zip(together, apart, strict=True)
    return max(float(np.abs(a.network.parameters - b.network.parameters).max()) for a, b in pairs)


def _race(
    name: str,
    note: str,
    *,
    way: str,
    together: Callable[[], int],
    spec: RunSpec,
    count: int,
    epochs: int,
    rounds: int,
) -> Row:
    """A row; `together` makes as many steps as `epochs` epochs of each run do."""
    calls = {"together": together}
    for other in dict.fromkeys(("NumPy", way)):
        calls[other] = partial(_one_by_one, replicas(spec, count), epochs)
    for other, call in calls.items():
        with by(way if other == "together" else other):
            call()  # which binds all that is called
    figures = [{who: _step_time(call) for who, call in calls.items()} for _ in range(rounds)]
    ratios = [each["NumPy"] / each["together"] for each in figures]
    stacked, single, alike = (
        statistics.median(each[who] for each in figures) for who in ("together", "NumPy", way)
    )
    if way != "NumPy":
        note += f"; compiled one by one {alike:.2f} µs"
    return Row(
        name=f"{name}, {way}",
        figure=stacked,
        unit="µs a step of one run",
        reference="one by one, NumPy",
        reference_figure=single,
        ratio=statistics.median(ratios),
        worst=min(ratios),
        target=TARGETS.get(name, ""),
        note=note,
    )


def _one_by_one(trainers: Sequence[Trainer], epochs: int) -> int:
    return sum(trainer.run_epochs(epochs) for trainer in trainers)


def _step_time(call: Callable[[], int]) -> float:
    start = time.process_time()
    steps, spent = call(), 0.0
    while (spent := time.process_time() - start) < 0.02:
        steps += call()
    return spent / steps * 1e6


def measure(*, rounds: int = 9) -> list[Row]:
    """A row for each network and number of runs, then those of sessions."""
    for name, spec in SPECS.items():
        if not (difference := check(spec)) < DIFFER:
            raise SystemExit(f"{name}: stacked and single runs differ by {difference:.1e}")
    rows = []
    for (name, spec), count, way in product(SPECS.items(), RUNS, ways()):
        with by(way):
            stack = Stack(replicas(spec, count))
        rows.append(
            _race(
                f"{name}, {count} run{'s' * (count > 1)}",
                f"{EPOCHS} epochs a call",
                way=way,
                together=partial(stack.run_epochs, EPOCHS),
                spec=spec,
                count=count,
                epochs=EPOCHS,
                rounds=rounds,
            )
        )
    with by("NumPy"):
        return rows + _sessions(rounds)


def _sessions(rounds: int) -> list[Row]:
    rows, workspaces = [], Workspaces()
    for name, spec in list(SPECS.items())[:3]:
        for count in SESSIONS:
            trainers = replicas(spec, count)

            def an_epoch(trainers: list[Trainer] = trainers) -> int:
                return Stack(trainers, workspaces=workspaces).run_epochs(1)

            rows.append(
                _race(
                    f"{name}, {count} sessions",
                    "1 epoch a call, taken in anew",
                    way="NumPy",
                    together=an_epoch,
                    spec=spec,
                    count=count,
                    epochs=1,
                    rounds=rounds,
                )
            )
    return rows


def main(arguments: list[str] | None = None) -> int:
    """Prints a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args(arguments)
    print(markdown(measure(rounds=options.rounds)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
