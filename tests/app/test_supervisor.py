"""Several workers behind one address: real processes, which end with the test that started them."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

from app.errors import CloseCode
from app.protocol import VERSION
from tests.app.live import ROOT, LiveServer, live_server

PATIENCE = 15.0
INTERVAL = 0.1
"""Seconds between snapshots."""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="finds the workers in /proc"
)


def connections(worker: int) -> int:
    """Internet sockets that a process has open."""
    lines = Path(f"/proc/{worker}/net/tcp").read_text().splitlines()[1:]
    inodes = {line.split()[9] for line in lines if line.split()[3] == "01"}  # established
    links = [str(link.readlink()) for link in Path(f"/proc/{worker}/fd").iterdir()]
    return sum(link.removeprefix("socket:[").rstrip("]") in inodes for link in links)


def alive(process: int) -> bool:
    with contextlib.suppress(OSError):
        return " Z " not in Path(f"/proc/{process}/stat").read_text()
    return False


def last_words(websocket: ClientConnection) -> tuple[str | bytes, int]:
    """The last message before the server closes, and the code with which it does."""
    heard: str | bytes = ""
    try:
        while True:
            heard = websocket.recv(PATIENCE)
    except ConnectionClosed as closed:
        return heard, closed.rcvd.code if closed.rcvd else 1006


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@contextlib.contextmanager
def page(running: LiveServer, **hello: Any) -> Iterator[tuple[ClientConnection, dict[str, Any]]]:
    """A websocket that has said hello, and the welcome."""
    address = f"ws://127.0.0.1:{running.port}/ws"
    with connect(address, compression=None, close_timeout=0.1) as websocket:
        websocket.send(json.dumps({"type": "hello", "protocol": VERSION, **hello}))
        yield websocket, json.loads(websocket.recv(PATIENCE))


@pytest.fixture(scope="module")
def pair() -> Iterator[LiveServer]:
    with live_server("--workers", "2", "--snapshot-interval", str(INTERVAL)) as running:
        yield running


def test_one_line_says_where_the_page_is_when_all_workers_are_ready(pair: LiveServer) -> None:
    assert pair.line.startswith("Neural Network Playground: http://127.0.0.1:")
    assert len(pair.workers) == 2
    assert json.loads(pair.get("/healthz"))["status"] == "ok"


@pytest.mark.timed
def test_pages_are_spread_evenly_whatever_else_is_fetched(pair: LiveServer) -> None:
    def open_connections() -> list[int]:
        return [connections(worker) for worker in pair.workers]

    assert eventually(lambda: sum(open_connections()) == 0)
    with contextlib.ExitStack() as stack:
        for number in range(10):
            for _ in range(number % 3):
                pair.get("/healthz")
            time.sleep(0.25)  # workers tell ten times a second how busy they are
            stack.enter_context(page(pair))
        assert eventually(lambda: open_connections() == [5, 5])


@pytest.mark.timed
def test_a_page_that_comes_to_another_worker_finds_its_session(pair: LiveServer) -> None:
    with page(pair) as (websocket, welcome):
        websocket.send(json.dumps({"type": "configure", "changes": {"learning_rate": 0.3}}))
        time.sleep(3 * INTERVAL)  # until a snapshot has been written
        with page(pair, token=welcome["token"]) as (again, back):  # while the first one is open
            assert back["token"] == welcome["token"]
            assert back["resumed"] == "snapshot"
            assert json.loads(again.recv(PATIENCE))["spec"]["learning_rate"] == 0.3
            assert last_words(websocket)[1] == CloseCode.TAKEN_OVER


@pytest.mark.timed
def test_a_worker_that_dies_is_replaced_and_its_pages_resume() -> None:
    with live_server("--workers", "2", "--snapshot-interval", str(INTERVAL)) as running:
        with page(running) as (websocket, welcome):
            websocket.send(json.dumps({"type": "configure", "changes": {"learning_rate": 0.3}}))
            time.sleep(3 * INTERVAL)  # until a snapshot has been written
            before = running.workers
            for worker in before:
                os.kill(worker, signal.SIGKILL)
            assert last_words(websocket)[1] == 1006
        assert eventually(lambda: len(set(running.workers) - set(before)) == 2)

        def resumed() -> bool:
            try:
                with page(running, token=welcome["token"]) as (websocket, back):
                    spec = json.loads(websocket.recv(PATIENCE))["spec"]
            except (OSError, WebSocketException):
                return False
            return (back["resumed"], spec["learning_rate"]) == ("snapshot", 0.3)

        assert eventually(resumed)
        running.process.terminate()
        _, error = running.process.communicate(timeout=PATIENCE)
        assert error.count("another one takes its place") == 2
        assert "Traceback" not in error


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_soon_and_without_failure(number: signal.Signals) -> None:
    with live_server("--workers", "2") as running, page(running) as (websocket, _):
        processes = running.workers
        running.process.send_signal(number)
        message, code = last_words(websocket)
        assert (code, "server_stopping" in str(message)) == (CloseCode.STOPPING, True)
        more, error = running.process.communicate(timeout=PATIENCE)
        assert (running.process.returncode, more, error) == (0, "", "")
        assert not any(alive(process) for process in processes)


def test_no_setting_of_a_worker_can_be_read_on_its_command_line(pair: LiveServer) -> None:
    for worker in pair.workers:
        line = Path(f"/proc/{worker}/cmdline").read_bytes()
        assert b"app.worker" in line
        assert b"snapshot" not in line


def test_workers_do_not_outlive_a_supervisor_that_was_killed() -> None:
    with live_server("--workers", "2") as running:
        processes = running.workers
        running.process.kill()
        assert eventually(lambda: not any(alive(process) for process in processes))


def test_workers_that_cannot_start_end_the_server_with_an_error() -> None:
    program = """
import sys
from app import cli, supervisor

supervisor.MODULE = "no_such_module"
sys.exit(cli.main(["serve", "--port", "0", "--workers", "2"]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith("playground: A worker did not start")
    assert "Traceback" not in done.stderr
