"""Pages without a browser, cheap enough that hundreds of them leave the machine to the server.

Each is a websocket of its own that does what the page does: hello, play, an acknowledgement of the
latest frame at each beat of a 60 Hz display, now and then another setting. Of a frame only the
header's numbers are read, nothing is inflated; that, and a parser for just what a server sends,
costs a tenth of what a general websocket client does.
"""

import asyncio
import base64
import json
import re
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any, cast

from app.protocol import VERSION

BEATS_PER_SECOND = 60
PHASES = 4
"""Groups into which the pages' displays are divided, as they do not beat together."""

_FRAME = re.compile(rb'"seq":(\d+),"base":\d+,"run":(\d+),"epoch":(\d+)')
_SETTINGS: tuple[dict[str, Any], ...] = (
    {"type": "configure", "changes": {"learning_rate": 0.1}},
    {"type": "configure", "changes": {"batch_size": 20}},
    {"type": "reroll"},
    {"type": "configure", "changes": {"learning_rate": 0.03}},
    {"type": "configure", "changes": {"batch_size": 10}},
)


class Page(asyncio.Protocol):
    """One page, and what it has seen."""

    def __init__(self, port: int, token: str = "") -> None:
        self.frames = self.bytes = self.epochs = 0
        """Of frames and epochs, how many since `restart`."""
        self.answers: list[float] = []
        """Seconds from each change of a setting to the event that answers it."""
        self.shown: list[float] = []
        """Seconds from each change of a setting to the first frame after it."""
        self.errors: list[str] = []
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done at the first frame."""
        self.token = token
        self.resumed = ""
        """Where the server has the session from, in its words."""
        self.first = -1
        """The epoch of the first frame."""
        self.epoch = 0
        """That of the last one."""
        self.seen: list[tuple[float, int]] | None = None
        """Where it is a list: when a frame came, and of which epoch."""
        self._port = port
        self._transport: asyncio.Transport
        self._received = b""
        self._left = False
        self._undrawn = 0  # seq of the newest frame that is not acknowledged
        self._changed_at = 0.0
        self._awaits_answer = self._awaits_frame = False
        self._settings: Iterator[dict[str, Any]] = cycle(_SETTINGS)
        self._take: Callable[[], None] = self._take_head

    def restart(self) -> None:
        """Count anew."""
        self.frames = self.bytes = self.epochs = 0
        self.answers.clear()
        self.shown.clear()

    # --- what a page does ---------------------------------------------------------------------

    def draw(self) -> None:
        """A beat of the display: acknowledge what has come."""
        if self._undrawn:
            self._say(b'{"type":"ack","seq":%d}' % self._undrawn)
            self._undrawn = 0

    def change(self) -> None:
        """Another learning rate, batch size or other weights, unless the last one is not shown."""
        if not (self._awaits_answer or self._awaits_frame):
            self._awaits_answer = self._awaits_frame = True
            self._changed_at = time.perf_counter()
            self._say(json.dumps(next(self._settings)).encode())

    def leave(self) -> None:
        """Close, which is no error."""
        self._left = True
        self._transport.abort()

    def _say(self, text: bytes) -> None:
        assert len(text) < 126
        self._transport.write(bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text)

    # --- what it hears ------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the websocket."""
        self._transport = cast(asyncio.Transport, transport)
        head = [
            "GET /ws HTTP/1.1",
            f"Host: 127.0.0.1:{self._port}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {base64.b64encode(bytes(16)).decode()}",
            "\r\n",
        ]
        self._transport.write("\r\n".join(head).encode())

    def connection_lost(self, exc: Exception | None) -> None:
        """The server has closed the connection."""
        if not self._left:
            self._fail("connection lost")

    def _fail(self, reason: str) -> None:
        self.errors.append(reason)
        if not self.ready.done():
            self.ready.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Some bytes, from within a message or of several."""
        self._received = self._received + data if self._received else data
        self._take()

    def _take_head(self) -> None:
        head, end, self._received = self._received.partition(b"\r\n\r\n")
        if not end:
            self._received = head
        elif b" 101 " not in head[:16]:
            self._fail(head[:80].decode(errors="replace"))
            self._transport.abort()
        else:
            self._take = self._take_messages
            self._say(
                b'{"type":"hello","protocol":%d,"playing":true,"token":"%b"}'
                % (VERSION, self.token.encode())
            )
            self._take()

    def _take_messages(self) -> None:
        data, at = self._received, 0
        while len(data) >= at + 2:
            size, start = data[at + 1], at + 2
            if size > 125:
                wide = 2 if size == 126 else 8
                size, start = int.from_bytes(data[start : start + wide]), start + wide
            end = start + size
            if len(data) < max(end, start):
                break
            self._hear(data[at] & 15, data, start, end)
            at = end
        self._received = data[at:]

    def _hear(self, opcode: int, data: bytes, start: int, end: int) -> None:
        if opcode == 2:
            frame = _FRAME.search(data, start, min(end, start + 100))
            if frame is not None:  # otherwise it is the points
                self._see(int(frame[1]), int(frame[3]), end - start)
        elif opcode == 1:
            if self._awaits_answer and data.startswith(b'{"type":"experiment"', start):
                self._awaits_answer = False
                self.answers.append(time.perf_counter() - self._changed_at)
            elif data.startswith(b'{"type":"welcome"', start):
                welcome = json.loads(data[start:end])
                self.token, self.resumed = welcome["token"], welcome["resumed"]
            elif data.startswith(b'{"type":"error"', start):
                self._fail(data[start:end].decode())
        elif opcode == 9:
            self._transport.write(bytes([0x8A, 0x80 | (end - start), 0, 0, 0, 0]) + data[start:end])
        elif opcode == 8:
            self._fail(f"closed: {data[start:end]!r}")

    def _see(self, seq: int, epoch: int, size: int) -> None:
        self.frames += 1
        self.bytes += size
        self.epochs += epoch - self.epoch if epoch >= self.epoch else epoch
        self.epoch, self._undrawn = epoch, seq
        if self.seen is not None:
            self.seen.append((time.perf_counter(), epoch))
        if self._awaits_frame and not self._awaits_answer:
            self._awaits_frame = False
            self.shown.append(time.perf_counter() - self._changed_at)
        if not self.ready.done():
            self.first = epoch
            self.ready.set_result(None)


async def connect(port: int, token: str = "") -> Page:
    """A page that has its first frame, or an error; of the session with this token, if any."""
    loop = asyncio.get_running_loop()
    _, page = await loop.create_connection(lambda: Page(port, token), "127.0.0.1", port)
    try:
        await asyncio.wait_for(page.ready, 30)
    except TimeoutError:
        page._fail("no frame within 30 s")
    return page


async def display(pages: list[Page], *, change_every: float) -> None:
    """Draw at 60 Hz, and change a setting of each page once in so many seconds; until cancelled.

    A page whose beat is late draws at once: the generator falls behind instead of skipping.
    """
    beat = 1 / (BEATS_PER_SECOND * PHASES)
    start, count, changed = time.perf_counter(), 0, 0
    while True:
        for page in pages[count % PHASES :: PHASES]:
            page.draw()
        count += 1
        now = time.perf_counter() - start
        wanted = int(now / change_every * len(pages))
        for number in range(changed, wanted):
            pages[number % len(pages)].change()
        changed = wanted
        await asyncio.sleep(max(0.0, count * beat - now))
