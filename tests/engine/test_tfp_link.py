"""Links of TensorFlow Playground: to our experiment and back, as its own page understands them."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine.features import X1, X2
from engine.spec import RunSpec
from engine.tfp.state import FEATURES as TFP_FEATURES
from engine.trainer import Trainer
from engine.url import View, decode, encode
from tests.engine.experiments import NAMES, VIEWS, tfp_specs
from tests.traces.load import TRACES, recording

CASES = {case["what"]: case for case in recording("url-hashes")["cases"]}


@given(tfp_specs(), VIEWS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(replace(decode("#seed=1").spec, data_seed="a&b", weight_seed="a&b"), View())
@example(replace(decode("#seed=1").spec, weight_seed="2"), View(tutorial="a=b"))
@example(replace(decode("#seed=1").spec, features=(X2(), X1())), View(hidden=("x",)))
@example(replace(decode("#seed=1").spec, data_seed="", weight_seed=""), View(tutorial=""))
def test_any_experiment_in_tfp_mode_survives_a_link(spec: RunSpec, view: View) -> None:
    decoded = decode(encode(spec, view))
    assert (decoded.spec, decoded.view) == (spec, view)


@given(tfp_specs(), st.lists(NAMES, max_size=4, unique=True), st.booleans())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_in_tfp_mode_a_link_is_one_that_tfp_reads(
    spec: RunSpec, hidden: list[str], contours: bool
) -> None:
    spec = replace(spec, layers=spec.layers[:8])
    view = View(
        hidden=tuple(name for name in hidden if name not in TFP_FEATURES), contours=contours
    )
    hash_ = encode(spec, view)
    assert hash_.startswith("#activation=")
    assert ("&contours=true" in hash_) is contours


@pytest.mark.parametrize("what", [what for what in CASES if CASES[what]["hash"]])
def test_a_tfp_link_makes_the_experiment_that_tfps_page_shows(what: str) -> None:
    case = CASES[what]
    decoded = decode(case["hash"])
    assert decoded.spec.mode == "tfp"
    trainer = Trainer(decoded.spec)
    page = case["page"]
    replaced = [notice for notice in decoded.notices if notice.code == "link_value"]
    without_units = "neurons is left out" in " ".join(map(str, decoded.notices))
    if (replaced and "PAGE" not in noise_rule(case)) or without_units:
        trainer.run_epochs(1)
        assert trainer.divergence is None
        return
    assert [feature.tfp for feature in decoded.spec.features] == page["activeInputs"]
    assert sum(layer.units for layer in decoded.spec.layers) == page["hiddenNodes"]
    assert trainer.data.train.size == round(trainer.spec.samples * trainer.spec.train_share // 100)
    shown = [(page["trainLoss"], page["testLoss"])]
    computed = [trainer.evaluate().loss]
    if case.get("pageAfterOneStep"):
        trainer.run_epochs(1)
        shown.append((case["pageAfterOneStep"]["trainLoss"], case["pageAfterOneStep"]["testLoss"]))
        computed.append(trainer.evaluate().loss)
    for (train, test), loss in zip(shown, computed, strict=True):
        assert (loss.train, loss.test) == pytest.approx((float(train), float(test)), abs=5.1e-4)


def noise_rule(case: Any) -> str:
    """TFP's page itself replaces a noise out of range, as we do."""
    return "PAGE" if case["what"] in {"noise 90: above 80", "noise negative"} else ""


@pytest.mark.parametrize("what", [what for what in CASES if CASES[what]["hash"]])
def test_what_a_tfp_link_says_comes_back_as_tfp_writes_it(what: str) -> None:
    case = CASES[what]
    decoded = decode(case["hash"])
    hash_ = encode(decoded.spec, decoded.view)
    again = decode(hash_)
    assert (again.spec, again.view) == (decoded.spec, decoded.view)
    if any(notice.code == "link_value" for notice in decoded.notices) or "state" not in case:
        return
    # What says nothing about the experiment is at its default: dead keys, the other data set,
    # `_hide=false`; a layer without a unit is left out.
    idle = {"cosX", "cosY", "collectStats", "networkShape"}
    idle.add("dataset" if decoded.spec.problem == "regression" else "regDataset")
    expected = [
        pair
        for pair in case["serialized"][1:].split("&")
        if pair.partition("=")[0] not in idle and not pair.endswith("_hide=false")
    ]
    ours = [pair for pair in hash_[1:].split("&") if pair.partition("=")[0] not in idle]
    assert ours == expected


@pytest.mark.parametrize("name", TRACES)
def test_the_link_of_a_recording_gives_its_configuration(name: str) -> None:
    config = recording(name)["config"]
    spec = decode(recording(name)["hash"]).spec
    assert spec.data_seed == spec.weight_seed == config["seed"]
    assert [feature.tfp for feature in spec.features] == config["features"]
    assert [layer.units for layer in spec.layers] == config["networkShape"]
    assert {layer.activation.tfp for layer in spec.layers} <= {config["activation"]}
    assert spec.regularizer.tfp == config["regularization"]
    assert spec.regularization_rate == config["regularizationRate"]
    assert spec.learning_rate == config["learningRate"]
    assert spec.batch_size == config["batchSize"]
    assert (spec.noise, spec.train_share) == (config["noise"], config["percTrainData"])
    assert spec.bias == (0.0 if config["initZero"] else 0.1)
    assert not spec.standardize
    assert not spec.shuffle


@pytest.mark.parametrize(
    ("pair", "name", "expected", "notices"),
    [
        ("batchSize=0", "batch_size", 10, 1),
        ("batchSize=NaN", "batch_size", 10, 1),
        ("batchSize=-10", "batch_size", 10, 1),  # i % -10 is 0 as often as i % 10
        ("batchSize=2.5", "batch_size", 5, 1),
        ("batchSize=64", "batch_size", 64, 0),
        ("batchSize=1000", "batch_size", 1000, 1),
        ("batchSize=Infinity", "batch_size", 5000, 2),
        ("percTrainData=0", "train_share", 1.0, 2),
        ("percTrainData=150", "train_share", 99.0, 1),
        ("percTrainData=half", "train_share", 50.0, 1),
        ("percTrainData=33.3", "train_share", 33.3, 0),
        ("noise=80", "noise", 80.0, 0),
        ("noise=80.5", "noise", 50.0, 1),
        ("noise=-1", "noise", 0.0, 1),
        ("noise=x", "noise", 0.0, 1),
        ("learningRate=x", "learning_rate", 0.03, 1),
        ("learningRate=0", "learning_rate", 0.03, 1),
        ("learningRate=Infinity", "learning_rate", 0.03, 1),
        ("regularizationRate=-0.1", "regularization_rate", 0.0, 1),
        ("regularizationRate=x", "regularization_rate", 0.0, 1),
        ("seed=" + "s" * 65, "data_seed", "s" * 64, 1),
    ],
)
def test_a_tfp_value_out_of_range_is_replaced_and_told(
    pair: str, name: str, expected: Any, notices: int
) -> None:
    decoded = decode(f"#seed=1&{pair}")
    assert getattr(decoded.spec, name) == expected
    assert len(decoded.notices) == notices
    assert all(notice.text for notice in decoded.notices)


@pytest.mark.parametrize(
    ("shape", "units", "notices"),
    [
        ("", [], 0),
        ("2.5", [3], 1),
        ("4,,2.5,abc", [4, 3], 3),
        ("0", [], 1),
        ("-3,5", [5], 1),
        ("33,1e9,Infinity", [32, 32, 32], 3),
        (",".join("1" * 40), [1] * 30, 1),
    ],
)
def test_layers_of_a_tfp_link_are_made_possible(shape: str, units: list[int], notices: int) -> None:
    decoded = decode(f"#seed=1&networkShape={shape}")
    assert [layer.units for layer in decoded.spec.layers] == units
    assert len(decoded.notices) == notices


def test_a_tfp_link_without_a_seed_draws_one() -> None:
    assert decode("#dataset=xor", draw_seed=lambda: "0.12345").spec.data_seed == "0.12345"
    assert len({decode("#dataset=xor").spec.data_seed for _ in range(20)}) > 1


def test_a_hidden_input_is_no_input() -> None:
    decoded = decode("#x_hide=true&sinX=true&noise_hide=true&seed=1")
    assert [feature.tfp for feature in decoded.spec.features] == ["y", "sinX"]
    assert decoded.view.hidden == ("x", "noise")
    assert encode(decoded.spec, decoded.view).endswith("&x_hide=true&noise_hide=true")
