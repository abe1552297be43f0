"""The gradient of whole networks, in float64, against finite differences and the textbook engine.

The gradient is read off a real training step: plain SGD at a rate of 1 on the full batch moves the
parameters by exactly minus the gradient.
"""

from dataclasses import replace

import numpy as np
import pytest

from bench.plain import PlainNetwork
from engine import (
    ACTIVATIONS,
    HEADS,
    L1,
    L2,
    REGULARIZERS,
    X1,
    X2,
    Auto,
    LayerSpec,
    LeakyReLU,
    LinearMSE,
    ReLU,
    RunSpec,
    SinX1,
    SoftmaxCE,
    Tanh,
    Trainer,
    evolve,
)
from tests.gradcheck import directional_error, unit_direction

pytestmark = pytest.mark.usefixtures("either_way")

WORST = 1e-6
BASE = RunSpec(
    samples=24,
    batch_size=0,
    learning_rate=1.0,
    shuffle=False,
    initializer=Auto(),
    bias=0.1,
    noise=20.0,
    features=(X1(), X2(), SinX1()),
)


def spec_for(head, *, activation=Tanh, depth=2, **changes):
    layers = tuple(LayerSpec(units, activation()) for units in (5, 4, 4, 3, 4, 5)[:depth])
    spec, _ = evolve(BASE, {"problem": head.problems[0]})
    return replace(spec, head=head(), samples=24, layers=layers, **changes)


def objective(trainer):
    """The mean loss over the training set plus the penalty, at given flat parameters."""
    network = trainer.network

    def at(parameters):
        np.copyto(network.parameters, parameters)
        evaluation = trainer.evaluate()
        return evaluation.loss.train + evaluation.penalty

    return at


def hidden_signs(trainer, parameters):
    np.copyto(trainer.network.parameters, parameters)
    trainer.evaluate()
    return [np.sign(z) for z in trainer.forward.z]


def check(spec):
    """One random direction. Where it would cross a kink of an activation, another seed."""
    for seed in range(20):
        trainer = Trainer(replace(spec, weight_seed=str(seed)))
        start = trainer.network.parameters.copy()
        direction = unit_direction(np.random.default_rng(seed), start.size)
        epsilon = 1e-5
        ends = [hidden_signs(trainer, start + step * direction) for step in (-2e-5, 2e-5)]
        if not all(np.array_equal(a, b) for a, b in zip(*ends, strict=True)):
            continue
        np.copyto(trainer.network.parameters, start)
        assert trainer.run_steps(1) == 1
        gradient = start - trainer.network.parameters
        error, words = directional_error(
            objective(trainer), gradient, start, direction=direction, epsilon=epsilon
        )
        assert error < WORST, f"relative error {error:.1e}\n{words}"
        return
    pytest.fail("every direction crosses a kink")


@pytest.mark.parametrize("regularizer", list(REGULARIZERS), ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("head", list(HEADS), ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("activation", list(ACTIVATIONS), ids=lambda cls: cls.__name__)
def test_every_combination_has_an_exact_gradient(activation, head, regularizer):
    check(
        spec_for(head, activation=activation, regularizer=regularizer(), regularization_rate=0.05)
    )


@pytest.mark.parametrize("depth", range(7))
@pytest.mark.parametrize("activation", list(ACTIVATIONS), ids=lambda cls: cls.__name__)
def test_the_gradient_is_exact_at_every_depth(activation, depth):
    check(spec_for(SoftmaxCE, activation=activation, depth=depth))


@pytest.mark.parametrize("depth", range(7))
@pytest.mark.parametrize("activation", list(ACTIVATIONS), ids=lambda cls: cls.__name__)
def test_every_parameter_agrees_with_the_textbook_engine(activation, depth):
    trainer = Trainer(spec_for(LinearMSE, activation=activation, depth=depth))
    plain = PlainNetwork.like(trainer.network)
    x = trainer.inputs(trainer.data.train.x)[:-1].T
    t = trainer.spec.head.targets(trainer.data.train.labels, 3).T
    start = trainer.network.parameters.copy()
    trainer.run_steps(1)
    gradient = start - trainer.network.parameters
    plain.step(x, t, 1.0)
    expected = start - plain.parameters()
    np.testing.assert_allclose(gradient, expected, rtol=1e-9, atol=1e-14)


def test_neighbouring_layers_may_have_different_activations():
    layers = tuple(
        LayerSpec(3, activation)
        for activation in (Tanh(), Tanh(), ReLU(), LeakyReLU(), LeakyReLU(alpha=0.5), Tanh())
    )
    check(replace(spec_for(LinearMSE), layers=layers))


def test_no_features_leave_only_biases():
    check(replace(spec_for(LinearMSE), features=()))
    check(replace(spec_for(SoftmaxCE, depth=0), features=()))


@pytest.mark.parametrize("regularizer", [L1(), L2()], ids=str)
def test_biases_are_not_regularized(regularizer):
    plain = spec_for(LinearMSE)
    priced = replace(plain, regularizer=regularizer, regularization_rate=0.5)
    a, b = Trainer(plain), Trainer(priced)
    a.run_steps(1)
    b.run_steps(1)
    for ours, theirs in zip(a.network.biases, b.network.biases, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15)
    assert not np.allclose(a.network.weights[0], b.network.weights[0])
