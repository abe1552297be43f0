"""JSON of strangers: read within limits that hold before memory is taken; and JSON for people."""

import json
from functools import partial
from typing import Any, NoReturn

from engine.excerpt import shortened
from engine.fields import SpecError
from engine.text import Text, text_of

LARGEST = 4_000_000
"""Characters of a file: the largest network with Adam takes 2.4 million."""
MOST_BRACKETS = 20_000
MOST_COMMAS = 300_000
"""What a parser makes of a text takes up to forty times its size, but only of many small things."""
WIDTH = 100
"""Characters up to which something of several parts stands on one line."""


def parse(text: str) -> Any:
    """The value that a JSON text says, or a `SpecError`."""
    if len(text) > LARGEST:
        raise SpecError(
            Text(
                "got a text of {count:,} characters, expected at most {largest:,}; choose"
                " another file",
                count=len(text),
                largest=LARGEST,
            )
        )
    brackets, commas = text.count("[") + text.count("{"), text.count(",")
    if brackets > MOST_BRACKETS or commas > MOST_COMMAS:
        raise SpecError(
            Text(
                "got a text with {brackets:,} opening brackets and {commas:,} commas, expected"
                " at most {most_brackets:,} and {most_commas:,}; choose another file",
                brackets=brackets,
                commas=commas,
                most_brackets=MOST_BRACKETS,
                most_commas=MOST_COMMAS,
            )
        )
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise SpecError(
            Text(
                "got no JSON ({error}), expected a file saved by this program; choose another file",
                error=_reason(error),
            )
        ) from None


def _reason(error: Exception) -> Text:
    """What Python's parser says."""
    if not isinstance(error, json.JSONDecodeError):
        return Text.changed(text_of(error), partial(shortened, length=120))
    return Text(
        "{reason}: line {line} column {column} (char {char})",
        reason=Text(error.msg),
        line=error.lineno,
        column=error.colno,
        char=error.pos,
    )


def _refuse(constant: str) -> NoReturn:
    raise ValueError(Text("{constant} is no number", constant=constant))


def written(value: Any, indent: str = "") -> str:
    """JSON that a person can read: what is short, and every list of numbers, is one line."""
    if _is_flat(value):
        return json.dumps(value, allow_nan=False, ensure_ascii=False)
    inner = indent + "  "
    if isinstance(value, dict):
        parts = [f"{json.dumps(key)}: {written(item, inner)}" for key, item in value.items()]
        opening, closing = "{", "}"
    else:
        parts = [written(item, inner) for item in value]
        opening, closing = "[", "]"
    line = ", ".join(parts)
    if len(line) < WIDTH - len(indent) and "\n" not in line:
        return f"{opening}{line}{closing}"
    body = f",\n{inner}".join(parts)
    return f"{opening}\n{inner}{body}\n{indent}{closing}"


def _is_flat(value: Any) -> bool:
    """Whether it is a scalar, or a list of such."""
    if not isinstance(value, list):
        return not isinstance(value, dict)
    return not any(isinstance(item, list | dict) for item in value)
