"""The path of two weights: the zig-zag, step by step."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Le

from engine.arrays import Array
from engine.diagnostics.base import (
    DIAGNOSTICS,
    Diagnostic,
    Measurement,
    Work,
    go_on,
    nearest,
    number,
    numbers,
)
from engine.fields import Ui
from engine.snapshot import Snapshot
from engine.trainer import Trainer

Link = tuple[int, int, int]
"""A weight: its layer, the unit it leads to, the unit of the layer before that it comes from."""

_Layer = Annotated[int, Ge(0), Le(30), Ui(label="Layer", label_es="Capa")]
_Unit = Annotated[int, Ge(0), Le(31), Ui(label="Neuron", label_es="Neurona")]


MOST_WORK = 2e8
"""Parameters times samples times steps: it takes less than a second."""
LEAST_STEPS = 10
PIECE_WORK = 3e5
"""The same, of a piece of about a millisecond, as far as a step is no longer."""

_NOWHERE = np.zeros((1, 2))


@DIAGNOSTICS.register
@dataclass(frozen=True)
class WeightPath(Diagnostic):
    """The way that two weights will take in the next steps, on a copy of the run: how many of the
    steps move both in the same direction, and how much of the way leads anywhere."""

    label: ClassVar[str] = "Path of two weights"
    label_es: ClassVar[str] = "Camino de dos pesos"
    help_es: ClassVar[str] = (
        "El camino que seguirán dos pesos en los próximos pasos, en una copia del entrenamiento: "
        "cuántos pasos mueven los dos en la misma dirección, y cuánto del camino lleva a alguna "
        "parte."
    )
    live: ClassVar[bool] = False
    kind: Literal["weight_path"] = "weight_path"
    layer: _Layer = 0
    to: _Unit = 0
    first: _Unit = 0
    second: _Unit = 1
    steps: Annotated[int, Ge(1), Le(1000), Ui(label="Steps", label_es="Pasos", step=10)] = 100

    def work(self, trainer: Trainer) -> Work:
        links = ((self.layer, self.to, self.first), (self.layer, self.to, self.second))
        size = trainer.network.parameters.size * trainer.batch_size
        steps = min(self.steps, max(LEAST_STEPS, int(MOST_WORK / size)))
        return (yield from _follow(trainer.snapshot(), links, steps))


def weight_path(snapshot: Snapshot, links: tuple[Link, Link], steps: int) -> Measurement:
    """Runs `steps` steps from a snapshot, on a trainer of its own, and follows two weights."""
    work = _follow(snapshot, links, steps)
    while (measured := go_on(work)) is None:
        pass
    return measured


def _follow(snapshot: Snapshot, links: tuple[Link, Link], steps: int) -> Work:
    trainer = Trainer(snapshot.spec)
    trainer.restore(snapshot)
    weights = trainer.network.weights
    links = (_existing(trainer, links[0]), _existing(trainer, links[1]))
    if any(trainer.network.sizes[link[0]] == 0 for link in links):  # no feature, no weight
        return {
            "links": [],
            "first_step": snapshot.steps,
            "start": [],
            "path": [[], []],
            **path_facts(_NOWHERE),
        }
    here = [[float(weights[layer][to, from_]) for layer, to, from_ in links]]
    pause = max(1, int(PIECE_WORK / (trainer.network.parameters.size * trainer.batch_size)))
    for step in range(steps):
        if step % pause == 0:
            yield
        if not trainer.run_steps(1):
            break
        here.append([float(weights[layer][to, from_]) for layer, to, from_ in links])
    path = np.array(here)
    return {
        "links": [list(link) for link in links],
        "first_step": snapshot.steps,
        "start": numbers(path[0]),
        "path": numbers((path - path[0]).T),  # the way may be tiny beside where it starts
        **path_facts(path),
    }


def _existing(trainer: Trainer, link: Link) -> Link:
    sizes = trainer.network.sizes
    layer = nearest(link[0], 0, len(sizes) - 2)
    to = nearest(link[1], 0, sizes[layer + 1] - 1)
    return layer, to, nearest(link[2], 0, sizes[layer] - 1)


def path_facts(path: Array) -> Measurement:
    """How straight a path (points, 2) is."""
    moves = np.diff(path, axis=0)
    moved = (moves != 0.0).all(axis=1)
    same = (moves[:, 0] * moves[:, 1] > 0.0)[moved]
    length = float(np.hypot(*moves.T).sum())
    direct = float(np.hypot(*(path[-1] - path[0])))
    return {
        "same_sign": number(float(same.mean())) if same.size else None,
        "length": number(length),
        "direct": number(direct),
        "efficiency": number(direct / length) if length > 0 else None,
    }
