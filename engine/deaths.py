"""Deaths: which hidden units are dead now, and since which epoch."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np

from engine.arrays import Array, Kernel
from engine.network import Network
from engine.passes import Forward
from engine.trainer import Trainer

GLANCE = 24
"""Samples that are looked at first: a unit with a slope on one of them is alive."""


@dataclass(frozen=True)
class Death:
    """A hidden unit whose derivative is 0 on every training sample, so that nothing moves it."""

    layer: int
    unit: int
    epoch: int
    """When it was first seen dead."""
    seen: bool
    """Whether it died then, and not at some epoch before the first look."""


class Deaths:
    """The dead units of a run: while all units are alive, a look is a pass over a few samples."""

    def __init__(self) -> None:
        self.now: tuple[Death, ...] = ()
        """Layer by layer, unit by unit."""
        self._network: Network | None = None
        self._looked = False

    def look(self, trainer: Trainer) -> bool:
        """Looks at a run that has just been evaluated; whether anything has changed."""
        if trainer.network is not self._network:
            self._bind(trainer)
        known = {(death.layer, death.unit): death for death in self.now}
        seen = self._looked or trainer.steps == 0
        with np.errstate(all="ignore"):  # of a diverging run, too
            now = tuple(
                known.get(place) or Death(*place, epoch=trainer.epoch, seen=seen)
                for place in self._dead(trainer)
            )
        changed, self.now, self._looked = now != self.now, now, True
        return changed

    def _bind(self, trainer: Trainer) -> None:
        """A pass over the first few samples, and calls that write all units' slopes."""
        self._network = trainer.network
        x = trainer.inputs(trainer.data.train.x[:, :GLANCE]).astype(trainer.network.dtype)
        forward = Forward(trainer.network, x.shape[1])
        ends = np.cumsum([0, *trainer.network.sizes[1:-1]]).tolist()
        self._layers = [slice(start, end) for start, end in pairwise(ends)]
        self._slopes: Array = np.zeros((ends[-1], x.shape[1]), x.dtype)
        self._glance: list[Kernel] = [partial(forward.run, x)]
        activations = trainer.network.activations
        layers = zip(activations, forward.z, forward.a, self._layers, strict=True)
        for activation, z, a, units in layers:
            self._glance.append(activation.slope_kernel(z, a[:-1], self._slopes[units]))

    def _dead(self, trainer: Trainer) -> Iterator[tuple[int, int]]:
        """The places (layer, unit) of the dead."""
        for call in self._glance:
            call()
        alive = np.any(self._slopes, axis=1)
        if alive.all():
            return
        whole = trainer.forward
        for layer, units in enumerate(self._layers):
            flat = np.flatnonzero(~alive[units])
            exact = whole.slopes(layer, flat)
            for unit in flat[~exact.any(axis=1)].tolist():
                yield layer, unit
