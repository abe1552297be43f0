"""The plane: what the network answers everywhere, and the training points on it."""

from collections.abc import Sequence

import numpy as np

from engine.arrays import Array
from engine.features import feature_map
from engine.grids import Grids
from engine.picture.image import png
from engine.picture.ink import of_labels, of_outputs, signed
from engine.trainer import Trainer

SIDE = 160
"""Points of the map along a side."""
ZOOM = 3
"""Pixels of each: points are drawn finer than the map."""
STRENGTH = 0.75
"""Of the map's colours, so that points stand out."""
DOT, RING = 5.0, 7.0
"""Radii of a point and of the white ring around it, in pixels."""
SMALL = 32
"""Points of the map of a unit along a side."""
MOST_POINTS = 600
"""Points that are drawn; of more, the first ones."""


def plane(trainer: Trainer) -> bytes:
    """The decision map with the training points, as a PNG file of 480 x 480 pixels."""
    grids = Grids(trainer, side=SIDE, unit_side=2)
    pixels = (
        of_outputs(trainer.spec, grids.outputs, STRENGTH).repeat(ZOOM, axis=0).repeat(ZOOM, axis=1)
    )
    canvas = pixels.astype(float)
    train = trainer.data.train
    size = len(canvas)
    places = np.stack([train.x[0] + 6, 6 - train.x[1]]) / 12 * size
    colors = of_labels(trainer.spec, train.labels)
    for x, y, color in zip(*places[:, :MOST_POINTS], colors, strict=False):
        _dot(canvas, x, y, color)
    return png(np.rint(canvas).astype(np.uint8))


def _dot(canvas: Array, x: float, y: float, color: Array) -> None:
    """A point with a ring, with soft edges."""
    reach = int(RING) + 2
    left, top = max(0, int(x) - reach), max(0, int(y) - reach)
    part = canvas[top : int(y) + reach + 1, left : int(x) + reach + 1]
    if not part.size:
        return
    rows, columns = np.ogrid[top : top + part.shape[0], left : left + part.shape[1]]
    distance = np.hypot(columns + 0.5 - x, rows + 0.5 - y)
    for radius, ink in ((RING, np.array([255, 255, 255])), (DOT, color)):
        cover = np.clip(radius + 0.5 - distance, 0.0, 1.0)[..., np.newaxis]
        cover = np.rint(cover * 3) / 3  # few shades, so that a palette may do
        part += (ink - part) * cover


def sprite(trainer: Trainer, chosen: Sequence[int]) -> bytes:
    """Maps, one below the other, as a PNG file: chosen from those of the features, of the hidden
    units, layer by layer, and that of all outputs, by their numbers in this order.
    """
    grids = Grids(trainer, side=SMALL, unit_side=SMALL)
    features = [_scaled(feature_map(feature, SMALL)) for feature in trainer.spec.features]
    layers = [layer for layer in trainer.spec.layers for _ in range(layer.units)]
    parts = []
    for number in chosen:
        unit = number - len(features)
        if unit < 0:
            parts.append(signed(features[number]))
        elif unit < len(layers):
            is_bounded = layers[unit].activation.bounded
            parts.append(signed(grids.units[unit] if is_bounded else _scaled(grids.units[unit])))
        else:
            parts.append(of_outputs(trainer.spec, grids.outputs))
    return png(np.concatenate(parts))


def _scaled(values: Array) -> Array:
    """Values whose largest is 1."""
    largest = float(np.abs(np.nan_to_num(values)).max())
    return values / largest if largest > 0 else values
