"""Grids: the network's output and every hidden unit over the plane, in float32."""

from itertools import pairwise

import numpy as np

from engine.arrays import Array
from engine.features import grid_points
from engine.network import Network
from engine.passes import Forward
from engine.trainer import Trainer


class Grids:
    """Maps of [-6, 6] squared, made by `update`; row 0 is x2 = +6, column 0 is x1 = -6."""

    def __init__(self, trainer: Trainer, side: int = 100, unit_side: int = 32) -> None:
        self._trainer = trainer
        self.side = side
        self.unit_side = unit_side
        self._bind()
        self.update()

    def _bind(self) -> None:
        """Buffers for the trainer's network as it is now."""
        trainer = self._trainer
        self._source = trainer.network
        self._inputs = trainer.inputs
        self._network = Network(trainer.spec, np.float32)
        self._large, self._x = self._pass(self.side)
        self._small, self._small_x = self._pass(self.unit_side)
        hidden = sum(self._network.sizes[1:-1])
        self.outputs: Array = np.zeros((self._network.sizes[-1], self.side, self.side), np.float32)
        """The network's output (outputs, side, side), in display range."""
        self.units: Array = np.zeros((hidden, self.unit_side, self.unit_side), np.float32)
        """Every hidden unit's activation (hidden units, unit_side, unit_side), layer by layer."""
        ends = np.cumsum([0, *self._network.sizes[1:-1]])
        flat = self.units.reshape(hidden, self.unit_side**2)
        self._unit_rows = [flat[a:b] for a, b in pairwise(ends)]

    def _pass(self, side: int) -> tuple[Forward, Array]:
        x = self._inputs(grid_points(side)).astype(np.float32)
        return Forward(self._network, side * side), x

    def update(self) -> None:
        """Computes all maps from the trainer's parameters as they are now."""
        trainer = self._trainer
        if trainer.network is not self._source or trainer.inputs is not self._inputs:
            self._bind()
        with np.errstate(all="ignore"):
            np.copyto(self._network.parameters, trainer.network.parameters, casting="same_kind")
            logits = self._large.run(self._x)
            self.outputs.reshape(logits.shape)[...] = trainer.network.head.display(logits)
            self._small.run(self._small_x)
            for rows, a in zip(self._unit_rows, self._small.a, strict=True):
                np.copyto(rows, a[:-1])

    def unit(self, layer: int, index: int) -> Array:
        """One hidden unit's activation (side, side), valid until the next update."""
        view: Array = self._large.a[layer][:-1][index].reshape(self.side, self.side)
        return view
