"""Data sets: where the points lie, what the labels are, and what noise does to them."""

from dataclasses import replace

import numpy as np
import pytest

from engine import (
    DATASETS,
    Circle,
    Gauss,
    MultiGauss,
    Plane,
    RunSpec,
    Spiral,
    Xor,
    build_data,
    evolve,
)
from engine.streams import stream

RULES = [cls() for cls in DATASETS if cls().size is None]
each = pytest.mark.parametrize("dataset", RULES, ids=lambda d: d.kind)


def sample(dataset, n=600, classes=3, seed="s"):
    return dataset.sample(n, classes, stream(seed, "data"))


def noisy(dataset, noise, n=600):
    clean = sample(dataset, n)
    return dataset.add_noise(clean, noise, stream("s", "noise"))


def spec_for(dataset, **changes):
    return evolve(RunSpec(), {"dataset": dataset, **changes})[0]


@each
@pytest.mark.parametrize("classes", range(2, 9))
@pytest.mark.parametrize("n", [10, 601, 5000])
def test_points_lie_on_the_plot_and_labels_have_their_form(dataset, classes, n):
    x, labels = sample(dataset, n, classes)
    assert x.shape == (2, n)
    assert np.abs(x).max() <= 6.0
    match dataset.problems[0]:
        case "binary":
            assert set(np.unique(labels)) == {0, 1}
        case "multiclass":
            assert set(np.unique(labels)) == set(range(classes))
        case "multilabel":
            assert labels.shape == (classes, n)
            assert set(np.unique(labels)) <= {0, 1}
        case "regression":
            assert labels.shape == (n,)
            assert np.abs(labels).max() <= 1.2


@each
def test_classes_are_balanced(dataset):
    _, labels = sample(dataset, 602, 4)
    if dataset.problems[0] in ("binary", "multiclass"):
        counts = np.bincount(labels)
        assert counts.max() - counts.min() <= 1
    elif dataset.problems[0] == "multilabel":
        assert (labels.mean(axis=1) > 0.1).all()
        assert (labels.mean(axis=1) < 0.9).all()
        assert labels.sum(axis=0).max() > 1  # points with several labels
        assert labels.sum(axis=0).min() == 0  # and with none


@each
def test_equal_seeds_give_equal_data_and_other_seeds_other_data(dataset):
    spec = spec_for(dataset, noise=20.0)
    first, second = build_data(spec), build_data(spec)
    np.testing.assert_array_equal(first.train.x, second.train.x)
    np.testing.assert_array_equal(first.test.labels, second.test.labels)
    other = build_data(replace(spec, data_seed="other"))
    assert not np.array_equal(first.train.x, other.train.x)
    same = build_data(replace(spec, weight_seed="other"))
    np.testing.assert_array_equal(first.train.x, same.train.x)


@each
def test_noise_moves_the_same_sample_along_straight_lines(dataset):
    clean = sample(dataset)[0]
    at_10, at_40 = noisy(dataset, 10.0), noisy(dataset, 40.0)
    np.testing.assert_allclose(noisy(dataset, 0.0), clean, atol=1e-15)
    moved = np.hypot(*(at_10 - clean))
    assert 0 < moved.mean() < np.hypot(*(at_40 - clean)).mean()
    if dataset.kind == "gauss":
        (a, b), (c, d) = at_10 - clean, at_40 - clean
        np.testing.assert_allclose(a * d - b * c, 0.0, atol=1e-12)
    else:
        np.testing.assert_allclose(4.0 * (at_10 - clean), at_40 - clean, atol=1e-12)
        step = (at_40 - clean).std()
        assert step == pytest.approx(0.4 * dataset.noise_scale, rel=0.1)


@each
def test_noise_and_training_share_keep_the_labels_and_the_order(dataset):
    few = build_data(spec_for(dataset, train_share=30.0, noise=0.0))
    many = build_data(spec_for(dataset, train_share=80.0, noise=25.0))
    n = few.train.size
    np.testing.assert_array_equal(few.train.labels, many.train.labels[..., :n])


@pytest.mark.parametrize(("share", "expected"), [(1.0, 1), (50.0, 5), (59.0, 5), (99.0, 9)])
def test_the_split_always_leaves_a_point_on_each_side(share, expected):
    data = build_data(RunSpec(samples=10, train_share=share))
    assert (data.train.size, data.test.size) == (expected, 10 - expected)


def test_circle_is_a_disc_and_a_ring():
    x, labels = sample(Circle())
    np.testing.assert_array_equal(np.hypot(*x) < 2.5, labels == 1)
    assert np.hypot(*x)[labels == 0].min() >= 3.5


def test_xor_is_positive_where_the_signs_agree_and_keeps_off_the_axes():
    x, labels = sample(Xor())
    np.testing.assert_array_equal(x[0] * x[1] > 0, labels == 1)
    assert np.abs(x).min() >= 0.3
    assert np.abs(x).max() <= 5.3
    quadrants = np.bincount(2 * (x[0] > 0) + (x[1] > 0))
    assert quadrants.max() - quadrants.min() <= 1


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (25.0, 2.25), (50.0, 4.0)])
def test_gauss_has_the_variance_of_tfp(noise, variance):
    x, labels = noisy(Gauss(), noise, n=5000), sample(Gauss(), 5000)[1]
    for label, centre in ((1, 2.0), (0, -2.0)):
        part = x[:, labels == label]
        np.testing.assert_allclose(part.mean(axis=1), centre, atol=4 * np.sqrt(variance / 2500))
        np.testing.assert_allclose(part.var(axis=1), variance, rtol=0.1)


def test_spiral_has_no_two_points_at_the_origin():
    x, labels = sample(Spiral(), 500)
    assert np.hypot(*x).min() > 0.01
    np.testing.assert_allclose(x[:, labels == 1], -x[:, labels == 0], atol=1e-12)
    radius = np.hypot(*x[:, labels == 1])
    angle = 1.75 * 2 * np.pi * radius / 5  # TFP's arm
    np.testing.assert_allclose(
        x[:, labels == 1], radius * [np.sin(angle), np.cos(angle)], atol=1e-9
    )


def test_plane_and_multi_gauss_follow_the_formulas_of_tfp():
    x, labels = sample(Plane())
    np.testing.assert_allclose(labels, (x[0] + x[1]) / 10)
    x, labels = sample(MultiGauss(), 5000)
    near = np.hypot(x[0] - 0.0, x[1] - 2.5) < 1.9
    expected = -(1 - np.hypot(x[0], x[1] - 2.5) / 2)
    np.testing.assert_allclose(labels[near], expected[near], atol=1e-12)
    assert (labels == 0).any()
