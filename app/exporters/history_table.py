"""The losses of a run as a table."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from app.exporters.base import EXPORTERS, Exporter, File, Group, Run, csv_file


@EXPORTERS.register
@dataclass(frozen=True)
class HistoryTable(Exporter):
    """The training and test loss at each epoch of the chart, as a table for a spreadsheet."""

    label: ClassVar[str] = "Loss history (CSV)"
    label_es: ClassVar[str] = "Historial de la pérdida (CSV)"
    help_es: ClassVar[str] = (
        "La pérdida de entrenamiento y de prueba en cada época de la gráfica, como tabla para una"
        " hoja de cálculo."
    )
    group: ClassVar[Group] = "data"
    suffix: ClassVar[str] = ".csv"
    kind: Literal["history"] = "history"

    def files(self, run: Run) -> list[File]:
        kept = run.history
        rows: list[list[Any]] = [
            [epoch, *("" if loss is None else loss for loss in losses)]
            for epoch, *losses in zip(kept.epochs, kept.train, kept.test, strict=True)
        ]
        return [csv_file("history.csv", ["epoch", "train", "test"], rows)]
