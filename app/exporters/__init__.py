"""Exporters: ways to take a run away, each one a file here and a line in every menu."""

from app.exporters.base import EXPORTERS, Exporter, File, Run
from app.exporters.history_table import HistoryTable
from app.exporters.numpy_script import NumpyScript
from app.exporters.points_table import PointsTable

__all__ = [
    "EXPORTERS",
    "Exporter",
    "File",
    "HistoryTable",
    "NumpyScript",
    "PointsTable",
    "Run",
]
