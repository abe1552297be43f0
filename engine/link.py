"""What a link says: an experiment, how it is shown, and what in it had to be replaced."""

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from annotated_types import Ge, Le

from engine import changes
from engine.excerpt import shortened
from engine.spec import RunSpec
from engine.text import Text, template

START_SPEED = 120.0
"""Epochs per second of a new session: slow enough to see the network learn."""


@dataclass(frozen=True)
class View:
    """What is shown and how it is played, not what is trained; part of the link as in
    playground.tensorflow.org."""

    show_test_data: bool = False
    discretize: bool = False
    contours: bool = False
    projector: bool = False
    """In large type, to be read from the last row of a room."""
    hidden: tuple[str, ...] = ()
    """Controls that the link hides, by TFP's names: `noise` for `noise_hide=true`."""
    hide_text: bool = False
    tutorial: str | None = None
    speed: Annotated[float, Ge(0.0), Le(100_000.0)] = START_SPEED
    """Epochs per second to train at; 0 is as many as possible."""
    until_epoch: Annotated[int, Ge(0), Le(10_000_000)] = 0
    """Training pauses at this epoch; 0 is none."""
    until_test_loss: Annotated[float, Ge(0.0)] = 0.0
    """And when the test loss is below this; 0 is never."""


class Notice(changes.Notice):
    """What in a link could not be used, and what is used instead."""

    __slots__ = ()

    @property
    def text(self) -> str:
        """The sentence, in English."""
        return str(self)


@dataclass(frozen=True)
class Decoded:
    """A link, read."""

    spec: RunSpec
    view: View
    notices: tuple[Notice, ...] = ()


def replaced(key: str, got: str, used: str, why: str) -> Notice:
    """The notice that a value of a link was replaced. `why` and `used` may be texts."""
    text = template("The link says {key}={got}: {why}; {used} is used instead.")
    short = Text.changed(why, partial(shortened, length=200))
    used = used if isinstance(used, Text) else _written(used)
    return Notice("link_value", text, key=key, got=shortened(got), used=used, why=short)


def _written(value: str) -> str:
    """A value of a link in a sentence, where numbers are written as in the reader's language."""
    for kind in (int, float):
        with suppress(ValueError):
            if str(number := kind(value)) == value:
                return Text("{number}", number=number)
    return shortened(value)


def ignored(key: str, why: str) -> Notice:
    """The notice that a key of a link was left out."""
    return Notice("link_ignored", "The link says {key}: {why}.", key=shortened(key), why=why)
