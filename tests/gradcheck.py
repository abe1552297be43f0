"""A gradient against central differences along a random direction."""

from collections.abc import Callable

import numpy as np

from engine import Array

EPSILON = 1e-6


def directional_error(
    f: Callable[[Array], float],
    gradient: Array,
    at: Array,
    *,
    direction: Array,
    epsilon: float = EPSILON,
) -> tuple[float, str]:
    """The relative error of `gradient` along `direction`, and both numbers in words.

    Richardson's extrapolation of two central differences: with one alone, rounding or curvature
    would hide an error of the size that we look for.
    """

    def difference(step: float) -> float:
        return (f(at + step * direction) - f(at - step * direction)) / (2.0 * step)

    numeric = (4.0 * difference(epsilon) - difference(2.0 * epsilon)) / 3.0
    analytic = float(gradient @ direction)
    scale = max(abs(analytic), abs(numeric), 1e-300)
    return abs(analytic - numeric) / scale, f"analytic: {analytic!r}\nnumeric:  {numeric!r}"


def unit_direction(rng: np.random.Generator, size: int) -> Array:
    direction = rng.standard_normal(size)
    return direction / np.linalg.norm(direction)
