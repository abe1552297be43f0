"""The table of all settings in docs/operation.md: `python -m tests.contract.settings_table`."""

from types import UnionType
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from app import serve_cli
from app.settings import Settings
from tests.contract.written_table import place

PLACE = place("settings", "operation.md")
DOCUMENT, parts = PLACE.document, PLACE.parts


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


if __name__ == "__main__":
    PLACE.write(table())
