"""The trainer: runs an experiment step by step; can be paused, changed, copied and restored."""

import copy
import math
from functools import partial

import numpy as np
from numpy.typing import DTypeLike

from engine.arrays import Array, Scratch
from engine.batches import Batches
from engine.changes import keeps_network, needs_rebuild
from engine.evaluation import Evaluation, Evaluator
from engine.excerpt import excerpt
from engine.features import Inputs
from engine.fields import SpecError
from engine.modes import beginning, make_update
from engine.network import Network, layer_views
from engine.passes import Forward
from engine.snapshot import Divergence, Snapshot, require_fit
from engine.spec import RunSpec
from engine.steps import Gradients, Steps
from engine.streams import stream
from engine.text import Text
from engine.update import bind

DRAWS = 20
"""Draws of weights to revive a unit with, before it is given up."""
GROWTH = 6
"""Steps before a divergence of which the largest weight is told."""


class Trainer:
    """One run of one experiment. It knows no clock, no screen and no other run.

    With a `scratch` it evaluates in memory that others use as well, one after the other.
    """

    def __init__(
        self, spec: RunSpec, *, dtype: DTypeLike = np.float64, scratch: Scratch | None = None
    ) -> None:
        self._dtype = dtype
        self._scratch = scratch or Scratch()
        self.data, parameters = beginning(spec)
        self.inputs = Inputs.fit(spec.features, self.data.train.x, standardize=spec.standardize)
        self.network = Network(spec, dtype)
        np.copyto(self.network.parameters, parameters, casting="same_kind")
        train, test = self.data.train, self.data.test
        x = np.concatenate([self.inputs(train.x), self.inputs(test.x)], axis=1)
        self._samples: Array = x.T.astype(dtype, order="C")
        """The inputs of the training and of the test set (samples, features + 1)."""
        aims = spec.head.aims(spec.head.targets(train.labels, spec.classes))
        self.batches = Batches(self._samples[: train.size], aims.astype(dtype))
        """The training set as the steps take it."""
        self.order: Array = np.arange(self.batches.size)
        """The order of the samples in this epoch."""
        self._shuffle = stream(spec.weight_seed, "shuffle")
        self._zeros = np.zeros_like(self.network.parameters)
        self.rule = make_update(spec, self.network)
        """How a gradient moves the parameters; a new one for every spec."""
        self.epoch = 0
        """Whole passes over the training set."""
        self.steps = 0
        """Minibatch updates since the start."""
        self.divergence: Divergence | None = None
        """Set when numbers stopped being finite; the parameters are the last finite ones."""
        self._bind(spec, offset=0)

    # --- Where the run is -----------------------------------------------------------------------

    @property
    def batch_size(self) -> int:
        """Samples in a full minibatch; in standard mode never more than there are."""
        size, n = self.spec.batch_size, self.batches.size
        return size if self.spec.mode == "tfp" else min(size or n, n)

    @property
    def steps_per_epoch(self) -> int:
        """Minibatches in an epoch, a smaller last one included."""
        return math.ceil(self.batches.size / self.batch_size)

    @property
    def step_in_epoch(self) -> int:
        """Minibatches done since the last epoch boundary."""
        return math.ceil(self.offset / self.batch_size)

    @property
    def offset(self) -> int:
        """Samples of this epoch that have been used."""
        return self._steps.offset

    # --- Training -------------------------------------------------------------------------------

    def run_steps(self, n: int) -> int:
        """Makes up to `n` minibatch updates, fewer when the run diverges; returns how many."""
        before = self.steps
        with np.errstate(all="ignore"):
            while self.divergence is None and (left := before + n - self.steps) > 0:
                self._advance(left)
        return self.steps - before

    def run_epochs(self, n: int) -> int:
        """Runs to the `n`-th next epoch boundary; returns the number of updates."""
        before = self.steps
        for _ in range(n):
            self.run_steps(self._steps.left)
        return self.steps - before

    def _advance(self, limit: int) -> None:
        """Runs up to `limit` steps of this epoch."""
        if self.offset == 0:
            self.batches.arrange(self.next_order())
        self.run_in_order(limit)

    def next_order(self) -> Array:
        """The order of the epoch that begins, drawn from the run's own random stream."""
        n = self.batches.size
        self.order = self._shuffle.permutation(n) if self.spec.shuffle else np.arange(n)
        return self.order

    def run_in_order(self, limit: int) -> None:
        """Runs up to `limit` steps of an epoch in which the samples stand in order already."""
        start = self._steps.position
        stop = start + min(limit, self._steps.left)
        parameters, state = self.network.parameters.copy(), self.rule.state_arrays()
        self._steps.make(start, stop)
        if not self._is_finite():
            np.copyto(self.network.parameters, parameters)
            self.rule.load_state_arrays(state)
            stop = self._replay(start, stop)
        self.steps += stop - start
        self._steps.position = stop
        if not self._steps.left:
            self.epoch += 1
            self._steps.plan(0)

    def _is_finite(self) -> bool:
        """Whether all parameters are, and what the update rule remembers."""
        if self.network.parameters.dot(self._zeros) != 0.0:  # 0 times inf or NaN is NaN
            return False
        return all(np.isfinite(array).all() for array in self.rule.state_arrays().values())

    def _replay(self, start: int, stop: int) -> int:
        """Steps again, one by one, up to the step that gives a number which is not finite."""
        parameters = self.network.parameters
        sizes = [(self.steps, self._largest())]
        for position in range(start, stop):
            before, state = parameters.copy(), self.rule.state_arrays()
            self._steps.make(position, position + 1)
            if not self._is_finite():
                first, last = self._steps.edges[position]
                layer, what = self._gradients.backward(last - first).first_not_finite()
                np.copyto(parameters, before)
                self.rule.load_state_arrays(state)
                step = self.steps + position - start + 1
                growth = self._growth(sizes, layer)
                self.divergence = Divergence(self.epoch, step, layer, what, growth)
                return position
            sizes.append((self.steps + position - start + 1, self._largest()))
        return stop  # pragma: no cover: the same steps give the same numbers

    def _largest(self) -> list[float]:
        """Each layer's largest |weight or bias|."""
        return [float(np.abs(matrix).max()) for matrix in self.network.matrices]

    def _growth(
        self, sizes: list[tuple[int, list[float]]], layer: int | None
    ) -> tuple[tuple[int, float], ...]:
        """How one layer, or all, grew from the start of the run over the last steps."""
        kept = sizes[-GROWTH:]
        if kept[0][0] > 0:
            start = layer_views(beginning(self.spec)[1], self.network.shapes)
            kept.insert(0, (0, [float(np.abs(matrix).max()) for matrix in start]))
        return tuple(
            (step, max(largest) if layer is None else largest[layer]) for step, largest in kept
        )

    # --- Binding --------------------------------------------------------------------------------

    def _bind(self, spec: RunSpec, *, offset: int, evaluator: Evaluator | None = None) -> None:
        """The steps that remain of this epoch, for the spec as it is now."""
        self.spec = spec
        self._evaluator = evaluator or Evaluator(
            spec, self.network, data=self.data, samples=self._samples, scratch=self._scratch
        )
        self._gradients = Gradients(self.network, self.batches)
        self._steps = Steps(
            self._gradients,
            size=self.batches.size,
            batch=self.batch_size,
            update=partial(bind, self.rule, self.network.head.gain),
        )
        self._steps.plan(offset)

    def forget_calls(self) -> None:
        """Keeps no calls of its own, a quarter of its memory, as a stack trains it; the next step
        that it makes alone makes them anew.
        """
        self._gradients.forget()
        self._steps.forget()

    # --- Looking --------------------------------------------------------------------------------

    @property
    def forward(self) -> Forward:
        """A new pass over the training set as the network now is: every z and activation."""
        forward = Forward(self.network, self.data.train.size)
        with np.errstate(all="ignore"):
            forward.run(self.inputs(self.data.train.x).astype(self._dtype))
        return forward

    def evaluate(self) -> Evaluation:
        """Losses and metrics now. A loss that is not finite is None, and the run has diverged."""
        evaluation = self._evaluator.evaluate()
        if evaluation.loss.train is None and self.divergence is None:
            last = len(self.network.matrices) - 1
            growth = self._growth([(self.steps, self._largest())], last)
            self.divergence = Divergence(self.epoch, self.steps, last, "loss", growth)
        return evaluation

    def dead_links(self) -> list[tuple[int, int, int]]:
        """The links (layer, to, from) that the L1 penalty has ended for good; TFP mode only."""
        dead = np.flatnonzero(np.asarray(self.rule.alive) == 0)
        return [self.network.link_at(int(index)) for index in dead]

    # --- Changing -------------------------------------------------------------------------------

    def update_spec(self, spec: RunSpec) -> None:
        """Goes on with another learning rate, optimizer, ...; a diverged run may go on, too."""
        if needs_rebuild(self.spec, spec):
            raise SpecError(
                Text(
                    "got a change of data, network or start, expected only what can change in"
                    " the middle of a run; make a new trainer"
                )
            )
        offset, state = self.offset, self.rule.state_arrays()
        before, self.network = self.network, self.network.with_layers(spec.layers)
        evaluator = self._evaluator.under(spec) if self.network is before else None
        self.rule = make_update(spec, self.network)
        if spec.optimizer.name() == self.spec.optimizer.name():
            self.rule.load_state_arrays(state)
        self.divergence = None
        self._bind(spec, offset=offset, evaluator=evaluator)

    def set_weight(self, layer: int, to: int, from_: int, value: float) -> None:
        """Sets the weight of the link from unit `from_` of the layer before."""
        self._set(layer, to, from_, value)

    def set_bias(self, layer: int, to: int, value: float) -> None:
        """Sets a unit's bias."""
        self._set(layer, to, None, value)

    def revive(self, layer: int, unit: int) -> bool:
        """Draws the incoming weights of a hidden unit anew, and sets its bias to the first one,
        until some training sample gives it a slope: where its inputs are positive, half of all
        draws may leave it dead.

        Returns whether it lives; it cannot while all its inputs are 0.
        """
        spec, matrix = self.spec, self.network.matrices[layer]
        rng = stream(f"{spec.weight_seed} {layer} {unit} {self.steps}", "revive")
        fan_out, columns = matrix.shape
        activation = self.network.activations[layer]
        self.divergence = None
        x = self.inputs(self.data.train.x).astype(self._dtype)
        inputs = self.forward.a[layer - 1] if layer else x
        z, a, slopes = (np.empty((1, inputs.shape[1]), self._dtype) for _ in range(3))
        forward = activation.forward_kernel(z, a)
        backward = activation.slope_kernel(z, a, slopes)
        for _ in range(DRAWS):
            drawn = spec.initializer.draw(rng, columns - 1, fan_out=fan_out, activation=activation)
            matrix[unit, :-1], matrix[unit, -1] = drawn[unit], spec.bias
            with np.errstate(all="ignore"):
                np.dot(matrix[[unit]], inputs, out=z)
                forward()
                backward()
            if slopes.any():
                return True
        return False

    def _set(self, layer: int, to: int, from_: int | None, value: float) -> None:
        matrices = self.network.matrices
        known = 0 <= layer < len(matrices)
        rows, columns = matrices[layer].shape if known else (0, 0)
        column = columns - 1 if from_ is None else from_
        if not (0 <= to < rows and 0 <= column < columns - (from_ is not None)):
            raise SpecError(
                Text(
                    "got layer {layer}, unit {to}, input {from_}, expected one of this network:"
                    " {sizes}; choose a link that exists",
                    layer=layer,
                    to=to,
                    from_=from_,
                    sizes=self.network.sizes,
                )
            )
        if not math.isfinite(value):
            raise SpecError(
                Text(
                    "got {got}, expected a finite number; give a finite number",
                    got=excerpt(value),
                )
            )
        matrices[layer][to, column] = value
        self.divergence = None

    def with_data(self, spec: RunSpec) -> "Trainer":
        """A run that goes on with this network on other data: weights, what the optimizer
        remembers, epoch and steps are those of this one; an epoch that was begun starts over.

        Inputs are standardized anew, so what the network answers moves a little.
        """
        if not keeps_network(self.spec, spec):
            raise SpecError(
                Text(
                    "got a change of the network, expected one of its data alone; make a new"
                    " trainer"
                )
            )
        trainer = Trainer(spec, dtype=self._dtype, scratch=self._scratch)
        np.copyto(trainer.network.parameters, self.network.parameters)
        if spec.optimizer.name() == self.spec.optimizer.name():
            trainer.rule.load_state_arrays(self.rule.state_arrays())
        trainer._shuffle.bit_generator.state = self._shuffle.bit_generator.state
        trainer.go_to(self.epoch, steps=self.steps, offset=0)
        return trainer

    # --- Copying --------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """All of this run, copied."""
        return Snapshot(
            spec=self.spec,
            epoch=self.epoch,
            steps=self.steps,
            offset=self.offset,
            parameters=self.network.parameters.copy(),
            update=self.rule.state_arrays(),
            order=self.order.astype(np.min_scalar_type(self.order.size)),  # often kept: small
            shuffle=dict(self._shuffle.bit_generator.state),
            divergence=self.divergence,
        )

    def restore(self, snapshot: Snapshot) -> None:
        """Goes back to a snapshot: from here on, everything is as it was after it."""
        target = copy.copy(self)  # so that a snapshot that does not fit changes nothing
        if needs_rebuild(self.spec, snapshot.spec):
            target = Trainer(snapshot.spec, dtype=self._dtype, scratch=self._scratch)
        elif self.spec != snapshot.spec:
            target.update_spec(snapshot.spec)
        require_fit(snapshot, target.snapshot())
        target._load(snapshot)
        vars(self).update(vars(target))

    def _load(self, snapshot: Snapshot) -> None:
        np.copyto(self.network.parameters, snapshot.parameters, casting="same_kind")
        self.rule.load_state_arrays(snapshot.update)
        self.order = snapshot.order.astype(np.int64)
        self._shuffle.bit_generator.state = snapshot.shuffle
        self.divergence = snapshot.divergence
        self.go_to(snapshot.epoch, steps=snapshot.steps, offset=snapshot.offset)

    def go_to(self, epoch: int, *, steps: int, offset: int) -> None:
        """Sets where the run is: `offset` samples into an epoch in the order that it has."""
        self.epoch, self.steps = epoch, steps
        if offset > 0:  # a new epoch draws an order of its own
            self.batches.arrange(self.order)
        self._steps.plan(offset)
