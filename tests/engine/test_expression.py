"""Expressions: what components compute, found by calling them with symbols."""

from dataclasses import dataclass

import numpy as np
import pytest

from engine.activations import ACTIVATIONS, Tanh, sigmoid
from engine.expression import Draws, Symbol, UntraceableError, trace
from engine.features import FEATURES
from engine.heads import HEADS
from engine.initializers import INITIALIZERS
from engine.optimizers import OPTIMIZERS
from engine.regularizers import REGULARIZERS


def calculated(expression, **values):
    """The value of an expression, from NumPy's own functions."""
    if not isinstance(expression, Symbol):
        return expression
    if expression.operation == "name":
        return values[expression.name]
    parts = [calculated(part, **values) for part in expression.parts]
    match expression.operation:
        case "call":
            assert expression.function is not None
            return expression.function(*parts)
        case "first":
            return parts[0][:1]
        case "argmax" | "max" | "mean" | "min" | "sum" as name:
            return getattr(np, name)(parts[0], axis=0, keepdims=True)
    return getattr(np, expression.operation)(*parts)


@pytest.mark.parametrize("cls", ACTIVATIONS, ids=lambda cls: cls.name())
@pytest.mark.parametrize("method", ["f", "slope"])
def test_an_activation_is_the_expression_that_it_computes(cls, method, rng):
    z = 4.0 * rng.standard_normal((3, 50))
    function = getattr(cls(), method)
    assert np.array_equal(calculated(trace(function, "z"), z=z), function(z))


@pytest.mark.parametrize("cls", HEADS, ids=lambda cls: cls.name())
def test_a_head_is_the_expressions_that_it_computes(cls, rng):
    head = cls()
    outputs = head.outputs(4)
    z, t = rng.standard_normal((2, outputs, 50))
    for method in ("output", "predict"):
        function = getattr(head, method)
        found = calculated(trace(function, "z"), z=z)
        assert np.array_equal(np.squeeze(found), np.squeeze(function(z)))
    for method in ("loss", "delta"):
        function = getattr(head, method)
        found = calculated(trace(function, "z", "t"), z=z, t=t)
        assert np.allclose(np.squeeze(found), np.squeeze(function(z, t)), rtol=1e-14, atol=0)


@pytest.mark.parametrize("cls", FEATURES, ids=lambda cls: cls.name())
def test_a_feature_is_the_expression_that_it_computes(cls, rng):
    x1, x2 = rng.uniform(-6, 6, (2, 50))
    found = calculated(cls().expression(), x1=x1, x2=x2)
    assert np.array_equal(found, cls().f(x1, x2))


@pytest.mark.parametrize("cls", REGULARIZERS, ids=lambda cls: cls.name())
@pytest.mark.parametrize("method", ["penalty", "slope"])
def test_a_regularizer_is_the_expression_that_it_computes(cls, method, rng):
    w = rng.standard_normal(50)
    function = getattr(cls(), method)
    assert np.array_equal(calculated(trace(function, "w"), w=w), function(w))


@pytest.mark.parametrize("cls", INITIALIZERS, ids=lambda cls: cls.name())
def test_an_initializer_says_how_it_draws(cls, rng):
    weights = cls().draw(Draws(), 3, fan_out=5, activation=Tanh())
    if isinstance(weights, Symbol):
        (draw,) = (part for part in weights.walk() if part.operation == "draw")
        assert draw.parts[-1] == (5, 3)
        assert hasattr(rng, draw.name)
    else:
        assert np.unique(weights).size == 1


@pytest.mark.parametrize("cls", OPTIMIZERS, ids=lambda cls: cls.name())
def test_the_code_of_an_optimizer_makes_the_same_steps(cls, rng):
    optimizer = cls()
    names = {name: value for name, value in optimizer.to_dict().items() if name != "kind"}
    p = rng.standard_normal(7)
    state = optimizer.state(p)
    known = {"sqrt": np.sqrt, "rate": 0.05, **names, "w": p.copy()}
    known |= {name: array.copy() for name, array in state.items()}
    g = np.empty_like(p)
    step = optimizer.kernel(p, g, state, rate=0.05, scale=1.0)
    assert optimizer.code
    for _ in range(5):
        known["g"] = rng.standard_normal(7)
        np.copyto(g, known["g"])
        step()
        exec("\n".join(optimizer.code), known)
        assert np.allclose(known["w"], p, rtol=1e-13, atol=1e-15)
        for name, array in state.items():
            assert np.allclose(known[name], array, rtol=1e-13, atol=1e-15)


def test_a_named_function_is_called_and_not_written_out(rng):
    assert repr(trace(lambda z: 2.0 * sigmoid(z), "z")) == "<multiply(2.0, sigmoid(z))>"
    z = rng.standard_normal(5)
    assert isinstance(sigmoid(z), np.ndarray)


@dataclass(frozen=True)
class Case:
    function: object
    words: str


@pytest.mark.parametrize(
    "case",
    [
        Case(lambda z: z if (z > 0) else -z, "decides by the numbers"),
        Case(lambda z: np.asarray(z) * 2, "makes an array"),
        Case(lambda z: np.cumsum(z), "np.cumsum"),
        Case(lambda z: np.add(z, 1, out=z), "options"),
        Case(lambda z: np.add.reduce(z), "reduce"),
        Case(lambda z: z.sum(), "another axis"),
        Case(lambda z: z[1:], "takes the part"),
        Case(lambda z: z * np.ones(7), "shape (7,)"),
        Case(lambda z: float(z), "expects numbers"),
    ],
    ids=lambda case: case.words,
)
def test_what_is_no_expression_says_why(case):
    with pytest.raises(UntraceableError) as error:
        trace(case.function, "z")
    assert case.words in str(error.value)
