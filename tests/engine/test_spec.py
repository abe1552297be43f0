"""The experiment: what it refuses and how it says so, and what changes bring with them."""

import json
from dataclasses import fields, replace
from typing import Any

import pytest

from engine import (
    ELU,
    L1,
    LIVE_FIELDS,
    SGD,
    X1,
    Adam,
    Circle,
    CosX1,
    HeNormal,
    LayerSpec,
    LeakyReLU,
    LinearMSE,
    Plane,
    ReLU,
    RunSpec,
    Sigmoid,
    SoftmaxCE,
    SpecError,
    Spiral,
    Tanh,
    TanhMSE,
    Trainer,
    Uniform,
    evolve,
    needs_rebuild,
)

TFP = evolve(RunSpec(), {"mode": "tfp"})[0]


def test_defaults_are_those_of_the_contract():
    spec = RunSpec()
    assert spec.dataset == Circle()
    assert [(layer.units, layer.activation) for layer in spec.layers] == [(4, Tanh()), (2, Tanh())]
    assert (spec.samples, spec.batch_size, spec.learning_rate) == (500, 10, 0.03)
    assert spec.optimizer == SGD()
    assert spec.standardize
    assert spec.shuffle


def test_a_spec_survives_json():
    spec = RunSpec(
        layers=(LayerSpec(3, ELU(alpha=0.5)),), optimizer=Adam(beta1=0.8), features=(CosX1(),)
    )
    assert RunSpec.from_dict(json.loads(json.dumps(spec.to_dict()))) == spec
    assert RunSpec.from_dict({}) == RunSpec()
    assert set(spec.to_dict()) == {field.name for field in fields(RunSpec)}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"noise": 90}, "noise: got 90.0, expected at least 0.0 and at most 80.0; choose"),
        ({"samples": 1}, "samples: got 1, expected at least 2"),
        ({"samples": 10.5}, "samples: got 10.5, expected a whole number"),
        ({"samples": True}, "samples: got True, expected a whole number"),
        ({"learning_rate": 0}, "learning_rate: got 0.0, expected more than 0.0"),
        ({"learning_rate": float("inf")}, "learning_rate: got inf, expected a finite number"),
        ({"learning_rate": None}, "learning_rate: got None, expected a number"),
        ({"regularization_rate": -1}, "regularization_rate: got -1.0"),
        ({"shuffle": 1}, "shuffle: got 1, expected true or false"),
        ({"data_seed": "x" * 65}, "data_seed: got .*at most 64"),
        ({"weight_seed": 3}, "weight_seed: got 3, expected a text"),
        ({"mode": "fast"}, "mode: got 'fast', expected one of: standard, tfp"),
        ({"problem": []}, r"problem: got \[\], expected one of: binary"),
        ({"colour": 1}, "colour: got an unknown field, expected one of: mode, problem"),
        ({"layers": 5}, "layers: got 5, expected"),
        ({"layers": [{"units": 33}]}, r"layers\[0\].units: got 33, expected .*at most 32"),
        ({"layers": [{}, {"size": 3}]}, r"layers\[1\].size: got an unknown field"),
        ({"layers": [7]}, r"layers\[0\]: got 7, expected an object"),
        ({"layers": [{}] * 31}, "layers: got 31 entries, expected at most 30"),
        (
            {"layers": [{"activation": {"kind": "elu", "alpha": 2}}]},
            r"layers\[0\].activation.alpha: got 2.0, expected at least 0.0 and at most 1.0",
        ),
        ({"optimizer": {"kind": "sdg"}}, "optimizer: got the unknown optimizer 'sdg', .*momentum"),
        ({"optimizer": {"kind": ["sgd"]}}, "optimizer: got the unknown optimizer"),
        ({"optimizer": "sgd"}, "optimizer: got 'sgd', expected an object"),
        ({"optimizer": {"kind": "sgd", "beta": 1}}, "optimizer: got the parameter 'beta'"),
        ({"features": [{"kind": "x1"}, {"kind": "x1"}]}, "features: got a feature twice"),
        ({"dataset": {"kind": "plane"}}, "dataset: got 'plane' for a binary problem, .*circle"),
        ({"head": {"kind": "linear_mse"}}, "head: got 'linear_mse' for a binary problem"),
        ({"problem": "regression"}, "dataset: got 'circle' for a regression problem"),
        ({"mode": "tfp"}, "mode: got 'tfp' with head"),
        ([], "expected an object"),
    ],
)
def test_an_error_names_the_path_and_says_what_to_do(data, words):
    with pytest.raises(SpecError, match=words) as caught:
        RunSpec.from_dict(data)
    assert ";" in str(caught.value)


def test_a_component_of_another_sort_is_refused():
    with pytest.raises(SpecError, match=r"optimizer: got .*expected a Optimizer"):
        RunSpec(optimizer=Tanh())  # type: ignore[arg-type]


def test_numbers_are_kept_in_one_type():
    assert RunSpec(noise=5) == RunSpec(noise=5.0)
    assert RunSpec(noise=5).to_dict()["noise"].__class__ is float


# --- Changes -------------------------------------------------------------------------------------


def test_a_change_gives_a_new_spec_and_leaves_the_old_one():
    spec = RunSpec()
    changed, notices = evolve(spec, {"learning_rate": 0.1, "dataset": {"kind": "spiral"}})
    assert (changed.learning_rate, changed.dataset) == (0.1, Spiral())
    assert notices == ()
    assert spec == RunSpec()


def test_another_problem_brings_its_data_set_head_and_samples():
    spec, notices = evolve(RunSpec(noise=10.0), {"problem": "regression"})
    assert (spec.dataset, spec.head, spec.samples) == (Plane(), LinearMSE(), 1200)
    assert spec.noise == 10.0
    assert [notice.code for notice in notices] == ["problem"]
    back, _ = evolve(spec, {"problem": "multiclass", "samples": 80})
    assert (back.head, back.samples) == (SoftmaxCE(), 80)


def test_a_data_set_of_another_problem_brings_the_problem():
    spec, notices = evolve(RunSpec(), {"dataset": Plane()})
    assert (spec.problem, spec.head) == ("regression", LinearMSE())
    assert notices[0].values == {"problem": "Regression"}
    assert "Regression" in notices[0]


def test_a_wrong_change_is_an_error_with_its_path():
    with pytest.raises(SpecError, match="noise: got -1"):
        evolve(RunSpec(), {"noise": -1})
    with pytest.raises(SpecError, match="nois: got an unknown field"):
        evolve(RunSpec(), {"nois": 1})
    with pytest.raises(SpecError, match="problem: got 'x'"):
        evolve(RunSpec(), {"problem": "x"})
    with pytest.raises(SpecError, match="dataset: got 'circle' for a regression"):
        evolve(RunSpec(), {"problem": "regression", "dataset": Circle()})


def test_entering_tfp_mode_takes_over_what_tfp_leaves_no_choice_in():
    spec, notices = evolve(RunSpec(samples=100), {"mode": "tfp"})
    assert [notice.code for notice in notices] == ["enter_tfp"]
    assert (spec.head, spec.initializer, spec.bias) == (TanhMSE(), Uniform(limit=0.5), 0.1)
    assert (spec.standardize, spec.shuffle, spec.samples) == (False, False, 500)
    with pytest.raises(SpecError, match="mode: got 'tfp' with activation 'ELU'"):
        evolve(RunSpec(layers=(LayerSpec(2, ELU()),)), {"mode": "tfp"})


@pytest.mark.parametrize(
    "changes",
    [
        {"learning_rate": 0.1},
        {"layers": (LayerSpec(3, ReLU()), LayerSpec(5, ReLU()))},
        {"layers": ()},
        {"regularizer": L1(), "regularization_rate": 0.1},
        {"problem": "regression"},
        {"dataset": Plane()},
        {"features": ()},
        {"batch_size": 1000},
        {"noise": 80.0},
    ],
    ids=str,
)
def test_what_tfp_has_stays_in_tfp_mode(changes):
    spec, notices = evolve(TFP, changes)
    assert spec.mode == "tfp"
    assert "leave_tfp" not in [notice.code for notice in notices]


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": Adam()},
        {"layers": (LayerSpec(3, LeakyReLU()),)},
        {"layers": (LayerSpec(3, Tanh()), LayerSpec(3, Sigmoid()))},
        {"standardize": True},
        {"shuffle": True},
        {"initializer": HeNormal()},
        {"bias": 0.0},
        {"batch_size": 0},
        {"samples": 300},
        {"features": (X1(), CosX1())},
        {"head": {"kind": "sigmoid_bce"}},
        {"problem": "multiclass"},
    ],
    ids=str,
)
def test_what_tfp_does_not_have_leaves_tfp_mode_with_a_notice(changes):
    spec, notices = evolve(TFP, changes)
    assert notices[-1].code == "leave_tfp"
    assert spec.mode == "standard"
    kept = {"learning_rate", "noise", "train_share"} - set(changes)
    assert all(getattr(spec, name) == getattr(TFP, name) for name in kept)


def test_live_fields_need_no_rebuild_and_all_others_do():
    old = RunSpec()
    different: dict[str, Any] = {
        "batch_size": 3,
        "learning_rate": 0.1,
        "optimizer": Adam(),
        "regularization_rate": 0.1,
        "regularizer": L1(),
        "shuffle": False,
        "mode": None,
        "problem": None,
        "dataset": Spiral(),
        "classes": 4,
        "samples": 100,
        "noise": 5.0,
        "train_share": 60.0,
        "data_seed": "1",
        "weight_seed": "1",
        "features": (X1(),),
        "standardize": False,
        "layers": (LayerSpec(4),),
        "initializer": HeNormal(),
        "bias": 0.1,
        "head": TanhMSE(),
    }
    assert set(different) == {field.name for field in fields(RunSpec)}
    for name, value in different.items():
        if value is not None:
            assert needs_rebuild(old, replace(old, **{name: value})) == (name not in LIVE_FIELDS)
    assert needs_rebuild(old, evolve(old, {"mode": "tfp"})[0])


def test_parameters_of_activations_are_live_but_not_their_kind():
    def spec(activation):
        return RunSpec(layers=(LayerSpec(4, activation),))

    assert not needs_rebuild(spec(LeakyReLU()), spec(LeakyReLU(alpha=0.5)))
    assert needs_rebuild(spec(LeakyReLU()), spec(ELU()))


# --- Equal spec, equal run -------------------------


@pytest.mark.parametrize("mode", [{}, {"mode": "tfp"}, {"problem": "multiclass"}], ids=str)
def test_equal_specs_give_equal_runs_to_the_bit(mode):
    spec, _ = evolve(RunSpec(noise=15.0, weight_seed="ñ", data_seed=""), mode)
    first, second = Trainer(spec), Trainer(RunSpec.from_dict(spec.to_dict()))
    first.run_epochs(7)
    for _ in range(7 * second.steps_per_epoch):
        second.run_steps(1)
    assert first.network.parameters.tobytes() == second.network.parameters.tobytes()
    assert first.evaluate() == second.evaluate()


def test_each_seed_drives_its_own_streams():
    base = Trainer(RunSpec())
    weights = Trainer(RunSpec(weight_seed="1"))
    data = Trainer(RunSpec(data_seed="1"))
    assert (base.network.parameters != weights.network.parameters).any()
    assert (base.network.parameters == data.network.parameters).all()
    assert (base.data.train.x == weights.data.train.x).all()
    assert (base.data.train.x != data.data.train.x).any()
