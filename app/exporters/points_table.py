"""The points of a run as a table, with what the network says of them."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from app.exporters.base import EXPORTERS, Exporter, File, Group, Run, csv_file
from app.exporters.network_files import label_columns
from engine.arrays import Array
from engine.custom import Custom
from engine.features import EXTENT
from engine.spec import RunSpec
from engine.sweep import Sweep, cut
from engine.trainer import Trainer


@EXPORTERS.register
@dataclass(frozen=True)
class PointsTable(Exporter):
    """All points with their label, whether they are trained on or tested, and what the network says
    of each, as a table for a spreadsheet."""

    label: ClassVar[str] = "Points and predictions (CSV)"
    label_es: ClassVar[str] = "Puntos y predicciones (CSV)"
    help_es: ClassVar[str] = (
        "Todos los puntos con su etiqueta, si son de entrenamiento o de prueba, y lo que dice la "
        "red de cada uno, como tabla para una hoja de cálculo."
    )
    group: ClassVar[Group] = "data"
    suffix: ClassVar[str] = ".csv"
    kind: Literal["points"] = "points"

    def files(self, run: Run) -> list[File]:
        head, data = run.spec.head, run.trainer.data
        x = np.concatenate([data.train.x, data.test.x], axis=1)
        z = logits(run.trainer, x)
        rows = np.concatenate([data.train.rows, data.test.rows])
        labels = np.concatenate([data.train.labels, data.test.labels], axis=-1)
        split = ["train"] * data.train.size + ["test"] * data.test.size
        columns: dict[str, list[Any]] = {
            "row": (rows + 1).tolist(),
            "x1": x[0].tolist(),
            "x2": x[1].tolist(),
            **in_data_units(run.spec, x, labels),
            **_columns(label_columns(labels), labels),
            "split": split,
        }
        predicted = head.predict(z)
        names = [name.replace("label", "prediction") for name in label_columns(predicted)]
        columns |= _columns(names, predicted)
        if run.spec.problem != "regression":  # there the output is the prediction
            names = ["output"] if len(z) == 1 else [f"output{i + 1}" for i in range(len(z))]
            columns |= _columns(names, head.output(z))
        table = sorted(zip(*columns.values(), strict=True))
        return [csv_file("points.csv", list(columns), table)]


def in_data_units(spec: RunSpec, x: Array, labels: Array) -> dict[str, list[Any]]:
    """Columns of own data under their own names: what the axes and the target stand for."""
    own = spec.dataset
    if not isinstance(own, Custom):
        return {}
    ends = {"x1": (own.x1_low, own.x1_high), "x2": (own.x2_low, own.x2_high)}
    values = {
        axis: low + (row + EXTENT) / (2.0 * EXTENT) * (high - low)
        for (axis, (low, high)), row in zip(ends.items(), x, strict=True)
    }
    names = {"x1": own.x1_name, "x2": own.x2_name, "label": own.target_name or "target"}
    if spec.problem == "regression":
        low, high = own.target_low, own.target_high
        values["label"] = low + (labels + 1.0) / 2.0 * (high - low)
    columns = {f"{names[axis]} (data)": row.tolist() for axis, row in values.items()}
    if own.class_names and labels.ndim == 1 and spec.problem != "regression":
        known = dict(enumerate(own.class_names))
        columns[f"{names['label']} (data)"] = [known.get(label, "") for label in labels.tolist()]
    return columns


def _columns(names: list[str], values: Array) -> dict[str, list[Any]]:
    return dict(zip(names, np.atleast_2d(values).tolist(), strict=True))


def logits(trainer: Trainer, x: Array) -> Array:
    """The logits (outputs, n) of points x (2, n)."""
    network = trainer.network
    out: Array = np.empty((network.sizes[-1], x.shape[1]), network.dtype)
    with np.errstate(all="ignore"):
        inputs = trainer.inputs(x).astype(network.dtype)
        Sweep(network, cut(inputs, network), out=out).run()
    return out
