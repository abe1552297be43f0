"""A page without a browser: says hello, draws frames, gives commands, and remembers what it saw.

It reads in a thread of its own, as a browser does, so that a test can look at any time.
"""

import contextlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from app.protocol import VERSION
from tests.app.doubles import Frame

PATIENCE = 15.0


def eventually(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Whether something comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


@dataclass
class Seen:
    """A frame, and when it came."""

    at: float
    frame: Frame

    @property
    def epoch(self) -> int:
        """How far training was."""
        epoch: int = self.frame.header["epoch"]
        return epoch


@dataclass
class Page:
    """One connection. `pause_between_frames` makes it slow, `draws=False` keeps it from
    acknowledging."""

    port: int
    token: str | None = None
    hash: str = ""
    playing: bool = False
    draws: bool = True
    pause_between_frames: float = 0.0
    events: list[dict[str, Any]] = field(default_factory=list)
    frames: list[Seen] = field(default_factory=list)
    code: int | None = None
    """With which the connection was closed; 1006 when it was cut."""
    reason: str = ""

    def __post_init__(self) -> None:
        self._last_id = 0
        self._open = contextlib.ExitStack()
        self.socket: ClientConnection = self._open.enter_context(
            connect(
                f"ws://127.0.0.1:{self.port}/ws",
                compression=None,
                open_timeout=PATIENCE,
                close_timeout=0.2,
                ping_interval=None,
            )
        )
        self.say("hello", protocol=VERSION, token=self.token, hash=self.hash, playing=self.playing)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def __enter__(self) -> "Page":
        assert self.wait_for(lambda _: bool(self.of("status")) or self.code is not None)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave."""
        self._open.close()
        self._thread.join(PATIENCE)

    def _read(self) -> None:
        try:
            while True:
                self._hear(self.socket.recv())
        except ConnectionClosed as closed:
            self.code = closed.rcvd.code if closed.rcvd else 1006
            self.reason = closed.rcvd.reason if closed.rcvd else ""
        except OSError:
            self.code = 1006

    def _hear(self, message: str | bytes) -> None:
        if isinstance(message, str):
            event = json.loads(message)
            if event["type"] == "welcome":
                self.token = event["token"]
            self.events.append(event)
            return
        frame = Frame.of(message)
        if frame.header["type"] == "frame":
            self.frames.append(Seen(time.monotonic(), frame))
            time.sleep(self.pause_between_frames)
            if self.draws:
                with contextlib.suppress(ConnectionClosed):
                    self.say("ack", seq=frame.header["seq"])

    # --- what a test asks -------------------------------------------------------------------------

    def say(self, type_: str, **fields: Any) -> None:
        """Give a command."""
        self.socket.send(json.dumps({"type": type_, **fields}, separators=(",", ":")))

    def of(self, type_: str) -> list[dict[str, Any]]:
        """The events of a type, oldest first."""
        return [event for event in list(self.events) if event["type"] == type_]

    def wait_for(self, condition: "Callable[[Page], bool]", seconds: float = PATIENCE) -> bool:
        """Whether something comes true of the page in time."""
        return eventually(lambda: condition(self), seconds)

    def answer(self) -> float:
        """Seconds until a ping is answered: all commands so far have been followed then."""
        self._last_id += 1
        number, before = self._last_id, time.monotonic()
        self.say("ping", id=number)
        assert self.wait_for(lambda _: any(event["id"] == number for event in self.of("pong")))
        return time.monotonic() - before

    @property
    def resumed(self) -> str:
        """Where the session came from."""
        origin: str = self.of("welcome")[-1]["resumed"]
        return origin

    @property
    def epoch(self) -> int:
        """Of the newest frame, -1 before there is one."""
        return self.frames[-1].epoch if self.frames else -1

    def gap(self, since: float) -> float:
        """The longest time without a frame since then, the one that still goes on included."""
        times = [since, *(seen.at for seen in list(self.frames) if seen.at > since)]
        times.append(time.monotonic())
        return max(b - a for a, b in pairwise(times))
