"""A run that shows itself: for notebooks, where a value at the end of a cell is drawn.

    run = Run(RunSpec(dataset=Spiral()))
    run.train(200)

A trainer knows nothing of what was; a run keeps the losses, and draws both.
"""

from collections.abc import Mapping
from types import MappingProxyType

from engine.evaluation import Evaluation
from engine.picture import card, comparison, in_short
from engine.picture.curve import Line
from engine.spec import RunSpec
from engine.trainer import Trainer

LOOKS = 200
"""Losses that are taken of a training, at most."""


class Run:
    """An experiment, its trainer, and the losses on the way."""

    def __init__(self, experiment: RunSpec | Trainer) -> None:
        """A new run of an experiment, or that of a trainer from where it is."""
        self.trainer = Trainer(experiment) if isinstance(experiment, RunSpec) else experiment
        self.epochs: list[int] = []
        """Where losses were taken."""
        self.train_losses: list[float | None] = []
        self.test_losses: list[float | None] = []
        self.look()

    @property
    def spec(self) -> RunSpec:
        """The experiment."""
        return self.trainer.spec

    @property
    def epoch(self) -> int:
        """Whole passes over the training set."""
        return self.trainer.epoch

    def train(self, epochs: int) -> "Run":
        """Train for so many epochs, fewer when the run diverges; the run itself, to be shown."""
        goal, every = self.epoch + epochs, max(1, epochs // LOOKS)
        while self.epoch < goal and self.trainer.divergence is None:
            self.trainer.run_epochs(min(every, goal - self.epoch))
            self.look()
        return self

    def look(self) -> Evaluation:
        """Losses and metrics now; the losses are kept."""
        evaluation = self.trainer.evaluate()
        if self.epochs and self.epochs[-1] == self.epoch:
            del self.epochs[-1], self.train_losses[-1], self.test_losses[-1]
        self.epochs.append(self.epoch)
        self.train_losses.append(evaluation.loss.train)
        self.test_losses.append(evaluation.loss.test)
        return evaluation

    def __repr__(self) -> str:
        return f"<Run: {in_short(self.trainer)}>"

    def _repr_html_(self) -> str:
        """Map, network, losses and numbers, as a notebook shows them."""
        lines = {
            "training": Line(self.epochs, self.train_losses),
            "test": Line(self.epochs, self.test_losses),
        }
        return card(self.trainer, lines)


class Comparison:
    """Runs side by side, as a notebook shows them."""

    def __init__(self, runs: Mapping[str, Run]) -> None:
        self.runs = MappingProxyType(dict(runs))
        """By name."""

    def __repr__(self) -> str:
        lines = [f"{name}: {in_short(run.trainer)}" for name, run in self.runs.items()]
        return "\n".join(lines) or "<Comparison of no runs>"

    def _repr_html_(self) -> str:
        """Maps and numbers of each, and the test losses of all."""
        lines = {name: Line(run.epochs, run.test_losses) for name, run in self.runs.items()}
        return comparison({name: run.trainer for name, run in self.runs.items()}, lines)
