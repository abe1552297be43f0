"""Registries: where the components of one sort are declared, found by kind, and listed in order."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, ClassVar, Generic, Self, TypeVar

from engine.excerpt import excerpt, shortened
from engine.fields import Record, SpecError
from engine.text import Text

T = TypeVar("T", bound="Component")
C = TypeVar("C", bound="Component")


class Component(Record):
    """One choice an experiment can make: a frozen dataclass; its fields are its parameters."""

    registry: ClassVar["Registry[Any]"]
    label: ClassVar[str]
    label_es: ClassVar[str]
    """In Spanish; a component that does not say it is called by its label."""
    short: ClassVar[str] = ""
    """What lists with little room call it: the label's own words, fewer of them."""
    short_es: ClassVar[str] = ""
    help_es: ClassVar[str]
    """What the docstring says, in Spanish; without it the docstring is shown."""
    tfp: ClassVar[str | None] = None
    """The name of this choice in a playground.tensorflow.org link, where that page has it."""
    stands_for: ClassVar[str | None] = None
    """The parameter whose value alone stands for this choice in a link, as `sqrt(x1)` does for a
    formula; it is read where no kind has that name."""

    @classmethod
    def name(cls) -> str:
        """The kind: the one name of this choice in links, messages and files."""
        (kind,) = (field.default for field in fields(cls) if field.name == "kind")  # type: ignore[arg-type]
        return str(kind)

    @classmethod
    def label_in(cls, language: str) -> str:
        """The label in a language (`es`), in English where it is not said in that one."""
        here = next(base for base in cls.__mro__ if "label" in vars(base))
        return vars(here).get(f"label_{language}", "") or cls.label

    @classmethod
    def short_in(cls, language: str) -> str:
        """The short label in a language; empty where the label is short."""
        return vars(cls).get(f"short_{language}", "") or cls.short

    @classmethod
    def help_in(cls, language: str) -> str:
        """The help in a language, in English where it is not said in that one."""
        return vars(cls).get(f"help_{language}", "") or cls.help()


class Label(str):
    """What a component is called, in a sentence: in another language by its label in that one."""

    __slots__ = ("component",)

    component: type[Component]

    def __new__(cls, component: type[Component]) -> Self:
        """The label in English."""
        label = super().__new__(cls, component.label)
        label.component = component
        return label

    def said_in(self, language: str) -> str:
        """The label in a language."""
        return self.component.label_in(language)


class Registry(Generic[T]):
    """The components of one sort, in the order in which they were declared."""

    def __init__(self, noun: str, base: type[T]) -> None:
        self.noun = noun
        self.base = base
        base.registry = self
        self._classes: dict[str, type[T]] = {}

    def register(self, cls: type[C]) -> type[C]:
        """Class decorator: adds a component under its kind."""
        kind = cls.name()
        assert kind not in self._classes, f"two components of {self.noun} are called {kind!r}"
        self._classes[kind] = cls  # type: ignore[assignment]
        return cls

    def __iter__(self) -> Iterator[type[T]]:
        return iter(self._classes.values())

    def __len__(self) -> int:
        return len(self._classes)

    def __contains__(self, kind: object) -> bool:
        return kind in self._classes

    def __getitem__(self, kind: str) -> type[T]:
        try:
            return self._classes[kind]
        except (KeyError, TypeError):
            known = ", ".join(self._classes)
            raise SpecError(
                Text(
                    "got the unknown {noun} {got}, expected one of: {known}; choose one of these",
                    noun=Text(self.noun),
                    got=excerpt(kind),
                    known=known,
                )
            ) from None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The names, in declared order."""
        return tuple(self._classes)

    def make(self, data: Mapping[str, Any]) -> T:
        """The component that `{"kind": ..., **parameters}` describes."""
        if "kind" not in data:
            example = {"kind": self.kinds[0]}
            raise SpecError(
                Text(
                    "got {got}, expected an object with a kind; write e.g. {example}",
                    got=excerpt(data),
                    example=example,
                )
            )
        cls = self[data["kind"]]
        known = {field.name for field in fields(cls)}  # type: ignore[arg-type]
        if unknown := sorted(map(str, set(data) - known)):
            allowed = ", ".join(sorted(known - {"kind"})) or Text("none")
            raise SpecError(
                Text(
                    "got the parameter {got}, expected of {kind}: {allowed}; remove it",
                    got=excerpt(shortened(unknown[0])),
                    kind=cls.name(),
                    allowed=allowed,
                )
            )
        return cls(**data)
