"""Every activation keeps the contract, and the facts it states about itself are true."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import ACTIVATIONS, ELU, INITIALIZERS, LeakyReLU, Linear, ReLU, Sigmoid, SpecError, Tanh
from engine.arrays import LARGE

DEFAULTS = [cls() for cls in ACTIVATIONS]
VARIANTS = [
    *DEFAULTS,
    LeakyReLU(alpha=0.0),
    LeakyReLU(alpha=0.3),
    LeakyReLU(alpha=1.0),
    ELU(alpha=0.0),
    ELU(alpha=0.37),
]
each = pytest.mark.parametrize("activation", VARIANTS, ids=str)
each_default = pytest.mark.parametrize("activation", DEFAULTS, ids=lambda a: a.kind)


def points(dtype=np.float64):
    return np.concatenate(
        [np.linspace(-8, 8, 401), [0.0, -0.0, 1e-12, -1e-12, 30, -30, 40, -40, 800, -800]]
    ).astype(dtype)


@each
def test_slope_is_the_derivative_away_from_kinks(activation):
    z = np.linspace(-8.013, 8.017, 800)
    z = z[np.all([np.abs(z - kink) > 1e-3 for kink in activation.kinks] or [z == z], axis=0)]
    step = 1e-5
    numeric = (activation.f(z + step) - activation.f(z - step)) / (2 * step)
    np.testing.assert_allclose(activation.slope(z), numeric, rtol=1e-7, atol=2e-10)


@each_default
def test_kinks_are_where_the_slope_jumps(activation):
    grid = np.linspace(-4, 4, 8001) + 1e-9
    jumps = np.abs(np.diff(activation.slope(grid))) > 0.05
    found = {round(float(z), 2) + 0.0 for z in grid[:-1][jumps]}
    declared = {kink for kink in activation.kinks if getattr(activation, "alpha", 0.0) != 1.0}
    assert found == declared


@given(z=st.floats(-1e6, 1e6), kind=st.sampled_from(ACTIVATIONS.kinds))
def test_value_and_slope_are_finite_for_any_input(z, kind):
    activation = ACTIVATIONS[kind]()
    values = np.array([z])
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        assert np.isfinite(activation.f(values)).all()
        assert np.isfinite(activation.slope(values)).all()


@each
@pytest.mark.parametrize("rows", [1, 1 + LARGE // len(points())], ids=["small", "large"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_kernels_equal_the_readable_functions(activation, dtype, rows):
    z = np.tile(points(dtype), (rows, 1))
    a, s = np.empty_like(z), np.empty_like(z)
    forward = activation.forward_kernel(z, a)
    slope = activation.slope_kernel(z, a, s)
    with np.errstate(over="ignore"):
        for _ in range(2):  # a kernel can be called again, and leaves z alone
            forward()
            slope()
            tolerance = 1e-15 if dtype is np.float64 else 5e-7
            np.testing.assert_allclose(a, activation.f(z), rtol=tolerance, atol=tolerance)
            np.testing.assert_allclose(s, activation.slope(z), rtol=tolerance, atol=tolerance)
    np.testing.assert_array_equal(z, np.tile(points(dtype), (rows, 1)))


@each
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_functions_keep_the_number_type(activation, dtype):
    assert activation.f(points(dtype)).dtype == dtype
    assert activation.slope(points(dtype)).dtype == dtype


@each_default
def test_bounded_is_true_to_the_function(activation):
    assert activation.bounded == bool(np.abs(activation.f(np.array([-1e6, 1e6]))).max() <= 1.0)


@each_default
def test_zero_centred_is_true_to_the_function(activation):
    z = points()
    odd = np.allclose(activation.f(-z), -activation.f(z), atol=1e-12)
    assert activation.zero_centred == odd


@each_default
def test_saturates_names_the_sides_on_which_the_slope_vanishes(activation):
    slope = activation.slope(np.array([-50.0, 50.0]))
    sides = [
        side for side, value in zip(("left", "right"), slope, strict=True) if abs(value) < 1e-6
    ]
    assert list(activation.saturates) == sides


@each_default
def test_monotone_is_true_to_the_function(activation):
    values = activation.f(np.linspace(-10, 10, 2001))
    assert activation.monotone == bool((np.diff(values) >= 0).all())


@each_default
def test_the_relu_family_recommends_he(activation):
    assert activation.recommended_initializer in INITIALIZERS
    rectifies = not activation.bounded and activation.kind != "linear"
    assert (activation.recommended_initializer == "he_normal") == rectifies


@pytest.mark.parametrize(
    ("activation", "at_minus_10", "at_0", "at_10"),
    [
        (Sigmoid(), 4.5395807735951673e-05, 0.25, 4.5395807735951673e-05),
        (Tanh(), 8.2446145466263943e-09, 1.0, 8.2446145466263943e-09),
        (ReLU(), 0.0, 0.0, 1.0),
        (LeakyReLU(), 0.01, 0.01, 1.0),
        (ELU(), 4.5399929762484854e-05, 1.0, 1.0),
        (Linear(), 1.0, 1.0, 1.0),
    ],
    ids=lambda value: getattr(value, "kind", None),
)
def test_slopes_of_the_lecture(activation, at_minus_10, at_0, at_10):
    slope = activation.slope(np.array([-10.0, 0.0, 10.0]))
    np.testing.assert_allclose(slope, [at_minus_10, at_0, at_10], rtol=1e-8)


def test_tanh_is_a_scaled_sigmoid():
    z = np.linspace(-5, 5, 101)
    np.testing.assert_allclose(Tanh().f(z), 2 * Sigmoid().f(2 * z) - 1, atol=1e-15)


def test_elu_keeps_a_slope_far_on_the_left():
    assert ELU().slope(np.array([-40.0]))[0] == pytest.approx(np.exp(-40.0))


@pytest.mark.parametrize("cls", [LeakyReLU, ELU])
@pytest.mark.parametrize("alpha", [-0.1, 1.1, float("nan"), "x", True])
def test_alpha_outside_0_to_1_is_refused(cls, alpha):
    with pytest.raises(SpecError, match="alpha: got"):
        cls(alpha=alpha)


@pytest.mark.parametrize("cls", [LeakyReLU, ELU])
@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
def test_the_facts_hold_for_every_alpha(cls, alpha):
    activation = cls(alpha=alpha)
    z = np.linspace(-3.0, 3.0, 13)
    assert activation.centred() == bool(np.allclose(activation.f(-z), -activation.f(z)))
    left, right = np.diff(activation.f(np.array([-1e-6, 0.0, 1e-6]))) / 1e-6
    assert (activation.corners() == ()) == bool(abs(left - right) < 1e-3)
