"""The table of exporters in docs/export.md: `python -m tests.contract.exporters_table`."""

from app.exporters import EXPORTERS
from tests.contract.written_table import place

PLACE = place("exporters", "export.md")
DOCUMENT, parts = PLACE.document, PLACE.parts


def table() -> str:
    """A row for each exporter."""
    rows = ["| `--to` | what it is | to use it |", "| --- | --- | --- |"]
    for cls in EXPORTERS:
        needs = ", ".join(f"`{name}`" for name in cls.needs.split()) or "nothing"
        text = " ".join(cls.help().split())
        rows.append(f"| `{cls.name()}` | **{cls.label}.** {text} | {needs} |")
    return "\n".join([*rows, ""])


if __name__ == "__main__":
    PLACE.write(table())
