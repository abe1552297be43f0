"""Records whose fields state their own range and presentation, and check themselves."""

import inspect
import math
from dataclasses import MISSING, Field, dataclass, fields
from functools import cache
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    NamedTuple,
    get_args,
    get_origin,
    get_type_hints,
)

from annotated_types import Ge, Gt, Le, Lt, MaxLen

from engine.excerpt import excerpt
from engine.text import Text


class SpecError(ValueError):
    """An experiment that cannot be run: says where, what was got, what was expected, what to do."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.message = message
        self.path = path

    @property
    def text(self) -> str:
        """All of it, so that it can be said in another language where `message` can."""
        if not self.path:
            return self.message
        return Text("{path}: {message}", path=self.path, message=self.message)

    def within(self, path: str) -> "SpecError":
        """The same error seen from the record that holds the failing one."""
        joint = "" if not self.path or self.path.startswith("[") else "."
        return SpecError(self.message, f"{path}{joint}{self.path}")


@dataclass(frozen=True, kw_only=True)
class Ui:
    """How a control presents a field: what a range alone cannot say."""

    label: str = ""
    label_es: str = ""
    help: str = ""
    help_es: str = ""
    step: float | None = None
    scale: Literal["linear", "log"] = "linear"
    options: tuple[float, ...] = ()
    min: float | None = None
    max: float | None = None

    def label_in(self, language: str) -> str:
        """The label in a language, in English where it is not said in that one."""
        return getattr(self, f"label_{language}", "") or self.label

    def help_in(self, language: str) -> str:
        """The help in a language, in English where it is not said in that one."""
        return getattr(self, f"help_{language}", "") or self.help


def annotations(cls: type) -> dict[str, Any]:
    """The field annotations of a record, with their `Annotated` metadata."""
    return _annotations(cls)


@cache
def _annotations(cls: type) -> dict[str, Any]:
    hints = get_type_hints(cls, include_extras=True)
    return {field.name: hints[field.name] for field in fields(cls)}


def default_of(field: Field[Any]) -> Any:
    """The default of a dataclass field, or MISSING."""
    return field.default if field.default_factory is MISSING else field.default_factory()


class Record:
    """The base of every frozen dataclass of the engine's public data: checked, and plain JSON."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.__repr__ = Record.__repr__  # type: ignore[method-assign]  # `dataclass` leaves it then

    def __repr__(self) -> str:
        """What makes it again, without what is as usual: `Arms(turns=2.0)`."""
        given = [
            f"{field.name}={getattr(self, field.name)!r}"
            for field in fields(self)  # type: ignore[arg-type]
            if getattr(self, field.name) != default_of(field)
        ]
        return f"{type(self).__name__}({', '.join(given)})"

    def __post_init__(self) -> None:
        cls: type = type(self)
        for name, rule in _rules(cls).items():
            try:
                value = _checked(getattr(self, name), rule)
            except SpecError as error:
                raise error.within(name) from None
            object.__setattr__(self, name, value)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data that makes the same record again."""
        return {name: _plain(getattr(self, name)) for name in annotations(type(self))}

    @classmethod
    def help(cls) -> str:
        """The docstring, as help text for a person."""
        return inspect.cleandoc(cls.__doc__ or "")


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


class _Rule(NamedTuple):
    """An annotation, taken apart: to do so takes longer than to check a value."""

    kind: Any
    origin: Any
    """`Literal` or `tuple`; None of a plain type."""
    arguments: tuple[Any, ...]
    """What a literal may be."""
    entry: "_Rule | None"
    """Of the entries of a tuple."""
    bounds: list[Any]

    @classmethod
    def of(cls, annotation: Any) -> "_Rule":
        kind, *metadata = get_args(annotation) if _is_annotated(annotation) else (annotation,)
        origin, arguments = get_origin(kind), get_args(kind)
        entry = cls.of(arguments[0]) if origin is tuple else None
        bounds = [each for each in metadata if isinstance(each, Ge | Gt | Le | Lt | MaxLen)]
        return cls(kind, origin, arguments, entry, bounds)


@cache
def _rules(cls: type) -> dict[str, _Rule]:
    """The rule of each field of a record."""
    return {name: _Rule.of(annotation) for name, annotation in annotations(cls).items()}


def checked(value: Any, annotation: Any) -> Any:
    """`value` in the type that `annotation` asks for, or a `SpecError`."""
    return _checked(value, _Rule.of(annotation))


def _checked(value: Any, rule: _Rule) -> Any:
    if rule.origin is tuple and isinstance(value, list):  # JSON has no tuples
        _require_length(value, rule)
        value = tuple(value)
    value = _typed(value, rule)
    _require(value, rule.bounds)
    return value


def require_length(value: Any, annotation: Any) -> None:
    """A `SpecError` when there are more entries than `annotation` allows."""
    _require_length(value, _Rule.of(annotation))


def _require_length(value: Any, rule: _Rule) -> None:
    _require(tuple(value), [bound for bound in rule.bounds if isinstance(bound, MaxLen)])


def _require(value: Any, bounds: list[Any]) -> None:
    if not all(_holds(value, bound) for bound in bounds):
        got = (
            Text("{count} entries", count=len(value))
            if isinstance(value, tuple)
            else excerpt(value)
        )
        raise SpecError(
            Text(
                "got {got}, expected {range}; choose a value in that range",
                got=got,
                range=_range(bounds),
            )
        )


def _is_annotated(annotation: Any) -> bool:
    return get_origin(annotation) is Annotated


def _typed(value: Any, rule: _Rule) -> Any:
    kind = rule.kind
    if rule.origin is Literal:
        if value in rule.arguments:
            return value
        expected = ", ".join(map(str, rule.arguments))
        raise SpecError(
            Text(
                "got {got}, expected one of: {expected}; choose one of these",
                got=excerpt(value),
                expected=expected,
            )
        )
    if rule.entry is not None:
        if not isinstance(value, tuple):
            raise SpecError(
                Text(
                    "got {got}, expected a list; put the entries in one",
                    got=excerpt(value),
                )
            )
        return tuple([_entry(index, item, rule.entry) for index, item in enumerate(value)])
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        if _is_finite(value):
            return float(value)
        raise SpecError(
            Text(
                "got {got}, expected a finite number; give a finite number",
                got=excerpt(value),
            )
        )
    if kind is str and isinstance(value, str) and not _is_text(value):
        raise SpecError(
            Text(
                "got {got}, expected Unicode text; leave out the half characters",
                got=excerpt(value),
            )
        )
    if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    noun = _NOUNS.get(kind) or Text("a {kind}", kind=kind.__name__)
    raise SpecError(
        Text(
            "got {got}, expected {noun}; give {noun}",
            got=excerpt(value),
            noun=noun,
        )
    )


_NOUNS = {
    float: Text("a number"),
    int: Text("a whole number"),
    bool: Text("true or false"),
    str: Text("a text"),
}


def _is_text(value: str) -> bool:
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON may hold
        return False
    return True


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond all doubles
        return False


def _entry(index: int, item: Any, rule: _Rule) -> Any:
    try:
        return _checked(item, rule)
    except SpecError as error:
        raise error.within(f"[{index}]") from None


def _holds(value: Any, bound: Any) -> bool:
    match bound:
        case Ge():
            return bool(value >= bound.ge)
        case Gt():
            return bool(value > bound.gt)
        case Le():
            return bool(value <= bound.le)
        case Lt():
            return bool(value < bound.lt)
        case MaxLen():
            return len(value) <= bound.max_length
        case _:
            return True


def _range(metadata: list[Any]) -> Text:
    """In words; of bounds at both ends, too."""
    words = [text for bound in metadata if (text := _in_words(bound)) is not None]
    both, *more = words
    for other in more:
        both = Text("{one} and {other}", one=both, other=other)
    return both


def _in_words(bound: Any) -> Text | None:
    match bound:
        case Ge():
            return Text("at least {least}", least=bound.ge)
        case Gt():
            return Text("more than {limit}", limit=bound.gt)
        case Le():
            return Text("at most {most}", most=bound.le)
        case Lt():
            return Text("less than {limit}", limit=bound.lt)
        case MaxLen():
            return Text("at most {most} entries or characters", most=bound.max_length)
        case _:
            return None
