"""The diagram: features, hidden units and outputs with their maps, and the weights between them."""

import math
from html import escape
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.picture.image import address
from engine.picture.ink import WORDS, weight_color
from engine.picture.plane import SMALL, sprite
from engine.trainer import Trainer

WIDTH, HEIGHT = 360, 240
TOP = 26
MOST = 8
"""Units of a column that are drawn; the words above say how many there are."""
LARGEST, SMALLEST = 26.0, 12.0
"""Pixels of a unit's side."""
THINNEST, THICKEST = 0.3, 5.0
"""Widths of a link: of the weight 0, and at most."""
MOST_COLUMNS = 10
WORDY = 5
"""Columns up to which there is room for the names of activations."""
MARGIN = 36


class Column(NamedTuple):
    """A drawn layer: where its units are, and which of all maps are theirs."""

    layer: int
    """0 are the features, then the hidden layers, then the output."""
    name: str
    x: float
    heights: list[float]
    pictures: list[int]


def diagram(trainer: Trainer) -> str:
    """The network as an SVG. Of what is too large, the first units and layers are drawn."""
    columns, side = _columns(trainer)
    names = ", ".join(column.name for column in columns)
    pictures = [picture for column in columns for picture in column.pictures]
    maps = address(sprite(trainer, pictures))
    places = {picture: place for place, picture in enumerate(pictures)}
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" fill="none" '
        f'font-family="system-ui,sans-serif" font-size="11"><title>{escape(names)}</title>'
        f'<defs><image id="maps" width="{SMALL}" height="{SMALL * len(pictures)}" '
        f'preserveAspectRatio="none" xlink:href="{maps}"/></defs>'
    ]
    for left, right in pairwise(columns):
        if right.layer == left.layer + 1:
            parts += _links(_weights(trainer, left.layer), left, right, side / 2)
    for column in columns:
        parts.append(
            f'<text x="{column.x:.0f}" y="13" fill="{WORDS}" text-anchor="middle">'
            f"{escape(column.name)}</text>"
        )
        for height, picture in zip(column.heights, column.pictures, strict=True):
            box = (
                f'x="{column.x - side / 2:.1f}" y="{height - side / 2:.1f}" '
                f'width="{side:.1f}" height="{side:.1f}"'
            )
            parts.append(
                f'<svg {box} viewBox="0 {SMALL * places[picture]} {SMALL} {SMALL}">'
                f'<use xlink:href="#maps"/></svg><rect {box} rx="2" stroke="{WORDS}"/>'
            )
    return "".join([*parts, "</svg>"])


def _columns(trainer: Trainer) -> tuple[list[Column], float]:
    """The columns from left to right, and the side of a unit."""
    spec, sizes = trainer.spec, [*trainer.network.sizes[:-1], 1]
    last = len(sizes) - 1
    layers = [*range(min(last, MOST_COLUMNS - 1)), last]
    words = ["features", *(layer.activation.label for layer in spec.layers)]
    starts = [0, *accumulate(sizes)]
    drawn = [min(sizes[layer], MOST) for layer in layers]
    pitch = (HEIGHT - TOP) / max(drawn)
    side = max(SMALLEST, min(LARGEST, 0.8 * pitch))
    columns = []
    for number, (layer, count) in enumerate(zip(layers, drawn, strict=True)):
        name = "output" if layer == last else str(sizes[layer])
        if layer != last and (len(layers) <= WORDY or layer == 0):
            name += f" {words[layer]}"
        step = min(pitch, 1.6 * side)
        middle = TOP + (HEIGHT - TOP) / 2
        heights = [middle + (unit - (count - 1) / 2) * step for unit in range(count)]
        x = MARGIN + (WIDTH - 2 * MARGIN) * number / (len(layers) - 1)
        pictures = [*range(starts[layer], starts[layer] + count)]
        columns.append(Column(layer, name, x, heights, pictures))
    return columns, side


def _weights(trainer: Trainer, layer: int) -> Array:
    """The weights of the links that leave a column; to several outputs, the largest of each."""
    weights = trainer.network.weights[layer]
    if layer == len(trainer.network.weights) - 1 and len(weights) > 1:
        largest = np.abs(weights).argmax(axis=0)
        weights = weights[largest, np.arange(weights.shape[1])][np.newaxis]
    return weights


def _links(weights: Array, left: Column, right: Column, edge: float) -> list[str]:
    start, end = left.x + edge, right.x - edge
    bend = (start + end) / 2
    links = []
    for to, below in enumerate(right.heights):
        for from_, above in enumerate(left.heights):
            weight = float(weights[to, from_])
            width = min(THICKEST, THINNEST + math.log1p(abs(weight)) * 2)
            links.append(
                f'<path d="M{start:.1f} {above:.1f}C{bend:.1f} {above:.1f} {bend:.1f} {below:.1f} '
                f'{end:.1f} {below:.1f}" stroke="{weight_color(weight)}" '
                f'stroke-width="{width:.1f}" stroke-opacity=".75"/>'
            )
    return links
