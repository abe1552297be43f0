"""The templates of all that the server says to people, found in the code."""

import ast
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from string import Formatter

from app.catalog import REGISTRIES
from app.exporters import EXPORTERS
from app.translation import QUOTES

ROOT = Path(__file__).parents[2]
MAKERS = {"Text": 0, "Notice": 1, "template": 0}
"""Functions that take a template, and as which argument."""
ADVICE = (4, 5)
"""Those of `Advice` that are templates."""
GIVEN = {
    ("app/errors.py", "known.phrase"),
    ("app/exporters/plan.py", "component.registry.noun"),
    ("app/transport.py", "action"),
    ("app/transport.py", "before"),
    ("engine/plain_json.py", "error.msg"),
    ("engine/registry.py", "self.noun"),
    ("engine/spec.py", "choice.registry.noun"),
    ("engine/spec.py", "feature.registry.noun"),
}
"""Templates that are words of the program: `WORDS`."""
WORDS = {
    *REGISTRIES,
    EXPORTERS.noun,
    *(status.phrase for status in HTTPStatus if status in (400, 401, 403, 404, 405, 409)),
    *(status.phrase for status in HTTPStatus if status in (415, 429, 431, 500, 503)),
    *("Content Too Large", "Request Entity Too Large"),  # 413, by the version of Python
    *("play", "pause", "step", "diverged"),
    "Expecting value",
    "Expecting property name enclosed in double quotes",
    "Expecting ',' delimiter",
    "Expecting ':' delimiter",
    "Extra data",
    "Illegal trailing comma before end of array",
    "Illegal trailing comma before end of object",
    "Invalid \\escape: ",
    "Invalid \\escape",
    "Invalid \\uXXXX escape",
    "Invalid control character at",
    "Unterminated string starting at",
}


def templates() -> set[str]:
    """All of them; a template is a constant where it is used, or is marked where it is made."""
    found = {text for path in _sources() for text in _of_file(path)}
    return {text for text in found | WORDS if is_said(text)} | {QUOTES}


def is_said(template: str) -> bool:
    """Whether there is a word in it, and not only signs and values."""
    return bool(re.search("[A-Za-z]{2}", re.sub(r"\{[^{}]*\}", "", template)))


def names(template: str) -> set[str]:
    """The values in a template, with how each is written."""
    parts = Formatter().parse(template)
    return {f"{name}!{how or ''}:{form}" for _, name, form, how in parts if name is not None}


def _sources() -> Iterator[Path]:
    for part in ("engine", "app"):
        found = sorted((ROOT / part).rglob("*.py"))
        yield from (path for path in found if path != ROOT / "engine" / "text.py")


def _of_file(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        places = ADVICE if name == "Advice" else (MAKERS[name],) if name in MAKERS else ()
        for place in places:
            if place < len(node.args):
                yield from _constants(node.args[place], path)


def _constants(node: ast.expr, path: Path) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from _constants(one, path)
            yield from _constants(other, path)
        case ast.Name() | ast.Attribute() | ast.Subscript():
            here = path.relative_to(ROOT).as_posix()
            assert (here, ast.unparse(node)) in GIVEN | _MARKED, f"{here}: {ast.unparse(node)}"
        case _:
            raise AssertionError(f"{path}:{node.lineno}: a template is to be a constant")


_MARKED = {
    ("app/sessions.py", "form"),
    ("app/validation.py", "_EXPECTED[known]"),
    ("app/visits.py", "form"),
    ("engine/changes.py", "text"),
    ("engine/diagnostics/case.py", "self.text"),
    ("engine/diagnostics/case.py", "self.why"),
    ("engine/formula/domain.py", "domain.words"),
    ("engine/formula/grammar.py", "form"),
    ("engine/link.py", "text"),
    ("engine/url.py", "sentence"),
}
"""Where a template is used that was marked by `template`, or is an argument of `Advice`."""
