"""What an exporter is: one way to take a run away, as files that others can use."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple

from app.history import History
from engine.registry import Component, Registry
from engine.spec import RunSpec
from engine.text import Text
from engine.trainer import Trainer

Group = Literal["network", "data"]


class File(NamedTuple):
    """A file of an export."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Run:
    """What can be taken away."""

    trainer: Trainer
    history: History
    link: str = ""
    """The hash of its experiment, with the `#`."""

    @property
    def spec(self) -> RunSpec:
        """The experiment."""
        return self.trainer.spec


class Exporter(Component):
    """Makes files of a run. The docstring is the help text of the menu."""

    group: ClassVar[Group] = "network"
    """What is taken away: the network, or data about it."""
    suffix: ClassVar[str]
    """Of the main file, which comes first."""
    needs: ClassVar[str] = ""
    """What whoever uses the files has to install, as for pip."""

    def lacks(self, spec: RunSpec) -> list[str]:
        """Why it cannot express an experiment: a sentence each, none when it can."""
        return []

    def files(self, run: Run) -> list[File]:
        """The files, the main one first; only of an experiment that it does not lack."""
        raise NotImplementedError


def why_not(exporter: Exporter, spec: RunSpec) -> Text | None:
    """Why an exporter cannot express an experiment, as one text; None when it can."""
    reasons = exporter.lacks(spec)
    return Text.joined(reasons) if reasons else None


EXPORTERS: Registry[Exporter] = Registry("exporter", Exporter)


def text_file(name: str, media_type: str, text: str) -> File:
    """A file of text in UTF-8."""
    return File(name, media_type, text.encode())


def csv_file(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> File:
    """A table with a line for the names of its columns; numbers have all their digits."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([cell(name) for name in header])
    writer.writerows([[cell(x) if isinstance(x, str) else x for x in row] for row in rows])
    return text_file(name, "text/csv", out.getvalue())


def cell(text: str) -> str:
    """A text that a spreadsheet takes for a text, also where it would run it as a formula."""
    line = re.sub(r"[\x00-\x1f\x7f]", " ", text)
    return f"'{line}" if line.startswith(("=", "+", "-", "@")) else line
