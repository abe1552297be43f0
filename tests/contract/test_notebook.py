"""The example notebook shows what the code does now, and names nobody and no machine."""

import json
import math
import re
import subprocess
import sys
from html import unescape

import pytest
from nbformat import NotebookNode

from tests.contract import notebook

NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?")
HOW = "run `python -m tests.contract.notebook`, and look at what has changed"


@pytest.fixture(scope="module")
def written() -> NotebookNode:
    return notebook.read()


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    """Executed in a process of its own, with whatever a kernel leaves behind."""
    path = tmp_path_factory.mktemp("executed") / "notebook.ipynb"
    command = [sys.executable, "-m", "tests.contract.notebook", str(path)]
    done = subprocess.run(command, cwd=notebook.ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return notebook.read(path)


def outputs(cell: NotebookNode) -> list[str]:
    """What a cell shows, as words and numbers: pictures are told apart by their kind alone."""
    shown = []
    for output in cell.get("outputs", []):
        forms = {"text": output.get("text", ""), **output.get("data", {})}
        for _, text in sorted(forms.items()):
            text = re.sub(r"(data:image/[a-z+]+);base64,[\w+/=]+", r"\1", text)
            shown.append(unescape(text))
    return shown


def test_its_outputs_are_those_of_the_code(written: NotebookNode, now: NotebookNode) -> None:
    """To some percent: another machine adds up in another order."""
    assert len(written.cells) == len(now.cells)
    for before, after in zip(written.cells, now.cells, strict=True):
        assert len(outputs(before)) == len(outputs(after)), HOW
        for old, new in zip(outputs(before), outputs(after), strict=True):
            assert NUMBER.sub("0", old) == NUMBER.sub("0", new), HOW
            for one, other in zip(NUMBER.findall(old), NUMBER.findall(new), strict=True):
                values = [float(text.replace(",", "")) for text in (one, other)]
                assert math.isclose(*values, rel_tol=0.1, abs_tol=0.02), HOW


def test_every_cell_has_been_executed_and_none_has_failed(written: NotebookNode) -> None:
    cells = [cell for cell in written.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == [*range(1, len(cells) + 1)]
    assert all(output.output_type != "error" for cell in cells for output in cell.outputs)
    assert sum("image/png" in text for cell in cells for text in outputs(cell)) >= 4


def test_it_names_nobody_and_no_machine(written: NotebookNode) -> None:
    assert set(written.metadata) == {"kernelspec", "language_info"}
    assert all(not cell.metadata for cell in written.cells)
    text = notebook.DOCUMENT.read_text("utf-8")
    assert not re.search(r"/(home|tmp|root|Users)/|site-packages|C:\\\\", text)
    assert not re.search(r"<script|\son\w+=|javascript:", text)
    assert len(text) < 500_000
    json.loads(text)
