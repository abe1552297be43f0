"""Stacks: trainers of one shape that run together, in one set of NumPy calls.

A small network is bound by the cost of a NumPy call, and a call on the numbers of a hundred
networks costs little more than one on those of a single one. So many seeds, initializers or rates
can be tried in a fraction of the time; `python -m bench.stack` measures which.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from sys import intern
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from engine.arrays import Array, Calls, Kernel, Scratch
from engine.batches import StackedBatches
from engine.fields import SpecError
from engine.network import Network
from engine.spec import RunSpec
from engine.steps import Gradients, Steps
from engine.trainer import Trainer
from engine.update import StandardUpdate, StateArrays

ALIKE: dict[str, Callable[[Trainer], Any]] = {
    "mode": lambda trainer: trainer.spec.mode,
    "features": lambda trainer: trainer.network.sizes[0],
    "layers": lambda trainer: trainer.spec.layers,
    "head": lambda trainer: trainer.network.head,
    "classes": lambda trainer: trainer.network.sizes[-1],
    "samples": lambda trainer: trainer.batches.size,
    "batch_size": lambda trainer: trainer.batch_size,
    "dtype": lambda trainer: trainer.network.dtype,
    "offset": lambda trainer: trainer.offset,
}
"""What all trainers of a stack have in common; everything else may differ."""

FEWEST = 3
"""Fewer runs than this are faster one by one."""

WORKSPACES = 8
"""Workspaces that are kept: a class has few shapes at a time, in crews of a few sizes."""


def shape(trainer: Trainer) -> str | None:
    """A name that a trainer shares with those which it can be stacked with, as soon as all are at
    the same place in an epoch; None where it only runs by itself.
    """
    if trainer.spec.mode != "standard":
        return None
    return intern(repr([fact(trainer) for name, fact in ALIKE.items() if name != "offset"]))


class Stack:
    """Trainers that run together; each ends where it would have ended by itself, up to rounding.

    They stay trainers: between calls of `run_steps` and `run_epochs` they can be looked at, edited,
    changed and copied like any other, and what they are then is what the stack goes on from. One
    that diverges stops, with a `divergence` of its own; the others go on.

    They must be alike in what sets the shape of the work: the number of features, training samples
    and outputs, the layers with their activations, the head and the batch size. Data, seeds,
    initializers, biases, optimizers, regularizers, both rates and shuffling may differ. Runs with
    one optimizer and regularizer share their update's calls; more sorts of them cost more calls.

    With `workspaces` it uses buffers and calls that others have made before; for one thread. Where
    they are known to be `alike` (one `shape`, one place in an epoch), nobody looks again.
    """

    def __init__(
        self,
        trainers: Iterable[Trainer],
        *,
        workspaces: "Workspaces | None" = None,
        alike: bool = False,
    ) -> None:
        self.trainers: tuple[Trainer, ...] = tuple(trainers)
        different = len(set(map(id, self.trainers)))
        if not 0 < different == len(self.trainers):
            raise SpecError(
                f"got {len(self.trainers)} trainers, {different} of them different, expected at"
                " least one, and each once; leave out the others"
            )
        self._workspaces = Workspaces() if workspaces is None else workspaces
        self._lockstep: _Lockstep | None = None
        self._alike = alike
        self._bind(self.running)

    @classmethod
    def of(cls, specs: Iterable[RunSpec], *, dtype: DTypeLike = np.float64) -> "Stack":
        """A new trainer for each spec, stacked; `SpecError` where they are not alike."""
        return cls(Trainer(spec, dtype=dtype) for spec in specs)

    def __len__(self) -> int:
        return len(self.trainers)

    @property
    def running(self) -> list[Trainer]:
        """Those that have not diverged."""
        return [trainer for trainer in self.trainers if trainer.divergence is None]

    def run_steps(self, n: int) -> int:
        """Makes up to `n` minibatch updates in each run; returns how many in all of them."""
        before = sum(trainer.steps for trainer in self.trainers)
        with np.errstate(all="ignore"):
            while n > 0 and (running := self.running):
                lockstep = self._bind(running)
                if lockstep is not None:
                    n -= lockstep.run(n)
                    continue
                for trainer in running:
                    trainer.run_steps(n)
                break
        return sum(trainer.steps for trainer in self.trainers) - before

    def run_epochs(self, n: int) -> int:
        """Runs to the `n`-th next epoch boundary; returns the number of updates in all runs."""
        if n <= 0 or not (running := self.running):
            return 0
        first = running[0]
        return self.run_steps(n * first.steps_per_epoch - first.step_in_epoch)

    def _bind(self, running: list[Trainer]) -> "_Lockstep | None":
        """The calls for these trainers as they are now: those of the last time, if they fit. None
        for too few; a `SpecError` where they are not alike.
        """
        if self._lockstep is None or not self._lockstep.fits(running):
            if not self._alike:
                require_alike(running)
            self._alike = False  # what was known was of then
            few = len(running) < FEWEST
            self._lockstep = None if few else _Lockstep(running, self._workspaces)
        return self._lockstep


def require_alike(trainers: Sequence[Trainer]) -> None:
    """A `SpecError` unless these trainers can run together; it names what differs."""
    for name, fact in ALIKE.items():
        facts = [fact(trainer) for trainer in trainers]
        for other in facts:
            if other != facts[0]:
                raise SpecError(
                    f"got {facts[0]!s} and {other!s}, expected the same in every run of a stack;"
                    " change it, or run these one by one",
                    name,
                )
    if any(trainer.spec.mode == "tfp" for trainer in trainers):
        raise SpecError(
            "got 'tfp', expected 'standard': the links that die make the updates of"
            " playground.tensorflow.org differ; change it, or run these one by one",
            "mode",
        )


class Workspace:
    """A network, a training set and passes with room for so many runs of one shape, whichever."""

    def __init__(self, like: Trainer, replicas: int, scratch: Scratch) -> None:
        self.network = Network(like.spec, like.network.dtype, replicas=replicas)
        self.batches = StackedBatches(like.batches, replicas, scratch)
        self.gradients = Gradients(self.network, self.batches)


class Workspaces:
    """Workspaces, the last that were used: to make one takes longer than an epoch in it. Their
    training sets, most of what they need, are all in the same memory: one is used at a time.
    """

    def __init__(self) -> None:
        self.lent = 0
        """How often one was lent: what was in the others before is gone."""
        self._scratch = Scratch()
        self._kept: dict[Any, Workspace] = {}  # the last used at the end

    def __len__(self) -> int:
        return len(self._kept)

    def lend(self, like: Trainer, replicas: int) -> Workspace:
        """One for so many trainers like this one, until the next is lent."""
        key = (replicas, *(fact(like) for name, fact in ALIKE.items() if name != "offset"))
        workspace = self._kept.pop(key, None) or Workspace(like, replicas, self._scratch)
        self._kept[key] = workspace
        while len(self._kept) > WORKSPACES:
            del self._kept[next(iter(self._kept))]
        self.lent += 1
        return workspace


class _Lockstep:
    """Trainers bound together: one network, one training set, one update, with a row for each."""

    _epochs: int  # since the trainers were taken over
    _count: int  # steps, likewise

    def __init__(self, trainers: Sequence[Trainer], workspaces: Workspaces) -> None:
        self._key = _bindings(trainers)
        groups: dict[Any, list[Trainer]] = {}  # those that share the calls of an update
        for trainer in trainers:
            spec = trainer.spec
            groups.setdefault((spec.optimizer, spec.regularizer), []).append(trainer)
        self._trainers = list(chain.from_iterable(groups.values()))
        self._workspaces = workspaces
        self._workspace = workspaces.lend(self._trainers[0], len(self._trainers))
        self._lent = workspaces.lent
        self._network, self._batches = self._workspace.network, self._workspace.batches
        self._batches.load([trainer.batches for trainer in self._trainers])
        self._rules: list[tuple[slice, StandardUpdate]] = []
        self._homes: list[tuple[int, int]] = []  # each trainer's rule, and its row there
        start = 0
        for number, group in enumerate(groups.values()):
            rows = slice(start, start := start + len(group))
            self._homes += [(number, row) for row in range(len(group))]
            specs = [trainer.spec for trainer in group]
            self._rules.append((rows, StandardUpdate.stacked(specs, self._network.part(rows))))
        self._steps = Steps(
            self._workspace.gradients,
            size=self._batches.size,
            batch=trainers[0].batch_size,
            update=partial(_update, self._rules, self._network.head.gain),
        )

    def fits(self, trainers: Sequence[Trainer]) -> bool:
        """Whether these are the trainers, and still as they were bound."""
        return (
            self._workspaces.lent == self._lent
            and self._key == _bindings(trainers)
            and all(trainer.offset == trainers[0].offset for trainer in trainers)
        )

    def run(self, n: int) -> int:
        """Up to `n` steps in each run, fewer when one diverges; returns how many."""
        self._enter()
        done, finite = 0, np.ones(len(self._trainers), np.bool_)
        while done < n and finite.all():
            count = min(n - done, self._steps.left)
            self._begin_epoch()
            before = self._moment()
            self._make(count)
            done += count
            finite = self._finite()
            for index in np.flatnonzero(~finite):
                self._run_alone(int(index), before, count)
        now = self._moment()
        for index in np.flatnonzero(finite):
            self._hand_back(int(index), now)
        return done

    # --- The steps ------------------------------------------------------------------------------

    def _begin_epoch(self) -> None:
        """At an epoch boundary, the order of each run's next one."""
        if self._steps.offset == 0:
            orders = np.stack([trainer.next_order() for trainer in self._trainers])
            self._batches.arrange(orders, self._steps.edges)

    def _make(self, count: int) -> None:
        """`count` steps in each run, all in this epoch."""
        stop = self._steps.position + count
        self._steps.make(self._steps.position, stop)
        self._steps.position = stop
        self._count += count
        if not self._steps.left:
            self._epochs += 1
            self._steps.plan(0)

    def _finite(self) -> Array:
        """Which runs hold finite numbers only (runs,)."""
        remembered = np.concatenate([rule.finite_rows() for _, rule in self._rules])
        finite: Array = np.isfinite(self._network.parameters).all(axis=1) & remembered
        return finite

    # --- Between the trainers and the stack -----------------------------------------------------

    def _enter(self) -> None:
        """Takes over where all trainers are."""
        self._epochs = self._count = 0
        for index, trainer in enumerate(self._trainers):
            self._network.parameters[index] = trainer.network.parameters
        for (number, row), trainer in zip(self._homes, self._trainers, strict=True):
            self._rules[number][1].load_row(row, trainer.rule.state_arrays())
        self._steps.plan(self._trainers[0].offset)
        if self._steps.offset > 0:
            orders = np.stack([trainer.order for trainer in self._trainers])
            self._batches.arrange(orders, self._steps.edges)

    def _moment(self) -> "_Moment":
        return _Moment(
            parameters=self._network.parameters.copy(),
            states=[rule.state_arrays() for _, rule in self._rules],
            epochs=self._epochs,
            steps=self._count,
            offset=self._steps.offset,
        )

    def _hand_back(self, index: int, moment: "_Moment") -> None:
        """Takes one trainer to where its run in the stack was at that moment."""
        trainer = self._trainers[index]
        np.copyto(trainer.network.parameters, moment.parameters[index])
        number, row = self._homes[index]
        state = moment.states[number]
        trainer.rule.load_state_arrays({name: array[row] for name, array in state.items()})
        steps = trainer.steps + moment.steps
        trainer.go_to(trainer.epoch + moment.epochs, steps=steps, offset=moment.offset)

    def _run_alone(self, index: int, before: "_Moment", count: int) -> None:
        """The last steps again by the trainer itself, which finds where its numbers went bad.

        Should they stay finite (it rounds differently), it is where the others are, and stays.
        """
        self._hand_back(index, before)
        trainer = self._trainers[index]
        trainer.batches.arrange(trainer.order)
        trainer.run_in_order(count)


@dataclass(frozen=True, eq=False)
class _Moment:
    """All runs of a stack at one moment, copied."""

    parameters: Array  # (runs, n)
    states: list[StateArrays]  # of each rule
    epochs: int  # since the trainers were taken over
    steps: int
    offset: int


def _update(
    rules: Sequence[tuple[slice, StandardUpdate]],
    gain: float,
    gradient: Array,
    count: int,
    _: bool,
) -> Kernel:
    """The calls that end a step."""
    return Calls(rule.bind(gradient[rows], count, gain) for rows, rule in rules)


def _bindings(trainers: Sequence[Trainer]) -> list[tuple[object, ...]]:
    """What a lockstep stands on: a trainer that changes replaces one of these objects."""
    return [(trainer, trainer.rule, trainer.network, trainer.batches) for trainer in trainers]
