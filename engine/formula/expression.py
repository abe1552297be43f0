"""Expressions: trees of numbers, variables, operators and calls, with a value, a text and a label.

The text is canonical: whatever spaces, brackets and signs somebody typed, equal trees have equal
texts, and the text reads as the same tree again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import ClassVar

import numpy as np

from engine.arrays import Array
from engine.formula.functions import CONSTANTS, FUNCTIONS

SUM, PRODUCT, SIGN, POWER, ATOM = range(5)
"""How tightly a part of a formula holds together."""


@dataclass(frozen=True)
class Expression:
    """A part of a formula."""

    rank: ClassVar[int] = ATOM
    at: int = field(default=0, kw_only=True, compare=False)
    """Where it begins in the text that was typed."""
    length: int = field(default=1, kw_only=True, compare=False)

    def parts(self) -> "tuple[Expression, ...]":
        """What it is put together from, in order."""
        return ()

    def apply(self, *values: Array) -> Array:
        """Its value from those of its parts."""
        raise NotImplementedError

    def evaluate(self, x1: Array, x2: Array) -> Array:
        """Its value at each point; what has no value is not finite, and raises no warning."""
        with np.errstate(all="ignore"):
            value = np.asarray(self.of(x1, x2), dtype=float)
        return np.array(np.broadcast_to(value, x1.shape))

    def of(self, x1: Array, x2: Array) -> Array:
        """Its value by its operations alone: 0-d where it depends on nothing."""
        return self._value({"x1": x1, "x2": x2})

    def _value(self, variables: dict[str, Array]) -> Array:
        return self.apply(*[part._value(variables) for part in self.parts()])

    def text(self) -> str:
        """As it is written, in the canonical form."""
        raise NotImplementedError

    def html(self) -> str:
        """As a label shows it, with indices and exponents as tags."""
        raise NotImplementedError

    def walk(self) -> "Iterator[Expression]":
        """It and all its parts, each after those that it needs."""
        for part in self.parts():
            yield from part.walk()
        yield self

    def variables(self) -> set[str]:
        """Which of x1 and x2 it depends on."""
        return {part.name for part in self.walk() if isinstance(part, Variable)}

    def _text_of(self, part: "Expression", least: int) -> str:
        return part.text() if part.rank >= least else f"({part.text()})"

    def _html_of(self, part: "Expression", least: int) -> str:
        return part.html() if part.rank >= least else f"({part.html()})"


@dataclass(frozen=True)
class Number(Expression):
    """A number as it was written, without a sign."""

    value: float

    def apply(self, *values: Array) -> Array:
        return np.asarray(self.value)

    def _value(self, variables: dict[str, Array]) -> Array:
        return np.asarray(self.value)

    def text(self) -> str:
        return repr(self.value).removesuffix(".0").replace("e-0", "e-")

    def html(self) -> str:
        return self.text()


@dataclass(frozen=True)
class Variable(Expression):
    """A coordinate."""

    name: str

    def _value(self, variables: dict[str, Array]) -> Array:
        return variables[self.name]

    def text(self) -> str:
        return self.name

    def html(self) -> str:
        return f"x<sub>{self.name[1:]}</sub>"


@dataclass(frozen=True)
class Constant(Expression):
    """A number with a name."""

    name: str

    def _value(self, variables: dict[str, Array]) -> Array:
        return np.asarray(CONSTANTS[self.name])

    def text(self) -> str:
        return self.name

    def html(self) -> str:
        return "π" if self.name == "pi" else self.name


@dataclass(frozen=True)
class Minus(Expression):
    """The negative of something: of a power as a whole, as in mathematics."""

    rank: ClassVar[int] = SIGN
    inner: Expression

    def parts(self) -> tuple[Expression, ...]:
        return (self.inner,)

    def apply(self, *values: Array) -> Array:
        return np.negative(values[0])

    def text(self) -> str:
        return "-" + self._text_of(self.inner, SIGN)

    def html(self) -> str:
        return "&minus;" + self._html_of(self.inner, SIGN)


@dataclass(frozen=True)
class Operation(Expression):
    """Two parts and the operator between them."""

    left: Expression
    right: Expression

    def parts(self) -> tuple[Expression, ...]:
        return (self.left, self.right)


@dataclass(frozen=True)
class Sum(Operation):
    """`a+b` or `a-b`."""

    rank: ClassVar[int] = SUM
    sign: str

    def apply(self, *values: Array) -> Array:
        return np.add(*values) if self.sign == "+" else np.subtract(*values)

    def text(self) -> str:
        return f"{self._text_of(self.left, SUM)}{self.sign}{self._text_of(self.right, PRODUCT)}"

    def html(self) -> str:
        sign = "+" if self.sign == "+" else "&minus;"
        return f"{self._html_of(self.left, SUM)} {sign} {self._html_of(self.right, PRODUCT)}"


@dataclass(frozen=True)
class Product(Operation):
    """`a*b` or `a/b`."""

    rank: ClassVar[int] = PRODUCT
    sign: str

    def apply(self, *values: Array) -> Array:
        return np.multiply(*values) if self.sign == "*" else np.divide(*values)

    def text(self) -> str:
        return f"{self._text_of(self.left, PRODUCT)}{self.sign}{self._text_of(self.right, SIGN)}"

    def html(self) -> str:
        left, right = self._html_of(self.left, PRODUCT), self._html_of(self.right, SIGN)
        if self.sign == "/":
            return f"{left}/{right}"
        return f"{left}&middot;{right}" if right[0] in "0123456789&" else left + right


@dataclass(frozen=True)
class Power(Operation):
    """`a^b`; from the right, as in mathematics: `2^3^4` is `2^(3^4)`."""

    rank: ClassVar[int] = POWER

    def apply(self, *values: Array) -> Array:
        base, exponent = values
        if exponent.ndim == 0 and exponent == 2.0:
            return np.multiply(base, base)  # many times as fast
        return np.power(base, exponent)

    def text(self) -> str:
        return f"{self._text_of(self.left, ATOM)}^{self._text_of(self.right, SIGN)}"

    def html(self) -> str:
        return f"{self._html_of(self.left, ATOM)}<sup>{self.right.html()}</sup>"


@dataclass(frozen=True)
class Call(Expression):
    """A function of the list, with its arguments."""

    name: str
    arguments: tuple[Expression, ...]

    def parts(self) -> tuple[Expression, ...]:
        return self.arguments

    def apply(self, *values: Array) -> Array:
        return FUNCTIONS[self.name].f(*values)

    def text(self) -> str:
        return f"{self.name}({','.join(part.text() for part in self.arguments)})"

    def html(self) -> str:
        inner = ", ".join(part.html() for part in self.arguments)
        match self.name:
            case "abs":
                return f"|{inner}|"
            case "sqrt":
                return f"√({inner})"
            case "exp":
                return f"e<sup>{inner}</sup>"
        return f"{escape(self.name)}({inner})"
