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
    label_es: ClassVar[str] = "Clasificación"
    help_es: ClassVar[str] = "Cada punto pertenece a una de dos clases; su etiqueta es 0 o 1."
    tfp: ClassVar[str | None] = "classification"
    kind: Literal["binary"] = "binary"


@PROBLEMS.register
@dataclass(frozen=True)
class Multiclass(Problem):
    """Each point belongs to exactly one of several classes; a label is the number of its class."""

    label: ClassVar[str] = "Classification, several classes"
    label_es: ClassVar[str] = "Clasificación, varias clases"
    short: ClassVar[str] = "Multiclass"
    short_es: ClassVar[str] = "Multiclase"
    help_es: ClassVar[str] = (
        "Cada punto pertenece exactamente a una de varias clases; su etiqueta es el número de su "
        "clase."
    )
    uses_classes: ClassVar[bool] = True
    kind: Literal["multiclass"] = "multiclass"


@PROBLEMS.register
@dataclass(frozen=True)
class Multilabel(Problem):
    """Each point carries any number of labels at once: one 0 or 1 for each of them."""

    label: ClassVar[str] = "Classification, several labels"
    label_es: ClassVar[str] = "Clasificación, varias etiquetas"
    short: ClassVar[str] = "Multilabel"
    short_es: ClassVar[str] = "Multietiqueta"
    help_es: ClassVar[str] = (
        "Cada punto lleva cualquier número de etiquetas a la vez: un 0 o un 1 para cada una."
    )
    uses_classes: ClassVar[bool] = True
    kind: Literal["multilabel"] = "multilabel"


@PROBLEMS.register
@dataclass(frozen=True)
class Regression(Problem):
    """Each point has a number, about between -1 and 1."""

    label: ClassVar[str] = "Regression"
    label_es: ClassVar[str] = "Regresión"
    help_es: ClassVar[str] = "Cada punto tiene un número, aproximadamente entre -1 y 1."
    tfp: ClassVar[str | None] = "regression"
    samples: ClassVar[int] = 1200
    kind: Literal["regression"] = "regression"
