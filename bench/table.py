"""What a benchmark found, as plain data and as a Markdown table.

A measuring function returns rows; printing them is a matter of its own, so that one driver can
write the rows of all benchmarks to one document and to one JSON file (`dataclasses.asdict`).
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure, next to that of a reference measured in the same run."""

    name: str
    """What was measured, on what."""
    figure: float
    unit: str
    reference: str
    """What it is compared with."""
    reference_figure: float
    """The reference's figure, in the same unit."""
    ratio: float
    """How many times better than the reference; above 1 is better, whatever the unit."""
    worst: float | None = None
    """The lowest ratio of a round."""
    note: str = ""


COLUMNS = ("", "figure", "unit", "reference", "its figure", "ratio", "worst ratio", "")
NUMBERS = frozenset({"figure", "its figure", "ratio", "worst ratio"})


def markdown(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table; a last column holds the notes, if there are any."""
    columns = COLUMNS if any(row.note for row in rows) else COLUMNS[:-1]
    table = [columns, tuple("--:" if column in NUMBERS else "---" for column in columns)]
    table += [_cells(row)[: len(columns)] for row in rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in table)


def _cells(row: Row) -> tuple[str, ...]:
    worst = "" if row.worst is None else _number(row.worst)
    figures = (_number(row.figure), row.unit, row.reference, _number(row.reference_figure))
    return (row.name, *figures, _number(row.ratio), worst, row.note)


def _number(value: float) -> str:
    """Three digits, or all before the point."""
    return f"{value:,.0f}" if abs(value) >= 99.95 else f"{value:#.3g}"
