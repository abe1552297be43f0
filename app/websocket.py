"""The websocket of a page: uvicorn's, with a short way for what mostly passes through it.

Nearly all messages are frames and their acknowledgements. By the way of ASGI each of them wakes a
task, and one that comes in stops the reading of its connection until that task has run. Here they
are written and followed where they arise.
"""

from collections.abc import Callable

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Request

SOCKET = "playground.socket"
"""Where the extensions of a websocket's scope have its `PageSocket`."""


class PageSocket(WebSocketsSansIOProtocol):
    """One websocket. It compresses nothing, so that a message is a head and its bytes."""

    hear: Callable[[bytes], bool] | None = None
    """Is asked first about every text message; whether that was all there is to do."""

    def handle_connect(self, event: Request) -> None:
        """Puts itself into the scope."""
        super().handle_connect(event)
        if not self.close_sent:  # the request was a good one
            self.scope["extensions"][SOCKET] = self  # type: ignore[assignment]

    def handle_text(self, event: Frame) -> None:
        """Passes a message on that `hear` does not know."""
        if not (event.fin and self.hear is not None and self.hear(bytes(event.data))):
            super().handle_text(event)

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
