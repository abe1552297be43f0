"""The points of a run as a table, with what the network says of them."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from app.exporters.base import EXPORTERS, Exporter, File, Group, Run, csv_file
from app.exporters.network_files import label_columns
from engine.arrays import Array
from engine.sweep import Sweep, cut
from engine.trainer import Trainer


@EXPORTERS.register
@dataclass(frozen=True)
class PointsTable(Exporter):
    """All points with their label, whether they are trained on or tested, and what the network says
    of each, as a table for a spreadsheet."""

    label: ClassVar[str] = "Points and predictions (CSV)"
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
