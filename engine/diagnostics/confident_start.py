"""A confidently wrong start: which loss finds its way back, and how soon."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Le

from engine.diagnostics.base import DIAGNOSTICS, Diagnostic, Work, number
from engine.fields import Ui
from engine.heads import HEADS, Head
from engine.text import Text
from engine.trainer import Trainer

MOST_WORK = 2e8
"""Parameters times samples times epochs of one run: it takes less than a second."""
LEAST_EPOCHS = 10
PIECE, PIECE_WORK = 100, 3e5
"""Steps at a time, at most; and parameters times samples times steps."""


@DIAGNOSTICS.register
@dataclass(frozen=True)
class ConfidentStart(Diagnostic):
    """This experiment from its start, but with an output bias that makes it confidently wrong about
    one class, once with each output function and loss: where the loss is a squared error, the
    slope of the output function is as good as 0 there, and the way back is long."""

    label: ClassVar[str] = "Confidently wrong start"
    label_es: ClassVar[str] = "Segura y equivocada al comienzo"
    help_es: ClassVar[str] = (
        "Este experimento desde su comienzo, pero con un sesgo de salida con el que la red está "
        "segura de una clase y se equivoca, una vez con cada función de salida y pérdida: si la "
        "pérdida es un error cuadrático, la pendiente de la función de salida es allí casi 0, y "
        "el camino de vuelta es largo."
    )
    live: ClassVar[bool] = False
    of_start: ClassVar[bool] = True
    kind: Literal["confident_start"] = "confident_start"
    bias: Annotated[
        float, Ge(-20.0), Le(20.0), Ui(label="Output bias", label_es="Sesgo de la salida", step=0.5)
    ] = 5.0
    epochs: Annotated[int, Ge(1), Le(1000), Ui(label="Epochs", label_es="Épocas", step=10)] = 200

    def work(self, trainer: Trainer) -> Work:
        if trainer.spec.problem != "binary":
            return {"runs": [], "reason": Text("only for two classes")}
        runs = []
        for cls in HEADS:
            if "binary" in cls.problems:
                run = yield from self._run(trainer, cls())
                runs.append(run)
        return {"bias": self.bias, "runs": runs}

    def _run(self, trainer: Trainer, head: Head) -> Work:
        """One run: its loss epoch by epoch, over that of the start without the bias."""
        copy = Trainer(replace(trainer.spec, head=head, mode="standard"))
        usual = copy.evaluate().loss.train
        copy.set_bias(len(copy.network.matrices) - 1, 0, self.bias)
        size = copy.network.parameters.size * copy.data.train.size
        losses = [copy.evaluate().loss.train]
        for _ in range(min(self.epochs, max(LEAST_EPOCHS, int(MOST_WORK / size)))):
            yield from _epoch(copy)
            if copy.divergence is not None:
                break
            losses.append(copy.evaluate().loss.train)
        relative = [loss / usual if loss is not None and usual else None for loss in losses]
        below = (epoch for epoch, ratio in enumerate(relative) if ratio is not None and ratio <= 1)
        return {
            "kind": head.name(),
            "label": head.label,
            "losses": [number(ratio) for ratio in relative],
            "recovered": next(below, None),
            "diverged": copy.divergence is not None,
        }


def _epoch(trainer: Trainer) -> Iterator[None]:
    """Trains to the end of the epoch in pieces of about a millisecond."""
    size = trainer.network.parameters.size * trainer.batch_size
    steps = max(1, min(PIECE, int(PIECE_WORK / size)))
    epoch = trainer.epoch
    while trainer.epoch == epoch and trainer.divergence is None:
        trainer.run_steps(min(steps, trainer.steps_per_epoch - trainer.step_in_epoch))
        yield
