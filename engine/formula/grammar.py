"""The grammar of formulas: from a text to an expression, by recursive descent.

    sum      = product (("+" | "-") product)*
    product  = signed (("*" | "/" | nothing) signed)*
    signed   = "-" signed | "+" signed | power
    power    = atom ("^" signed)?
    atom     = number | variable | constant | function "(" sum ("," sum)* ")" | "(" sum ")"

Nothing stands for `*` before a name or a bracket where no reader could take it for something else:
`2x1`, `x1 x2`, `2(x1+1)`; but not after a division or an exponent.
"""

import math
from difflib import get_close_matches

from engine.excerpt import shortened
from engine.formula.errors import FormulaError
from engine.formula.expression import (
    Call,
    Constant,
    Expression,
    Minus,
    Number,
    Power,
    Product,
    Sum,
    Variable,
)
from engine.formula.functions import ALIASES, CONSTANTS, FUNCTIONS, VARIABLES
from engine.formula.tokens import Token, tokens
from engine.text import Quoted, Text, template

LONGEST = 120
"""Characters of a formula."""
DEEPEST = 32
"""Brackets, signs and exponents within one another."""


def parse(text: str) -> Expression:
    """The expression of a text; a `FormulaError` points at what is no formula."""
    if len(text) > LONGEST:
        raise FormulaError(
            Text(
                "got {count} characters, expected at most {longest}; write it shorter",
                count=len(text),
                longest=LONGEST,
            ),
            at=LONGEST,
            length=len(text) - LONGEST,
        )
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._next = 0
        self._depth = 0

    # --- words ----------------------------------------------------------------------------------

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _take(self, *signs: str) -> Token | None:
        """The next word, if it is one of these signs."""
        token = self._token
        if token.kind != "sign" or token.text not in signs:
            return None
        self._next += 1
        return token

    def _wrong(self, expected: Text, advice: Text, token: Token | None = None) -> FormulaError:
        token = token or self._token
        written = self._text[token.at : token.at + token.length]
        got = Text("the end") if token.kind == "end" else Quoted(repr(shortened(written)))
        form = template("got {got}, expected {expected}; {advice}")
        if token.kind != "end" or self._text:
            form = template("got {got} at character {at}, expected {expected}; {advice}")
        return FormulaError(
            Text(form, got=got, at=token.at + 1, expected=expected, advice=advice),
            at=token.at,
            length=token.length,
        )

    def _span(self, at: int) -> dict[str, int]:
        """From a place to the end of the last word taken."""
        last = self._tokens[self._next - 1]
        return {"at": at, "length": last.at + last.length - at}

    # --- rules ----------------------------------------------------------------------------------

    def whole(self) -> Expression:
        """The whole text as one expression."""
        found = self._sum()
        if self._token.kind == "end":
            return found
        if self._token.text == ")":
            raise self._wrong(
                Text("no more closing brackets"), Text("remove it or open one before")
            )
        if self._token.text == ",":
            raise self._wrong(Text("an operator"), Text("write decimals with a point, as in 0.5"))
        raise self._wrong(Text("an operator such as + or *"), Text("write one before it"))

    def _sum(self) -> Expression:
        at = self._token.at
        left = self._product()
        while sign := self._take("+", "-"):
            right = self._product()
            left = Sum(left, right, sign.text, **self._span(at))
        return left

    def _product(self) -> Expression:
        at = self._token.at
        left = self._signed()
        divided = False
        while True:
            sign = self._take("*", "/")
            if sign is None and not self._continues():
                return left
            if sign is None:
                self._require_plain(left, divided=divided)
            operator = sign.text if sign else "*"
            right = self._signed()
            left = Product(left, right, operator, **self._span(at))
            divided = operator == "/"

    def _continues(self) -> bool:
        """Whether a factor follows without an operator."""
        return self._token.kind == "name" or self._token.text == "("

    def _require_plain(self, left: Expression, *, divided: bool) -> None:
        """A `FormulaError` where a missing operator could be read in two ways."""
        last = left.right if isinstance(left, Product) else left
        bracket = self._tokens[self._next - 1].text == ")"
        if divided:
            raise self._wrong(
                Text("an operator after a division"),
                Text("write * or brackets, as in 1/(2*x1)"),
            )
        if isinstance(last, Power) and not bracket:
            raise self._wrong(
                Text("an operator after an exponent"),
                Text("write * or brackets, as in x1^2*x2"),
            )

    def _signed(self) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST:
            what = Text(
                "at most {deepest} brackets, signs and exponents within one another",
                deepest=DEEPEST,
            )
            raise self._wrong(what, Text("write it flatter"))
        try:
            if sign := self._take("-"):
                inner = self._signed()
                return Minus(inner, **self._span(sign.at))
            if self._take("+"):
                return self._signed()
            return self._power()
        finally:
            self._depth -= 1

    def _power(self) -> Expression:
        at = self._token.at
        base = self._atom()
        if not self._take("^"):
            return base
        exponent = self._signed()
        return Power(base, exponent, **self._span(at))

    def _atom(self) -> Expression:
        token = self._token
        if token.kind == "number":
            self._next += 1
            value = float(token.text)
            if not math.isfinite(value):
                raise self._wrong(
                    Text("a number that can be computed with"), Text("make it smaller"), token
                )
            return Number(value, **self._span(token.at))
        if token.kind == "name":
            return self._named()
        if self._take("("):
            inner = self._sum()
            self._close(token)
            return inner
        if not self._text.strip():
            raise self._wrong(
                Text("a formula of x1 and x2"), Text("write one, such as sqrt(x1^2+x2^2)")
            )
        raise self._wrong(
            Text("a number, x1, x2, a function or a bracket"), Text("write one there")
        )

    def _close(self, opened: Token) -> None:
        if self._take(")"):
            return
        if self._token.kind == "end":
            advice = Text("close the bracket of character {at}", at=opened.at + 1)
        else:
            advice = Text("write it before this")
        raise self._wrong(Text("a closing bracket"), advice)

    def _named(self) -> Expression:
        token = self._split_name()
        name = ALIASES.get(token.text.lower(), token.text.lower())
        self._next += 1
        if name in VARIABLES:
            return Variable(name, **self._span(token.at))
        if name in CONSTANTS:
            return Constant(name, **self._span(token.at))
        if name in FUNCTIONS:
            return self._call(name, token)
        raise self._unknown(token)

    def _split_name(self) -> Token:
        """The name that comes, or the first of several written together: `x1x2`, `x1sin`."""
        token = self._token
        known = (*VARIABLES, "pi")
        first = next((name for name in known if token.text.lower().startswith(name)), "")
        rest = token.text[len(first) :]
        if not first or not rest or not (rest[0].isalpha() and rest.isascii()):
            return token
        cut = token.at + len(first)
        self._tokens[self._next : self._next + 1] = [
            Token("name", first, token.at, len(first)),
            Token("name", rest, cut, len(rest)),
        ]
        return self._token

    def _unknown(self, token: Token) -> FormulaError:
        calls = self._token.text == "("
        known = [*FUNCTIONS, *ALIASES] if calls else [*VARIABLES, *CONSTANTS, *FUNCTIONS]
        name = token.text.lower()
        close = {"x": ["x1"], "y": ["x2"]}.get(name) or get_close_matches(name, known, 1, 0.6)
        inner = next(
            (f for f in FUNCTIONS if name.startswith(f) and name[len(f) :] in VARIABLES), ""
        )
        if inner and not calls:
            close = [f"{inner}({name[len(inner) :]})"]
        if calls:
            token = Token(token.kind, token.text, token.at, token.length + 1)
        expected = Text("x1, x2, pi, e or a function")
        if calls:
            expected = Text("a function: {known}", known=", ".join(FUNCTIONS))
        advice = Text("choose one of these")
        if close:
            advice = Text("did you mean {close}?", close=close[0])
        return self._wrong(expected, advice, token)

    def _call(self, name: str, token: Token) -> Expression:
        wanted = FUNCTIONS[name].arguments
        example = f"{name}({','.join(VARIABLES[:wanted])})"
        opened = self._token
        if not self._take("("):
            raise self._wrong(
                Text("a bracket after {name}", name=name),
                Text("write it as in {example}", example=example),
            )
        arguments = [self._sum()]
        while self._take(","):
            arguments.append(self._sum())
        self._close(opened)
        span = self._span(token.at)
        if len(arguments) != wanted:
            number = Text("{wanted} argument of {name}", wanted=wanted, name=name)
            if wanted > 1:
                number = Text("{wanted} arguments of {name}", wanted=wanted, name=name)
            raise FormulaError(
                Text(
                    "got {count} at character {at}, expected {number}; write it as in {example}",
                    count=len(arguments),
                    at=token.at + 1,
                    number=number,
                    example=example,
                ),
                at=span["at"],
                length=span["length"],
            )
        return Call(name, tuple(arguments), **span)
