"""Exporters: what they write runs by itself, and says what the engine says."""

import ast
import csv
import io
import re
import runpy
import subprocess
import sys
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from app.exporters import EXPORTERS
from app.exporters.base import cell
from engine import url
from engine.activations import ACTIVATIONS, Tanh
from engine.changes import evolve
from engine.custom import Custom, pack
from engine.datasets import DATASETS
from engine.features import FEATURES
from engine.heads import HEADS
from engine.initializers import INITIALIZERS
from engine.optimizers import OPTIMIZERS
from engine.regularizers import REGULARIZERS
from engine.spec import LayerSpec, RunSpec
from tests.app import exports
from tests.app.exports import NETWORKS, answers, needs, points, python, ran, trained, write

EXPERIMENTS = exports.experiments()
SCRIPTS = [cls for cls in NETWORKS if cls.suffix == ".py"]
READABLE = r"[A-Z].{20,300}\."
by_kind = pytest.mark.parametrize("cls", NETWORKS, ids=lambda cls: cls.name())
each_script = pytest.mark.parametrize("cls", SCRIPTS, ids=lambda cls: cls.name())


def table(file):
    return list(csv.DictReader(io.StringIO(file.data.decode())))


def training_loss(out):
    """What a script has printed at last."""
    return float(re.findall(r"train  loss ([0-9.]+)", out)[-1])


@pytest.fixture(scope="module")
def runs():
    return {name: trained(spec, 3) for name, spec in EXPERIMENTS.items()}


def test_the_experiments_have_every_component():
    specs = EXPERIMENTS.values()
    activations = {layer.activation.name() for spec in specs for layer in spec.layers}
    assert activations == set(ACTIVATIONS.kinds)
    assert {feature.name() for spec in specs for feature in spec.features} == set(FEATURES.kinds)
    for registry in (HEADS, INITIALIZERS, OPTIMIZERS, REGULARIZERS):
        assert {getattr(spec, registry.noun).name() for spec in specs} == set(registry.kinds)


def steps(cls):
    """Experiments from whose start a script can go on without drawing anything."""
    able = {
        name: replace(spec, shuffle=False)
        for name, spec in EXPERIMENTS.items()
        if spec.mode == "standard" and not cls().lacks(spec)
    }
    if cls.name() == "sklearn":  # whose penalty depends on the size of the batch
        able = {name: replace(spec, batch_size=0) for name, spec in able.items()}
    if cls.name() == "keras":  # which takes its time
        able = dict(list(able.items())[::2])
    return able


def starts():
    """A wide experiment with each initializer."""
    tanh = LayerSpec(32, Tanh())
    return {
        initializer.name(): RunSpec(initializer=initializer(), layers=(tanh, tanh), bias=0.25)
        for initializer in INITIALIZERS
    }


@pytest.fixture(scope="module")
def done(runs, tmp_path_factory):
    """What came of all exported files of a kind; for each kind one process."""

    @cache
    def of(cls):
        needs(cls, *(["onnxruntime"] if cls.suffix == ".onnx" else []))
        kind, folder = cls.name(), tmp_path_factory.mktemp(cls.name())
        jobs = {
            f"predict {name}": (write(run, kind, folder / "predict" / name), "predict", 0)
            for name, run in runs.items()
            if not cls().lacks(run.spec)
        }
        if cls.suffix == ".py":
            for name, spec in steps(cls).items():
                main = write(trained(spec, 0), kind, folder / "train" / name)
                jobs[f"train {name}"] = (main, "train", 3)
            for name, spec in starts().items():
                main = write(trained(spec, 0), kind, folder / "start" / name)
                jobs[f"start {name}"] = (main, "start", 0)
        return ran(jobs, folder)

    return of


@by_kind
def test_what_is_exported_predicts_what_the_engine_predicts(cls, runs, done):
    able = [name for name, run in runs.items() if not cls().lacks(run.spec)]
    assert len(able) >= 10
    for name in able:
        found, expected = done(cls)[f"predict {name}"], answers(runs[name], points())
        assert found.shape == expected.shape == (1000, expected.shape[1]), name
        assert np.isfinite(expected).all(), name
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9, err_msg=name)


TOLERANCES = {"numpy": 1e-9, "pytorch": 1e-7, "keras": 5e-3, "sklearn": 1e-4}
"""Keras and scikit-learn add an optimizer's epsilon elsewhere."""


@each_script
def test_a_script_goes_the_steps_of_the_engine(cls, done):
    moved = 0
    for name, spec in steps(cls).items():
        expected, begun = (answers(trained(spec, epochs), points()) for epochs in (3, 0))
        moved += not np.allclose(expected, begun, atol=1e-2, rtol=0)
        found, tolerance = done(cls)[f"train {name}"], TOLERANCES[cls.name()]
        np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance, err_msg=name)
    assert moved > 0.6 * len(steps(cls))


@each_script
def test_a_fresh_start_is_drawn_as_the_initializer_says(cls, done):
    for name, spec in starts().items():
        std, mean, bias = done(cls)[f"start {name}"]
        expected = spec.initializer.std(32, fan_out=32, activation=Tanh())
        assert std == pytest.approx(expected, rel=0.1, abs=1e-12), name
        constant = getattr(spec.initializer, "value", 0.0)
        assert mean == pytest.approx(constant, abs=0.15 * expected + 1e-12), name
        assert bias == pytest.approx(0.25), name


@by_kind
def test_an_experiment_is_exported_or_refused_with_a_reason(cls):
    for name, spec in EXPERIMENTS.items():
        for reason in cls().lacks(spec):
            assert re.fullmatch(READABLE, reason), (name, reason)


@each_script
def test_a_script_run_by_a_person_shows_the_losses_of_the_engine(cls, tmp_path):
    needs(cls)
    spec = url.decode("#v=1&dataset=moons&noise=20&layers=4:tanh,3:tanh&optimizer=adam").spec
    run = trained(spec, 20)
    main = write(run, cls.name(), tmp_path)
    lines = python(main, cwd=tmp_path.parent).splitlines()[-2:]
    evaluation = run.trainer.evaluate()
    assert lines == [
        f"{split:5}  loss {getattr(evaluation.loss, split):.6f}"
        f"  accuracy {getattr(evaluation.metrics['accuracy'], split):.6f}"
        for split in ("train", "test")
    ]


@each_script
def test_a_script_trains_from_a_fresh_start_as_well_as_the_engine(cls, tmp_path):
    needs(cls)
    link = "#v=1&dataset=moons&noise=20&layers=6:tanh&optimizer=adam"
    run = trained(url.decode(link).spec, 40)
    main = write(run, cls.name(), tmp_path)
    out = python(main, "--train", "--epochs", "40", cwd=tmp_path)
    assert abs(training_loss(out) - (run.trainer.evaluate().loss.train or 0)) < 0.05


def test_numpy_goes_through_the_very_numbers_of_the_engine(runs, tmp_path):
    names = [name for name in runs if name != "tfp"]
    for name in names[:: len(names) // 12]:
        run = runs[name]
        main = write(run, "numpy", tmp_path / name)
        out = python(main, "--train", cwd=tmp_path)
        loss = run.trainer.evaluate().loss.train
        assert abs(training_loss(out) - (loss or 0)) < 2e-6, name


def test_points_are_all_there_with_split_and_prediction(runs):
    run = trained(EXPERIMENTS["binary-1"], 30)
    (file,) = EXPORTERS["points"]().files(run)
    rows = table(file)
    data = run.trainer.data
    assert [row["row"] for row in rows] == [str(i + 1) for i in range(run.spec.samples)]
    train = [row for row in rows if row["split"] == "train"]
    assert len(train) == data.train.size
    inside = {tuple(point) for point in data.train.x.T.tolist()}
    assert all((float(row["x1"]), float(row["x2"])) in inside for row in train)
    hits = np.mean([row["prediction"] == row["label"] for row in train])
    assert hits == pytest.approx(run.trainer.evaluate().metrics["accuracy"].train)
    x = np.array([[float(row["x1"]), float(row["x2"])] for row in rows])
    assert np.allclose([float(row["output"]) for row in rows], answers(run, x)[:, 0])


@pytest.mark.parametrize("name", ["multiclass-2", "multilabel-2", "regression-2", "tfp"])
def test_points_of_every_problem_have_their_columns(name, runs):
    run = runs[name]
    rows = table(EXPORTERS["points"]().files(run)[0])
    outputs = run.spec.head.outputs(run.spec.classes)
    numbered = [str(i + 1) for i in range(outputs)]
    expected = {
        "multiclass": ["label", "split", "prediction", *(f"output{n}" for n in numbered)],
        "multilabel": [
            *(f"label{n}" for n in numbered),
            "split",
            *(f"prediction{n}" for n in numbered),
            *(f"output{n}" for n in numbered),
        ],
        "regression": ["label", "split", "prediction"],
        "binary": ["label", "split", "prediction", "output"],
    }[run.spec.problem]
    assert list(rows[0]) == ["row", "x1", "x2", *expected]
    assert len(rows) == run.spec.samples


OWN = Custom(
    points=pack([[-6, 0, 6, 3], [-6, 6, 0, 3]], [0, 1, 2, 1]),
    x1_name="=height",
    x2_name="width, cm",
    target_name="kind",
    x1_low=100.0,
    x1_high=220.0,
    x2_low=0.0,
    x2_high=12.0,
    class_names=("small", "@large", "other"),
)


def test_own_data_have_their_own_units_and_names_too():
    spec = evolve(RunSpec(), {"dataset": OWN.to_dict(), "samples": 4})[0]
    rows = table(EXPORTERS["points"]().files(trained(spec, 1))[0])
    assert len(rows) == 4
    for row in rows:
        assert float(row["'=height (data)"]) == pytest.approx(160 + 10 * float(row["x1"]))
        assert float(row["width, cm (data)"]) == pytest.approx(6 + float(row["x2"]))
        assert row["kind (data)"] == ["small", "'@large", "other"][int(row["label"])]


def test_a_script_takes_points_in_the_units_of_own_data(tmp_path):
    spec = evolve(RunSpec(), {"dataset": OWN.to_dict(), "samples": 4})[0]
    main = write(trained(spec, 1), "numpy", tmp_path)
    names = runpy.run_path(str(main), run_name="exported")
    found = names["from_data"](np.array([[100.0, 12.0], [160.0, 6.0]]))
    assert found.tolist() == [[-6.0, 6.0], [0.0, 0.0]]


def test_the_history_is_that_of_the_chart(runs):
    run = runs["binary-1"]
    (file,) = EXPORTERS["history"]().files(run)
    rows = table(file)
    assert [int(row["epoch"]) for row in rows] == run.history.epochs
    assert [float(row["train"]) for row in rows] == run.history.train
    assert [float(row["test"]) for row in rows] == run.history.test


def test_a_loss_that_is_not_finite_leaves_its_cell_empty():
    run = trained(RunSpec(), 0)
    run.history.record(0, None, 0.5)
    assert EXPORTERS["history"]().files(run)[0].data == b"epoch,train,test\n0,,0.5\n"


def test_a_spreadsheet_runs_no_text_of_a_link():
    assert cell("=cmd()") == "'=cmd()"
    assert cell("@x\n+y") == "'@x +y"
    assert cell("height, cm") == "height, cm"


def test_no_text_of_a_link_becomes_code(runs, tmp_path):
    seed = '"""\nraise SystemExit("owned")\n#\\'
    spec = RunSpec.from_dict({"data_seed": seed, "weight_seed": seed})
    run = trained(spec, 1)
    for cls in SCRIPTS:
        text = EXPORTERS[cls.name()]().files(run)[0].data.decode()
        assert "raise SystemExit" not in text


@pytest.mark.parametrize("cls", EXPORTERS, ids=lambda cls: cls.name())
def test_the_names_of_files_are_plain(cls, runs):
    run = runs["binary-1"]
    if cls().lacks(run.spec):
        pytest.skip("refused")
    files = cls().files(run)
    assert files[0].name.endswith(cls.suffix)
    assert all(re.fullmatch(r"[a-z_]+\.[a-z]+", file.name) for file in files)


def test_there_is_a_data_set_of_each_problem_that_is_exported():
    assert {spec.dataset.name() for spec in EXPERIMENTS.values()} <= set(DATASETS.kinds)


@each_script
def test_a_script_is_clean_and_imports_its_library_and_numpy_alone(cls, runs, tmp_path):
    modules = {"scikit-learn": "sklearn"}
    known = {modules.get(name, name) for name in cls.needs.split()} | sys.stdlib_module_names
    folder = tmp_path / "scripts"
    folder.mkdir()
    for number, run in enumerate(runs.values()):
        if not cls().lacks(run.spec):
            text = cls().files(run)[0].data.decode()
            (folder / f"script_{number}.py").write_text(text, "utf-8")
            for node in ast.walk(ast.parse(text)):
                names = [alias.name for alias in getattr(node, "names", [])]
                names = [node.module] if isinstance(node, ast.ImportFrom) else names
                if isinstance(node, ast.Import | ast.ImportFrom):
                    assert {name.split(".")[0] for name in names if name} <= known
    ran = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--select=F,E9,I", folder],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout
