"""Frames: what a network computes, as the few bytes that a page needs to draw it.

A map is sent as int8 and as the difference to a frame that the page is known to have: most of a
difference is zero, which compresses well. That only works when a map's scale rarely changes, so
bounded maps have the scale 1 and the others a rung of a ladder.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.protocol import FrameHeader, Pair, PointsHeader, encode_binary
from app.session import Session
from engine.arrays import Scratch
from engine.data import Split
from engine.evaluation import Pair as Measured
from engine.grids import Grids
from engine.trainer import Trainer

LEVELS = 127.0
"""A map's largest value as int8."""

TOLERANCE = 2
"""Levels by which the small map of a unit may be off while the network trains, which nobody sees;
at least 2, so that the largest change divided by it is an int8."""

LOWEST, HIGHEST = -20, 240
"""Rungs of the ladder, 2 ** (rung / 2): from 0.001, below which a map is flat, to 2 ** 120."""

SCRATCH = Scratch()
"""The memory of all makers: frames are made one after the other, each at once."""

FLOAT32_MAX = float(np.finfo(np.float32).max)


class Ladder:
    """Scales that rarely change: powers of the square root of two, taken with hysteresis.

    A map that outgrows its scale climbs at once; one that shrinks comes down only when it would
    fit two rungs lower.
    """

    def __init__(self, bounded: NDArray[np.bool_], lowest: int = LOWEST) -> None:
        self.scales = np.ones(len(bounded), np.float32)
        self._lowest = lowest
        self._free = np.flatnonzero(~bounded)
        self._all = len(self._free) == len(bounded)
        self._climb(np.full(len(self._free), lowest, np.float64))
        self.silent: NDArray[np.intp] = self._free[:0]
        """Maps without a bound that are 0 everywhere."""

    def fit(self, maps: NDArray[np.float32]) -> bool:
        """Choose the scales of these maps, (n, side, side); whether all their values fit."""
        if not len(self._free):
            return True
        free = (maps if self._all else maps[self._free]).reshape(len(self._free), -1)
        peaks = np.maximum(free.max(axis=1), -free.min(axis=1))
        self.silent = self._free[peaks == 0]
        if np.all((self._low < peaks) & (peaks <= self._high)):
            return True
        # 1e-6: a peak on a rung, but for rounding, is on that rung. fmax and fmin leave no NaN.
        needed = np.ceil(2 * np.log2(np.fmin(np.fmax(peaks, 1e-30), FLOAT32_MAX)) - 1e-6)
        needed = np.minimum(np.maximum(needed, self._lowest), HIGHEST)
        moves = (needed > self._rungs) | (needed < self._rungs - 1)
        self._climb(np.where(moves, needed, self._rungs))
        return bool(np.all(peaks <= self._high * (1 + 1e-5)))  # False for NaN

    def _climb(self, rungs: NDArray[np.float64]) -> None:
        """Stand on these rungs; a peak above `low` and up to `high` changes nothing."""
        self._rungs = rungs
        scales = np.exp2(rungs / 2)
        self.scales[self._free] = scales
        self._high = scales
        self._low = np.where(rungs > self._lowest, scales / 2, -1.0)


class Quantiser:
    """All maps of a frame as one int8 vector and their scales.

    Outputs and the focused unit are rounded: off by at most half a level, 0.004 of their scale.
    So are the small maps of units at rest. While the network trains, a pixel of theirs only moves
    when it is off by `TOLERANCE` levels, and most then stay as they are from frame to frame.
    """

    def __init__(self, session: Session, *, side: int, unit_side: int, scratch: Scratch) -> None:
        spec = session.spec
        self.outputs = session.outputs
        self.units = sum(layer.units for layer in spec.layers)
        self.focus = session.focus
        bounded = [layer.activation.bounded for layer in spec.layers for _ in range(layer.units)]
        free_output = spec.problem == "regression"
        self._ladders = [
            Ladder(np.full(self.outputs, not free_output), lowest=0),
            Ladder(np.array(bounded, bool)),
        ]
        sizes = [self.outputs * side**2, self.units * unit_side**2]
        if self.focus is not None:
            layer = spec.layers[self.focus[0]]
            self._ladders.append(Ladder(np.array([layer.activation.bounded])))
            sizes.append(side**2)
        ends = np.cumsum([0, *sizes]).tolist()
        self.parts = [slice(start, end) for start, end in pairwise(ends)]
        """Where the maps of the outputs are, those of the units, and the focused one."""
        self._scaled = scratch.lend("scaled", (sum(sizes),))
        self._off = scratch.lend("off", (sizes[1],))

    def quantise(
        self, grids: Grids, *, base: NDArray[np.int8] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
        """Scales and int8 maps of what the grids hold; the maps are a new array.

        With a `base`, an earlier frame's int8 maps, small maps keep what is near enough.
        """
        scaled, small = self._scale(grids), self.parts[1]
        steps = None if base is None else self._steps(scaled[small], base[small])
        np.rint(scaled, out=scaled)
        levels = scaled.astype(np.int8)
        if base is not None and steps is not None:
            np.add(base[small], steps, out=levels[small])  # modulo 256, as the page adds
            silent = self._ladders[1].silent
            if silent.size:  # a dead unit is told by its zeros
                levels[small].reshape(self.units, -1)[silent] = 0
        return np.concatenate([ladder.scales for ladder in self._ladders]), levels

    def _scale(self, grids: Grids) -> NDArray[np.float32]:
        """All maps in levels, from -127 to 127, not yet whole ones."""
        sources = [grids.outputs, grids.units]
        if self.focus is not None:
            sources.append(grids.unit(*self.focus)[np.newaxis])
        scaled, fits = self._scaled, True
        for ladder, maps, part in zip(self._ladders, sources, self.parts, strict=True):
            if not maps.size:
                continue
            fits &= ladder.fit(maps)
            factors = np.float32(LEVELS) / ladder.scales
            out = scaled[part].reshape(maps.shape)
            np.multiply(maps, factors[:, np.newaxis, np.newaxis], out=out)
        if not (fits and math.isfinite(np.dot(scaled, scaled))):
            # Weights beyond what float32 can multiply.
            np.nan_to_num(scaled, copy=False, nan=0.0, posinf=LEVELS, neginf=-LEVELS)
            np.clip(scaled, np.float32(-LEVELS), np.float32(LEVELS), out=scaled)
        return scaled

    def _steps(self, maps: NDArray[np.float32], base: NDArray[np.int8]) -> NDArray[np.int8]:
        """By how many levels to move the base (modulo 256): whole steps of the tolerance."""
        off = self._off
        off[...] = base
        np.subtract(maps, off, out=off)
        np.multiply(off, np.float32(1 / TOLERANCE), out=off)
        steps = off.astype(np.int8)  # towards zero
        return np.multiply(steps, np.int8(TOLERANCE), out=steps)


class Ring:
    """The maps that a page may still hold: those of the last acknowledged frame and of the frames
    under way. A frame is coded against the acknowledged one, so that a lost or dropped frame never
    breaks the chain."""

    def __init__(self) -> None:
        self.seq = 0
        self.base = 0
        self._sent: dict[int, NDArray[np.int8]] = {}

    def __len__(self) -> int:
        return len(self._sent)

    @property
    def in_flight(self) -> int:
        """Frames sent and not acknowledged."""
        return sum(seq > self.base for seq in self._sent)

    @property
    def held(self) -> NDArray[np.int8] | None:
        """The maps that the page is known to have; None when there are none."""
        return self._sent.get(self.base)

    def restart(self) -> None:
        """Forget all frames, also those under way: the next one is complete."""
        self._sent.clear()
        self.base = 0

    def code(self, maps: NDArray[np.int8]) -> NDArray[np.int8]:
        """The next frame's maps as they are sent; `seq` and `base` are then those of its header."""
        self.seq += 1
        base = self.held
        self._sent[self.seq] = maps
        return maps if base is None else maps - base  # int8 arithmetic is modulo 256

    def acknowledge(self, seq: int) -> bool:
        """The page has drawn a frame; False when it was not under way."""
        if seq not in self._sent or seq <= self.base:
            return False
        self.base = seq
        for older in [kept for kept in self._sent if kept < seq]:
            del self._sent[older]
        return True


class FrameMaker:
    """Makes the frames of one session for one page."""

    def __init__(self, *, side: int, unit_side: int) -> None:
        self.ring = Ring()
        self._side = side
        self._unit_side = unit_side
        self._grids: Grids | None = None
        self._quantiser: Quantiser | None = None
        self._trainer: Trainer | None = None

    def restart(self) -> None:
        """The next frame is complete, and none is under way any more."""
        self.ring.restart()

    def make(self, session: Session) -> bytes:
        """The session as it is now, as one binary message."""
        grids, quantiser = self._fitted(session)
        grids.update()
        rests = not session.training.busy
        scales, maps = quantiser.quantise(grids, base=None if rests else self.ring.held)
        base = self.ring.base
        coded = self.ring.code(maps)
        evaluation = session.training.evaluation()
        parameters = session.trainer.network.parameters
        header = FrameHeader(
            seq=self.ring.seq,
            base=base,
            run=session.run,
            epoch=session.trainer.epoch,
            loss=pair(evaluation.loss),
            penalty=evaluation.penalty,
            metrics={name: pair(measured) for name, measured in evaluation.metrics.items()},
            rate=session.training.rate,
            parameters=parameters.size,
            outputs=quantiser.outputs,
            side=self._side,
            units=quantiser.units,
            unit_side=self._unit_side,
            focus=None if quantiser.focus is None else list(quantiser.focus),
        )
        parts = [coded[part] for part in quantiser.parts]
        return encode_binary(header, [scales, *parts], plain=[as_float32(parameters)])

    def _fitted(self, session: Session) -> tuple[Grids, Quantiser]:
        """Grids and quantiser of the network as it is now built; a new one begins a new chain."""
        grids, quantiser = self._grids, self._quantiser
        if grids is None or session.trainer is not self._trainer:
            grids = Grids(
                session.trainer, side=self._side, unit_side=self._unit_side, scratch=SCRATCH
            )
            quantiser = None
        if quantiser is None or session.focus != quantiser.focus:
            quantiser = Quantiser(
                session, side=self._side, unit_side=self._unit_side, scratch=SCRATCH
            )
            self.ring.restart()
        self._trainer, self._grids, self._quantiser = session.trainer, grids, quantiser
        return grids, quantiser


def pair(measured: Measured) -> Pair:
    """One measure on both sets, as the protocol has it."""
    return Pair(train=measured.train, test=measured.test)


def as_float32(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """As float32, the largest of which stands for what is beyond it."""
    return np.maximum(np.minimum(values, FLOAT32_MAX), -FLOAT32_MAX).astype("<f4")


def points(session: Session) -> bytes:
    """The data points of a session, as one binary message."""
    train, test = session.trainer.data.train, session.trainer.data.test
    header = PointsHeader(run=session.run, train=train.size, test=test.size)
    return encode_binary(header, [*_columns(train), *_columns(test)])


def _columns(split: Split) -> list[NDArray[np.float32]]:
    labels = split.labels
    if labels.ndim == 2:  # (classes, n): several labels a point, as a bit mask
        labels = (2 ** np.arange(len(labels))) @ labels.astype(np.int64)
    return [as_float32(split.x[0]), as_float32(split.x[1]), as_float32(labels.astype(np.float64))]
