"""The points of an experiment, split into a training and a test part."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.spec import RunSpec
from engine.streams import stream


@dataclass(frozen=True, eq=False)
class Split:
    """Points and their labels."""

    x: Array  # (2, n)
    labels: Array  # (n,), or (classes, n) for several labels a point
    rows: Array  # (n,), which points of the data set these are, in its own order

    @property
    def size(self) -> int:
        """How many points there are."""
        return int(self.x.shape[1])


@dataclass(frozen=True, eq=False)
class Data:
    """What the network learns from, and what it is examined on."""

    train: Split
    test: Split


def split(x: Array, labels: Array, *, train_share: float, order: Array) -> Data:
    """The first `train_share` percent in the given order for training, the others for the test."""
    n = x.shape[1]
    cut = min(max(int(n * train_share / 100.0), 1), n - 1)
    first, rest = order[:cut], order[cut:]
    small = np.min_scalar_type(n)
    parts = [Split(x[:, at], labels[..., at], at.astype(small)) for at in (first, rest)]
    return Data(*parts)


def sample_data(spec: RunSpec) -> Data:
    """The data of an experiment in standard mode, made from its data seed."""
    rng = stream(spec.data_seed, "data")
    sample = spec.dataset.sample_for(spec.problem, spec.samples, spec.classes, rng)
    order = spec.dataset.order(sample, rng)
    x = spec.dataset.add_noise(sample, spec.noise, stream(spec.data_seed, "noise"))
    return split(np.ascontiguousarray(x), sample[1], train_share=spec.train_share, order=order)
