"""The best straight line is the best there is, and the probe finds what is linearly separable."""

from itertools import pairwise

import numpy as np
import pytest

from engine.separability import best_line, linear_probe


def most_by_directions(x, labels):
    """The same number by brute force: every direction that differs, every threshold along it."""
    n = x.shape[1]
    sign = np.where(labels == 1, 1, -1)
    positives, negatives = int((sign > 0).sum()), int((sign < 0).sum())
    most = max(positives, negatives)
    gaps = [x[:, i] - x[:, j] for i in range(n) for j in range(i)]
    angles = sorted((np.arctan2(d[1], d[0]) + np.pi / 2) % np.pi for d in gaps if d.any())
    if not angles:
        return most
    distinct = [angles[0], *(b for a, b in pairwise(angles) if b - a > 1e-9)]
    following = [*distinct[1:], distinct[0] + np.pi]
    for angle in np.add(distinct, following) / 2.0:
        along = np.cos(angle) * x[0] + np.sin(angle) * x[1]
        order = np.argsort(along)
        ends = np.append(np.diff(along[order]) > 1e-9, True)
        sums = np.cumsum(sign[order])[ends]
        most = max(most, negatives + int(sums.max()), positives - int(sums.min()))
    return most


def points(kind, n, rng):
    if kind == "general":
        return rng.standard_normal((2, n))
    if kind == "grid":  # collinear points, and many in one place
        return rng.integers(0, 3, (2, n)).astype(float)
    if kind == "tenths":  # collinear up to rounding
        return rng.integers(-3, 4, (2, n)) * 0.1 + 0.3
    if kind == "turned":
        return np.array([[0.8, -0.6], [0.6, 0.8]]) @ rng.integers(0, 4, (2, n))
    return np.outer([1.0, 3.0], rng.integers(0, 6, n)) / 7.0  # all on one line


@pytest.mark.parametrize("kind", ["general", "grid", "tenths", "turned", "line"])
def test_no_line_is_better_than_the_best(kind, rng):
    for _ in range(300):
        n = int(rng.integers(1, 14))
        x, labels = points(kind, n, rng), rng.integers(0, 2, n)
        found = best_line(x, labels)
        assert found.correct == most_by_directions(x, labels)
        assert int((found.line.predict(x) == labels).sum()) == found.correct
        assert found.accuracy == found.correct / n
        assert found.exact


def test_a_line_through_larger_samples_does_what_it_says(rng):
    for n in (50, 250, 700):
        x = rng.uniform(-6.0, 6.0, (2, n))
        for labels in (x[0] * x[1] > 0, x[0] > 1.0, rng.random(n) < 0.1, np.hypot(*x) < 3.0):
            found = best_line(x, labels.astype(int))
            assert int((found.line.predict(x) == labels).sum()) == found.correct
    assert best_line(x, np.where(x[0] + 2.0 * x[1] > 1.0, 1, 0)).accuracy == 1.0


def test_the_four_points_of_the_exclusive_or_allow_three():
    x = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
    assert best_line(x, np.array([0, 1, 1, 0])).accuracy == 0.75


@pytest.mark.parametrize("label", [0, 1])
def test_a_single_class_is_no_trouble(label, rng):
    x, labels = rng.standard_normal((2, 9)), np.full(9, label)
    found = best_line(x, labels)
    assert found.accuracy == 1.0
    np.testing.assert_array_equal(found.line.predict(x), labels)


def test_points_in_one_place_cannot_be_told_apart():
    assert best_line(np.zeros((2, 5)), np.array([0, 1, 1, 1, 0])).correct == 3


def test_it_does_not_matter_where_the_points_are_and_which_class_is_which(rng):
    x, labels = rng.standard_normal((2, 60)), rng.integers(0, 2, 60)
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    most = best_line(x, labels).correct
    assert best_line(1e3 * (turn @ x) + 50.0, labels).correct == most
    assert best_line(x, 1 - labels).correct == most


def test_more_points_than_the_largest_number_are_thinned_out(rng):
    x, labels = rng.standard_normal((2, 100)), rng.integers(0, 2, 100)
    found = best_line(x, labels, largest=40)
    assert not found.exact
    assert found.points == 34
    assert found.accuracy == found.correct / 34


def test_the_probe_separates_what_can_be_separated(rng):
    for units in (1, 2, 8, 32):
        h = rng.standard_normal((units, 250)) * 10.0 ** rng.integers(-8, 8, (units, 1))
        direction = rng.standard_normal(units) / h.std(axis=1)
        targets = np.where(direction @ h > 0.1, 1.0, 0.0)[np.newaxis]
        probe = linear_probe(h, targets, classify=True)
        assert probe.method == "logistic"
        assert np.array_equal(probe.logits(h) > 0, targets > 0.5)


def test_the_probe_never_beats_the_best_line_and_comes_near_it(rng):
    for _ in range(20):
        h = rng.standard_normal((2, 200))
        labels = np.where(h[0] + rng.standard_normal(200) > 0, 1, 0)
        logits = linear_probe(h, labels[np.newaxis].astype(float), classify=True).logits(h)[0]
        accuracy = np.mean((logits > 0) == labels)
        assert best_line(h, labels).accuracy - 0.1 <= accuracy <= best_line(h, labels).accuracy


def test_the_probe_is_always_the_same_and_minds_no_constant_unit(rng):
    h = rng.standard_normal((3, 100))
    h[1] = 4.0
    targets = np.where(h[0] > 0, 1.0, 0.0)[np.newaxis]
    first, second = (linear_probe(h, targets, classify=True) for _ in range(2))
    np.testing.assert_array_equal(first.weights, second.weights)
    assert np.array_equal(first.logits(h)[0] > 0, targets[0] > 0.5)


def test_the_probe_of_numbers_is_least_squares(rng):
    h = rng.standard_normal((3, 100))
    targets = np.array([[1.0, -2.0, 0.5]]) @ h + 3.0
    probe = linear_probe(h, targets, classify=False)
    np.testing.assert_allclose(probe.logits(h), targets, atol=1e-5)
    np.testing.assert_allclose(probe.bias, [3.0], atol=1e-5)
