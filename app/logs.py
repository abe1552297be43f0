"""Logs: a line of text for people, or a line of JSON for what collects them.

There is no user data in them: no address, no path or query, no token, nothing of an experiment. A
failure is logged with its kind and the places in the code; as text, for whoever is looking for the
fault, with what it says, and in JSON without, as that could quote what a user has sent.
"""

import json
import logging
import time
import traceback
from pathlib import Path
from typing import Any

from app.settings import Settings

OFTEN = 20
"""How many lines of one kind are logged in a minute; what goes on asking for one fills no disk."""
MINUTE = 60.0
_ROOT = Path(__file__).parents[1]


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, and where a failure came from."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        entry: dict[str, Any] = {
            "time": f"{at}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[1] is not None:
            entry["failure"] = _failure(record.exc_info[1])
        return json.dumps(entry, ensure_ascii=True)


def _failure(error: BaseException) -> dict[str, Any]:
    """An exception without its text, and those within a group or before it."""
    places = [
        f"{_short(frame.filename)}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    found: dict[str, Any] = {"kind": type(error).__name__, "at": places[-20:]}
    if isinstance(error, BaseExceptionGroup):
        found["of"] = [_failure(inner) for inner in error.exceptions[:5]]
    if error.__cause__ is not None:
        found["because"] = _failure(error.__cause__)
    return found


def _short(path: str) -> str:
    """A path from where the code is, so that it says nothing of the machine."""
    parts = Path(path).parts
    if "site-packages" in parts:
        return "/".join(parts[len(parts) - parts[::-1].index("site-packages") :])
    return str(Path(path).relative_to(_ROOT)) if Path(path).is_relative_to(_ROOT) else parts[-1]


class Seldom(logging.Filter):
    """Lets so many lines of one kind pass in a minute; the next one says how many were left out."""

    def __init__(self) -> None:
        super().__init__()
        self._minutes: dict[tuple[str, str], list[float]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is logged."""
        kind = (record.name, str(record.msg)[:200])
        if len(self._minutes) > 1000:
            self._minutes.clear()
        minute = self._minutes.setdefault(kind, [record.created, 0])
        if record.created - minute[0] >= MINUTE:
            left_out = int(minute[1]) - OFTEN
            minute[:] = [record.created, 0]
            if left_out > 0:
                record.msg, record.args = f"{record.getMessage()} ({left_out} more like it)", None
        minute[1] += 1
        return minute[1] <= OFTEN


def configuration(settings: Settings) -> dict[str, Any]:
    """What `logging.config.dictConfig` takes, for uvicorn's loggers and ours."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"seldom": {"()": Seldom}},
        "formatters": {
            "text": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
            "json": {"()": JsonFormatter},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": settings.log_format,
                "filters": ["seldom"],
            }
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
    }
