"""Optimizers against their formulas, written out; regularizers against their derivatives."""

import numpy as np
import pytest

from engine import (
    L1,
    L2,
    OPTIMIZERS,
    REGULARIZERS,
    SGD,
    Adam,
    Momentum,
    Nesterov,
    NoRegularizer,
    RMSProp,
    SpecError,
)

RATE, SCALE, STEPS = 0.05, 0.25, 6
each = pytest.mark.parametrize("optimizer", [cls() for cls in OPTIMIZERS], ids=str)


def sgd(optimizer, p, gradients):
    for g in gradients:
        p = p - RATE * g
    return p


def momentum(optimizer, p, gradients):
    v = np.zeros_like(p)
    for g in gradients:
        v = optimizer.beta * v + g
        p = p - RATE * v
    return p


def nesterov(optimizer, p, gradients):
    v = np.zeros_like(p)
    for g in gradients:
        v = optimizer.beta * v + g
        p = p - RATE * (g + optimizer.beta * v)
    return p


def rmsprop(optimizer, p, gradients):
    s = np.zeros_like(p)
    for g in gradients:
        s = optimizer.rho * s + (1 - optimizer.rho) * g**2
        p = p - RATE * g / (np.sqrt(s) + optimizer.epsilon)
    return p


def adam(optimizer, p, gradients):
    m, v = np.zeros_like(p), np.zeros_like(p)
    for t, g in enumerate(gradients, start=1):
        m = optimizer.beta1 * m + (1 - optimizer.beta1) * g
        v = optimizer.beta2 * v + (1 - optimizer.beta2) * g**2
        corrected_m = m / (1 - optimizer.beta1**t)
        corrected_v = v / (1 - optimizer.beta2**t)
        p = p - RATE * corrected_m / (np.sqrt(corrected_v) + optimizer.epsilon)
    return p


FORMULAS = [
    (SGD(), sgd),
    (Momentum(), momentum),
    (Momentum(beta=0.5), momentum),
    (Nesterov(), nesterov),
    (RMSProp(rho=0.8, epsilon=1e-3), rmsprop),
    (Adam(), adam),
    (Adam(beta1=0.7, beta2=0.9, epsilon=1e-2), adam),
]


@pytest.mark.parametrize(
    ("optimizer", "formula"), FORMULAS, ids=lambda value: getattr(value, "__name__", str(value))
)
def test_steps_follow_the_formula(optimizer, formula, rng):
    start, sums = rng.standard_normal(5), rng.standard_normal((STEPS, 5))
    p, g = start.copy(), np.empty(5)
    step = optimizer.kernel(p, g, optimizer.state(p), rate=RATE, scale=SCALE)
    for gradient_sum in sums:
        g[:] = gradient_sum
        step()
    np.testing.assert_allclose(p, formula(optimizer, start, SCALE * sums), rtol=1e-13)


def test_every_optimizer_has_its_formula_above():
    assert {type(optimizer) for optimizer, _ in FORMULAS} == set(OPTIMIZERS)


@each
def test_a_parabola_is_descended(optimizer, rng):
    p, g = rng.standard_normal(4), np.empty(4)
    step = optimizer.kernel(p, g, optimizer.state(p), rate=0.02, scale=1.0)
    curvature = np.array([1.0, 2.0, 3.0, 4.0])
    start = float(curvature @ p**2)
    for _ in range(400):
        np.multiply(curvature, p, g)
        step()
    assert float(curvature @ p**2) < 1e-2 * start


@each
def test_steps_of_a_kernel_bound_again_go_on_with_the_state(optimizer, rng):
    gradients = rng.standard_normal((4, 3))

    def run(rebind):
        p, g = np.ones(3), np.empty(3)
        state = optimizer.state(p)
        step = optimizer.kernel(p, g, state, rate=RATE, scale=1.0)
        for index, gradient in enumerate(gradients):
            if rebind and index == 2:
                step = optimizer.kernel(p, g, state, rate=RATE, scale=1.0)
            g[:] = gradient
            step()
        return p

    np.testing.assert_array_equal(run(rebind=False), run(rebind=True))


def test_parameters_out_of_range_are_refused():
    with pytest.raises(SpecError, match=r"beta: got 1\.0, expected"):
        Momentum(beta=1.0)
    with pytest.raises(SpecError, match=r"epsilon: got 0\.0"):
        Adam(epsilon=0.0)


@pytest.mark.parametrize("regularizer", [cls() for cls in REGULARIZERS], ids=str)
def test_slope_is_the_derivative_of_the_penalty(regularizer):
    w = np.array([-2.0, -0.3, 0.4, 5.0])
    numeric = (regularizer.penalty(w + 1e-6) - regularizer.penalty(w - 1e-6)) / 2e-6
    np.testing.assert_allclose(regularizer.slope(w), numeric, rtol=1e-8, atol=1e-12)


def test_penalties_of_hand_worked_weights():
    w = np.array([3.0, -4.0, 0.0])
    np.testing.assert_array_equal(L1().penalty(w), [3, 4, 0])
    np.testing.assert_array_equal(L2().penalty(w), [4.5, 8, 0])
    np.testing.assert_array_equal(NoRegularizer().penalty(w), 0)
    assert L1().slope(w)[2] == 0.0
