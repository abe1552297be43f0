"""Formulas as somebody might type them, each with what NumPy makes of the same in its own words."""

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from engine.features import Formula
from engine.fields import SpecError
from engine.formula import understand

Written = tuple[str, Callable[[Any, Any], Any]]
"""A text, fully bracketed, and the same as a function of x1 and x2."""

UNARY: dict[str, Callable[[Any], Any]] = {
    "sin({})": np.sin,
    "cos({})": np.cos,
    "tanh({})": np.tanh,
    "atan({})": np.arctan,
    "abs({})": np.abs,
    "sign({})": np.sign,
    "floor({})": np.floor,
    "gauss({})": lambda a: np.exp(-(a**2)),
    "sigmoid({})": lambda a: 1.0 / (1.0 + np.exp(-a)),
    "step({})": lambda a: np.heaviside(a, 1.0),
    "relu({})": lambda a: np.clip(a, 0.0, None),
    "sqrt(abs({}))": lambda a: np.sqrt(np.abs(a)),
    "log(abs({})+1)": lambda a: np.log1p(np.abs(a)),
    "exp(-abs({}))": lambda a: np.exp(-np.abs(a)),
    "-{}": np.negative,
    "+{}": np.positive,
    "{}^2": np.square,
    "{}**3": lambda a: a * a * a,
}
BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "{}+{}": np.add,
    "{} - {}": np.subtract,
    "{}*{}": np.multiply,
    "{}/(abs({})+1)": lambda a, b: a / (np.abs(b) + 1.0),
    "min({},{})": np.fmin,
    "max({}, {})": np.fmax,
    "hypot({},{})": lambda a, b: np.sqrt(a**2 + b**2),
    "atan2({},{})": lambda a, b: np.angle(b + 1j * a),
    "mod({},abs({})+1)": lambda a, b: a - (np.abs(b) + 1) * np.floor(a / (np.abs(b) + 1)),
}
LEAVES: list[Written] = [
    ("x1", lambda x1, x2: x1),
    ("x2", lambda x1, x2: x2),
    ("pi", lambda x1, x2: np.pi),
    ("e", lambda x1, x2: np.e),
    ("0.5", lambda x1, x2: 0.5),
    ("3", lambda x1, x2: 3.0),
]


def _applied(form: str, f: Callable[..., Any], *parts: Written) -> Written:
    texts, functions = zip(*parts, strict=True)
    bracketed = [f"({text})" for text in texts]
    return form.format(*bracketed), lambda x1, x2: f(*(g(x1, x2) for g in functions))


def written() -> st.SearchStrategy[Written]:
    """Formulas of a few operations, with a value everywhere."""
    return st.recursive(
        st.sampled_from(LEAVES),
        lambda inner: st.one_of(
            st.builds(lambda item, a: _applied(*item, a), st.sampled_from([*UNARY.items()]), inner),
            st.builds(
                lambda item, a, b: _applied(*item, a, b),
                st.sampled_from([*BINARY.items()]),
                inner,
                inner,
            ),
        ),
        max_leaves=5,
    )


def is_feature(text: str) -> bool:
    """Whether it is short enough, depends on the point and is no feature with a name."""
    try:
        Formula(text=text)
    except SpecError:
        return False
    return True


def formulas() -> st.SearchStrategy[Formula]:
    """Formulas as features, small also far outside of the plot."""
    texts = written().map(lambda pair: pair[0]).filter(is_feature)
    return texts.filter(_is_tame).map(lambda text: Formula(text=text))


def _is_tame(text: str) -> bool:
    far = np.linspace(-100.0, 100.0, 41)
    values = understand(text).evaluate(*(row.ravel() for row in np.meshgrid(far, far)))
    return bool(np.isfinite(values).all() and np.abs(values).max() < 1e11)
