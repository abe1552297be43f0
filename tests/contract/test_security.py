"""SECURITY.md names tests for what it claims, and they are there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "SECURITY.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))


def test_every_defence_names_a_test():
    tested = TEXT.partition("## What is defended")[2].partition("## What remains")[0]
    rows = [line for line in tested.splitlines() if line.startswith("| ")]
    defences = [row for row in rows if not row.startswith(("| defence", "| ---"))]
    assert len(defences) > 15
    assert [row for row in defences if "::" not in row] == []
    assert len(NAMED) > 50


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_every_test_that_is_named_is_there(path, name):
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    assert name in {node.name for node in tree.body if isinstance(node, functions)}
