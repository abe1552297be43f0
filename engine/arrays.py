"""The few words in which the engine speaks of arrays."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

Kernel = Callable[[], object]
"""A call without arguments that does its work in buffers it was given when it was made."""


def constant(value: float, like: Array) -> Array:
    """A number as a 0-d array: as an operand of a ufunc it costs a third of a Python float."""
    return np.array(value, like.dtype)
