"""`playground serve`: the options are the fields of `Settings`, by the same names."""

import argparse
import os
import sys
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from annotated_types import Ge, Gt, Le
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from app.errors import PlaygroundError, ServerFailedError, SettingsError
from app.settings import ENV_PREFIX, Secret, Settings, has_password
from engine.excerpt import excerpt, shortened

FAILED_TO_START = 2


def add_parser(subparsers: Any) -> argparse.ArgumentParser:
    """Adds `serve` and its options to the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "serve",
        help="start the server and show the page",
        description="Starts the server. Every option can also be given as an environment variable, "
        "--max-sessions as PLAYGROUND_MAX_SESSIONS. Secrets come by the environment alone: "
        f"{', '.join(variable(name) for name in Settings.secrets())}.",
        allow_abbrev=False,
    )
    for name, field in Settings.model_fields.items():
        if name in Settings.secrets():
            continue
        parser.add_argument(
            option(name),
            dest=name,
            default=argparse.SUPPRESS,
            metavar="N" if field.annotation in (int, float) else name.rpartition("_")[2].upper(),
            help=_help(field),
        )
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Serves until stopped; 2 and one line on standard error when it cannot start."""
    try:
        settings = read_settings(vars(arguments))
        from app import server

        server.run(settings)
    except PlaygroundError as error:
        print(f"playground: {error}", file=sys.stderr)
        return 1 if isinstance(error, ServerFailedError) else FAILED_TO_START
    return 0


def read_settings(arguments: dict[str, Any]) -> Settings:
    """The settings from options, then the environment, then defaults.

    Raises:
        SettingsError: a value cannot be used; the text names the option or variable.
    """
    given = {name: value for name, value in arguments.items() if name in Settings.model_fields}
    for name, value in given.items():
        if _secret(name) and has_password(value):
            raise SettingsError(
                f"{option(name)}: a password can be read on a command line; leave the option out, "
                f"and set the environment variable PLAYGROUND_{name.upper()}"
            )
    _check_spelling(os.environ)
    try:
        return Settings(**given)
    except ValidationError as error:
        reasons = []
        for item in error.errors(include_url=False, include_context=False):
            name = str(item["loc"][0])
            source = option(name) if name in given else variable(name)
            expected = _expected(Settings.model_fields[name], item["msg"])
            hidden = _secret(name) or name in Settings.secrets()
            got = "what is not shown here" if hidden else excerpt(item["input"])
            reasons.append(f"{source}: got {got}, expected {expected}")
        raise SettingsError(shortened("; ".join(reasons), 450)) from None


def _check_spelling(environment: Iterable[str]) -> None:
    """A misspelt variable would leave open what it was to close.

    Raises:
        SettingsError: a variable has nearly the name of a setting.
    """
    known = [variable(name) for name in Settings.model_fields]
    for name in environment:
        if name.upper().startswith(ENV_PREFIX) and name.upper() not in known:
            meant = get_close_matches(name.upper(), known, n=1, cutoff=0.9)
            if meant:
                raise SettingsError(f"{name}: no such setting; did you mean {meant[0]}?")


def option(name: str) -> str:
    """The option of a setting: `--max-sessions` for `max_sessions`."""
    return f"--{name.replace('_', '-')}"


def variable(name: str) -> str:
    """The environment variable of a setting: `PLAYGROUND_MAX_SESSIONS` for `max_sessions`."""
    return f"{ENV_PREFIX}{name.upper()}"


def _secret(name: str) -> bool:
    """Whether a setting may hold a password."""
    return any(isinstance(mark, Secret) for mark in Settings.model_fields[name].metadata)


def _help(field: FieldInfo) -> str:
    default = field.get_default(call_default_factory=True)
    shown = ",".join(default) if isinstance(default, tuple) else str(default)
    bounds = limits(field)
    text = f"{field.description} ({bounds}{'; ' if bounds else ''}default: {shown or 'none'})"
    return text.replace("%", "%%")


def limits(field: FieldInfo) -> str:
    """The range of a setting in words: `from 1 to 120`."""
    words = {Ge: "from {0.ge:.12g}", Gt: "above {0.gt:.12g}", Le: "to {0.le:.12g}"}
    return " ".join(
        words[type(bound)].format(bound) for bound in field.metadata if type(bound) in words
    )


def _expected(field: FieldInfo, reason: str) -> str:
    """What a setting must be, when pydantic refused it for `reason`."""
    if field.annotation not in (int, float):
        return reason.removeprefix("Value error, ").removeprefix("Input should be ")
    return f"{'a whole' if field.annotation is int else 'a'} number {limits(field)}".strip()
