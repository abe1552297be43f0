"""The websocket of a page: uvicorn's, with a short way for what mostly passes through it.

Nearly all messages are frames and their acknowledgements. By the way of ASGI each of them wakes a
task, and one that comes in stops the reading of its connection until that task has run. Here they
are written and followed where they arise, by a few bytes that are looked at; all others go through
the library that knows the whole protocol.
"""

from collections.abc import Callable

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

try:
    from websockets.speedups import apply_mask
except ImportError:  # the library's own, in Python, where it was not compiled
    from websockets.utils import apply_mask

HEAD = 6
"""Bytes before a short message of a page, the last four of which mask it."""

SOCKET = "playground.socket"
"""Where the extensions of a websocket's scope have its `PageSocket`."""


class PageSocket(WebSocketsSansIOProtocol):
    """One websocket. It compresses nothing, so that a message is a head and its bytes."""

    hear: Callable[[bytes], bool] | None = None
    """Is asked first about short text messages; whether that was all there is to do."""

    def handle_connect(self, event: Request) -> None:
        """Puts itself into the scope."""
        super().handle_connect(event)
        if not self.close_sent:  # the request was a good one
            self.scope["extensions"][SOCKET] = self  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Passes on what comes after the messages that `hear` knows."""
        hear = self.hear
        while hear is not None and (text := self._short_text(data)) is not None and hear(text):
            data = data[HEAD + len(text) :]
        if data:
            super().data_received(data)

    def _short_text(self, data: bytes) -> bytes | None:
        """The short text message that these bytes begin with; None where they begin otherwise, or
        the library has the beginning of another message.
        """
        if len(data) < HEAD or data[0] != 0x81 or not 0x80 <= data[1] < 0x80 + 126:
            return None
        end = HEAD + data[1] - 0x80
        begun = self.conn.reader.buffer or self.conn.current_size is not None
        if len(data) < end or begun or self.close_sent:
            return None
        return bytes(apply_mask(data[HEAD:end], data[2:HEAD]))

    def write(self, message: bytes) -> bool:
        """Send a binary message at once; False when the page does not take it now, or no more."""
        if self.close_sent or not self.writable.is_set() or self.transport.is_closing():
            return False
        size = len(message)
        if size < 126:
            head = bytes((0x82, size))
        elif size < 0x10000:
            head = b"\x82\x7e" + size.to_bytes(2)
        else:
            head = b"\x82\x7f" + size.to_bytes(8)
        self.transport.write(head + message)
        return True
