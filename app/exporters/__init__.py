"""Exporters: ways to take a run away, each one a file here and a line in every menu."""

# In the order of the menus:
# isort: off
from app.exporters.base import EXPORTERS, Exporter, File, Run, why_not
from app.exporters.numpy_script import NumpyScript
from app.exporters.pytorch_script import PytorchScript
from app.exporters.keras_script import KerasScript
from app.exporters.sklearn_script import SklearnScript
from app.exporters.onnx_model import OnnxModel
from app.exporters.points_table import PointsTable
from app.exporters.history_table import HistoryTable
from app.exporters.measurements import Measurements
# isort: on

__all__ = [
    "EXPORTERS",
    "Exporter",
    "File",
    "HistoryTable",
    "KerasScript",
    "Measurements",
    "NumpyScript",
    "OnnxModel",
    "PointsTable",
    "PytorchScript",
    "Run",
    "SklearnScript",
    "why_not",
]
