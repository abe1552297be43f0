"""The bench of frames gives figures that another program can read."""

import pytest

from bench.frames import TARGETS, UNIT_SIDE, experiments, session_memory, take
from engine import RunSpec


def test_each_figure_has_its_reference_from_the_same_run():
    rows = take(RunSpec(), epochs_each=2, frames=3).rows("default")
    assert [row.unit for row in rows] == ["ms", "bytes", "ms", "bytes"]
    for row in rows:
        assert row.name.startswith("default: ")
        assert row.figure > 0
        assert row.reference_figure is not None
        assert row.ratio == pytest.approx(row.reference_figure / row.figure)
    assert rows[1].figure < rows[3].figure < 100**2 + 6 * UNIT_SIDE**2


def test_sessions_are_weighed():
    memory = session_memory(RunSpec(), count=3)
    assert memory is None or memory >= 0


def test_the_cases_are_those_that_are_promised():
    layers = [len(spec.layers) for spec in experiments().values()]
    assert layers.count(2) == 4
    assert layers.count(6) == 1
    assert TARGETS.keys() <= experiments().keys()
