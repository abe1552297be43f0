"""Curves: losses over epochs, as an SVG."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

from engine.picture.ink import CLASSES, WORDS, css

WIDTH, HEIGHT = 290, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 30, 26
MOST_POINTS = 300
"""Points of a line: there are no more pixels."""
INKS = tuple(css(color) for color in (CLASSES[0], (222, 119, 20), CLASSES[2], CLASSES[3]))


class Line(NamedTuple):
    """One line: epochs, and a loss at each, None where it is not finite."""

    epochs: Sequence[int]
    losses: Sequence[float | None]


def curve(lines: Mapping[str, Line], title: str) -> str:
    """Lines by name, of at most four colours, then dashed; from a loss of 0."""
    finite = [loss for line in lines.values() for loss in line.losses if loss is not None]
    last = max((line.epochs[-1] for line in lines.values() if line.epochs), default=0)
    step_y = _step(max(finite, default=1.0) / 3)
    top = step_y * max(1, math.ceil(max(finite, default=1.0) / step_y))
    step_x = max(1, round(_step(max(last, 1) / 4)))

    def at(epoch: float, loss: float) -> str:
        x = LEFT + (WIDTH - LEFT - RIGHT) * epoch / max(last, 1)
        y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(loss, top) / top
        return f"{x:.1f} {y:.1f}"

    parts = [_head(title)]
    for number in range(math.floor(top / step_y + 1e-9) + 1):
        loss = number * step_y
        x, y = at(0, loss).split()
        faint = ' stroke-opacity=".35"' if number else ""
        parts.append(f'<path d="M{at(0, loss)}H{WIDTH - RIGHT}" stroke="{WORDS}"{faint}/>')
        parts.append(_text(float(x) - 6, float(y) + 4, f"{loss:.4g}", "end"))
    for epoch in range(0, last + 1, step_x):
        x, _ = at(epoch, 0).split()
        parts.append(_text(float(x), HEIGHT - 8, f"{epoch:,}", "middle"))
    across = LEFT
    for number, (name, line) in enumerate(lines.items()):
        ink, dash = INKS[number % len(INKS)], ' stroke-dasharray="5 3"' * (number >= len(INKS))
        points = [(epoch, loss) for epoch, loss in zip(*line, strict=True) if loss is not None]
        stride = math.ceil(len(points) / MOST_POINTS) or 1
        kept = points[::stride] + points[-1:]
        path = "L".join(at(*point) for point in kept)
        if path:
            parts.append(f'<path d="M{path}" stroke="{ink}" stroke-width="2"{dash}/>')
        parts.append(f'<path d="M{across} 13h16" stroke="{ink}" stroke-width="3"{dash}/>')
        parts.append(_text(across + 21, 17, name, "start"))
        across += 36 + 7 * len(name)
    return "".join([*parts, "</svg>"])


def _head(title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" fill="none" stroke-linejoin="round" font-family="system-ui,sans-serif"'
        f' font-size="12"><title>{escape(title)}</title>'
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" fill="{WORDS}" text-anchor="{anchor}">{escape(text)}</text>'
    )


def _step(rough: float) -> float:
    """A round number that is not less: 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(max(rough, 1e-12)))
    return next((power * size for size in (1, 2, 5) if power * size >= rough), 10 * power)
