"""Every head: stable losses from logits, exact deltas, predictions and metrics."""

import math

import numpy as np
import pytest

from engine import (
    HEADS,
    LinearMSE,
    MultilabelBCE,
    SigmoidBCE,
    SigmoidMSE,
    SoftmaxCE,
    TanhMSE,
)

CLASSES = 3
each = pytest.mark.parametrize("head", [cls() for cls in HEADS], ids=lambda head: head.kind)


def labels_for(head, n, rng):
    match head.problems[0]:
        case "binary":
            return rng.integers(0, 2, n)
        case "multiclass":
            return rng.integers(0, CLASSES, n)
        case "multilabel":
            return rng.integers(0, 2, (CLASSES, n))
    return rng.uniform(-1, 1, n)


def case(head, rng, n=50):
    labels = labels_for(head, n, rng)
    z = 2.0 * rng.standard_normal((head.outputs(CLASSES), n))
    return z, head.targets(labels, CLASSES), labels


@each
def test_targets_have_the_shape_of_the_outputs(head, rng):
    z, t, labels = case(head, rng)
    assert t.shape == z.shape == head.output(z).shape == head.display(z).shape
    assert head.loss(z, t).shape == (50,)
    assert head.predict(z).shape == labels.shape


@each
def test_delta_is_the_derivative_of_the_loss(head, rng):
    z, t, _ = case(head, rng)
    step = 1e-5
    for unit in range(len(z)):
        shift = np.zeros_like(z)
        shift[unit] = step
        numeric = (head.loss(z + shift, t) - head.loss(z - shift, t)) / (2 * step)
        np.testing.assert_allclose(head.delta(z, t)[unit], numeric, rtol=1e-6, atol=1e-9)


@each
def test_the_kernel_equals_delta(head, rng):
    z, t, _ = case(head, rng)
    delta = np.empty_like(z)
    kernel = head.delta_kernel(z, head.aims(t), delta)
    for _ in range(2):
        kernel()
        np.testing.assert_allclose(head.gain * delta, head.delta(z, t), rtol=1e-12, atol=1e-15)


@each
def test_the_gain_is_a_power_of_two(head):
    assert math.frexp(head.gain)[0] == 0.5


@each
@pytest.mark.parametrize("size", [1000.0, -1000.0])
def test_loss_and_delta_are_finite_at_extreme_logits(head, size, rng):
    z, t, _ = case(head, rng)
    z = np.sign(z) * size
    delta = np.empty_like(z)
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        assert np.isfinite(head.loss(z, t)).all()
        assert np.isfinite(head.delta(z, t)).all()
        assert np.isfinite(head.output(z)).all()
        head.delta_kernel(z, head.aims(t), delta)()
    np.testing.assert_allclose(head.gain * delta, head.delta(z, t), atol=1e-15)


@each
def test_a_perfect_prediction_costs_nothing_and_scores_best(head, rng):
    labels = labels_for(head, 40, rng)
    t = head.targets(labels, CLASSES)
    z = t if head.kind == "linear_mse" else 100.0 * (t - t.mean())
    assert head.loss(z, t).max() < 1e-12
    metrics = head.metrics(z, labels)
    assert metrics == ({"r2": 1.0, "rmse": 0.0} if "r2" in metrics else {"accuracy": 1.0})


@each
def test_float32_stays_float32(head, rng):
    z, t, _ = case(head, rng)
    assert head.display(z.astype(np.float32)).dtype == np.float32
    assert head.loss(z.astype(np.float32), t.astype(np.float32)).dtype == np.float32


def test_losses_of_a_hand_worked_logit():
    z, one, zero = np.array([[2.0]]), np.array([1]), np.array([0])
    p = 1 / (1 + math.exp(-2))

    def loss(head, labels):
        return head.loss(z, head.targets(labels, 2))[0]

    assert loss(SigmoidBCE(), one) == pytest.approx(-math.log(p), rel=1e-14)
    assert loss(SigmoidBCE(), zero) == pytest.approx(-math.log(1 - p), rel=1e-14)
    assert loss(SigmoidMSE(), one) == pytest.approx(0.5 * (1 - p) ** 2, rel=1e-14)
    assert loss(TanhMSE(), zero) == pytest.approx(0.5 * (math.tanh(2) + 1) ** 2, rel=1e-14)
    assert loss(LinearMSE(), np.array([0.5])) == 0.5 * 1.5**2


def test_cross_entropy_of_hand_worked_logits():
    z = np.log(np.array([[0.2], [0.3], [0.5]]))
    head = SoftmaxCE()
    assert head.loss(z, head.targets(np.array([1]), 3))[0] == pytest.approx(-math.log(0.3))
    several = MultilabelBCE()
    t = several.targets(np.array([[1], [0], [1]]), 3)
    p = 1 / (1 + np.exp(-z[:, 0]))
    expected = -math.log(p[0]) - math.log(1 - p[1]) - math.log(p[2])
    assert several.loss(z, t)[0] == pytest.approx(expected, rel=1e-14)


def test_softmax_gives_probabilities_that_sum_to_1(rng):
    p = SoftmaxCE().output(100 * rng.standard_normal((8, 500)))
    assert np.abs(p.sum(axis=0) - 1).max() <= 1e-12
    assert p.min() >= 0


def test_softmax_of_two_classes_is_the_sigmoid_of_the_difference(rng):
    z = rng.standard_normal((2, 100))
    p = SoftmaxCE().output(z)[1]
    np.testing.assert_allclose(p, SigmoidBCE().output(z[1:] - z[:1])[0], rtol=1e-13)


@each
def test_the_display_kernel_writes_the_display(head, rng):
    z = rng.normal(size=(head.outputs(CLASSES), 50)).astype(np.float32)
    out = np.zeros_like(z)
    head.display_kernel(z, out)()
    np.testing.assert_allclose(out, head.display(z), rtol=1e-6)


def test_display_shows_a_probability_between_minus_1_and_1(rng):
    z = 3 * rng.standard_normal((1, 50))
    for head in (SigmoidBCE(), SigmoidMSE()):
        np.testing.assert_allclose(head.display(z), 2 * head.output(z) - 1, atol=1e-15)


def test_r2_is_unknown_where_all_labels_are_equal():
    metrics = LinearMSE().metrics(np.array([[1.0, 2.0]]), np.array([1.0, 1.0]))
    assert metrics == {"r2": None, "rmse": pytest.approx(math.sqrt(0.5))}


def test_label_accuracy_counts_each_label():
    z = np.array([[1.0, -1.0], [1.0, 1.0]])
    assert MultilabelBCE().metrics(z, np.array([[1, 0], [0, 1]])) == {"accuracy": 0.75}
