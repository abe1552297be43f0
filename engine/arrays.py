"""The few words in which the engine speaks of arrays, and memory that is lent."""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[Any]

Kernel = Callable[[], object]
"""A call without arguments that does its work in buffers it was given when it was made.

One that says which calls it consists of (`partial`, `calls`) can be taken apart: a step is then a
single list of calls into NumPy, which a compiled program makes without Python in between.
"""


class Calls(tuple[Kernel, ...]):
    """A kernel of several, one after the other."""

    def __call__(self) -> None:
        for call in self:
            call()


def calls(*each: Sequence[Any]) -> Calls:
    """A kernel of calls, each given as a function and its arguments."""
    return Calls(partial(call[0], *call[1:]) for call in each)


def parts(kernels: Iterable[Kernel]) -> list[Kernel]:
    """What these kernels consist of."""
    found: list[Kernel] = []
    for kernel in kernels:
        found += parts(kernel) if isinstance(kernel, Calls) else [kernel]
    return found


def constant(value: float | Array, like: Array) -> Array:
    """A number as a 0-d array: as an operand of a ufunc it costs a third of a Python float."""
    return np.array(value, like.dtype)


LARGE = 2000
"""Numbers from which on an array is better compared with an array of zeros than with a zero."""


def against_zero(compare: np.ufunc, z: Array, a: Array) -> Kernel:
    """A call that writes `fmax` or `fmin` of z and 0 to `a`, which is not z.

    NumPy compares two arrays many numbers at a time, an array and a number one by one.
    """
    zero = constant(0.0, z)
    if z.size < LARGE:
        return partial(compare, z, zero, a)
    return calls((np.copyto, a, zero), (compare, z, a, a))


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


def number_each(value: float, like: Array) -> Array:
    """A number that every run keeps for itself: 0-d for one run, (replicas, 1) for a stack.

    `like` is the run's flat parameters (n,), or the stack's (replicas, n).
    """
    return np.full((*like.shape[:-1], 1) if like.ndim > 1 else (), value, like.dtype)
