"""Runs many exported files in one process: `run_exports.py FOLDER`. It knows no playground.

`jobs.json` there has `{name: [path, what, epochs]}`: "predict" asks the network as it is saved,
"train" trains that one on, and "start" tells of a network from a fresh start.
"""

import json
import runpy
import sys
from pathlib import Path

import numpy as np


def names_of(path):
    """The names that a script defines, as its functions see them."""
    return runpy.run_path(path, run_name="exported")["predict"].__globals__


def predict(path, epochs):
    """What the network of a file says of the points."""
    if path.endswith(".onnx"):
        import onnxruntime

        return onnxruntime.InferenceSession(path).run(None, {"points": points})[0]
    return names_of(path)["predict"](points)


def train(path, epochs):
    """What the saved network says after so many epochs more."""
    names = names_of(path)
    network = names["trained"]()
    saved = names["SAVED"]["layers"]
    if "keras" in names:
        names["build"] = lambda: network
    elif "linears" in names:
        names["start"] = lambda: network
    else:
        names["start"] = lambda: [
            (np.array(layer["weights"]), np.array(layer["biases"])) for layer in saved
        ]
    return names["predict"](points, names["train"](epochs))


def start(path, epochs):
    """Deviation of the second layer's fresh weights, and their mean bias."""
    names = names_of(path)
    if "keras" in names:
        w, b = names["build"]().layers[1].get_weights()
    elif "linears" in names:
        layer = names["linears"](names["start"]())[1]
        w, b = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    else:
        w, b = names["start"]()[1]
    return np.array([w.std(), w.mean(), b.mean()])


folder = Path(sys.argv[1])
points = np.load(folder / "points.npy")
jobs = json.loads((folder / "jobs.json").read_text("utf-8"))
works = {"predict": predict, "train": train, "start": start}
found = {name: works[what](path, epochs) for name, (path, what, epochs) in jobs.items()}
np.savez(folder / "answers.npz", **found)
