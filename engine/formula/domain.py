"""Where a formula has no value, in words: which part, under which condition, what to write."""

from functools import cache

import numpy as np

from engine.arrays import Array
from engine.excerpt import shortened
from engine.formula.errors import FormulaError
from engine.formula.expression import ATOM, Call, Expression, Power, Product
from engine.formula.functions import FUNCTIONS, Domain
from engine.text import Quoted, Text

LARGEST = 1e12
"""Beyond it a value is of no use as an input: maps and weights are computed in single precision."""
EXTENT = 6.0
SIDE = 121
"""Points of the plot that are tried along each axis, 0 and the ends among them."""

_QUOTIENT = Domain(lambda _, b: b == 0.0, "{other} = 0", "{0}/(abs({1})+0.1)")
_ROOT = Domain(lambda a, b: (a < 0.0) & (b != np.floor(b)), "{one} < 0", "abs({0})^{1}")
_INVERSE = Domain(lambda a, b: (a == 0.0) & (b < 0.0), "{one} = 0", "(abs({0})+0.1)^{1}")


@cache
def _plot() -> tuple[Array, Array]:
    axis = np.linspace(-EXTENT, EXTENT, SIDE)
    x1, x2 = np.meshgrid(axis, axis)
    points = x1.ravel(), x2.ravel()
    for row in points:
        row.flags.writeable = False
    return points


def require_values(expression: Expression, points: tuple[Array, Array] | None = None) -> None:
    """A `FormulaError` unless there is a value, and no enormous one, at all points of the plot, or
    at the given ones, which are called points of the data."""
    x1, x2 = points or _plot()
    whose = "the plot" if points is None else "the data"
    values: dict[int, Array] = {}
    with np.errstate(all="ignore"):
        for part in expression.walk():
            inner = [values.pop(id(piece)) for piece in part.parts()]
            if inner:
                value = np.broadcast_to(part.apply(*inner), x1.shape if _spread(inner) else ())
            else:
                value = np.asarray(part._value({"x1": x1, "x2": x2}))
            if not _usable(value):
                _explain(part, inner, value, (x1, x2), whose=whose)
            values[id(part)] = value


def _spread(inner: list[Array]) -> bool:
    return any(value.ndim for value in inner)


def _usable(value: Array) -> bool:
    # The smallest and the largest number tell of every NaN, too.
    return bool(np.min(value) >= -LARGEST and np.max(value) <= LARGEST)


def _explain(
    part: Expression, inner: list[Array], value: Array, points: tuple[Array, Array], *, whose: str
) -> None:
    for domain in _domains(part):
        outside = np.broadcast_to(domain.outside(*inner), value.shape)
        if outside.any():
            pieces = [piece.text() for piece in part.parts()]
            instead = domain.instead.format(*_bracketed(domain.instead, part))
            one, *_ = shown = [shortened(piece) for piece in pieces]
            condition = Text(domain.words, one=one, other=shown[-1])
            raise FormulaError(
                Text(
                    "got {quoted}, which has no value where {condition}{share}, expected one"
                    " everywhere; write {instead}",
                    quoted=_quoted(part),
                    condition=condition,
                    share=_share(outside, points, whose),
                    instead=shortened(instead, 80),
                ),
                at=part.at,
                length=part.length,
            )
    worst = np.argmax(np.abs(np.nan_to_num(value, nan=np.inf)))
    where = Text("")
    if value.ndim:
        x1, x2 = float(points[0][worst]), float(points[1][worst])
        where = Text(" at x1 = {x1:.3g}, x2 = {x2:.3g} of the data", x1=x1, x2=x2)
        if whose == "the plot":
            where = Text(" at x1 = {x1:.3g}, x2 = {x2:.3g} of the plot", x1=x1, x2=x2)
    size = float(value.ravel()[worst])
    grows = Text("grows beyond what can be computed")
    if np.isfinite(size):
        grows = Text("grows to {size:.2g}", size=size)
    raise FormulaError(
        Text(
            "got {quoted}, which {grows}{where}, expected at most 10^12 in size; make it smaller",
            quoted=_quoted(part),
            grows=grows,
            where=where,
        ),
        at=part.at,
        length=part.length,
    )


def _domains(part: Expression) -> list[Domain]:
    match part:
        case Product(sign="/"):
            return [_QUOTIENT]
        case Power():
            return [_ROOT, _INVERSE]
        case Call(name=name) if domain := FUNCTIONS[name].domain:
            return [domain]
    return []


def _quoted(part: Expression) -> str:
    return Quoted(repr(shortened(part.text(), 60)))


def _bracketed(form: str, part: Expression) -> list[str]:
    """The pieces as they stand in `form`: in brackets where it has none of its own."""
    return [
        piece.text()
        if piece.rank >= ATOM or f"({{{index}}}" in form or f",{{{index}}}" in form
        else f"({piece.text()})"
        for index, piece in enumerate(part.parts())
    ]


def _share(outside: Array, points: tuple[Array, Array], whose: str) -> Text:
    """How much of the plot, or which points of the data, in brackets; nothing for a mere line."""
    number, of = int(outside.sum()), outside.size
    if outside.ndim == 0:
        return Text("")
    if whose == "the data":
        first = int(np.argmax(outside))
        return Text(
            " ({number} of {of} points of the data, the first at x1 = {x1:.3g}, x2 = {x2:.3g})",
            number=number,
            of=of,
            x1=float(points[0][first]),
            x2=float(points[1][first]),
        )
    percent = 100.0 * number / of
    if number == of:
        return Text(" (all of the plot)")
    if 49.0 <= percent <= 51.0:
        return Text(" (half of the plot)")
    return Text(" ({percent:.0f}% of the plot)", percent=percent) if percent >= 1.0 else Text("")
