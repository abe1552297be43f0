"""The `playground` command: `train` and `export` need the engine alone, `serve` the server."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from app import __version__
from engine.excerpt import shortened

COMMANDS = {"export": "app.export_cli", "serve": "app.serve_cli", "train": "app.train_cli"}
"""Each command's module: `add_parser(subparsers)` declares its options, `run(args)` does it."""


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong with the options in one line, and where the help is."""

    def error(self, message: str) -> NoReturn:
        """Leaves with status 2."""
        line = shortened(" ".join(message.split()), 300)
        self.exit(2, f"{self.prog}: error: {line} (see {self.prog} --help)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    parser = OneLineParser(
        prog="playground", description="Watch a small neural network learn, and understand why."
    )
    parser.add_argument("--version", action="version", version=__version__)
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="command")
    # Only the chosen command is imported: `train` must not wait for a server it does not use.
    chosen = arguments[0] if arguments and arguments[0] in COMMANDS else None
    for command, module in COMMANDS.items():
        if chosen in (None, command):
            import_module(module).add_parser(subparsers)
    parsed = parser.parse_args(arguments)
    try:
        return int(import_module(COMMANDS[parsed.command]).run(parsed))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
