"""docs/export.md says of exporters what the code says."""

import re

from app.exporters import EXPORTERS
from app.exporters.onnx_model import OPSET
from tests.contract import exporters_table

TEXT = exporters_table.DOCUMENT.read_text("utf-8")


def test_the_table_of_exporters_is_that_of_the_registry():
    how = "run `python -m tests.contract.exporters_table`, and look at what has changed"
    assert exporters_table.parts()[1] == "\n" + exporters_table.table() + "\n", how


def test_every_exporter_that_is_named_is_one():
    named = re.findall(r"--to ([\w ]+) -o", TEXT)
    assert named
    assert {kind for kinds in named for kind in kinds.split()} <= set(EXPORTERS.kinds)
    assert {name.removeprefix("network_") for name in re.findall(r"network_\w+", TEXT)} <= set(
        EXPORTERS.kinds
    )


def test_the_opset_is_the_one_that_is_stated():
    assert re.findall(r"Opset (\d+)", TEXT) == [str(OPSET)]
