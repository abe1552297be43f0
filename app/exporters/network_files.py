"""The files that scripts read: the points that were trained on, and the trained weights."""

import json
from typing import Any

import numpy as np

from app.exporters.base import File, Run, csv_file, text_file
from engine.arrays import Array

DATA = "data.csv"
WEIGHTS = "weights.json"


def label_columns(labels: Array) -> list[str]:
    """One column, or one for each of several labels of a point."""
    return ["label"] if labels.ndim == 1 else [f"label{i + 1}" for i in range(len(labels))]


def data_file(run: Run) -> File:
    """The points in the order in which training takes them: first the training set."""
    data = run.trainer.data
    rows: list[list[Any]] = []
    for name, part in (("train", data.train), ("test", data.test)):
        table = [*part.x.tolist(), *np.atleast_2d(part.labels).tolist()]
        rows += [[*row, name] for row in zip(*table, strict=True)]
    return csv_file(DATA, ["x1", "x2", *label_columns(data.train.labels), "split"], rows)


def weights_file(run: Run) -> File:
    """How the features are scaled, and each layer's weights `[to][from]` and biases, exactly."""
    network, inputs = run.trainer.network, run.trainer.inputs
    layers = [
        {"weights": weights.tolist(), "biases": biases.tolist()}
        for weights, biases in zip(network.weights, network.biases, strict=True)
    ]
    content = {
        "epoch": run.trainer.epoch,
        "mean": inputs.mean[:, 0].tolist(),
        "scale": inputs.scale[:, 0].tolist(),
        "layers": layers,
    }
    return text_file(WEIGHTS, "application/json", json.dumps(content, indent=1) + "\n")
