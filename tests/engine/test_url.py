"""The experiment in a URL: our own dialect there and back, and whatever a stranger may send."""

import math
import time
from dataclasses import MISSING, fields, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.activations import ACTIVATIONS, LeakyReLU, ReLU, Tanh
from engine.changes import evolve
from engine.datasets import DATASETS, Spiral, Xor
from engine.features import FEATURES, X1, X2, SinX1
from engine.heads import HEADS
from engine.notation import read, write
from engine.optimizers import Momentum
from engine.problems import PROBLEMS
from engine.registry import Registry
from engine.spec import LayerSpec, RunSpec
from engine.url import MAX_HASH, Decoded, View, decode, encode
from tests.engine.experiments import VIEWS, specs


@given(specs(), VIEWS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_experiment_survives_a_link(spec: RunSpec, view: View) -> None:
    hash_ = encode(spec, view)
    assert hash_.startswith("#v=1")
    assert decode(hash_) == Decoded(spec, view)


# --- Our dialect ----------------------------------------------------------------------------------


def test_no_hash_is_the_default_experiment() -> None:
    for empty in ("", "#", " # ", "https://example.org/", "https://example.org/#"):
        assert decode(empty) == Decoded(RunSpec(), View())


def test_the_default_experiment_needs_only_the_version() -> None:
    assert encode(RunSpec()) == "#v=1"
    assert decode("#v=1") == Decoded(RunSpec(), View())


def test_a_link_names_what_is_not_the_default_in_readable_words() -> None:
    spec = replace(
        RunSpec(),
        dataset=Spiral(),
        features=(X1(), X2(), SinX1()),
        layers=(LayerSpec(8, ReLU()), LayerSpec(4, LeakyReLU(alpha=0.2)), LayerSpec(2, Tanh())),
        optimizer=Momentum(beta=0.5),
        learning_rate=0.1,
    )
    assert encode(spec, View(contours=True, hidden=("noise", "dataset"))) == (
        "#v=1&dataset=spiral&features=x1,x2,sin%20x1"
        "&layers=8:relu,4:leaky_relu(alpha=0.2),2:tanh"
        "&optimizer=momentum(beta=0.5)&learning_rate=0.1&contours=true&hidden=noise,dataset"
    )


@pytest.mark.parametrize("problem", PROBLEMS.kinds)
def test_a_problem_brings_its_data_set_and_head(problem: str) -> None:
    spec, _ = evolve(RunSpec(), {"problem": problem})
    assert decode(f"#v=1&problem={problem}") == Decoded(spec, View())


@pytest.mark.parametrize("cls", list(DATASETS))
def test_a_data_set_alone_brings_its_problem(cls: Any) -> None:
    decoded = decode(f"#v=1&dataset={cls.name()}")
    assert decoded.spec.dataset == cls()
    assert decoded.notices == ()


def test_a_link_may_be_percent_encoded_by_whatever_carries_it() -> None:
    spec = decode("#v=1&layers=8:relu,2:elu(alpha=0.5)&features=x1,sin x1").spec
    carried = "#v=1&layers=8%3Arelu%2C2%3Aelu%28alpha%3D0.5%29&features=x1%2Csin%20x1"
    assert decode(carried) == Decoded(spec, View())
    assert decode("https://example.org/page?x=1" + carried).spec == spec


def test_a_missing_last_bracket_is_forgiven() -> None:
    assert decode("#v=1&layers=2:elu(alpha=0.5").spec.layers[0] == LayerSpec(
        2, ACTIVATIONS.make({"kind": "elu", "alpha": 0.5})
    )


@pytest.mark.parametrize(
    ("hash_", "expected", "words"),
    [
        ("#v=1&dataset=moon", {}, "unknown dataset 'moon'"),
        ("#v=1&noise=-3", {}, "0 is used instead"),
        ("#v=1&noise=200", {"noise": 80.0}, "80 is used instead"),
        ("#v=1&samples=12.4", {"samples": 12}, "a whole number"),
        ("#v=1&samples=many", {}, "500 is used instead"),
        ("#v=1&learning_rate=0", {}, "0.03 is used instead"),
        ("#v=1&learning_rate=NaN", {}, "0.03 is used instead"),
        ("#v=1&learning_rate=1e999", {}, "0.03 is used instead"),
        ("#v=1&shuffle=maybe", {}, "true or false"),
        ("#v=1&features=x1,x9,x2", {}, "unknown feature 'x9'"),
        ("#v=1&features=x1,x1", {}, "twice"),
        ("#v=1&layers=99:tanh,2", {"layers": (LayerSpec(32), LayerSpec(2))}, "at most 32"),
        ("#v=1&layers=4:swish,2", {}, "unknown activation 'swish'"),
        ("#v=1&layers=4:tanh(alpha=1),2", {}, "no parameter of this name"),
        ("#v=1&layers=4:tanh:9,2", {}, "expected only units:activation"),
        ("#v=1&head=softmax_ce", {}, "binary problem"),
        ("#v=1&problem=guess", {}, "binary is used instead"),
        ("#v=1&mode=tfp", {}, "standard is used instead"),
        ("#v=1&data_seed=" + "s" * 70, {"data_seed": "s" * 64}, "at most 64"),
        ("#v=1&layers=" + "1:tanh," * 39 + "1", {"layers": (LayerSpec(1),) * 30}, "at most 30"),
        ("#v=1&colour=red", {}, "no such setting"),
        ("#v=7", {}, "version 1"),
        ("#v=1&contours=perhaps", {}, "false is used instead"),
    ],
)
def test_a_bad_value_is_replaced_and_told(hash_: str, expected: Any, words: str) -> None:
    decoded = decode(hash_)
    assert decoded.spec == replace(RunSpec(), **expected)
    assert decoded.view == View()
    assert len(decoded.notices) == 1
    assert words in decoded.notices[0].text
    assert decoded.notices[0].code.startswith("link_")


def test_one_bad_value_spoils_no_other() -> None:
    decoded = decode("#v=1&dataset=xor&layers=3:relu,x:relu,5:what&noise=abc&batch_size=7")
    layers = (LayerSpec(3, ReLU()), LayerSpec(2, ReLU()), LayerSpec(5, Tanh()))
    assert decoded.spec == replace(RunSpec(), dataset=Xor(), layers=layers, batch_size=7)
    assert len(decoded.notices) == 3


def test_fields_of_the_experiment_and_of_the_view_have_different_names() -> None:
    names = [field.name for record in (RunSpec, View) for field in fields(record)]
    assert len(set(names)) == len(names)
    assert "v" not in names


def test_every_component_reads_as_it_is_written() -> None:
    registries: list[Registry[Any]] = [ACTIVATIONS, DATASETS, FEATURES, HEADS]
    for registry in registries:
        for cls in registry:
            assert read(write(cls()), registry.base, MISSING, report=never) == cls()


def never(got: str, used: str, why: str) -> None:
    raise AssertionError(f"{got}: {why}")


# --- Whatever a stranger may send -----------------------------------------------------------------


HOSTILE = [
    "#" + "&" * 5000,
    "#" + "=" * 5000,
    "#v=1&layers=" + "(" * 4000,
    "#v=1&layers=" + ")" * 4000,
    "#v=1&layers=" + "2:" * 2000,
    "#v=1&layers=" + "," * 4000,
    "#v=1&layers=" + "2:leaky_relu(alpha=(" * 200,
    "#v=1&samples=" + "9" * 4000,
    "#v=1&noise=1e-" + "9" * 4000,
    "#v=1&samples=0x" + "f" * 4000,
    "#v=1&features=" + "x1," * 1300,
    "#v=%00&%00=%00",
    "#v=1&data_seed=%ff%fe%00",
    "#v=1&hidden=" + "a," * 2000,
    "#v=1&kind=x&dataset=(kind=circle)&head=&optimizer=()&layers=:&features=,",
    "#v=1&optimizer=adam(beta1=nan,beta1=2,kind=sgd,epsilon=0)",
    "#networkShape=" + "1e9," * 1000,
    "#networkShape=" + ",".join("9" * 400 for _ in range(9)),
    "#batchSize=1e-320&learningRate=1e-320&seed=1",
    "#batchSize=0.1&percTrainData=1e-9&seed=1",
    "#__proto__=1&constructor_hide=true&__proto___hide=true&_hide=true",
    "#seed=\ud800&tutorial=\udfff",
    "x" * 10_000_000,
    "#" + "&" * 260_000,
    "#v=1&" + "".join(f"a{i}=&" for i in range(9000)),
    "#v=1&dataset=" + "(" * 65_000,
    "#v=1&dataset=custom(points=" + "A" * 60_000,
    "#v=1&dataset=custom(class_names=(" + "a," * 30_000 + "))",
    "#v=1&dataset=custom(x1_low=0x" + "f" * 60_000 + ")",
    "#v=1&dataset=custom(source=" + "%F0%9F%98%80" * 4000 + ")",
    "#v=1&features="
    + "x1," * 1300
    + "&layers="
    + "2:," * 1300
    + "&dataset=custom("
    + "a," * 20_000,
    "#" + "%" * 5000,
    "javascript:alert(1)#<script>",
]


def check(hash_: str) -> None:
    begin = time.process_time()
    decoded = decode(hash_)
    again = decode(encode(decoded.spec, decoded.view))
    assert time.process_time() - begin < 1.0
    assert (again.spec, again.view) == (decoded.spec, decoded.view)
    assert len(decoded.notices) <= 13
    assert all(len(notice) < 500 and notice.isprintable() for notice in decoded.notices)


@pytest.mark.parametrize("hash_", HOSTILE, ids=lambda hash_: ascii(hash_[:30]))
def test_a_hostile_hash_is_an_experiment_too(hash_: str) -> None:
    check(hash_)


KEYS = st.sampled_from(
    [field.name for record in (RunSpec, View) for field in fields(record)]
    + ["v", "seed", "networkShape", "batchSize", "percTrainData", "x_hide", "problem", "activation"]
)
WORDS = st.sampled_from(["tanh", "relu", "leaky_relu(alpha=", "circle", "blobs", "1e999", "NaN"])
VALUES = st.text(st.sampled_from("0123456789.,:()=%-+eE xyz"), max_size=30) | WORDS | st.text()


@given(st.lists(st.tuples(KEYS | st.text(max_size=5), VALUES), max_size=12), st.booleans())
@settings(max_examples=300, deadline=None)
def test_no_hash_fails(pairs: list[tuple[str, str]], own: bool) -> None:
    check("#" + "v=1&" * own + "&".join(f"{key}={value}" for key, value in pairs))


@given(st.text(st.characters(), max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_text_fails(text: str) -> None:
    check(text)


def test_a_link_that_is_too_long_is_read_as_far_as_it_goes() -> None:
    decoded = decode("#v=1&dataset=xor&hidden=" + "a" * MAX_HASH)
    assert decoded.spec.dataset == Xor()
    assert [notice.code for notice in decoded.notices] == ["link_too_long"]


def test_the_longest_experiment_fits_into_a_link() -> None:
    layers = (LayerSpec(32, LeakyReLU(alpha=math.pi / 10)),) * 30
    spec = replace(RunSpec(), layers=layers, data_seed="é" * 64, weight_seed="é" * 64)
    assert len(encode(spec)) < MAX_HASH
    assert decode(encode(spec)).spec == spec
