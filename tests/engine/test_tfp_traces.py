"""Recordings of TensorFlow Playground, replayed: its data, weights, losses, dead links and maps.

How closely they can agree, and why not to the bit, is in tests/traces/README.md. Every recording
starts from its URL hash, so that the way from a link to the last weight is under test.
"""

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.arrays import Array
from engine.features import FEATURES, feature_map
from engine.fields import SpecError
from engine.grids import Grids
from engine.network import Network
from engine.spec import RunSpec
from engine.tfp import TfpUpdate, start
from engine.trainer import Trainer
from engine.url import decode
from tests.traces.load import TRACES, recording


def experiment(name: str) -> RunSpec:
    decoded = decode(recording(name)["hash"])
    assert all(notice.code == "link_ignored" for notice in decoded.notices)
    return decoded.spec


def tolerance(trace: Any, epoch: int) -> float:
    """A hundred times what moving the starting weights by their last bit does (t05: 8e-9)."""
    sensitivity: list[float] = [
        entry["maxAbsWeightDiff"]
        for entry in trace["roundingSensitivity"]
        if entry["epoch"] <= epoch
    ]
    return max([1e-12, *(100 * value for value in sensitivity)])


def pending(trainer: Trainer) -> tuple[int, list[Array], list[Array]]:
    """Count, and the gradient sums of weights and of biases, layer by layer."""
    arrays = trainer.snapshot().update
    shape = Network(trainer.spec)
    shape.parameters[:] = arrays["gradient_sum"]
    return int(arrays["count"]), shape.weights, shape.biases


def close(actual: Any, expected: Any, limit: float) -> None:
    np.testing.assert_allclose(np.asarray(actual), np.asarray(expected), rtol=0, atol=limit)


@pytest.mark.parametrize("name", TRACES)
def test_a_recording_is_replayed(name: str) -> None:
    trace = recording(name)
    trainer = Trainer(experiment(name))
    assert list(trainer.network.sizes) == trace["layerSizes"]
    for point in trace["checkpoints"]:
        trainer.run_epochs(point["epoch"] - trainer.epoch)
        limit = tolerance(trace, point["epoch"])
        loss = trainer.evaluate().loss
        close([loss.train, loss.test], [point["trainLoss"], point["testLoss"]], limit)
        for layer, (weights, biases) in enumerate(
            zip(point["weights"], point["biases"], strict=True)
        ):
            shape = trainer.network.weights[layer].shape
            close(trainer.network.weights[layer], np.reshape(weights, shape), limit)
            close(trainer.network.biases[layer], biases, limit)
        assert [list(link) for link in trainer.dead_links()] == point["deadLinks"]
        check_pending(trainer, point["pending"], 100 * limit)


def check_pending(trainer: Trainer, expected: Any, limit: float) -> None:
    count, weights, biases = pending(trainer)
    assert count == expected["count"]
    for layer, (links, units) in enumerate(
        zip(expected["accErrorDer"], expected["accInputDer"], strict=True)
    ):
        close(weights[layer], np.reshape(links, weights[layer].shape), limit * max(1, count / 100))
        close(biases[layer], units, limit * max(1, count / 100))


@pytest.mark.parametrize("name", TRACES)
def test_the_points_are_tfps_in_tfps_order(name: str) -> None:
    trace = recording(name)
    data, _ = start(experiment(name))
    for split, points in ((data.train, trace["train"]), (data.test, trace["test"])):
        x1, x2, labels = np.array(points).T
        close(split.x, [x1, x2], 2e-15)
        binary = trace["config"]["problem"] == "classification"
        close(2.0 * split.labels - 1.0 if binary else split.labels, labels, 2e-15)


def block_means(grid: Array) -> Array:
    """As TFP's thumbnails: 10 by 10 means, first index along x1, second downwards."""
    means: Array = grid.reshape(10, 10, 10, 10).mean(axis=(1, 3)).T
    return means


@pytest.mark.parametrize("name", TRACES)
def test_the_maps_after_a_hundred_epochs_are_tfps(name: str) -> None:
    trace = recording(name)
    trainer = Trainer(experiment(name))
    trainer.run_epochs(100)
    grids = Grids(trainer, side=100, unit_side=100)
    grids.update()
    single = 1e-5  # the maps are made in float32
    hidden = [node for layer in trace["nodeIds"][1:-1] for node in layer]
    maps = dict(zip([*hidden, trace["outputNodeId"]], [*grids.units, *grids.outputs], strict=True))
    assert maps.keys() == trace["boundary10"].keys()
    for node, expected in trace["boundary10"].items():
        np.testing.assert_allclose(block_means(maps[node]), expected, rtol=single, atol=single)
    if "outputBoundary100" in trace:
        close(grids.outputs[0].T, trace["outputBoundary100"], single)


def test_the_maps_of_the_inputs_are_tfps() -> None:
    recorded = recording(TRACES[0])["inputBoundary10"]
    features = {cls.tfp: cls() for cls in FEATURES if cls.tfp}
    assert features.keys() == recorded.keys()
    for name, expected in recorded.items():
        close(block_means(feature_map(features[name], 100)), expected, 1e-5)


@pytest.mark.parametrize(
    "name", ["t03_gauss_sigmoid_b30_L2_noise50", "t08_reggauss_tanh_88_b28_tail"]
)
def test_a_snapshot_in_the_middle_keeps_what_is_pending(name: str) -> None:
    spec = experiment(name)
    original, copy = Trainer(spec), Trainer(spec)
    original.run_epochs(1)
    original.run_steps(3)
    copy.restore(original.snapshot())
    for trainer in (original, copy):
        trainer.run_epochs(4)
    np.testing.assert_array_equal(original.network.parameters, copy.network.parameters)
    assert pending(original)[0] == pending(copy)[0] > 0


def test_dead_links_stay_dead_through_a_snapshot_and_a_change_of_rate() -> None:
    trainer = Trainer(experiment("t12_circle_tanh_54_all_b10_L1_heavy"))
    trainer.run_epochs(1)
    dead = trainer.dead_links()
    assert dead
    copy = Trainer(trainer.spec)
    copy.restore(trainer.snapshot())
    assert copy.dead_links() == dead
    copy.update_spec(replace(trainer.spec, learning_rate=0.1))
    assert copy.dead_links() == dead


def test_a_dead_link_edited_by_hand_is_frozen_at_the_edited_value() -> None:
    trainer = Trainer(experiment("t12_circle_tanh_54_all_b10_L1_heavy"))
    trainer.run_epochs(2)
    layer, to, from_ = trainer.dead_links()[-1]
    before = trainer.evaluate().loss.train
    trainer.set_weight(layer, to, from_, 0.75)
    assert trainer.evaluate().loss.train != before
    trainer.run_epochs(3)
    assert trainer.network.weights[layer][to, from_] == 0.75
    assert (layer, to, from_) in trainer.dead_links()


@pytest.mark.timed
def test_an_experiment_starts_quickly() -> None:
    # What is measured is in bench/; this only catches a start that grew by an order of magnitude.
    for hash_, limit in (("#seed=1", 0.2), ("#problem=regression&seed=1", 0.5)):
        spec = decode(hash_).spec
        begin = time.perf_counter()
        start(spec)
        assert time.perf_counter() - begin < limit


class TestUpdateRule:
    """The rule alone, on gradients given by hand."""

    def rule(self, query: str) -> tuple[TfpUpdate, Network]:
        spec = decode(f"#seed=1&networkShape=&{query}").spec
        network = Network(spec)
        network.parameters[:] = [0.3, -0.2, 0.1]
        return TfpUpdate(spec, network), network

    def test_the_mean_is_over_all_gradients_since_the_last_update(self) -> None:
        rule, network = self.rule("learningRate=0.5")
        rule.accumulate(np.array([1.0, 2.0, 3.0]), 2)
        rule.apply(np.array([3.0, 0.0, 1.0]), 6)
        close(network.parameters, [0.3 - 0.25, -0.2 - 0.125, 0.1 - 0.25], 1e-15)
        assert rule.pending.count == 0
        assert not rule.pending.gradient_sum.any()

    def test_l2_shrinks_weights_by_their_value_before_the_step_and_leaves_biases(self) -> None:
        rule, network = self.rule("learningRate=0.5&regularization=L2&regularizationRate=0.1")
        rule.apply(np.array([1.0, 0.0, 0.0]), 1)
        close(network.parameters, [0.3 - 0.5 - 0.05 * 0.3, -0.2 + 0.05 * 0.2, 0.1], 1e-15)

    def test_l1_kills_a_weight_that_the_penalty_pushes_across_zero(self) -> None:
        rule, network = self.rule("learningRate=1&regularization=L1&regularizationRate=0.25")
        rule.apply(np.zeros(3), 1)
        close(network.parameters, [0.05, 0.0, 0.1], 1e-15)
        assert rule.dead_links() == [(0, 0, 1)]
        assert rule.alive.tolist() == [1, 0, 1]

    def test_l1_does_not_kill_a_weight_that_the_gradient_pushes_across_zero(self) -> None:
        rule, network = self.rule("learningRate=1&regularization=L1&regularizationRate=0.01")
        rule.apply(np.array([0.5, 0.0, 0.0]), 1)
        # sign of the weight before the step: 1, so the penalty goes on in the gradient's direction
        close(network.parameters, [-0.21, -0.19, 0.1], 1e-15)
        assert rule.dead_links() == []

    def test_a_dead_link_collects_no_gradient(self) -> None:
        rule, _ = self.rule("learningRate=1&regularization=L1&regularizationRate=0.25")
        rule.apply(np.zeros(3), 1)
        rule.accumulate(np.ones(3), 4)
        assert rule.pending.count == 4
        assert rule.pending.gradient_sum.tolist() == [1, 0, 1]

    def test_rates_may_change_while_gradients_are_pending(self) -> None:
        rule, network = self.rule("learningRate=0.5")
        rule.accumulate(np.array([1.0, 0.0, 0.0]), 1)
        rule.configure(decode("#seed=1&networkShape=&learningRate=0.1").spec)
        rule.apply(np.zeros(3), 1)
        close(network.parameters, [0.3 - 0.05, -0.2, 0.1], 1e-15)

    def test_a_mode_that_tfp_lacks_is_refused(self) -> None:
        with pytest.raises(SpecError, match="only what playground"):
            RunSpec(mode="tfp")
