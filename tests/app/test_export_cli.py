"""`playground export` as a person runs it: in a process of its own."""

import json
from pathlib import Path

import pytest

from app.exporters import EXPORTERS
from engine.spec import RunSpec
from tests.app.exports import python
from tests.app.test_train_cli import playground

LINK = "#v=1&dataset=moons&layers=4:tanh"


def exported(folder: Path, *arguments: str) -> list[str]:
    ran = playground("export", *arguments, "-o", str(folder))
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    names = [Path(line) for line in ran.stdout.splitlines()]
    assert all(path.parent == folder and path.is_file() for path in names)
    return [path.name for path in names]


def test_everything_can_be_written_at_once_and_what_is_shared_once(tmp_path: Path) -> None:
    names = exported(tmp_path / "all", "--url", LINK, "--epochs", "3", "--to", *EXPORTERS.kinds)
    assert len(names) == len(set(names)) == len(EXPORTERS) + 2  # data and weights of all scripts
    assert {"data.csv", "weights.json", "network_numpy.py", "network.onnx"} <= set(names)
    history = (tmp_path / "all" / "history.csv").read_text("utf-8").splitlines()
    assert [line.split(",")[0] for line in history] == ["epoch", "0", "1", "2", "3"]


def test_what_is_written_shows_the_loss_that_training_prints(tmp_path: Path) -> None:
    exported(tmp_path, "--url", LINK, "--epochs", "5", "--to", "numpy")
    out = python(tmp_path / "network_numpy.py", cwd=tmp_path)
    ran = playground("train", "--url", LINK, "--epochs", "5", "--json")
    loss = json.loads(ran.stdout)["loss"]["train"]
    assert f"train  loss {loss:.6f}" in out


def test_a_saved_run_goes_on_with_its_history(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    assert playground("train", "--url", LINK, "--epochs", "4", "--save", str(file)).returncode == 0
    exported(tmp_path, "--spec", str(file), "--epochs", "2", "--to", "history", "numpy")
    lines = (tmp_path / "history.csv").read_text("utf-8").splitlines()
    assert lines[-1].startswith("6,")
    assert json.loads((tmp_path / "weights.json").read_text("utf-8"))["epoch"] == 6


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--url", LINK), "required: --to"),
        (("--url", LINK, "--to", "papyrus"), "invalid choice: 'papyrus'"),
        (("--to", "numpy"), "--url --spec is required"),
        (("--url", f"{LINK},3:relu", "--to", "numpy", "sklearn"), "sklearn: The networks of sci"),
        (("--spec", "no/such/file", "--to", "numpy"), "cannot read no/such/file"),
        (("--url", LINK, "--to", "numpy", "-o", "README.md"), "cannot write to README.md"),
    ],
)
def test_bad_input_is_one_clear_line_and_status_2(arguments: tuple[str, ...], words: str) -> None:
    ran = playground("export", *arguments)
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert ran.stderr.count("\n") == 1
    assert words in ran.stderr


def test_the_help_lists_every_exporter() -> None:
    shown = playground("export", "--help").stdout
    assert all(f"{cls.name()} " in shown and cls.label in shown for cls in EXPORTERS)


def test_a_plain_experiment_is_written_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "spec.json"
    file.write_text(json.dumps(RunSpec().to_dict()), "utf-8")
    assert exported(tmp_path, "--spec", str(file), "--epochs", "0", "--to", "points") == [
        "points.csv"
    ]
