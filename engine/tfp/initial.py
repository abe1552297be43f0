"""How a TFP experiment begins: its points, and then its weights, drawn from one stream."""

import numpy as np

from engine.arrays import Array
from engine.data import Data, Split
from engine.initializers import Zeros
from engine.spec import RunSpec
from engine.tfp import generators
from engine.tfp.generators import Generator, Point
from engine.tfp.seedrandom import SeedRandom

_GENERATORS: dict[str, Generator] = {
    "circle": generators.circle,
    "xor": generators.xor,
    "gauss": generators.gauss,
    "spiral": generators.spiral,
    "reg-plane": generators.plane,
    "reg-gauss": generators.multi_gauss,
}


def start(spec: RunSpec) -> tuple[Data, Array]:
    """Data and flat starting parameters of an experiment in TFP mode, as TFP's page makes them.

    TFP has one seed, here `data_seed`; a spec in TFP mode is checked to hold only what TFP has.
    """
    name = spec.dataset.tfp
    assert name is not None, f"TFP has no data set {spec.dataset.name()!r}"
    random = SeedRandom(spec.data_seed)
    points = _GENERATORS[name](random, spec.samples, spec.noise / 100)
    generators.shuffle(random, points)
    train, test = generators.split(points, spec.train_share)
    binary = spec.problem == "binary"
    data = Data(_split(train, 0, binary=binary), _split(test, len(train), binary=binary))
    return data, _parameters(spec, random)


def _split(points: list[Point], start: int, *, binary: bool) -> Split:
    table = np.array(points, np.float64).reshape(-1, 3).T
    labels = (table[2] > 0).astype(np.int64) if binary else table[2].copy()
    return Split(np.ascontiguousarray(table[:2]), labels, rows=start + np.arange(len(points)))


def _parameters(spec: RunSpec, random: SeedRandom) -> Array:
    """Unit by unit: its incoming weights, then its bias. `initZero` draws as well, then forgets."""
    scale = 0.0 if isinstance(spec.initializer, Zeros) else 1.0
    values: list[float] = []
    fan_in = len(spec.features)
    for units in (*(layer.units for layer in spec.layers), 1):
        for _ in range(units):
            values += [scale * (random.random() - 0.5) for _ in range(fan_in)]
            values.append(spec.bias)
        fan_in = units
    return np.array(values)
