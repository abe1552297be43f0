"""The model of an experiment follows the registries, and its errors can be read."""

import contextlib
import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.spec_model import changes_model, read_changes
from engine import (
    ACTIVATIONS,
    DATASETS,
    FEATURES,
    HEADS,
    INITIALIZERS,
    OPTIMIZERS,
    PROBLEMS,
    REGULARIZERS,
    RunSpec,
    SpecError,
    evolve,
)

FIELDS: dict[str, Any] = {
    "dataset": DATASETS,
    "initializer": INITIALIZERS,
    "head": HEADS,
    "optimizer": OPTIMIZERS,
    "regularizer": REGULARIZERS,
}
MEMBERS = [(name, cls) for name, registry in FIELDS.items() for cls in registry]


def test_every_field_of_an_experiment_can_be_changed():
    assert set(changes_model().model_fields) == {field.name for field in fields(RunSpec)}


@pytest.mark.parametrize(("name", "cls"), MEMBERS, ids=lambda item: getattr(item, "__name__", item))
def test_every_component_of_every_registry_is_read(name, cls):
    component = cls()
    read = read_changes({name: component.to_dict()})
    assert cls.registry.make(read[name]) == component
    assert json.loads(json.dumps(read)) == {name: component.to_dict()}
    assert read_changes({name: {"kind": component.kind}}) == read


@pytest.mark.parametrize("cls", ACTIVATIONS, ids=lambda cls: cls.__name__)
def test_every_activation_is_read_in_a_layer(cls):
    layers = [{"units": 3, "activation": cls().to_dict()}]
    assert list(read_changes({"layers": layers})["layers"]) == layers


@pytest.mark.parametrize("kind", PROBLEMS.kinds)
def test_a_whole_experiment_is_read_as_it_was_written(kind):
    spec, _ = evolve(
        RunSpec(), {"problem": kind, "features": [{"kind": k} for k in FEATURES.kinds]}
    )
    assert evolve(spec, read_changes(spec.to_dict()))[0] == spec


def test_what_a_layer_leaves_out_has_the_default_of_the_engine():
    assert read_changes({"layers": [{"units": 5}, {}]})["layers"] == ({"units": 5}, {})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"nonsense": 1}, r"^nonsense: got 1, expected no field of this name"),
        ({"learning_rate": 0}, r"^learning_rate: got 0, expected more than 0"),
        ({"learning_rate": float("nan")}, r"finite"),
        ({"learning_rate": 1e308 * 10}, r"finite"),
        ({"noise": 10**400}, r"^noise: .*finite"),
        ({"samples": 10.5}, r"^samples: got 10\.5, expected .*integer"),
        ({"samples": "10"}, r"^samples: .*integer"),
        ({"batch_size": True}, r"^batch_size: .*integer"),
        ({"shuffle": 1}, r"^shuffle: .*boolean"),
        ({"data_seed": "x" * 65}, r"^data_seed: .*64"),
        ({"optimizer": {"kind": "swish"}}, r"^optimizer: .*'swish'.*'sgd'"),
        ({"optimizer": {"kind": "momentum", "x": 1}}, r"^optimizer\.momentum\.x: "),
        (
            {"optimizer": {"kind": "momentum", "beta": 2}},
            r"^optimizer\.momentum\.beta: got 2, expected",
        ),
        ({"optimizer": None}, r"^optimizer: "),
        ({"features": [{}]}, r"^features\.0: got {}, expected an object with a kind"),
        ({"features": [{"kind": "x1"}] * 17}, r"^features: got 17 entries, expected at most 16"),
        (
            {"features": [{"kind": "x1"}, {"kind": "formula", "text": "sqr(x1)"}]},
            r"^features\.1\.formula\.text: got 'sqr\(' at character 1, expected a function",
        ),
        ({"layers": [{"units": 2}] * 31}, r"^layers: got 31 entries, expected at most 30"),
        ({"layers": [{"units": 33}]}, r"^layers\.0\.units: got 33, expected at most 32"),
        (
            {"layers": [{"activation": {"kind": "elu", "alpha": 9}}]},
            r"^layers\.0\.activation\.elu\.alpha: got 9, expected",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_path(changes, message):
    with pytest.raises(SpecError, match=message):
        read_changes(changes)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["kind", "units", "activation", "alpha"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(changes_model().model_fields)), JSON, max_size=3))
def test_no_change_makes_more_than_a_readable_error(changes):
    with contextlib.suppress(SpecError):
        evolve(RunSpec(), read_changes(changes))
