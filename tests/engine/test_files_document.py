"""docs/files.md says what is so: its example opens, its table and its limits are the reader's."""

import json
import re
from pathlib import Path

from app.parcels import MOST_BYTES
from app.protocol import LONGEST_PIECE
from engine import saved
from engine.plain_json import LARGEST, MOST_BRACKETS, MOST_COMMAS
from engine.saved import read, write

TEXT = (Path(__file__).parents[2] / "docs" / "files.md").read_text("utf-8")
EXAMPLE = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)[0]
PYTHON = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)[0]


def test_the_example_opens_and_trains_on() -> None:
    opened = read(EXAMPLE)
    trainer = opened.trainer()
    assert (trainer.epoch, trainer.steps, trainer.offset) == (1, 3, 2)
    assert trainer.network.weights[1].tolist() == [[0.75, -1.5]]
    trainer.run_epochs(2)
    assert trainer.epoch == 3


def test_the_example_is_what_would_be_written() -> None:
    opened = read(EXAMPLE)
    text = write(opened.trainer(), opened.history, view=opened.view, data=False)
    again, example = json.loads(text), json.loads(EXAMPLE)
    assert {**again, "spec": {**again["spec"], **example["spec"]}} == again
    assert {**example, "spec": again["spec"]} == again


def test_the_program_of_the_document_runs() -> None:
    place: dict[str, object] = {}
    exec(PYTHON, place)
    assert place["again"].epoch == 10  # type: ignore[attr-defined]


def test_the_table_has_every_field_and_no_other() -> None:
    rows = re.findall(r"^\| (`.*?) \|", TEXT, re.MULTILINE)
    assert [name for row in rows for name in re.findall(r"`(\w+)`", row)] == list(saved._FIELDS)
    optional = re.findall(r"^\| `(\w+)` \|.*\(optional\) \|$", TEXT, re.MULTILINE)
    assert optional == [name for name, needed in saved._FIELDS.items() if not needed]


def test_limits_are_those_of_the_readers() -> None:
    assert f"{LARGEST:,} characters, {MOST_BRACKETS:,} opening brackets and {MOST_COMMAS:,}" in (
        TEXT.replace("\n", " ")
    )
    assert f"at most {LONGEST_PIECE:,} characters" in TEXT
    assert f"at most {MOST_BYTES // 10**6} MB" in TEXT
