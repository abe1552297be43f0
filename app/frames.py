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

from app.binary import QUICKEST, encode_binary
from app.protocol import PointsHeader, frame_header
from app.resolution import Sides
from app.session import SCRATCH, Session
from engine.data import Split
from engine.grids import Grids
from engine.trainer import Trainer

LEVELS = np.float32(127)
"""A map's largest value as int8."""

OUTPUT_STEP, UNIT_STEP = 2, 5
"""Levels by which maps of outputs, and the small ones of units, move while the network trains: by
whole steps, and so not at all for less, which nobody sees in motion. Few numbers, most of them 0,
compress well."""

LOWEST, HIGHEST = -20, 240
"""Rungs of the ladder, 2 ** (rung / 2): from 0.001, below which a map is flat, to 2 ** 120."""

FLOAT32_MAX = float(np.finfo(np.float32).max)


class Ladder:
    """Scales that rarely change: powers of the square root of two, taken with hysteresis.

    A map that outgrows its scale climbs at once; one that shrinks comes down only when it would
    fit two rungs lower.
    """

    def __init__(
        self, bounded: NDArray[np.bool_], scales: NDArray[np.float32], lowest: int = LOWEST
    ) -> None:
        scales[...] = 1.0
        self.scales = scales
        self._lowest = lowest
        self._free = np.flatnonzero(~bounded)
        self._all = len(self._free) == len(bounded)
        self._climb(np.full(len(self._free), lowest, np.float64))
        self.silent: NDArray[np.intp] = self._free[:0]
        """Maps without a bound that are 0 everywhere."""

    @property
    def fixed(self) -> bool:
        """Whether all maps are bounded: there is nothing to choose."""
        return not len(self._free)

    def fit(self, maps: NDArray[np.float32]) -> bool:
        """Choose the scales of these maps, (n, side, side); whether all their values fit."""
        if self.fixed:
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

    At rest they are rounded: off by at most half a level, 0.004 of their scale. So is the focused
    unit always. While the network trains, a pixel of the others is off by less than a step
    (`OUTPUT_STEP`, `UNIT_STEP`), and most stay as they are from frame to frame.
    """

    def __init__(self, session: Session, grids: Grids) -> None:
        spec = session.spec
        self.outputs, self.units = len(grids.outputs), len(grids.units)
        self.focus = session.focus
        bounded = [layer.activation.bounded for layer in spec.layers for _ in range(layer.units)]
        self._sources = [grids.outputs, grids.units]
        if self.focus is not None:
            self._sources.append(grids.unit(*self.focus)[np.newaxis])
            bounded.append(spec.layers[self.focus[0]].activation.bounded)
        self._maps = grids.maps
        ends = np.cumsum([0, *map(len, self._sources)]).tolist()
        self.scales = np.ones(ends[-1], np.float32)
        """The value of the largest level, for each map."""
        outputs, units, *focus = (slice(start, end) for start, end in pairwise(ends))
        free_output = spec.problem == "regression"
        is_bounded = np.array([*[not free_output] * self.outputs, *bounded], bool)
        self._ladders = [Ladder(is_bounded[outputs], self.scales[outputs], lowest=0)]
        self._ladders += [Ladder(is_bounded[maps], self.scales[maps]) for maps in (units, *focus)]
        self._fixed = all(ladder.fixed for ladder in self._ladders)
        ends = np.cumsum([0, *(maps.size for maps in self._sources)]).tolist()
        self.parts = [slice(start, end) for start, end in pairwise(ends)]
        """Where the maps of the outputs are, those of the units, and the focused one."""
        self._scaled = SCRATCH.lend("scaled", self._maps.shape)

    def reads(self, grids: Grids) -> bool:
        """Whether these are the grids, with the arrays that they had."""
        return self._sources[0] is grids.outputs

    def quantise(
        self, *, base: NDArray[np.int8] | None = None, exact: bool = True
    ) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
        """What the grids hold as int8 maps, and these as they are sent, the difference (modulo 256)
        to the `base`, an earlier frame's; new arrays.

        Unless they are to be `exact`, all but the focused unit are whole steps from the base.
        """
        scaled = self._scale()
        if base is not None and not exact:
            moves = self._move(scaled, base)
            return np.add(base, moves), moves  # int8 arithmetic is modulo 256
        levels = np.rint(scaled, out=scaled).astype(np.int8)
        return levels, levels if base is None else np.subtract(levels, base)

    def _move(self, scaled: NDArray[np.float32], base: NDArray[np.int8]) -> NDArray[np.int8]:
        """From the base by whole steps towards these levels, never past them."""
        outputs, units, *focus = self.parts
        near, moves = slice(0, units.stop), np.empty_like(base)
        steps = np.subtract(scaled[near], base[near], out=scaled[near])
        steps[outputs] *= np.float32(1 / OUTPUT_STEP)
        steps[units] *= np.float32(1 / UNIT_STEP)
        moves[near] = steps  # towards 0
        moves[outputs] *= np.int8(OUTPUT_STEP)
        moves[units] *= np.int8(UNIT_STEP)
        for part in focus:
            np.subtract(np.rint(scaled[part]).astype(np.int8), base[part], out=moves[part])
        silent = self._ladders[1].silent
        if silent.size:  # a dead unit is told by its zeros
            there = base[units].reshape(self.units, -1)[silent]
            moves[units].reshape(self.units, -1)[silent] = -there
        return moves

    def _scale(self) -> NDArray[np.float32]:
        """All maps in levels, from -127 to 127, not yet whole ones."""
        scaled, fits = self._scaled, True
        if self._fixed:  # all scales are 1
            np.multiply(self._maps, LEVELS, out=scaled)
        else:
            for ladder, maps, part in zip(self._ladders, self._sources, self.parts, strict=True):
                if maps.size:
                    fits &= ladder.fit(maps)
                    factors = LEVELS / ladder.scales
                    out = scaled[part].reshape(maps.shape)
                    np.multiply(maps, factors[:, np.newaxis, np.newaxis], out=out)
        if not (fits and math.isfinite(scaled.dot(scaled))):
            # Weights beyond what float32 can multiply.
            np.nan_to_num(scaled, copy=False, nan=0.0)
            np.clip(scaled, -LEVELS, LEVELS, out=scaled)
        return scaled


class Ring:
    """The maps that a page may still hold: those of the last acknowledged frame and of the frames
    under way. A frame is coded against the acknowledged one, so that a lost or dropped frame never
    breaks the chain."""

    def __init__(self) -> None:
        self.seq = 0
        self.base = 0
        self.in_flight = 0
        """Frames sent and not acknowledged."""
        self._sent: dict[int, NDArray[np.int8]] = {}

    def __len__(self) -> int:
        return len(self._sent)

    @property
    def held(self) -> NDArray[np.int8] | None:
        """The maps that the page is known to have; None when there are none."""
        return self._sent.get(self.base)

    def restart(self) -> None:
        """Forget all frames, also those under way: the next one is complete."""
        self._sent.clear()
        self.base = self.in_flight = 0

    def keep(self, maps: NDArray[np.int8]) -> int:
        """The next frame has these maps; its number."""
        self.seq += 1
        self.in_flight += 1
        self._sent[self.seq] = maps
        return self.seq

    def acknowledge(self, seq: int) -> bool:
        """The page has drawn a frame; False when it was not under way."""
        if seq not in self._sent or seq <= self.base:
            return False
        self.base, self.in_flight = seq, self.seq - seq
        for older in [kept for kept in self._sent if kept < seq]:
            del self._sent[older]
        return True


class FrameMaker:
    """Makes the frames of one session for one page."""

    def __init__(self) -> None:
        self.ring = Ring()
        self._grids: Grids | None = None
        self._quantiser: Quantiser | None = None
        self._trainer: Trainer | None = None
        self._sides: Sides | None = None

    def restart(self) -> None:
        """The next frame is complete, and none is under way any more."""
        self.ring.restart()

    def make(self, session: Session, sides: Sides) -> bytes:
        """The session as it is now, as one binary message with maps of this size."""
        grids, quantiser = self._look(session, sides)
        training, base = session.training, self.ring.base
        maps, coded = quantiser.quantise(base=self.ring.held, exact=not training.busy)
        evaluation = training.evaluation()
        parameters = session.trainer.network.parameters
        header = frame_header(
            seq=self.ring.keep(maps),
            base=base,
            run=session.run,
            epoch=session.trainer.epoch,
            loss=evaluation.loss,
            penalty=evaluation.penalty,
            metrics=evaluation.metrics,
            rate=training.rate,
            parameters=parameters.size,
            outputs=quantiser.outputs,
            side=grids.side,
            units=quantiser.units,
            unit_side=grids.unit_side,
            focus=quantiser.focus,
        )
        plain = [as_float32(parameters), quantiser.scales]
        if training.in_crowd:  # a block for each part takes 10 us more, and saves no byte of these
            return encode_binary(header, [coded], plain=plain, library=QUICKEST)
        return encode_binary(header, [coded[part] for part in quantiser.parts], plain=plain)

    def _look(self, session: Session, sides: Sides) -> tuple[Grids, Quantiser]:
        """The maps of the network as it is now, and what quantises them; those of another network,
        or of another size, begin a new chain.
        """
        trainer, grids, quantiser = session.trainer, self._grids, self._quantiser
        if grids is None or sides != self._sides or trainer is not self._trainer:
            grids = Grids(trainer, side=sides.output, unit_side=sides.unit, scratch=SCRATCH)
            self._trainer, self._sides, self._grids, quantiser = trainer, sides, grids, None
        else:
            grids.update()
        if quantiser is None or session.focus != quantiser.focus:
            self.ring.restart()
            quantiser = None
        if quantiser is None or not quantiser.reads(grids):
            quantiser = self._quantiser = Quantiser(session, grids)
        return grids, quantiser


def as_float32(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """As float32, the largest of which stands for what is beyond it."""
    within = np.minimum(np.maximum(values, -FLOAT32_MAX), FLOAT32_MAX)  # half the time of `clip`
    return within.astype("<f4")


def points(session: Session) -> bytes:
    """The data points of a session, as one binary message."""
    train, test = session.trainer.data.train, session.trainer.data.test
    header = PointsHeader(run=session.run, train=train.size, test=test.size)
    return encode_binary(header.model_dump_json().encode(), [*_columns(train), *_columns(test)])


def label_column(split: Split) -> NDArray[np.float64]:
    """The label of each sample as one number: several labels a point are a bit mask."""
    labels = split.labels
    if labels.ndim == 2:  # (classes, n)
        labels = (2 ** np.arange(len(labels))) @ labels.astype(np.int64)
    return labels.astype(np.float64)


def _columns(split: Split) -> list[NDArray[np.float32]]:
    return [as_float32(split.x[0]), as_float32(split.x[1]), as_float32(label_column(split))]
