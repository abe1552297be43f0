"""Sentences for people that can be said in another language, which the engine itself knows none of.

English stays where it is said. A sentence remembers the template that it was made of and the values
in it, so that whoever shows it can look the template up in a catalogue (`app.translation`). A
program that reads it, and a log, has a plain `str`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self


class Text(str):
    """An English sentence, or a part of one: a template and its values, some of them texts too."""

    __slots__ = ("change", "template", "values")

    template: str
    values: Mapping[str, object]
    change: Callable[[str], str] | None
    """What is done to the sentence when it has been put together, in whatever language."""

    def __new__(cls, template: str, /, **values: object) -> Self:
        """`template` is a format of the values, which it names: `{got}`, `{rate:g}`."""
        return cls._made(template.format(**values), template, values)

    @classmethod
    def _made(
        cls,
        said: str,
        template: str,
        values: Mapping[str, object],
        change: Callable[[str], str] | None = None,
    ) -> Self:
        text = super().__new__(cls, said)
        text.template, text.values, text.change = template, values, change
        return text

    @property
    def without_advice(self) -> "Text":
        """An error of ours without what comes after its semicolon: what to do about it. Every
        language has the semicolon there.
        """
        return Text.changed(self, _without_advice)

    @staticmethod
    def joined(parts: Iterable[str], separator: str = " ") -> "Text":
        """Several as one; no language has a word for what is between them."""
        values = {f"part{number}": part for number, part in enumerate(parts)}
        return Text(separator.join(f"{{{name}}}" for name in values), **values)

    @staticmethod
    def changed(text: str, change: Callable[[str], str]) -> "Text":
        """The text with something done to it, which is done to it in every language: it is cut to
        a length, say."""
        return Text._made(change(text), "{text}", {"text": text}, change)

    @staticmethod
    def of(text: str) -> "Text":
        """A text that is one already, or a plain one, which is the same in all languages."""
        return text if isinstance(text, Text) else Text("{text}", text=text)

    def __reduce_ex__(self, protocol: Any) -> Any:
        """As bytes it is what a program reads: a plain text."""
        return str, (str(self),)


class Quoted(str):
    """A text of somebody else's in quotes: as `repr` writes it, and for a person in the quotes of
    their language."""

    __slots__ = ()

    def __new__(cls, written: str) -> Self:
        """`written` is what `repr` makes of it, or a shorter form of that."""
        return super().__new__(cls, written)

    @property
    def inner(self) -> str:
        """What is between the quotes."""
        return self[1:-1].replace("\\'", "'")

    def __reduce_ex__(self, protocol: Any) -> Any:
        """As bytes it is a plain text, too."""
        return str, (str(self),)


def text_of(error: Exception) -> str:
    """What an error says, as a text that can be translated where it was raised with one."""
    said: object = getattr(error, "text", None) or (error.args[0] if error.args else "")
    return said if isinstance(said, str) else str(error)


def template(sentence: str) -> str:
    """Marks a template that a text is made of elsewhere, so that a test finds it."""
    return sentence


def _without_advice(sentence: str) -> str:
    return sentence.rpartition(";")[0] or sentence
