"""Plain JSON data to records: the way back from `Record.to_dict`."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar, get_args, get_origin

from engine.excerpt import excerpt, shortened
from engine.fields import Record, SpecError, annotations, require_length
from engine.registry import Component
from engine.text import Text

R = TypeVar("R", bound=Record)


def decode(cls: type[R], data: Mapping[str, Any]) -> R:
    """The record that plain JSON data describe; a `SpecError` names the path of what is wrong."""
    return cls(**decode_fields(cls, data))


def decode_fields(cls: type[Record], data: Any) -> dict[str, Any]:
    """The fields that `data` gives, as values of their types; records pass as they are."""
    hints = annotations(cls)
    for name in _object(data):
        if name not in hints:
            known = ", ".join(hints)
            raise SpecError(
                Text(
                    "got an unknown field, expected one of: {known}; remove it",
                    known=known,
                ),
                shortened(str(name)),
            )
    return {name: _decode(name, value, hints[name]) for name, value in data.items()}


def _object(data: Any) -> Mapping[str, Any]:
    if isinstance(data, Mapping):
        return data
    raise SpecError(
        Text(
            "got {got}, expected an object; give one with the fields to set",
            got=excerpt(data),
        )
    )


def _decode(path: str, value: Any, annotation: Any) -> Any:
    kind = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    try:
        if get_origin(kind) is tuple and isinstance(value, list | tuple):
            require_length(value, annotation)  # before anything is made of the entries
            item = get_args(kind)[0]
            return tuple(_decode(f"[{index}]", entry, item) for index, entry in enumerate(value))
        if isinstance(kind, type) and issubclass(kind, Record) and not isinstance(value, Record):
            if issubclass(kind, Component):
                return kind.registry.make(_object(value))
            return decode(kind, value)
    except SpecError as error:
        raise error.within(path) from None
    return value
