"""What somebody gave, as an error may show it: short, on one line, and of no other form.

An error quotes what was got, and what was got may be anything: a text of a megabyte, a number of
ten thousand digits, a list in a list, or an object whose `repr` names an address in memory.
"""

import reprlib
from typing import Any

from engine.text import Quoted, Text

LONGEST = 80
"""Characters of a value that are shown."""
DIGITS = 40
"""Digits of a whole number up to which it is written out; Python refuses to write 4,300."""


def excerpt(value: Any) -> str:
    """A value, shortened in the middle where it is long: `'abc...xyz'`, `[1, 2, 3, ...]`."""
    if type(value) is int and value.bit_length() > DIGITS * 10 // 3:
        return Text("a whole number of about {digits} digits", digits=_digits(value))
    if type(value) is float:
        return Text("{value}", value=value)  # as the reader's language writes it
    if type(value) not in _SHOWN:
        return Text("something of the type {type}", type=type(value).__name__)
    text = _SHORT.repr(value)
    if type(value) is str:
        return Quoted(text)
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def shortened(text: str, length: int = 40) -> str:
    """A text of somebody else's inside a sentence, as a person can stand to read it."""
    text = text[: length + 1]
    text = "".join(character if character.isprintable() else "\ufffd" for character in text)
    return text if len(text) <= length else text[: length - 1] + "…"


_SHOWN = frozenset({str, int, float, bool, type(None), list, tuple, dict, set, frozenset, bytes})
"""Types of what JSON can say, and of what is not much more."""


def _digits(x: int) -> int:
    return int(x.bit_length() * 0.30103) + 1


class _Short(reprlib.Repr):
    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 2
        self.maxstring = self.maxother = LONGEST - 20
        self.maxlist = self.maxtuple = self.maxdict = 3

    def repr_int(self, x: int, level: int) -> str:
        if x.bit_length() <= DIGITS * 10 // 3:
            return repr(x)
        return f"a whole number of about {_digits(x)} digits"

    def repr_instance(self, x: Any, level: int) -> str:
        if x is None or isinstance(x, bool | float):
            return repr(x)
        return f"something of the type {type(x).__name__}"


_SHORT = _Short()
