"""The short way of a page's websocket does what uvicorn's own does."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from app.websocket import SOCKET, PageSocket


class Wire:
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        self.written = b""
        self.reads, self.closing = True, False

    def write(self, data: bytes) -> None:
        self.written += data

    def take(self) -> bytes:
        written, self.written = self.written, b""
        return written

    def pause_reading(self) -> None:
        self.reads = False

    def resume_reading(self) -> None:
        self.reads = True

    def is_closing(self) -> bool:
        return self.closing

    def close(self) -> None:
        self.closing = True

    def get_extra_info(self, name: str) -> Any:
        return None


class Line:
    """A websocket that is open, with the page's end of it."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.wire = Wire()
        self.scope: dict[str, Any] = {}
        config = Config(
            self._app, ws=PageSocket, interface="asgi3", lifespan="off", log_config=None
        )
        config.load()
        self.socket = PageSocket(config, ServerState(), {}, self.loop)
        self.page = ClientProtocol(parse_uri("ws://localhost/ws"))
        self.texts: list[bytes] = []
        self.socket.connection_made(self.wire)  # type: ignore[arg-type]
        self.page.send_request(self.page.connect())
        self._say()
        self.wait()
        self.heard()

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope = scope
        await receive()
        await send({"type": "websocket.accept"})
        await asyncio.Event().wait()

    def wait(self) -> None:
        self.loop.run_until_complete(asyncio.sleep(0.01))

    def _say(self) -> None:
        for data in self.page.data_to_send():
            self.socket.data_received(data)

    def say(self, text: str) -> None:
        self.page.send_text(text.encode())
        self._say()

    def heard(self) -> list[Frame]:
        self.page.receive_data(self.wire.take())
        return [event for event in self.page.events_received() if isinstance(event, Frame)]

    def queued(self) -> list[Any]:
        queue = self.socket.queue
        return [queue.get_nowait() for _ in range(queue.qsize())]

    def close(self) -> None:
        self.socket.connection_lost(None)
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self.loop.close()


@pytest.fixture
def line() -> Iterator[Line]:
    one = Line()
    yield one
    one.close()


def test_it_is_in_the_scope(line: Line) -> None:
    assert line.scope["extensions"][SOCKET] is line.socket


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 100_000])
def test_what_is_written_at_once_is_a_message_of_any_size(line: Line, size: int) -> None:
    assert line.socket.write(b"x" * size)
    (frame,) = line.heard()
    assert (frame.opcode, frame.data, frame.fin) == (Opcode.BINARY, b"x" * size, True)


def test_a_page_that_takes_nothing_now_is_written_nothing(line: Line) -> None:
    line.socket.pause_writing()
    assert not line.socket.write(b"frame")
    assert not line.heard()
    line.socket.resume_writing()
    assert line.socket.write(b"frame")


def test_nothing_is_written_after_the_end(line: Line) -> None:
    message = {"type": "websocket.close", "code": 4000, "reason": "enough"}
    line.loop.run_until_complete(line.socket.send(message))  # type: ignore[arg-type]
    assert not line.socket.write(b"frame")
    line.wire.closing = True
    assert not line.socket.write(b"frame")


def test_a_message_that_is_followed_at_once_is_no_other_ones(line: Line) -> None:
    def hear(text: bytes) -> bool:
        line.texts.append(text)
        return text == b"ack"

    line.socket.hear = hear
    line.say("ack")
    assert (line.wire.reads, line.queued()) == (True, [])
    line.say("command")
    message = {"type": "websocket.receive", "text": "command"}
    assert (line.wire.reads, line.queued()) == (False, [message])
    assert line.texts == [b"ack", b"command"]


@pytest.fixture
def acks(line: Line) -> list[bytes]:
    """What the line's socket was told, of which it follows "ack" by itself."""

    def hear(text: bytes) -> bool:
        line.texts.append(text)
        return text == b"ack"

    line.socket.hear = hear
    return line.texts


def sent(line: Line, *texts: str) -> bytes:
    """The bytes of these messages, as the page would send them."""
    for text in texts:
        line.page.send_text(text.encode())
    return b"".join(line.page.data_to_send())


def test_messages_that_come_together_are_followed_one_by_one(line: Line, acks: list[bytes]) -> None:
    line.socket.data_received(sent(line, "ack", "ack", "command", "ack"))
    assert acks == [b"ack", b"ack", b"command"]
    queued = [message["text"] for message in line.queued()]
    assert queued == ["command", "ack"]  # in the order in which they came


@pytest.mark.parametrize("cut", range(1, 9))
def test_a_message_that_comes_in_pieces_is_whole(line: Line, acks: list[bytes], cut: int) -> None:
    data = sent(line, "ack")
    line.socket.data_received(data[:cut])
    assert not line.queued()
    line.socket.data_received(data[cut:] + sent(line, "ack"))
    assert [message["text"] for message in line.queued()] == ["ack"] * 2
    line.socket.data_received(sent(line, "ack"))
    assert acks == [b"ack"]


def test_a_message_within_a_fragmented_one_is_refused(line: Line, acks: list[bytes]) -> None:
    line.page.send_text(b"one", fin=False)
    beginning = b"".join(line.page.data_to_send())
    line.socket.data_received(beginning)
    line.page.expect_continuation_frame = False
    line.socket.data_received(sent(line, "ack"))
    assert not acks
    assert line.socket.conn.close_sent is not None
