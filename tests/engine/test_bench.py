"""The benches compare programs that agree, and give plain data and a table."""

import json
import os
from importlib import import_module

import pytest

from bench import __main__ as driver
from bench import engine, stack
from bench.engine import CASES, Race, ways
from bench.references import available
from bench.table import Row, markdown


@pytest.mark.parametrize("spec", CASES.values(), ids=CASES)
def test_the_engine_and_the_other_programs_train_alike(spec):
    differences = Race(spec).check()
    assert list(differences) == ways() == ["NumPy", "compiled"]
    for each in differences.values():
        assert each.keys() == available().keys()
        assert "textbook NumPy" in each
        assert max(each.values()) < 1e-9


@pytest.mark.parametrize("spec", stack.SPECS.values(), ids=stack.SPECS)
def test_stacked_and_single_runs_train_alike(spec):
    assert stack.check(spec) < 1e-12


def test_the_bench_prints_a_row_for_each_case_and_program(capsys):
    assert engine.main(["--rounds", "1", "--seconds", "0.02"]) == 0
    table, *left_out = capsys.readouterr().out.split("\n\n")
    lines = table.splitlines()
    assert len(lines) == len(CASES) * len(available()) * len(ways()) + 2
    assert all(line.count("|") == lines[0].count("|") for line in lines)
    assert len(available()) + len(left_out) == 3


def test_a_table_has_no_column_in_which_there_is_nothing():
    row = Row("a", 1234.5, "epochs/s", "b", 99.97, 12.345, worst=0.5)
    head, _, line = markdown([row]).splitlines()
    assert head == "|  | figure | unit | reference | its figure | ratio | worst ratio |"
    assert line == "| a | 1,234 | epochs/s | b | 100 | 12.3 | 0.500 |"
    alone = Row("c", 2.0, "kB", target="under 3", note="n")
    assert markdown([alone]).splitlines()[-1] == "| c | 2.00 | kB | under 3 | n |"


def test_all_that_was_found_is_written_with_the_machine_it_was_found_on(tmp_path, monkeypatch):
    monkeypatch.setattr(driver, "RESULTS", tmp_path)
    row = Row("a", 1.0, "ms", "b", 2.0, 2.0)
    driver.write({"engine": [row]})
    data = json.loads((tmp_path / "bench.json").read_text())
    assert Row(**data["benchmarks"]["engine"][0]) == row
    assert data["machine"]["cores"] == str(os.cpu_count())
    text = (tmp_path / "bench.md").read_text()
    assert markdown([row]) in text
    assert data["machine"]["python"] in text


def test_an_unknown_benchmark_is_refused_with_those_there_are(capsys):
    assert driver.main(["speed"]) == 2
    assert ", ".join(driver.BENCHMARKS) in capsys.readouterr().err


@pytest.mark.parametrize("name", driver.BENCHMARKS)
def test_every_benchmark_gives_rows(name):
    assert callable(import_module(f"bench.{name}").measure)


def test_targets_are_those_of_cases_that_there_are():
    assert {case for case, _ in engine.TARGETS} <= CASES.keys()
    runs = {f"{name}, {count} runs" for name in stack.SPECS for count in stack.RUNS}
    assert stack.TARGETS.keys() <= runs
