"""Diagnostics measure what they say, as plain data, and change nothing."""

import json
import time

import numpy as np
import pytest

from engine import (
    ELU,
    PROBLEMS,
    X1,
    HeNormal,
    LeakyReLU,
    ReLU,
    RunSpec,
    Sigmoid,
    SpecError,
    Tanh,
    Trainer,
    X2Squared,
    Xor,
    XorCorners,
    evolve,
)
from engine.diagnostics import (
    DIAGNOSTICS,
    BestStraightLine,
    HiddenSpace,
    LayerHealth,
    WeightPath,
    make_diagnostic,
)
from engine.diagnostics.base import histogram, numbers, round_range
from tests.engine.lab import diverged, layers, run, spec_for

ALL = [cls() for cls in DIAGNOSTICS]


@pytest.mark.parametrize("diagnostic", ALL, ids=lambda d: d.kind)
@pytest.mark.parametrize(
    "trainer",
    [
        *(Trainer(spec_for(problem)) for problem in PROBLEMS.kinds),
        Trainer(RunSpec(layers=(), samples=60)),
        Trainer(RunSpec(features=(), samples=60)),
        Trainer(RunSpec(layers=layers(2, 1, ELU()), samples=10)),
        Trainer(RunSpec(layers=layers(2, 3, LeakyReLU(alpha=1.0)), samples=60)),
        Trainer(evolve(RunSpec(layers=layers(2, 3, ReLU())), {"mode": "tfp"})[0]),
        diverged(),
    ],
    ids=[*PROBLEMS.kinds, "flat", "blind", "thin", "straight", "tfp", "diverged"],
)
def test_every_diagnostic_gives_plain_data_and_changes_nothing(diagnostic, trainer):
    before = trainer.snapshot()
    first, second = diagnostic.measure(trainer), diagnostic.measure(trainer)
    assert first == second
    assert json.loads(json.dumps(first, allow_nan=False)) == first
    after = trainer.snapshot()
    np.testing.assert_array_equal(after.parameters, before.parameters)
    assert (after.steps, after.shuffle, after.divergence) == (
        before.steps,
        before.shuffle,
        before.divergence,
    )


@pytest.mark.parametrize("diagnostic", ALL, ids=lambda d: d.kind)
def test_every_diagnostic_is_described_and_can_be_written_down(diagnostic):
    assert diagnostic.help()
    assert diagnostic.label
    assert make_diagnostic(json.loads(json.dumps(diagnostic.to_dict()))) == diagnostic


def test_a_wrong_description_is_refused():
    with pytest.raises(SpecError, match="expected an object with a kind"):
        make_diagnostic({"layer": 1})
    with pytest.raises(SpecError, match="got the unknown diagnostic 'x'"):
        make_diagnostic({"kind": "x"})
    with pytest.raises(SpecError, match=r"layer: got -2, expected at least -1"):
        make_diagnostic({"kind": "hidden_space", "layer": -2})


def test_numbers_are_rounded_and_never_infinite():
    values = numbers(np.array([[1 / 3, np.nan], [-1.23456789e200, np.inf], [0.0, 1e-300]]))
    assert values == [[0.333333, None], [-1.23457e200, None], [0.0, 0.0]]


def test_a_histogram_counts_everything_once(rng):
    z = np.append(rng.normal(0.0, 2.0, 500), [3.0, -3.0, 50.0, np.nan])
    found = histogram(z, 3.0)
    assert sum(found["counts"]) + found["below"] + found["above"] == 503
    expected, _ = np.histogram(z[np.abs(z) <= 3.0], 40, (-3.0, 3.0))
    assert found["counts"] == expected.tolist()


def test_the_range_of_a_plot_is_a_round_number():
    assert round_range(np.array([0.1, -0.2]), 3.0) == 3.0
    assert round_range(np.linspace(-5.0, 5.0, 101), 3.0) == 6.0
    assert round_range(np.array([np.nan]), 3.0) == 3.0


# --- Layer health ---------------------------------------------------------------------------------


def test_signals_are_what_the_definitions_say():
    trainer = run("health", layers=layers(3, 5, Tanh()), epochs=3)
    found = LayerHealth().measure(trainer)["layers"]
    trainer.evaluate()
    for layer, a in enumerate(trainer.forward.a):
        assert found[layer]["forward"] == pytest.approx(a[:-1].std(axis=1).mean(), rel=1e-5)
        assert found[layer]["mean"] == pytest.approx(a[:-1].mean(), rel=1e-4)
        shown = sum(found[layer]["histogram"]["counts"])
        assert shown + found[layer]["histogram"]["below"] + found[layer]["histogram"]["above"] == (
            5 * 250
        )
    labels = trainer.data.train.labels
    delta = Sigmoid().f(trainer.forward.logits) - labels
    assert found[-1]["backward"] == pytest.approx(np.sqrt(np.mean(delta**2)), rel=1e-5)
    for layer in (2, 1, 0):
        slope = Tanh().slope(trainer.forward.z[layer])
        delta = (trainer.network.weights[layer + 1].T @ delta) * slope
        assert found[layer]["backward"] == pytest.approx(np.sqrt(np.mean(delta**2)), rel=1e-5)


def test_units_are_told_apart_by_how_dead_they_are():
    trainer = run("dead", layers=layers(1, 4, ReLU()), initializer=HeNormal())
    trainer.network.biases[0][:] = [0.0, -100.0, 0.0, -100.0]
    (hidden,) = LayerHealth().measure(trainer)["layers"][:-1]
    assert hidden["units"] == ["alive", "dead", "alive", "dead"]
    assert (hidden["dead"], hidden["effectively_dead"]) == (0.5, 0.5)
    assert hidden["unit_saturated"][1] == 1.0
    trainer = run("dead", layers=layers(1, 3, ELU()), initializer=HeNormal())
    trainer.network.biases[0][:] = [0.0, -12.0, -40.0]
    (hidden,) = LayerHealth().measure(trainer)["layers"][:-1]
    assert hidden["units"] == ["alive", "saturated", "effectively_dead"]
    assert (hidden["dead"], hidden["effectively_dead"]) == (0.0, pytest.approx(1 / 3, rel=1e-5))


def test_the_backward_ratio_of_a_deep_sigmoid_network_is_large():
    found = LayerHealth().measure(run("deep", layers=layers(6, 8, Sigmoid())))
    assert found["backward_ratio"] > 200
    far = LayerHealth().measure(run("deep", layers=layers(30, 32, Sigmoid())))["layers"]
    assert 0.0 < far[0]["backward"] < 1e-15  # tiny, and not rounded away


# --- Hidden space ---------------------------------------------------------------------------------


def test_the_hidden_space_of_two_units_is_their_activations():
    trainer = run("space", layers=layers(1, 2, Tanh()), epochs=2)
    found = HiddenSpace().measure(trainer)
    trainer.evaluate()
    np.testing.assert_allclose(found["train"], trainer.forward.a[0][:-1], atol=1e-5)
    (line,) = found["next"]
    w, b = trainer.network.weights[1][0], trainer.network.biases[1][0]
    assert line["exact"]
    assert (line["a"], line["b"], line["c"]) == pytest.approx((w[0], w[1], b), rel=1e-4)
    grid = np.array([found["grid"]["x"], found["grid"]["y"]])
    corner = trainer.inputs(np.array([[-6.0], [-6.0]]))
    np.testing.assert_allclose(
        grid[:, 0], np.tanh(trainer.network.matrices[0] @ corner)[:, 0], atol=1e-5
    )
    assert grid.shape == (2, 26 * 25)


@pytest.mark.parametrize("units", [2, 5])
def test_principal_components_keep_the_most_variance_and_their_sign(units):
    trainer = run("pca", layers=layers(1, units, Tanh()), epochs=2)
    found = HiddenSpace(projection="pca").measure(trainer)
    axes, points = np.array(found["axes"]), np.array(found["train"])
    np.testing.assert_allclose(axes @ axes.T, np.eye(2), atol=1e-5)
    np.testing.assert_allclose(points.mean(axis=1), 0.0, atol=1e-5)
    assert abs(points[0] @ points[1]) < 1e-3 * (points[0] @ points[0])
    assert all(axis[np.abs(axis).argmax()] > 0 for axis in axes)
    assert found["explained"][0] >= found["explained"][1]
    (line,) = found["next"]
    assert line["exact"] == (units == 2)
    if units == 2:
        trainer.evaluate()
        z = line["a"] * points[0] + line["b"] * points[1] + line["c"]
        np.testing.assert_allclose(z, trainer.forward.logits[0], atol=1e-3)


def test_the_input_and_the_output_are_layers_too():
    trainer = run("ends", layers=layers(1, 3, Tanh()))
    inputs, output = (HiddenSpace(layer=layer).measure(trainer) for layer in (-1, 1))
    np.testing.assert_allclose(
        inputs["train"], trainer.inputs(trainer.data.train.x)[:-1], atol=1e-5
    )
    assert len(inputs["next"]) == 3
    assert output["next"] == []
    assert output["units"] == 1
    assert set(output["train"][1]) == {0.0}


def test_a_layer_that_is_gone_stands_for_the_nearest():
    trainer = run("gone", layers=layers(2, 3, Tanh()))
    assert HiddenSpace(layer=9, x_unit=30).measure(trainer)["layer"] == 2
    assert HiddenSpace(layer=1, x_unit=30).measure(trainer)["axes"][0] == [0.0, 0.0, 1.0]
    path = WeightPath(layer=7, to=7, first=7, second=0, steps=2).measure(trainer)
    assert path["links"] == [[2, 0, 2], [2, 0, 0]]


def test_the_probe_finds_the_separable_layer():
    trainer = run("probe", dataset=XorCorners(), layers=layers(1, 4, Tanh()), learning_rate=0.1)
    trainer.run_epochs(100)
    assert HiddenSpace(layer=-1).measure(trainer)["probe"]["separable"] is None
    probe = HiddenSpace(layer=0).measure(trainer)["probe"]
    assert (probe["train"], probe["separable"], probe["method"]) == (1.0, True, "logistic")


def test_few_points_are_drawn_when_there_are_many():
    found = HiddenSpace(max_points=10).measure(run("few"))
    assert [len(row) for row in found["train"] + found["test"]] == [10] * 4


def test_the_best_line_binds_linear_models_on_the_coordinates():
    found = BestStraightLine().measure(run("line", dataset=Xor()))
    assert found["exact"]
    assert found["correct"] == round(found["accuracy"] * found["points"])
    assert found["binds_linear_model"]
    assert not BestStraightLine().measure(run("line", features=(X1(), X2Squared())))[
        "binds_linear_model"
    ]
    assert BestStraightLine().measure(Trainer(spec_for("regression")))["accuracy"] is None


@pytest.mark.timed
def test_looking_is_cheap():
    """The median of a live diagnostic, 6x8 and 250 samples: a tenth of a second is far too much."""
    trainer = run("cheap", layers=layers(6, 8, Tanh()))
    for diagnostic in ALL:
        if diagnostic.live:
            diagnostic.measure(trainer)
            times = []
            for _ in range(5):
                start = time.perf_counter()
                diagnostic.measure(trainer)
                times.append(time.perf_counter() - start)
            assert min(times) < 0.03, diagnostic.name()
