"""The lecture's claims as experiments, second half: tanh, the ReLU family, initialization.

docs/claims.md lists them with verdicts and numbers.
"""

import time

import numpy as np
import pytest

from engine import (
    ELU,
    HEADS,
    Auto,
    Circle,
    Constant,
    HeNormal,
    LeakyReLU,
    Normal,
    ReLU,
    RunSpec,
    Sigmoid,
    Spiral,
    Tanh,
    XavierNormal,
    Xor,
    XorCorners,
    Zeros,
    evolve,
)
from engine.diagnostics import nanoseconds_per_element
from engine.diagnostics.examination import Examination
from tests.engine import lab
from tests.engine.lab import SEEDS, accuracy, layers, run

HE = HeNormal()


def moved(activation, bias, *, epochs=100):
    """How far the first layer's weights go when its units start with this bias; and its health."""
    trainer = run("claim", layers=layers(1, 8, activation), initializer=HE)
    trainer.network.biases[0][:] = bias
    before = trainer.network.weights[0].copy()
    trainer.run_epochs(epochs)
    return float(np.abs(trainer.network.weights[0] - before).max()), lab.health(trainer)[0]


def test_c21_tanh_is_centred_but_saturates_all_the_same():
    x = np.linspace(-20.0, 20.0, 2001)
    np.testing.assert_allclose(Tanh().f(x), 2.0 * Sigmoid().f(2.0 * x) - 1.0, rtol=0, atol=1e-15)
    assert np.abs(Tanh().f(x)).max() <= 1.0
    for seed in SEEDS[:4]:
        trainer = run(seed, layers=layers(10, 32, Tanh()), initializer=Normal(sigma=1.0))
        beyond = np.mean([np.abs(a) > 0.99 for a in Examination(trainer).a])
        assert 0.4 < beyond < 0.7


def test_c22_relu_does_not_saturate_on_the_right():
    z = np.array([1e-300, 1e-3, 1.0, 1e6, 1e300])
    np.testing.assert_array_equal(ReLU().slope(z), 1.0)


def test_c23_what_relu_costs_is_measured_and_never_asserted():
    cost = nanoseconds_per_element(ReLU(), time.perf_counter, elements=1000, repeats=3)
    assert set(cost) == {"elements", "forward", "slope"}


@pytest.mark.parametrize("dataset", [Circle(), Xor()], ids=lambda d: d.kind)
def test_c24_relu_converges_many_times_faster_than_sigmoid(dataset):
    """At least 4 times, each at the better of two rates. Over tanh it is about twice, never 6."""

    def epochs(activation):
        spec = {"dataset": dataset, "layers": layers(2, 8, activation), "initializer": Auto()}
        best = []
        for seed in SEEDS[:4]:
            runs = [run(seed, learning_rate=rate, **spec) for rate in (0.3, 1.0)]
            best.append(
                min(
                    lab.epochs_until(t, lambda t: (t.evaluate().loss.train or 9) < 0.1, limit=80)
                    for t in runs
                )
            )
        return sum(best)

    assert epochs(Sigmoid()) >= 4 * epochs(ReLU())
    assert epochs(Tanh()) < 6 * epochs(ReLU())


def test_c25_relu_has_no_upper_bound():
    for seed in SEEDS[:4]:
        seen = Examination(run(seed, layers=layers(10, 32, ReLU()), initializer=Normal(sigma=1.0)))
        first, last = (float(np.sqrt((a**2).mean())) for a in (seen.a[0], seen.a[-1]))
        assert last / first > 1e4


def test_c26_a_relu_that_is_never_active_is_never_updated():
    far, layer = moved(ReLU(), -10.0, epochs=300)
    assert far == 0.0
    assert layer["dead"] == 1.0
    assert set(layer["units"]) == {"dead"}


def test_c27_a_high_learning_rate_kills_relus():
    def dead(rate):
        spec = {"dataset": Spiral(), "layers": layers(3, 16, ReLU()), "initializer": HE}
        return [lab.dead_share(run(s, learning_rate=rate, epochs=60, **spec)) for s in SEEDS[:6]]

    assert min(dead(3.0)) > 0.40
    assert lab.mean(dead(0.1)) < 0.15


def test_c28_a_small_positive_bias_makes_little_difference():
    spec = {"dataset": Spiral(), "layers": layers(3, 16, ReLU()), "initializer": HE}
    for rate, epochs in ((0.1, 0), (1.0, 60)):
        none, some = (
            lab.mean(
                lab.dead_share(run(s, bias=bias, learning_rate=rate, epochs=epochs, **spec))
                for s in SEEDS
            )
            for bias in (0.0, 0.01)
        )
        assert abs(none - some) < 0.15


def test_c29_leaky_relus_do_not_die_and_may_diverge_instead():
    spec = {"dataset": Spiral(), "layers": layers(3, 16, LeakyReLU()), "initializer": HE}
    runs = [run(seed, learning_rate=3.0, epochs=60, **spec) for seed in SEEDS]
    assert [lab.dead_share(trainer) for trainer in runs] == [0.0] * len(runs)
    diverged = [trainer for trainer in runs if trainer.divergence is not None]
    assert diverged
    assert all(np.isfinite(trainer.network.parameters).all() for trainer in diverged)


def test_c30_only_a_large_alpha_makes_the_network_linear():
    def reached(alpha):
        spec = {"dataset": Spiral(), "layers": layers(2, 16, LeakyReLU(alpha=alpha))}
        runs = [run(s, initializer=HE, learning_rate=0.1, epochs=200, **spec) for s in SEEDS[:4]]
        return [(accuracy(trainer, "train"), lab.line_accuracy(trainer)) for trainer in runs]

    assert lab.median(value for value, _ in reached(0.01)) >= 0.95
    assert all(value < 0.85 for value, _ in reached(0.7))
    assert all(value <= ceiling for value, ceiling in reached(1.0))


def test_c31_elu_outputs_are_nearer_to_zero_than_those_of_relu():
    elu, relu = (
        lab.mean(
            lab.health(run(s, layers=layers(6, 8, g), initializer=HE))[1]["mean"] for s in SEEDS
        )
        for g in (ELU(), ReLU())
    )
    assert elu < relu


def test_c32_elus_can_be_as_good_as_dead():
    far, layer = moved(ELU(), -20.0)
    assert 0.0 < far < 1e-3
    assert (layer["dead"], layer["effectively_dead"]) == (0.0, 1.0)
    leaky, layer = moved(LeakyReLU(), -20.0)
    assert leaky > 1000 * far
    assert layer["effectively_dead"] == 0.0
    assert moved(ReLU(), -20.0)[0] == 0.0


def test_c33_thirty_relu_layers_learn_with_he_and_not_with_xavier():
    """He within 20 epochs (1 of 14 falls back later at this rate), Xavier not after 20 epochs (1 of
    25 touches 0.86 or more on the way)."""

    deep = {"layers": layers(30, 32, ReLU())}
    for seed in SEEDS[:3]:
        he, reached = run(seed, initializer=HE, **deep), 0.0
        while he.epoch < 20 and reached < 0.95:
            he.run_epochs(1)
            reached = max(reached, accuracy(he))
        assert reached >= 0.95
        assert accuracy(run(seed, initializer=XavierNormal(), epochs=20, **deep)) < 0.7


def test_c33b_he_keeps_the_gradient_through_ten_relu_layers():
    """The medians: of 40 starts, He has 0.26 to 1.9 and Xavier 0.011 to 0.083. He's weights are
    Xavier's times the square root of 2, so that the two differ by about that, nine layers on."""
    he, xavier = (
        [
            lab.first_over_last(run(s, layers=layers(10, 32, ReLU()), initializer=initializer))
            for s in SEEDS
        ]
        for initializer in (HE, XavierNormal())
    )
    assert lab.median(he) > 0.3
    assert lab.median(xavier) < 0.1
    np.testing.assert_allclose(np.divide(he, xavier), 2.0**4.5, rtol=0.25)


def test_c34_xavier_suits_tanh():
    deep = {"layers": layers(10, 32, Tanh())}
    for seed in SEEDS:
        assert 0.2 <= lab.signal_kept(run(seed, initializer=XavierNormal(), **deep)) <= 1.0
        assert lab.signal_kept(run(seed, initializer=Normal(sigma=0.01), **deep)) < 1e-10
    large = lab.health(run(SEEDS[0], initializer=Normal(sigma=1.0), **deep))
    assert lab.mean(layer["saturated"] for layer in large) > 0.3


def test_c35_the_scale_of_a_random_start_decides():
    small = {"initializer": Normal(sigma=0.01), "learning_rate": 0.1, "epochs": 100}
    large = {"initializer": Normal(sigma=1.0), "epochs": 60}
    for activation in (Tanh(), ReLU()):
        six = {"layers": layers(6, 8, activation)}
        assert max(accuracy(run(seed, **six, **small)) for seed in SEEDS[:3]) < 0.7
        assert lab.median(accuracy(run(seed, **six, **large)) for seed in SEEDS[:5]) > 0.9
    ten = {"layers": layers(10, 32, ReLU())}
    assert lab.median(accuracy(run(seed, **ten, **large)) for seed in SEEDS[:5]) < 0.8
    for initializer, bound in ((Constant(value=0.5), 0.83), (Zeros(), 0.65)):
        equal = run(
            SEEDS[0],
            dataset=XorCorners(),
            layers=layers(1, 4, Tanh()),
            initializer=initializer,
            epochs=100,
        )
        assert np.ptp(equal.network.weights[0], axis=0).max() < 1e-11
        assert accuracy(equal, "train") < bound  # what one unit can do


def test_c36_sigmoid_fails_in_depth_and_works_in_one_or_two_layers():
    for seed in SEEDS[:3]:
        for depth in (1, 2):
            shallow = {"layers": layers(depth, 8, Sigmoid()), "learning_rate": 0.3}
            assert accuracy(run(seed, dataset=Xor(), epochs=200, **shallow), "train") >= 0.9
        deep = {"layers": layers(6, 8, Sigmoid()), "learning_rate": 0.1}
        assert accuracy(run(seed, dataset=Xor(), epochs=40, **deep), "train") < 0.85


def test_c37_in_a_tiny_network_tanh_is_more_reliable_than_relu():
    solved = {}
    for activation in (Tanh(), ReLU()):
        spec = {"layers": layers(1, 2, activation), "initializer": Auto(), "learning_rate": 0.1}
        seeds = [f"{seed}-{k}" for seed in SEEDS for k in range(2)]
        runs = [run(seed, dataset=XorCorners(), epochs=100, **spec) for seed in seeds]
        solved[activation.kind] = sum(accuracy(trainer) >= 0.98 for trainer in runs)
    assert solved["tanh"] > solved["relu"]


def test_c38_the_output_function_follows_the_problem():
    heads = {p: evolve(RunSpec(), {"problem": p})[0].head.name() for p in ("binary", "multiclass")}
    assert heads == {"binary": "sigmoid_bce", "multiclass": "softmax_ce"}
    assert {cls.name() for cls in HEADS if "multiclass" in cls.problems} == {"softmax_ce"}


def test_c39_a_large_enough_network_learns_the_spiral():
    rate = {"dataset": Spiral(), "initializer": HE, "learning_rate": 0.1}
    wide = [run(s, layers=layers(2, 16, ReLU()), epochs=300, **rate) for s in SEEDS[:5]]
    reached = [accuracy(trainer, "train") for trainer in wide]
    assert lab.median(reached) >= 0.98
    assert min(reached) >= 0.9
    small = [run(s, layers=layers(2, 4, ReLU()), epochs=60, **rate) for s in SEEDS[:5]]
    assert lab.median(accuracy(trainer, "train") for trainer in small) < 0.9
