"""What the tests of the application put in the place of time, pages and sockets."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from starlette.websockets import WebSocket

from app.binary import decode_binary
from app.connection import serve
from app.protocol import VERSION, Message, View
from app.session import Limits, Session
from app.sessions import SessionStore
from app.settings import Settings
from app.websocket import SOCKET
from engine import RunSpec


class FakeClock:
    """Time that passes when the test says so."""

    def __init__(self, now: float = 100.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Recorder:
    """An outbox that remembers."""

    heard: list[Any] = field(default_factory=list)

    def event(self, event: Message) -> None:
        self.heard.append(event)

    def points(self) -> None:
        self.heard.append("points")

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.heard if isinstance(event, kind)]


def make_session(spec: RunSpec | None = None, **limits: Any) -> tuple[Session, Recorder, FakeClock]:
    """A session with a recording outbox and a clock of its own."""
    clock, outbox = FakeClock(), Recorder()
    session = Session(spec or RunSpec(), View(), clock=clock, limits=Limits(**limits))
    session.outbox = outbox
    return session, outbox, clock


@dataclass
class Frame:
    """A binary message, decoded as a page does."""

    header: dict[str, Any]
    body: bytes

    @classmethod
    def of(cls, data: bytes) -> "Frame":
        return cls(*decode_binary(data))

    def parts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Parameters, scales and the int8 part of a frame."""
        header = self.header
        scales = header["outputs"] + header["units"] + (header["focus"] is not None)
        cut = 4 * header["parameters"]
        parameters = np.frombuffer(self.body[:cut], "<f4")
        rest = self.body[cut + 4 * scales :]
        return (
            parameters,
            np.frombuffer(self.body[cut : cut + 4 * scales], "<f4"),
            np.frombuffer(rest, np.int8),
        )


def split_maps(frame: Frame, maps: np.ndarray) -> list[np.ndarray]:
    """The int8 part as one array for each map."""
    header = frame.header
    sizes = [header["side"] ** 2] * header["outputs"] + [header["unit_side"] ** 2] * header["units"]
    sizes += [header["side"] ** 2] if header["focus"] is not None else []
    assert len(maps) == sum(sizes)
    return np.split(maps, np.cumsum(sizes)[:-1])


class ClosedError(Exception):
    """The server has closed the websocket."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code, self.reason = code, reason


class Page:
    """A page at the other end of a websocket, without a network in between."""

    def __init__(self, store: SessionStore, settings: Settings, address: str = "10.0.0.1") -> None:
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._reads = asyncio.Event()
        self._reads.set()
        self._settings = settings
        self._store = store
        self._scope: dict[str, Any] = {
            "type": "websocket",
            "client": (address, 50_000),
            "path": "/ws",
            "headers": [],
            "query_string": b"",
        }
        self._websocket = WebSocket(self._scope, self._inbox.get, self._take)
        self.task: asyncio.Task[None] | None = None

    def offer(self, socket: Any) -> None:
        """Let the connection write to this `PageSocket`."""
        self._scope["extensions"] = {SOCKET: socket}

    async def _take(self, message: Any) -> None:
        await self._reads.wait()
        self._heard.put_nowait(message)

    async def __aenter__(self) -> "Page":
        self._inbox.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.create_task(serve(self._websocket, self._store, self._settings))
        assert (await self._heard.get())["type"] == "websocket.accept"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._reads.set()
        self._inbox.put_nowait({"type": "websocket.disconnect", "code": 1001})
        assert self.task is not None
        await asyncio.wait_for(self.task, 5)

    def stop_reading(self) -> None:
        self._reads.clear()

    def read_again(self) -> None:
        self._reads.set()

    async def hear_frame(self, seconds: float) -> Any:
        """The next frame; raises `TimeoutError` when there is none."""
        while True:
            message = await self.hear(seconds)
            if isinstance(message, Frame):
                return message

    def say(self, type_: str, **fields: Any) -> None:
        text = json.dumps({"type": type_, **fields}, separators=(",", ":"))  # as a page writes it
        self.say_raw({"text": text})

    def say_raw(self, message: dict[str, Any]) -> None:
        self._inbox.put_nowait({"type": "websocket.receive", **message})

    async def hear(self, seconds: float = 5.0) -> Any:
        """The next event as a dict, or binary message as a `Frame`; raises `ClosedError`."""
        message = await asyncio.wait_for(self._heard.get(), seconds)
        if message["type"] == "websocket.close":
            raise ClosedError(message["code"], message.get("reason", ""))
        if message.get("text") is not None:
            return json.loads(message["text"])
        return Frame.of(message["bytes"])

    async def hear_of(self, type_: str, *, ack: bool = True) -> Any:
        """The next message of a type; frames before it are acknowledged."""
        while True:
            message = await self.hear()
            kind = message.header["type"] if isinstance(message, Frame) else message["type"]
            if kind == "frame" and ack:
                self.say("ack", seq=message.header["seq"])
            if kind == type_:
                return message

    async def hear_close(self) -> ClosedError:
        try:
            while True:
                await self.hear()
        except ClosedError as closed:
            return closed

    async def enter(self, **hello: Any) -> str:
        """Say hello, hear everything up to the first frame; the token."""
        self.say("hello", **{"protocol": VERSION, **hello})
        welcome = await self.hear()
        assert welcome["type"] == "welcome", welcome
        await self.hear_of("frame")
        return str(welcome["token"])
