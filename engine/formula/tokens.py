"""The words of a formula, each with its place in the text."""

import re
from dataclasses import dataclass
from typing import Literal

from engine.excerpt import shortened
from engine.formula.errors import FormulaError
from engine.text import Text

Kind = Literal["number", "name", "sign", "end"]

_NUMBER = re.compile(r"(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_SIGNS = re.compile(r"\*\*|[-+*/^(),]")

SIGNS = {
    "**": "^",
    "\N{MINUS SIGN}": "-",
    "\N{EN DASH}": "-",
    "\N{MULTIPLICATION SIGN}": "*",
    "\N{MIDDLE DOT}": "*",
    "\N{DOT OPERATOR}": "*",
    "\N{ASTERISK OPERATOR}": "*",
    "\N{DIVISION SIGN}": "/",
}
"""Other ways to write an operator, as texts from elsewhere have them."""
NAMES = {
    "\N{GREEK SMALL LETTER PI}": "pi",
    "\N{SQUARE ROOT}": "sqrt",
    "x\N{SUBSCRIPT ONE}": "x1",
    "x\N{SUBSCRIPT TWO}": "x2",
}
EXPONENTS = {"\N{SUPERSCRIPT TWO}": "2", "\N{SUPERSCRIPT THREE}": "3"}


@dataclass(frozen=True)
class Token:
    """A word: of what kind, how it is written in the canonical form, and where it stands."""

    kind: Kind
    text: str
    at: int
    length: int = 1


def tokens(text: str) -> list[Token]:
    """All words of a formula, and an end."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        words = _word(text, at)
        found += words
        at += words[0].length
    return [*found, Token("end", "", len(text), 1)]


def _word(text: str, at: int) -> list[Token]:
    """The word that begins at a place; an exponent above the line is two."""
    two, one = text[at : at + 2], text[at]
    if two in NAMES or one in NAMES:
        spelled = two if two in NAMES else one
        return [Token("name", NAMES[spelled], at, len(spelled))]
    if one in EXPONENTS:
        return [Token("sign", "^", at), Token("number", EXPONENTS[one], at)]
    if match := _NUMBER.match(text, at):
        return [Token("number", match[0], at, len(match[0]))]
    if match := _NAME.match(text, at):
        return [Token("name", match[0], at, len(match[0]))]
    if match := _SIGNS.match(text, at):
        return [Token("sign", SIGNS.get(match[0], match[0]), at, len(match[0]))]
    if one in SIGNS:
        return [Token("sign", SIGNS[one], at)]
    raise FormulaError(
        Text(
            "got {one!r} at character {at}, expected numbers, x1, x2, functions, brackets and +"
            " - * / ^; remove it",
            one=shortened(one),
            at=at + 1,
        ),
        at=at,
    )
