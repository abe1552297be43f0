"""The sorts of problem: what a label is, and how many samples a fresh experiment takes."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from engine.registry import Component, Registry

ProblemKind = Literal["binary", "multiclass", "multilabel", "regression"]


class Problem(Component):
    """What is to be learned."""

    samples: ClassVar[int] = 500
    uses_classes: ClassVar[bool] = False


PROBLEMS: Registry[Problem] = Registry("problem", Problem)


@PROBLEMS.register
@dataclass(frozen=True)
class Binary(Problem):
    """Each point belongs to one of two classes; a label is 0 or 1."""

    label: ClassVar[str] = "Classification"
    tfp: ClassVar[str | None] = "classification"
    kind: Literal["binary"] = "binary"


@PROBLEMS.register
@dataclass(frozen=True)
class Multiclass(Problem):
    """Each point belongs to exactly one of several classes; a label is the number of its class."""

    label: ClassVar[str] = "Classification, several classes"
    uses_classes: ClassVar[bool] = True
    kind: Literal["multiclass"] = "multiclass"


@PROBLEMS.register
@dataclass(frozen=True)
class Multilabel(Problem):
    """Each point carries any number of labels at once: one 0 or 1 for each of them."""

    label: ClassVar[str] = "Classification, several labels"
    uses_classes: ClassVar[bool] = True
    kind: Literal["multilabel"] = "multilabel"


@PROBLEMS.register
@dataclass(frozen=True)
class Regression(Problem):
    """Each point has a number, about between -1 and 1."""

    label: ClassVar[str] = "Regression"
    tfp: ClassVar[str | None] = "regression"
    samples: ClassVar[int] = 1200
    kind: Literal["regression"] = "regression"
