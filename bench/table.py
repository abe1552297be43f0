"""What a benchmark found, as plain data and as a Markdown table.

A measuring function returns rows; printing them is a matter of its own, so that one driver can
write the rows of all benchmarks to one document and to one JSON file (`dataclasses.asdict`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure, next to that of a reference measured in the same run."""

    name: str
    """What was measured, on what."""
    figure: float
    unit: str
    reference: str = ""
    """What it is compared with; empty where a figure is a count that depends on no machine."""
    reference_figure: float | None = None
    """The reference's figure, in the same unit."""
    ratio: float | None = None
    """How many times better than the reference; above 1 is better, whatever the unit."""
    worst: float | None = None
    """The lowest ratio of a round."""
    target: str = ""
    """What it should be, in words."""
    note: str = ""


_COLUMNS: dict[str, Callable[[Row], str]] = {
    "": lambda row: row.name,
    "figure": lambda row: _number(row.figure),
    "unit": lambda row: row.unit,
    "reference": lambda row: row.reference,
    "its figure": lambda row: _number(row.reference_figure),
    "ratio": lambda row: _number(row.ratio),
    "worst ratio": lambda row: _number(row.worst),
    "target": lambda row: row.target,
    "note": lambda row: row.note,
}
_NUMBERS = frozenset({"figure", "its figure", "ratio", "worst ratio"})


def markdown(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table, without the columns in which there is nothing."""
    cells = {name: [cell(row) for row in rows] for name, cell in _COLUMNS.items()}
    columns = {name: column for name, column in cells.items() if not name or any(column)}
    rules = ["--:" if name in _NUMBERS else "---" for name in columns]
    lines = [list(columns), rules, *zip(*columns.values(), strict=True)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _number(value: float | None) -> str:
    """Three digits, or all before the point."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 99.95 else f"{value:#.3g}"
