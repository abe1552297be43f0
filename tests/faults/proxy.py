"""A network that can be cut: it goes on holding both ends, and says nothing to either."""

import contextlib
import selectors
import socket
import threading
from collections.abc import Iterator

TICK = 0.02


class Network:
    """Forwards bytes from a port of its own to a server, until it is cut; nothing is lost before,
    and nothing is told then: no end of a connection, no refusal.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._cut = threading.Event()
        self._over = threading.Event()
        self._sockets: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def cut(self) -> None:
        """From now on nothing passes; who connects waits for an answer in vain."""
        self._cut.set()

    def mend(self) -> None:
        """New connections pass again. Those from before stay dead, as those of a router that has
        forgotten them do.
        """
        self._cut.clear()

    def close(self) -> None:
        """End everything."""
        self._over.set()
        for thread in self._threads:
            thread.join(5)
        for each in (self._listener, *self._sockets):
            each.close()

    def _accept(self) -> None:
        self._listener.settimeout(TICK)
        while not self._over.is_set():
            with contextlib.suppress(TimeoutError):
                here, _ = self._listener.accept()
                self._sockets.add(here)
                if self._cut.is_set():
                    continue
                there = socket.create_connection(("127.0.0.1", self._target))
                self._sockets.add(there)
                thread = threading.Thread(target=self._forward, args=(here, there), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _forward(self, here: socket.socket, there: socket.socket) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(here, selectors.EVENT_READ, there)
            selector.register(there, selectors.EVENT_READ, here)
            while not self._over.is_set():
                for key, _ in selector.select(TICK):
                    if self._cut.is_set():
                        return  # with both ends open
                    assert isinstance(key.fileobj, socket.socket)
                    data = b""
                    with contextlib.suppress(OSError):
                        data = key.fileobj.recv(65_536)
                        key.data.sendall(data)
                    if not data:
                        for end in (here, there):
                            with contextlib.suppress(OSError):
                                end.shutdown(socket.SHUT_RDWR)
                        return
                if self._cut.is_set():
                    return


@contextlib.contextmanager
def network(port: int) -> Iterator[Network]:
    """A network to the server at a port."""
    between = Network(port)
    try:
        yield between
    finally:
        between.close()
