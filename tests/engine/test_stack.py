"""Stacks: many trainers in one set of NumPy calls end where each would have ended by itself."""

from dataclasses import replace

import numpy as np
import pytest

from engine import (
    ACTIVATIONS,
    HEADS,
    INITIALIZERS,
    L1,
    L2,
    OPTIMIZERS,
    REGULARIZERS,
    SGD,
    X1,
    X2,
    Adam,
    Divergence,
    HeNormal,
    LayerSpec,
    LeakyReLU,
    LinearMSE,
    Momentum,
    Plane,
    ReLU,
    RunSpec,
    Snapshot,
    SpecError,
    Spiral,
    Stack,
    Tanh,
    Trainer,
    X1Squared,
    Xor,
    evolve,
)
from engine.stack import WORKSPACES, Workspaces, _Lockstep

pytestmark = pytest.mark.usefixtures("either_way")

SMALL = RunSpec(samples=46, layers=(LayerSpec(5), LayerSpec(3)), learning_rate=0.1)
EPOCHS = 6  # of 23 training samples: minibatches of 10, 10 and 3


def variants(spec, count=3):
    """The same experiment with other seeds, starts and rates."""
    initializers = [cls() for cls in INITIALIZERS]
    return [
        replace(
            spec,
            data_seed=f"data {number}",
            weight_seed=f"weights {number}",
            initializer=initializers[number % len(initializers)],
            bias=0.1 * number,
            learning_rate=spec.learning_rate * (1 + number),
            regularization_rate=spec.regularization_rate * number,
        )
        for number in range(count)
    ]


def assert_same(stacked, single):
    """Everything that a run has is the same, its numbers to 1e-12."""
    a, b = stacked.snapshot(), single.snapshot()
    assert (a.spec, a.epoch, a.steps, a.offset) == (b.spec, b.epoch, b.steps, b.offset)
    assert (a.shuffle, a.divergence) == (b.shuffle, b.divergence)
    np.testing.assert_array_equal(a.order, b.order)
    np.testing.assert_allclose(a.parameters, b.parameters, rtol=1e-12, atol=1e-12)
    assert a.update.keys() == b.update.keys()
    for name, array in a.update.items():
        assert array.shape == b.update[name].shape
        np.testing.assert_allclose(array, b.update[name], rtol=1e-12, atol=1e-12)
    x, y = stacked.evaluate(), single.evaluate()
    assert x.metrics.keys() == y.metrics.keys()
    assert x.loss.train == pytest.approx(y.loss.train, rel=1e-12)
    assert x.loss.test == pytest.approx(y.loss.test, rel=1e-12)
    assert x.penalty == pytest.approx(y.penalty, rel=1e-12)


def assert_runs_alike(specs, epochs=EPOCHS):
    """The stack of these runs, and each of them by itself."""
    stack, singles = Stack.of(specs), [Trainer(spec) for spec in specs]
    start = [trainer.network.parameters.copy() for trainer in singles]
    steps = [single.run_epochs(epochs) for single in singles]
    assert stack.run_epochs(epochs) == sum(steps) > 0
    for stacked, single, before in zip(stack.trainers, singles, start, strict=True):
        assert single.divergence is None
        assert_same(stacked, single)
        assert not np.array_equal(single.network.parameters, before)


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("activation", [cls() for cls in ACTIVATIONS], ids=str)
def test_every_activation_trains_alike(activation, shuffle):
    layers = (LayerSpec(5, activation), LayerSpec(3, activation), LayerSpec(2, Tanh()))
    assert_runs_alike(variants(replace(SMALL, layers=layers, shuffle=shuffle)))


@pytest.mark.parametrize("batch", [1, 10, 23, 0])
@pytest.mark.parametrize("head", [cls() for cls in HEADS], ids=str)
def test_every_head_trains_alike(head, batch):
    problem = head.problems[0]
    spec = replace(evolve(RunSpec(), {"problem": problem})[0], head=head, samples=46)
    assert_runs_alike(variants(replace(spec, batch_size=batch, classes=4, learning_rate=0.02)))


@pytest.mark.parametrize("optimizer", [cls() for cls in OPTIMIZERS], ids=str)
@pytest.mark.parametrize("regularizer", [cls() for cls in REGULARIZERS], ids=str)
def test_every_optimizer_and_regularizer_trains_alike(optimizer, regularizer):
    spec = replace(SMALL, learning_rate=0.01, regularization_rate=0.02)
    assert_runs_alike(variants(replace(spec, optimizer=optimizer, regularizer=regularizer)))


@pytest.mark.parametrize("layers", [(), (LayerSpec(1),), (LayerSpec(4),) * 5], ids=len)
def test_every_depth_trains_alike(layers):
    assert_runs_alike(variants(replace(SMALL, layers=layers)))


def test_data_features_optimizers_and_regularizers_may_differ():
    specs = [
        replace(SMALL, dataset=Xor(), noise=20.0),
        replace(SMALL, optimizer=Adam(beta1=0.8), learning_rate=0.01),
        replace(SMALL, dataset=Spiral(), features=(X1Squared(), X2()), shuffle=False),
        replace(SMALL, optimizer=Adam(), regularizer=L2(), regularization_rate=0.1),
        replace(SMALL, optimizer=Momentum(), regularizer=L1(), regularization_rate=0.01),
        replace(SMALL, samples=92, train_share=25.0, standardize=False),
        replace(SMALL, regularizer=L1(), regularization_rate=0.01),
    ]
    assert_runs_alike(specs)


@pytest.mark.parametrize("count", [1, 2, 3, 30])
def test_any_number_of_runs_may_be_stacked(count):
    assert_runs_alike(variants(SMALL, count), epochs=2)


def test_float32_runs_in_stacks_too():
    specs = variants(SMALL)
    stack, singles = Stack.of(specs, dtype=np.float32), [Trainer(s, dtype="f4") for s in specs]
    stack.run_epochs(3)
    for stacked, single in zip(stack.trainers, singles, strict=True):
        single.run_epochs(3)
        assert stacked.network.dtype == np.float32
        np.testing.assert_allclose(stacked.network.parameters, single.network.parameters, 1e-4)


def test_a_stack_makes_no_more_calls_for_more_runs():
    few, many = Stack.of(variants(SMALL, 3)), Stack.of(variants(SMALL, 20))
    few.run_steps(1)
    many.run_steps(1)
    lockstep, other = few._lockstep, many._lockstep
    assert lockstep is not None
    assert other is not None
    for position in range(len(lockstep._steps.edges)):
        assert len(lockstep._steps.calls(position)) == len(other._steps.calls(position))


# --- Stacked trainers stay trainers -----------------------------------------------------------


def test_steps_and_epochs_may_be_mixed_and_stop_in_mid_epoch():
    specs = variants(replace(SMALL, optimizer=Adam()))
    stack, singles = Stack.of(specs), [Trainer(spec) for spec in specs]
    for method, n in [("run_steps", 2), ("run_epochs", 1), ("run_steps", 7), ("run_epochs", 2)]:
        made = [getattr(single, method)(n) for single in singles]
        assert getattr(stack, method)(n) == sum(made)
        for stacked, single in zip(stack.trainers, singles, strict=True):
            assert_same(stacked, single)
    assert stack.run_steps(0) == stack.run_epochs(0) == 0


def test_a_trainer_goes_on_by_itself_and_comes_back():
    stack, single = Stack.of(variants(SMALL)), Trainer(variants(SMALL)[1])
    stack.run_steps(4)
    for trainer in stack.trainers:
        trainer.run_steps(4)
    stack.run_steps(3)
    single.run_steps(11)
    assert_same(stack.trainers[1], single)
    other = Trainer(RunSpec())
    other.restore(Snapshot.from_bytes(stack.trainers[1].snapshot().to_bytes()))
    other.run_steps(5)
    single.run_steps(5)
    assert_same(other, single)


def test_trainers_that_have_run_before_can_be_stacked():
    trainers, singles = ([Trainer(spec) for spec in variants(SMALL)] for _ in range(2))
    for number, (trainer, single) in enumerate(zip(trainers, singles, strict=True)):
        trainer.run_epochs(number)
        single.run_epochs(number + 2)
    Stack(trainers).run_epochs(2)
    for trainer, single in zip(trainers, singles, strict=True):
        assert_same(trainer, single)
    assert [trainer.epoch for trainer in trainers] == [2, 3, 4]


def test_edits_and_live_changes_of_a_trainer_count():
    specs = variants(SMALL)
    stack, singles = Stack.of(specs), [Trainer(spec) for spec in specs]
    stack.run_steps(5)
    for single in singles:
        single.run_steps(5)
    for trainer in (stack.trainers[2], singles[2]):
        trainer.set_weight(1, 0, 1, 0.75)
        trainer.update_spec(replace(trainer.spec, optimizer=Momentum(), learning_rate=0.01))
    stack.run_steps(3)
    for single in singles:
        single.run_steps(3)
    for trainer in (*stack.trainers, *singles):
        trainer.update_spec(replace(trainer.spec, batch_size=4))
    stack.run_steps(9)
    for stacked, single in zip(stack.trainers, singles, strict=True):
        single.run_steps(9)
        assert_same(stacked, single)


def test_a_restored_trainer_counts():
    stack, single = Stack.of(variants(SMALL)), Trainer(variants(SMALL)[0])
    saved = single.snapshot()
    stack.run_epochs(2)
    for trainer in stack.trainers:
        trainer.restore(replace(saved, spec=trainer.spec))
    stack.run_epochs(1)
    single.run_epochs(1)
    np.testing.assert_allclose(
        stack.trainers[0].network.parameters, single.network.parameters, rtol=1e-12
    )


# --- Workspaces that stacks have in common ----------------------------------------------------


def test_stacks_that_take_turns_in_the_same_workspaces_do_not_see_each_other():
    specs = [
        variants(SMALL),
        variants(replace(SMALL, optimizer=Adam(), dataset=Xor(), learning_rate=0.01)),
        variants(replace(SMALL, regularizer=L2(), regularization_rate=0.1, shuffle=False)),
        variants(replace(SMALL, samples=92, layers=(LayerSpec(4),), batch_size=7), 4),
    ]
    workspaces = Workspaces()
    stacks = [Stack(map(Trainer, group), workspaces=workspaces) for group in specs]
    singles = [[Trainer(spec) for spec in group] for group in specs]
    for method, n in [("run_steps", 2), ("run_epochs", 2), ("run_steps", 4)]:
        for stack, group in zip(stacks, singles, strict=True):
            getattr(stack, method)(n)
            for stacked, single in zip(stack.trainers, group, strict=True):
                getattr(single, method)(n)
                assert_same(stacked, single)
    assert len(workspaces) == 2


def test_a_workspace_is_for_one_number_of_runs_of_one_shape():
    workspaces = Workspaces()

    def used(specs):
        stack = Stack(map(Trainer, specs), workspaces=workspaces)
        stack.run_epochs(1)
        assert stack._lockstep is not None
        return stack._lockstep._workspace

    leaky = [replace(SMALL, layers=(LayerSpec(5, LeakyReLU(alpha=a)),)) for a in (0.1, 0.2)]
    shapes = [SMALL, replace(SMALL, batch_size=9), *leaky]
    first = [used(variants(spec, count)) for spec in shapes for count in (3, 4)]
    again = [used(variants(spec, count)) for spec in shapes for count in (3, 4)]
    assert list(map(id, first)) == list(map(id, again))
    assert len(set(map(id, first))) == len(first) == len(workspaces)


def test_few_workspaces_are_kept_those_used_last():
    workspaces, like = Workspaces(), Trainer(SMALL)
    lent = [workspaces.lend(like, count) for count in range(1, WORKSPACES + 3)]
    assert len(workspaces) == WORKSPACES
    assert workspaces.lend(like, WORKSPACES) is lent[WORKSPACES - 1]
    assert workspaces.lend(like, 1) is not lent[0]


# --- Divergence -------------------------------------------------------------------------------

WILD = RunSpec(
    problem="regression",
    dataset=Plane(),
    head=LinearMSE(),
    samples=46,
    layers=(LayerSpec(5, LeakyReLU(alpha=0.5)),) * 2,
    initializer=HeNormal(),
)


@pytest.mark.parametrize("optimizer", [SGD(), Adam()], ids=str)
@pytest.mark.parametrize("burst", [1, 2, 3, 40])
@pytest.mark.parametrize("wild", [2.0, 5.0, 1e20, 1e160])
@pytest.mark.parametrize("count", [3, 5])
def test_one_that_diverges_stops_alone(optimizer, wild, burst, count):
    if isinstance(optimizer, Adam):
        wild = wild * 1e50  # Adam's steps do not grow with the gradient
    specs = [
        replace(WILD, optimizer=optimizer, learning_rate=rate, weight_seed=str(number))
        for number, rate in enumerate([0.003, wild, 0.001, 0.002, 2.0 * wild][:count])
    ]
    stack, singles = Stack.of(specs), [Trainer(spec) for spec in specs]
    for _ in range(0, 120, burst):
        made = [single.run_steps(burst) for single in singles]
        assert stack.run_steps(burst) == sum(made)
    assert singles[1].divergence is not None
    assert singles[1].steps < singles[0].steps == singles[2].steps == -(-120 // burst) * burst
    assert np.isfinite(stack.trainers[1].network.parameters).all()
    divergences = [trainer.divergence for trainer in stack.trainers]
    assert divergences[0] is divergences[2] is None
    found, expected = divergences[1], singles[1].divergence
    assert found is not None
    assert replace(found, growth=()) == replace(expected, growth=())
    np.testing.assert_allclose(found.growth, expected.growth, rtol=1e-9)
    assert stack.running == [
        t for t, each in zip(stack.trainers, divergences, strict=True) if not each
    ]
    for stacked, single in zip(stack.trainers, singles, strict=True):
        a, b = stacked.snapshot(), single.snapshot()
        assert (a.epoch, a.steps, a.offset, a.shuffle) == (b.epoch, b.steps, b.offset, b.shuffle)
        np.testing.assert_allclose(a.parameters, b.parameters, rtol=1e-9)


def test_it_names_the_epoch_step_and_layer():
    stack = Stack.of([WILD, replace(WILD, learning_rate=1e200)])
    stack.run_epochs(3)
    found = stack.trainers[1].divergence
    assert found is not None
    assert replace(found, growth=()) == Divergence(0, 2, 1, "pre-activation")
    assert stack.trainers[0].steps == 9


def test_a_stack_whose_runs_have_all_diverged_makes_no_step():
    stack = Stack.of([replace(WILD, learning_rate=1e200, weight_seed=seed) for seed in "ab"])
    assert stack.run_epochs(5) == 2
    assert stack.run_steps(5) == stack.run_epochs(1) == 0
    assert stack.running == []


def test_a_run_that_was_calmed_comes_back():
    stack = Stack.of([WILD, replace(WILD, learning_rate=1e200)])
    stack.run_epochs(1)
    calmed = stack.trainers[1]
    calmed.restore(Trainer(WILD).snapshot())
    assert stack.run_epochs(2) == 12
    assert (calmed.epoch, stack.trainers[0].epoch) == (2, 3)


def test_a_run_that_its_trainer_finds_finite_goes_on(monkeypatch):
    specs = variants(SMALL)
    stack, singles = Stack.of(specs), [Trainer(spec) for spec in specs]
    finite, doubts = _Lockstep._finite, [np.array([True, False, True])]
    monkeypatch.setattr(_Lockstep, "_finite", lambda self: doubts.pop() if doubts else finite(self))
    assert stack.run_steps(14) == 42
    for stacked, single in zip(stack.trainers, singles, strict=True):
        single.run_steps(14)
        assert_same(stacked, single)


# --- What cannot be stacked -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("features", replace(SMALL, features=(X1(),))),
        ("layers", replace(SMALL, layers=(LayerSpec(5),))),
        ("layers", replace(SMALL, layers=(LayerSpec(5), LayerSpec(3, ReLU())))),
        ("head", evolve(SMALL, {"head": {"kind": "tanh_mse"}})[0]),
        ("samples", replace(SMALL, samples=48)),
        ("batch_size", replace(SMALL, batch_size=9)),
        ("mode", evolve(SMALL, {"mode": "tfp"})[0]),
    ],
)
def test_the_error_names_what_differs(name, other):
    with pytest.raises(SpecError, match=f"^{name}: got .* and .*, expected the same in every run"):
        Stack.of([SMALL, other])


def test_classes_must_agree():
    spec, _ = evolve(SMALL, {"problem": "multiclass", "classes": 3})
    with pytest.raises(SpecError, match=r"^classes: got 3 and 4"):
        Stack.of([spec, replace(spec, classes=4)])


def test_the_place_in_the_epoch_and_the_numbers_must_agree():
    stack = Stack.of(variants(SMALL))
    stack.trainers[0].run_steps(1)
    with pytest.raises(SpecError, match=r"^offset: got 10 and 0"):
        stack.run_steps(1)
    stack.trainers[0].run_epochs(1)
    assert stack.run_steps(1) == 3
    with pytest.raises(SpecError, match=r"^dtype: got float64 and float32"):
        Stack([Trainer(SMALL), Trainer(SMALL, dtype=np.float32)])


def test_tensorflow_playground_mode_runs_one_by_one():
    spec, _ = evolve(RunSpec(), {"mode": "tfp"})
    with pytest.raises(SpecError, match=r"^mode: got 'tfp', expected 'standard'.*one by one"):
        Stack.of([spec, replace(spec, data_seed="1", weight_seed="1")])


def test_a_stack_has_each_trainer_once():
    trainer = Trainer(SMALL)
    for trainers in ([], [trainer, trainer]):
        with pytest.raises(SpecError, match=r"got \d trainers, \d of them different"):
            Stack(trainers)


def test_what_is_known_to_be_alike_is_looked_at_again_after_a_change():
    stack = Stack([Trainer(replace(SMALL, weight_seed=str(n))) for n in range(4)], alike=True)
    stack.run_epochs(1)
    first = stack.trainers[0]
    first.update_spec(replace(first.spec, batch_size=4))
    with pytest.raises(SpecError, match="batch_size"):
        stack.run_epochs(1)
