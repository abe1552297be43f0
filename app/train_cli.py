"""`playground train`: an experiment without a server, from a link or a file."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.history import History
from engine.excerpt import excerpt, shortened
from engine.fields import SpecError
from engine.plain_json import LARGEST
from engine.saved import Saved, read, write
from engine.trainer import Trainer
from engine.url import decode

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

_LINES = 20
"""Lines of progress that a whole run prints."""
_POINTS = 200
"""Of the history that a run adds to a file."""
HISTORY = 2000
"""Points of a history, at most."""


class InputError(Exception):
    """What was asked for cannot be done; the message is for the user."""


def add_parser(subparsers: "Subparsers") -> None:
    """Declares the command and its options."""
    parser = subparsers.add_parser(
        "train",
        help="train an experiment without a server",
        description="Trains the experiment of a link or a file and prints what comes out.",
    )
    add_training(parser)
    parser.add_argument(
        "--save",
        metavar="FILE",
        help="write the run to a JSON file, which --spec and the page open again",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print one JSON object: epoch, loss, weights, biases, dead links",
    )


def add_training(parser: argparse.ArgumentParser) -> None:
    """Declares the options that say what to train, and for how long."""
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--url",
        metavar="LINK",
        help="an address or its #hash: of this page or of playground.tensorflow.org",
    )
    source.add_argument(
        "--spec",
        metavar="FILE",
        help="a JSON file with the fields of an experiment, or one that was saved, whose run goes"
        " on (- for stdin)",
    )
    parser.add_argument(
        "--epochs", metavar="N", type=_count, default=100, help="how long to train (default 100)"
    )
    parser.add_argument(
        "--progress",
        action="store_true",
        help="report progress on stderr even if it is not a terminal",
    )


def run(args: argparse.Namespace) -> int:
    """Trains; the result goes to stdout, everything else to stderr."""
    try:
        saved, trainer = read_run(args)
    except InputError as error:
        print(f"playground train: error: {error}", file=sys.stderr)
        return 2
    history = History.of(saved.history, HISTORY) if args.save else None
    train(trainer, args.epochs, progress=progress_of(args), history=history)
    if args.json:
        print(json.dumps(outcome(trainer), allow_nan=False))
    else:
        print(summary(trainer))
    if history is not None:
        try:
            _write(args.save, write(trainer, history.losses, view=saved.view))
        except InputError as error:
            print(f"playground train: error: {error}", file=sys.stderr)
            return 2
    return 0


def progress_of(args: argparse.Namespace) -> Callable[[Trainer, int], None] | None:
    """What tells of progress, if anything does."""
    return _report if args.progress or sys.stderr.isatty() else None


def train(
    trainer: Trainer,
    epochs: int,
    *,
    progress: Callable[[Trainer, int], None] | None = None,
    history: History | None = None,
) -> None:
    """Trains for a number of epochs more, fewer when the run diverges."""
    goal = trainer.epoch + epochs
    line = max(1, epochs // _LINES)
    every = line if history is None else max(1, epochs // _POINTS)
    told = trainer.epoch
    _record(trainer, history)
    while trainer.epoch < goal and trainer.divergence is None:
        trainer.run_epochs(min(every, goal - trainer.epoch))
        _record(trainer, history)
        if progress and (trainer.epoch >= min(told + line, goal) or trainer.divergence):
            progress(trainer, goal)
            told = trainer.epoch


def _record(trainer: Trainer, history: History | None) -> None:
    if history is not None:
        loss = trainer.evaluate().loss
        history.record(trainer.epoch, loss.train, loss.test)


def outcome(trainer: Trainer) -> dict[str, Any]:
    """The state of a run as plain data; weights are `[layer][to][from]`, all in full precision."""
    loss = trainer.evaluate().loss  # first: it can find that the run has diverged
    result: dict[str, Any] = {
        "epoch": trainer.epoch,
        "loss": {"train": loss.train, "test": loss.test},
        "weights": [weights.tolist() for weights in trainer.network.weights],
        "biases": [biases.tolist() for biases in trainer.network.biases],
        "dead": [list(link) for link in trainer.dead_links()],
    }
    if trainer.divergence:
        result["divergence"] = asdict(trainer.divergence)
    return result


def summary(trainer: Trainer) -> str:
    """The state of a run in a few lines for a person."""
    evaluation = trainer.evaluate()
    sizes = "-".join(map(str, trainer.network.sizes))
    dead = len(trainer.dead_links())
    lines = [
        f"epoch {trainer.epoch}, {trainer.steps} steps",
        f"network {sizes}, {trainer.network.parameters.size} parameters"
        + (f", {dead} dead links" if dead else ""),
        f"loss {_number(evaluation.loss.train)} training, {_number(evaluation.loss.test)} test",
    ]
    lines += [
        f"{name} {_number(pair.train)} training, {_number(pair.test)} test"
        for name, pair in evaluation.metrics.items()
    ]
    if bad := trainer.divergence:
        where = "" if bad.layer is None else f" of layer {bad.layer + 1}"
        lines.append(
            f"diverged in epoch {bad.epoch + 1}, step {bad.step}: {bad.what}{where} not finite;"
            " try a smaller learning rate"
        )
    return "\n".join(lines)


def _report(trainer: Trainer, epochs: int) -> None:
    loss = trainer.evaluate().loss
    losses = f"{_number(loss.train)} training, {_number(loss.test)} test"
    print(f"epoch {trainer.epoch}/{epochs}: loss {losses}", file=sys.stderr)


def _number(value: float | None) -> str:
    return "not finite" if value is None else f"{value:.6g}"


def read_run(args: argparse.Namespace) -> tuple[Saved, Trainer]:
    """What to train, and where its run is."""
    if args.url is not None:
        decoded = decode(args.url)
        for notice in decoded.notices:
            print(f"playground {args.command}: note: {notice}", file=sys.stderr)
        return Saved(decoded.spec), Trainer(decoded.spec)
    name = "stdin" if args.spec == "-" else shortened(args.spec, 100)
    text = _read(args.spec, name)
    try:
        saved = read(text)
        return saved, saved.trainer()
    except SpecError as error:
        raise InputError(f"{name}: {error}") from None


def _read(path: str, name: str) -> str:
    """The text of a file, or of standard input; not of one that has no end."""
    try:
        if path == "-":
            text = sys.stdin.read(LARGEST + 1)
        else:
            with Path(path).open(encoding="utf-8") as file:
                text = file.read(LARGEST + 1)
    except OSError as error:
        raise InputError(f"cannot read {name}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not UTF-8: {error.reason} at byte {error.start}") from None
    except ValueError:  # a path with a NUL in it, or with half a character
        raise InputError(f"cannot read {name}: that is no name of a file") from None
    if len(text) > LARGEST:
        raise InputError(f"{name} has more than {LARGEST:,} characters, and no experiment does")
    return text


def _write(path: str, text: str) -> None:
    name = shortened(path, 100)
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write {name}: {error.strerror}") from None
    except ValueError:
        raise InputError(f"cannot write {name}: that is no name of a file") from None


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise argparse.ArgumentTypeError(
            f"got {excerpt(text)}, expected a whole number, 0 or more, of at most 9 digits"
        )
    return int(text)
