"""A readable notation for values of any field: `8:relu,4:leaky_relu(alpha=0.2)`, `x1,sin x1`.

It is derived from the records' annotations alone, so that a new component, parameter or field needs
nothing here. A tuple is a list with commas; a component is its kind, with those parameters that are
not at their default in brackets, or the one text that stands for it (a formula); any other record
is its fields with colons between them.

`read` never fails: what cannot be used is replaced, reported, and the rest is kept.
"""

import math
import re
import types
from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin
from urllib.parse import unquote

from annotated_types import Ge, Le, MaxLen

from engine.fields import Record, SpecError, annotations, checked, default_of
from engine.registry import Component
from engine.text import Text
from engine.tfp.javascript import from_number, to_number

Report = Callable[[str, str, str], None]
"""Told of (what was got, what is used instead, why)."""

_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)
"""What can only be the name of a kind."""
_MOST_PARAMETERS = 100
"""Of a component that are looked at; none has half as many."""
_STRUCTURE = re.compile(r"[%,:()=\x00-\x1f\x7f]")


def write(value: Any) -> str:
    """A value of a field in the notation."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return from_number(value)
    if isinstance(value, str):
        return _STRUCTURE.sub(lambda found: f"%{ord(found[0]):02X}", value)
    if isinstance(value, tuple):
        return ",".join(map(_nested, value))
    if isinstance(value, Component):
        if value.stands_for:
            return str(getattr(value, value.stands_for))
        defaults = _defaults(type(value))
        parameters = ",".join(
            f"{name}={_nested(getattr(value, name))}"
            for name, default in defaults.items()
            if name != "kind" and getattr(value, name) != default
        )
        return write(value.name()) + (f"({parameters})" if parameters else "")
    assert isinstance(value, Record), f"no notation for {value!r}"
    return ":".join(_nested(getattr(value, name)) for name in annotations(type(value)))


def read(text: str, annotation: Any, default: Any, *, report: Report) -> Any:
    """The value that `text` stands for; `default` (or MISSING) for what cannot be used."""
    kind, bounds = _taken_apart(annotation)
    annotation = Annotated[kind, *bounds] if bounds else kind
    value: Any = MISSING
    used = default
    try:
        value = _parsed(text, kind, default, bounds, report=report)
        used = _fitted(value, kind, bounds)
        used = checked(used, annotation)
        return checked(value, annotation)
    except SpecError as error:
        if used is value:
            used = default
        nothing = Text("nothing")
        words = nothing if used is MISSING else write(used) or nothing
        report(text, words, Text.of(error.message).without_advice)
        return used


def _taken_apart(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """The type and its bounds; `X | None` is X, since an absent key is the None."""
    kind, bounds = annotation, ()
    while get_origin(kind) is Annotated:
        kind, *more = get_args(kind)
        bounds = (*bounds, *more)
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(arg for arg in get_args(kind) if arg is not type(None))
    return kind, bounds


def _parsed(text: str, kind: Any, default: Any, bounds: tuple[Any, ...], *, report: Report) -> Any:
    """The value as it is written, whatever its range; of a list, one entry more than it may have
    at most.
    """
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        most = next((b.max_length for b in bounds if isinstance(b, MaxLen)), len(text))
        parts = _parts(text, ",")[: most + 1] if text else []
        values = [read(_opened(part), item, MISSING, report=report) for part in parts]
        return tuple(value for value in values if value is not MISSING)
    if get_origin(kind) is Literal or kind is str:
        return unquote(text)
    if kind is bool:
        return {"true": True, "false": False}.get(text, text)
    if kind in (int, float):
        number = to_number(text) if text.strip() else math.nan
        whole = math.isfinite(number) and number == int(number)
        return text if math.isnan(number) else int(number) if kind is int and whole else number
    if issubclass(kind, Component):
        return _component(text, kind, default, report=report)
    return _record(text, kind, report=report)


def _fitted(value: Any, kind: Any, bounds: tuple[Any, ...]) -> Any:
    """The nearest value within the bounds: a number, or the start of something too long."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        for bound in bounds:
            if isinstance(bound, Ge):
                value = max(value, cast(float, bound.ge))
            elif isinstance(bound, Le):
                value = min(value, cast(float, bound.le))
        return math.floor(value + 0.5) if kind is int and math.isfinite(value) else value
    if isinstance(value, str | tuple):
        return value[: next((b.max_length for b in bounds if isinstance(b, MaxLen)), None)]
    return value


def _component(text: str, base: type[Component], default: Any, *, report: Report) -> Component:
    """`kind` or `kind(parameter=value,...)`; a missing last bracket is forgiven."""
    name, bracket, rest = text.partition("(")
    kind = unquote(name)
    free: type[Component] | None = next((cls for cls in base.registry if cls.stands_for), None)
    if free and kind not in base.registry and (bracket or not _WORD.fullmatch(kind)):
        return free(**{str(free.stands_for): unquote(text)})
    cls: type[Component] = base.registry[kind]
    values: dict[str, Any] = {}
    hints, defaults = annotations(cls), _defaults(cls)
    for part in _parts(rest.removesuffix(")"), ",")[:_MOST_PARAMETERS] if bracket else ():
        parameter, _, value = part.partition("=")
        if parameter == "kind" or parameter not in hints:
            why = Text("{kind} has no parameter of this name", kind=cls.name())
            report(part, Text("nothing"), why)
            continue
        fallback = getattr(default, parameter) if type(default) is cls else defaults[parameter]
        values[parameter] = read(_opened(value), hints[parameter], fallback, report=report)
    return cls(**{name: value for name, value in values.items() if value is not MISSING})


def _record(text: str, cls: type[Record], *, report: Report) -> Record:
    """The fields in order, with colons between; those left out at the end have their default."""
    values: dict[str, Any] = {}
    hints, defaults = annotations(cls), _defaults(cls)
    parts = _parts(text, ":")
    for part, (name, hint) in zip(parts, hints.items(), strict=False):
        values[name] = read(_opened(part), hint, defaults[name], report=report)
    if len(parts) > len(hints):
        why = Text("expected only {known}", known=":".join(hints))
        report(":".join(parts[len(hints) :]), Text("nothing"), why)
    return cls(**{name: value for name, value in values.items() if value is not MISSING})


def _defaults(cls: type[Record]) -> dict[str, Any]:
    return {field.name: default_of(field) for field in fields(cls)}  # type: ignore[arg-type]


def _nested(value: Any) -> str:
    """A value inside another one: a list needs brackets there."""
    return f"({write(value)})" if isinstance(value, tuple) else write(value)


def _opened(text: str) -> str:
    """Without a bracket around all of it."""
    if not (text.startswith("(") and text.endswith(")")):
        return text
    depth = 0
    for character in text[:-1]:
        depth += (character == "(") - (character == ")")
        if depth == 0:  # the first bracket ends before the end: `(x1+1)*(x2-1)`
            return text
    return text[1:-1]


def _parts(text: str, separator: str) -> list[str]:
    """`text` split at the separators that stand in no bracket."""
    parts, depth, start = [], 0, 0
    for index, character in enumerate(text):
        if character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
        elif character == separator and depth <= 0:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]
