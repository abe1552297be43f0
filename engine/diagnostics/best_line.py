"""The exact best straight line: what no linear model can beat on this sample."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal
from weakref import WeakKeyDictionary

import numpy as np

from engine.data import Split
from engine.diagnostics.base import DIAGNOSTICS, Diagnostic, Measurement, Work, number
from engine.features import X1, X2
from engine.separability import BestLine, best_line, find_best_line
from engine.text import Text
from engine.trainer import Trainer

_known: WeakKeyDictionary[Split, BestLine] = WeakKeyDictionary()


@DIAGNOSTICS.register
@dataclass(frozen=True)
class BestStraightLine(Diagnostic):
    """The straight line that classifies most training points rightly, found by trying all that
    differ: a linear model on x1 and x2 cannot do better, however long it is trained."""

    label: ClassVar[str] = "Best straight line"
    label_es: ClassVar[str] = "Mejor recta"
    help_es: ClassVar[str] = (
        "La recta que clasifica bien más puntos de entrenamiento, hallada al probar todas las que"
        " se distinguen: un modelo lineal en x1 y x2 no puede hacerlo mejor, por mucho que se "
        "entrene."
    )
    of_start: ClassVar[bool] = True
    kind: Literal["best_line"] = "best_line"

    def work(self, trainer: Trainer) -> Work:
        yield from find_ceiling(trainer)
        return self.look(trainer)

    def look(self, trainer: Trainer) -> Measurement:
        if trainer.spec.problem != "binary":
            return {"accuracy": None, "reason": Text("only for two classes")}
        found, test = ceiling(trainer.data.train), trainer.data.test
        on_test = float(np.mean(found.line.predict(test.x) == test.labels))
        return {
            "accuracy": number(found.accuracy),
            "correct": found.correct,
            "points": found.points,
            "exact": found.exact,
            "test_accuracy": number(on_test),
            "separable": found.correct == found.points,
            "line": {
                "w1": number(found.line.w1),
                "w2": number(found.line.w2),
                "b": number(found.line.b),
            },
            "binds_linear_model": all(isinstance(f, X1 | X2) for f in trainer.spec.features),
        }


def find_ceiling(trainer: Trainer) -> Iterator[None]:
    """In pieces, what `ceiling` will know of the training set, where there is such a thing."""
    part = trainer.data.train
    if trainer.spec.problem == "binary" and part not in _known:
        _known[part] = yield from find_best_line(part.x, part.labels)


def ceiling(part: Split) -> BestLine:
    """The best straight line for points with labels 0 and 1, computed once for each data set."""
    if part not in _known:
        _known[part] = best_line(part.x, part.labels)
    return _known[part]
