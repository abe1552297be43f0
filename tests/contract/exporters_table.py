"""The table of exporters in docs/export.md: `python -m tests.contract.exporters_table`."""

from pathlib import Path

from app.exporters import EXPORTERS

DOCUMENT = Path(__file__).parents[2] / "docs" / "export.md"
START = "<!-- exporters: written by `python -m tests.contract.exporters_table` -->\n"
END = "<!-- end of exporters -->\n"


def table() -> str:
    """A row for each exporter."""
    rows = ["| `--to` | what it is | to use it |", "| --- | --- | --- |"]
    for cls in EXPORTERS:
        needs = ", ".join(f"`{name}`" for name in cls.needs.split()) or "nothing"
        text = " ".join(cls.help().split())
        rows.append(f"| `{cls.name()}` | **{cls.label}.** {text} | {needs} |")
    return "\n".join([*rows, ""])


def parts() -> tuple[str, str, str]:
    """The document before the table, the table, and the rest."""
    before, start, rest = DOCUMENT.read_text("utf-8").partition(START)
    written, end, after = rest.partition(END)
    assert start, DOCUMENT
    assert end, DOCUMENT
    return before + start, written, end + after


def main() -> None:
    """Write the table anew."""
    before, _, after = parts()
    DOCUMENT.write_text(before + "\n" + table() + "\n" + after, encoding="utf-8")


if __name__ == "__main__":
    main()
