"""A table of a document that is written from the code, between two marks."""

from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).parents[2] / "docs"


class Place(NamedTuple):
    """Where a table stands."""

    document: Path
    start: str
    end: str

    def parts(self) -> tuple[str, str, str]:
        """The document before the table, the table, and the rest."""
        before, start, rest = self.document.read_text("utf-8").partition(self.start)
        written, end, after = rest.partition(self.end)
        assert start, self.document
        assert end, self.document
        return before + start, written, end + after

    def write(self, table: str) -> None:
        """Write the table anew."""
        before, _, after = self.parts()
        self.document.write_text(before + "\n" + table + "\n" + after, encoding="utf-8")


def place(name: str, document: str) -> Place:
    """That of the table which `python -m tests.contract.<name>_table` writes."""
    start = f"<!-- {name}: written by `python -m tests.contract.{name}_table` -->\n"
    return Place(DOCS / document, start, f"<!-- end of {name} -->\n")
