"""The catalogue: what there is to choose from, as one JSON object that the page builds itself from.

It is derived from the engine's registries and from the fields of `RunSpec`, which state their
range, presentation and help where they are declared; nothing is listed here a second time.
docs/architecture.md, 4.1, has its form.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args, get_origin

import numpy as np
from annotated_types import Ge, Gt, Le, Lt, MaxLen

from app import __version__, protocol
from app.exporters import EXPORTERS
from app.feature_maps import encoded_map
from engine.activations import ACTIVATIONS, Activation
from engine.changes import LIVE_FIELDS
from engine.datasets import DATASETS, Dataset
from engine.diagnostics import DIAGNOSTICS
from engine.diagnostics.activation_function import describe
from engine.diagnostics.output import loss_curves
from engine.features import FEATURES, Feature, Formula
from engine.fields import Record, Ui, annotations
from engine.formula import FUNCTIONS
from engine.heads import HEADS
from engine.initializers import INITIALIZERS
from engine.optimizers import OPTIMIZERS
from engine.problems import PROBLEMS, Problem
from engine.registry import Component, Registry
from engine.regularizers import REGULARIZERS
from engine.spec import LayerSpec, RunSpec
from engine.streams import stream

REGISTRIES: dict[str, Registry[Any]] = {
    registry.noun: registry
    for registry in (
        PROBLEMS,
        DATASETS,
        FEATURES,
        ACTIVATIONS,
        INITIALIZERS,
        HEADS,
        OPTIMIZERS,
        REGULARIZERS,
        DIAGNOSTICS,
    )
}

DRAWN_LAYERS = 8
"""Hidden layers that the page draws in full; further ones are drawn compressed."""
THUMBNAIL_SAMPLES = 160
THUMBNAIL_DECIMALS = 1
"""Steps of a third of a pixel: with one more these would be a twentieth of a first visit."""

_LATER = {"functions", "curve", "loss_curves"}

_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string"}


def build_catalog(language: str = "en") -> dict[str, Any]:
    """The catalogue as plain JSON data, with the texts of one language."""
    fields = {name: _field(name, hint, language) for name, hint in annotations(RunSpec).items()}
    return {
        "protocol": protocol.VERSION,
        "version": __version__,
        "limits": {
            "layers": fields["layers"]["maximum"],
            "drawn_layers": DRAWN_LAYERS,
            "units": _field("units", annotations(LayerSpec)["units"], language)["maximum"],
        },
        "speed": protocol.START_SPEED,
        "exporters": [
            {**_named(cls, language), "group": cls.group, "suffix": cls.suffix} for cls in EXPORTERS
        ],
        "fields": fields,
        "loss_curves": loss_curves(language),
        "components": {
            noun: [_component(cls, language) for cls in registry]
            for noun, registry in REGISTRIES.items()
        },
    }


def for_page(catalog: dict[str, Any]) -> dict[str, Any]:
    """What of it the page needs at once: all but the diagnostics, whose panels it has itself, what
    it asks for later (the functions of formulas, the curves of the article), and the parameters of
    data sets, for which it has no controls.
    """
    components = {
        noun: [{k: v for k, v in entry.items() if k not in _LATER} for entry in entries]
        for noun, entries in catalog["components"].items()
        if noun != DIAGNOSTICS.noun
    }
    components[DATASETS.noun] = [{**entry, "parameters": []} for entry in components[DATASETS.noun]]
    kept = {k: v for k, v in catalog.items() if k not in _LATER}
    return {**kept, "components": components}


def _field(name: str, hint: Any, language: str) -> dict[str, Any]:
    """A field of the experiment."""
    base, _ = _parts(hint)
    kind, component = _type(name, base)
    return {
        **_control(name, hint, language),
        "type": kind,
        "component": component,
        "options": _options(hint),
        "default": _DEFAULTS.get(name),
        "live": name in LIVE_FIELDS,
    }


def _control(name: str, hint: Any, language: str) -> dict[str, Any]:
    """What a control for a value needs to know: its range, and how to present it."""
    base, metadata = _parts(hint)
    ui = next((item for item in metadata if isinstance(item, Ui)), Ui())
    minimum: Any = None
    maximum: Any = None
    ui_minimum: Any = None
    ui_maximum: Any = None
    for bound in metadata:
        match bound:
            case Ge():
                minimum = ui_minimum = bound.ge
            case Le():
                maximum = ui_maximum = bound.le
            case Gt():  # the control begins a step above a bound that is not itself allowed
                minimum = bound.gt
                ui_minimum = ui.step and minimum + ui.step
            case Lt():
                maximum = bound.lt
                ui_maximum = ui.step and maximum - ui.step
            case MaxLen():
                maximum = bound.max_length
    return {
        "label": ui.label_in(language) or name.replace("_", " ").capitalize(),
        "help": ui.help_in(language),
        "type": _TYPES.get(base, "string"),
        "minimum": minimum,
        "maximum": maximum,
        "ui_minimum": ui_minimum if ui.min is None else ui.min,
        "ui_maximum": ui_maximum if ui.max is None else ui.max,
        "step": ui.step,
        "scale": ui.scale,
    }


def _options(hint: Any) -> list[Any] | None:
    """The values to offer, where they are listed; a component's are under "components"."""
    base, metadata = _parts(hint)
    if get_origin(base) is Literal:
        return list(get_args(base))
    ui = next((item for item in metadata if isinstance(item, Ui)), Ui())
    return list(ui.options) or None


def _type(name: str, base: Any) -> tuple[str, str | None]:
    """The sort of control, and which components it chooses from."""
    if get_origin(base) is Literal:
        return "choice", name if name in REGISTRIES else None
    many = get_origin(base) is tuple
    item = get_args(base)[0] if many else base
    if item is LayerSpec:
        return "layers", None
    for noun, registry in REGISTRIES.items():
        if item is registry.base:
            return ("components" if many else "component"), noun
    return _TYPES[item], None


def _named(cls: type[Component], language: str) -> dict[str, str]:
    """What a component of any sort is called, and what it is."""
    text = first_paragraph(cls.help_in(language))
    short = cls.short_in(language)
    more = {"short": short} if short else {}
    return {"kind": cls.name(), "label": cls.label_in(language), "help": text, **more}


def _component(cls: Any, language: str) -> dict[str, Any]:
    """A component of any sort, with what only its sort has."""
    component = cls()
    default = component.to_dict()
    problems = getattr(cls, "problems", None)
    return {
        **_named(cls, language),
        "formula": getattr(cls, "formula", "") or None,
        "html": getattr(cls, "html", None),
        "problems": None if problems is None else list(problems),
        "tfp": cls.tfp,
        "default": default,
        "parameters": [
            {"name": name, **_control(name, hint, language), "default": default[name]}
            for name, hint in annotations(cls).items()
            if name != "kind"
        ],
        **_extras(component, language),
    }


def _extras(component: Record, language: str) -> dict[str, Any]:
    if isinstance(component, Problem):
        return {"samples": component.samples, "uses_classes": component.uses_classes}
    if isinstance(component, Dataset):
        return {"thumbnail": thumbnail(component) if component.size is None else None}
    if isinstance(component, Activation):
        return {"curve": describe(component)["curve"]}
    if isinstance(component, Formula):
        functions = {name: function.help_in(language) for name, function in FUNCTIONS.items()}
        return {"functions": functions}
    if isinstance(component, Feature):
        return encoded_map(component)
    return {}


def thumbnail(dataset: Dataset) -> dict[str, list[float]]:
    """A few points of a rule without noise; several labels are a bit mask, as on the wire."""
    classes = RunSpec().classes
    rng = stream("thumbnail", "data")
    x, labels = dataset.sample(THUMBNAIL_SAMPLES, classes, rng)
    if labels.ndim == 2:
        labels = (labels << np.arange(len(labels))[:, np.newaxis]).sum(axis=0)
    rows = (x[0], x[1], labels)
    x1, x2, label = (np.round(row.astype(float), THUMBNAIL_DECIMALS).tolist() for row in rows)
    return {"x1": x1, "x2": x2, "label": label}


def first_paragraph(text: str) -> str:
    """The first paragraph of a docstring as one line."""
    return " ".join(text.split("\n\n")[0].split())


def _parts(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """An annotation as its type and its metadata."""
    if get_origin(hint) is Annotated:
        base, *metadata = get_args(hint)
        return base, tuple(metadata)
    return hint, ()


_DEFAULTS: Mapping[str, Any] = RunSpec().to_dict()
