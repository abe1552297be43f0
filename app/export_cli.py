"""`playground export`: trains an experiment, and writes the run as files that others can use."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.exporters import EXPORTERS, Run, why_not
from app.history import History
from app.train_cli import HISTORY, InputError, add_training, progress_of, read_run, train
from engine import url
from engine.excerpt import shortened

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parser(subparsers: "Subparsers") -> None:
    """Declares the command and its options."""
    kinds = "\n".join(f"  {cls.name():9} {cls.label}" for cls in EXPORTERS)
    parser = subparsers.add_parser(
        "export",
        help="train an experiment, and write it as files that others can use",
        description="Trains the experiment of a link or a file, and writes the run as files.",
        epilog=f"exporters:\n{kinds}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_training(parser)
    parser.add_argument(
        "--to",
        metavar="EXPORTER",
        required=True,
        nargs="+",
        choices=EXPORTERS.kinds,
        help="what to write, one or more of those below",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FOLDER",
        type=Path,
        default=Path(),
        help="where to; made when it is not there (default: this folder)",
    )


def run(args: argparse.Namespace) -> int:
    """Trains and writes; the names of the files go to stdout, everything else to stderr."""
    try:
        for path in export(args):
            print(path)
    except InputError as error:
        print(f"playground export: error: {error}", file=sys.stderr)
        return 2
    return 0


def export(args: argparse.Namespace) -> list[Path]:
    """Trains, and writes the files; what cannot be written is said before training begins."""
    saved, trainer = read_run(args)
    exporters = [EXPORTERS[kind]() for kind in dict.fromkeys(args.to)]
    for exporter in exporters:
        if reason := why_not(exporter, trainer.spec):
            raise InputError(f"{exporter.name()}: {reason}")
    folder: Path = args.output
    name = shortened(str(folder), 100)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        history = History.of(saved.history, HISTORY)
        train(trainer, args.epochs, progress=progress_of(args), history=history)
        run = Run(trainer, history, url.encode(trainer.spec))
        files = {file.name: file.data for exporter in exporters for file in exporter.files(run)}
        for file, data in files.items():
            (folder / file).write_bytes(data)
    except OSError as error:
        raise InputError(f"cannot write to {name}: {error.strerror}") from None
    except ValueError:  # a path with a NUL in it, or with half a character
        raise InputError(f"cannot write to {name}: that is no name of a folder") from None
    return [folder / file for file in files]
