"""Cards: a run, or several side by side, as HTML for a notebook.

Nothing is asked for from elsewhere and nothing runs. Words have the colours of their page. Where
every style is stripped (GitHub), a plain table with its images remains.
"""

from collections.abc import Mapping
from html import escape

from engine.evaluation import Evaluation
from engine.picture.curve import WIDTH as CURVE_WIDTH
from engine.picture.curve import Line, curve
from engine.picture.diagram import HEIGHT, diagram
from engine.picture.diagram import WIDTH as DIAGRAM_WIDTH
from engine.picture.image import address
from engine.picture.plane import plane
from engine.picture.words import in_words, number
from engine.trainer import Trainer

PLAIN = "border:none;background:none;color:inherit;text-align:left;vertical-align:top;"
CELL = f' style="{PLAIN}padding:4px 12px 4px 0"'
ROW = ' style="background:none"'
TABLE = '<table border="0" style="border:none;border-collapse:collapse;font-size:13px;margin:0">'
NUMBER = (
    ' align="right" style="border:none;background:none;text-align:right;padding:1px 12px 1px 0"'
)


def card(trainer: Trainer, losses: Mapping[str, Line]) -> str:
    """A run: map, network and losses, then the numbers and the experiment in words."""
    images = [
        _image(plane(trainer), HEIGHT, HEIGHT, "Decision map with the training points"),
        _image(diagram(trainer), DIAGRAM_WIDTH, HEIGHT, "The network"),
        _image(curve(losses, "Losses over epochs"), CURVE_WIDTH, HEIGHT, "Losses over epochs"),
    ]
    cells = "".join(f"<td{CELL}>{image}</td>" for image in images)
    words = f"{escape(in_words(trainer.spec))}<br>{escape(_standing(trainer))}"
    return (
        f"{TABLE}<tr{ROW}>{cells}</tr><tr{ROW}>"
        f"<td{CELL}>{_numbers(trainer.evaluate())}</td>"
        f'<td{CELL} colspan="2">{words}</td></tr></table>'
    )


def comparison(trainers: Mapping[str, Trainer], losses: Mapping[str, Line]) -> str:
    """Runs side by side by name: their maps and numbers, and their test losses together."""
    columns = [
        f"<td{CELL}><b>{escape(name)}</b><br>"
        + _image(plane(trainer), 180, 180, f"Decision map of {name}")
        + _numbers(trainer.evaluate())
        + "</td>"
        for name, trainer in trainers.items()
    ]
    picture = curve(losses, "Test losses over epochs")
    last = (
        f"<td{CELL}><b>Test loss</b><br>{_image(picture, CURVE_WIDTH, HEIGHT, 'Test losses')}</td>"
    )
    return f"{TABLE}<tr{ROW}>{''.join(columns)}{last}</tr></table>"


def _image(file: bytes | str, width: int, height: int, words: str) -> str:
    return (
        f'<img src="{address(file)}" width="{width}" height="{height}" alt="{escape(words)}" '
        'style="max-width:none">'
    )


def _numbers(evaluation: Evaluation) -> str:
    pairs = {"loss": evaluation.loss, **evaluation.metrics}
    rows = [("", "training", "test")]
    rows += [(name, number(pair.train), number(pair.test)) for name, pair in pairs.items()]
    lines = "".join(
        f"<tr{ROW}>" + "".join(f"<td{NUMBER}>{escape(text)}</td>" for text in row) + "</tr>"
        for row in rows
    )
    return f"{TABLE}{lines}</table>"


def _standing(trainer: Trainer) -> str:
    """Where the run is."""
    count = trainer.network.parameters.size
    text = f"Epoch {trainer.epoch:,}, {trainer.steps:,} steps, {count:,} weights and biases."
    if bad := trainer.divergence:
        text += f" Diverged in epoch {bad.epoch + 1}: {bad.what} not finite."
    return text
