"""TFP mode: playground.tensorflow.org to the last digit that its own arithmetic defines."""

from engine.tfp.initial import start
from engine.tfp.update import Pending, TfpUpdate

__all__ = ["Pending", "TfpUpdate", "start"]
