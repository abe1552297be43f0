"""How many calls into NumPy a step makes: the cost of training a small network."""

import gc
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from bench.calls import calls_of_a_step, count
from engine import ACTIVATIONS, HEADS, LayerSpec, RunSpec, Tanh
from engine.activations import Activation
from engine.heads import Head


def test_calls_operators_and_items_count_and_python_functions_do_not():
    x, out = np.ones(3), np.zeros(3)

    def inner():
        np.add(x, x, out)

    def outer():
        inner()
        out[:] = x * x + out[0]
        np.linalg.norm(x)  # written in Python, with calls of its own

    assert count([partial(np.add, x, x, out)]) == 1
    assert count([inner]) == count([partial(inner)]) == 1
    assert count([outer, inner]) == 1 + 4 + 1 + 1
    assert count([]) == count([lambda: None]) == 0


def test_what_others_do_at_a_garbage_collection_does_not_count():
    collections = []

    def callback(*_):
        collections.append(len("ab"))

    def makes_garbage():
        for _ in range(2000):
            cycle: list[object] = []
            cycle.append(cycle)

    gc.callbacks.append(callback)
    try:
        makes_garbage()
        assert collections  # it would
        collections.clear()
        count([makes_garbage])
    finally:
        gc.callbacks.remove(callback)
    assert collections == []
    assert gc.isenabled()


@pytest.mark.parametrize("hidden", range(1, 7))
def test_a_step_makes_three_products_a_layer_and_two_calls_a_hidden_one(hidden):
    spec = replace(RunSpec(), layers=(LayerSpec(8, Tanh()),) * hidden)
    products = 3 * (hidden + 1) - 1
    tanh_and_chain_rule, slopes, head, update = 2 * hidden, 2, 3, 2
    assert calls_of_a_step(spec) == products + tanh_and_chain_rule + slopes + head + update


@pytest.mark.parametrize("activation", [cls() for cls in ACTIVATIONS], ids=str)
def test_fast_kernels_of_an_activation_make_fewer_calls(activation):
    z, a, s = (np.ones((2, 3)) for _ in range(3))
    fast = [activation.forward_kernel(z, a), activation.slope_kernel(z, a, s)]
    plain = [
        Activation.forward_kernel(activation, z, a),
        Activation.slope_kernel(activation, z, a, s),
    ]
    assert count(fast) < count(plain)


@pytest.mark.parametrize("head", [cls() for cls in HEADS], ids=str)
def test_the_fast_kernel_of_a_head_makes_fewer_calls(head):
    z, delta, t = np.ones((2, 3)), np.ones((2, 3)), np.zeros((2, 3))
    fast = head.delta_kernel(z, head.aims(t), delta)
    assert count([fast]) < count([Head.delta_kernel(head, z, t, delta)])
