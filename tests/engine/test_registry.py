"""Every registered component can be described, presented, written down and read back."""

import dataclasses
import json
from typing import Any

import pytest

import engine
from app.exporters import EXPORTERS
from engine import (
    ACTIVATIONS,
    DATASETS,
    DIAGNOSTICS,
    FEATURES,
    HEADS,
    INITIALIZERS,
    OPTIMIZERS,
    PROBLEMS,
    REGULARIZERS,
    Registry,
    SpecError,
)

REGISTRIES: list[Registry[Any]] = [
    PROBLEMS,
    DATASETS,
    FEATURES,
    ACTIVATIONS,
    INITIALIZERS,
    HEADS,
    OPTIMIZERS,
    REGULARIZERS,
]
COMPONENTS = [cls for registry in REGISTRIES for cls in registry]
SHOWN = [*COMPONENTS, *DIAGNOSTICS, *EXPORTERS]
each = pytest.mark.parametrize("cls", COMPONENTS, ids=lambda cls: cls.__name__)


@each
def test_a_component_has_a_label_and_a_help_text(cls):
    assert cls.label
    assert cls.help().endswith(".")
    assert not cls.help().startswith(f"{cls.__name__}(")


@pytest.mark.parametrize("cls", SHOWN, ids=lambda cls: cls.__name__)
def test_a_component_says_both_in_spanish_too(cls):
    assert vars(cls)["label_es"] == cls.label_in("es")
    assert vars(cls)["help_es"] == cls.help_in("es") != cls.help()
    assert cls.help_in("es").endswith(".")
    assert cls.help_in("es").count("\n\n") == cls.help().count("\n\n")


@pytest.mark.parametrize("cls", [cls for cls in SHOWN if cls.short], ids=lambda cls: cls.__name__)
def test_a_short_label_is_shorter_in_both_languages(cls):
    assert len(cls.short_in("en")) < len(cls.label_in("en"))
    assert len(cls.short_in("es")) < len(cls.label_in("es"))


@pytest.mark.parametrize("cls", SHOWN, ids=lambda cls: cls.__name__)
def test_a_component_of_somebody_else_without_spanish_is_called_as_in_english(cls):
    said = {"__doc__": "It is another one.", "label": "Another"}
    other: Any = type("Other", (cls,), said)
    assert (other.label_in("es"), other.help_in("es")) == ("Another", "It is another one.")


@each
def test_a_component_is_an_immutable_value(cls):
    assert cls() == cls()
    assert hash(cls()) == hash(cls())
    with pytest.raises(dataclasses.FrozenInstanceError):
        cls().kind = "other"


@each
def test_a_component_survives_json(cls):
    registry = cls.registry
    assert registry.make(json.loads(json.dumps(cls().to_dict()))) == cls()
    assert registry[cls.name()] is cls


@each
def test_a_parameter_that_does_not_exist_is_named(cls):
    with pytest.raises(SpecError, match=r"'wrong'.*remove it"):
        cls.registry.make({"kind": cls.name(), "wrong": 1})


@each
def test_every_parameter_has_a_range_and_a_label(cls):
    for name, annotation in engine.fields.annotations(cls).items():
        if name != "kind":
            assert any(
                isinstance(item, engine.Ui) and item.label for item in annotation.__metadata__
            )
            ranged = annotation.__origin__ is bool or len(annotation.__metadata__) >= 2
            assert ranged


@pytest.mark.parametrize("registry", REGISTRIES, ids=lambda registry: registry.noun)
def test_an_unknown_kind_lists_the_known_ones(registry):
    with pytest.raises(
        SpecError, match=f"got the unknown {registry.noun} 'nope'.*{registry.kinds[-1]}"
    ):
        registry["nope"]
    with pytest.raises(SpecError, match="expected an object with a kind"):
        registry.make({})


@pytest.mark.parametrize("registry", REGISTRIES, ids=lambda registry: registry.noun)
def test_labels_are_unique_within_a_registry(registry):
    labels = [cls.label for cls in registry]
    assert len(set(labels)) == len(labels) == len(registry)
    assert registry.kinds == tuple(cls.name() for cls in registry)


@pytest.mark.parametrize("problem", PROBLEMS.kinds)
def test_every_problem_has_a_data_set_and_a_head(problem):
    assert any(problem in cls.problems for cls in DATASETS)
    assert any(problem in cls.problems for cls in HEADS)


def test_public_names_exist_once_and_name_every_component():
    assert len(set(engine.__all__)) == len(engine.__all__)
    for name in engine.__all__:
        assert hasattr(engine, name)
    for cls in COMPONENTS:
        if cls.registry is not PROBLEMS:
            assert cls.__name__ in engine.__all__
