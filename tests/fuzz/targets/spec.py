"""Experiments as plain data: as a file gives them, as a page changes them, and with what follows.

What is accepted must survive its own form, and its network can be made when it is a small one.
"""

import json
from dataclasses import fields

from app.spec_model import read_changes
from engine.changes import evolve
from engine.diagnostics import DIAGNOSTICS, make_diagnostic
from engine.fields import SpecError
from engine.spec import RunSpec
from engine.trainer import Trainer
from tests.fuzz.readable import require_refusal
from tests.fuzz.target import Target
from tests.fuzz.targets.url import REGISTRIES

PROBLEMS = [evolve(RunSpec(), {"problem": kind})[0] for kind in REGISTRIES[6].kinds]


def read(data: bytes) -> None:
    try:
        given = json.loads(data)
    except (ValueError, RecursionError):
        return  # every reader of ours does that first
    for reader in (_file, _changes, _diagnostic):
        try:
            reader(given)
        except SpecError as error:
            require_refusal(str(error))


def _file(given: object) -> None:
    spec = RunSpec.from_dict(given)  # type: ignore[arg-type]
    assert RunSpec.from_dict(json.loads(json.dumps(spec.to_dict(), allow_nan=False))) == spec
    if spec.samples <= 20 and len(spec.layers) < 3:
        trainer = Trainer(spec)
        trainer.run_steps(1)
        trainer.evaluate()


def _changes(given: object) -> None:
    if isinstance(given, dict):  # the protocol has no other
        changes = read_changes(given)
        for spec in PROBLEMS:
            changed, notices = evolve(spec, changes)
            assert evolve(changed, read_changes(changed.to_dict()))[0] == changed
            assert all(len(notice) < 200 for notice in notices)


def _diagnostic(given: object) -> None:
    if isinstance(given, dict):
        diagnostic = make_diagnostic(given)
        assert make_diagnostic(diagnostic.to_dict()) == diagnostic


SEEDS: tuple[object, ...] = (
    RunSpec().to_dict(),
    {"samples": 12, "layers": [{"units": 2}], "batch_size": 0, "learning_rate": 1e300},
    {"layers": [{"units": 3, "activation": {"kind": "elu", "alpha": 0.5}}], "noise": 80},
    {"problem": "multilabel", "classes": 8, "samples": 10, "bias": -100},
    {"mode": "tfp", "problem": "regression", "dataset": {"kind": "multi-gauss"}},
    {"optimizer": {"kind": "adam", "beta1": 0.99}, "regularizer": {"kind": "l1"}},
    {"features": [{"kind": "x1^2"}, {"kind": "sin x2"}], "initializer": {"kind": "normal"}},
    {"kind": "hidden_space", "layer": 3, "projection": "pca", "max_points": 10},
    {"kind": "activation_function", "use": "given", "activation": {"kind": "gelu"}},
    {"features": [{"kind": "x1"}, {"kind": "formula", "text": "x1 ** 3"}]},
    {"features": [{"kind": "formula", "text": "sqr(x1)"}]},
    {"dataset": {"kind": "custom", "points": "AED_vwBA_78AAQ"}, "samples": 2},
    {
        "problem": "multiclass",
        "dataset": {"kind": "custom", "points": "AAD__wCAAAABBw"},
        "classes": 8,
    },
    {
        "problem": "regression",
        "dataset": {"kind": "custom", "points": "AAD__wCAAAD__wAA", "numeric": True, "x1_low": -9},
        "samples": 10,
    },
    {"dataset": {"kind": "custom", "class_names": ["a", "b"], "source": "s"}, "train_share": 1},
    # What was no proper refusal once: numbers beyond all doubles, and half a character.
    {"noise": 10**400},
    {"learning_rate": 10**4000},
    {"data_seed": "\ud800"},
    {"x" * 1000: 1},
    {"optimizer": {"kind": "y" * 1000}},
    {"kind": "z" * 1000, "features": [1] * 1000},
    {"classes": [1] * 1000},
)

TARGET = Target(
    read,
    seeds=tuple(json.dumps(seed, separators=(",", ":")).encode() for seed in SEEDS),
    words=sorted(
        {f'"{field.name}":' for field in fields(RunSpec)}
        | {f'"kind":"{kind}"' for registry in (*REGISTRIES, DIAGNOSTICS) for kind in registry.kinds}
        | {f'"{field.name}":' for cls in DIAGNOSTICS for field in fields(cls)}  # type: ignore[arg-type]
        | {"null", "NaN", "-Infinity", "1e999", "true", '"', "[]", "{}", "\\ud800"}
    ),
    share=0.13,
)
