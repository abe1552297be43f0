"""Steps without Python: an optional compiled program that makes a list of calls into NumPy.

A step of a small network is some dozen calls, each of which takes NumPy ten times as long to begin
as to do. Where Numba is installed, a list of calls is written down as a tape (`tape.py`), and one
compiled function (`machine.py`) goes through it for as many minibatches as are wanted: the same
operations on the same arrays in the same order, by the same functions of NumPy (`loops.py`), but
for products of matrices, which it makes itself and whose sums may be rounded otherwise.

Nothing in here knows an activation, a head or an optimizer. One whose kernels are calls of ufuncs
is compiled; one that does something else keeps its whole network on NumPy, which is always right.
"""

import importlib
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial

import numpy as np

from engine.arrays import Array, Kernel
from engine.compiled.tape import PRODUCT, Moving, UnknownCallError, record

log = logging.getLogger(__name__)

Run = Callable[[Array, int, int, int, int], None]
"""`machine.run`."""

_allowed = True


class Program:
    """A list of calls, made by the compiled function.

    Raises:
        UnknownCallError: one of them is nothing that it can make.
    """

    def __init__(self, run: Run, calls: Sequence[Kernel], moving: Sequence[Moving]) -> None:
        self._run = run
        self._calls = calls  # which keep the arrays
        self._tape = record(calls, moving)
        self._workspace = _workspace(self._tape)
        self._address = self._workspace.ctypes.data

    def run(self, sample: int, count: int, times: int) -> None:
        """Makes the calls for so many minibatches of `count` samples, of which the first begins
        `sample` samples after the one that they were made for.
        """
        self._run(self._tape, sample, count, times, self._address)


def program(calls: Sequence[Kernel], moving: Sequence[Moving]) -> Program | None:
    """The program that makes these calls, in which what is `moving` is another for each minibatch;
    None where it is not available, or cannot make them.
    """
    run = _machine() if _allowed else None
    if run is None:
        return None
    try:
        return Program(run, calls, moving)
    except UnknownCallError as error:
        log.debug("not compiled: %s", error)
        return None


def available() -> bool:
    """Whether there is a compiled function; `prepare`s it."""
    return _allowed and _machine() is not None


def prepare() -> None:
    """Compiles it now and not when a network is first trained; it takes a second, once."""
    _machine()


@contextmanager
def switched_off() -> Iterator[None]:
    """Meanwhile no program is made; a kind of minibatch that is first met now stays NumPy's."""
    global _allowed
    before, _allowed = _allowed, False
    try:
        yield
    finally:
        _allowed = before


@cache
def _machine() -> Run | None:
    try:
        run: Run = importlib.import_module("engine.compiled.machine").run
        if not _is_right(run):
            raise ArithmeticError("it computes otherwise than NumPy")
    except ModuleNotFoundError:
        return None
    except Exception as error:  # whatever a version that nobody has tried may say
        log.warning("Numba is installed but cannot be used, so NumPy trains: %r", error)
        return None
    return run


def _is_right(run: Run) -> bool:
    """Whether it does what it should, with this NumPy on this processor: two products, of a matrix
    as it is and of one column by column, of two parts of an array each, and a function.
    """
    a, b, c = (np.linspace(-1.0, size, size * 11).reshape(size, 11) for size in (10, 11, 9))
    out, total = np.zeros((5, 9)), np.zeros((5, 9))
    first = a[:5]
    calls = [
        partial(first.dot, c.T, out),
        partial(np.add, total, out, total),
        partial(first.dot, b[:, :9], out),
        partial(np.tanh, out, out),
        partial(np.add, total, out, total),
    ]
    Program(run, calls, [Moving(first, first[0].nbytes)]).run(0, 5, 2)
    expected = sum(part @ c.T + np.tanh(part @ b[:, :9]) for part in (a[:5], a[5:]))
    return bool(np.allclose(total, expected, rtol=1e-13, atol=0.0))


_largest: Array = np.empty(0)


def _workspace(tape: Array) -> Array:
    """Room for any second factor of a product. All share the same, as each leaves it at once."""
    global _largest
    products = tape[tape["kind"] == PRODUCT]
    size = int((products["depth"] * products["shape"][:, 2]).max(initial=0))
    if size > _largest.size:
        _largest = np.empty(size)
    return _largest
