"""Grids: the network's output and every hidden unit over the plane, in float32."""

from functools import lru_cache
from itertools import pairwise

import numpy as np

from engine.arrays import Array, Scratch
from engine.features import Feature, feature_rows, grid_points
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
        self.outputs: Array = lend("outputs", (outputs, self.side, self.side))
        """The network's output (outputs, side, side), in display range."""
        self.units: Array = lend("units", (sum(hidden), self.unit_side, self.unit_side))
        """Every hidden unit's activation (hidden units, unit_side, unit_side), layer by layer."""
        self._unit: Array = lend("unit", (1, self.side, self.side))
        self._shown: tuple[int, int] | None = None
        rows = self.units.reshape(len(self.units), self.unit_side**2)
        taps = [
            Tap(layer, slice(None), rows[start:stop])
            for layer, (start, stop) in enumerate(pairwise(np.cumsum([0, *hidden])))
        ]
        x = self._plane(self.unit_side)
        self._small = Sweep(self._network, x, out=None, taps=taps, scratch=self._scratch)
        self._large = self._large_sweep()

    def _large_sweep(self) -> Sweep:
        """The outputs at full resolution, and the one unit that is shown like them."""
        taps = []
        if self._shown is not None:
            layer, index = self._shown
            taps.append(Tap(layer, slice(index, index + 1), self._unit.reshape(1, self.side**2)))
        return Sweep(
            self._network,
            self._plane(self.side),
            out=self.outputs.reshape(len(self.outputs), self.side**2),
            show=self._network.head.display,
            taps=taps,
            scratch=self._scratch,
        )

    def _plane(self, side: int) -> list[Array]:
        return _plane(self._inputs.features, side, how_many(self._network, side * side))

    def update(self) -> None:
        """Computes all maps from the trainer's parameters as they are now."""
        trainer = self._trainer
        if trainer.network is not self._source or trainer.inputs is not self._inputs:
            self._bind()
        network = self._network
        with np.errstate(all="ignore"):
            np.copyto(network.parameters, trainer.network.parameters, casting="same_kind")
            network.matrices[0][...] = trainer.network.matrices[0] @ self._unscale
            self._large.run()
            self._small.run()

    def unit(self, layer: int, index: int) -> Array:
        """One hidden unit's activation (side, side) at the last update, valid until the next.

        The first call for a unit computes it; after that, updates include it until another unit
        is asked for.
        """
        if self._shown != (layer, index):
            self._shown = (layer, index)
            self._large = self._large_sweep()
            with np.errstate(all="ignore"):
                self._large.run()
        unit: Array = self._unit[0]
        return unit


@lru_cache(maxsize=32)
def _plane(features: tuple[Feature, ...], side: int, number: int) -> list[Array]:
    """The unscaled input of a map's points in blocks, shared by all networks with these features.

    Scaling belongs to one training set; the first layer does it (`Inputs.unscale`).
    """
    rows = feature_rows(features, grid_points(side))
    x = np.concatenate([rows, np.ones((1, side * side))]).astype(np.float32)
    parts = blocks(x, number)
    for part in parts:
        part.flags.writeable = False
    return parts
