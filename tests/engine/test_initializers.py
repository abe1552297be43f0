"""Initializers draw what they say, with the variance they promise."""

import numpy as np
import pytest

from engine import (
    INITIALIZERS,
    Auto,
    Constant,
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LayerSpec,
    Normal,
    ReLU,
    RunSpec,
    SpecError,
    Tanh,
    Trainer,
    Uniform,
    XavierNormal,
    Zeros,
)

FAN_IN, FAN_OUT = 200, 100


def draw(initializer, *, fan_in=FAN_IN, fan_out=FAN_OUT, activation=None, seed=1):
    rng = np.random.default_rng(seed)
    return initializer.draw(rng, fan_in, fan_out=fan_out, activation=activation or Tanh())


@pytest.mark.parametrize("initializer", [cls() for cls in INITIALIZERS], ids=str)
@pytest.mark.parametrize("fan_in", [0, 1, 7])
def test_weights_have_the_shape_of_the_layer(initializer, fan_in):
    weights = draw(initializer, fan_in=fan_in, fan_out=5)
    assert weights.shape == (5, fan_in)
    assert np.isfinite(weights).all()


@pytest.mark.parametrize(
    ("initializer", "variance"),
    [
        (Normal(sigma=0.7), 0.49),
        (Uniform(limit=0.5), 0.25 / 3),
        (XavierNormal(), 1 / FAN_IN),
        (GlorotNormal(), 2 / (FAN_IN + FAN_OUT)),
        (GlorotUniform(), 2 / (FAN_IN + FAN_OUT)),
        (HeNormal(), 2 / FAN_IN),
        (HeUniform(), 2 / FAN_IN),
        (Zeros(), 0.0),
        (Constant(value=0.3), 0.0),
    ],
    ids=str,
)
def test_variance_is_as_promised(initializer, variance):
    weights = draw(initializer)
    assert weights.var() == pytest.approx(variance, rel=0.05, abs=1e-30)


@pytest.mark.parametrize("initializer", [Uniform(), GlorotUniform(), HeUniform()], ids=str)
def test_uniform_stays_within_its_limit(initializer):
    weights = draw(initializer)
    limit = np.sqrt(3 * weights.var())
    assert np.abs(weights).max() == pytest.approx(limit, rel=0.05)


def test_normals_are_not_truncated():
    for initializer in (Normal(), XavierNormal(), GlorotNormal(), HeNormal()):
        weights = draw(initializer)
        assert np.abs(weights).max() > 3 * weights.std()


def test_auto_follows_the_activation_of_each_layer():
    np.testing.assert_array_equal(draw(Auto(), activation=ReLU()), draw(HeNormal()))
    np.testing.assert_array_equal(draw(Auto(), activation=Tanh()), draw(XavierNormal()))
    layers = (LayerSpec(8, ReLU()), LayerSpec(8, Tanh()))
    mixed = Trainer(RunSpec(layers=layers, initializer=Auto()))
    he = Trainer(RunSpec(layers=layers, initializer=HeNormal()))
    xavier = Trainer(RunSpec(layers=layers, initializer=XavierNormal()))
    np.testing.assert_array_equal(mixed.network.weights[0], he.network.weights[0])
    for layer in (1, 2):
        np.testing.assert_array_equal(mixed.network.weights[layer], xavier.network.weights[layer])


def test_biases_start_at_the_given_value():
    trainer = Trainer(RunSpec(bias=0.01))
    for bias in trainer.network.biases:
        np.testing.assert_array_equal(bias, 0.01)


def test_constant_is_constant():
    np.testing.assert_array_equal(draw(Constant(value=-0.25)), -0.25)


def test_a_width_out_of_range_is_refused():
    with pytest.raises(SpecError, match=r"sigma: got -1\.0, expected at least 0\.0"):
        Normal(sigma=-1.0)
    with pytest.raises(SpecError, match=r"limit: got 0\.0, expected more than 0\.0"):
        Uniform(limit=0.0)
