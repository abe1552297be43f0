"""Changes of an experiment: what they bring with them, and which of them a run survives."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Self

from engine.codec import decode_fields
from engine.datasets import Dataset
from engine.heads import Head
from engine.optimizers import SGD
from engine.problems import PROBLEMS
from engine.registry import Label
from engine.spec import MOST_ACTIVATIONS, TFP_STARTS, RunSpec, suited, tfp_lacks
from engine.text import Text, template

LIVE_FIELDS = frozenset(
    {
        "batch_size",
        "learning_rate",
        "optimizer",
        "regularization_rate",
        "regularizer",
        "shuffle",
    }
)
"""Fields that may change in the middle of a run; so may the parameters of activations."""


DATA_FIELDS = frozenset({"data_seed", "dataset", "noise", "samples", "train_share"})
"""Fields that say what is learned from, not what learns."""


class Notice(Text):
    """A sentence for a person about what was changed besides, under a code for programs."""

    __slots__ = ("code",)

    code: str

    def __new__(cls, code: str, template: str, /, **values: object) -> Self:
        """`template` is a format of the values."""
        notice = super().__new__(cls, template, **values)
        notice.code = code
        return notice


def evolve(spec: RunSpec, changes: Mapping[str, Any]) -> tuple[RunSpec, tuple[Notice, ...]]:
    """`spec` with `changes` (values or plain JSON data), completed so that it can be run.

    Another problem brings its data set, head and number of samples; so does a data set of
    another problem. Points of one's own bring their number, and the classes that they need; for
    another problem they stay if they can be those of it. A change that TFP does not have leaves
    TFP mode.
    """
    given = decode_fields(RunSpec, changes)
    wanted = {**{field.name: getattr(spec, field.name) for field in fields(RunSpec)}, **given}
    notices = []
    dataset = wanted["dataset"]
    assert isinstance(dataset, Dataset)
    if "problem" not in given:
        wanted["problem"] = dataset.nearest(wanted["problem"], spec.classes)[0]
    problem = wanted["problem"]
    if problem in PROBLEMS and problem != spec.problem:
        label = Label(PROBLEMS[problem])
        notices.append(Notice("problem", "Changed the problem to {problem}", problem=label))
        turned = None if "dataset" in given else dataset.turned(spec.problem, problem)
        if "dataset" not in given and turned is None and dataset.size is not None:
            text = template("The points cannot be those of: {problem}. Undo brings them back.")
            notices.append(Notice("points_left", text, problem=label))
        defaults = {
            "dataset": turned or suited(Dataset, problem)[0](),
            "head": _head(problem, mode=wanted["mode"]),
            "samples": spec.samples if turned else PROBLEMS[problem].samples,
        }
        wanted = {**wanted, **defaults, **given}
    if problem in PROBLEMS:
        notices += _complete_points(spec, given, wanted)
    if given.get("mode") == "tfp" and spec.mode != "tfp":
        notices.append(Notice("enter_tfp", "Follows playground.tensorflow.org exactly"))
        wanted = {**wanted, **_tfp_values(wanted), **given}
    elif spec.mode == "tfp" and "mode" not in given:
        candidate = RunSpec(**{**wanted, "mode": "standard"})
        if lacks := tfp_lacks(candidate):
            text = template(
                "No longer follows playground.tensorflow.org, which does not have: {what}"
            )
            notices.append(Notice("leave_tfp", text, what=lacks[0]))
            return candidate, tuple(notices)
    return RunSpec(**wanted), tuple(notices)


def _complete_points(
    spec: RunSpec, given: Mapping[str, Any], wanted: dict[str, Any]
) -> list[Notice]:
    """Sets the number of samples and of classes to those of the points, where they are a list."""
    dataset, problem = wanted["dataset"], wanted["problem"]
    size = dataset.size
    if "classes" not in given:
        wanted["classes"] = dataset.nearest(problem, wanted["classes"])[1]
    if "samples" in given:
        if size is not None and isinstance(given["samples"], int) and given["samples"] > size:
            return [Notice("points_all", "There are {size} points; all are used.", size=size)]
    elif size is None:
        if spec.dataset.size is not None:
            wanted["samples"] = PROBLEMS[problem].samples
    elif dataset != spec.dataset:
        units = sum(layer.units for layer in spec.layers)
        wanted["samples"] = min(size, MOST_ACTIVATIONS // max(units, 1))
        if wanted["samples"] < size:
            text = template("So large a network learns from {samples} of the {size} points.")
            return [Notice("points_some", text, samples=wanted["samples"], size=size)]
    return []


def _head(problem: str, *, mode: str) -> Head:
    heads = suited(Head, problem)
    if mode == "tfp":
        heads = [cls for cls in heads if cls.tfp] or heads
    head = heads[0]()
    assert isinstance(head, Head)
    return head


def _tfp_values(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What TFP leaves no choice in."""
    initializer, bias = TFP_STARTS[0]
    return {
        "head": _head(wanted["problem"], mode="tfp"),
        "samples": PROBLEMS[wanted["problem"]].samples,
        "standardize": False,
        "shuffle": False,
        "optimizer": SGD(),
        "initializer": initializer,
        "bias": bias,
    }


def needs_rebuild(old: RunSpec, new: RunSpec) -> bool:
    """Whether the change from `old` to `new` needs a new network or new data."""
    return _fixed(old) != _fixed(new)


def keeps_network(old: RunSpec, new: RunSpec) -> bool:
    """Whether a network of `old` can go on with `new`, which differs from it in its data alone, and
    perhaps in live fields.
    """
    same = _fixed(old, besides=DATA_FIELDS) == _fixed(new, besides=DATA_FIELDS)
    return same and new.mode == "standard"


def _fixed(spec: RunSpec, *, besides: frozenset[str] = frozenset()) -> tuple[object, ...]:
    """What a running experiment cannot change."""
    live = LIVE_FIELDS | besides
    names = (field.name for field in fields(RunSpec) if field.name not in live)
    return tuple(
        [(layer.units, layer.activation.name()) for layer in spec.layers]
        if name == "layers"
        else getattr(spec, name)
        for name in names
    )
