"""Formulas of x1 and x2 that people type: read with a grammar of their own, never run as code.

`understand` is the one way in: from a text to an `Expression`, or a `FormulaError` that points at
the character where it went wrong, or says where on the plot the formula has no value.
"""

from functools import lru_cache

from engine.formula.domain import require_values
from engine.formula.errors import FormulaError
from engine.formula.expression import Expression
from engine.formula.functions import CONSTANTS, FUNCTIONS, VARIABLES
from engine.formula.grammar import LONGEST, parse
from engine.text import Text

__all__ = [
    "CONSTANTS",
    "FUNCTIONS",
    "LONGEST",
    "VARIABLES",
    "Expression",
    "FormulaError",
    "parse",
    "require_values",
    "understand",
]


@lru_cache(maxsize=256)
def understand(text: str) -> Expression:
    """The expression of a text, which depends on x1 or x2 and has a value all over the plot."""
    expression = parse(text)
    if not expression.variables():
        raise FormulaError(
            Text(
                "got {text!r}, expected x1 or x2 in it, as a feature tells points apart; write"
                " one of them",
                text=expression.text(),
            ),
            at=0,
            length=len(text),
        )
    if len(written := expression.text()) > LONGEST:
        raise FormulaError(
            Text(
                "got a formula that has {count} characters with all its signs, expected at most"
                " {longest}; write it shorter",
                count=len(written),
                longest=LONGEST,
            ),
            at=0,
            length=len(text),
        )
    require_values(expression)
    return expression
