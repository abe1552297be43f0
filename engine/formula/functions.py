"""What a formula may name: two variables, two constants, and these functions; nothing else exists.

A function states where it has no value (`outside`), how that is said, and what to write instead.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.text import template

VARIABLES = ("x1", "x2")
CONSTANTS = {"pi": math.pi, "e": math.e}
ALIASES = {
    "arccos": "acos",
    "arcsin": "asin",
    "arctan": "atan",
    "ln": "log",
    "sgn": "sign",
}
"""Other names that are understood, and written as ours."""


@dataclass(frozen=True)
class Domain:
    """Where a function has no value."""

    outside: Callable[..., Array]
    """Whether it has none, for each tuple of arguments."""
    words: str
    """The condition in a sentence, with `{one}` for the first argument and `{other}` for the last:
    a template."""
    instead: str
    """What to write instead of a call."""


@dataclass(frozen=True)
class Function:
    """A function that may be called by its name."""

    f: Callable[..., Array]
    help: str
    help_es: str = ""
    arguments: int = 1
    domain: Domain | None = None

    def help_in(self, language: str) -> str:
        """What it is in a language, in English where it is not said in that one."""
        return getattr(self, f"help_{language}", "") or self.help


def _step(z: Array) -> Array:
    return np.where(z >= 0.0, 1.0, 0.0)


def _gauss(z: Array) -> Array:
    bell: Array = np.exp(-z * z)
    return bell


def _sigmoid(z: Array) -> Array:
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def _beyond_one(z: Array) -> Array:
    return np.abs(z) > 1.0


def _arc(name: str) -> Domain:
    return Domain(_beyond_one, template("{one} < -1 or {one} > 1"), f"{name}(max(-1,min(1,{{0}})))")


def _log(name: str) -> Domain:
    return Domain(lambda z: z <= 0.0, "{one} <= 0", f"{name}(abs({{0}})+0.1)")


FUNCTIONS: dict[str, Function] = {
    "sin": Function(np.sin, "sine, of an angle in radians", "seno de un ángulo en radianes"),
    "cos": Function(np.cos, "cosine, of an angle in radians", "coseno de un ángulo en radianes"),
    "tan": Function(np.tan, "tangent, of an angle in radians", "tangente de un ángulo en radianes"),
    "asin": Function(np.arcsin, "angle of a sine", "ángulo de un seno", domain=_arc("asin")),
    "acos": Function(np.arccos, "angle of a cosine", "ángulo de un coseno", domain=_arc("acos")),
    "atan": Function(np.arctan, "angle of a tangent", "ángulo de una tangente"),
    "atan2": Function(
        np.arctan2,
        "angle of the point (second, first argument)",
        "ángulo del punto (segundo, primer argumento)",
        2,
    ),
    "sinh": Function(np.sinh, "hyperbolic sine", "seno hiperbólico"),
    "cosh": Function(np.cosh, "hyperbolic cosine", "coseno hiperbólico"),
    "tanh": Function(np.tanh, "hyperbolic tangent", "tangente hiperbólica"),
    "exp": Function(np.exp, "e to the power of the number", "e elevado al número"),
    "log": Function(np.log, "natural logarithm", "logaritmo natural", domain=_log("log")),
    "log2": Function(np.log2, "logarithm to base 2", "logaritmo en base 2", domain=_log("log2")),
    "log10": Function(
        np.log10, "logarithm to base 10", "logaritmo en base 10", domain=_log("log10")
    ),
    "sqrt": Function(
        np.sqrt,
        "square root",
        "raíz cuadrada",
        domain=Domain(lambda z: z < 0.0, "{one} < 0", "sqrt(abs({0}))"),
    ),
    "hypot": Function(
        np.hypot,
        "distance of the point (first, second argument) from the origin",
        "distancia del origen al punto (primer, segundo argumento)",
        2,
    ),
    "abs": Function(np.abs, "without its sign", "sin su signo"),
    "sign": Function(np.sign, "-1, 0 or 1", "-1, 0 o 1"),
    "floor": Function(np.floor, "rounded down", "redondeado hacia abajo"),
    "mod": Function(
        np.mod,
        "remainder of a division, never negative by a positive number",
        "resto de una división, nunca negativo entre un número positivo",
        2,
        Domain(lambda _, b: b == 0.0, "{other} = 0", "mod({0},abs({1})+0.1)"),
    ),
    "min": Function(np.minimum, "the smaller one", "el menor", 2),
    "max": Function(np.maximum, "the larger one", "el mayor", 2),
    "step": Function(
        _step, "0 for negative numbers, otherwise 1", "0 para números negativos; si no, 1"
    ),
    "relu": Function(
        lambda z: np.maximum(z, 0.0),
        "0 for negative numbers, otherwise the number",
        "0 para números negativos; si no, el número",
    ),
    "gauss": Function(_gauss, "bell curve, exp(-z^2)", "campana de Gauss, exp(-z^2)"),
    "sigmoid": Function(_sigmoid, "logistic curve from 0 to 1", "curva logística de 0 a 1"),
}
