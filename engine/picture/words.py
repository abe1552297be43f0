"""Words: an experiment, and how its run stands, in sentences for a person."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from engine.features import Feature
from engine.problems import PROBLEMS
from engine.spec import LayerSpec, RunSpec
from engine.trainer import Trainer


def in_words(spec: RunSpec) -> str:
    """What is learned, by which network and how, in a few sentences."""
    data = f"{PROBLEMS[spec.problem].label}: {spec.dataset.label}, {spec.samples:,} points"
    if spec.problem in ("multiclass", "multilabel"):
        data += f", {spec.classes} classes"
    if spec.noise:
        data += f", noise {spec.noise:g}"
    features = ", ".join(map(_feature, spec.features)) or "no features"
    network = " → ".join([features, *_layers(spec.layers), spec.head.label])
    batch = f"batches of {spec.batch_size}" if spec.batch_size else "all points at once"
    how = f"{spec.optimizer.label}, learning rate {spec.learning_rate:g}, {batch}"
    if spec.regularizer.active and spec.regularization_rate:
        how += f", {spec.regularizer.label} {spec.regularization_rate:g}"
    return f"{data}. {network}. {how}. Weights: {spec.initializer.label}."


def in_short(trainer: Trainer) -> str:
    """A run on one line."""
    spec, loss = trainer.spec, trainer.evaluate().loss
    kinds = dict.fromkeys(layer.activation.label for layer in spec.layers)
    sizes = "-".join(_sizes(trainer.network.sizes))
    network = " ".join([sizes, *(["/".join(kinds)] if kinds else [])])
    return (
        f"{spec.dataset.label}, {network}, epoch {trainer.epoch:,}: loss "
        f"{number(loss.train)} training, {number(loss.test)} test"
    )


def number(value: float | None) -> str:
    """A measure, as many digits as a person reads."""
    return "not finite" if value is None else f"{value:.4g}"


def _feature(feature: Feature) -> str:
    return str(getattr(feature, "formula", feature.label)) or feature.label


def _layers(layers: tuple[LayerSpec, ...]) -> Iterator[str]:
    """Hidden layers in words; equal ones that follow each other are counted."""
    for layer, same in groupby(layers):
        count = len([*same])
        times = f"{count} x " if count > 1 else ""
        yield f"{times}{layer.units} {layer.activation.label}"


def _sizes(sizes: Sequence[int]) -> Iterator[str]:
    """Layers by their units: `2-8-8-1`, and `2-20x16-1` where many are equal."""
    for size, same in groupby(sizes):
        count = len([*same])
        yield from [str(size)] * count if count < 3 else [f"{count}x{size}"]
