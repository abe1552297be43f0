"""Hidden space: the data as a layer represents them, in two dimensions."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Le

from engine.arrays import Array
from engine.diagnostics.base import (
    DIAGNOSTICS,
    Diagnostic,
    Measurement,
    nearest,
    number,
    numbers,
)
from engine.features import EXTENT
from engine.fields import Ui
from engine.heads import SoftmaxCE
from engine.passes import Forward
from engine.separability import linear_probe
from engine.trainer import Trainer

LINES = 13
LINE_POINTS = 25


@DIAGNOSTICS.register
@dataclass(frozen=True)
class HiddenSpace(Diagnostic):
    """The points and the grid of the input plane as one layer sees them: in the plane of two of
    its units, or of their two principal components. A linear probe says whether the layer has
    made the classes linearly separable."""

    label: ClassVar[str] = "Hidden space"
    label_es: ClassVar[str] = "Espacio oculto"
    help_es: ClassVar[str] = (
        "Los puntos y la cuadrícula del plano de entrada tal como los ve una capa: en el plano de"
        " dos de sus neuronas o de sus dos componentes principales. Una sonda lineal dice si la "
        "capa ha hecho las clases linealmente separables."
    )
    kind: Literal["hidden_space"] = "hidden_space"
    layer: Annotated[
        int,
        Ge(-1),
        Le(30),
        Ui(label="Layer", label_es="Capa", help="-1: the input", help_es="-1: la entrada"),
    ] = 0
    projection: Annotated[Literal["units", "pca"], Ui(label="Axes", label_es="Ejes")] = "units"
    x_unit: Annotated[
        int, Ge(0), Le(31), Ui(label="Horizontal unit", label_es="Neurona horizontal")
    ] = 0
    y_unit: Annotated[
        int, Ge(0), Le(31), Ui(label="Vertical unit", label_es="Neurona vertical")
    ] = 1
    max_points: Annotated[
        int, Ge(10), Le(5000), Ui(label="Points drawn", label_es="Puntos dibujados", step=10)
    ] = 1000

    def look(self, trainer: Trainer) -> Measurement:
        network, data = trainer.network, trainer.data
        last = len(network.sizes) - 2
        layer = nearest(self.layer, -1, last)
        grid = grid_lines()
        cuts = np.cumsum([data.train.size, data.test.size, grid.shape[1]])[:-1]
        x = trainer.inputs(np.concatenate([data.train.x, data.test.x, grid], axis=1))
        h = _representation(network, layer, x.astype(network.dtype))
        train, test, warped = np.split(h, cuts, axis=1)
        axes, centre, spread = self._axes(train)
        draw = [numbers(axes @ (part - centre)) for part in (train, test, warped)]
        return {
            "layer": layer,
            "units": len(h),
            "projection": self.projection,
            "axes": numbers(axes),
            "centre": numbers(centre[:, 0]),
            "explained": spread,
            "train": [row[: self.max_points] for row in draw[0]],
            "test": [row[: self.max_points] for row in draw[1]],
            "grid": {"lines": 2 * LINES, "points": LINE_POINTS, "x": draw[2][0], "y": draw[2][1]},
            "next": _next_lines(trainer, layer, axes, centre, train.mean(axis=1, keepdims=True)),
            "probe": _probe(trainer, train, test),
        }

    def _axes(self, h: Array) -> tuple[Array, Array, list[float | None]]:
        """The two directions (2, units), the point they start from, and their share of variance."""
        units = len(h)
        centred = h - h.mean(axis=1, keepdims=True)
        total = float((centred * centred).sum())
        if self.projection == "pca":
            axes, centre = principal_axes(centred), h.mean(axis=1, keepdims=True)
        else:
            axes, centre = np.zeros((2, units)), np.zeros((units, 1))
            for row, unit in enumerate((self.x_unit, self.y_unit)[:units]):
                axes[row, nearest(unit, 0, units - 1)] = 1.0  # one unit alone: no vertical axis
        shares = ((axes @ centred) ** 2).sum(axis=1) / total if total > 0 else np.full(2, np.nan)
        return axes, centre, numbers(shares)


def grid_lines() -> Array:
    """Points (2, 2 * LINES * LINE_POINTS): the lines of equal x1, then those of equal x2."""
    across = np.linspace(-EXTENT, EXTENT, LINES).repeat(LINE_POINTS)
    along = np.tile(np.linspace(-EXTENT, EXTENT, LINE_POINTS), LINES)
    return np.concatenate([np.stack([across, along]), np.stack([along, across])], axis=1)


def principal_axes(centred: Array) -> Array:
    """The two directions (2, units) of most variance; the largest entry of each is positive."""
    units = len(centred)
    _, vectors = np.linalg.eigh(centred @ centred.T)
    axes = np.zeros((2, units))
    found = vectors[:, ::-1].T[:2]
    axes[: len(found)] = found
    largest = np.abs(axes).argmax(axis=1)
    flip = np.where(axes[np.arange(2), largest] < 0, -1.0, 1.0)
    result: Array = axes * flip[:, np.newaxis]
    return result


def _representation(network: Any, layer: int, x: Array) -> Array:
    """What a layer makes of an input: its activations, the logits, or the input itself."""
    if layer < 0:
        return x[:-1]
    forward = Forward(network, x.shape[1])
    with np.errstate(all="ignore"):
        forward.run(x)
    h: Array = forward.logits if layer == len(forward.a) else forward.a[layer][:-1]
    return np.nan_to_num(h, posinf=1e300, neginf=-1e300)


def _next_lines(
    trainer: Trainer, layer: int, axes: Array, centre: Array, mean: Array
) -> list[Measurement]:
    """Where each unit of the next layer has z = 0: a x + b y + c = 0 in the drawn coordinates.

    With more than two dimensions, the others are held at their mean over the training set.
    """
    network = trainer.network
    if layer + 1 >= len(network.matrices):
        return []
    weights, bias = network.weights[layer + 1], network.biases[layer + 1]
    names: list[Measurement] = [{"unit": unit} for unit in range(len(bias))]
    if layer + 2 == len(network.matrices) and isinstance(network.head, SoftmaxCE):
        pairs = [(i, j) for i in range(len(bias)) for j in range(i)]
        names = [{"between": [j, i]} for i, j in pairs]
        weights = np.array([weights[i] - weights[j] for i, j in pairs])
        bias = np.array([bias[i] - bias[j] for i, j in pairs])
    slopes = weights @ axes.T
    offsets = bias + (weights @ mean)[:, 0] - (slopes @ (axes @ (mean - centre)))[:, 0]
    # Two axes of a plane of two units (or one of a line) determine h.
    exact = bool(np.linalg.matrix_rank(axes) == axes.shape[1])
    return [
        {**name, "a": number(a), "b": number(b), "c": number(c), "exact": exact}
        for name, (a, b), c in zip(names, slopes.tolist(), offsets.tolist(), strict=True)
    ]


def _probe(trainer: Trainer, train: Array, test: Array) -> Measurement:
    """How well a linear model does on all units of the layer."""
    spec, data = trainer.spec, trainer.data
    classify = spec.problem != "regression"
    targets = data.train.labels[np.newaxis] if data.train.labels.ndim == 1 else data.train.labels
    if spec.problem == "multiclass":
        targets = (data.train.labels == np.arange(spec.classes)[:, np.newaxis]).astype(float)
    probe = linear_probe(train, targets.astype(np.float64), classify=classify)
    scores = []
    for part, h in ((data.train, train), (data.test, test)):
        metrics = spec.head.metrics(probe.logits(h), part.labels)
        scores.append(metrics["accuracy" if classify else "r2"])
    return {
        "method": probe.method,
        "metric": "accuracy" if classify else "r2",
        "train": number(scores[0]),
        "test": number(scores[1]),
        "separable": True if classify and scores[0] == 1.0 else None,
    }
