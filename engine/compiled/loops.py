"""Where the functions are that NumPy itself runs over the numbers of an array.

A ufunc is a table of such functions, one for each type of number; `multiply` of float64 is one that
multiplies many numbers at a time, as the processor can. NumPy's C interface describes that table
(`PyUFuncObject`, and `PyUFuncGenericFunction` for what is in it); here it is read.
"""

import ctypes
from functools import cache
from typing import NamedTuple

import numpy as np


class Loop(NamedTuple):
    """One function of a ufunc: `function(operands, length, steps, data)`, all of them addresses."""

    function: int
    data: int


class _UFunc(ctypes.Structure):
    """The beginning of a `PyUFuncObject`, which has not changed since NumPy 1.0."""

    _fields_ = (
        ("head", ctypes.c_byte * object.__basicsize__),
        ("nin", ctypes.c_int),
        ("nout", ctypes.c_int),
        ("nargs", ctypes.c_int),
        ("identity", ctypes.c_int),
        ("functions", ctypes.POINTER(ctypes.c_void_p)),
        ("data", ctypes.POINTER(ctypes.c_void_p)),
        ("ntypes", ctypes.c_int),
    )


@cache
def loop_of(ufunc: np.ufunc) -> Loop | None:
    """The function for float64 throughout, number by number; None where there is none, or the table
    is not as it should be.
    """
    if ufunc.signature is not None:  # one of whole matrices
        return None
    types = f"{'d' * ufunc.nin}->{'d' * ufunc.nout}"
    table = _UFunc.from_address(id(ufunc))
    known = (table.nin, table.nout, table.nargs, table.ntypes)
    if types not in ufunc.types or known != (ufunc.nin, ufunc.nout, ufunc.nargs, ufunc.ntypes):
        return None
    index = ufunc.types.index(types)
    function = table.functions[index]
    return None if function is None else Loop(function, table.data[index] or 0)
