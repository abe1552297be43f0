"""The few words in which the engine speaks of arrays, and memory that is lent."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[Any]

Kernel = Callable[[], object]
"""A call without arguments that does its work in buffers it was given when it was made."""


def constant(value: float, like: Array) -> Array:
    """A number as a 0-d array: as an operand of a ufunc it costs a third of a Python float."""
    return np.array(value, like.dtype)


class Scratch:
    """Memory for arrays that are needed for a moment, lent to one after the other.

    All who ask for a name get the same memory, as large as the largest of them needs; so what is in
    it lasts only until somebody else works. For one thread at a time.
    """

    def __init__(self) -> None:
        self._memory: dict[str, Array] = {}

    @property
    def nbytes(self) -> int:
        """How much memory there is to lend."""
        return sum(memory.nbytes for memory in self._memory.values())

    def lend(self, name: str, shape: tuple[int, ...], dtype: DTypeLike = np.float32) -> Array:
        """An array in the memory of this name; what it holds is left over from others."""
        size = math.prod(shape) * np.dtype(dtype).itemsize
        memory = self._memory.get(name)
        if memory is None or memory.nbytes < size:  # who has borrowed the smaller one keeps it
            memory = self._memory[name] = np.zeros(size, np.uint8)
        return memory[:size].view(dtype).reshape(shape)
