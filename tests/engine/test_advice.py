"""The advisor speaks where its rule applies, and not elsewhere."""

from typing import Any

import pytest

from engine import (
    ELU,
    L2,
    Circle,
    Gauss,
    GlorotNormal,
    HeNormal,
    LayerSpec,
    Linear,
    Normal,
    ReLU,
    RunSpec,
    Sigmoid,
    SigmoidMSE,
    Spiral,
    Tanh,
    Trainer,
    XavierNormal,
    Xor,
    XorCorners,
    Zeros,
    evolve,
)
from engine.diagnostics import (
    Advisor,
    LayerHealth,
    advice,
)
from engine.diagnostics.rules import RULES
from tests.engine.lab import diverged, layers, run

TWO_RELUS = (LayerSpec(4, ReLU()), LayerSpec(2, ReLU()))


def test_a_run_that_is_stuck_is_told_so_and_another_start_frees_it():
    def after(seed: str, epochs: int = 400) -> tuple[Trainer, list[dict[str, Any]]]:
        spec = RunSpec(dataset=XorCorners(), layers=layers(1, 2, Tanh()), weight_seed=seed)
        trainer = Trainer(spec)
        trainer.run_epochs(epochs)
        return trainer, list(Advisor().measure(trainer)["advice"])

    trainer, found = after("0")
    (remark,) = found
    assert remark["code"] == "stuck"
    assert remark["text"].startswith("Stuck with 24%")
    assert remark["changes"] == {"weight_seed": "1"}
    again, found = after(evolve(trainer.spec, remark["changes"])[0].weight_seed)
    assert again.evaluate().metrics["accuracy"].train == 1.0
    assert found == []
    assert after("0", epochs=3)[1] == []


CASES: dict[str, dict[str, Any]] = {
    "no_hidden_layer": {"dataset": Xor(), "layers": ()},
    "linear_layers": {"dataset": Circle(), "layers": layers(2, 3, Linear())},
    "equal_units": {"initializer": Zeros()},
    "sigmoid_vanishes": {"layers": layers(6, 8, Sigmoid())},
    "xavier_with_relu": {"layers": layers(20, 16, ReLU()), "initializer": XavierNormal()},
    "dead_units": {"layers": TWO_RELUS, "bias": -9.0},
    "dead_units_rate": {"layers": TWO_RELUS, "bias": -9.0, "learning_rate": 1.0},
    "signal_fades": {"layers": layers(6, 8, Tanh()), "initializer": Normal(sigma=0.01)},
    "no_signal": {"layers": layers(3, 8, ELU()), "bias": -30.0, "learning_rate": 1.0},
    "saturated": {"layers": layers(3, 16, Tanh()), "initializer": Normal(sigma=3.0)},
    "confidently_wrong": {"head": SigmoidMSE(), "bias": 8.0},
    "rate_too_small": {"learning_rate": 0.00001},
    "too_few_units": {"dataset": Xor(), "layers": layers(1, 2, Tanh())},
    "raw_inputs": {"standardize": False},
}


@pytest.mark.parametrize("code", CASES)
def test_advice_is_given_where_it_applies_and_its_change_is_a_remedy(code):
    trainer = run("advice", **CASES[code])
    (remark,) = (item for item in Advisor().measure(trainer)["advice"] if item["code"] == code)
    assert remark["text"]
    assert "{" not in remark["text"] + remark["why"]
    assert remark["measured"] is not None
    remedy, _ = evolve(trainer.spec, remark["changes"])
    assert remedy != trainer.spec
    if code not in {"dead_units", "dead_units_rate", "no_signal"}:  # the cause of these is the bias
        assert code not in [item.code for item in advice(Trainer(remedy))]


def test_a_diverged_run_is_told_to_take_a_smaller_rate():
    trainer = diverged()
    first = advice(trainer)[0]
    assert (first.code, first.severity) == ("diverged", "problem")
    assert first.changes["learning_rate"] == pytest.approx(1e200 / 3, rel=0.05)


def test_an_overfit_run_is_told_so():
    trainer = run(
        "fit",
        dataset=Spiral(),
        samples=60,
        noise=30.0,
        train_share=30.0,
        layers=layers(2, 16, ReLU()),
        initializer=HeNormal(),
        learning_rate=0.1,
    )
    trainer.run_epochs(500)
    (remark,) = (item for item in advice(trainer) if item.code == "overfit")
    assert remark.changes == {"train_share": 50.0}
    measured = advice(trainer, {"layer_health": LayerHealth().measure(trainer)})
    assert [item.code for item in measured] == [item.code for item in advice(trainer)]


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"layers": layers(2, 8, ReLU()), "initializer": HeNormal()},
        {"layers": layers(1, 8, Sigmoid()), "dataset": Xor()},  # sigmoid works when shallow
        {"layers": layers(2, 8, Sigmoid())},
        {"layers": layers(1, 2, Tanh()), "dataset": XorCorners()},
        {"layers": layers(3, 8, ELU()), "initializer": HeNormal()},
        {"layers": (), "dataset": Gauss()},
        {"layers": layers(6, 8, ReLU()), "initializer": GlorotNormal()},
    ],
)
def test_a_sound_experiment_gets_no_advice(spec):
    trainer = run("sound", **spec)
    for _ in range(3):
        assert [item.code for item in advice(trainer)] == []
        trainer.run_epochs(5)


def test_no_rule_says_what_the_claims_do_not_bear_out():
    found = [item for spec in CASES.values() for item in advice(run("advice", **spec))]
    words = " ".join((item.text + item.why).lower() for item in found)
    assert "exponential" not in words
    assert "0.01" not in words
    assert not any("bias" in item.changes for item in found)
    assert len(RULES) >= 11


def test_a_penalty_already_there_is_not_advised_again():
    trainer = run("fit", regularizer=L2(), regularization_rate=0.001)
    assert all("regularizer" not in item.changes for item in advice(trainer))


def test_a_layer_of_dead_relus_is_spoken_of_however_few_they_are():
    trainer = run("dead layer", layers=(LayerSpec(8, ReLU()), LayerSpec(2, ReLU())))
    trainer.network.biases[1][:] = -50.0
    (remark,) = (item for item in advice(trainer) if item.code.startswith("dead_units"))
    assert remark.values["dead"] == 2
    trainer.network.biases[1][:] = 0.0
    assert [item for item in advice(trainer) if item.code.startswith("dead_units")] == []


def test_the_share_of_dead_relus_that_is_marked_red_is_spoken_of():
    trainer = run("dead share", layers=(LayerSpec(5, ReLU()), LayerSpec(5, ReLU())))
    for dead, spoken_of in ((1, False), (2, True)):  # 20 and 40 percent
        for biases in trainer.network.biases[:2]:
            biases[:dead], biases[dead:] = -50.0, 5.0
        found = [item for item in advice(trainer) if item.code.startswith("dead_units")]
        assert [item.values["percent"] for item in found] == [40] * spoken_of


def codes(trainer):
    return [item.code for item in advice(trainer)]


def test_a_cause_is_named_and_nothing_else():
    two = run("cause", dataset=Xor(), layers=layers(1, 2, Tanh()), learning_rate=0.1, epochs=150)
    assert codes(two) == ["too_few_units"]
    deep = run("cause", layers=layers(30, 32, ReLU()), learning_rate=0.03, epochs=32)
    assert codes(deep) == ["xavier_with_relu"]
    faint = run("cause", layers=layers(6, 8, ReLU()), initializer=Normal(sigma=0.01), epochs=60)
    assert codes(faint) == ["signal_fades"]


def test_large_steps_are_blamed_for_dead_units_only_where_they_are_large():
    for rate, blamed in ((0.03, False), (1.0, True)):
        trainer = run("blame", layers=TWO_RELUS, bias=-9.0, learning_rate=rate)
        (remark,) = (item for item in advice(trainer) if item.code.startswith("dead_units"))
        assert ("Large steps" in remark.to_dict()["why"]) == blamed


def test_the_layer_of_a_divergence_is_named_as_in_the_banner():
    trainer = diverged()
    (remark,) = (item.to_dict() for item in advice(trainer) if item.code == "diverged")
    assert trainer.divergence is not None
    place = "the output layer" if trainer.divergence.layer == 3 else "layer"
    assert place in remark["why"]
    assert "1e+200" in remark["why"]
