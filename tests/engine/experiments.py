"""Any experiment and any view, made from the annotations: what property tests draw from."""

from dataclasses import replace
from typing import Annotated, Any, Literal, get_args, get_origin

import numpy as np
from annotated_types import Ge, Gt, Le, Lt, MaxLen
from hypothesis import strategies as st

from engine.changes import evolve
from engine.custom import STEPS, Custom, pack
from engine.datasets import DATASETS
from engine.features import Formula
from engine.fields import Record, annotations
from engine.heads import HEADS
from engine.problems import PROBLEMS
from engine.registry import Component
from engine.spec import MOST_ACTIVATIONS, RunSpec
from engine.tfp.state import FEATURES as TFP_FEATURES
from engine.url import View, decode
from tests.engine.formulas import formulas


def values(annotation: Any) -> st.SearchStrategy[Any]:
    """Whatever a field may hold."""
    kind, bounds = annotation, []
    if get_origin(annotation) is Annotated:
        kind, *bounds = get_args(annotation)
    if get_origin(kind) is Literal:
        return st.sampled_from(get_args(kind))
    if get_origin(kind) is tuple:
        longest = limit(bounds, MaxLen, "max_length", 9)
        return st.lists(values(get_args(kind)[0]), max_size=longest, unique=True).map(tuple)
    if kind is bool:
        return st.booleans()
    if kind is str:
        return st.text(max_size=limit(bounds, MaxLen, "max_length", 20))
    if kind is int:
        return st.integers(limit(bounds, Ge, "ge", 0), limit(bounds, Le, "le", 10_000))
    if kind is float:
        low, high = (
            limit(bounds, Ge, "ge", limit(bounds, Gt, "gt", -1e300)),
            limit(bounds, Le, "le"),
        )
        return st.floats(
            low,
            high if high is not None else limit(bounds, Lt, "lt"),
            exclude_min=any(isinstance(bound, Gt) for bound in bounds),
            exclude_max=any(isinstance(bound, Lt) for bound in bounds),
            allow_nan=False,
            allow_infinity=False,
        )
    if issubclass(kind, Component):
        return st.one_of([records(cls) for cls in kind.registry])
    return records(kind)


def limit(bounds: list[Any], kind: type, name: str, default: Any = None) -> Any:
    found = [getattr(bound, name) for bound in bounds if isinstance(bound, kind)]
    return found[0] if found else default


def records(cls: type[Record], problem: str = "binary") -> st.SearchStrategy[Any]:
    if cls is Custom:
        return customs(problem)
    if cls is Formula:
        return formulas()
    return st.builds(cls, **{name: values(hint) for name, hint in annotations(cls).items()})


@st.composite
def customs(draw: st.DrawFn, problem: str) -> Custom:
    """Points of one's own that fit a problem with as many classes as there can be at least."""
    numeric = problem == "regression"
    most = {"multilabel": 3, "regression": STEPS}.get(problem, 1)
    n = draw(st.integers(2, 40))
    places = st.lists(st.integers(0, STEPS), min_size=n, max_size=n)
    columns = [np.array(draw(places)) / STEPS * 12 - 6 for _ in range(2)]
    target = np.array(draw(st.lists(st.integers(0, most), min_size=n, max_size=n)))
    if numeric:
        target = target / STEPS * 2 - 1
    hints = annotations(Custom)
    others = {
        name: draw(values(hint))
        for name, hint in hints.items()
        if name in ("x1_name", "x2_name", "target_name", "source")
    }
    low = draw(st.floats(-1e9, 1e9))
    names = draw(st.lists(st.text(min_size=1, max_size=40), max_size=8))
    return Custom(
        points=pack(columns, target, numeric=numeric),
        numeric=numeric,
        x1_low=low,
        x1_high=low + 1.5,
        class_names=tuple(names),
        **others,
    )


@st.composite
def specs(draw: st.DrawFn) -> RunSpec:
    hints = annotations(RunSpec)
    problem = draw(st.sampled_from(PROBLEMS.kinds))
    suited: dict[str, list[type[Record]]] = {
        "dataset": [cls for cls in DATASETS if problem in cls.problems],
        "head": [cls for cls in HEADS if problem in cls.problems],
    }
    changes: dict[str, Any] = {"problem": problem}
    for name, hint in hints.items():
        if name in suited:
            changes[name] = draw(st.one_of([records(cls, problem) for cls in suited[name]]))
        elif name not in {"mode", "problem"} and draw(st.booleans()):
            changes[name] = draw(values(hint))
    base = evolve(RunSpec(), {"problem": problem})[0]
    units = sum(layer.units for layer in changes.get("layers", base.layers))
    most = MOST_ACTIVATIONS // max(units, 1)
    changes["samples"] = min(changes.get("samples", base.samples), most)
    return replace(base, **changes)


NAMES = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=12)
VIEWS = st.builds(
    View,
    show_test_data=st.booleans(),
    discretize=st.booleans(),
    contours=st.booleans(),
    projector=st.booleans(),
    hidden=st.lists(NAMES | st.text(min_size=1, max_size=9), max_size=5, unique=True).map(tuple),
    hide_text=st.booleans(),
    tutorial=st.none() | st.text(max_size=30),
    speed=st.floats(0, 100_000),
    until_epoch=st.integers(0, 10_000_000),
    until_test_loss=st.floats(0, 1e6),
)


@st.composite
def tfp_specs(draw: st.DrawFn) -> RunSpec:
    activation = draw(st.sampled_from(["relu", "tanh", "sigmoid", "linear"]))
    on = [name for name in TFP_FEATURES if draw(st.booleans())]
    pairs = {
        "activation": activation,
        "problem": draw(st.sampled_from(["classification", "regression"])),
        "dataset": draw(st.sampled_from(["circle", "xor", "gauss", "spiral"])),
        "regDataset": draw(st.sampled_from(["reg-plane", "reg-gauss"])),
        "regularization": draw(st.sampled_from(["none", "L1", "L2"])),
        "regularizationRate": draw(st.floats(0, 1e6)),
        "learningRate": draw(st.floats(0, 1e6, exclude_min=True)),
        "batchSize": draw(st.integers(1, 5000)),
        "noise": draw(st.floats(0, 80)),
        "percTrainData": draw(st.floats(1, 99)),
        "networkShape": ",".join(map(str, draw(st.lists(st.integers(1, 32), max_size=30)))),
        "seed": draw(NAMES),
        "initZero": str(draw(st.booleans())).lower(),
        **{name: str(name in on).lower() for name in TFP_FEATURES},
    }
    return decode("#" + "&".join(f"{key}={value}" for key, value in pairs.items())).spec
