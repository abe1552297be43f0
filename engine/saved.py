"""Saved runs: one JSON file that holds a run so that a person can read it, any program can use it,
and this one goes on exactly where it was. docs/files.md describes the form.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from engine.arrays import Array, Scratch
from engine.data import Split
from engine.excerpt import excerpt, shortened
from engine.fields import SpecError
from engine.network import Network, layer_views
from engine.plain_json import parse, written
from engine.snapshot import Divergence, Snapshot
from engine.spec import RunSpec
from engine.strict import a_count, a_list, a_record, an_object, numbers, refuse, whole_numbers
from engine.text import Quoted, Text
from engine.trainer import Trainer

FORMAT = "neural-network-playground"
VERSION = 1
MOST_HISTORY = 10_000
CLOSE = 1e-6
"""How far points may be from those that the experiment makes: sines differ between machines."""
_GENERATOR = "PCG64"

Shapes = Sequence[tuple[int, int]]


class Losses(NamedTuple):
    """The losses of a run, at some of its epochs; None where they were not finite."""

    epoch: list[int]
    train: list[float | None]
    test: list[float | None]
    stride: int = 1
    """Epochs from one to the next, at least."""


@dataclass(frozen=True, eq=False)
class Saved:
    """What a file says: an experiment, and where its run was, if it says that."""

    spec: RunSpec
    snapshot: Snapshot | None = None
    """None in a file with nothing but an experiment."""
    history: Losses = field(default_factory=lambda: Losses([], [], []))
    view: dict[str, Any] = field(default_factory=dict)
    """What the page showed, as it was in the file."""
    data: Any = None

    def trainer(self, scratch: Scratch | None = None) -> Trainer:
        """The run, to go on with; a `SpecError` where something in the file does not fit."""
        trainer = Trainer(self.spec, scratch=scratch)
        if self.data is not None:
            _require_points(self.data, trainer)
        if self.snapshot is not None:
            trainer.restore(self.snapshot)
        return trainer


# --- Writing --------------------------------------------------------------------------------------


def write(
    trainer: Trainer,
    history: Losses | None = None,
    *,
    view: Mapping[str, Any] | None = None,
    data: bool = True,
) -> str:
    """The file of a run; without `data` its points are left out, which the experiment makes."""
    snapshot = trainer.snapshot()
    shapes = trainer.network.shapes
    shuffle = snapshot.shuffle
    file: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "spec": snapshot.spec.to_dict(),
        "view": dict(view or {}),
        "epoch": snapshot.epoch,
        "steps": snapshot.steps,
        "offset": snapshot.offset,
        "layers": _layers(snapshot.parameters, shapes),
        "optimizer": {name: _state(array, shapes) for name, array in snapshot.update.items()},
        "order": snapshot.order.tolist(),
        "shuffle": {
            "generator": shuffle["bit_generator"],
            **{name: str(number) for name, number in shuffle["state"].items()},
            "has_uint32": shuffle["has_uint32"],
            "uinteger": shuffle["uinteger"],
        },
        "divergence": asdict(snapshot.divergence) if snapshot.divergence else None,
    }
    if history is not None:
        file["history"] = history._asdict()
    if data:
        splits = {"train": trainer.data.train, "test": trainer.data.test}
        file["data"] = {name: _points(split) for name, split in splits.items()}
    return written(file) + "\n"


def _layers(flat: Array, shapes: Shapes) -> list[dict[str, Any]]:
    return [
        {"weights": matrix[:, :-1].tolist(), "biases": matrix[:, -1].tolist()}
        for matrix in layer_views(flat, shapes)
    ]


def _state(array: Array, shapes: Shapes) -> Any:
    """What is remembered of each parameter in the form of these, anything else as it is."""
    size = sum(rows * columns for rows, columns in shapes)
    return _layers(array, shapes) if array.shape == (size,) else array.tolist()


def _points(split: Split) -> dict[str, Any]:
    x1, x2 = split.x.tolist()
    return {"x1": x1, "x2": x2, "label": split.labels.T.tolist()}


# --- Reading --------------------------------------------------------------------------------------


def read(text: str) -> Saved:
    """What a file says, one that `write` wrote or one with the fields of an experiment.

    Raises:
        SpecError: it is no such file; the text says where, what was got and what was expected.
    """
    data = an_object(parse(text), "", _FIELDS)
    if "format" not in data:
        return Saved(RunSpec.from_dict(data))
    if data["format"] != FORMAT:
        refuse("format", data["format"], Quoted(repr(FORMAT)))
    if data.get("version") != VERSION or isinstance(data["version"], bool):
        raise SpecError(
            Text(
                "got {got}, expected {version}; a newer version of this program may open it",
                got=excerpt(data.get("version")),
                version=VERSION,
            ),
            "version",
        )
    for name in sorted(data.keys() - _FIELDS.keys()):
        raise SpecError(
            Text(
                "got the field {got}, expected none of that name; remove it",
                got=excerpt(name),
            )
        )
    for name in (name for name, needed in _FIELDS.items() if needed and name not in data):
        raise SpecError(
            Text("got no value, expected one; the file may be damaged: save it again"), name
        )
    try:
        spec = RunSpec.from_dict(an_object(data["spec"], "spec"))
    except SpecError as error:
        raise error.within("spec") from None
    shapes = Network(spec).shapes
    snapshot = Snapshot(
        spec=spec,
        **{name: a_count(data[name], name) for name in ("epoch", "steps", "offset")},
        parameters=_parameters(data["layers"], shapes, "layers"),
        update={
            str(name): _remembered(value, shapes, f"optimizer.{shortened(name)}")
            for name, value in an_object(data["optimizer"], "optimizer").items()
        },
        order=whole_numbers(data["order"], "order"),
        shuffle=_stream(data["shuffle"]),
        divergence=_divergence(data.get("divergence")),
    )
    history = _history(data.get("history", {}))
    if history.epoch and history.epoch[-1] > snapshot.epoch:
        refuse(
            "history.epoch",
            history.epoch[-1],
            Text(
                "at most the epoch, {epoch}",
                epoch=snapshot.epoch,
            ),
        )
    view = dict(an_object(data.get("view", {}), "view"))
    return Saved(spec, snapshot, history, view, data.get("data"))


_FIELDS = {
    "format": True,
    "version": True,
    "spec": True,
    "view": False,
    "epoch": True,
    "steps": True,
    "offset": True,
    "layers": True,
    "optimizer": True,
    "order": True,
    "shuffle": True,
    "divergence": False,
    "history": False,
    "data": False,
}
"""Of a file, and whether it must be there."""


def _parameters(value: Any, shapes: Shapes, path: str) -> Array:
    """The flat vector of what `_layers` wrote, of a network of these shapes."""
    flat: Array = np.empty(sum(rows * columns for rows, columns in shapes))
    layers = a_list(value, path, len(shapes))
    for index, matrix in enumerate(layer_views(flat, shapes)):
        here = f"{path}[{index}]"
        layer = a_record(layers[index], here, ("weights", "biases"))
        rows, columns = matrix.shape
        for unit, weights in enumerate(a_list(layer["weights"], f"{here}.weights", rows)):
            matrix[unit, :-1] = numbers(weights, f"{here}.weights[{unit}]", columns - 1)
        matrix[:, -1] = numbers(layer["biases"], f"{here}.biases", rows)
    return flat


def _remembered(value: Any, shapes: Shapes, path: str) -> Array:
    """What `_state` wrote. That it is what this optimizer remembers is seen when it is restored."""
    if type(value) is int:
        count: Array = np.array(a_count(value, path))
        return count
    if isinstance(value, float):
        number: Array = numbers([value], path)[0, ...]
        return number
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return _parameters(value, shapes, path)
    return numbers(value, path)


def _stream(value: Any) -> dict[str, Any]:
    names = ("generator", "state", "inc", "has_uint32", "uinteger")
    shuffle = a_record(value, "shuffle", names)
    if shuffle["generator"] != _GENERATOR:
        refuse("shuffle.generator", shuffle["generator"], Quoted(repr(_GENERATOR)))
    digits = {name: shuffle[name] for name in ("state", "inc")}
    for name, text in digits.items():  # beyond what other languages have as a number
        known = isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 40
        if not known or int(text) >= 2**128:
            refuse(f"shuffle.{name}", text, Text("the digits of a number below 2^128"))
    return {
        "bit_generator": _GENERATOR,
        "state": {name: int(text) for name, text in digits.items()},
        "has_uint32": a_count(shuffle["has_uint32"], "shuffle.has_uint32", 1),
        "uinteger": a_count(shuffle["uinteger"], "shuffle.uinteger", 2**32 - 1),
    }


def _divergence(value: Any) -> Divergence | None:
    if value is None:
        return None
    try:
        return Divergence.from_dict(dict(an_object(value, "divergence")))
    except SpecError:
        raise
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        refuse("divergence", value, Text("epoch, step, layer, what and growth, or null"))


def _history(value: Any) -> Losses:
    if not an_object(value, "history"):
        return Losses([], [], [])
    found = a_record(value, "history", Losses._fields)
    epochs = whole_numbers(found["epoch"], "history.epoch").tolist()
    if len(epochs) > MOST_HISTORY:
        refuse(
            "history.epoch",
            f"{len(epochs)} epochs",
            Text(
                "at most {most}",
                most=MOST_HISTORY,
            ),
        )
    if any(later <= earlier for earlier, later in pairwise(epochs)):
        refuse("history.epoch", epochs, Text("epochs one after the other"))
    losses = {name: _losses(found[name], f"history.{name}", len(epochs)) for name in _LOSSES}
    return Losses(epochs, **losses, stride=max(1, a_count(found["stride"], "history.stride")))


_LOSSES = ("train", "test")


def _losses(value: Any, path: str, length: int) -> list[float | None]:
    known = [loss if loss is not None else 0.0 for loss in a_list(value, path, length)]
    losses = numbers(known, path).tolist()
    return [None if value[index] is None else loss for index, loss in enumerate(losses)]


def _require_points(value: Any, trainer: Trainer) -> None:
    """A `SpecError` unless these are the points that the experiment makes. They are in the file for
    others to read; who has changed them would wonder why that has no effect.
    """
    data = a_record(value, "data", ("train", "test"))
    for name, split in (("train", trainer.data.train), ("test", trainer.data.test)):
        path = f"data.{name}"
        points = a_record(data[name], path, ("x1", "x2", "label"))
        rows = [numbers(points[axis], f"{path}.{axis}", split.size) for axis in ("x1", "x2")]
        labels = a_list(points["label"], f"{path}.label", split.size)
        if split.labels.ndim > 1:
            classes = len(split.labels)
            columns = [
                numbers(label, f"{path}.label[{index}]", classes)
                for index, label in enumerate(labels)
            ]
            known = np.array(columns).reshape(split.size, classes).T
        else:
            known = numbers(labels, f"{path}.label")
        alike = np.allclose(np.stack(rows), split.x, rtol=CLOSE, atol=CLOSE)
        if not alike or not np.allclose(known, split.labels, rtol=CLOSE, atol=CLOSE):
            raise SpecError(
                Text(
                    "got other points than the experiment makes, expected the same; to use"
                    " points of your own, give the experiment a dataset of the kind 'custom'"
                ),
                path,
            )
