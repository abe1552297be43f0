"""A worker: one of several server processes, serving the connections that its supervisor passes on.

`app.supervisor` starts it and holds the other end of its channel, a pair of Unix sockets. Through
it come connections, one with each byte, and back go reports of how busy the worker is. A channel
that is closed says stop; so no worker outlives its supervisor, however that one ended.
"""

import asyncio
import contextlib
import json
import socket
import struct
import sys

from app.main import create_app
from app.server import Server
from app.settings import Settings

REPORT = struct.Struct("=i")
"""Connections that may be a page's, less all that were received. Added to those that were passed on
it is the worker's load, also while some are still on their way."""


class WorkerServer(Server):
    """A server without an address of its own."""

    def __init__(self, settings: Settings, channel: socket.socket) -> None:
        super().__init__(create_app(settings), settings)
        self._channel = channel
        self._received = 0
        self._reported: int | None = None
        self._joining: set[asyncio.Task[None]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts, then takes connections."""
        await super().startup(sockets)
        self._channel.setblocking(False)
        asyncio.get_running_loop().add_reader(self._channel, self._receive)

    async def on_tick(self, counter: int) -> bool:
        """Tells how busy it is; the first report says that it is ready.

        A connection whose first request is no websocket's (it has a `cycle`) does not count.
        """
        connections = self.server_state.connections
        pages = sum(getattr(connection, "cycle", None) is None for connection in connections)
        report = pages + len(self._joining) - self._received
        if report != self._reported:
            with contextlib.suppress(BlockingIOError, BrokenPipeError):
                self._channel.send(REPORT.pack(report))
                self._reported = report
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Takes no more connections."""
        asyncio.get_running_loop().remove_reader(self._channel)
        self._channel.close()
        await super().shutdown(sockets)

    def _receive(self) -> None:
        try:
            data, descriptors, _, _ = socket.recv_fds(self._channel, 1, 1)
        except BlockingIOError:
            return
        except ConnectionError:
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self._channel)
            self.should_exit = True
        self._received += len(data)
        for descriptor in descriptors:
            task = asyncio.create_task(self._join(socket.socket(fileno=descriptor)))
            self._joining.add(task)
            task.add_done_callback(self._joining.discard)

    async def _join(self, connection: socket.socket) -> None:
        """Serve a connection as if it had been accepted here."""
        connection.setblocking(False)
        with contextlib.suppress(OSError):  # it has gone already
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: self.config.http_protocol_class(  # type: ignore[call-arg]
                    config=self.config,
                    server_state=self.server_state,
                    app_state=self.lifespan.state,
                ),
                connection,
            )


def main(descriptor: str) -> int:
    """Serves, with the settings that come on standard input, until the channel is closed or a
    signal comes; returns the exit status."""
    settings = sys.stdin.read()
    with socket.socket(fileno=int(descriptor)) as channel:
        server = WorkerServer(Settings(**json.loads(settings)), channel)
        server.run([])
    return int(server.failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
