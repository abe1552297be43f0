"""The compiled program that makes the operations of a tape, minibatch after minibatch.

It knows of no network, activation or optimizer: a tape says what is to be done where.
"""

import numpy as np
from numba import from_dtype, njit, types

from engine.compiled.lanes import (
    LANES,
    address_of,
    call,
    copy_number,
    load,
    multiply_add,
    store,
    zeros,
)
from engine.compiled.tape import LOOP, OPERATION

NUMBER = 8
"""Bytes of a number."""


@njit
def _product(rows, depth, columns, a, a_row, a_step, b, b_step, out, out_row):
    """One product of matrices at addresses: a (rows, depth) and b (depth, columns).

    b and the result have their rows in one piece. Four rows of the result at a time share what is
    read of b.
    """
    for column in range(0, columns, LANES):
        count = columns - column
        row = 0
        while row + 4 <= rows:
            first = second = third = fourth = zeros()
            from_a = a + row * a_row
            from_b = b + column * NUMBER
            for _ in range(depth):
                numbers = load(from_b, count)
                first = multiply_add(from_a, numbers, first)
                second = multiply_add(from_a + a_row, numbers, second)
                third = multiply_add(from_a + 2 * a_row, numbers, third)
                fourth = multiply_add(from_a + 3 * a_row, numbers, fourth)
                from_a += a_step
                from_b += b_step
            to = out + row * out_row + column * NUMBER
            store(to, count, first)
            store(to + out_row, count, second)
            store(to + 2 * out_row, count, third)
            store(to + 3 * out_row, count, fourth)
            row += 4
        while row < rows:
            total = zeros()
            from_a = a + row * a_row
            from_b = b + column * NUMBER
            for _ in range(depth):
                total = multiply_add(from_a, load(from_b, count), total)
                from_a += a_step
                from_b += b_step
            store(out + row * out_row + column * NUMBER, count, total)
            row += 1


@njit
def _copy(rows, columns, source, row_step, column_step, to):
    """Copies a matrix, so that its rows are in one piece, one after the other."""
    for row in range(rows):
        at = source + row * row_step
        for _ in range(columns):
            copy_number(to, at)
            to += NUMBER
            at += column_step


_Tape = types.Array(from_dtype(OPERATION), 1, "C")


@njit(types.void(_Tape, types.int64, types.int64, types.int64, types.int64))
def run(tape, sample, count, times, workspace):
    """Makes the operations for so many minibatches of `count` samples, of which the first begins
    `sample` samples after the one that the tape was made for.

    At `workspace` there is room for the largest second factor of a product.
    """
    operands = np.zeros(3, np.int64)
    steps = np.zeros(3, np.int64)
    length = np.zeros(1, np.int64)
    at_operands, at_steps, at_length = address_of(operands), address_of(steps), address_of(length)
    for _ in range(times):
        for index in range(len(tape)):
            op = tape[index]
            x = op.address[0] + sample * op.move[0]
            y = op.address[1] + sample * op.move[1]
            z = op.address[2] + sample * op.move[2]
            if op.kind == LOOP:
                length[0] = op.shape[2]
                for operand in range(3):
                    steps[operand] = op.strides[operand, 2]
                for i in range(op.shape[0]):
                    for j in range(op.shape[1]):
                        operands[0] = x + i * op.strides[0, 0] + j * op.strides[0, 1]
                        operands[1] = y + i * op.strides[1, 0] + j * op.strides[1, 1]
                        operands[2] = z + i * op.strides[2, 0] + j * op.strides[2, 1]
                        call(op.function, at_operands, at_length, at_steps, op.data)
                continue
            rows, columns = op.shape[1], op.shape[2]
            for _ in range(op.shape[0]):
                b, b_step = y, op.strides[1, 1]
                if op.strides[1, 2] != NUMBER:
                    b, b_step = workspace, columns * NUMBER
                    _copy(op.depth, columns, y, op.strides[1, 1], op.strides[1, 2], b)
                a_row, a_step = op.strides[0, 1], op.strides[0, 2]
                _product(rows, op.depth, columns, x, a_row, a_step, b, b_step, z, op.strides[2, 1])
                x += op.strides[0, 0]
                y += op.strides[1, 0]
                z += op.strides[2, 0]
        sample += count
