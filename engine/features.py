"""Features: what the network is given of a point, and how a whole input is put together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import MaxLen

from engine import formula
from engine.arrays import Array
from engine.expression import trace
from engine.fields import SpecError, Ui
from engine.registry import Component, Registry
from engine.text import Text

EXTENT = 6.0
"""Plots and grids show [-EXTENT, EXTENT] on both axes."""
MIDDLE_SIDE = 32
"""Points a side by which it is judged around which value a formula lies."""


class Feature(Component):
    """A function of the two coordinates of a point."""

    html: ClassVar[str]
    total: ClassVar[bool] = True
    """Whether it has a value at every point."""

    def title(self) -> str:
        """What this one is called in a text."""
        return self.label

    def markup(self) -> str:
        """What this one is called beside a picture, with indices and exponents as tags."""
        return self.html

    def f(self, x1: Array, x2: Array) -> Array:
        """The feature's value at each point."""
        raise NotImplementedError

    def expression(self) -> Any:
        """What `f` computes of x1 and x2, for scripts in other libraries."""
        return trace(self.f, "x1", "x2")


FEATURES: Registry[Feature] = Registry("feature", Feature)


@FEATURES.register
@dataclass(frozen=True)
class X1(Feature):
    """The horizontal coordinate."""

    label: ClassVar[str] = "x1"
    label_es: ClassVar[str] = "x1"
    help_es: ClassVar[str] = "La coordenada horizontal."
    html: ClassVar[str] = "x<sub>1</sub>"
    tfp: ClassVar[str | None] = "x"
    kind: Literal["x1"] = "x1"

    def f(self, x1: Array, x2: Array) -> Array:
        return x1


@FEATURES.register
@dataclass(frozen=True)
class X2(Feature):
    """The vertical coordinate."""

    label: ClassVar[str] = "x2"
    label_es: ClassVar[str] = "x2"
    help_es: ClassVar[str] = "La coordenada vertical."
    html: ClassVar[str] = "x<sub>2</sub>"
    tfp: ClassVar[str | None] = "y"
    kind: Literal["x2"] = "x2"

    def f(self, x1: Array, x2: Array) -> Array:
        return x2


@FEATURES.register
@dataclass(frozen=True)
class X1Squared(Feature):
    """The square of the horizontal coordinate."""

    label: ClassVar[str] = "x1^2"
    label_es: ClassVar[str] = "x1^2"
    help_es: ClassVar[str] = "El cuadrado de la coordenada horizontal."
    html: ClassVar[str] = "x<sub>1</sub><sup>2</sup>"
    tfp: ClassVar[str | None] = "xSquared"
    kind: Literal["x1^2"] = "x1^2"

    def f(self, x1: Array, x2: Array) -> Array:
        return x1 * x1


@FEATURES.register
@dataclass(frozen=True)
class X2Squared(Feature):
    """The square of the vertical coordinate."""

    label: ClassVar[str] = "x2^2"
    label_es: ClassVar[str] = "x2^2"
    help_es: ClassVar[str] = "El cuadrado de la coordenada vertical."
    html: ClassVar[str] = "x<sub>2</sub><sup>2</sup>"
    tfp: ClassVar[str | None] = "ySquared"
    kind: Literal["x2^2"] = "x2^2"

    def f(self, x1: Array, x2: Array) -> Array:
        return x2 * x2


@FEATURES.register
@dataclass(frozen=True)
class X1TimesX2(Feature):
    """The product of the coordinates: alone it solves the exclusive or."""

    label: ClassVar[str] = "x1*x2"
    label_es: ClassVar[str] = "x1*x2"
    help_es: ClassVar[str] = "El producto de las coordenadas: por sí solo resuelve la función XOR."
    html: ClassVar[str] = "x<sub>1</sub>x<sub>2</sub>"
    tfp: ClassVar[str | None] = "xTimesY"
    kind: Literal["x1*x2"] = "x1*x2"

    def f(self, x1: Array, x2: Array) -> Array:
        return x1 * x2


@FEATURES.register
@dataclass(frozen=True)
class SinX1(Feature):
    """The sine of the horizontal coordinate."""

    label: ClassVar[str] = "sin x1"
    label_es: ClassVar[str] = "sin x1"
    help_es: ClassVar[str] = "El seno de la coordenada horizontal."
    html: ClassVar[str] = "sin(x<sub>1</sub>)"
    tfp: ClassVar[str | None] = "sinX"
    kind: Literal["sin x1"] = "sin x1"

    def f(self, x1: Array, x2: Array) -> Array:
        return np.sin(x1)


@FEATURES.register
@dataclass(frozen=True)
class SinX2(Feature):
    """The sine of the vertical coordinate."""

    label: ClassVar[str] = "sin x2"
    label_es: ClassVar[str] = "sin x2"
    help_es: ClassVar[str] = "El seno de la coordenada vertical."
    html: ClassVar[str] = "sin(x<sub>2</sub>)"
    tfp: ClassVar[str | None] = "sinY"
    kind: Literal["sin x2"] = "sin x2"

    def f(self, x1: Array, x2: Array) -> Array:
        return np.sin(x2)


@FEATURES.register
@dataclass(frozen=True)
class CosX1(Feature):
    """The cosine of the horizontal coordinate."""

    label: ClassVar[str] = "cos x1"
    label_es: ClassVar[str] = "cos x1"
    help_es: ClassVar[str] = "El coseno de la coordenada horizontal."
    html: ClassVar[str] = "cos(x<sub>1</sub>)"
    kind: Literal["cos x1"] = "cos x1"

    def f(self, x1: Array, x2: Array) -> Array:
        return np.cos(x1)


@FEATURES.register
@dataclass(frozen=True)
class CosX2(Feature):
    """The cosine of the vertical coordinate."""

    label: ClassVar[str] = "cos x2"
    label_es: ClassVar[str] = "cos x2"
    help_es: ClassVar[str] = "El coseno de la coordenada vertical."
    html: ClassVar[str] = "cos(x<sub>2</sub>)"
    kind: Literal["cos x2"] = "cos x2"

    def f(self, x1: Array, x2: Array) -> Array:
        return np.cos(x2)


@FEATURES.register
@dataclass(frozen=True)
class Formula(Feature):
    """A formula of x1 and x2: numbers, pi, e, + - * / ^, brackets, and functions such as sqrt, abs,
    sin, exp, min and max."""

    label: ClassVar[str] = "formula"
    label_es: ClassVar[str] = "fórmula"
    help_es: ClassVar[str] = (
        "Una fórmula de x1 y x2: números, pi, e, + - * / ^, paréntesis y funciones como sqrt, "
        "abs, sin, exp, min y max."
    )
    html: ClassVar[str] = "f(x<sub>1</sub>, x<sub>2</sub>)"
    total: ClassVar[bool] = False
    stands_for: ClassVar[str | None] = "text"
    kind: Literal["formula"] = "formula"
    text: Annotated[str, MaxLen(formula.LONGEST), Ui(label="Formula", label_es="Fórmula")] = (
        "sqrt(x1^2+x2^2)"
    )
    """In the canonical form, so that equal formulas are equal."""

    def __post_init__(self) -> None:
        given: object = self.text
        if not isinstance(given, str):
            super().__post_init__()  # which says so
        try:
            # Before the bounds of the fields: it can point at what is too long.
            text = formula.understand(self.text).text()
            if text in _BUILT_IN:
                raise formula.FormulaError(
                    Text(
                        "got {text!r}, expected what is no feature yet; switch on {built_in!r}",
                        text=text,
                        built_in=_BUILT_IN[text],
                    ),
                    at=0,
                    length=len(self.text),
                )
        except SpecError as error:
            raise error.within("text") from None
        super().__post_init__()
        object.__setattr__(self, "text", text)

    def title(self) -> str:
        return self.text

    def markup(self) -> str:
        return formula.understand(self.text).html()

    def f(self, x1: Array, x2: Array) -> Array:
        return formula.understand(self.text).evaluate(x1, x2)

    def expression(self) -> Any:
        return trace(formula.understand(self.text).of, "x1", "x2")


_BUILT_IN = {
    re.sub(r"^(\w+) (x\d)$", r"\1(\2)", kind): kind
    for kind in FEATURES.kinds
    if kind != Formula.name()
}
"""The features that have a name, as formulas."""


def require_values(features: Sequence[Feature], x: Array) -> None:
    """A `SpecError` when a formula has no value at one of these points (2, n) of the data."""
    for index, feature in enumerate(features):
        if isinstance(feature, Formula):
            try:
                formula.require_values(formula.understand(feature.text), (x[0], x[1]))
            except SpecError as error:
                raise error.within(f"features[{index}]") from None


def feature_rows(features: Sequence[Feature], x: Array) -> Array:
    """The features of points x (2, n) as rows (features, n)."""
    if not features:
        return np.empty((0, x.shape[1]))
    return np.stack([feature.f(x[0], x[1]) for feature in features])


def grid_points(side: int) -> Array:
    """The points (2, side * side) of a square map: row 0 is x2 = +6, column 0 is x1 = -6."""
    axis = np.linspace(-EXTENT, EXTENT, side)
    x1, x2 = np.meshgrid(axis, axis[::-1])
    return np.stack([x1.ravel(), x2.ravel()])


def plane_rows(features: tuple[Feature, ...], x: Array) -> Array:
    """The features of points x (2, n) as rows (features, n) that single precision can hold: where a
    formula is large, what it differs by over the plot would be lost otherwise."""
    middle, spread = _placed(features)
    return (feature_rows(features, x) - middle) / spread


@lru_cache(maxsize=32)
def _placed(features: tuple[Feature, ...]) -> tuple[Array, Array]:
    """Around which value each feature lies over the plot, and how far, (features, 1); features with
    a name are taken as they are."""
    middle, spread = np.zeros((len(features), 1)), np.ones((len(features), 1))
    for row, feature in enumerate(features):
        if not feature.total:
            values = feature_rows([feature], grid_points(MIDDLE_SIDE))
            middle[row] = values.mean()
            spread[row] = values.std() or 1.0
    for array in (middle, spread):
        array.flags.writeable = False
    return middle, spread


def feature_map(feature: Feature, side: int) -> Array:
    """The feature itself, float32 (side, side), not standardized."""
    x1, x2 = grid_points(side)
    values: Array = feature.f(x1, x2).astype(np.float32).reshape(side, side)
    return values


@dataclass(frozen=True, eq=False)
class Inputs:
    """How points become the network's input: features, scaled, and a last row of ones."""

    features: tuple[Feature, ...]
    mean: Array  # (features, 1)
    scale: Array  # (features, 1)

    @classmethod
    def fit(cls, features: tuple[Feature, ...], x: Array, *, standardize: bool) -> "Inputs":
        """Scaled to zero mean and unit variance over the training points `x`, if asked for."""
        rows = feature_rows(features, x)
        mean, scale = np.zeros((len(features), 1)), np.ones((len(features), 1))
        if standardize and features:
            mean, spread = rows.mean(axis=1, keepdims=True), rows.std(axis=1, keepdims=True)
            scale = np.where(spread > 0, spread, 1.0)
        return cls(features, mean, scale)

    def __call__(self, x: Array) -> Array:
        """The input (features + 1, n) for points x (2, n)."""
        rows = (feature_rows(self.features, x) - self.mean) / self.scale
        return np.concatenate([rows, np.ones((1, x.shape[1]))])

    def unscale(self) -> Array:
        """(features + 1, features + 1): a first layer times this takes `plane_rows`.

        So points that many networks share need not be scaled for each of them.
        """
        middle, spread = _placed(self.features)
        matrix = np.eye(len(self.features) + 1)
        matrix[:-1, :-1] *= spread / self.scale
        matrix[:-1, -1:] = (middle - self.mean) / self.scale
        return matrix
