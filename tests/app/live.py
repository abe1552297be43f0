"""`playground serve` in a process of its own, which ends with the test that started it."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import httpx2
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection
from websockets.sync.client import connect as open_websocket

from app.protocol import VERSION
from tests.app.doubles import Frame

ROOT = Path(__file__).parents[2]


@dataclass
class LivePage:
    """A page of a live server."""

    socket: ClientConnection
    epoch: int = 0
    """That of the last frame."""
    welcome: dict[str, Any] = field(default_factory=dict)

    def say(self, type_: str, **fields: Any) -> None:
        """Send a command."""
        self.socket.send(json.dumps({"type": type_, **fields}))

    def hear(self) -> dict[str, Any]:
        """The next event, or header of a binary message; a frame is acknowledged."""
        message = self.socket.recv(timeout=10)
        heard: dict[str, Any]
        if isinstance(message, str):
            heard = json.loads(message)
            return heard
        heard = Frame.of(message).header
        if heard["type"] == "frame":
            self.epoch = heard["epoch"]
            with suppress(ConnectionClosed):  # what has come before that is heard yet
                self.say("ack", seq=heard["seq"])
        return heard

    def hear_of(self, type_: str) -> dict[str, Any]:
        """The next message of a type."""
        while (heard := self.hear())["type"] != type_:
            pass
        return heard

    def watch(self, frames: int) -> None:
        """Hear so many frames."""
        for _ in range(frames):
            self.hear_of("frame")


@dataclass
class LiveServer:
    """A server that is ready."""

    process: subprocess.Popen[str]
    line: str
    """What it printed when it was ready."""

    @property
    def port(self) -> int:
        """The port that the system chose."""
        found = re.search(r"http://127\.0\.0\.1:(\d+)", self.line)
        assert found is not None, self.line
        return int(found[1])

    @property
    def workers(self) -> list[int]:
        """The process numbers of its workers, from /proc."""
        found: list[int] = []
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            with suppress(FileNotFoundError):  # a thread that has ended meanwhile
                found += map(int, (task / "children").read_text().split())
        return found

    def get(self, path: str) -> bytes:
        """The content at a path."""
        with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as response:
            content: bytes = response.read()
            return content

    def status(self, path: str, **headers: str) -> int:
        """The status of a request for a path."""
        request = Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urlopen(request, timeout=5) as response:
                return int(response.status)
        except HTTPError as error:
            with error:
                return error.code

    @contextmanager
    def page(self, **hello: Any) -> Iterator["LivePage"]:
        """A page that has been welcomed, and plays unless told otherwise."""
        with open_websocket(f"ws://127.0.0.1:{self.port}/ws", compression=None) as socket:
            page = LivePage(socket)
            page.say("hello", **{"protocol": VERSION, "playing": True, **hello})
            page.welcome = page.hear_of("welcome")
            yield page

    def client(self) -> httpx2.Client:
        """A client of its HTTP interface, with a connection of its own."""
        return httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)

    def connect(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=5)


PLAYGROUND = (sys.executable, "-m", "app")


def tied(*command: str) -> list[str]:
    """A command with what makes it end when this process does (Linux)."""
    setpriv = shutil.which("setpriv")
    return [*([setpriv, "--pdeathsig", "KILL"] if setpriv else []), *command]


def python(*arguments: str) -> list[str]:
    """The command line of Python, tied to this process."""
    return tied(sys.executable, *arguments)


def command(*arguments: str, program: Sequence[str] = PLAYGROUND) -> list[str]:
    """The command line of `playground`, tied to this process."""
    return tied(*program, *arguments)


@contextmanager
def live_server(
    *options: str,
    environment: Mapping[str, str] | None = None,
    program: Sequence[str] = PLAYGROUND,
    cwd: Path = ROOT,
) -> Iterator[LiveServer]:
    """A server on a free port, without snapshots."""
    inherited = {name: value for name, value in os.environ.items() if "PLAYGROUND" not in name}
    process = subprocess.Popen(
        command("serve", "--port", "0", "--snapshot-dir", "", *options, program=program),
        cwd=cwd,
        env=inherited | dict(environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process:
        try:
            line = process.stdout.readline()
            if not line:
                _, error = process.communicate(timeout=10)
                raise AssertionError(f"the server did not start:\n{error}")
            yield LiveServer(process, line)
        finally:
            process.kill()
