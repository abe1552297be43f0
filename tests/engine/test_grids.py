"""Grids: every map equals the network evaluated at each of its points."""

from dataclasses import replace

import numpy as np
import pytest

from bench.plain import PlainNetwork
from engine import (
    FEATURES,
    PROBLEMS,
    Grids,
    LayerSpec,
    LeakyReLU,
    ReLU,
    RunSpec,
    Tanh,
    Trainer,
    X1Squared,
    evolve,
    feature_map,
)
from engine.arrays import Scratch

BASE = RunSpec(layers=(LayerSpec(4, Tanh()), LayerSpec(3, ReLU())), samples=60)


def trained(**changes):
    trainer = Trainer(evolve(BASE, changes)[0])
    trainer.run_epochs(3)
    return trainer


def directly(trainer, side):
    """Display values (outputs, side, side) and activations by layer, in float64, point by point."""
    axis = np.linspace(-6, 6, side)
    x = np.array([[x1, x2] for x2 in axis[::-1] for x1 in axis]).T
    plain = PlainNetwork.like(trainer.network)
    logits = plain.forward(trainer.inputs(x)[:-1].T)
    shown = trainer.spec.head.display(logits.T).reshape(-1, side, side)
    return shown, [a.T.reshape(-1, side, side) for a in plain.inputs[1:]]


@pytest.mark.parametrize("standardize", [True, False])
@pytest.mark.parametrize("problem", PROBLEMS.kinds)
def test_maps_equal_a_direct_evaluation(problem, standardize):
    trainer = trained(problem=problem, standardize=standardize, samples=60)
    grids = Grids(trainer, side=20, unit_side=8)
    grids.update()
    shown, _ = directly(trainer, 20)
    np.testing.assert_allclose(grids.outputs, shown, atol=2e-5)
    _, hidden = directly(trainer, 8)
    np.testing.assert_allclose(grids.units, np.concatenate(hidden), atol=2e-5)
    _, hidden = directly(trainer, 20)
    for layer, index in ((0, 0), (0, 3), (1, 2)):
        np.testing.assert_allclose(grids.unit(layer, index), hidden[layer][index], atol=2e-5)


@pytest.mark.parametrize(("problem", "low"), [("binary", -1), ("multiclass", 0), ("multilabel", 0)])
def test_outputs_lie_in_the_display_range(problem, low):
    outputs = Grids(trained(problem=problem), side=30).outputs
    assert outputs.min() >= low
    assert outputs.max() <= 1
    assert len(outputs) == (1 if problem == "binary" else 3)
    if problem == "multiclass":
        np.testing.assert_allclose(outputs.sum(axis=0), 1, atol=1e-6)


def test_shapes_types_and_orientation():
    grids = Grids(Trainer(BASE))
    assert grids.outputs.shape == (1, 100, 100)
    assert grids.units.shape == (7, 32, 32)
    assert grids.unit(1, 2).shape == (100, 100)
    assert grids.outputs.dtype == grids.units.dtype == grids.unit(0, 0).dtype == np.float32
    x1, x2 = (feature_map(FEATURES[kind](), 5) for kind in ("x1", "x2"))
    np.testing.assert_array_equal(x1[2], [-6, -3, 0, 3, 6])
    np.testing.assert_array_equal(x2[:, 2], [6, 3, 0, -3, -6])
    np.testing.assert_array_equal(feature_map(X1Squared(), 3)[0], [36, 0, 36])


def test_update_follows_training_without_new_arrays():
    trainer = Trainer(BASE)
    grids = Grids(trainer, side=10)
    outputs, units = grids.outputs, grids.units
    before = outputs.copy()
    trainer.run_epochs(5)
    np.testing.assert_array_equal(grids.outputs, before)
    grids.update()
    assert grids.outputs is outputs
    assert grids.units is units
    assert not np.array_equal(outputs, before)


def test_update_follows_live_changes_and_restored_runs():
    spec = replace(BASE, layers=(LayerSpec(3, LeakyReLU()),))
    trainer = Trainer(spec)
    grids = Grids(trainer, side=10, unit_side=10)
    trainer.update_spec(replace(spec, layers=(LayerSpec(3, LeakyReLU(alpha=0.8)),)))
    grids.update()
    np.testing.assert_allclose(grids.outputs, directly(trainer, 10)[0], atol=2e-5)
    trainer.restore(trained(problem="multiclass").snapshot())
    grids.update()
    np.testing.assert_allclose(grids.outputs, directly(trainer, 10)[0], atol=2e-5)
    assert grids.units.shape == (7, 10, 10)


@pytest.mark.parametrize(
    "changes", [{"layers": ()}, {"features": ()}, {"layers": (), "features": ()}]
)
def test_networks_without_hidden_layers_or_features_have_maps(changes):
    trainer = trained(**changes)
    grids = Grids(trainer, side=10, unit_side=10)
    np.testing.assert_allclose(grids.outputs, directly(trainer, 10)[0], atol=2e-5)
    assert len(grids.units) == sum(layer.units for layer in trainer.spec.layers)


def test_wide_networks_and_many_points_are_computed_in_blocks():
    trainer = trained(layers=(LayerSpec(32, Tanh()), LayerSpec(5, LeakyReLU(alpha=0.2))))
    grids = Grids(trainer, side=90, unit_side=40)
    shown, hidden = directly(trainer, 90)
    np.testing.assert_allclose(grids.outputs, shown, atol=2e-5)
    np.testing.assert_allclose(grids.unit(0, 31), hidden[0][31], atol=2e-5)
    _, hidden = directly(trainer, 40)
    np.testing.assert_allclose(grids.units, np.concatenate(hidden), atol=2e-5)


def test_a_unit_follows_training_until_another_is_asked_for():
    trainer = trained()
    grids = Grids(trainer, side=20, unit_side=8)
    grids.unit(0, 1)
    for layer, index in ((0, 1), (1, 2), (1, 2)):
        trainer.run_epochs(2)
        grids.update()
        _, hidden = directly(trainer, 20)
        np.testing.assert_allclose(grids.unit(layer, index), hidden[layer][index], atol=2e-5)


def test_grids_that_share_memory_are_right_after_their_own_update():
    scratch = Scratch()
    trainers = [
        trained(),
        trained(problem="multiclass", layers=(LayerSpec(7),)),
        trained(layers=()),
        trained(layers=(LayerSpec(20), LayerSpec(1))),
    ]
    grids = [Grids(t, side=20, unit_side=8, scratch=scratch) for t in trainers]
    for trainer, maps in [*zip(trainers, grids, strict=True)] * 2:
        trainer.run_epochs(1)
        maps.update()
        np.testing.assert_allclose(maps.outputs, directly(trainer, 20)[0], atol=2e-5)
        hidden = directly(trainer, 8)[1]
        if hidden:
            np.testing.assert_allclose(maps.units, np.concatenate(hidden), atol=2e-5)
