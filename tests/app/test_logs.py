"""Logs: one form or the other, no more of the same than a disk bears, and nothing of users."""

import json
import logging
import logging.config
import signal
import sys
from datetime import datetime

import pytest

from app.logs import OFTEN, JsonFormatter, Seldom
from app.settings import Settings
from tests.app.live import live_server


def record(message: str, *arguments: object, at: float = 0.0) -> logging.LogRecord:
    made = logging.LogRecord("app.x", logging.WARNING, "x.py", 1, message, arguments, None)
    made.created, made.msecs = at, 0
    return made


def test_a_line_is_one_object_whatever_the_message_holds() -> None:
    line = JsonFormatter().format(record("got %r\n\x1b[31m\u2028", "a\nb", at=1e9 + 0.25))
    assert "\n" not in line
    assert line.isascii()
    entry = json.loads(line)
    assert entry == {
        "time": "2001-09-09T01:46:40.000Z",
        "level": "warning",
        "logger": "app.x",
        "message": "got 'a\\nb'\n\x1b[31m\u2028",
    }
    datetime.fromisoformat(entry["time"])


def fail() -> None:
    try:
        raise ValueError("secret of a user")
    except ValueError as error:
        raise ExceptionGroup("some", [KeyError("another secret")]) from error


def test_a_failure_says_where_and_not_what_a_user_has_sent() -> None:
    try:
        fail()
    except ExceptionGroup:
        made = record("failed")
        made.exc_info = sys.exc_info()
    line = JsonFormatter().format(made)
    assert "secret" not in line
    failure = json.loads(line)["failure"]
    assert failure["kind"] == "ExceptionGroup"
    assert failure["at"][-1].startswith("tests/app/test_logs.py:")
    assert failure["of"][0]["kind"] == "KeyError"
    assert failure["because"]["kind"] == "ValueError"


def test_more_of_the_same_is_counted_instead_of_logged() -> None:
    seldom = Seldom()
    passed = [seldom.filter(record("again %d", number, at=10.0)) for number in range(100)]
    assert passed.count(True) == OFTEN
    assert seldom.filter(record("another", at=11.0))
    late = record("again %d", 7, at=80.0)
    assert seldom.filter(late)
    assert late.getMessage() == f"again 7 ({100 - OFTEN} more like it)"


def test_the_form_is_a_setting() -> None:
    with pytest.raises(ValueError, match="'text' or 'json'"):
        Settings(log_format="xml")  # type: ignore[arg-type]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_server_writes_json_of_all_its_parts_and_no_address(workers: str) -> None:
    with live_server("--log-format", "json", "--workers", workers) as running:
        for _ in range(200):
            with running.connect() as client:
                client.sendall(b"secret-garbage of somebody\r\n\r\n")
                client.recv(4096)
        running.process.send_signal(signal.SIGTERM)
        _, error = running.process.communicate(timeout=10)
    lines = error.splitlines()
    assert 1 <= len(lines) <= 2 * OFTEN
    for line in lines:
        entry = json.loads(line)
        assert entry["logger"] == "uvicorn.error"
        assert entry["message"] == "Invalid HTTP request received."
    assert "127.0.0.1" not in error
    assert "secret" not in error
