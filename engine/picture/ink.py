"""Ink: the colours of pictures, those of the page, and numbers as colours."""

import numpy as np

from engine.arrays import Array
from engine.spec import RunSpec

Rgb = tuple[int, int, int]

NEGATIVE: Rgb = (240, 144, 47)
NEUTRAL: Rgb = (233, 236, 239)
POSITIVE: Rgb = (8, 119, 189)
CLASSES: tuple[Rgb, ...] = (
    (8, 119, 189),
    (240, 144, 47),
    (44, 196, 162),
    (216, 27, 96),
    (82, 24, 100),
    (164, 159, 255),
    (140, 23, 8),
    (10, 31, 176),
)
WORDS = "#7b7b7b"
"""Of words and axes: 4.2 to 1 on white, 4.4 to 1 on #111."""
LEVELS = 32
"""Steps of a colour on either side of neutral: nobody sees more, and they compress well."""


def css(color: Rgb) -> str:
    """A colour for SVG."""
    return "#{:02x}{:02x}{:02x}".format(*color)


def weight_color(weight: float) -> str:
    """That of a link."""
    return css(POSITIVE if weight >= 0 else NEGATIVE)


def signed(values: Array) -> Array:
    """Pixels (..., 3) of values from -1, negative, over 0, neutral, to 1, positive."""
    levels = np.rint(np.clip(np.nan_to_num(values), -1.0, 1.0) * LEVELS).astype(int) + LEVELS
    sizes = np.abs(np.arange(-LEVELS, LEVELS + 1))[:, np.newaxis] / LEVELS
    below, above = (_mix(np.array(end), sizes) for end in (NEGATIVE, POSITIVE))
    table = np.where(np.arange(-LEVELS, LEVELS + 1)[:, np.newaxis] < 0, below, above)
    pixels: Array = np.rint(table).astype(np.uint8)[levels]
    return pixels


def mixed(shares: Array) -> Array:
    """Pixels (..., 3) of the shares (classes, ...) of each class: what is left to 1 is neutral."""
    steps = np.rint(np.clip(np.nan_to_num(shares), 0.0, 1.0) * LEVELS) / LEVELS
    total = np.maximum(steps.sum(axis=0), 1e-9)
    colors = np.array(CLASSES[: len(steps)], float)
    blend = np.tensordot(steps / total, colors, axes=(0, 0))
    size = np.minimum(total, 1.0)[..., np.newaxis]
    pixels: Array = np.rint(_mix(blend, size)).astype(np.uint8)
    return pixels


def _mix(end: Array, size: Array) -> Array:
    """From neutral, 0, to a colour, 1."""
    mix: Array = np.array(NEUTRAL) + (end - np.array(NEUTRAL)) * size
    return mix


def of_outputs(spec: RunSpec, outputs: Array, strength: float = 1.0) -> Array:
    """Pixels of what the network answers, (outputs, ...) in display range."""
    values = strength * outputs.clip(-1.0, 1.0)
    return mixed(values) if spec.head.outputs(spec.classes) > 1 else signed(values[0])


def of_labels(spec: RunSpec, labels: Array) -> Array:
    """Pixels (n, 3) of labels as the data have them."""
    if spec.problem == "regression":
        return signed(labels)
    if spec.problem == "binary":
        return signed(2.0 * labels - 1.0)
    if labels.ndim == 2:  # several labels a point
        return mixed(labels / np.maximum(labels.sum(axis=0), 1))
    colors: Array = np.array(CLASSES, np.uint8)[labels.astype(int)]
    return colors
