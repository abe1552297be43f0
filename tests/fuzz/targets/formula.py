"""The reader of formulas; whatever it makes of a text must have a value and survive a link."""

import numpy as np

from engine.features import Formula, grid_points
from engine.formula import CONSTANTS, FUNCTIONS, VARIABLES, FormulaError, parse, understand
from engine.formula.functions import ALIASES
from engine.spec import RunSpec
from engine.url import decode, encode
from tests.fuzz.readable import require_refusal
from tests.fuzz.target import Target

POINTS = grid_points(32)


def read(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    try:
        expression = understand(text)
        formula = Formula(text=text)
    except FormulaError as error:
        require_refusal(error.message)
        _require_place(error, text)
        return
    assert parse(formula.text) == expression
    assert Formula(text=formula.text) == formula
    assert np.isfinite(formula.f(*POINTS)).all()
    assert formula.markup()
    decoded = decode(encode(RunSpec(features=(formula,))))
    if not decoded.notices:  # it may have no value at some point of the data
        assert decoded.spec.features == (formula,)


def _require_place(error: FormulaError, text: str) -> None:
    assert 0 <= error.at <= len(text)
    assert error.length >= 1


TARGET = Target(
    read,
    seeds=(
        b"sqrt(x1^2+x2^2)",
        b"2x1 - 3 x2**2 / (abs(x1) + .5e-1)",
        "√(x₁²+x₂²)·π−1÷2×e".encode(),
        b"min(max(x1,-1),1)*sin(2*pi*x2)^-2",
        b"atan2(x2,x1)+mod(floor(x1),2)-step(x2)*gauss(x1)",
        b"-" * 40 + b"x1",
        b"(" * 50 + b"x1",
        b"9^9^9^9^9^9^9*x1",
        b"x1^x1^x1^x1",
        b"1/2x1",
        b"log(log(x1))",
        b"9" * 119,
        b"__import__('os').system('true')",
    ),
    words=sorted(
        {f"{name}(" for name in [*FUNCTIONS, *ALIASES]}
        | {*VARIABLES, *CONSTANTS, "**", "^", "^-", ",", ")", "1e308", "1e-308", "0.5", "²", "π"}
    ),
    share=0.05,
    longest=200,
)
