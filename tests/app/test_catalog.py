"""The catalogue: complete, plain JSON, and true to the registries."""

import base64
import importlib
import json
import pkgutil
import time
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

import engine
from app.catalog import (
    REGISTRIES,
    THUMBNAIL_SAMPLES,
    build_catalog,
    first_paragraph,
    for_page,
)
from app.exporters import EXPORTERS
from engine.activations import ACTIVATIONS
from engine.codec import decode
from engine.custom import Custom
from engine.datasets import DATASETS
from engine.features import FEATURES, feature_map
from engine.formula import FUNCTIONS
from engine.registry import Registry
from engine.spec import RunSpec

CATALOG = build_catalog()
SPANISH = build_catalog("es")
ENTRIES = [
    pytest.param(cls, entry, id=f"{noun}:{entry['kind']}")
    for noun, registry in REGISTRIES.items()
    for cls, entry in zip(registry, CATALOG["components"][noun], strict=True)
]
ENTRY_KEYS = {
    "kind", "label", "help", "formula", "html", "problems", "tfp", "default", "parameters",
}  # fmt: skip
FIELD_KEYS = {
    "label", "help", "type", "component", "minimum", "maximum", "ui_minimum", "ui_maximum",
    "step", "scale", "options", "default", "live",
}  # fmt: skip
NAMES = {
    "Adam", "ELU", "GELU", "Glorot normal", "He normal", "L1", "L2", "Leaky ReLU", "Nesterov",
    "Normal", "RMSProp", "ReLU", "SGD", "SiLU (Swish)", "Softplus", "Tanh", "X1", "X2",
    "Xavier (1/fan_in)", "beta", "beta 1", "beta 2", "cos x1", "cos x2", "rho", "sigma", "sin x1",
    "sin x2", "x", "x1", "x1*x2", "x1^2", "x2", "x2^2",
}  # fmt: skip
"""Labels that are the same in both languages."""
FIELD_TYPES = {
    "number", "integer", "boolean", "string", "choice", "component", "components", "layers",
}  # fmt: skip


def engine_registries() -> list[Registry[Any]]:
    """Every registry that any module of the engine holds."""
    modules = [
        importlib.import_module(module.name)
        for module in pkgutil.walk_packages(engine.__path__, "engine.")
        if not module.name.endswith("__main__")
    ]
    values = [value for module in modules for value in vars(module).values()]
    return [value for value in values if isinstance(value, Registry)]


def test_every_registry_of_the_engine_is_in_it() -> None:
    found = {registry.noun for registry in engine_registries()}
    assert found == set(CATALOG["components"])


@pytest.mark.parametrize("noun", REGISTRIES)
def test_every_component_is_in_it_in_declared_order(noun: str) -> None:
    kinds = tuple(entry["kind"] for entry in CATALOG["components"][noun])
    assert kinds == REGISTRIES[noun].kinds


def test_every_field_of_the_experiment_is_in_it() -> None:
    assert list(CATALOG["fields"]) == [field.name for field in fields(RunSpec)]


@pytest.mark.parametrize("name", CATALOG["fields"])
def test_a_field_says_all_that_a_control_needs(name: str) -> None:
    field = CATALOG["fields"][name]
    assert field.keys() == FIELD_KEYS
    assert field["type"] in FIELD_TYPES
    assert field["label"]
    assert field["default"] == RunSpec().to_dict()[name]
    assert (field["component"] is not None) == (name in {*REGISTRIES, "features"})
    if field["component"] is not None:
        assert field["component"] in CATALOG["components"]


@pytest.mark.parametrize(("cls", "entry"), ENTRIES)
def test_an_entry_says_all_that_a_menu_needs(cls: Any, entry: dict[str, Any]) -> None:
    assert entry.keys() >= ENTRY_KEYS
    assert entry["label"] == cls.label
    assert len(entry.get("short", "")) < len(entry["label"])
    assert entry["help"]
    assert "\n" not in entry["help"]
    assert decode(cls, entry["default"]) == cls()
    parameters = [field.name for field in fields(cls) if field.name != "kind"]
    assert [parameter["name"] for parameter in entry["parameters"]] == parameters


@pytest.mark.parametrize(("cls", "entry"), ENTRIES)
def test_a_slider_offers_only_what_is_allowed(cls: Any, entry: dict[str, Any]) -> None:
    if cls is Custom:
        return  # the ends of an axis are no sliders, and depend on each other
    for parameter in entry["parameters"]:
        for bound in ("ui_minimum", "ui_maximum"):
            if parameter[bound] is not None:
                cls(**{parameter["name"]: parameter[bound]})


@pytest.mark.parametrize("name", CATALOG["fields"])
def test_a_field_offers_only_what_is_allowed(name: str) -> None:
    field = CATALOG["fields"][name]
    if field["type"] in ("number", "integer"):
        offered = [field["ui_minimum"], field["ui_maximum"], *(field["options"] or [])]
        for value in offered:
            if value is not None:
                RunSpec(**{name: value})


@pytest.mark.parametrize("cls", DATASETS, ids=lambda cls: cls.name())
def test_a_thumbnail_shows_the_data_set(cls: Any) -> None:
    (entry,) = (e for e in CATALOG["components"]["dataset"] if e["kind"] == cls.name())
    thumbnail = entry["thumbnail"]
    if cls().size is not None:  # there are no points yet
        assert thumbnail is None
        return
    assert thumbnail.keys() == {"x1", "x2", "label"}
    assert {len(values) for values in thumbnail.values()} <= {0, THUMBNAIL_SAMPLES}
    if thumbnail["x1"]:
        assert len(set(thumbnail["label"])) > 1
        assert max(map(abs, thumbnail["x1"] + thumbnail["x2"])) <= 6.5


def test_the_thumbnails_look_like_those_of_tensorflow_playground() -> None:
    shown = {
        entry["tfp"]: {key: np.array(values) for key, values in entry["thumbnail"].items()}
        for entry in CATALOG["components"]["dataset"]
        if entry["tfp"]
    }
    circle, xor, gauss, spiral, plane = (
        shown[name] for name in ("circle", "xor", "gauss", "spiral", "reg-plane")
    )
    radius = np.hypot(circle["x1"], circle["x2"])
    assert np.array_equal(circle["label"] == 1, radius < 3)
    assert np.array_equal(xor["label"] == 1, xor["x1"] * xor["x2"] > 0)
    assert np.mean((gauss["label"] == 1) == (gauss["x1"] + gauss["x2"] > 0)) > 0.98
    # At any radius the two arms of the spiral lie opposite each other.
    for label, sign in ((1, 1.0), (0, -1.0)):
        arm = spiral["label"] == label
        distance = np.hypot(spiral["x1"], spiral["x2"])[arm]
        angle = 1.75 * 2 * np.pi * distance / 5
        expected = sign * distance * np.sin(angle)  # of a distance that is rounded
        assert np.corrcoef(spiral["x1"][arm], expected)[0, 1] > 0.98
    assert np.allclose(plane["label"], (plane["x1"] + plane["x2"]) / 10, atol=0.07)
    assert shown["reg-gauss"]["label"].min() < -0.5 < 0.5 < shown["reg-gauss"]["label"].max()


@pytest.mark.parametrize("cls", [c for c in FEATURES if c.total], ids=lambda cls: cls.name())
def test_a_feature_has_its_map(cls: Any) -> None:
    (entry,) = (e for e in CATALOG["components"]["feature"] if e["kind"] == cls.name())
    coded = np.frombuffer(base64.b64decode(entry["map"]), np.int8).reshape(32, 32)
    values = coded / 127 * entry["scale"]
    assert np.allclose(values, feature_map(cls(), 32), atol=entry["scale"] / 250)


def test_formulas_have_their_functions_for_who_asks() -> None:
    (entry,) = (e for e in CATALOG["components"]["feature"] if e["kind"] == "formula")
    assert entry["functions"].keys() == FUNCTIONS.keys()
    assert all(entry["functions"].values())
    (entry,) = (e for e in for_page(CATALOG)["components"]["feature"] if e["kind"] == "formula")
    assert "functions" not in entry
    assert "map" not in entry


def test_every_exporter_is_listed() -> None:
    assert [entry["kind"] for entry in CATALOG["exporters"]] == list(EXPORTERS.kinds)
    for entry in CATALOG["exporters"]:
        assert set(entry) == {"kind", "label", "help", "group", "suffix"}
        assert entry["help"].endswith(".")


def test_limits_are_those_of_the_engine() -> None:
    assert CATALOG["limits"] == {"layers": 30, "drawn_layers": 8, "units": 32}


def test_it_is_plain_json_and_always_the_same() -> None:
    text = json.dumps(CATALOG, allow_nan=False)
    assert json.loads(text) == CATALOG
    assert json.dumps(build_catalog()) == text


def texts_of(value: Any, path: str = "") -> dict[str, str]:
    """Every label and help text within a catalogue, by where it stands."""
    items = enumerate(value) if isinstance(value, list) else value.items()
    found: dict[str, str] = {}
    for key, item in items:
        here = f"{path}/{key}"
        if isinstance(item, dict | list):
            found |= texts_of(item, here)
        elif isinstance(item, str) and (
            key in ("label", "short", "help") or path.endswith("/functions")
        ):
            found[here] = item
    return found


def without(value: Any, texts: set[str], path: str = "") -> Any:
    """The catalogue without the texts at these places."""
    if isinstance(value, dict):
        return {key: without(item, texts, f"{path}/{key}") for key, item in value.items()}
    if isinstance(value, list):
        return [without(item, texts, f"{path}/{index}") for index, item in enumerate(value)]
    return None if path in texts else value


def test_another_language_changes_texts_and_nothing_else() -> None:
    places = set(texts_of(CATALOG))
    assert set(texts_of(SPANISH)) == places
    assert without(CATALOG, places) == without(SPANISH, places)


def test_every_help_text_is_said_in_spanish() -> None:
    english, spanish = texts_of(CATALOG), texts_of(SPANISH)
    same = {path for path in english if english[path] == spanish[path] != ""}
    assert not {path for path in same if path.endswith("/help") or "/functions/" in path}
    labels = {english[path] for path in same if not path.endswith("/short")}
    assert labels <= NAMES


def test_a_language_that_nobody_speaks_is_english() -> None:
    assert build_catalog("xx") == CATALOG


@pytest.mark.timed
def test_it_is_made_at_start_up_without_delay() -> None:
    before = time.perf_counter()
    build_catalog()
    assert time.perf_counter() - before < 0.5  # 0.01 s on a quiet machine


def test_help_is_the_first_paragraph_on_one_line() -> None:
    assert first_paragraph("One\n  two.\n\nMore.") == "One two."


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=lambda cls: cls.name())
def test_an_activation_has_the_curve_that_the_article_draws_and_the_page_does_not(activation):
    (entry,) = (e for e in CATALOG["components"]["activation"] if e["kind"] == activation.name())
    curve = {name: np.array(values) for name, values in entry["curve"].items()}
    np.testing.assert_allclose(curve["f"], activation().f(curve["z"]), rtol=1e-5, atol=1e-12)
    np.testing.assert_allclose(
        curve["slope"], activation().slope(curve["z"]), rtol=1e-5, atol=1e-12
    )
    page = for_page(CATALOG)
    assert all("curve" not in e for e in page["components"]["activation"])
    assert "loss_curves" in CATALOG
    assert "loss_curves" not in page
