"""Expressions: what a function of arrays computes, found by calling it with symbols for arrays.

A component says once, in NumPy, what it does (`f`, `slope`, `loss`, ...). Called with a `Symbol`,
the same method gives the tree of its operations instead of numbers; exporters write that tree in
the words of a library. So nothing is said a second time, and what is exported is what is trained.

    >>> trace(Tanh().slope, "z")
    <subtract(1.0, power(tanh(z), 2))>
"""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from engine.arrays import Array
from engine.text import Text

COMPARISONS = frozenset({"equal", "greater", "greater_equal", "less", "less_equal", "not_equal"})
REDUCTIONS = frozenset({"argmax", "first", "max", "mean", "min", "sum"})
"""Over the units, the first axis, which is kept with a length of 1; `first` takes the first."""


class UntraceableError(Exception):
    """A function does something with its arrays that is no expression; the text says what."""


class Symbol(NDArrayOperatorsMixin):
    """An array that is not known yet: a name, or an operation and what it is applied to.

    It stands for an array `(units, n)`, or one of its rows; only what treats all samples alike can
    be done with it.
    """

    def __init__(
        self,
        operation: str,
        parts: tuple[Any, ...] = (),
        *,
        name: str = "",
        function: Callable[..., Any] | None = None,
    ) -> None:
        self.operation = operation
        """`name`, `call` (of a `named` function), `draw`, or what NumPy calls it."""
        self.parts = parts
        """Symbols, numbers, and arrays `(units, 1)`; the arguments of a `draw`."""
        self.name = name
        self.function = function

    ndim = 2
    dtype = np.dtype(np.float64)

    def __repr__(self) -> str:
        inner = ", ".join(
            part.text() if isinstance(part, Symbol) else str(part) for part in self.parts
        )
        return f"<{self.text()}>" if not inner else f"<{self.name or self.operation}({inner})>"

    def text(self) -> str:
        """The tree in one line."""
        return repr(self)[1:-1] if self.parts else self.name

    def walk(self) -> "Iterator[Symbol]":
        """It and all its parts, each as often as it is used."""
        for part in self.parts:
            if isinstance(part, Symbol):
                yield from part.walk()
        yield self

    # --- what NumPy asks of it --------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__" or options:
            raise UntraceableError(
                Text(
                    "it uses {name} with {method} or options",
                    name=ufunc.__name__,
                    method=method,
                )
            )
        return Symbol(ufunc.__name__, tuple(_part(value) for value in inputs))

    def __array_function__(
        self, function: Any, types: Any, given: tuple[Any, ...], options: dict[str, Any]
    ) -> Any:
        name = function.__name__
        if name == "where" and len(given) == 3 and not options:
            return Symbol("where", tuple(_part(value) for value in given))
        if name in {"ones_like", "zeros_like"} and len(given) == 1:
            return Symbol(name, given)
        if name in {"amax", "amin"}:
            name = name[1:]
        if name in REDUCTIONS and isinstance(given[0], Symbol) and len(given) == 1:
            return given[0]._reduced(name, **options)
        raise UntraceableError(
            Text(
                "it calls np.{name}",
                name=name,
            )
        )

    def __array__(self, *_: Any, **__: Any) -> Array:
        raise UntraceableError(Text("it makes an array of its argument"))

    def __bool__(self) -> bool:
        raise UntraceableError(Text("it decides by the numbers that come"))

    # --- what an array has ------------------------------------------------------------------------

    def copy(self) -> "Symbol":
        """Itself: expressions do not change."""
        return self

    def astype(self, dtype: Any) -> "Symbol":
        """Truth as 1 and 0; numbers are all of one type."""
        return Symbol("where", (self, 1.0, 0.0)) if self.operation in COMPARISONS else self

    def max(self, axis: int | None = None) -> "Symbol":
        """The largest over the units."""
        return self._reduced("max", axis=axis)

    def min(self, axis: int | None = None) -> "Symbol":
        """The smallest over the units."""
        return self._reduced("min", axis=axis)

    def sum(self, axis: int | None = None) -> "Symbol":
        """The sum over the units."""
        return self._reduced("sum", axis=axis)

    def mean(self, axis: int | None = None) -> "Symbol":
        """The mean over the units."""
        return self._reduced("mean", axis=axis)

    def argmax(self, axis: int | None = None) -> "Symbol":
        """The number of the unit with the largest value."""
        return self._reduced("argmax", axis=axis)

    def __getitem__(self, index: Any) -> "Symbol":
        if index is np.newaxis:  # labels as a row of targets
            return self
        if isinstance(index, int) and index == 0:
            return Symbol("first", (self,))
        raise UntraceableError(
            Text(
                "it takes the part [{index}] of its argument",
                index=index,
            )
        )

    def _reduced(self, name: str, axis: int | None = None, **options: Any) -> "Symbol":
        if axis != 0 or options:
            raise UntraceableError(
                Text(
                    "it takes the {name} over another axis than the first",
                    name=name,
                )
            )
        return Symbol(name, (self,))


def _part(value: Any) -> Any:
    if isinstance(value, Symbol):
        return value
    array = np.asarray(value)
    if array.ndim == 0:
        return array.item()
    if array.ndim == 2 and array.shape[1] == 1:
        return array
    raise UntraceableError(
        Text(
            "it uses an array of the shape {shape}",
            shape=array.shape,
        )
    )


def named(function: Callable[[Array], Array]) -> Callable[[Array], Array]:
    """A function that libraries have a name for: expressions call it instead of writing it out."""

    @wraps(function)
    def call(z: Array) -> Array:
        known: Any = z
        if isinstance(known, Symbol):
            called: Any = Symbol("call", (known,), name=function.__name__, function=function)
            return called  # type: ignore[no-any-return]
        return function(z)

    return call


def trace(function: Callable[..., Any], *names: str) -> Any:
    """The expression that a function computes of arrays of these names.

    Raises:
        UntraceableError: it computes no expression.
    """
    try:
        return function(*[Symbol("name", name=name) for name in names])
    except UntraceableError:
        raise
    except Exception as error:  # whatever a function does that expects numbers
        raise UntraceableError(
            Text(
                "it expects numbers ({name}: {error})",
                name=type(error).__name__,
                error=error,
            )
        ) from error


class Draws:
    """Stands for a random generator: what is drawn is a symbol that says how."""

    def __getattr__(self, method: str) -> Callable[..., Symbol]:
        if method.startswith("_"):
            raise AttributeError(method)
        return lambda *arguments: Symbol("draw", arguments, name=method)
