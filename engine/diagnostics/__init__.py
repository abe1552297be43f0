"""Diagnostics: what can be seen of a run, each one look in one file, as plain JSON data."""

from engine.diagnostics.activation_function import ActivationFunction, nanoseconds_per_element
from engine.diagnostics.advisor import Advisor, advice
from engine.diagnostics.base import (
    DIAGNOSTICS,
    Diagnostic,
    Measurement,
    Work,
    go_on,
    make_diagnostic,
)
from engine.diagnostics.best_line import BestStraightLine
from engine.diagnostics.case import Advice, Case
from engine.diagnostics.confident_start import ConfidentStart
from engine.diagnostics.gradients import GradientSigns
from engine.diagnostics.hidden_space import HiddenSpace
from engine.diagnostics.initialization import Initialization
from engine.diagnostics.layer_health import LayerHealth
from engine.diagnostics.linear_collapse import LinearCollapse
from engine.diagnostics.output import LossCurves, Output
from engine.diagnostics.weight_path import WeightPath, weight_path

__all__ = [
    "DIAGNOSTICS",
    "ActivationFunction",
    "Advice",
    "Advisor",
    "BestStraightLine",
    "Case",
    "ConfidentStart",
    "Diagnostic",
    "GradientSigns",
    "HiddenSpace",
    "Initialization",
    "LayerHealth",
    "LinearCollapse",
    "LossCurves",
    "Measurement",
    "Output",
    "WeightPath",
    "Work",
    "advice",
    "go_on",
    "make_diagnostic",
    "nanoseconds_per_element",
    "weight_path",
]
