"""TFP's random stream and what is drawn from it, against recordings of TFP."""

import math
from typing import Any

import numpy as np
import pytest

from engine.tfp import generators
from engine.tfp.seedrandom import SeedRandom
from tests.traces.load import TRACES, recording

GENERATORS = {
    "circle": generators.circle,
    "xor": generators.xor,
    "gauss": generators.gauss,
    "spiral": generators.spiral,
    "reg-plane": generators.plane,
    "reg-gauss": generators.multi_gauss,
}
DATASETS = [f"{name}/noise{noise}" for name in GENERATORS for noise in (0, 25, 50)]
# V8 has its own sin, cos and log: they differ from the C library's in the last bit.
LAST_BITS = 2e-15


def sample(name: str, seed: str, n: int, noise: float) -> tuple[list[generators.Point], SeedRandom]:
    random = SeedRandom(seed)
    return GENERATORS[name](random, n, noise / 100), random


def test_the_first_numbers_of_a_seed_are_seedrandoms() -> None:
    recorded = recording("datasets")["seedrandom_first10"]
    random = SeedRandom(recorded["seed"])
    assert [random.random() for _ in range(10)] == recorded["values"]


# The first number that the library itself (seedrandom 2.4.4 in node 20) gives for a seed.
@pytest.mark.parametrize(
    ("seed", "first"),
    [
        ("", 0.23144008215179881),
        ("x", 0.9080614664401105),
        ("hello%20world", 0.18471904639068717),
        ("ñ", 0.9921828826128829),
        ("😀", 0.5698095144192531),
        ("a" * 255, 0.43449421599986604),
        ("ab" * 128, 0.27335432315865854),
        ("abc" * 100, 0.9989361869534188),
    ],
)
def test_other_strings_seed_as_in_the_library(seed: str, first: float) -> None:
    assert SeedRandom(seed).random() == first


@pytest.mark.parametrize("seed", ["", "x", "ñ", "😀", "s" * 300, "\0", "0.1" * 100])
def test_any_string_is_a_seed(seed: str) -> None:
    random = SeedRandom(seed)
    numbers = [random.random() for _ in range(100)]
    assert all(0 <= number < 1 for number in numbers)
    assert len(set(numbers)) == 100


def test_numbers_carry_52_or_53_significant_bits() -> None:
    random = SeedRandom("bits")
    for _ in range(2000):
        mantissa, _exponent = math.frexp(random.random())
        assert float(mantissa * 2**53).is_integer()


def test_the_shuffle_is_tfps() -> None:
    recorded = recording("datasets")["shuffle10"]
    points = [(float(number), 0.0, 0.0) for number in recorded["input"]]
    generators.shuffle(SeedRandom(recorded["seed"]), points)
    assert [point[0] for point in points] == recorded["output"]


@pytest.mark.parametrize("share", [0, 1, 10, 33, 33.3, 50, 90, 99, 100])
def test_the_split_rounds_the_training_share_down(share: float) -> None:
    points = [(float(i), 0.0, 0.0) for i in range(500)]
    train, test = generators.split(points, share)
    assert len(train) == math.floor(500 * share / 100)
    assert train + test == points


@pytest.mark.parametrize("name", DATASETS)
def test_a_seeds_points_are_tfps(name: str) -> None:
    recorded = recording("datasets")["datasets"][name]
    points, _ = sample(recorded["dataset"], "0.12345", recorded["samples"], recorded["noise"])
    every = recorded["samples"] // 50
    np.testing.assert_allclose(points[::every], recorded["examples"], rtol=0, atol=LAST_BITS)


@pytest.mark.parametrize("name", DATASETS)
def test_a_seeds_statistics_are_tfps(name: str) -> None:
    recorded = recording("datasets")["datasets"][name]
    points, _ = sample(recorded["dataset"], "0.12345", recorded["samples"], recorded["noise"])
    x, y, label = np.array(points).T
    columns = {"x": x, "y": y, "radius": np.hypot(x, y), "label": label}
    for column, values in columns.items():
        assert statistics(values) == pytest.approx(
            {key: recorded["full"][column][key] for key in ("count", "mean", "std", "min", "max")},
            abs=1e-12,
        )


def statistics(values: Any) -> dict[str, float]:
    return {
        "count": len(values),
        "mean": values.mean(),
        "std": values.std(),
        "min": values.min(),
        "max": values.max(),
    }


@pytest.mark.parametrize("name", TRACES)
def test_points_and_weights_of_a_trace_come_from_one_stream(name: str) -> None:
    trace = recording(name)
    config = trace["config"]
    regression = config["problem"] == "regression"
    points, random = sample(
        config["regDataset" if regression else "dataset"],
        config["seed"],
        1200 if regression else 500,
        config["noise"],
    )
    generators.shuffle(random, points)
    train, test = generators.split(points, config["percTrainData"])
    np.testing.assert_allclose(train, trace["train"], rtol=0, atol=LAST_BITS)
    np.testing.assert_allclose(test, trace["test"], rtol=0, atol=LAST_BITS)
    for layer in trace["checkpoints"][0]["weights"]:
        for row in layer:
            drawn = [random.random() - 0.5 for _ in row]
            assert config["initZero"] or drawn == row
