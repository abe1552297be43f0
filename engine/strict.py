"""Plain data of strangers, taken for what they should be or refused: where, what was got, what was
expected. Nothing is turned into something else on the way: a text is no number, nor is true.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from engine.arrays import Array
from engine.excerpt import excerpt
from engine.fields import SpecError
from engine.snapshot import LATEST
from engine.text import Text


def refuse(path: str, got: Any, expected: str) -> NoReturn:
    """Refuses the value at a path."""
    raise SpecError(
        Text(
            "got {got}, expected {expected}; save the file again, or choose another",
            got=excerpt(got),
            expected=expected,
        ),
        path,
    )


def an_object(value: Any, path: str, names: Iterable[str] = ()) -> Mapping[str, Any]:
    """An object; the names say in an error what is expected in it."""
    if not isinstance(value, dict):
        expected = Text("an object")
        if known := ", ".join(names):
            expected = Text("an object with {known}", known=known)
        refuse(path, value, expected)
    return value


def a_record(value: Any, path: str, names: Sequence[str]) -> Mapping[str, Any]:
    """An object with exactly these fields."""
    found = an_object(value, path, names)
    if set(found) != set(names):
        refuse(
            path,
            list(found),
            Text(
                "the fields {known}",
                known=", ".join(names),
            ),
        )
    return found


def a_list(value: Any, path: str, length: int | None = None) -> list[Any]:
    """A list, of this length."""
    if not isinstance(value, list):
        expected = Text("a list")
        if length is not None:
            expected = Text("a list of {length}", length=length)
        refuse(path, value, expected)
    if length is not None and len(value) != length:
        raise SpecError(
            Text(
                "got {count} entries, expected {length}; save the file again, or choose another",
                count=len(value),
                length=length,
            ),
            path,
        )
    return value


def a_count(value: Any, path: str, most: int = LATEST) -> int:
    """A whole number."""
    if type(value) is not int or not 0 <= value <= most:
        refuse(
            path,
            value,
            Text(
                "a whole number from 0 to {most}",
                most=most,
            ),
        )
    return value


def numbers(value: Any, path: str, length: int | None = None) -> Array:
    """A list of finite numbers as an array."""
    given = a_list(value, path, length)
    for index, number in enumerate(given):
        if type(number) is not float and (type(number) is not int or abs(number) > LATEST):
            refuse(f"{path}[{index}]", number, Text("a number"))
    array: Array = np.array(given, np.float64)
    finite = np.isfinite(array)
    if not finite.all():
        index = int(np.argmin(finite))
        refuse(f"{path}[{index}]", given[index], Text("a finite number"))
    return array


def whole_numbers(value: Any, path: str) -> Array:
    """A list of whole numbers as an array."""
    for index, number in enumerate(a_list(value, path)):
        a_count(number, f"{path}[{index}]")
    array: Array = np.array(value, np.int64)
    return array
