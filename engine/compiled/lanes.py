"""What compiled functions do with memory: numbers side by side, or a call of what is there.

Numba has no type for the numbers of a register; it leaves it to LLVM to find what can be done side
by side, and in a product of small matrices LLVM does not. So this is said in LLVM's own words, for
up to eight numbers; a processor with shorter registers does it in several steps.
"""

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model

LANES = 8

_I32, _I64, _F64, _VOID = ir.IntType(32), ir.IntType(64), ir.DoubleType(), ir.VoidType()
_NUMBERS, _MASK = ir.VectorType(_F64, LANES), ir.VectorType(ir.IntType(1), LANES)
_NUMBERING = ir.Constant(ir.VectorType(_I64, LANES), list(range(LANES)))
_FIRST_OF_ALL = ir.Constant(ir.VectorType(_I32, LANES), [0] * LANES)
_ZEROS = ir.Constant(_NUMBERS, [0.0] * LANES)
_ALIGNMENT = ir.Constant(_I32, 8)  # in bytes: that of one number


class _Lanes(types.Type):
    def __init__(self) -> None:
        super().__init__(name="Lanes")


@register_model(_Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _NUMBERS)


_lanes, _integer = _Lanes(), types.int64


def _instruction(result: Any, *arguments: Any) -> Callable[[Callable[..., Any]], Any]:
    """Makes a function for compiled code of one that writes LLVM, given a builder and values."""
    names = ["context", *(f"argument{number}" for number in range(len(arguments)))]
    signature = Signature([Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in names])

    def decorate(write: Callable[..., Any]) -> Any:
        def codegen(context: Any, builder: Any, _: Any, values: Any) -> Any:
            written = write(builder, *values)
            return context.get_dummy_value() if result is types.void else written

        def define(*_: Any) -> Any:
            return result(*arguments), codegen

        define.__signature__ = signature  # type: ignore[attr-defined]
        return intrinsic(define)

    return decorate


@_instruction(_lanes)
def zeros(_: Any) -> Any:
    """Eight zeros."""
    return _ZEROS


@_instruction(_lanes, _integer, _integer)
def load(builder: Any, address: Any, count: Any) -> Any:
    """The numbers from an address on, `count` of them or eight, and zeros for the rest."""
    pointer = builder.inttoptr(address, _NUMBERS.as_pointer())
    shape = ir.FunctionType(_NUMBERS, [pointer.type, _I32, _MASK, _NUMBERS])
    arguments = pointer, _ALIGNMENT, _first(builder, count), _ZEROS
    return _llvm(builder, "masked.load.v8f64.p0", shape, *arguments)


@_instruction(types.void, _integer, _integer, _lanes)
def store(builder: Any, address: Any, count: Any, numbers: Any) -> Any:
    """Writes the numbers, the first `count` of them, from an address on."""
    pointer = builder.inttoptr(address, _NUMBERS.as_pointer())
    shape = ir.FunctionType(_VOID, [_NUMBERS, pointer.type, _I32, _MASK])
    arguments = numbers, pointer, _ALIGNMENT, _first(builder, count)
    return _llvm(builder, "masked.store.v8f64.p0", shape, *arguments)


@_instruction(_lanes, _integer, _lanes, _lanes)
def multiply_add(builder: Any, address: Any, numbers: Any, total: Any) -> Any:
    """The number at an address times the numbers, added to a total, rounded once."""
    number = builder.load(builder.inttoptr(address, _F64.as_pointer()))
    shape = ir.FunctionType(_NUMBERS, [_NUMBERS] * 3)
    return _llvm(builder, "fma.v8f64", shape, _spread(builder, number), numbers, total)


@_instruction(types.void, _integer, _integer)
def copy_number(builder: Any, to: Any, from_: Any) -> None:
    """Copies the number at one address to another."""
    pointer = _F64.as_pointer()
    builder.store(builder.load(builder.inttoptr(from_, pointer)), builder.inttoptr(to, pointer))


@_instruction(types.void, *[_integer] * 5)
def call(builder: Any, function: Any, *arguments: Any) -> None:
    """Calls the function at an address with addresses."""
    shape = ir.FunctionType(_VOID, [_I64] * len(arguments))
    builder.call(builder.inttoptr(function, shape.as_pointer()), arguments)


@_instruction(_integer, types.Array(types.int64, 1, "C"))
def address_of(builder: Any, array: Any) -> Any:
    """Where the numbers of an array are."""
    return builder.ptrtoint(builder.extract_value(array, _DATA), _I64)


_DATA = 4  # the place of the pointer in Numba's model of an array


def _llvm(builder: Any, name: str, shape: Any, *arguments: Any) -> Any:
    function = cgutils.get_or_insert_function(builder.module, shape, f"llvm.{name}")
    return builder.call(function, arguments)


def _first(builder: Any, count: Any) -> Any:
    """A mask of the first `count` lanes."""
    return builder.icmp_signed("<", _NUMBERING, _spread(builder, count))


def _spread(builder: Any, value: Any) -> Any:
    """A value in all lanes."""
    nothing = ir.Constant(ir.VectorType(value.type, LANES), ir.Undefined)
    one = builder.insert_element(nothing, value, ir.Constant(_I32, 0))
    return builder.shuffle_vector(one, nothing, _FIRST_OF_ALL)
