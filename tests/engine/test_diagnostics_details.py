"""Gradients, output, collapse, initialization and activation functions, measured."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from engine import (
    ACTIVATIONS,
    ELU,
    HEADS,
    INITIALIZERS,
    Auto,
    Gauss,
    HeNormal,
    LayerSpec,
    LeakyReLU,
    Linear,
    ReLU,
    RunSpec,
    Tanh,
    Trainer,
)
from engine.collapse import is_linear
from engine.diagnostics import (
    ActivationFunction,
    BestStraightLine,
    ConfidentStart,
    GradientSigns,
    Initialization,
    LayerHealth,
    LinearCollapse,
    Output,
    WeightPath,
    make_diagnostic,
    nanoseconds_per_element,
    weight_path,
)
from engine.diagnostics.examination import Examination
from engine.separability import best_line, find_best_line
from tests.engine.lab import diverged, layers, run, spec_for

# --- Gradients ------------------------------------------------------------------------------------


def test_shares_of_one_sign_are_counted_from_the_gradients():
    trainer = run("signs", layers=layers(2, 6, ReLU()), initializer=HeNormal())
    found = GradientSigns().measure(trainer)
    assert found["batch_sizes"] == [1, 2, 5, 10, 30, 250]
    seen = Examination(trainer)
    full = seen.delta(1) @ seen.a[0].T
    moving = full[(full != 0).any(axis=1)]
    alike = (moving >= 0).all(axis=1) | (moving <= 0).all(axis=1)
    assert found["layers"][1]["shares"][-1] == pytest.approx(alike.mean(), rel=1e-5)
    assert found["layers"][1]["chance"] == 2.0**-5


def test_the_path_of_two_weights_is_the_one_they_take():
    trainer = run("path", epochs=1)
    found = WeightPath(layer=0, to=1, first=0, second=1, steps=30).measure(trainer)
    old = trainer.snapshot()
    path = [trainer.network.weights[0][1].copy()]
    for _ in range(30):
        trainer.run_steps(1)
        path.append(trainer.network.weights[0][1].copy())
    np.testing.assert_allclose(found["start"], path[0], rtol=1e-5)
    np.testing.assert_allclose(np.array(found["path"]).T, np.array(path) - path[0], rtol=1e-4)
    links = ((0, 1, 0), (0, 1, 1))
    assert weight_path(old, links, 30) == found
    moves = np.diff(path, axis=0)
    assert found["same_sign"] == pytest.approx(np.mean(moves[:, 0] * moves[:, 1] > 0), rel=1e-5)
    assert 0.0 < found["efficiency"] <= 1.0


def test_the_path_of_a_diverging_run_ends():
    path = WeightPath(steps=50).measure(diverged())
    assert len(path["path"][0]) == 1
    assert path["efficiency"] is None


# --- Output ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("problem", ["binary", "multiclass"])
def test_the_output_at_a_point(problem):
    trainer = Trainer(spec_for(problem))
    found = Output(x1=1.5, x2=-2.0).measure(trainer)
    z, head = np.array(found["logits"])[:, np.newaxis], trainer.network.head
    np.testing.assert_allclose(found["output"], head.output(z)[:, 0], rtol=1e-4)
    probabilities = [np.exp(-item["loss"]) for item in found["losses"]]
    assert sum(probabilities) == pytest.approx(1.0, rel=1e-4)
    table = np.array(found["confusion"]["train"])
    assert table.sum() == trainer.data.train.size
    metrics = trainer.evaluate().metrics["accuracy"]
    assert np.trace(table) / table.sum() == pytest.approx(metrics.train)
    np.testing.assert_array_equal(
        table.sum(axis=1), np.bincount(trainer.data.train.labels, minlength=len(table))
    )


def test_the_output_for_several_labels_and_for_a_number():
    several = Output().measure(Trainer(spec_for("multilabel")))
    assert [(item["output"], item["target"]) for item in several["losses"]] == [
        (k, t) for k in range(3) for t in (0, 1)
    ]
    assert np.shape(several["confusion"]["train"]) == (3, 2, 2)
    number = Output(value=2.0).measure(Trainer(spec_for("regression")))
    assert number["losses"][0]["loss"] == pytest.approx((number["logits"][0] - 2.0) ** 2 / 2, 1e-4)
    assert number["confusion"]["train"] is None


def test_no_line_does_much_better_than_bayes():
    trainer = run("bayes", dataset=Gauss(), noise=50.0, samples=4000)
    found = Output(x1=1.0, x2=0.5).measure(trainer)["bayes"]
    assert (found["variance"], found["weights"], found["log_odds"]) == (4.0, [1.0, 1.0], 1.5)
    x, labels = trainer.data.train.x, trainer.data.train.labels
    reached = np.mean((x.sum(axis=0) > 0) == labels)
    assert found["accuracy"] == pytest.approx(reached, abs=0.02)
    assert BestStraightLine().measure(trainer)["accuracy"] <= found["accuracy"] + 0.02
    assert Output().measure(run("bayes"))["bayes"] is None


# --- Collapse, initialization, activation function ------------------------------------------------


@pytest.mark.parametrize("activation", [Linear(), LeakyReLU(alpha=1.0)], ids=lambda a: a.kind)
def test_linear_layers_collapse(activation):
    trainer = run("collapse", layers=layers(3, 4, activation), epochs=2)
    found = LinearCollapse().measure(trainer)
    assert found["linear"]
    assert found["residual"] < 1e-12
    x = trainer.data.train.x
    raw = np.array(found["raw_weights"]) @ x + np.array(found["raw_bias"])[:, np.newaxis]
    trainer.evaluate()
    np.testing.assert_allclose(raw, trainer.forward.logits, atol=1e-4)


def test_bent_layers_do_not_collapse():
    mixed = (LayerSpec(2, Linear()), LayerSpec(2, ReLU()), LayerSpec(2, ELU(alpha=1.0)))
    found = LinearCollapse().measure(run("bent", layers=mixed))
    assert (found["linear"], found["bent_layers"], found["weights"]) == (False, [1, 2], None)
    z = np.linspace(-5.0, 5.0, 101)
    for cls in ACTIVATIONS:
        assert is_linear(cls()) == np.allclose(cls().f(z), z)


@pytest.mark.parametrize("initializer", [cls() for cls in INITIALIZERS], ids=lambda i: i.kind)
def test_a_start_has_the_spread_that_its_initializer_promises(initializer):
    trainer = run("start", layers=layers(3, 32, ReLU()))
    found = Initialization(use="given", initializer=initializer).measure(trainer)
    for layer in found["layers"][1:3]:
        assert layer["std"] == pytest.approx(layer["std_theory"], rel=0.15, abs=1e-12)
    own = Trainer(
        RunSpec(
            data_seed="start",
            weight_seed="start",
            layers=layers(3, 32, ReLU()),
            initializer=initializer,
        )
    )
    same = Initialization().measure(own)
    assert same == found
    assert [layer["backward"] for layer in found["layers"]] == [
        layer["backward"] for layer in LayerHealth().measure(own)["layers"]
    ]
    assert found["keras"] or initializer == Auto()
    assert found["pytorch"] or initializer == Auto()


def test_a_start_is_that_of_the_run_however_far_it_has_got():
    trainer = run("start")
    before = Initialization().measure(trainer)
    trainer.run_epochs(5)
    assert Initialization().measure(trainer) == before


@pytest.mark.parametrize("activation", [cls() for cls in ACTIVATIONS], ids=lambda a: a.kind)
def test_the_facts_of_an_activation_are_those_of_its_curve(activation):
    trainer = run("curve", layers=layers(1, 3, activation))
    found = make_diagnostic({"kind": "activation_function", "x": 2.0}).measure(trainer)
    f, slope = np.array(found["curve"]["f"]), np.array(found["curve"]["slope"])
    assert [mark["x"] for mark in found["marks"]] == [-10.0, 0.0, 10.0]
    assert found["at"]["f"] == pytest.approx(activation.f(np.array([2.0]))[0], rel=1e-5)
    facts = found["facts"]
    assert facts["bounded"] == (np.abs(f).max() <= 1.0)
    assert facts["zero_centred"] == bool(np.allclose(f, -f[::-1], atol=1e-6))
    assert facts["monotone"] == bool((np.diff(f) >= -1e-9).all())
    assert ("left" in facts["saturates"]) == (abs(slope[0]) < 1e-3)
    assert ("right" in facts["saturates"]) == (abs(slope[-1]) < 1e-3)


def test_the_cost_is_taken_from_the_clock_it_is_given():
    ticks = itertools.count(0.0, 0.001)
    found = nanoseconds_per_element(Tanh(), lambda: next(ticks), elements=1000, repeats=5)
    assert found == {"elements": 1000, "forward": 1000.0, "slope": 1000.0}


def test_another_function_is_looked_at_over_the_inputs_of_the_layer():
    trainer = run("given", epochs=5)
    own = ActivationFunction(layer=1).measure(trainer)
    given = ActivationFunction(layer=1, use="given", activation=ReLU()).measure(trainer)
    assert (own["own"], own["activation"]["kind"]) == (True, "tanh")
    assert (given["own"], given["activation"]["kind"]) == (False, "relu")
    assert given["histogram"] == own["histogram"]
    assert given["marks"][2] == {"x": 10.0, "f": 10.0, "slope": 1.0}


def loss(trainer: Trainer) -> float:
    value = trainer.evaluate().loss.train
    assert value is not None
    return value


def test_cross_entropy_comes_back_from_a_confidently_wrong_start_and_squared_error_does_not():
    trainer = run("wrong", dataset=Gauss(), layers=())
    found = ConfidentStart(bias=5.0, epochs=120).measure(trainer)
    runs = {run["kind"]: run for run in found["runs"]}
    assert set(runs) == {"sigmoid_bce", "sigmoid_mse", "tanh_mse"}
    assert runs["sigmoid_bce"]["recovered"] <= 12
    assert runs["tanh_mse"]["recovered"] is None
    for kind, each in runs.items():
        alone = Trainer(replace(trainer.spec, head=HEADS[kind]()))
        usual = loss(alone)
        alone.set_bias(0, 0, 5.0)
        alone.run_epochs(3)
        assert each["losses"][3] == pytest.approx(loss(alone) / usual, rel=1e-5)
    assert trainer.steps == 0


def test_a_confidently_wrong_start_is_only_for_two_classes():
    trainer = Trainer(spec_for("regression"))
    assert ConfidentStart().measure(trainer) == {"runs": [], "reason": "only for two classes"}


def test_the_best_line_of_many_points_is_found_in_small_pieces():
    rng = np.random.default_rng(5)
    x, labels = rng.normal(size=(2, 2000)), rng.integers(0, 2, 2000)
    search, found = find_best_line(x, labels), []

    def whole():
        found.append((yield from search))

    pieces = sum(1 for _ in whole())
    assert found == [best_line(x, labels)]
    assert pieces > 80
