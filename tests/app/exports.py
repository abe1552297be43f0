"""Experiments that together have every component, and what exported files make of them."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.exporters import EXPORTERS, Exporter, Run
from app.exporters.points_table import logits
from app.history import History
from engine import url
from engine.activations import ACTIVATIONS, Linear, ReLU, Sigmoid, Tanh
from engine.arrays import Array
from engine.changes import evolve
from engine.datasets import DATASETS
from engine.features import FEATURES
from engine.heads import HEADS
from engine.initializers import INITIALIZERS, HeUniform
from engine.link import View
from engine.optimizers import OPTIMIZERS, SGD, Adam, Momentum, Nesterov
from engine.problems import PROBLEMS
from engine.regularizers import L2, REGULARIZERS, NoRegularizer
from engine.spec import LayerSpec, RunSpec
from engine.trainer import Trainer

RUNNER = Path(__file__).with_name("run_exports.py")
NETWORKS = [cls for cls in EXPORTERS if cls.group == "network"]
POINTS = 1000


def needs(cls: type[Exporter], *more: str) -> None:
    """Skips a test that needs a library; fails it where all are to be there, as in CI."""
    modules = {"scikit-learn": "sklearn"}
    names = [*cls.needs.replace(",", " ").split(), *more]
    missing = [name for name in names if find_spec(modules.get(name, name)) is None]
    if missing:
        text = f"{', '.join(missing)} missing: pip install -c constraints.txt -e '.[test]'"
        (pytest.fail if os.environ.get("REQUIRE_EXPORTS") else pytest.skip)(text)


def varied(registry: Any, number: int) -> Any:
    """A component of a registry, and from the second time on one with other parameters."""
    classes = list(registry)
    cls, again = classes[number % len(classes)], number // len(classes) % 2
    component = cls()
    if again and hasattr(component, "alpha"):
        return replace(component, alpha=0.3)
    return component


def experiments() -> dict[str, RunSpec]:
    """Every component of every registry, each together with many others."""
    found: dict[str, RunSpec] = {}
    largest = max(len(ACTIVATIONS), len(INITIALIZERS), len(DATASETS), len(FEATURES))
    features = [cls() for cls in FEATURES]
    for problem in PROBLEMS.kinds:
        base = evolve(RunSpec(), {"problem": problem})[0]
        heads = [cls for cls in HEADS if problem in cls.problems]
        for i in range(largest):
            number = len(found)
            found[f"{problem}-{i}"] = replace(
                base,
                samples=60 + 10 * i,
                noise=5.0 * (i % 3),
                classes=2 + i % 4,
                head=heads[i % len(heads)](),
                features=tuple(features[k] for k in range(len(features)) if (number >> k % 5) & 1)
                or (features[i % len(features)],),
                standardize=i % 4 != 3,
                layers=tuple(
                    LayerSpec(2 + (i + k) % 5, varied(ACTIVATIONS, number + 3 * k))
                    for k in range(i % 4)
                ),
                initializer=varied(INITIALIZERS, number),
                bias=0.1 * (i % 2),
                optimizer=varied(OPTIMIZERS, number),
                learning_rate=0.02,
                batch_size=(0, 7, 10, 1000)[i % 4],
                regularizer=varied(REGULARIZERS, number),
                regularization_rate=0.003,
                shuffle=i % 3 != 0,
                weight_seed=f"seed {number}",
            )
    tfp = "#activation=relu&regularization=L1&regularizationRate=0.01&seed=0.3&networkShape=4,3"
    found["tfp"] = url.decode(f"{tfp}&batchSize=7&dataset=xor&sinX=true").spec
    found["no feature"] = replace(RunSpec(), features=())
    found["deep"] = replace(RunSpec(), layers=tuple(LayerSpec(6) for _ in range(12)))
    return found | plain_experiments()


def plain_experiments() -> dict[str, RunSpec]:
    """Experiments that every library can express."""
    found = {}
    optimizers = [SGD(), Adam(), Momentum(), Nesterov()]
    activations = [Tanh(), ReLU(), Sigmoid(), Linear()]
    for i, problem in enumerate(PROBLEMS.kinds):
        base = evolve(RunSpec(), {"problem": problem})[0]
        for k, activation in enumerate(activations):
            found[f"plain {problem} {k}"] = replace(
                base,
                samples=80,
                classes=3 + k,
                layers=(LayerSpec(5, activation), LayerSpec(3, activation)),
                optimizer=optimizers[(i + k) % 4],
                regularizer=L2() if k % 2 else NoRegularizer(),
                regularization_rate=0.01,
                batch_size=(10, 0)[k % 2],
                initializer=HeUniform(),
            )
    return found


def trained(spec: RunSpec, epochs: int) -> Run:
    """A run after some epochs, with its history."""
    trainer, history = Trainer(spec), History(1000)
    for _ in range(epochs):
        trainer.run_epochs(1)
        loss = trainer.evaluate().loss
        history.record(trainer.epoch, loss.train, loss.test)
    return Run(trainer, history, url.encode(spec, View()))


def points() -> Array:
    """Points (n, 2) all over the plot."""
    return np.random.default_rng(7).uniform(-6, 6, (POINTS, 2))


def answers(run: Run, x: Array) -> Array:
    """What the engine says of points (n, 2), (n, outputs)."""
    return run.spec.head.output(logits(run.trainer, x.T)).T


def write(run: Run, kind: str, folder: Path) -> Path:
    """Writes the files of an export; returns the main one."""
    folder.mkdir(parents=True, exist_ok=True)
    files = EXPORTERS[kind]().files(run)
    for name, _, data in files:
        (folder / name).write_bytes(data)
    return folder / files[0].name


def python(*arguments: Any, cwd: Path, timeout: float = 300.0) -> str:
    """What a Python of its own prints, without anything of the checkout on its path."""
    names = ("PATH", "HOME", "LANG", "SYSTEMROOT", "LD_LIBRARY_PATH", "OPENBLAS_CORETYPE")
    environment = {name: os.environ[name] for name in names if name in os.environ}
    environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "KERAS_BACKEND": "torch"}
    done = subprocess.run(
        [sys.executable, "-P", *map(str, arguments)],
        cwd=cwd,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


Job = tuple[Path, str, int]
"""An exported file, what is to be done with it (see run_exports.py), and for how many epochs."""


def ran(jobs: dict[str, Job], folder: Path) -> dict[str, Array]:
    """What came of exported files, of which `points()` were asked, all in one process."""
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "points.npy", points())
    listed = {name: (str(main), what, epochs) for name, (main, what, epochs) in jobs.items()}
    (folder / "jobs.json").write_text(json.dumps(listed), "utf-8")
    python(RUNNER, folder, cwd=folder)
    with np.load(folder / "answers.npz", allow_pickle=False) as found:
        return {name: found[name] for name in jobs}
