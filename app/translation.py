"""What the server says to people, in their language.

The English is in the code (`engine.text.Text`). `static/i18n/es.server.json` has what it is in
Spanish: a template for each of ours, with the same names in it. Where a word depends on a number
it is an object, `{"number": "more", "one": "...", "other": "..."}`, of the forms that the language
has (CLDR's plural rules). `en.server.json` has only such objects, and only the forms that the code
has not.

Numbers are written as the language writes them, and what the code has in straight quotes, in a
template (`'tfp'`) or by `repr` (`{got!r}`, `Quoted`), stands in the quotes of the language. What
programs read stays as in the code: codes, logs, the command line.
"""

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from string import Formatter
from typing import Any

from babel import Locale
from babel.numbers import get_decimal_symbol, get_group_symbol

from app.folders import folder
from engine.text import Quoted, Text

ENGLISH = "en"

Template = str | dict[str, str]

QUOTES = "'{text}'"
"""What the catalogues have the quotes of their language for."""
_IN_QUOTES = re.compile(r"(?<!\w)'([^']+)'(?!\w)")
"""In a template; an apostrophe has a letter before it."""

_EXPONENT = re.compile(r"(-?)([\d.]+)e([+-]\d+)")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_GROUPED_FROM = {"es": 5}
"""Digits of the shortest number in groups, where that is not 4: CLDR's `minimumGroupingDigits`,
which Babel leaves out."""


@cache
def catalogue(language: str, part: str = "server") -> Mapping[str, Template]:
    """What each English template of a part is in a language; nothing where that is not known."""
    path = folder("i18n") / f"{language}.{part}.json"
    found: Mapping[str, Template] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return found


def translate(text: str, language: str) -> str:
    """A text in a language. What is no `Text`, or not in the catalogue, stays as it is."""
    if not catalogue(language):
        return str(text)
    said: str = _said(text, language)
    return said


def speech(language: str) -> dict[str, Callable[[str], str]]:
    """The context in which an event of the protocol is written, so that it is in a language."""
    return {"say": lambda text: translate(text, language)}


def number(value: float, language: str) -> str:
    """A number with all its digits, as a language writes it."""
    return _signs(language).number(f"{value:,}" if isinstance(value, int) else f"{value:,.15g}")


def _quoted(text: str, language: str) -> str:
    said = catalogue(language).get(QUOTES, QUOTES)
    return str(said).replace("{text}", text)


def _said(value: Any, language: str) -> Any:
    if hasattr(value, "said_in"):  # the label of a component
        return value.said_in(language)
    if isinstance(value, Quoted):
        return _quoted(value.inner, language)
    if not isinstance(value, Text):
        return value
    template = catalogue(language).get(value.template, value.template)
    if isinstance(template, dict):
        number: Any = value.values[template["number"]]
        other = template.get("other", value.template)
        template = template.get(Locale(language).plural_form(number), other)
    values = {name: _said(inner, language) for name, inner in value.values.items()}
    template = _IN_QUOTES.sub(lambda match: _quoted(match[1], language), template)
    said = _signs(language).vformat(template, (), values)
    return value.change(said) if value.change else said


@cache
def _signs(language: str) -> "_Signs":
    return _Signs(language)


class _Signs(Formatter):
    """`str.format` with the signs of a language: in numbers, and its quotes for `!r`."""

    def __init__(self, language: str) -> None:
        group, decimal = get_group_symbol(language), get_decimal_symbol(language)
        self._language = language
        self._signs = str.maketrans({",": group, ".": decimal})
        self._grouped_from = _GROUPED_FROM.get(language, 4)

    def convert_field(self, value: Any, conversion: Any) -> Any:
        """A text by `!r` is in quotes."""
        if conversion == "r" and isinstance(value, str):
            return _quoted(Quoted(repr(value)).inner, self._language)
        return super().convert_field(value, conversion)

    def format_field(self, value: Any, format_spec: str) -> str:
        """A value as text."""
        said = format(value, format_spec)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return said
        if isinstance(value, float) and value.is_integer() and not format_spec:
            said = f"{value:.15g}"  # a bound of 80.0 is 80
        return self.number(said)

    def number(self, said: str) -> str:
        """A number that Python has written: `1,250`, `0.5`, `1e-05`."""
        if found := _EXPONENT.fullmatch(said):
            sign, factor, power = found.groups()
            if not -7 < int(power) <= 15:
                factor = "" if factor == "1" else f"{factor}\u00a0×\u00a0".translate(self._signs)
                return f"{sign}{factor}10{str(int(power)).translate(_RAISED)}"
            said = f"{Decimal(said):,f}"
        if sum(map(str.isdigit, said.partition(".")[0])) < self._grouped_from:
            said = said.replace(",", "")
        return said.translate(self._signs)
