"""The table of all settings in docs/operation.md: `python -m tests.contract.settings_table`."""

from pathlib import Path
from types import UnionType
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from app import serve_cli
from app.settings import Settings

DOCUMENT = Path(__file__).parents[2] / "docs" / "operation.md"
START = "<!-- settings: written by `python -m tests.contract.settings_table` -->\n"
END = "<!-- end of settings -->\n"


def table() -> str:
    """A row for each setting, as it is declared."""
    rows = ["| variable | default | values | what it is |", "| --- | --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        text = f"{field.description}".replace("|", "\\|")
        rows.append(
            f"| `{serve_cli.variable(name)}` | {default(field)} | {values(field)} | {text} |"
        )
    return "\n".join([*rows, ""])


def default(field: FieldInfo) -> str:
    """The default, the same on every machine."""
    if field.default_factory is not None:
        return "one of this user's among the temporary files"
    value = field.default
    shown = ",".join(value) if isinstance(value, tuple) else value
    return "none" if shown in (None, "") else f"`{shown}`"


def values(field: FieldInfo) -> str:
    """What a value may be."""
    annotation: Any = field.annotation
    limits = serve_cli.limits(field)
    if annotation in (int, float):
        return f"{'whole ' if annotation is int else ''}number {limits}".strip()
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{value}`" for value in get_args(annotation))
    if get_origin(annotation) is UnionType:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) is tuple:
        return "words"
    return {"Path": "folder", "SecretStr": "secret", "str": "text"}[annotation.__name__]


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
