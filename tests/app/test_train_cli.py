"""`playground train` as a person runs it: in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app import cli
from engine.saved import read as read_saved
from engine.spec import RunSpec
from engine.trainer import Trainer
from engine.url import decode
from tests.traces.load import recording

ROOT = Path(__file__).parent.parent.parent


def playground(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        cwd=ROOT,
        input=text,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def trained(*arguments: str, text: str = "") -> Any:
    ran = playground("train", *arguments, "--json", text=text)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("\n") == 1
    return json.loads(ran.stdout)


def flat(result: Any) -> list[float]:
    numbers = [result["loss"]["train"], result["loss"]["test"]]
    for weights, biases in zip(result["weights"], result["biases"], strict=True):
        for row, bias in zip(weights, biases, strict=True):
            numbers += [*row, bias]
    return numbers


@pytest.mark.parametrize(
    "name",
    [
        "t02_xor_relu_b1_L1_noise25",
        "t08_reggauss_tanh_88_b28_tail",
        "t16_xor_nofeatures_relu_4",
    ],
)
def test_a_tfp_link_gives_tfps_numbers(name: str) -> None:
    trace = recording(name)
    point = trace["checkpoints"][-1]
    result = trained("--url", trace["hash"], "--epochs", str(point["epoch"]))
    assert result["epoch"] == point["epoch"]
    expected = {**point, "loss": {"train": point["trainLoss"], "test": point["testLoss"]}}
    np.testing.assert_allclose(flat(result), flat(expected), rtol=1e-9, atol=1e-12)
    assert result["dead"] == point["deadLinks"]


def test_the_numbers_are_the_engines_to_the_last_digit() -> None:
    hash_ = "#v=1&dataset=moons&layers=3:elu&data_seed=a"
    result = trained("--url", hash_, "--epochs", "3")
    trainer = Trainer(decode(hash_).spec)
    trainer.run_epochs(3)
    assert [np.array(weights).tolist() for weights in result["weights"]] == [
        weights.tolist() for weights in trainer.network.weights
    ]
    assert result["loss"]["train"] == trainer.evaluate().loss.train
    assert "divergence" not in result


def test_an_experiment_may_come_from_a_file_or_stdin(tmp_path: Path) -> None:
    spec = RunSpec.from_dict({"dataset": {"kind": "xor"}, "weight_seed": "7"})
    file = tmp_path / "spec.json"
    file.write_text(json.dumps(spec.to_dict()), "utf-8")
    from_file = trained("--spec", str(file), "--epochs", "2")
    assert from_file == trained("--spec", "-", "--epochs", "2", text=json.dumps(spec.to_dict()))
    assert from_file == trained("--url", "#v=1&dataset=xor&weight_seed=7", "--epochs", "2")


def test_a_saved_run_goes_on_as_if_it_had_never_stopped(tmp_path: Path) -> None:
    hash_, file, later = (
        "#v=1&dataset=spiral&optimizer=adam",
        tmp_path / "a.json",
        tmp_path / "b.json",
    )
    first = trained("--url", hash_, "--epochs", "3", "--save", str(file))
    assert first == trained("--spec", str(file), "--epochs", "0")
    rest = trained("--spec", str(file), "--epochs", "4", "--save", str(later))
    assert rest == trained("--url", hash_, "--epochs", "7")
    saved = read_saved(later.read_text("utf-8"))
    assert saved.history.epoch == list(range(8))
    assert saved.history.train[-1] == pytest.approx(rest["loss"]["train"], rel=2e-7)


def test_a_file_that_cannot_be_written_is_said_after_the_result(tmp_path: Path) -> None:
    ran = playground("train", "--url", "", "--epochs", "1", "--json", "--save", str(tmp_path))
    assert ran.returncode == 2
    assert json.loads(ran.stdout)["epoch"] == 1
    assert "cannot write" in ran.stderr


def test_no_epoch_is_the_start() -> None:
    trace = recording("t01_default_circle_tanh_b10")
    result = trained("--url", trace["hash"], "--epochs", "0")
    assert result["epoch"] == 0
    assert result["weights"] == trace["checkpoints"][0]["weights"]


def test_a_run_that_diverges_says_so_without_a_number_that_is_none() -> None:
    ran = playground(
        "train", "--url", "#v=1&problem=regression&learning_rate=1000", "--epochs", "9", "--json"
    )
    assert ran.returncode == 0
    assert "NaN" not in ran.stdout
    assert "Infinity" not in ran.stdout
    divergence = json.loads(ran.stdout)["divergence"]
    assert divergence.keys() == {"epoch", "step", "layer", "what", "growth"}
    ran = playground("train", "--url", "#v=1&problem=regression&learning_rate=1000")
    assert "diverged in epoch" in ran.stdout


def test_without_json_a_person_can_read_it() -> None:
    ran = playground("train", "--url", "#seed=1", "--epochs", "1")
    assert ran.returncode == 0
    assert "network 2-4-2-1, 25 parameters" in ran.stdout
    assert ran.stderr == ""


def test_progress_and_notices_go_to_stderr() -> None:
    ran = playground("train", "--url", "#seed=1&noise=99", "--epochs", "40", "--progress", "--json")
    json.loads(ran.stdout)
    lines = ran.stderr.splitlines()
    assert "noise=99" in lines[0]
    assert lines[-1].startswith("epoch 40/40: loss ")
    assert len(lines) == 21


@pytest.mark.parametrize(
    ("arguments", "text", "words"),
    [
        ((), "", "required: command"),
        (("fly",), "", "invalid choice: 'fly'"),
        (("train",), "", "--url --spec is required"),
        (("train", "--url", "", "--spec", "x"), "", "not allowed with"),
        (("train", "--url", "", "--epochs", "-1"), "", "whole number"),
        (("train", "--url", "", "--epochs", "1.5"), "", "got '1.5', expected a whole number"),
        (("train", "--spec", "no/such/file"), "", "cannot read no/such/file"),
        (("train", "--spec", "-"), "{", "stdin: got no JSON"),
        (("train", "--spec", "-"), "[1]", "expected an object"),
        (("train", "--spec", "-"), '{"noise": 99}', "noise: got 99.0, expected at least"),
        (("train", "--spec", "-"), '{"noise": 1e999}', "noise: got inf"),
        (("train", "--spec", "-"), '{"colour": 1}', "colour: got an unknown field"),
        (("train", "--spec", "-"), '{"dataset": {"kind": "moon"}}', "unknown dataset 'moon'"),
        (("train", "--spec", "-"), "[" * 100_000, "100,000 opening brackets"),
    ],
)
def test_bad_input_is_one_clear_line_and_status_2(
    arguments: tuple[str, ...], text: str, words: str
) -> None:
    ran = playground(*arguments, text=text)
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert ran.stderr.count("\n") == 1
    assert words in ran.stderr


def test_training_brings_in_no_server() -> None:
    script = (
        "import sys; from app.cli import main; main(['train', '--url', '', '--epochs', '0']);"
        "server = {'asyncio', 'fastapi', 'pydantic', 'uvicorn', 'app.serve_cli'};"
        "print(sorted(server & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert ran.stdout.splitlines()[-1] == "[]"


def test_the_help_knows_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["--help"])
    assert left.value.code == 0
    shown = capsys.readouterr().out
    assert all(command in shown for command in cli.COMMANDS)
