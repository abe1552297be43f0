"""Saved runs: what a file says goes on to the bit; what somebody has changed in it is refused."""

import json
import tracemalloc
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import (
    L1,
    OPTIMIZERS,
    PROBLEMS,
    Adam,
    LayerSpec,
    Losses,
    RunSpec,
    SpecError,
    Trainer,
    evolve,
    read_saved,
    write_saved,
)
from engine.plain_json import LARGEST, MOST_BRACKETS, MOST_COMMAS

SMALL = RunSpec(samples=46, layers=(LayerSpec(3),))
TFP = evolve(
    RunSpec(), {"mode": "tfp", "batch_size": 30, "regularizer": L1(), "regularization_rate": 0.1}
)[0]
SPECS = [
    *(replace(SMALL, optimizer=cls()) for cls in OPTIMIZERS),
    *(evolve(SMALL, {"problem": kind, "samples": 30})[0] for kind in PROBLEMS.kinds),
    TFP,
    replace(SMALL, layers=()),
    replace(SMALL, features=()),
]


def trained(spec: RunSpec = SMALL, steps: int = 7) -> Trainer:
    trainer = Trainer(spec)
    trainer.run_steps(steps)
    return trainer


def file(**changes: Any) -> dict[str, Any]:
    """A good file as data, with changes."""
    history = Losses([0, 1], [0.7, None], [0.8, 0.5], 1)
    data = json.loads(write_saved(trained(replace(SMALL, optimizer=Adam())), history))
    return {**data, **changes}


@pytest.mark.parametrize("steps", [0, 4, 7, 26])
@pytest.mark.parametrize(
    "spec", SPECS, ids=lambda spec: f"{spec.mode}-{spec.problem}-{spec.optimizer.kind}"
)
def test_a_saved_run_goes_on_to_the_bit(spec, steps):
    trainer = trained(spec, steps)
    other = read_saved(write_saved(trainer)).trainer()
    assert other.spec == spec
    assert other.evaluate() == trainer.evaluate()
    for run in (trainer, other):
        run.run_steps(40)
    assert other.network.parameters.tobytes() == trainer.network.parameters.tobytes()
    assert (other.epoch, other.steps, other.offset) == (
        trainer.epoch,
        trainer.steps,
        trainer.offset,
    )


def test_every_number_is_read_as_it_was_written():
    trainer = trained()
    odd = [5e-324, -0.0, 1 / 3, 0.1 + 0.2, 1.7976931348623157e308, -2.2250738585072014e-308]
    trainer.network.parameters[: len(odd)] = odd
    other = read_saved(write_saved(trainer)).trainer()
    assert other.network.parameters.tobytes() == trainer.network.parameters.tobytes()


def test_history_view_and_points_are_in_the_file():
    history = Losses([0, 4, 8], [0.7, None, 0.2], [0.8, 0.5, 0.25], 4)
    trainer = trained(steps=60)
    saved = read_saved(write_saved(trainer, history, view={"contours": True}))
    assert (saved.history, saved.view) == (history, {"contours": True})
    data = json.loads(write_saved(trainer))["data"]
    np.testing.assert_array_equal([data["train"]["x1"], data["train"]["x2"]], trainer.data.train.x)
    np.testing.assert_array_equal(data["test"]["label"], trainer.data.test.labels)
    assert "data" not in json.loads(write_saved(trainer, data=False))


def test_a_person_can_read_it():
    text = write_saved(trained())
    lines = text.splitlines()
    assert lines[1:3] == ['  "format": "neural-network-playground",', '  "version": 1,']
    assert max(len(line) for line in lines if not line.strip().startswith(('"x', '"label'))) < 200


def test_a_file_of_an_experiment_alone_is_its_start():
    saved = read_saved(json.dumps({"weight_seed": "7", "layers": [{"units": 3}]}))
    assert saved.snapshot is None
    assert saved.trainer().epoch == 0
    assert saved.spec == RunSpec(weight_seed="7", layers=(LayerSpec(3),))


def test_a_run_that_diverged_says_so_still():
    spec = evolve(SMALL, {"problem": "regression"})[0]
    trainer = trained(replace(spec, learning_rate=1e6), 200)
    assert trainer.divergence is not None
    assert read_saved(write_saved(trainer)).trainer().divergence == trainer.divergence


def changed(path: str, value: Any) -> dict[str, Any]:
    """The good file with another value at a path."""
    data = file()
    place: Any = data
    *names, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for name in names:
        place = place[name]
    place[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("format", "onnx", "format: got 'onnx', expected 'neural-network-playground'"),
        ("version", 2, "version: got 2, expected 1; a newer version"),
        ("version", True, "version: got True, expected 1"),
        ("spec.samples", 6000, "spec.samples: got 6000, expected"),
        ("spec", [], "spec: got [], expected an object"),
        ("epoch", -1, "epoch: got -1, expected a whole number from 0"),
        ("epoch", 1.0, "epoch: got 1.0, expected a whole number"),
        ("steps", 10**30, "steps: got"),
        ("offset", 23, "its place in the run does not fit"),
        ("layers", [], "layers: got 0 entries, expected 2"),
        ("layers.0", {"weights": []}, "layers[0]: got ['weights'], expected the fields weights,"),
        ("layers.0.weights.1", [1.0], "layers[0].weights[1]: got 1 entries, expected 2"),
        ("layers.0.weights.1.0", "0.5", "layers[0].weights[1][0]: got '0.5', expected a number"),
        ("layers.0.biases.2", True, "layers[0].biases[2]: got True, expected a number"),
        ("layers.1.biases.0", None, "layers[1].biases[0]: got None, expected a number"),
        ("layers.1.biases.0", 10**400, "layers[1].biases[0]: got a whole number of about 401"),
        ("optimizer", {}, "the state of its optimizer does not fit"),
        ("optimizer.velocity", 0.5, "the state of its optimizer does not fit"),
        ("optimizer.mean.0.biases.0", "x", "optimizer.mean[0].biases[0]: got 'x'"),
        ("optimizer.power1", [], "the state of its optimizer does not fit"),
        ("order.0", 22, "its order does not fit"),
        ("order", [1.5], "order[0]: got 1.5, expected a whole number"),
        ("shuffle.generator", "MT19937", "shuffle.generator: got 'MT19937', expected 'PCG64'"),
        ("shuffle.state", str(2**128), "shuffle.state: got"),
        ("shuffle.inc", 5, "shuffle.inc: got 5, expected the digits"),
        ("shuffle.uinteger", 2**32, "shuffle.uinteger: got 4294967296"),
        ("divergence", [1], "divergence: got [1], expected"),
        ("divergence", {"epoch": 1}, "divergence: got {'epoch': 1}, expected epoch, step"),
        ("history.epoch", [1, 0], "history.epoch: got [1, 0], expected epochs one after"),
        ("history.epoch", [0, 99], "history.epoch: got 99, expected at most the epoch, 2"),
        ("history.train", [0.5], "history.train: got 1 entries, expected 2"),
        ("history.test.0", "x", "history.test[0]: got 'x', expected a number"),
        ("history.stride", -1, "history.stride: got -1"),
        ("view", 3, "view: got 3, expected an object"),
        ("data.train.x1.0", 9.5, "data.train: got other points than the experiment makes"),
        ("data.test.label.0", 7, "data.test: got other points"),
        ("data.test", {}, "data.test: got [], expected the fields x1, x2, label"),
        ("data", None, None),
        ("extra", 1, "got the field 'extra', expected none of that name; remove it"),
    ],
)
def test_what_was_changed_is_refused_by_name(path, value, message):
    text = json.dumps(changed(path, value))
    if message is None:
        read_saved(text).trainer()
        return
    with pytest.raises(SpecError) as refused:
        read_saved(text).trainer()
    assert message in str(refused.value)
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(
    "name", [name for name in file() if name not in ("data", "view", "format")]
)
def test_a_field_that_is_missing_is_named(name):
    data = file()
    del data[name]
    if name in ("history", "divergence"):
        read_saved(json.dumps(data)).trainer()
        return
    with pytest.raises(SpecError, match=f"^{name}: got"):
        read_saved(json.dumps(data))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_is_none_is_refused(number):
    data = changed("layers.0.biases.0", 12345.5)
    with pytest.raises(SpecError, match=r"expected a (finite number|file saved)"):
        read_saved(json.dumps(data).replace("12345.5", number)).trainer()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1, 2]",
        "null",
        '"text"',
        "\ud800",
        "\ufeff{}",
        "[" * 9000,
        "1" * 5000,
        '{"format":1}',
    ],
    ids=lambda text: ascii(text[:8]),
)
def test_what_is_no_such_file_is_refused(text):
    with pytest.raises(SpecError, match=r"got .* expected"):
        read_saved(text)


@pytest.mark.parametrize(
    "text",
    [
        " " * (LARGEST + 1),
        "[" + "{}," * (MOST_BRACKETS + 1) + "{}]",
        "[" + "1," * (MOST_COMMAS + 1) + "1]",
    ],
    ids=["long", "nested", "numbers"],
)
def test_what_is_too_large_is_refused_before_it_takes_memory(text):
    tracemalloc.start()
    with pytest.raises(SpecError, match="expected at most"):
        read_saved(text)
    assert tracemalloc.get_traced_memory()[1] < 100_000
    tracemalloc.stop()


def test_the_largest_run_can_be_saved_and_read():
    layers = tuple(LayerSpec(32) for _ in range(30))
    spec = replace(SMALL, samples=1300, layers=layers, optimizer=Adam())
    text = write_saved(trained(spec, 1))
    assert len(text) < LARGEST / 1.5
    read_saved(text).trainer()
    widest = evolve(RunSpec(), {"problem": "multilabel", "classes": 8, "samples": 5000})[0]
    text = write_saved(trained(widest, 1))
    assert len(text) < LARGEST / 3
    read_saved(text).trainer()
