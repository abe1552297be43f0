"""The advisor: what the lecture's guidelines and the live diagnostics say about a configuration."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from engine.diagnostics.base import DIAGNOSTICS, Diagnostic, Measurement, Work
from engine.diagnostics.best_line import find_ceiling
from engine.diagnostics.case import Advice, Case
from engine.diagnostics.rules import RULES
from engine.trainer import Trainer

ORDER = ("problem", "warning", "hint")


def advice(trainer: Trainer, measurements: Mapping[str, Measurement] | None = None) -> list[Advice]:
    """Everything there is to say about a run, the worst first.

    `measurements` are results of diagnostics by kind, where some are known already.
    """
    case = Case(trainer, measurements)
    found = [remark for rule in RULES if (remark := rule(case)) is not None]
    return sorted(found, key=lambda remark: ORDER.index(remark.severity))


@DIAGNOSTICS.register
@dataclass(frozen=True)
class Advisor(Diagnostic):
    """What the lecture's guidelines and the live numbers say about this configuration, each with
    its number, why, and a change to try."""

    label: ClassVar[str] = "Advisor"
    label_es: ClassVar[str] = "Asesor"
    help_es: ClassVar[str] = (
        "Lo que dicen de esta configuración las reglas de la lección y los números del momento, "
        "cada cosa con su número, su porqué y un cambio que probar."
    )
    kind: Literal["advice"] = "advice"

    def work(self, trainer: Trainer) -> Work:
        if not Case(trainer).bent:
            yield from find_ceiling(trainer)
        return self.look(trainer)

    def look(self, trainer: Trainer) -> Measurement:
        return {"advice": [remark.to_dict() for remark in advice(trainer)]}
