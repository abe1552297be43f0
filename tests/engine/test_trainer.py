"""The trainer: steps, epochs, batches, live changes, edits and divergence."""

from dataclasses import replace

import numpy as np
import pytest

from bench.plain import PlainNetwork
from engine import (
    L1,
    L2,
    OPTIMIZERS,
    PROBLEMS,
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
    Tanh,
    Trainer,
    evolve,
)
from engine.arrays import Scratch

pytestmark = pytest.mark.usefixtures("either_way")

SMALL = RunSpec(samples=46, layers=(LayerSpec(3),))  # 23 training samples: 10, 10 and 3


def test_an_epoch_ends_with_a_smaller_batch():
    trainer = Trainer(SMALL)
    assert trainer.steps_per_epoch == 3
    seen = []
    for _ in range(7):
        assert trainer.run_steps(1) == 1
        seen.append((trainer.epoch, trainer.step_in_epoch))
    assert seen == [(0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1)]
    assert trainer.steps == 7


def test_run_epochs_runs_to_the_next_boundary():
    trainer = Trainer(SMALL)
    trainer.run_steps(2)
    assert trainer.run_epochs(1) == 1
    assert (trainer.epoch, trainer.step_in_epoch, trainer.steps) == (1, 0, 3)
    assert trainer.run_epochs(4) == 12
    assert trainer.epoch == 5
    assert trainer.run_steps(0) == 0


@pytest.mark.parametrize("size", [0, 23, 24, 5000])
def test_a_batch_is_never_larger_than_the_training_set(size):
    trainer = Trainer(replace(SMALL, batch_size=size))
    assert (trainer.batch_size, trainer.steps_per_epoch) == (23, 1)
    trainer.run_steps(1)
    assert trainer.epoch == 1


def test_every_epoch_uses_each_sample_once_in_a_new_order():
    trainer = Trainer(SMALL)
    orders = []
    for _ in range(3):
        trainer.run_steps(1)
        orders.append(trainer.snapshot().order)
        trainer.run_epochs(1)
    assert all(sorted(order) == list(range(23)) for order in orders)
    assert not np.array_equal(orders[0], orders[1])
    trainer = Trainer(replace(SMALL, shuffle=False))
    trainer.run_steps(1)
    np.testing.assert_array_equal(trainer.snapshot().order, np.arange(23))


@pytest.mark.parametrize("size", [1, 7, 10, 0])
@pytest.mark.parametrize("problem", PROBLEMS.kinds)
def test_training_equals_the_textbook_engine(problem, size):
    spec, _ = evolve(
        RunSpec(layers=(LayerSpec(5, Tanh()), LayerSpec(4, LeakyReLU()))),
        {"problem": problem, "samples": 90, "batch_size": size, "train_share": 60.0},
    )
    trainer = Trainer(spec)
    plain = PlainNetwork.like(trainer.network)
    x = trainer.inputs(trainer.data.train.x)[:-1].T
    t = spec.head.targets(trainer.data.train.labels, spec.classes).T
    for _ in range(4):
        trainer.run_steps(1)
        order = trainer.snapshot().order
        if trainer.step_in_epoch:
            trainer.run_epochs(1)
        plain.epoch(x, t, batch=trainer.batch_size, rate=spec.learning_rate, order=order)
    np.testing.assert_allclose(trainer.network.parameters, plain.parameters(), atol=1e-12)


def test_one_step_worked_by_hand():
    # One unit, logit z = w1 x1 + w2 x2 + b with squared error, full batch of the training points:
    # dL/dz = z - t, so the mean gradient of w1 is mean((z - t) x1).
    spec = RunSpec(
        problem="regression",
        dataset=Plane(),
        head=LinearMSE(),
        samples=10,
        layers=(),
        standardize=False,
        batch_size=0,
        learning_rate=0.1,
        bias=0.5,
    )
    trainer = Trainer(spec)
    (w1, w2), b = trainer.network.weights[0][0], trainer.network.biases[0][0]
    x1, x2 = trainer.data.train.x
    error = w1 * x1 + w2 * x2 + b - trainer.data.train.labels
    assert trainer.evaluate().loss.train == pytest.approx((error**2).mean() / 2, rel=1e-14)
    expected = [
        w1 - 0.1 * (error * x1).mean(),
        w2 - 0.1 * (error * x2).mean(),
        b - 0.1 * error.mean(),
    ]
    trainer.run_steps(1)
    np.testing.assert_allclose(trainer.network.parameters, expected, rtol=1e-14)


def test_a_lone_layer_is_unit_by_unit_with_the_bias_last():
    trainer = Trainer(SMALL)
    trainer.set_weight(0, 1, 0, 7.0)
    trainer.set_bias(0, 2, 8.0)
    trainer.set_weight(1, 0, 2, 9.0)
    np.testing.assert_array_equal(trainer.network.parameters[[3, 8, 11]], [7, 8, 9])
    assert trainer.network.weights[0][1, 0] == 7.0
    assert trainer.network.biases[0][2] == 8.0
    assert trainer.network.link_at(3) == (0, 1, 0)
    assert trainer.network.link_at(11) == (1, 0, 2)


@pytest.mark.parametrize(
    ("layer", "to", "from_"), [(2, 0, 0), (-1, 0, 0), (0, 3, 0), (0, 0, 2), (0, -1, 0), (0, 0, -1)]
)
def test_a_link_that_does_not_exist_is_refused(layer, to, from_):
    with pytest.raises(SpecError, match="choose a link that exists"):
        Trainer(SMALL).set_weight(layer, to, from_, 1.0)


def test_a_weight_must_be_finite():
    with pytest.raises(SpecError, match="got nan, expected a finite number"):
        Trainer(SMALL).set_bias(0, 0, float("nan"))


def losses(trainer):
    loss = trainer.evaluate().loss
    return loss.train, loss.test


@pytest.mark.parametrize("problem", PROBLEMS.kinds)
def test_every_problem_is_learned(problem):
    spec, _ = evolve(RunSpec(layers=(LayerSpec(8),)), {"problem": problem, "learning_rate": 0.1})
    trainer = Trainer(spec)
    before = losses(trainer)
    trainer.run_epochs(40)
    after = trainer.evaluate()
    assert losses(trainer)[0] < 0.7 * before[0]
    assert losses(trainer)[1] < 0.8 * before[1]
    assert after.metrics.keys() == ({"r2", "rmse"} if problem == "regression" else {"accuracy"})


def test_the_penalty_is_shown_apart_from_the_loss():
    spec = replace(SMALL, regularizer=L2(), regularization_rate=0.5)
    plain, priced = Trainer(SMALL).evaluate(), Trainer(spec).evaluate()
    weights = np.concatenate([w.ravel() for w in Trainer(spec).network.weights])
    assert priced.loss == plain.loss
    assert plain.penalty == 0.0
    assert priced.penalty == pytest.approx(0.25 * (weights**2).sum())


def test_no_features_and_no_layers_learn_the_share_of_each_class():
    spec = replace(RunSpec(layers=(), features=()), learning_rate=0.3, samples=100)
    trainer = Trainer(spec)
    trainer.run_epochs(50)
    share = trainer.data.train.labels.mean()
    assert trainer.network.parameters.size == 1
    p = 1 / (1 + np.exp(-trainer.network.parameters[0]))
    assert p == pytest.approx(share, abs=0.05)


# --- Live changes ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"learning_rate": 0.3},
        {"optimizer": Momentum()},
        {"regularizer": L1(), "regularization_rate": 0.01},
        {"batch_size": 4},
        {"batch_size": 0},
        {"shuffle": False},
        {"layers": (LayerSpec(3, LeakyReLU(alpha=0.5)),)},
    ],
    ids=str,
)
def test_a_live_change_keeps_the_parameters_and_the_place_in_the_epoch(changes):
    trainer = Trainer(replace(SMALL, layers=(LayerSpec(3, LeakyReLU()),)))
    trainer.run_steps(4)
    before = trainer.network.parameters.copy()
    trainer.update_spec(replace(trainer.spec, **changes))
    np.testing.assert_array_equal(trainer.network.parameters, before)
    assert (trainer.epoch, trainer.steps) == (1, 4)
    trainer.run_epochs(1)
    assert (trainer.epoch, trainer.step_in_epoch) == (2, 0)
    assert trainer.run_epochs(1) == trainer.steps_per_epoch


def test_a_smaller_batch_in_the_middle_of_an_epoch_uses_each_sample_once():
    trainer = Trainer(SMALL)
    trainer.run_steps(1)  # 10 of 23 samples
    trainer.update_spec(replace(SMALL, batch_size=4))
    assert trainer.step_in_epoch == 3
    assert trainer.run_epochs(1) == 4  # up to 12, 16, 20 and 23


def test_a_live_alpha_changes_the_function():
    trainer = Trainer(RunSpec(layers=(LayerSpec(4, LeakyReLU(alpha=1.0)),)))
    linear = trainer.evaluate().loss.train
    trainer.update_spec(replace(trainer.spec, layers=(LayerSpec(4, LeakyReLU(alpha=0.0)),)))
    rectified = Trainer(RunSpec(layers=(LayerSpec(4, ReLU()),)))
    assert trainer.evaluate().loss.train == rectified.evaluate().loss.train != linear
    trainer.run_epochs(2)
    rectified.run_epochs(2)
    np.testing.assert_array_equal(trainer.network.parameters, rectified.network.parameters)


def test_an_optimizer_keeps_its_state_when_only_its_numbers_change():
    trainer = Trainer(replace(SMALL, optimizer=Adam()))
    trainer.run_steps(5)
    state = trainer.snapshot().update
    trainer.update_spec(replace(trainer.spec, optimizer=Adam(beta1=0.5), learning_rate=1.0))
    for name, array in trainer.snapshot().update.items():
        np.testing.assert_array_equal(array, state[name])


def test_a_change_that_needs_a_new_network_is_refused():
    trainer = Trainer(SMALL)
    with pytest.raises(SpecError, match="make a new trainer"):
        trainer.update_spec(replace(SMALL, layers=(LayerSpec(4),)))


# --- Divergence -------------------------------------------------------------------------------

WILD = RunSpec(
    problem="regression",
    dataset=Plane(),
    head=LinearMSE(),
    layers=(LayerSpec(8, ReLU()),) * 4,
    initializer=HeNormal(),
    standardize=False,
    learning_rate=10.0,
)


def test_divergence_names_the_step_and_the_layer_and_keeps_the_last_finite_numbers():
    trainer = Trainer(WILD)
    made = trainer.run_epochs(20)
    divergence = trainer.divergence
    assert divergence is not None
    assert divergence.step == made + 1 == trainer.steps + 1
    assert divergence.epoch == trainer.epoch
    assert divergence.what in ("pre-activation", "gradient", "weight")
    assert divergence.layer in range(5)
    assert np.isfinite(trainer.network.parameters).all()


@pytest.mark.parametrize("optimizer", [cls() for cls in OPTIMIZERS], ids=lambda o: o.kind)
def test_divergence_is_found_at_the_same_step_however_the_run_is_cut(optimizer):
    spec = replace(WILD, optimizer=optimizer, learning_rate=1e200)
    whole, single, odd = Trainer(spec), Trainer(spec), Trainer(spec)
    whole.run_epochs(5)
    while single.run_steps(1):
        pass
    while odd.run_steps(7):
        pass
    assert whole.divergence == single.divergence == odd.divergence is not None
    assert whole.network.parameters.tobytes() == single.network.parameters.tobytes()
    assert whole.network.parameters.tobytes() == odd.network.parameters.tobytes()


def test_a_diverged_run_stands_still_until_it_is_changed():
    trainer = Trainer(WILD)
    trainer.run_epochs(20)
    before = trainer.network.parameters.copy()
    assert trainer.run_steps(10) == trainer.run_epochs(1) == 0
    np.testing.assert_array_equal(trainer.network.parameters, before)
    trainer.update_spec(replace(WILD, learning_rate=1e-300))
    assert trainer.divergence is None


def test_a_loss_that_is_not_finite_is_none_and_counts_as_divergence():
    trainer = Trainer(replace(WILD, layers=()))
    trainer.set_weight(0, 0, 0, 1e200)
    evaluation = trainer.evaluate()
    assert evaluation.loss.train is None
    assert evaluation.loss.test is None
    assert evaluation.metrics["rmse"].train is None
    assert trainer.divergence is not None
    assert trainer.divergence.what == "loss"


@pytest.mark.parametrize("kind", ["adam", "rmsprop"])
def test_an_optimizer_that_overflows_counts_as_divergence(kind):
    trainer = Trainer(replace(WILD, layers=(), optimizer=OPTIMIZERS[kind](), learning_rate=0.1))
    trainer.set_bias(0, 0, 1e170)  # its gradient is finite, the square of that is not
    assert trainer.run_steps(10) == 0
    assert trainer.divergence == Divergence(0, 1, None, "optimizer state", ((0, 1e170),))
    assert all(np.isfinite(array).all() for array in trainer.snapshot().update.values())


def test_a_tame_run_does_not_diverge():
    trainer = Trainer(RunSpec(dataset=Spiral()))
    trainer.run_epochs(20)
    assert trainer.divergence is None


def test_dead_links_are_a_thing_of_tfp_mode():
    assert Trainer(SMALL).dead_links() == []
    spec, _ = evolve(RunSpec(), {"mode": "tfp", "regularizer": L1(), "regularization_rate": 0.3})
    trainer = Trainer(spec)
    trainer.run_epochs(10)
    assert trainer.dead_links()
    for layer, to, from_ in trainer.dead_links():
        assert trainer.network.weights[layer][to, from_] == 0.0


@pytest.mark.parametrize("size", [1, 10, 30])
def test_float32_trains_like_float64(size):
    spec = replace(RunSpec(batch_size=size), learning_rate=0.003)
    double, single = Trainer(spec), Trainer(spec, dtype=np.float32)
    double.run_epochs(2)
    single.run_epochs(2)
    assert single.network.parameters.dtype == np.float32
    np.testing.assert_allclose(single.network.parameters, double.network.parameters, atol=1e-4)


def test_a_divergence_tells_how_the_weights_of_its_layer_grew():
    spec = RunSpec(learning_rate=10.0, layers=(LayerSpec(8, LeakyReLU()),) * 3)
    trainer, steps = Trainer(spec), Trainer(spec)
    sizes = {0: [np.abs(matrix).max() for matrix in steps.network.matrices]}
    trainer.run_epochs(100)
    found = trainer.divergence
    assert found is not None
    for _ in range(found.step - 1):
        assert steps.run_steps(1) == 1
        sizes[steps.steps] = [np.abs(matrix).max() for matrix in steps.network.matrices]
    assert found.growth[0][0] == 0
    assert found.growth[-1][0] == found.step - 1
    for step, size in found.growth:
        assert size == (max(sizes[step]) if found.layer is None else sizes[step][found.layer])
    assert found.growth[-1][1] > 1e3 * found.growth[0][1]
    assert Snapshot.from_bytes(trainer.snapshot().to_bytes()).divergence == found


def test_trainers_that_share_memory_evaluate_as_they_would_alone():
    scratch = Scratch()
    specs = [replace(RunSpec(), samples=samples, weight_seed="3") for samples in (40, 900, 300)]
    shared = [Trainer(spec, scratch=scratch) for spec in specs]
    for _ in range(2):
        assert [one.evaluate() for one in shared] == [Trainer(spec).evaluate() for spec in specs]
        for one in shared:
            one.restore(Trainer(one.spec).snapshot())


def test_a_trainer_that_forgets_its_calls_goes_on_as_before():
    one, other = Trainer(SMALL), Trainer(SMALL)
    for steps in (2, 4, 3):
        for trainer in (one, other):
            trainer.run_steps(steps)
        other.forget_calls()
    np.testing.assert_array_equal(one.network.parameters, other.network.parameters)


@pytest.mark.parametrize(("samples", "size"), [(400, 1), (600, 2), (5000, 2)])
def test_the_order_in_a_snapshot_takes_few_bytes(samples, size):
    trainer = Trainer(replace(SMALL, samples=samples))
    trainer.run_steps(7)
    snapshot = Snapshot.from_bytes(trainer.snapshot().to_bytes())
    assert snapshot.order.itemsize == size
    other = Trainer(replace(SMALL, samples=samples))
    other.restore(snapshot)
    for each in (trainer, other):
        each.run_steps(2 * each.steps_per_epoch)
    np.testing.assert_array_equal(trainer.network.parameters, other.network.parameters)


def test_a_live_change_keeps_what_examines_the_network_but_not_its_penalty():
    trainer = Trainer(replace(SMALL, regularizer=L2(), regularization_rate=0.1))
    penalty = trainer.evaluate().penalty
    assert penalty is not None
    other = trainer.spec
    trainer.update_spec(replace(trainer.spec, regularization_rate=0.2))
    assert trainer.evaluate().penalty == pytest.approx(2 * penalty)
    trainer.update_spec(other)
    assert trainer.evaluate() == Trainer(other).evaluate()
