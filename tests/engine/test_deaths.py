"""The dead are found when they die, and no others."""

import numpy as np
import pytest

from engine import ACTIVATIONS, LayerSpec, LeakyReLU, ReLU, RunSpec, Trainer
from engine.deaths import Death, Deaths
from engine.diagnostics import LayerHealth


def look(deaths, trainer):
    trainer.evaluate()
    return deaths.look(trainer)


@pytest.fixture
def trainer():
    return Trainer(RunSpec(layers=(LayerSpec(4, ReLU()), LayerSpec(3, ReLU())), bias=1.0))


def test_a_unit_dies_at_the_epoch_at_which_it_is_first_seen_dead(trainer):
    deaths = Deaths()
    look(deaths, trainer)
    trainer.run_epochs(2)
    look(deaths, trainer)
    trainer.run_epochs(1)
    trainer.set_bias(1, 2, -1000.0)
    assert look(deaths, trainer)
    assert deaths.now == (Death(layer=1, unit=2, epoch=3, seen=True),)
    trainer.run_epochs(5)
    assert not look(deaths, trainer)
    trainer.set_bias(1, 2, 0.0)
    assert look(deaths, trainer)
    assert not deaths.now


def test_of_a_run_first_seen_in_the_middle_it_is_not_said_when_its_units_died(trainer):
    trainer.set_bias(0, 1, -1000.0)
    first = Deaths()
    look(first, trainer)
    assert first.now == (Death(layer=0, unit=1, epoch=0, seen=True),)
    trainer.run_epochs(4)
    later = Deaths()
    look(later, trainer)
    assert later.now == (Death(layer=0, unit=1, epoch=4, seen=False),)


def test_a_unit_with_a_slope_on_a_single_sample_is_alive(trainer):
    for sample in (0, 200):
        trainer.evaluate()
        z = trainer.forward.z[0][0]
        others = np.delete(z, sample)
        if z[sample] <= others.max():
            trainer.network.weights[0][0] *= -1.0
        column = trainer.inputs(trainer.data.train.x)[:-1, sample]
        trainer.network.weights[0][0] = column
        trainer.evaluate()
        sums = np.sort(trainer.forward.z[0][0] - trainer.network.biases[0][0])
        trainer.set_bias(0, 0, -float(sums[-1] + sums[-2]) / 2)
        deaths = Deaths()
        look(deaths, trainer)
        assert (trainer.forward.z[0][0] > 0).sum() == 1
        assert all(death.unit != 0 or death.layer != 0 for death in deaths.now)


@pytest.mark.parametrize("cls", ACTIVATIONS, ids=lambda cls: cls.name())
@pytest.mark.parametrize("bias", [0.0, -50.0, 50.0])
def test_the_dead_are_those_that_layer_health_calls_dead(cls, bias):
    trainer = Trainer(RunSpec(layers=(LayerSpec(5, cls()), LayerSpec(4, LeakyReLU()))))
    for unit in (1, 3):
        trainer.set_bias(0, unit, bias)
    found = Deaths()
    look(found, trainer)
    states = [layer["units"] for layer in LayerHealth().measure(trainer)["layers"][:-1]]
    expected = [
        (k, unit) for k, row in enumerate(states) for unit in range(len(row)) if row[unit] == "dead"
    ]
    assert [(death.layer, death.unit) for death in found.now] == expected


def test_a_changed_parameter_of_an_activation_is_seen():
    trainer = Trainer(RunSpec(layers=(LayerSpec(4, LeakyReLU(alpha=0.1)),)))
    trainer.set_bias(0, 2, -1000.0)
    deaths = Deaths()
    look(deaths, trainer)
    assert not deaths.now
    trainer.update_spec(RunSpec(layers=(LayerSpec(4, LeakyReLU(alpha=0.0)),)))
    look(deaths, trainer)
    assert [(death.layer, death.unit) for death in deaths.now] == [(0, 2)]


def test_a_unit_is_revived_whatever_its_inputs_unless_they_are_all_zero():
    for seed in range(12):
        spec = RunSpec(layers=(LayerSpec(6, ReLU()), LayerSpec(4, ReLU())), weight_seed=str(seed))
        trainer = Trainer(spec)
        trainer.set_bias(1, 2, -1000.0)
        assert trainer.revive(1, 2)
        deaths = Deaths()
        look(deaths, trainer)
        assert (1, 2) not in {(death.layer, death.unit) for death in deaths.now}
    for unit in range(6):
        trainer.set_bias(0, unit, -1000.0)
    assert not trainer.revive(1, 2)
    assert trainer.revive(0, 0)
    assert trainer.revive(1, 2)
