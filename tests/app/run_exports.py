"""Runs many exported files in one process: `run_exports.py FOLDER`. It knows no playground."""

import json
import runpy
import sys
from pathlib import Path

import numpy as np


def script(path):
    """What the script's own `predict` says."""
    return runpy.run_path(path, run_name="exported")["predict"]


def onnx(path):
    """What onnxruntime says."""
    import onnxruntime

    session = onnxruntime.InferenceSession(path)
    return lambda points: session.run(None, {"points": points})[0]


folder = Path(sys.argv[1])
points = np.load(folder / "points.npy")
jobs = json.loads((folder / "jobs.json").read_text("utf-8"))
readers = {".py": script, ".onnx": onnx}
found = {name: readers[Path(path).suffix](path)(points) for name, path in jobs.items()}
np.savez(folder / "answers.npz", **found)
