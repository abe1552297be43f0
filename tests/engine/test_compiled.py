"""Compiled steps: the same operations as NumPy's calls, and the same runs, up to rounding."""

import ctypes
import gc
import mmap
import sys
import weakref
from dataclasses import dataclass, replace
from functools import partial
from types import SimpleNamespace
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import (
    ACTIVATIONS,
    HEADS,
    L1,
    OPTIMIZERS,
    REGULARIZERS,
    SGD,
    Adam,
    LayerSpec,
    LinearMSE,
    ReLU,
    RunSpec,
    Spiral,
    Stack,
    Tanh,
    Trainer,
    compiled,
    evolve,
)
from engine.activations import Activation
from engine.arrays import calls, parts
from engine.compiled import loops, tape
from engine.compiled.tape import Moving, UnknownCallError, record

SMALL = RunSpec(samples=46, layers=(LayerSpec(5), LayerSpec(3)), learning_rate=0.1)
EPOCHS = 5  # of 23 training samples: minibatches of 10, 10 and 3

sizes = st.integers(1, 11)
seeds = st.integers(0, 2**32 - 1)


def made(call, moving=(), *, sample=0, count=1, times=1):
    """The call by the compiled program, without a word from NumPy."""
    program = compiled.program(parts([call]), moving)
    assert program is not None
    program.run(sample, count, times)


def programs_of(trainer):
    """The programs of a trainer that has trained, one for each kind of minibatch."""
    return [bound.program for bound in trainer._steps._bound.values()]


def pair(spec):
    """The same run twice, to be compiled and to be NumPy's."""
    return Trainer(spec), Trainer(spec)


def both_run(ours, theirs, epochs=EPOCHS):
    ours.run_epochs(epochs)
    with compiled.switched_off():
        theirs.run_epochs(epochs)


def require_same(ours, theirs, tolerance=1e-12):
    assert programs_of(ours)
    assert all(program is not None for program in programs_of(ours))
    assert all(program is None for program in programs_of(theirs))
    np.testing.assert_allclose(
        ours.network.parameters, theirs.network.parameters, rtol=tolerance, atol=tolerance
    )
    assert (ours.epoch, ours.steps) == (theirs.epoch, theirs.steps)


# --- Operations ----------------------------------------------------------------------------------

UNARY = (np.tanh, np.exp, np.sign, np.absolute, np.sqrt, np.log1p, np.reciprocal)
# Not np.negative: NumPy's own (2.4, AVX-512) is wrong where the numbers of both are 64 bytes apart.
BINARY = (np.add, np.subtract, np.multiply, np.divide, np.fmax, np.fmin)


def array(rng, shape, layout):
    """Numbers of this shape, in memory row by row, column by column, or with gaps."""
    if layout == "columns":
        return np.asarray(rng.standard_normal(shape[::-1])).T
    if layout == "gaps":
        roomy = np.asarray(rng.standard_normal(tuple(2 * size for size in shape)))
        return np.asarray(roomy[tuple(slice(None, None, 2) for _ in shape)])
    return np.asarray(rng.standard_normal(shape))


layouts = st.sampled_from(["rows", "columns", "gaps"])


@given(seeds, st.sampled_from(UNARY), st.lists(sizes, max_size=3), layouts, layouts)
def test_a_function_of_one_array_gives_the_same_bits(seed, ufunc, shape, layout, out_layout):
    rng = np.random.default_rng(seed)
    x = np.asarray(np.abs(array(rng, tuple(shape), layout)))
    x = x if ufunc in (np.sqrt, np.log1p) else array(rng, tuple(shape), layout)
    out = array(rng, tuple(shape), out_layout)
    made(partial(ufunc, x, out))
    np.testing.assert_array_equal(out, ufunc(x))


@given(seeds, st.sampled_from(BINARY), st.lists(sizes, min_size=1, max_size=3), st.data())
def test_a_function_of_two_stretches_them_as_numpy_does(seed, ufunc, shape, data):
    rng = np.random.default_rng(seed)
    operands = []
    for _ in range(2):
        kept = data.draw(st.integers(0, len(shape)))
        own = [size if data.draw(st.booleans()) else 1 for size in shape[len(shape) - kept :]]
        operands.append(array(rng, tuple(own), data.draw(layouts)))
    out = array(rng, tuple(shape), data.draw(layouts))
    made(partial(ufunc, *operands, out))
    np.testing.assert_array_equal(out, np.broadcast_to(ufunc(*operands), shape))


@given(seeds, st.sampled_from(BINARY), st.lists(sizes, min_size=1, max_size=2))
def test_a_result_may_go_where_an_operand_was(seed, ufunc, shape):
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal(shape), rng.standard_normal(shape)
    expected = ufunc(x, y)
    made(partial(ufunc, x, y, x))
    np.testing.assert_array_equal(x, expected)


@given(seeds, sizes, sizes)
def test_the_largest_of_each_column_is_found(seed, rows, columns):
    x = np.random.default_rng(seed).standard_normal((rows, columns))
    out = np.zeros((1, columns))
    made(partial(np.maximum.reduce, x, 0, None, out[0]))
    np.testing.assert_array_equal(out[0], x.max(axis=0))


def test_a_copy_and_a_fill_are_made():
    x, out = np.arange(12.0).reshape(3, 4), np.zeros((4, 3))
    made(partial(np.copyto, out, x.T))
    np.testing.assert_array_equal(out, x.T)
    made(partial(np.copyto, out, np.array(7.0)))
    np.testing.assert_array_equal(out, 7.0)


@given(seeds, sizes, sizes, st.integers(1, 30), layouts, layouts)
def test_a_product_is_as_exact_as_numpys(seed, rows, depth, columns, a_layout, b_layout):
    rng = np.random.default_rng(seed)
    a, b = array(rng, (rows, depth), a_layout), array(rng, (depth, columns), b_layout)
    guarded = np.full((rows + 2, columns), 7.0)
    made(partial(a.dot, b, guarded[1:-1]))
    bound = 1e-15 * depth * (np.abs(a) @ np.abs(b))
    assert (np.abs(guarded[1:-1] - a @ b) <= bound).all()
    np.testing.assert_array_equal(guarded[[0, -1]], 7.0)  # what lies beside is left alone


@given(seeds, sizes, sizes, sizes, sizes)
def test_each_of_a_stack_is_multiplied_with_its_own(seed, replicas, rows, depth, columns):
    rng = np.random.default_rng(seed)
    a, b = (
        rng.standard_normal((replicas, rows, depth)),
        rng.standard_normal((replicas, columns, depth)),
    )
    buffer = np.zeros((rows, replicas, columns))
    made(partial(np.matmul, a, b.mT, buffer.swapaxes(0, 1)))
    np.testing.assert_allclose(buffer.swapaxes(0, 1), a @ b.mT, rtol=1e-13, atol=1e-13)


def test_operations_are_made_in_their_order_as_often_as_asked():
    x, one = np.zeros(3), np.array(1.0)
    made(calls((np.add, x, one, x), (np.multiply, x, np.array(2.0), x)), times=4)
    np.testing.assert_array_equal(x, 30.0)


def test_the_samples_go_by_and_the_rest_stays():
    samples, total = np.arange(12.0).reshape(6, 2), np.zeros(2)
    first = samples[:1]
    moving = [Moving(first, first.nbytes)]
    made(partial(np.add, total, first[0], total), moving, sample=1, count=2, times=2)
    np.testing.assert_array_equal(total, samples[1] + samples[3])


TWO = np.ones(2)
LINE, SQUARE = np.arange(5.0), np.eye(2)
OTHERS = {
    "a function of Python": lambda: None,
    "a keyword": partial(np.add, TWO, TWO, out=TWO),
    "a number of Python": partial(np.add, TWO, 1.0, TWO),
    "a list": partial(np.add, [1.0, 2.0], TWO, TWO),
    "nothing to write to": partial(np.add, TWO, TWO, None),
    "operands that do not fit": partial(np.positive, np.ones(3), np.ones(6)),
    "a result that is too small": partial(np.add, np.ones(4), np.ones(4), np.ones(1)),
    "a result with fewer axes": partial(np.add, np.ones((1, 2)), np.ones((1, 2)), np.ones(2)),
    "a result only to be read": partial(np.add, TWO, TWO, np.broadcast_to(TWO, (2,))),
    "unaligned": partial(np.negative, np.zeros(17, np.uint8)[1:].view(np.float64), TWO),
    "overlapping": partial(np.add, LINE[1:], LINE[:-1], LINE[1:]),
    "overlapping matrices": partial(SQUARE.dot, SQUARE, SQUARE),
    "a copy of a part": partial(np.copyto, TWO, TWO.copy(), "same_kind", TWO > 0),
    "matrices one by one": partial(np.matvec, SQUARE, TWO, np.ones(2)),
    "the largest of none": partial(np.maximum.reduce, np.ones((0, 2)), 0, None, np.ones(2)),
    "a largest that is kept apart": partial(np.add.reduce, SQUARE, 0, None, SQUARE[:1], True),
    "a largest that is made": partial(np.maximum.reduce, SQUARE, 0),
    "a product that is made": partial(SQUARE.dot, SQUARE),
    "single precision": partial(np.add, *[TWO.astype(np.float32)] * 3),
    "a result that is made": partial(np.add, TWO, TWO),
    "two results": partial(np.modf, TWO, TWO, TWO),
    "truth": partial(np.isfinite, TWO, TWO),
    "the largest of each row": partial(np.maximum.reduce, np.eye(2), 1, None, TWO),
    "a product column by column": partial(np.eye(2).dot, np.eye(2), np.eye(2).T),
    "a product that is stretched": partial(
        np.matmul, np.ones((1, 2, 2)), *[np.ones((3, 2, 2))] * 2
    ),
    "a product of vectors": partial(TWO.dot, TWO, np.array(0.0)),
    "a product with a vector": partial(np.eye(2).dot, TWO, TWO),
    "four axes with gaps": partial(np.add, *[np.ones((4,) * 4)[::2, ::2, ::2, ::2]] * 3),
    "another function": partial(np.sort, TWO),
}


@pytest.mark.parametrize("call", OTHERS.values(), ids=OTHERS.keys())
def test_another_call_is_left_to_numpy(call):
    assert compiled.program([call], []) is None
    with pytest.raises(UnknownCallError):
        record([call], [])


@pytest.mark.skipif(sys.platform != "linux", reason="mprotect is Linux' own")
@given(st.integers(1, 4), st.integers(1, 5), st.integers(1, 19))
def test_a_product_touches_nothing_beside_its_matrices(rows, depth, columns):
    """They end where memory ends that must not be touched; to do so would end the process."""
    a = np.ones((rows, depth))
    b, out = at_the_end(depth, columns), at_the_end(rows, columns)
    b[:] = 2.0
    made(partial(a.dot, b, out))
    np.testing.assert_array_equal(out, 2.0 * depth)


def at_the_end(rows, columns):
    """A matrix at the end of a page, after which comes one that must not be touched."""
    page = mmap.PAGESIZE
    memory = mmap.mmap(-1, 2 * page)
    whole = np.frombuffer(memory, np.uint8)
    protect = ctypes.CDLL(None, use_errno=True).mprotect
    assert protect(ctypes.c_void_p(whole.ctypes.data + page), ctypes.c_size_t(page), 0) == 0
    return whole[page - 8 * rows * columns : page].view(np.float64).reshape(rows, columns)


def test_a_table_that_is_not_as_expected_is_not_read(monkeypatch):
    assert loops.loop_of(np.add) is not None
    loops.loop_of.cache_clear()
    monkeypatch.setattr(loops, "_UFunc", type("Other", (loops._UFunc,), {"ntypes": 10**6}))
    assert loops.loop_of(np.add) is None
    loops.loop_of.cache_clear()


# --- Runs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", [cls() for cls in ACTIVATIONS], ids=str)
def test_every_activation_is_compiled(activation):
    layers = (LayerSpec(5, activation), LayerSpec(3, Tanh()), LayerSpec(3, activation))
    ours, theirs = pair(replace(SMALL, layers=layers))
    both_run(ours, theirs)
    require_same(ours, theirs)


@pytest.mark.parametrize("head", [cls() for cls in HEADS], ids=str)
def test_every_head_is_compiled(head):
    spec = evolve(replace(SMALL, classes=3), {"problem": head.problems[0]})[0]
    ours, theirs = pair(replace(spec, head=head))
    both_run(ours, theirs)
    require_same(ours, theirs)


@pytest.mark.parametrize("regularizer", [cls() for cls in REGULARIZERS], ids=str)
@pytest.mark.parametrize("optimizer", [cls() for cls in OPTIMIZERS], ids=str)
def test_every_optimizer_and_regularizer_is_compiled(optimizer, regularizer):
    spec = replace(SMALL, optimizer=optimizer, regularizer=regularizer, regularization_rate=0.01)
    ours, theirs = pair(spec)
    both_run(ours, theirs)
    require_same(ours, theirs, 1e-11)
    for name, state in ours.rule.state_arrays().items():
        np.testing.assert_allclose(state, theirs.rule.state_arrays()[name], 1e-9, 1e-12)


@pytest.mark.parametrize("batch_size", [0, 1, 7, 23])
@pytest.mark.parametrize("layers", [(), (LayerSpec(1),), (LayerSpec(17, ReLU()),)], ids=len)
def test_every_size_is_compiled(batch_size, layers):
    ours, theirs = pair(replace(SMALL, batch_size=batch_size, layers=layers, dataset=Spiral()))
    both_run(ours, theirs)
    require_same(ours, theirs)


def test_a_run_stops_and_goes_on_in_mid_epoch_with_other_minibatches():
    ours, theirs = pair(SMALL)

    def run(trainer):
        trainer.run_steps(4)
        trainer.update_spec(replace(SMALL, batch_size=4))
        trainer.run_steps(3)
        kept = trainer.snapshot()
        trainer.run_epochs(2)
        trainer.restore(kept)
        trainer.run_steps(9)

    run(ours)
    with compiled.switched_off():
        run(theirs)
    require_same(ours, theirs)


def test_a_run_diverges_where_it_does_in_numpy():
    layers = (LayerSpec(4, ReLU()),) * 3
    spec = evolve(replace(SMALL, layers=layers, learning_rate=10.0), {"problem": "regression"})[0]
    ours, theirs = pair(spec)
    both_run(ours, theirs, 50)
    assert ours.divergence is not None
    assert theirs.divergence is not None
    where = ("epoch", "step", "layer", "what")
    assert [getattr(ours.divergence, name) for name in where] == [
        getattr(theirs.divergence, name) for name in where
    ]
    require_same(ours, theirs)


def test_a_stack_is_compiled_and_ends_where_each_would_alone():
    specs = [
        replace(SMALL, weight_seed=str(seed), optimizer=optimizer, regularizer=L1())
        for seed, optimizer in enumerate([SGD(), Adam(), SGD(), Adam(), SGD()])
    ]
    stack, singles = Stack.of(specs), [Trainer(spec) for spec in specs]
    stack.run_epochs(EPOCHS)
    for stacked, single in zip(stack.trainers, singles, strict=True):
        single.run_epochs(EPOCHS)
        np.testing.assert_allclose(
            stacked.network.parameters, single.network.parameters, 1e-12, 1e-12
        )
    assert stack._lockstep is not None
    assert all(program is not None for program in programs_of(stack._lockstep))


@pytest.mark.parametrize("head", [cls() for cls in HEADS], ids=str)
def test_a_stack_of_every_head_is_compiled(head):
    spec = evolve(replace(SMALL, classes=3), {"problem": head.problems[0]})[0]
    specs = [replace(spec, head=head, weight_seed=str(seed)) for seed in range(4)]
    stack, singles = Stack.of(specs), [Trainer(each) for each in specs]
    stack.run_steps(5)
    assert stack._lockstep is not None
    assert all(program is not None for program in programs_of(stack._lockstep))
    for stacked, single in zip(stack.trainers, singles, strict=True):
        single.run_steps(5)
        np.testing.assert_allclose(
            stacked.network.parameters, single.network.parameters, 1e-12, 1e-12
        )


def test_a_trainer_goes_without_the_garbage_collector():
    gc.collect()
    gc.disable()
    try:
        trainer, stack = Trainer(SMALL), Stack.of([SMALL, replace(SMALL, bias=0.2), SMALL])
        kept = [weakref.ref(each) for each in (trainer, stack, trainer._steps, stack.trainers[0])]
        trainer.run_epochs(1)
        stack.run_epochs(1)
        del trainer, stack
        assert [each() for each in kept] == [None] * 4
    finally:
        gc.enable()


@dataclass(frozen=True)
class ByParts(LinearMSE):
    """Takes a part of the aims, which nobody can replace by that of another minibatch."""

    kind: Literal["by_parts"] = "by_parts"  # type: ignore[assignment]

    def delta_kernel(self, z, aims, delta):
        return calls((np.subtract, z[0], aims[0], delta[0]))


@dataclass(frozen=True)
class ByKeyword(LinearMSE):
    """Says by name where the result goes."""

    kind: Literal["by_keyword"] = "by_keyword"  # type: ignore[assignment]

    def delta_kernel(self, z, aims, delta):
        return partial(np.subtract, z, aims, out=delta)


@dataclass(frozen=True)
class ByClosure(LinearMSE):
    """Says nothing."""

    kind: Literal["by_closure"] = "by_closure"  # type: ignore[assignment]

    def delta_kernel(self, z, aims, delta):
        return lambda: np.subtract(z, aims, delta)


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("head", [ByParts(), ByKeyword(), ByClosure()], ids=str)
def test_a_head_however_it_is_written_has_the_aims_of_each_minibatch(head):
    spec = evolve(SMALL, {"problem": "regression"})[0]
    ours, expected = Trainer(replace(spec, head=head)), Trainer(spec)
    ours.run_epochs(2)
    expected.run_epochs(2)
    np.testing.assert_allclose(ours.network.parameters, expected.network.parameters, 1e-12)


def test_an_activation_without_kernels_is_trained_by_numpy():
    @dataclass(frozen=True)
    class Cube(Activation):
        label = "Cube"
        kind: Literal["cube"] = "cube"

        def f(self, z):
            return z**3

        def slope(self, z):
            return 3.0 * z**2

    ours, theirs = pair(replace(SMALL, layers=(LayerSpec(5, Cube()), LayerSpec(3, Tanh()))))
    before = ours.network.parameters.copy()
    both_run(ours, theirs)
    assert programs_of(ours) == [None] * 2
    np.testing.assert_array_equal(ours.network.parameters, theirs.network.parameters)
    assert (ours.network.parameters != before).all()


def test_an_original_run_is_trained_by_numpy():
    trainer = Trainer(evolve(RunSpec(), {"mode": "tfp"})[0])
    trainer.run_epochs(1)
    assert set(programs_of(trainer)) == {None}


def test_numbers_of_single_precision_are_left_to_numpy():
    trainer = Trainer(SMALL, dtype=np.float32)
    trainer.run_epochs(1)
    assert set(programs_of(trainer)) == {None}


# --- Without ------------------------------------------------------------------------------------


@pytest.fixture
def asked_anew():
    compiled._machine.cache_clear()
    yield
    compiled._machine.cache_clear()


@pytest.mark.usefixtures("asked_anew")
def test_without_numba_all_is_done_by_numpy(monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "engine.compiled.machine", None)
    assert not compiled.available()
    trainer = Trainer(SMALL)
    assert trainer.run_epochs(1) == 3
    assert set(programs_of(trainer)) == {None}
    assert not caplog.records


def does_nothing(tape, sample, count, times, workspace):
    """A wrong machine."""


def fails(tape, sample, count, times, workspace):
    """A broken one."""
    raise NotImplementedError("no such instruction")


@pytest.mark.usefixtures("asked_anew")
def test_a_numpy_whose_tables_are_others_trains_as_ever(monkeypatch, caplog):
    monkeypatch.setattr(tape, "loop_of", lambda ufunc: None)
    assert not compiled.available()
    assert "cannot be used" in caplog.text
    assert Trainer(SMALL).run_epochs(1) == 3


@pytest.mark.usefixtures("asked_anew")
@pytest.mark.parametrize(
    ("machine", "said"),
    [
        (SimpleNamespace(run=does_nothing), "otherwise"),
        (SimpleNamespace(run=fails), "no such instruction"),
        (SimpleNamespace(), "no attribute"),
    ],
    ids=["wrong", "failing", "another"],
)
def test_a_numba_that_does_not_do_is_not_used_and_said(machine, said, monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "engine.compiled.machine", machine)
    assert not compiled.available()
    assert [said in record.getMessage() for record in caplog.records] == [True]
    assert Trainer(SMALL).run_epochs(1) == 3
