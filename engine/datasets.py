"""Data sets: points within [-6, 6] and their labels, made from a random stream, without noise."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from engine.arrays import Array
from engine.problems import ProblemKind
from engine.registry import Component, Registry

Sample = tuple[Array, Array]
"""x (2, n) and labels: (n,), or (classes, n) for several labels a point."""


class Dataset(Component):
    """A rule that places points and labels them. Noise moves the points; the labels stay."""

    problems: ClassVar[tuple[ProblemKind, ...]]
    noise_scale: ClassVar[float] = 2.0
    """The standard deviation, in plot units, that a noise of 100 would give."""

    @property
    def size(self) -> int | None:
        """How many points there are; None for a rule, which makes as many as are asked for."""
        return None

    def require(self, problem: str, classes: int) -> None:
        """A `SpecError` where the points cannot be those of such a problem, though its kind is
        among `problems`."""

    def nearest(self, problem: ProblemKind, classes: int) -> tuple[ProblemKind, int]:
        """The problem and the number of classes closest to these that the points can be of."""
        return problem if problem in self.problems else self.problems[0], classes

    def turned(self, before: str, after: str) -> "Dataset | None":
        """The same points for another problem; None where they are none of it."""
        return None

    def sample(self, n: int, classes: int, rng: np.random.Generator) -> Sample:
        """`n` points without noise."""
        raise NotImplementedError

    def sample_for(self, problem: str, n: int, classes: int, rng: np.random.Generator) -> Sample:
        """The same with labels in the form that the problem takes."""
        return self.sample(n, classes, rng)

    def order(self, sample: Sample, rng: np.random.Generator) -> Array:
        """The points in a random order; the first ones are those to learn from."""
        return rng.permutation(sample[0].shape[1])

    def add_noise(self, sample: Sample, noise: float, rng: np.random.Generator) -> Array:
        """The points, moved: the same draws whatever the noise, so that it moves each point on a
        straight line."""
        x, _ = sample
        return x + noise / 100.0 * self.noise_scale * rng.standard_normal(x.shape)


DATASETS: Registry[Dataset] = Registry("dataset", Dataset)


def _polar(radius: Array, angle: Array) -> Array:
    """Points from radius and angle; the angle is measured from the x2 axis, as TFP does."""
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)])


def _turns(rng: np.random.Generator, n: int) -> Array:
    return rng.uniform(0.0, 2.0 * np.pi, n)


def _classes(n: int, classes: int) -> Array:
    """As many of each class as possible, one after the other."""
    return np.arange(n) % classes


@DATASETS.register
@dataclass(frozen=True)
class Circle(Dataset):
    """A disc and the ring around it: no straight line separates them."""

    label: ClassVar[str] = "Circle"
    label_es: ClassVar[str] = "Círculo"
    help_es: ClassVar[str] = "Un disco y el anillo que lo rodea: ninguna recta los separa."
    tfp: ClassVar[str | None] = "circle"
    problems: ClassVar[tuple[ProblemKind, ...]] = ("binary",)
    kind: Literal["circle"] = "circle"

    def sample(self, n: int, classes: int, rng: np.random.Generator) -> Sample:
        labels = _classes(n, 2)
        radius = np.where(labels == 1, rng.uniform(0.0, 2.5, n), rng.uniform(3.5, 5.0, n))
        return _polar(radius, _turns(rng, n)), labels


@DATASETS.register
@dataclass(frozen=True)
class Xor(Dataset):
    """Four filled quadrants, positive where the signs of x1 and x2 agree."""

    label: ClassVar[str] = "Exclusive or"
    label_es: ClassVar[str] = "XOR"
    help_es: ClassVar[str] = (
        "Cuatro cuadrantes llenos, positivos donde coinciden los signos de x1 y x2."
    )
    tfp: ClassVar[str | None] = "xor"
    problems: ClassVar[tuple[ProblemKind, ...]] = ("binary",)
    kind: Literal["xor"] = "xor"

    def sample(self, n: int, classes: int, rng: np.random.Generator) -> Sample:
        labels = _classes(n, 2)
        first = np.where(_classes(n, 4) < 2, 1.0, -1.0)
        second = np.where(labels == 1, first, -first)
        distance = rng.uniform(0.0, 5.0, (2, n)) + 0.3  # TFP leaves a gap along the axes
        return distance * np.stack([first, second]), labels


@DATASETS.register
@dataclass(frozen=True)
class XorCorners(Dataset):
    """Four round clusters, one in each corner, of equal class when they lie across: the lecture's
    exclusive or, which two hidden units can solve."""

    label: ClassVar[str] = "Exclusive or (4 corners)"
    label_es: ClassVar[str] = "XOR (4 esquinas)"
    help_es: ClassVar[str] = (
        "Cuatro grupos redondos, uno en cada esquina, de la misma clase los opuestos en diagonal:"
        " la función XOR de la lección, que dos neuronas ocultas pueden resolver."
    )
    problems: ClassVar[tuple[ProblemKind, ...]] = ("binary",)
    kind: Literal["xor4"] = "xor4"

    def sample(self, n: int, classes: int, rng: np.random.Generator) -> Sample:
        labels = _classes(n, 2)
        first = np.where(_classes(n, 4) < 2, 3.0, -3.0)
        second = np.where(labels == 1, first, -first)
        return np.stack([first, second]) + 0.5 * rng.standard_normal((2, n)), labels


@DATASETS.register
@dataclass(frozen=True)
class Gauss(Dataset):
    """Two round clusters, which a straight line separates as well as anything can. Noise widens
    them: the variance on each axis goes from 0.5 without noise to 4 at a noise of 50."""

    label: ClassVar[str] = "Gaussian"
    label_es: ClassVar[str] = "Gaussianas"
    help_es: ClassVar[str] = (
        "Dos grupos redondos, que una recta separa tan bien como se puede. El ruido los ensancha:"
        " la varianza en cada eje va de 0,5 sin ruido a 4 con un ruido de 50."
    )
    tfp: ClassVar[str | None] = "gauss"
    problems: ClassVar[tuple[ProblemKind, ...]] = ("binary",)
    kind: Literal["gauss"] = "gauss"

    def sample(self, n: int, classes: int, rng: np.random.Generator) -> Sample:
        labels = _classes(n, 2)
        return self._centres(labels) + np.sqrt(0.5) * rng.standard_normal((2, n)), labels

    def add_noise(self, sample: Sample, noise: float, rng: np.random.Generator) -> Array:
        x, labels = sample
        centres = self._centres(labels)
        variance = 0.5 + 3.5 * noise / 50.0
        moved: Array = centres + np.sqrt(variance / 0.5) * (x - centres)
        return moved

    @staticmethod
    def _centres(labels: Array) -> Array:
        return np.where(labels == 1, 2.0, -2.0)[np.newaxis].repeat(2, axis=0)


@DATASETS.register
@dataclass(frozen=True)
class Spiral(Dataset):
    """Two interleaved arms, the hardest of the classic four."""

    label: ClassVar[str] = "Spiral"
    label_es: ClassVar[str] = "Espiral"
    help_es: ClassVar[str] = "Dos brazos entrelazados, el más difícil de los cuatro clásicos."
    tfp: ClassVar[str | None] = "spiral"
    problems: ClassVar[tuple[ProblemKind, ...]] = ("binary",)
    kind: Literal["spiral"] = "spiral"

    def sample(self, n: int, classes: int, rng: np.random.Generator) -> Sample:
        labels = _classes(n, 2)
        return _arms(labels, 2, 1.75), labels


@DATASETS.register
@dataclass(frozen=True)
class Moons(Dataset):
    """Two half circles that reach into each other."""

    label: ClassVar[str] = "Moons"
    label_es: ClassVar[str] = "Lunas"
    help_es: ClassVar[str] = "Dos semicírculos que se adentran uno en el otro."
    problems: ClassVar[tuple[ProblemKind, ...]] = ("binary",)
    kind: Literal["moons"] = "moons"

    def sample(self, n: int, classes: int, rng: np.random.Generator) -> Sample:
        labels = _classes(n, 2)
        angle = rng.uniform(0.0, np.pi, n)
        side = np.where(labels == 1, -1.0, 1.0)
        x1 = 3.0 * np.cos(angle) - 1.5 * side
        x2 = side * (3.0 * np.sin(angle) - 0.75)
        return np.stack([x1, x2]), labels


@DATASETS.register
@dataclass(frozen=True)
class Blobs(Dataset):
    """One round cluster for each class, evenly around the origin."""

    label: ClassVar[str] = "Blobs"
    label_es: ClassVar[str] = "Grupos"
    help_es: ClassVar[str] = (
        "Un grupo redondo para cada clase, repartidos por igual alrededor del origen."
    )
    problems: ClassVar[tuple[ProblemKind, ...]] = ("multiclass",)
    kind: Literal["blobs"] = "blobs"

    def sample(self, n: int, classes: int, rng: np.random.Generator) -> Sample:
        labels = _classes(n, classes)
        centres = _polar(np.full(n, 3.5), 2.0 * np.pi * labels / classes)
        return centres + 0.45 * rng.standard_normal((2, n)), labels


@DATASETS.register
@dataclass(frozen=True)
class Arms(Dataset):
    """A spiral with one arm for each class."""

    label: ClassVar[str] = "Arms"
    label_es: ClassVar[str] = "Brazos"
    help_es: ClassVar[str] = "Una espiral con un brazo para cada clase."
    problems: ClassVar[tuple[ProblemKind, ...]] = ("multiclass",)
    kind: Literal["arms"] = "arms"

    def sample(self, n: int, classes: int, rng: np.random.Generator) -> Sample:
        labels = _classes(n, classes)
        return _arms(labels, classes, 1.0), labels


def _arms(labels: Array, arms: int, turns: float) -> Array:
    """Points at even steps along spiral arms, from a little off the origin (where every arm would
    begin, whatever its label) to a radius of 5."""
    n = labels.size
    along = (np.arange(n) // arms + 1.0) / (n // arms + 1.0)
    start = 2.0 * np.pi * np.where(labels == 0, arms - 1, labels - 1) / arms
    return _polar(5.0 * along, turns * 2.0 * np.pi * along + start)


@DATASETS.register
@dataclass(frozen=True)
class Rings(Dataset):
    """A disc and rings around it, one for each class."""

    label: ClassVar[str] = "Rings"
    label_es: ClassVar[str] = "Anillos"
    help_es: ClassVar[str] = "Un disco y anillos a su alrededor, uno para cada clase."
    problems: ClassVar[tuple[ProblemKind, ...]] = ("multiclass",)
    kind: Literal["rings"] = "rings"

    def sample(self, n: int, classes: int, rng: np.random.Generator) -> Sample:
        labels = _classes(n, classes)
        width = 5.5 / classes
        radius = width * (labels + rng.uniform(0.0, 0.75, n))
        return _polar(radius, _turns(rng, n)), labels


@DATASETS.register
@dataclass(frozen=True)
class Discs(Dataset):
    """Overlapping discs, one for each label: a point carries the label of every disc it lies in."""

    label: ClassVar[str] = "Discs"
    label_es: ClassVar[str] = "Discos"
    help_es: ClassVar[str] = (
        "Discos que se solapan, uno para cada etiqueta: un punto lleva la etiqueta de cada disco "
        "en el que está."
    )
    problems: ClassVar[tuple[ProblemKind, ...]] = ("multilabel",)
    kind: Literal["discs"] = "discs"

    def sample(self, n: int, classes: int, rng: np.random.Generator) -> Sample:
        x = rng.uniform(-5.5, 5.5, (2, n))
        centres = _polar(np.full(classes, 2.0), 2.0 * np.pi * np.arange(classes) / classes)
        distance = np.hypot(*(x[:, np.newaxis] - centres[:, :, np.newaxis]))
        return x, (distance < 3.0).astype(np.int64)


@DATASETS.register
@dataclass(frozen=True)
class Plane(Dataset):
    """A number that grows evenly along the diagonal: a linear model is enough."""

    label: ClassVar[str] = "Plane"
    label_es: ClassVar[str] = "Plano"
    help_es: ClassVar[str] = (
        "Un número que crece de manera uniforme a lo largo de la diagonal: basta un modelo lineal."
    )
    tfp: ClassVar[str | None] = "reg-plane"
    problems: ClassVar[tuple[ProblemKind, ...]] = ("regression",)
    kind: Literal["plane"] = "plane"

    def sample(self, n: int, classes: int, rng: np.random.Generator) -> Sample:
        x = rng.uniform(-6.0, 6.0, (2, n))
        return x, x.sum(axis=0) / 10.0


@DATASETS.register
@dataclass(frozen=True)
class MultiGauss(Dataset):
    """Six cones, alternately up and down, on a flat ground."""

    label: ClassVar[str] = "Multi gaussian"
    label_es: ClassVar[str] = "Varias gaussianas"
    help_es: ClassVar[str] = (
        "Seis conos, alternadamente hacia arriba y hacia abajo, sobre un suelo plano."
    )
    tfp: ClassVar[str | None] = "reg-gauss"
    problems: ClassVar[tuple[ProblemKind, ...]] = ("regression",)
    kind: Literal["multi-gauss"] = "multi-gauss"

    def sample(self, n: int, classes: int, rng: np.random.Generator) -> Sample:
        x = rng.uniform(-6.0, 6.0, (2, n))
        centres = np.array([[-4, 0, 4, -4, 0, 4], [2.5, 2.5, 2.5, -2.5, -2.5, -2.5]])
        signs = np.array([1, -1, 1, -1, 1, -1])[:, np.newaxis]
        distance = np.hypot(*(x[:, np.newaxis] - centres[:, :, np.newaxis]))
        cones = signs * np.maximum(0.0, 1.0 - distance / 2.0)
        return x, cones[np.abs(cones).argmax(axis=0), np.arange(n)]


@DATASETS.register
@dataclass(frozen=True)
class Ripple(Dataset):
    """Waves around the origin that fade outwards."""

    label: ClassVar[str] = "Ripple"
    label_es: ClassVar[str] = "Ondas"
    help_es: ClassVar[str] = "Ondas alrededor del origen que se apagan hacia fuera."
    problems: ClassVar[tuple[ProblemKind, ...]] = ("regression",)
    kind: Literal["ripple"] = "ripple"

    def sample(self, n: int, classes: int, rng: np.random.Generator) -> Sample:
        x = rng.uniform(-6.0, 6.0, (2, n))
        radius = np.hypot(*x)
        return x, np.cos(1.5 * radius) * np.exp(-radius / 6.0)
