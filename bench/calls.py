"""`python -m bench.calls`: how many calls into NumPy one minibatch update makes.

A small network is bound by the cost of a call, so this is the figure to bring down. A step is a
list of bound calls: each is one, unless it is a Python function, which is run with its instructions
traced; every call and operator that it executes counts, what NumPy itself is written in does not.
"""

import dis
import gc
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported

import numpy as np

from bench.engine import CASES
from engine import ACTIVATIONS, HEADS, LayerSpec, RunSpec, Trainer, evolve
from engine.arrays import parts

WORK = ("CALL", "CALL_FUNCTION_EX", "CALL_KW", "BINARY_OP", "COMPARE_OP", "UNARY_NEGATIVE")
"""Instructions that call or compute."""
ITEMS = ("BINARY_SUBSCR", "STORE_SUBSCR", "BINARY_SLICE", "STORE_SLICE")
"""Instructions that read or write a part of an array."""
NUMPY = str(Path(np.__file__).parent)


def count(calls: Iterable[Callable[[], object]]) -> int:
    """The calls into NumPy that these make."""
    return sum(
        _traced(call) if isinstance(_function(call), FunctionType) else 1 for call in parts(calls)
    )


def _function(call: Any) -> Any:
    """What a `partial` calls in the end."""
    return getattr(call, "func", call)


def _traced(call: Callable[[], object]) -> int:
    """The calls and operators of a Python function, and of those that it calls."""
    total, before = 0, sys.gettrace()

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal total
        if frame.f_code.co_filename.startswith(NUMPY):
            return None
        if event == "call":
            frame.f_trace_opcodes = True
            total -= 1  # the instruction that came here called Python
        elif event == "opcode":
            total += _names(frame.f_code).get(frame.f_lasti, "") in WORK + ITEMS
        return trace

    collects = gc.isenabled()
    gc.disable()  # or what others have called at a collection (`gc.callbacks`) would count, too
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
        if collects:
            gc.enable()
    # A `partial` comes here without an instruction, as does a function called from this one, whose
    # own instructions are not traced.
    return total + 1


@cache
def _names(code: CodeType) -> dict[int, str]:
    return {item.offset: item.opname for item in dis.get_instructions(code)}


def calls_of_a_step(spec: RunSpec) -> int:
    """Of the first full minibatch of a run."""
    trainer = Trainer(spec)
    trainer.run_steps(1)
    with np.errstate(all="ignore"):
        return count(trainer._steps.calls(0))


def component_cases() -> dict[str, RunSpec]:
    """The default network with each activation and each head."""
    cases = {}
    for activation in ACTIVATIONS:
        layers = (LayerSpec(4, activation()), LayerSpec(2, activation()))
        cases[f"2-4-2-1 {activation.label}"] = replace(RunSpec(), layers=layers)
    for head in HEADS:
        spec = evolve(RunSpec(), {"problem": head.problems[0]})[0]
        cases[f"2-4-2 tanh, {head.label}"] = replace(spec, head=head())
    return cases


def main() -> int:
    """Prints a Markdown table."""
    print("| a step of | calls into NumPy |\n| --- | --: |")
    for name, spec in (CASES | component_cases()).items():
        print(f"| {name} | {calls_of_a_step(spec)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
