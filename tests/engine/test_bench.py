"""The benches compare programs that agree, and give plain data and a table."""

import pytest

from bench import engine, stack
from bench.engine import CASES, Race
from bench.references import available
from bench.table import Row, markdown


@pytest.mark.parametrize("spec", CASES.values(), ids=CASES)
def test_the_engine_and_the_other_programs_train_alike(spec):
    differences = Race(spec).check()
    assert differences.keys() == available().keys()
    assert "textbook NumPy" in differences
    assert max(differences.values()) < 1e-9


@pytest.mark.parametrize("spec", stack.SPECS.values(), ids=stack.SPECS)
def test_stacked_and_single_runs_train_alike(spec):
    assert stack.check(spec) < 1e-12


def test_the_bench_prints_a_row_for_each_case_and_program(capsys):
    assert engine.main(["--rounds", "1", "--seconds", "0.02"]) == 0
    table, *left_out = capsys.readouterr().out.split("\n\n")
    lines = table.splitlines()
    assert len(lines) == len(CASES) * len(available()) + 2
    assert all(line.count("|") == lines[0].count("|") for line in lines)
    assert len(available()) + len(left_out) == 3


def test_a_table_has_a_column_for_notes_only_where_there_are_any():
    row = Row("a", 1234.5, "epochs/s", "b", 99.97, 12.345, worst=0.5)
    assert markdown([row]).splitlines()[-1] == ("| a | 1,234 | epochs/s | b | 100 | 12.3 | 0.500 |")
    noted = Row("a", 1.0, "ms", "b", 2.0, 2.0, note="n")
    assert markdown([noted]).splitlines()[-1] == "| a | 1.00 | ms | b | 2.00 | 2.00 |  | n |"
