"""Deaths: which hidden units are dead now, and since which epoch."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array, Kernel
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
    """The dead units of a run, looked for in what an evaluation leaves behind: while all units are
    alive, that takes a few microseconds a layer.
    """

    def __init__(self) -> None:
        self.now: tuple[Death, ...] = ()
        """Layer by layer, unit by unit."""
        self._forward: Forward | None = None
        self._glances: list[tuple[Kernel, Array]] = []
        self._looked = False

    def look(self, trainer: Trainer) -> bool:
        """Looks at the run as `trainer.evaluate` has just left it; whether anything has changed."""
        if trainer.forward is not self._forward:
            self._bind(trainer.forward)
        known = {(death.layer, death.unit): death for death in self.now}
        seen = self._looked or trainer.steps == 0
        now = tuple(
            known.get(place) or Death(*place, epoch=trainer.epoch, seen=seen)
            for place in self._dead(trainer.forward)
        )
        changed, self.now, self._looked = now != self.now, now, True
        return changed

    def _bind(self, forward: Forward) -> None:
        """For each layer, a call that writes the slopes on the first few samples."""
        self._forward, self._glances = forward, []
        activations = forward.network.activations
        for activation, z, a in zip(activations, forward.z, forward.a, strict=True):
            few = np.empty_like(z[:, :GLANCE])
            kernel = activation.slope_kernel(z[:, :GLANCE], a[:-1, :GLANCE], few)
            self._glances.append((kernel, few))

    def _dead(self, forward: Forward) -> Iterator[tuple[int, int]]:
        """The places (layer, unit) of the dead."""
        for layer, (glance, few) in enumerate(self._glances):
            glance()
            flat = np.flatnonzero(~few.any(axis=1))
            if not flat.size:
                continue
            z, a = forward.z[layer][flat], forward.a[layer][flat]
            slopes = np.empty_like(z)
            forward.network.activations[layer].slope_kernel(z, a, slopes)()
            for unit in flat[~slopes.any(axis=1)].tolist():
                yield layer, unit
