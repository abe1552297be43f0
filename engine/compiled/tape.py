"""Tapes: a list of calls into NumPy, written down as numbers that a compiled program reads.

An operation is one of two: a loop of a ufunc over the numbers of its arrays, or a product of
matrices. For each operand it says where it is, how far its rows and columns are apart, and how far
it moves from one sample to the next: parameters and buffers stay, the training set goes by.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.array_utils import byte_bounds
from numpy.lib.stride_tricks import as_strided

from engine.arrays import Array, Kernel
from engine.compiled.loops import Loop, loop_of

LOOP, PRODUCT = 0, 1
OPERATION = np.dtype(
    [
        ("kind", np.int64),
        ("function", np.int64),  # of a loop
        ("data", np.int64),
        ("depth", np.int64),  # of a product: the length of what is summed over
        ("shape", np.int64, (3,)),  # of the result
        ("address", np.int64, (3,)),  # of each operand, the result last
        ("strides", np.int64, (3, 3)),  # of each operand, in bytes
        ("move", np.int64, (3,)),  # of each operand, in bytes from one sample to the next
    ]
)
_NUMBER = np.dtype(np.float64)


class UnknownCallError(Exception):
    """A call that is no operation."""


class Moving(NamedTuple):
    """A part of the minibatch that calls were made for."""

    array: Array
    step: int
    """How many bytes further the next sample is."""


class _Operand(NamedTuple):
    address: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @classmethod
    def of(cls, array: Any) -> "_Operand":
        if not isinstance(array, np.ndarray) or array.dtype != _NUMBER or not array.flags.aligned:
            raise UnknownCallError(type(array))
        return cls(array.__array_interface__["data"][0], array.shape, array.strides)

    def over(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Its strides where it is stretched to this shape, as NumPy does."""
        missing = len(shape) - len(self.shape)
        if missing < 0 or any(map(_differ, self.shape, shape[missing:])):
            raise UnknownCallError(self.shape)
        sizes = zip(self.shape, self.strides, strict=True)
        return (0,) * missing + tuple(stride if size != 1 else 0 for size, stride in sizes)


def _differ(size: int, wanted: int) -> bool:
    return size not in (1, wanted)


def record(calls: Sequence[Kernel], moving: Sequence[Moving]) -> Array:
    """The operations that these calls are, `OPERATION`s (n,).

    The arrays are not kept alive: whoever keeps the tape keeps the calls.

    Raises:
        UnknownCallError: a call is none.
    """
    rows: list[tuple[Any, ...]] = []
    for call in reversed(calls):  # what is unknown is mostly the update, at the end
        try:
            rows += reversed(_operations(call))
        except (AttributeError, TypeError, ValueError) as error:
            raise UnknownCallError(call) from error
    tape = np.array(rows[::-1], OPERATION)
    for array, step in moving:
        low, high = byte_bounds(array)
        inside = (low <= tape["address"]) & (tape["address"] < high)
        tape["move"][inside] = step
    return tape


def _operations(call: Kernel) -> list[tuple[Any, ...]]:
    if not isinstance(call, partial) or call.keywords:
        raise UnknownCallError(call)
    function, arguments = call.func, call.args
    owner, name = getattr(function, "__self__", None), getattr(function, "__name__", "")
    if function is np.matmul:
        return [_product(*arguments)]
    if isinstance(function, np.ufunc):
        return [_loop(function, *arguments)]
    if function is np.copyto:
        to, from_ = arguments
        return [_loop(np.positive, from_, to)]
    if isinstance(owner, np.ndarray) and name == "dot":
        return [_product(owner, *arguments)]
    if isinstance(owner, np.ufunc) and name == "reduce":
        return _reduction(owner, *arguments)
    raise UnknownCallError(function)


def _loop(ufunc: np.ufunc, *arrays: Array) -> tuple[Any, ...]:
    """A ufunc over arrays, the last of which takes the result."""
    *given, out = arrays
    for array in given:
        if array is not out:
            _require_apart(array, out)
    return _unguarded_loop(ufunc, *arrays)


def _require_apart(array: Array, out: Array) -> None:
    """NumPy works on a copy where a result would overwrite what is still needed."""
    if np.may_share_memory(array, out) and not _same(array, out):
        raise UnknownCallError("arrays that overlap")


def _same(array: Array, other: Array) -> bool:
    return _Operand.of(array) == _Operand.of(other)


def _unguarded_loop(ufunc: np.ufunc, *arrays: Array) -> tuple[Any, ...]:
    loop = loop_of(ufunc)
    if loop is None or ufunc.nout != 1 or not len(arrays) == ufunc.nargs <= 3:
        raise UnknownCallError(ufunc)
    if not arrays[-1].flags.writeable:
        raise UnknownCallError("a result that is only to be read")
    operands = [_Operand.of(array) for array in arrays]
    shape = operands[-1].shape
    columns = zip(*(operand.over(shape) for operand in operands), strict=True)
    axes: list[tuple[int, tuple[int, ...]]] = []
    for size, strides in zip(shape, columns, strict=True):
        if size == 1:
            continue
        if axes and axes[-1][1] == tuple(stride * size for stride in strides):
            axes[-1] = (axes[-1][0] * size, strides)  # one long row instead of several
        else:
            axes.append((size, strides))
    if len(axes) > 3:
        raise UnknownCallError(ufunc)
    axes = [(1, (0,) * len(operands))] * (3 - len(axes)) + axes
    sizes, strides_of_axes = zip(*axes, strict=True)
    return _row(LOOP, loop, 0, sizes, operands, list(zip(*strides_of_axes, strict=True)))


def _reduction(ufunc: np.ufunc, array: Array, axis: int, dtype: object, out: Array) -> list[Any]:
    """A ufunc of two over the rows of an array: the first row, and then each other one."""
    if axis != 0 or dtype is not None or array.ndim != 2:
        raise UnknownCallError(ufunc)
    again = as_strided(out, (len(array) - 1, *out.shape), (0, *out.strides))
    _require_apart(array, out)
    return [_loop(np.positive, array[0], out), _unguarded_loop(ufunc, again, array[1:], again)]


def _product(a: Array, b: Array, out: Array) -> tuple[Any, ...]:
    """A product of matrices, or of each of a stack with its own."""
    if np.may_share_memory(a, out) or np.may_share_memory(b, out) or not out.flags.writeable:
        raise UnknownCallError(np.matmul)
    operands = [_Operand.of(array) for array in (a, b, out)]
    *stack, rows, depth = a.shape if a.ndim in (2, 3) else (0, 0, 0, 0)
    fits = len(stack) < 2 and b.shape[:-1] == (*stack, depth)
    if not fits or out.shape != (*stack, rows, b.shape[-1]) or out.strides[-1] != out.itemsize:
        raise UnknownCallError(np.matmul)  # NumPy stretches it, or says what is wrong
    missing = 3 - out.ndim
    strides = [(0,) * missing + operand.strides for operand in operands]
    return _row(PRODUCT, Loop(0, 0), depth, (1,) * missing + out.shape, operands, strides)


def _row(
    kind: int,
    loop: Loop,
    depth: int,
    shape: Sequence[int],
    operands: Sequence[_Operand],
    strides: Sequence[tuple[int, ...]],
) -> tuple[Any, ...]:
    missing = 3 - len(operands)
    addresses = [operand.address for operand in operands] + [0] * missing
    return (kind, *loop, depth, shape, addresses, [*strides, *[(0,) * 3] * missing], (0,) * 3)
