"""docs/links.md says what is so: its examples and its table of keys."""

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from engine import url
from engine.changes import evolve
from engine.spec import RunSpec
from engine.url import MAX_HASH, MAX_VALUE, VERSION, View, decode

TEXT = (Path(__file__).parents[2] / "docs" / "links.md").read_text("utf-8")
EXAMPLES = [
    (block.split("\n", 1)[0], json.loads(block.split("\n", 1)[1]))
    for block in TEXT.rpartition("```\n#")[2].partition("```")[0].split("\n\n")
]


@pytest.mark.parametrize(("link", "changes"), EXAMPLES, ids=lambda value: str(value)[:40])
def test_an_example_gives_the_changes_beside_it(link: str, changes: dict[str, Any]) -> None:
    decoded = decode("#" + link.removeprefix("#"))
    assert decoded.spec == evolve(RunSpec(), changes)[0]


def test_there_are_examples_of_both_dialects() -> None:
    assert len(EXAMPLES) >= 7
    assert {"mode" in changes for _, changes in EXAMPLES} == {True, False}


def test_the_table_has_every_key_and_no_other() -> None:
    rows = re.findall(r"^\| (`.*?) \|", TEXT, re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    known = [field.name for record in (RunSpec, View) for field in fields(record)]
    assert sorted(named) == sorted(known)


def test_limits_and_version_are_those_of_the_reader() -> None:
    assert f"{MAX_HASH:,} characters" in TEXT
    assert f"up to {MAX_VALUE:,}" in TEXT
    assert f'"#v={VERSION}"' in TEXT
    left = set(re.findall(r"where `(.*?)`, letters", TEXT)[0].split())
    assert left == set(url._SAFE)
