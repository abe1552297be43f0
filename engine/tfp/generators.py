"""TFP's data: its six generators, its shuffle and its split, drawing in TFP's order.

Written after the description in tests/traces/README.md and TFP's `dataset.ts`
(https://github.com/tensorflow/playground, Apache-2.0). Every draw counts: one number more or fewer
would change all points after it and the weights, which come from the same stream. Noise is TFP's,
and means something else for each data set: circle, xor and the two regressions move only the place
where the *label* is read, spiral moves the points, gauss widens its clusters.
"""

from collections.abc import Callable
from math import cos, floor, log, pi, sin, sqrt
from typing import TypeAlias

from engine.tfp.seedrandom import SeedRandom

Point: TypeAlias = tuple[float, float, float]  # x1, x2, label
Generator: TypeAlias = Callable[[SeedRandom, int, float], list[Point]]


def circle(random: SeedRandom, n: int, noise: float) -> list[Point]:
    """n/2 points within half the radius of 5, n/2 beyond 0.7 of it."""
    radius = 5
    points = []
    for low, high in ((0.0, radius * 0.5), (radius * 0.7, radius)):
        for _ in range(_half(n)):
            r = random.uniform(low, high)
            angle = random.uniform(0, 2 * pi)
            x, y = r * sin(angle), r * cos(angle)
            noisy_x, noisy_y = _moved(random, x, y, radius, noise)
            inside = sqrt(noisy_x * noisy_x + noisy_y * noisy_y) < radius * 0.5
            points.append((x, y, 1.0 if inside else -1.0))
    return points


def xor(random: SeedRandom, n: int, noise: float) -> list[Point]:
    """Four quadrants, kept 0.3 away from the axes; equal signs are positive."""
    points = []
    for _ in range(n):
        x = _padded(random.uniform(-5, 5))
        y = _padded(random.uniform(-5, 5))
        noisy_x, noisy_y = _moved(random, x, y, 5, noise)
        points.append((x, y, 1.0 if noisy_x * noisy_y >= 0 else -1.0))
    return points


def gauss(random: SeedRandom, n: int, noise: float) -> list[Point]:
    """Two round clusters at (2, 2) and (-2, -2); noise 0..0.5 is a variance of 0.5..4."""
    t = noise / 0.5
    spread = sqrt(0.5 * (1 - t) + 4 * t)
    points = []
    for centre, label in ((2.0, 1.0), (-2.0, -1.0)):
        for _ in range(_half(n)):
            x = centre + spread * _normal(random)
            y = centre + spread * _normal(random)
            points.append((x, y, label))
    return points


def spiral(random: SeedRandom, n: int, noise: float) -> list[Point]:
    """Two arms of 1.75 turns each, at even steps of the radius."""
    points = []
    for turn, label in ((0.0, 1.0), (pi, -1.0)):
        for i in range(_half(n)):
            r = i / (n / 2) * 5
            t = 1.75 * i / (n / 2) * 2 * pi + turn
            x = r * sin(t) + random.uniform(-1, 1) * noise
            y = r * cos(t) + random.uniform(-1, 1) * noise
            points.append((x, y, label))
    return points


def plane(random: SeedRandom, n: int, noise: float) -> list[Point]:
    """Regression: (x + y) / 10 over the whole square."""
    points = []
    for _ in range(n):
        x, y = random.uniform(-6, 6), random.uniform(-6, 6)
        noisy_x, noisy_y = _moved(random, x, y, 6, noise)
        t = (noisy_x + noisy_y + 10) / 20
        points.append((x, y, -(1 - t) + t))
    return points


_BUMPS = ((-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1))


def multi_gauss(random: SeedRandom, n: int, noise: float) -> list[Point]:
    """Regression: six cones of radius 2 and alternating sign, of which the tallest counts."""
    points = []
    for _ in range(n):
        x, y = random.uniform(-6, 6), random.uniform(-6, 6)
        noisy_x, noisy_y = _moved(random, x, y, 6, noise)
        label = 0.0
        for centre_x, centre_y, sign in _BUMPS:
            dx, dy = noisy_x - centre_x, noisy_y - centre_y
            height = sign * (1 - max(0.0, min(1.0, sqrt(dx * dx + dy * dy) / 2)))
            if abs(height) > abs(label):
                label = height
        points.append((x, y, label))
    return points


def shuffle(random: SeedRandom, points: list[Point]) -> None:
    """Fisher and Yates, in place, from the last place down."""
    for counter in range(len(points), 0, -1):
        index = floor(random.random() * counter)
        last = counter - 1
        points[last], points[index] = points[index], points[last]


def split(points: list[Point], train_share: float) -> tuple[list[Point], list[Point]]:
    """The first `train_share` percent, rounded down, to train on, and the rest."""
    index = floor(len(points) * train_share / 100)
    return points[:index], points[index:]


def _half(n: int) -> int:
    """How often TFP's `for (i = 0; i < n / 2; i++)` runs."""
    return (n + 1) // 2


def _moved(
    random: SeedRandom, x: float, y: float, reach: float, noise: float
) -> tuple[float, float]:
    """The point at which a label is read: drawn even when the noise is 0."""
    noise_x = random.uniform(-reach, reach) * noise
    noise_y = random.uniform(-reach, reach) * noise
    return x + noise_x, y + noise_y


def _padded(coordinate: float) -> float:
    return coordinate + (0.3 if coordinate > 0 else -0.3)


def _normal(random: SeedRandom) -> float:
    """A standard normal number by Marsaglia's polar method; TFP throws the second one away.

    TFP accepts s = 0 (one chance in 2**52 squared) and gets NaN there; this draws again.
    """
    while True:
        v1 = 2 * random.random() - 1
        v2 = 2 * random.random() - 1
        s = v1 * v1 + v2 * v2
        if 0 < s <= 1:
            return sqrt(-2 * log(s) / s) * v1
