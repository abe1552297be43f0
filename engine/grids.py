"""Grids: the network's output and every hidden unit over the plane, in float32."""

from functools import lru_cache
from itertools import pairwise

import numpy as np

from engine.arrays import Array, Scratch
from engine.features import Feature, grid_points, plane_rows
from engine.network import Network
from engine.sweep import Sweep, Tap, blocks, how_many
from engine.trainer import Trainer


class Grids:
    """Maps of [-6, 6] squared, made by `update`; row 0 is x2 = +6, column 0 is x1 = -6.

    With a `scratch` the maps are in memory that others use as well: they are to be read before any
    other grids with the same scratch are updated. Without one they last until the next update.
    """

    def __init__(
        self,
        trainer: Trainer,
        side: int = 100,
        unit_side: int = 32,
        *,
        scratch: Scratch | None = None,
    ) -> None:
        self._trainer = trainer
        self._scratch = scratch or Scratch()
        self.side = side
        self.unit_side = unit_side
        self._bind()
        self.update()

    def _bind(self) -> None:
        """Buffers for the trainer's network as it is now."""
        trainer, lend = self._trainer, self._scratch.lend
        self._source = trainer.network
        self._inputs = trainer.inputs
        self._unscale = trainer.inputs.unscale()
        self._network = Network(trainer.spec, np.float32)
        hidden = self._network.sizes[1:-1]
        outputs = self._network.sizes[-1]
        self._product = trainer.network.matrices[0] @ self._unscale
        large, small, units = self.side**2, self.unit_side**2, sum(hidden)
        ends = np.cumsum([0, outputs * large, units * small, large]).tolist()
        self._memory = lend("maps", (ends[-1],))
        parts = [self._memory[start:stop] for start, stop in pairwise(ends)]
        self.outputs: Array = parts[0].reshape(outputs, self.side, self.side)
        """The network's output (outputs, side, side), in display range."""
        self.units: Array = parts[1].reshape(units, self.unit_side, self.unit_side)
        """Every hidden unit's activation (hidden units, unit_side, unit_side), layer by layer."""
        self._unit: Array = parts[2].reshape(self.side, self.side)
        self._shown: tuple[int, int] | None = None
        self._sweep = self._bind_sweep()

    def _bind_sweep(self) -> Sweep:
        """One pass over the points of the large maps, then over those of the small ones."""
        large = self.side**2
        rows = self.units.reshape(len(self.units), self.unit_side**2)
        ends = np.cumsum([0, *self._network.sizes[1:-1]])
        taps = [
            Tap(layer, slice(None), rows[start:stop], large)
            for layer, (start, stop) in enumerate(pairwise(ends))
        ]
        if self._shown is not None:
            layer, index = self._shown
            taps.append(Tap(layer, slice(index, index + 1), self._unit.reshape(1, large)))
        number = how_many(self._network, large + rows.shape[1])
        return Sweep(
            self._network,
            _planes(self._inputs.features, (self.side, self.unit_side), number),
            out=self.outputs.reshape(len(self.outputs), large),
            show=self._network.head.display_kernel,
            taps=taps,
            scratch=self._scratch,
        )

    @property
    def maps(self) -> Array:
        """All maps as one vector: outputs, units, and the unit that `unit` asked for last."""
        return self._memory if self._shown else self._memory[: -self._unit.size]

    def update(self) -> None:
        """Computes all maps from the trainer's parameters as they are now."""
        trainer = self._trainer
        if trainer.network is not self._source or trainer.inputs is not self._inputs:
            self._bind()
        network = self._network
        with np.errstate(all="ignore"):
            np.copyto(network.parameters, trainer.network.parameters, casting="same_kind")
            trainer.network.matrices[0].dot(self._unscale, self._product)
            np.copyto(network.matrices[0], self._product, casting="same_kind")
            self._sweep.run()

    def unit(self, layer: int, index: int) -> Array:
        """One hidden unit's activation (side, side) at the last update, valid until the next.

        The first call for a unit computes it; after that, updates include it until another unit
        is asked for.
        """
        if self._shown != (layer, index):
            self._shown = (layer, index)
            self._sweep = self._bind_sweep()
            with np.errstate(all="ignore"):
                self._sweep.run()
        return self._unit


@lru_cache(maxsize=32)
def _planes(features: tuple[Feature, ...], sides: tuple[int, ...], number: int) -> list[Array]:
    """The unscaled input of the points of maps, one after the other, cut into blocks; shared by all
    networks with these features.

    Scaling belongs to one training set; the first layer does it (`Inputs.unscale`).
    """
    points = np.concatenate([grid_points(side) for side in sides], axis=1)
    rows = plane_rows(features, points)
    x = np.concatenate([rows, np.ones((1, rows.shape[1]))]).astype(np.float32)
    parts = blocks(x, number)
    for part in parts:
        part.flags.writeable = False
    return parts
