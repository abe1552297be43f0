"""What a diagnostic is, and how its numbers become plain data."""

import math
from collections.abc import Callable, Generator, Hashable, Mapping
from typing import Any, ClassVar

import numpy as np

from engine.arrays import Array
from engine.codec import decode
from engine.excerpt import excerpt
from engine.fields import SpecError
from engine.registry import Component, Registry
from engine.text import Text
from engine.trainer import Trainer

Measurement = dict[str, Any]
"""Plain JSON data; a number that is not finite is None."""

Work = Generator[None, None, Measurement]
"""A measurement in pieces: each `next` does one, and the last gives what was measured."""

DIGITS = 6
"""Significant digits of the numbers that are sent."""

BINS = 40


class Diagnostic(Component):
    """One look at a run. Its fields choose where to look; measuring changes nothing."""

    live: ClassVar[bool] = True
    """Cheap enough to be measured again and again while the network trains."""
    of_start: ClassVar[bool] = False
    """Whether it shows the experiment and not the weights of now: training does not change it."""

    def measure(self, trainer: Trainer) -> Measurement:
        """What there is to see now, as plain JSON data."""
        work = self.work(trainer)
        while (measured := go_on(work)) is None:
            pass
        return measured

    def work(self, trainer: Trainer) -> Work:
        """The same in pieces of about a millisecond, for who has other things to do meanwhile.

        The run may train on between two pieces: what is measured is of when it began.
        """
        yield from ()
        return self.look(trainer)

    def look(self, trainer: Trainer) -> Measurement:
        """What a diagnostic has to provide, this or `work`."""
        raise NotImplementedError

    def subject(self, trainer: Trainer) -> Hashable:
        """What `timing` is about; None while there is nothing to time."""
        return None

    def timing(self, trainer: Trainer, clock: Callable[[], float]) -> Measurement:
        """What only a clock can tell (in seconds), to be measured once for each subject."""
        return {}


DIAGNOSTICS: Registry[Diagnostic] = Registry("diagnostic", Diagnostic)


def go_on(work: Work) -> Measurement | None:
    """Does one piece; what was measured once that is the last one."""
    try:
        with np.errstate(all="ignore"):  # of a diverging run, too
            next(work)
    except StopIteration as end:
        measured: Measurement = end.value
        return measured
    return None


def make_diagnostic(data: Mapping[str, Any]) -> Diagnostic:
    """The diagnostic that `{"kind": ..., **parameters}` describes."""
    if "kind" not in data:
        example = {"kind": DIAGNOSTICS.kinds[0]}
        raise SpecError(
            Text(
                "got {got}, expected an object with a kind; write e.g. {example}",
                got=excerpt(data),
                example=example,
            )
        )
    diagnostic: Diagnostic = decode(DIAGNOSTICS[data["kind"]], data)
    return diagnostic


def number(value: float | None) -> float | None:
    """One number, or None where it is not finite."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{DIGITS}g}")


def numbers(values: Array) -> Any:
    """An array as (nested) lists of numbers; None where one is not finite."""
    values = np.asarray(values, np.float64)
    finite = np.isfinite(values)
    rounded = significant(np.where(finite, values, 0.0))
    if finite.all():
        return rounded.tolist()
    return _with_gaps(rounded.tolist(), finite.tolist())


def _with_gaps(values: Any, finite: Any) -> Any:
    if isinstance(values, list):
        return [_with_gaps(*pair) for pair in zip(values, finite, strict=True)]
    return values if finite else None


def significant(values: Array) -> Array:
    """Finite values, rounded to `DIGITS` significant digits; 0 for those below 1e-290."""
    size = np.abs(values)
    shown = size >= 1e-290
    places = DIGITS - 1 - np.floor(np.log10(np.where(shown, size, 1.0)))
    # By a whole power of ten, up or down, so that the result is the double next to the decimal.
    up, down = 10.0 ** places.clip(0, 300), 10.0 ** (-places).clip(0, 300)
    rounded: Array = np.where(shown, np.round(values * up / down) / up * down, 0.0)
    return rounded


def round_range(values: Array, least: float) -> float:
    """The half width, one of few round numbers, of a plot around zero that shows nearly all."""
    finite = np.abs(values[np.isfinite(values)])
    if finite.size == 0:
        return least
    place = int(0.99 * (finite.size - 1))
    reach = max(float(np.partition(finite, place)[place]), least)
    step = 10.0 ** math.floor(math.log10(reach))
    return float(
        next(
            size * step
            for size in (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0)
            if size * step >= reach * (1.0 - 1e-12)
        )
    )


def histogram(values: Array, reach: float, bins: int = BINS) -> Measurement:
    """Counts in `bins` equal bins over [-reach, reach], and how many lie outside."""
    finite = values[np.isfinite(values)]
    with np.errstate(all="ignore"):
        places = np.floor((finite / reach + 1.0) * (bins / 2.0)).clip(-1, bins).astype(np.int64)
    places[finite == reach] = bins - 1
    counts = np.bincount(places + 1, minlength=bins + 2)
    return {
        "range": [-reach, reach],
        "edges": numbers(np.linspace(-reach, reach, bins + 1)),
        "counts": counts[1:-1].tolist(),
        "below": int(counts[0]),
        "above": int(counts[-1]),
    }


def nearest(value: int, low: int, high: int) -> int:
    """`value`, or the nearest layer or unit of a network that no longer has it."""
    return min(max(value, low), high)
