"""A component that no library has a word for is exported from the one file that it is in."""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import numpy as np
import pytest

from engine.activations import Activation
from engine.features import X1, Feature
from engine.heads import Head
from engine.initializers import Initializer, XavierNormal
from engine.optimizers import SGD, Optimizer
from engine.regularizers import Regularizer
from engine.spec import LayerSpec, RunSpec
from tests.app.exports import NETWORKS, answers, needs, points, ran, trained, write


@dataclass(frozen=True)
class Snake(Activation):
    """z + sin(a z)^2 / a: for what goes on for ever in waves."""

    label: ClassVar[str] = "Snake"
    kind: Literal["step"] = "step"  # a name that scripts use for something else
    a: float = 1.5

    def f(self, z):
        return z + np.sin(self.a * z) ** 2 / self.a

    def slope(self, z):
        return 1.0 + np.sin(2.0 * self.a * z)


@dataclass(frozen=True)
class Radius(Feature):
    """The distance from the origin."""

    label: ClassVar[str] = "radius"
    html: ClassVar[str] = "r"
    kind: Literal["radius"] = "radius"

    def f(self, x1, x2):
        return np.hypot(x1, x2)


@dataclass(frozen=True)
class LogCosh(Head):
    """A loss that is a square near 0 and a line far from it."""

    label: ClassVar[str] = "Log-cosh"
    problems: ClassVar = ("binary",)
    kind: Literal["log_cosh"] = "log_cosh"

    def output(self, z):
        return 1.0 - np.exp(-np.exp(np.minimum(z, 3.0)))

    def loss(self, z, t):
        return np.log(np.cosh(z - t)).sum(axis=0)

    def delta(self, z, t):
        return np.tanh(z - t)

    def predict(self, z):
        return np.where(z[0] >= 0.5, 1, 0)


@dataclass(frozen=True)
class Scaled(Optimizer):
    """Momentum of the signs of the gradients."""

    label: ClassVar[str] = "Signs"
    code: ClassVar[tuple[str, ...]] = (
        "velocity = beta * velocity + sign(g)",
        "w = w - rate * velocity",
    )
    kind: Literal["signs"] = "signs"
    beta: float = 0.5

    def state(self, p):
        return {"velocity": np.zeros_like(p)}

    def kernel(self, p, g, state, *, rate, scale):
        def step():
            state["velocity"][...] = self.beta * state["velocity"] + np.sign(g)
            p[...] -= rate * state["velocity"]

        return step


@dataclass(frozen=True)
class Bounded(Regularizer):
    """w^2 / (1 + w^2): a price that has an end."""

    label: ClassVar[str] = "Bounded"
    kind: Literal["bounded"] = "bounded"

    def penalty(self, w):
        return w * w / (1.0 + w * w)

    def slope(self, w):
        return 2.0 * w / (1.0 + w * w) ** 2


@dataclass(frozen=True)
class Laplace(Initializer):
    """A Laplace distribution."""

    label: ClassVar[str] = "Laplace"
    kind: Literal["laplace"] = "laplace"

    def draw(self, rng, fan_in, *, fan_out, activation):
        return rng.laplace(0.0, 0.3, (fan_out, fan_in))


@dataclass(frozen=True)
class Sorted(Activation):
    """A function that is no formula."""

    label: ClassVar[str] = "Sorted"
    kind: Literal["sorted"] = "sorted"

    def f(self, z):
        return np.sort(z, axis=0)

    def slope(self, z):
        return np.ones_like(z)


BASE = RunSpec(
    samples=60, shuffle=False, layers=(LayerSpec(4), LayerSpec(3)), initializer=XavierNormal()
)
SPECS = {
    "activation": replace(BASE, layers=(LayerSpec(4, Snake()), LayerSpec(3, Snake(a=0.5)))),
    "feature": replace(BASE, features=(X1(), Radius())),
    "head": replace(BASE, head=LogCosh()),
    "optimizer": replace(BASE, optimizer=Scaled(), learning_rate=0.001),
    "regularizer": replace(BASE, regularizer=Bounded(), regularization_rate=0.1, optimizer=SGD()),
    "initializer": replace(BASE, initializer=Laplace()),
}
SCRIPTS = [cls for cls in NETWORKS if cls.suffix == ".py" and cls.name() != "sklearn"]


@pytest.mark.parametrize("cls", NETWORKS, ids=lambda cls: cls.name())
def test_it_is_exported_and_trained_as_in_the_engine(cls, tmp_path):
    needs(cls)
    able = {name: spec for name, spec in SPECS.items() if not cls().lacks(spec)}
    assert {"feature", "initializer"} <= set(able)
    epochs = 0
    if cls in SCRIPTS:
        assert set(able) == set(SPECS)
        epochs = 4
    jobs = {}
    for name, spec in able.items():
        main = write(trained(spec, 0), cls.name(), tmp_path / name)
        jobs[name] = (main, "train" if epochs else "predict", epochs)
    if cls in SCRIPTS:
        jobs["start"] = (jobs["initializer"][0], "start", 0)
    found = ran(jobs, tmp_path)
    for name, spec in able.items():
        expected = answers(trained(spec, epochs), points())
        np.testing.assert_allclose(found[name], expected, rtol=0, atol=1e-5, err_msg=name)
    assert cls not in SCRIPTS or 0.1 < found["start"][0] < 1.0


@pytest.mark.parametrize("cls", NETWORKS, ids=lambda cls: cls.name())
def test_what_is_no_formula_is_refused_by_its_name(cls):
    spec = replace(BASE, layers=(LayerSpec(3, Sorted()),))
    (reason,) = cls().lacks(spec)
    assert "Sorted" in reason
