"""The bench compares engines that agree."""

import pytest

from bench.engine import CASES, Race, main


@pytest.mark.parametrize("spec", CASES.values(), ids=CASES)
def test_the_engine_and_the_textbook_engine_train_alike(spec):
    assert Race(spec).check() < 1e-9


def test_the_bench_prints_a_table(capsys):
    assert main(["--rounds", "1", "--seconds", "0.02"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(CASES) + 2
    assert all(line.count("|") == lines[0].count("|") for line in lines)
