"""Sweeps: the same numbers as a pass that keeps everything, in the memory of two layers."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from engine import ACTIVATIONS, LayerSpec, RunSpec, Trainer, X1Squared
from engine.arrays import Scratch
from engine.network import Network
from engine.passes import Forward
from engine.sweep import BUFFER, Sweep, Tap, blocks, cut

DEEP = tuple(
    LayerSpec(units, ACTIVATIONS[kind]())
    for units, kind in zip((3, 9, 1, 6, 4, 8, 2, 5, 7), ACTIVATIONS.kinds, strict=True)
)


def network_of(layers, **changes):
    return Trainer(replace(RunSpec(), layers=layers, **changes)).network


def points(network, n):
    x = np.random.default_rng(3).normal(size=(network.sizes[0] + 1, n))
    x[-1] = 1.0
    return x


@pytest.mark.parametrize("number", [1, 3, 7])
def test_a_sweep_in_blocks_equals_one_pass(number):
    network = network_of(DEEP)
    x = points(network, 100)
    expected = Forward(network, 100)
    expected.run(x)
    out, kept, row = np.zeros((1, 100)), np.zeros((4, 100)), np.zeros((1, 100))
    taps = [Tap(4, slice(None), kept), Tap(1, slice(8, 9), row)]
    sweep = Sweep(network, blocks(x, number), out=out, taps=taps)
    for _ in range(2):
        sweep.run()
        np.testing.assert_allclose(out, expected.logits, rtol=1e-12)
        np.testing.assert_allclose(kept, expected.a[4][:-1], rtol=1e-12)
        np.testing.assert_allclose(row[0], expected.a[1][8], rtol=1e-12)


def test_a_sweep_that_needs_no_output_ends_with_its_last_tap():
    network = network_of((LayerSpec(3), LayerSpec(2)))
    x = points(network, 10)
    expected = Forward(network, 10)
    expected.run(x)
    network.matrices[1][...] = np.nan  # were it used, this would warn or spread
    kept = np.zeros((3, 10))
    Sweep(network, [x], out=None, taps=[Tap(0, slice(None), kept)]).run()
    np.testing.assert_allclose(kept, expected.a[0][:-1], rtol=1e-12)


def test_outputs_are_shown_as_asked():
    network = network_of((LayerSpec(3),))
    x = points(network, 11)
    out = np.zeros((1, 11))
    sweep = Sweep(network, blocks(x, 2), out=out, show=lambda z, o: partial(np.negative, z, o))
    sweep.run()
    expected = Forward(network, 11)
    np.testing.assert_allclose(out, -expected.run(x), rtol=1e-12)


@pytest.mark.parametrize("number", [1, 2, 5])
@pytest.mark.parametrize("first", [0, 1, 50, 63, 99])
def test_outputs_and_taps_may_be_of_some_points_only(number, first):
    network = network_of((LayerSpec(3), LayerSpec(2)))
    x = points(network, 100)
    expected = Forward(network, 100)
    expected.run(x)
    out, kept = np.zeros((1, 63)), np.zeros((2, 100 - first))
    taps = [Tap(1, slice(None), kept, first)]
    Sweep(network, blocks(x, number), out=out, taps=taps).run()
    np.testing.assert_allclose(out, expected.logits[:, :63], rtol=1e-12)
    np.testing.assert_allclose(kept, expected.a[1][:-1, first:], rtol=1e-12)


def test_networks_that_share_memory_do_not_disturb_each_other():
    scratch = Scratch()
    pairs = []
    for layers in ((LayerSpec(8), LayerSpec(2)), (LayerSpec(3),), ()):
        network = network_of(layers)
        x = points(network, 50)
        out = np.zeros((1, 50))
        pairs.append((Sweep(network, blocks(x, 2), out=out, scratch=scratch), out, network, x))
    for sweep, out, network, x in pairs * 2:
        sweep.run()
        np.testing.assert_allclose(out, Forward(network, 50).run(x), rtol=1e-12)


def test_memory_does_not_grow_with_depth():
    def lent(depth):
        network = Network(replace(RunSpec(), layers=(LayerSpec(8),) * depth), np.float32)
        scratch = Scratch()
        x = points(network, 3 * BUFFER // 8).astype(np.float32)
        out = np.zeros((1, x.shape[1]), np.float32)
        Sweep(network, cut(x, network), out=out, scratch=scratch)
        return scratch.nbytes

    assert lent(30) == lent(2) <= 3 * 4 * BUFFER


def test_features_as_they_are_give_what_scaled_ones_give():
    trainer = Trainer(replace(RunSpec(), features=(*RunSpec().features, X1Squared())))
    x = np.random.default_rng(0).uniform(-6, 6, (2, 40))
    raw = np.stack([x[0], x[1], x[0] ** 2, np.ones(40)])
    first = trainer.network.matrices[0]
    np.testing.assert_allclose(
        first @ trainer.inputs.unscale() @ raw, first @ trainer.inputs(x), rtol=1e-10, atol=1e-12
    )


def test_scratch_grows_and_leaves_earlier_arrays_alone():
    scratch = Scratch()
    small = scratch.lend("a", (2, 3))
    small[...] = 1.0
    assert scratch.lend("a", (6,)).tolist() == [1.0] * 6
    assert scratch.lend("b", (6,)).tolist() == [0.0] * 6
    large = scratch.lend("a", (4, 5), np.float64)
    large[...] = 2.0
    assert small.tolist() == [[1.0] * 3] * 2
    assert np.shares_memory(scratch.lend("a", (2, 3)), large)
