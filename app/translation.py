"""What the server says to people, in their language.

The English is in the code (`engine.text.Text`). `static/i18n/es.server.json` has what it is in
Spanish: a template for each of ours, with the same names in it. Where a word depends on a number
it is an object, `{"number": "more", "one": "...", "other": "..."}`, of the forms that the language
has (CLDR's plural rules). `en.server.json` has only such objects, and only the forms that the code
has not. Numbers are written as the language writes them. What programs read stays as in the code:
codes, logs, the command line.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from string import Formatter
from typing import Any

from babel import Locale
from babel.numbers import get_decimal_symbol, get_group_symbol

from app.folders import folder
from engine.text import Text

ENGLISH = "en"

Template = str | dict[str, str]


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


def _said(value: Any, language: str) -> Any:
    if hasattr(value, "said_in"):  # the label of a component
        return value.said_in(language)
    if not isinstance(value, Text):
        return value
    template = catalogue(language).get(value.template, value.template)
    if isinstance(template, dict):
        number: Any = value.values[template["number"]]
        other = template.get("other", value.template)
        template = template.get(Locale(language).plural_form(number), other)
    values = {name: _said(inner, language) for name, inner in value.values.items()}
    said = _numbers(language).vformat(template, (), values)
    return value.change(said) if value.change else said


@cache
def _numbers(language: str) -> "_Numbers":
    return _Numbers(language)


class _Numbers(Formatter):
    """`str.format` with the signs of a language in numbers."""

    def __init__(self, language: str) -> None:
        group, decimal = get_group_symbol(language), get_decimal_symbol(language)
        self._signs = str.maketrans({",": group, ".": decimal})

    def format_field(self, value: Any, format_spec: str) -> str:
        """A value as text."""
        if isinstance(value, float) and value.is_integer() and not format_spec:
            value = f"{value:.15g}"  # a bound of 80.0 is 80
        said = format(value, format_spec)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return said.translate(self._signs)
        return said
