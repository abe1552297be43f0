"""What a linear model can do at best: the exact best straight line, and a linear probe.

`best_line` is a proof, not a fit. Take the half-plane that classifies most points rightly, and move
its border inwards until it touches a point of class 1 (points of class 0 that it passes become
right, if anything changes); turn it a little, so that it touches no other place. So it is enough to
try, for every place that holds a point of class 1, the directions between those of all other
points, with that place itself on either side. Turning a line around a place, each other point
changes side once in half a turn: sorting them by direction gives all of them in O(n log n).
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import Array

LARGEST = 5000
"""More points than this are thinned out first."""

_BLOCK = 20_000  # pairs of points looked at together: about a millisecond
_STEPS = 2**50  # directions that are told apart, in half a turn
_EQUAL = 2**6  # steps (6e-14 of half a turn) within which two directions count as the same


@dataclass(frozen=True)
class Line:
    """The line w1 x1 + w2 x2 + b = 0; where it is positive, class 1 is predicted."""

    w1: float
    w2: float
    b: float

    def predict(self, x: Array) -> Array:
        """Class 0 or 1 of each point (2, n)."""
        side: Array = self.w1 * x[0] + self.w2 * x[1] + self.b
        return np.where(side > 0, 1, 0)


@dataclass(frozen=True)
class BestLine:
    """The straight line that classifies most of a sample rightly."""

    accuracy: float
    """No straight line reaches more on the `points` points that were looked at."""
    correct: int
    points: int
    line: Line
    exact: bool
    """Whether all points were looked at; otherwise every k-th of them."""


def best_line(x: Array, labels: Array, *, largest: int = LARGEST) -> BestLine:
    """The best straight line for points (2, n) with labels 0 and 1."""
    search = find_best_line(x, labels, largest=largest)
    while True:
        try:
            next(search)
        except StopIteration as end:
            found: BestLine = end.value
            return found


def find_best_line(
    x: Array, labels: Array, *, largest: int = LARGEST
) -> Generator[None, None, BestLine]:
    """The same in pieces of about a millisecond: for 5000 points there are hundreds."""
    n = x.shape[1]
    thin = -(-n // largest)
    x, positive = np.asarray(x[:, ::thin], np.float64), np.asarray(labels[::thin]) == 1
    flipped = bool(positive.sum() > positive.size / 2)  # turn around the class with fewer points
    correct, line = yield from _search(x, positive != flipped)
    if flipped:
        line = Line(-line.w1, -line.w2, -line.b)
    return BestLine(correct / x.shape[1], correct, x.shape[1], line, exact=thin == 1)


def _search(x: Array, positive: Array) -> Generator[None, None, tuple[int, Line]]:
    """The largest number of points classified rightly, and a line that does it."""
    n = x.shape[1]
    if not positive.any():
        return n, Line(0.0, 0.0, -1.0)
    sign = np.where(positive, 1, -1)
    best = (n - int(positive.sum()), Line(0.0, 0.0, -1.0))  # all on the negative side
    pivots = np.unique(x[:, positive], axis=1)
    size = max(1, _BLOCK // n)
    for start in range(0, pivots.shape[1], size):
        correct, line = _turn(x, sign, pivots[:, start : start + size])
        if correct > best[0]:
            best = (correct, line)
        if correct == n:
            break
        yield
    return best


def _turn(x: Array, sign: Array, pivots: Array) -> tuple[int, Line]:
    """The best line through one of the `pivots` (2, k), turned by half a turn around each."""
    dx = x[0] - pivots[0][:, np.newaxis]
    dy = x[1] - pivots[1][:, np.newaxis]
    here = (dx == 0.0) & (dy == 0.0)
    # The line's direction starts at +x1 (angle 0, just past it) and turns left. On its left at
    # the start are the points above, and those exactly in the direction of -x1.
    below = (dy < 0.0) | ((dy == 0.0) & (dx > 0.0))
    own = np.where(here, sign, 0).sum(axis=1)
    left = np.where(~below & ~here, sign, 0).sum(axis=1)
    # A number from 0 to 2 that grows with the angle of half a turn, without trigonometry.
    with np.errstate(invalid="ignore"):
        angle = 1.0 - np.where(dy < 0.0, -dx, dx) / (np.abs(dx) + np.abs(dy))
    angle[dy == 0.0] = 0.0
    # One integer holds the angle and, in its last two bits, what passing it does to `left`. Points
    # straight to the left or right are past already at the start: they change nothing.
    change = np.where(below, sign, -sign)
    change[dy == 0.0] = 0
    keys = (angle * (_STEPS / 2)).astype(np.int64) * 4 + (change + 1)
    keys.sort(axis=1)
    steps = keys >> 2
    totals = left[:, np.newaxis] + np.cumsum((keys & 3) - 1, axis=1)
    ends = np.empty(keys.shape, bool)  # after which the direction is no point's own
    ends[:, :-1] = np.diff(steps, axis=1) > _EQUAL
    ends[:, -1] = _STEPS - steps[:, -1] > _EQUAL
    high = np.where(ends, totals, -sign.size).max(axis=1) + np.maximum(own, 0)
    low = np.where(ends, totals, sign.size).min(axis=1) + np.minimum(own, 0)
    negatives, positives = int((sign < 0).sum()), int((sign > 0).sum())
    if high.max() + negatives >= positives - low.min():
        row = int(high.argmax())
        correct, totals = int(high[row]) + negatives, totals[row]
        place = int(np.where(ends[row], totals, -sign.size).argmax())
        side, taken = 1.0, bool(own[row] > 0)
    else:
        row = int(low.argmin())
        correct, totals = positives - int(low[row]), totals[row]
        place = int(np.where(ends[row], totals, sign.size).argmin())
        side, taken = -1.0, bool(own[row] >= 0)
    start = steps[row, place]
    after = steps[row, place + 1] if place + 1 < steps.shape[1] else _STEPS
    middle = (float(start) + float(after)) / _STEPS
    return correct, _line(x, pivots[:, row], middle, side=side, taken=taken)


def _line(x: Array, pivot: Array, angle: float, *, side: float, taken: bool) -> Line:
    """The line by `pivot` in the direction of `angle` (0 to 2), just beside it."""
    direction = np.array([1.0 - angle, 1.0 - abs(1.0 - angle)])
    normal = side * np.array([-direction[1], direction[0]]) / np.hypot(*direction)
    distance = np.abs(normal @ (x - pivot[:, np.newaxis]))
    elsewhere = distance[(x != pivot[:, np.newaxis]).any(axis=0)]
    gap = float(elsewhere.min()) / 2.0 if elsewhere.size else 1.0
    offset = -float(normal @ pivot) + (gap if taken else -gap)
    return Line(float(normal[0]), float(normal[1]), offset)


# --- Linear probe ---------------------------------------------------------------------------------

ProbeMethod = Literal["logistic", "least_squares"]
FIT_POINTS = 1000
_RIDGE = 1e-6
_NEWTON = 30
_TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Probe:
    """A linear model on top of a representation: one logit for each output."""

    weights: Array  # (outputs, units)
    bias: Array  # (outputs,)
    method: ProbeMethod

    def logits(self, h: Array) -> Array:
        """The logits (outputs, n) for a representation (units, n)."""
        result: Array = self.weights @ h + self.bias[:, np.newaxis]
        return result


def linear_probe(h: Array, targets: Array, *, classify: bool) -> Probe:
    """A linear model fitted to a representation h (units, n), always the same for the same data.

    For classes (targets (outputs, n) of 0 and 1, each against the rest) a logistic regression by
    Newton's method with a trace of an L2 penalty; for numbers least squares. Fitted to the
    first `FIT_POINTS` samples.
    """
    h, targets = h[:, :FIT_POINTS], targets[:, :FIT_POINTS]
    mean, spread = h.mean(axis=1, keepdims=True), h.std(axis=1, keepdims=True)
    scale = np.where(spread > 0, spread, 1.0)
    rows = np.concatenate([(h - mean) / scale, np.ones((1, h.shape[1]))])
    if classify:
        coefficients = np.stack([_logistic(rows, target) for target in targets])
    else:
        gram = rows @ rows.T + _RIDGE * np.eye(len(rows))
        coefficients = np.linalg.solve(gram, rows @ targets.T).T
    weights = coefficients[:, :-1] / scale.T
    bias = coefficients[:, -1] - (weights @ mean)[:, 0]
    return Probe(weights, bias, "logistic" if classify else "least_squares")


def _logistic(rows: Array, target: Array) -> Array:
    """The logistic regression of one target on rows, by Newton's method."""
    penalty = _RIDGE * rows.shape[1]
    w = np.zeros(len(rows))
    z = w @ rows
    loss = np.inf
    for _ in range(_NEWTON):
        p = 0.5 + 0.5 * np.tanh(0.5 * z)
        gradient = rows @ (p - target) + penalty * w
        hessian = (rows * (p * (1.0 - p))) @ rows.T
        hessian[np.diag_indices_from(hessian)] += penalty
        step = np.linalg.solve(hessian, gradient)
        before, factor = loss, 1.0
        while factor > 1e-3:
            z = (w - factor * step) @ rows
            loss = float((np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z))) - target * z).sum())
            if loss <= before:
                break
            factor /= 2.0
        w = w - factor * step
        if np.array_equal(z > 0, target > 0.5):
            break  # separated: no linear model can do better
        if not before - loss > _TOLERANCE * rows.shape[1]:
            break
    return w
