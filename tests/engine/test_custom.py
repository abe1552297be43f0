"""Points of one's own: their form, what they refuse and bring along, and how they are split."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import (
    DIAGNOSTICS,
    Blobs,
    Circle,
    Custom,
    Discs,
    LayerSpec,
    LinearMSE,
    Plane,
    RunSpec,
    SpecError,
    Trainer,
    build_data,
    evolve,
)
from engine.custom import MOST_POINTS, STEPS, pack, unpack
from engine.data import Data
from engine.url import MAX_HASH, decode, encode

PROBLEMS = ("binary", "multiclass", "multilabel", "regression")


def custom(n: int = 40, classes: int = 2, **more: Any) -> Custom:
    """Points at random places, with as many classes."""
    rng = np.random.default_rng(n)
    return Custom(points=pack(rng.uniform(-5, 5, (2, n)), np.arange(n) % classes), **more)


def numbers(n: int = 40, **more: Any) -> Custom:
    rng = np.random.default_rng(n)
    points = pack(rng.uniform(-5, 5, (2, n)), rng.uniform(-1, 1, n), numeric=True)
    return Custom(points=points, numeric=True, **more)


def spec_of(dataset: Custom, problem: str = "binary", **more: Any) -> RunSpec:
    return evolve(RunSpec(), {"dataset": dataset, "problem": problem, **more})[0]


def refusal(work: Callable[[], Any]) -> str:
    with pytest.raises(SpecError) as caught:
        work()
    text = str(caught.value)
    assert "got" in text
    assert "expected" in text
    assert len(text) < 400
    return text


# --- the form -------------------------------------------------------------------------------------


def test_the_form_is_three_columns_little_endian_in_base64url_without_padding() -> None:
    """By hand: -6 is 0, 6 is 65535, 0 is 32768 (the middle lies between two steps)."""
    assert pack([[-6, 6], [0, -6]], [1, 7]) == "AAD__wCAAAABBw"
    assert pack([[-6, 6], [0, -6]], [1, -1], numeric=True) == "AAD__wCAAAD__wAA"
    read = unpack("AAD__wCAAAABBw")
    assert read.x.tolist() == [[0, 65535], [32768, 0]]
    assert read.target.tolist() == [1, 7]
    np.testing.assert_allclose(read.plot, [[-6, 6], [0, -6]], atol=12 / STEPS)
    assert unpack("AAD__wCAAAD__wAA", numeric=True).numbers.tolist() == [1, -1]


STEP = st.integers(0, STEPS)


@given(st.lists(st.tuples(STEP, STEP, st.integers(0, 255)), min_size=2, max_size=50))
def test_what_is_packed_is_unpacked_to_the_step(rows: list[tuple[int, int, int]]) -> None:
    x1, x2, target = np.array(rows).T
    place = np.array([x1, x2]) / STEPS * 12 - 6
    read = unpack(pack(place, target))
    np.testing.assert_array_equal(read.x, [x1, x2])
    np.testing.assert_array_equal(read.target, target)
    assert pack(read.plot, read.target) == pack(place, target)
    read = unpack(pack(place, x1 / STEPS * 2 - 1, numeric=True), numeric=True)
    np.testing.assert_array_equal(read.target, x1)


GOOD = pack([[0, 1, 2], [0, 1, 2]], [0, 1, 0])


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ("", "got 0 points, expected 2 to 5000; add some"),
        (GOOD[:-1], "got 19 characters, which hold 2 points and a part of one"),
        (GOOD + "A", "copy all of them again"),
        (GOOD[:7], "got 1 points, expected 2 to 5000; add some"),
        (GOOD[:4] + "+" + GOOD[5:], "got '+' as character 5, expected base64url"),
        (GOOD + "=", "got '=' as character 21"),
        (GOOD[:4] + "é" + GOOD[5:], "as character 5"),
        ("\n" + GOOD[1:], "as character 1"),
        ("A" * 40_001, "40000"),
        ("A" * 33_340, "got 5001 points, expected 2 to 5000; take a sample"),
    ],
)
def test_what_is_no_text_of_points_is_refused_in_words(points: str, words: str) -> None:
    assert words in refusal(lambda: Custom(points=points))


@pytest.mark.parametrize(
    ("x", "target", "numeric", "words"),
    [
        ([[0, 7], [0, 0]], [0, 1], False, "got the coordinate 7, expected -6 to 6"),
        ([[0, float("nan")], [0, 0]], [0, 1], False, "got the coordinate nan"),
        ([[0, float("inf")], [0, 0]], [0, 1], False, "got the coordinate inf"),
        ([[0, 1], [0, 0]], [0, 256], False, "whole numbers from 0 to 255"),
        ([[0, 1], [0, 0]], [0, 0.5], False, "whole numbers from 0 to 255"),
        ([[0, 1], [0, 0]], [0, float("nan")], False, "whole numbers from 0 to 255"),
        ([[0, 1], [0, 0]], [0, 1.5], True, "got the target 1.5, expected -1 to 1"),
        ([[0, 1]], [0, 1], False, "shape"),
        ([[0, 1], [0, 1]], ["a", "b"], False, "expected numbers"),
        ([[0], [0]], [0], False, "got 1 points"),
        (np.zeros((2, MOST_POINTS + 1)), np.zeros(MOST_POINTS + 1), False, "got 5001 points"),
    ],
)
def test_points_that_cannot_be_packed_are_refused_in_words(
    x: Any, target: Any, numeric: bool, words: str
) -> None:
    assert words in refusal(lambda: pack(x, target, numeric=numeric))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"x1_low": 5.0, "x1_high": 5.0}, "x1_high: got the range 5 to 5"),
        ({"x2_low": 1.0, "x2_high": -1.0}, "x2_high: got the range 1 to -1"),
        ({"target_high": -2.0}, "target_high: got the range -1 to -2"),
        ({"x1_low": float("-inf")}, "x1_low: got -inf, expected a finite number"),
        ({"x1_high": float("nan")}, "x1_high: got nan, expected a finite number"),
        ({"x1_high": 1e308}, "x1_high: got 1e+308, expected at least -1e+300 and at most"),
        ({"class_names": ("a", "")}, "class_names: got a class without a name"),
        ({"class_names": ("a",) * 9}, "class_names: got 9 entries"),
        ({"class_names": ("a" * 41,)}, r"class_names[0]: got"),
        ({"x1_name": "a" * 41}, "x1_name: got"),
        ({"source": "a" * 201}, "source: got"),
        ({"numeric": True}, "points: got 14 characters"),
    ],
)
def test_what_is_said_of_the_points_is_checked(fields: dict[str, Any], words: str) -> None:
    assert words in refusal(lambda: Custom(**fields))


# --- in an experiment -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dataset", "problem", "words"),
    [
        (custom(), "regression", "whose targets are classes for a regression problem"),
        (numbers(), "binary", "whose targets are numbers for a binary problem"),
        (custom(classes=3), "binary", "got the target 2, expected a class from 0 to 1"),
        (custom(classes=5), "multiclass", "got the target 4, expected a class from 0 to 2"),
        (custom(classes=9), "multilabel", "got the target 8, expected a bit mask of labels"),
    ],
)
def test_points_of_another_problem_are_refused(dataset: Custom, problem: str, words: str) -> None:
    spec = evolve(RunSpec(), {"problem": problem})[0]
    message = refusal(lambda: replace(spec, dataset=dataset))
    assert message.startswith("dataset: ")
    assert words in message


@pytest.mark.parametrize(
    ("before", "dataset", "after"),
    [
        ("binary", custom(), ("binary", 3)),
        ("binary", custom(classes=3), ("multiclass", 3)),
        ("binary", custom(classes=7), ("multiclass", 7)),
        ("multiclass", custom(), ("multiclass", 3)),
        ("multilabel", custom(classes=16), ("multilabel", 4)),
        ("regression", custom(), ("binary", 3)),
        ("regression", custom(classes=4), ("multiclass", 4)),
        ("binary", custom(classes=20), ("multilabel", 5)),
        ("multilabel", numbers(), ("regression", 3)),
    ],
)
def test_points_bring_the_problem_and_the_classes_that_they_need(
    before: str, dataset: Custom, after: tuple[str, int]
) -> None:
    spec = evolve(RunSpec(), {"problem": before})[0]
    changed, notices = evolve(spec, {"dataset": dataset})
    assert (changed.problem, changed.classes) == after
    assert changed.samples == 40
    assert changed.problem in changed.head.problems
    assert [notice.code for notice in notices] == ["problem"] * (before != changed.problem)
    assert decode(f"#v=1&dataset={encode(changed).partition('dataset=')[2]}").notices == ()


def test_points_bring_their_number_and_a_rule_brings_the_usual_one_back() -> None:
    spec, _ = evolve(RunSpec(samples=200), {"dataset": custom(30)})
    assert spec.samples == 30
    spec, _ = evolve(spec, {"samples": 12})
    assert evolve(spec, {"noise": 5})[0].samples == 12
    assert evolve(spec, {"dataset": custom(33)})[0].samples == 33
    assert evolve(spec, {"dataset": custom(33), "samples": 20})[0].samples == 20
    assert evolve(spec, {"dataset": Circle()})[0].samples == 500
    assert evolve(spec, {"dataset": Plane()})[0].samples == 1200
    assert evolve(RunSpec(samples=200), {"dataset": {"kind": "spiral"}})[0].samples == 200


def test_more_samples_than_points_are_all_of_them_and_that_is_told() -> None:
    spec, notices = evolve(spec_of(custom(30)), {"samples": 200})
    assert spec.samples == 30
    assert [(notice.code, str(notice)) for notice in notices] == [
        ("points_all", "There are 30 points; all are used.")
    ]
    assert RunSpec(dataset=custom(30)).samples == 30
    assert RunSpec.from_dict({"dataset": custom(30).to_dict()}).samples == 30


def test_a_network_too_large_for_all_points_takes_fewer_of_them() -> None:
    large = RunSpec(layers=(LayerSpec(32),) * 30)
    spec, notices = evolve(large, {"dataset": custom(2000)})
    assert spec.samples == 1302
    assert str(notices[0]) == "So large a network learns from 1302 of the 2000 points."


@pytest.mark.parametrize(
    ("dataset", "before", "after", "target"),
    [
        (custom(6, 2), "binary", "multiclass", [0, 1, 0, 1, 0, 1]),
        (custom(6, 2), "multiclass", "binary", [0, 1, 0, 1, 0, 1]),
        (custom(6, 2), "binary", "multilabel", [1, 2, 1, 2, 1, 2]),
        (custom(6, 3), "multiclass", "multilabel", [1, 2, 4, 1, 2, 4]),
        (custom(6, 3), "multiclass", "binary", None),
        (custom(6, 3), "multilabel", "multiclass", None),
        (custom(6, 2), "binary", "regression", None),
        (numbers(6), "regression", "binary", None),
    ],
)
def test_points_stay_for_another_problem_where_they_can_be_those_of_it(
    dataset: Custom, before: str, after: str, target: list[int] | None
) -> None:
    spec, notices = evolve(spec_of(dataset, before), {"problem": after})
    codes = [notice.code for notice in notices]
    if target is None:
        assert spec == evolve(RunSpec(), {"problem": after})[0]
        assert codes == ["problem", "points_left"]
        return
    assert codes == ["problem"]
    assert isinstance(spec.dataset, Custom)
    np.testing.assert_array_equal(spec.dataset.read.target, target)
    np.testing.assert_array_equal(spec.dataset.read.x, dataset.read.x)
    assert spec.samples == 6


def test_labels_of_one_each_are_classes_again() -> None:
    three = spec_of(custom(6, 3), "multiclass")
    there = evolve(three, {"problem": "multilabel"})[0]
    assert evolve(there, {"problem": "multiclass"})[0] == three


def test_tensorflow_playground_has_no_points_of_ones_own() -> None:
    tfp = evolve(RunSpec(), {"mode": "tfp"})[0]
    left, notices = evolve(tfp, {"dataset": custom()})
    assert left.mode == "standard"
    assert "does not have: dataset 'Own data'" in str(notices[-1])
    assert "'Own data'" in refusal(lambda: evolve(spec_of(custom()), {"mode": "tfp"}))


# --- which points, and where ----------------------------------------------------------------------


def places(data: Data, part: str = "train") -> set[tuple[float, ...]]:
    return set(map(tuple, getattr(data, part).x.T.tolist()))


@pytest.mark.parametrize("problem", PROBLEMS)
def test_all_points_are_there_with_their_targets(problem: str) -> None:
    dataset = numbers() if problem == "regression" else custom(classes=2)
    data = build_data(spec_of(dataset, problem, classes=2, train_share=70))
    assert (data.train.size, data.test.size) == (28, 12)
    read = dataset.read
    if problem == "multilabel":
        wanted = {tuple(x): [t & 1, t >> 1] for x, t in zip(read.plot.T, read.target, strict=True)}
    elif problem == "regression":
        wanted = {tuple(x): [t] for x, t in zip(read.plot.T, read.numbers, strict=True)}
    else:
        wanted = {tuple(x): [t] for x, t in zip(read.plot.T, read.target, strict=True)}
    found = {
        tuple(x): np.atleast_1d(label).tolist()
        for part in (data.train, data.test)
        for x, label in zip(part.x.T, part.labels.T, strict=True)
    }
    assert found == wanted


def test_fewer_samples_are_a_random_part_by_the_data_seed() -> None:
    spec = spec_of(custom(400), samples=100)
    data = build_data(spec)
    chosen = places(data) | places(data, "test")
    assert len(chosen) == 100
    assert chosen < set(map(tuple, custom(400).read.plot.T.tolist()))
    again = build_data(replace(spec, weight_seed="x"))
    assert chosen == places(again) | places(again, "test")
    other = build_data(replace(spec, data_seed="x"))
    assert 5 < len(chosen & (places(other) | places(other, "test"))) < 60
    more = build_data(replace(spec, samples=101))
    assert len(chosen - (places(more) | places(more, "test"))) == 0


def test_a_point_more_or_less_leaves_the_others_on_their_side() -> None:
    dataset = custom(200)
    read = dataset.read
    before = places(build_data(spec_of(dataset)))
    fewer = Custom(points=pack(np.delete(read.plot, 17, axis=1), np.delete(read.target, 17)))
    more = Custom(points=pack(np.insert(read.plot, 0, [1, 2], axis=1), [1, *read.target]))
    for changed in (fewer, more):
        after = places(build_data(spec_of(changed)))
        assert len(before ^ after) <= 2


def test_the_split_is_random() -> None:
    """Not by place: training points have their mean where all have it."""
    x = np.linspace(-5, 5, 1000)
    dataset = Custom(points=pack([x, 0 * x], np.arange(1000) % 2))
    means = [build_data(spec_of(dataset, data_seed=str(s))).train.x[0].mean() for s in range(50)]
    expected = 10 / np.sqrt(12 * 500) * np.sqrt(0.5)  # without replacement, half of all
    assert np.std(means) == pytest.approx(expected, rel=0.35)
    assert abs(np.mean(means)) < 4 * expected / np.sqrt(50)


def test_points_at_one_place_stay_on_one_side() -> None:
    rng = np.random.default_rng(1)
    x = rng.uniform(-5, 5, (2, 50)).repeat(2, axis=1)
    data = build_data(spec_of(Custom(points=pack(x, np.arange(100) % 2))))
    assert len(places(data) & places(data, "test")) == 0


def test_noise_moves_points_and_keeps_the_sides() -> None:
    still, moved = (build_data(spec_of(custom(), noise=noise)) for noise in (0.0, 20.0))
    np.testing.assert_array_equal(still.train.labels, moved.train.labels)
    step = moved.train.x - still.train.x
    assert 0.2 < step.std() < 0.6


# --- few points, one class, and everything that looks at them -------------------------------------


FEW = {
    "the default": Custom(),
    "two of one class": Custom(points=pack([[1, 2], [1, 2]], [0, 0])),
    "two at one place": Custom(points=pack([[1, 1], [1, 1]], [0, 1])),
    "three in a column": Custom(points=pack([[1, 1, 1], [1, 2, 3]], [1, 1, 1])),
    "only the last class": Custom(points=pack([[1, 2, 3], [1, 2, 3]], [7, 7, 7])),
    "two numbers": Custom(points=pack([[1, 2], [1, 2]], [0, 1], numeric=True), numeric=True),
    "equal numbers": Custom(points=pack([[1, 2], [1, 2]], [1, 1], numeric=True), numeric=True),
}
CASES = [
    (name, problem)
    for name, dataset in FEW.items()
    for problem in PROBLEMS
    if dataset.numeric == (problem == "regression")
    and (problem != "binary" or dataset.numeric or dataset.read.target.max() < 2)
]


@pytest.mark.parametrize(("name", "problem"), CASES)
def test_the_smallest_data_train_and_can_be_looked_at(name: str, problem: str) -> None:
    spec = spec_of(FEW[name], problem, classes=8)
    trainer = Trainer(spec)
    trainer.run_epochs(3)
    evaluation = trainer.evaluate()
    assert evaluation.loss.train is not None
    assert evaluation.loss.test is not None
    assert trainer.divergence is None
    for cls in DIAGNOSTICS:
        json.dumps(cls().measure(trainer), allow_nan=False)
    trainer.restore(trainer.snapshot())


def test_own_points_are_learned() -> None:
    data = Blobs().sample(150, 3, np.random.default_rng(0))
    dataset = Custom(points=pack(data[0], data[1]))
    trainer = Trainer(evolve(RunSpec(), {"dataset": dataset, "learning_rate": 0.1})[0])
    trainer.run_epochs(100)
    accuracy = trainer.evaluate().metrics["accuracy"]
    assert accuracy.test is not None
    assert accuracy.test > 0.95


# --- links and files ------------------------------------------------------------------------------


def test_a_link_holds_all_points_with_the_longest_names() -> None:
    name = "\N{GREEK SMALL LETTER ALPHA}(," * 13
    dataset = numbers(
        MOST_POINTS,
        x1_name=name,
        x2_name=name,
        target_name=name,
        class_names=(name,) * 8,
        source=name * 5,
        x1_low=-1 / 3,
        target_low=-4 / 3e200,
    )
    layers = (LayerSpec(8),) * 30
    spec = evolve(RunSpec(), {"dataset": dataset, "layers": layers})[0]
    assert isinstance(spec.head, LinearMSE)
    link = encode(spec)
    assert 40_000 < len(link) < MAX_HASH
    decoded = decode(link)
    assert decoded.spec == spec
    assert decoded.notices == ()


def test_a_link_names_the_samples_only_where_they_are_not_all_points() -> None:
    spec = spec_of(custom(500))
    assert "samples" not in encode(spec)
    assert "samples=500" in encode(spec_of(custom(800), samples=500))
    for some in (spec, spec_of(custom(800), samples=500), spec_of(custom(30), samples=3)):
        assert decode(encode(some)).spec == some


def test_a_link_with_half_of_its_points_opens_and_says_so() -> None:
    link = encode(spec_of(custom(100)))
    at = link.index("points=") + 50
    decoded = decode(link[:at])
    assert decoded.spec == RunSpec()
    assert "which hold 6 points and a part of one" in str(decoded.notices[0])
    decoded = decode(link + "&samples=700")
    assert decoded.spec.samples == 100
    assert "there are 100 points; 100 is used instead" in str(decoded.notices[0])


def test_a_link_that_no_experiment_fits_is_an_experiment_too() -> None:
    points = custom(20).points
    for hash_, words in [
        (f"#v=1&problem=regression&dataset=custom(points={points})", "targets are classes"),
        (f"#v=1&dataset=custom(points={points},x1_low=9,x1_high=1)", "the range 9 to 1"),
        (f"#v=1&dataset=custom(points={points},class_names=(" + "a," * 15_000 + "))", "at most 8"),
        (f"#v=1&dataset=custom(points={points}," + "a=1," * 12_000 + ")", "no parameter"),
        (f"#v=1&problem=multilabel&classes=2&dataset=custom(points={custom(9, 8).points})", "7"),
    ]:
        decoded = decode(hash_)
        assert any(words in str(notice) for notice in decoded.notices), words
        assert decode(encode(decoded.spec)).spec == decoded.spec


def test_points_without_a_number_in_a_file_are_all_of_them() -> None:
    spec = spec_of(custom(30))
    data = json.loads(json.dumps(spec.to_dict()))
    assert RunSpec.from_dict(data) == spec
    del data["samples"]
    assert RunSpec.from_dict(data) == spec


def test_multilabel_points_are_rows_of_labels() -> None:
    x, labels = Discs().sample(60, 3, np.random.default_rng(0))
    masks = (labels << np.arange(3)[:, np.newaxis]).sum(axis=0)
    spec = spec_of(Custom(points=pack(x, masks)), "multilabel")
    data = build_data(spec)
    assert data.train.labels.shape == (3, 30)
    assert data.train.labels.sum() + data.test.labels.sum() == labels.sum()


# --- other points for a network that has learned --------------------------------------------------


def test_a_network_goes_on_with_other_points() -> None:
    trainer = Trainer(spec_of(custom(40)))
    trainer.run_epochs(3)
    other = trainer.with_data(spec_of(custom(60)))
    np.testing.assert_array_equal(other.network.parameters, trainer.network.parameters)
    assert (other.epoch, other.steps, other.data.train.size) == (3, 6, 30)
    assert other.run_epochs(2) == 6
    assert trainer.epoch == 3


def test_a_network_goes_on_only_where_it_is_the_same_one() -> None:
    trainer = Trainer(spec_of(custom(40)))
    for changes in ({"layers": (LayerSpec(3),)}, {"features": ()}, {"bias": 1.0}):
        spec = evolve(trainer.spec, changes)[0]
        assert "got a change of the network" in refusal(partial(trainer.with_data, spec))
    tfp = Trainer(evolve(RunSpec(), {"mode": "tfp"})[0])
    assert "make a new trainer" in refusal(lambda: tfp.with_data(tfp.spec))
