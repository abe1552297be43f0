"""Clients that nobody wants, in a process of their own: `python -m tests.faults.offender KIND PORT
SECONDS`. Each comes back when it is thrown out. Prints a line when it begins, and in the end what
the server told it, as JSON.
"""

import contextlib
import json
import random
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect

from app.protocol import VERSION
from bench.garbage import GARBAGE

PER_SECOND = 10_000


class Offender:
    """What it did, and what it heard."""

    def __init__(self, port: int, seconds: float) -> None:
        self.port = port
        self.end = time.monotonic() + seconds
        self.sent = 0
        self.frames = 0
        self.refusals: Counter[str] = Counter()
        self.closed: Counter[str] = Counter()

    @property
    def over(self) -> bool:
        """Whether its time is up."""
        return time.monotonic() > self.end

    @contextlib.contextmanager
    def connected(self, **options: Any) -> Iterator[ClientConnection]:
        """A connection that has said hello and plays; its end is noted."""
        with contextlib.suppress(OSError, InvalidHandshake):
            address = f"ws://127.0.0.1:{self.port}/ws"
            options = {"compression": None, "ping_interval": None, "close_timeout": 0.1, **options}
            with connect(address, **options) as websocket:
                try:
                    self.say(websocket, {"type": "hello", "protocol": VERSION, "playing": True})
                    yield websocket
                except ConnectionClosed:
                    self.hear_end(websocket)

    def say(self, websocket: ClientConnection, message: dict[str, Any] | str | bytes) -> None:
        """Send anything."""
        websocket.send(json.dumps(message) if isinstance(message, dict) else message)
        self.sent += 1

    def hear(self, websocket: ClientConnection, seconds: float) -> bytes | None:
        """A message, if one comes in time; the frame if it is one."""
        with contextlib.suppress(TimeoutError):
            message = websocket.recv(seconds)
            if isinstance(message, bytes):
                self.frames += 1
                return message
            event = json.loads(message)
            if event["type"] == "error":
                self.refusals[f"{event['code']}: {event['message'][:160]}"] += 1
        return None

    def hear_end(self, websocket: ClientConnection) -> None:
        """What is left to be heard, and why it ended."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                self.hear(websocket, 1)
        self.closed[f"{websocket.close_code} {websocket.close_reason}"] += 1

    # --- the kinds --------------------------------------------------------------------------------

    def slow(self) -> None:
        """Reads one frame a second."""
        with self.connected(max_queue=1) as websocket:
            while not self.over:
                frame = self.hear(websocket, 1)
                if frame is not None:
                    seq = json.loads(frame[4 : 4 + int.from_bytes(frame[:4], "little")]).get("seq")
                    if seq is not None:
                        self.say(websocket, {"type": "ack", "seq": seq})
                    time.sleep(1)

    def silent(self) -> None:
        """Takes everything and acknowledges nothing."""
        with self.connected() as websocket:
            while not self.over:
                self.hear(websocket, 0.1)

    def deaf(self) -> None:
        """Asks for much, and takes nothing from its socket."""
        with self.connected(max_queue=1) as websocket:
            while not self.over:
                self.say(websocket, {"type": "configure", "changes": {}})
                time.sleep(1 / 40)

    def flood(self) -> None:
        """Sends ten thousand commands a second."""
        with self.connected() as websocket:
            start, count = time.monotonic(), 0
            while not self.over:
                self.say(websocket, {"type": "speed", "id": count, "epochs_per_second": 60})
                count += 1
                if count % 4 == 0:
                    self.hear(websocket, 0)
                time.sleep(max(0.0, start + count / PER_SECOND - time.monotonic()))

    def garbage(self) -> None:
        """Sends what is no command, as text, as bytes, and as no websocket at all."""
        with self.connected() as websocket:
            while not self.over:
                self.say(websocket, random.choice(GARBAGE))
                self.hear(websocket, 0.001)
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self.port)) as raw,
        ):
            raw.settimeout(0.2)
            raw.sendall(random.randbytes(2000) + b"\r\n\r\n")
            raw.recv(1000)
            self.sent += 1

    def run(self, kind: str) -> None:
        """Behave like that until the time is up."""
        behave: Callable[[], None] = getattr(self, kind)
        while not self.over:
            behave()
            time.sleep(0.01)


def main(kind: str, port: str, seconds: str) -> None:
    """Be an offender."""
    offender = Offender(int(port), float(seconds))
    print("begins", flush=True)
    offender.run(kind)
    report = {name: getattr(offender, name) for name in ("sent", "frames", "refusals", "closed")}
    print(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:])
