"""A real Redis or Valkey server, on a port of its own, which ends with the test that started it."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.app.live import tied

PROGRAMS = ("redis-server", "valkey-server")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(*names: str, required_by: str) -> str:
    """The path of the first of these programs; without one the test is skipped, or fails where the
    environment says that it must not be."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    for name in names:
        if found := shutil.which(name, path=path):
            return found
    missing = f"none of {', '.join(names)} is installed (Debian: apt-get install {names[0]})"
    if os.environ.get(required_by) == "1":
        pytest.fail(f"{missing}, and {required_by}=1 asks for it")
    pytest.skip(missing)


class RedisServer:
    """A server without persistence that can be killed, halted and started again."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._command = [
            *tied(program(*PROGRAMS, required_by="REQUIRE_REDIS")),
            *("--bind", "127.0.0.1", "--port", str(self.port)),
            *("--save", "", "--appendonly", "no", "--dir", str(folder), *options),
        ]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            assert self._process.poll() is None, "redis-server has ended"
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                    connection.sendall(b"PING\r\n")
                    if connection.recv(64)[:1] in b"+-":  # PONG, or a password is asked for
                        return
            except OSError:
                time.sleep(0.02)
        raise AssertionError("redis-server did not answer within 10 s")

    def halt(self) -> None:
        """It does not answer, but its connections stay."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=10)
            self._process = None


@contextmanager
def redis_server(folder: Path, *options: str) -> Iterator[RedisServer]:
    """A server that is ready."""
    server = RedisServer(folder, *options)
    try:
        server.start()
        yield server
    finally:
        server.kill()
