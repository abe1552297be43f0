"""The process: uvicorn with the settings that keep slow and hostile clients from harming others.

What is set here was measured (docs/architecture.md): uvicorn by itself has no limit on how long a
request may take to arrive, compresses every websocket message at seven times the cost of sending
it, and cannot get rid of a client that never reads.
"""

import asyncio
import contextlib
import errno
import gc
import json
import logging.config
import socket
import sys
from collections.abc import Callable
from http import HTTPStatus
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI

from app import logs
from app.errors import ListenError, ServerFailedError
from app.keeper import open_store
from app.security import WILDCARDS
from app.settings import Settings
from app.traffic import MERCY, Traffic
from app.websocket import PageSocket
from engine import compiled

FAREWELL = 0.4
"""Share of the time for stopping in which pages may go by themselves, and again in which uvicorn
waits for what is left; the rest is for the end of the application."""

OTHER_FILES = 100
"""Open files besides connections: snapshots, logs, the event loop's own."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        ListenError: the port is taken or not allowed, or the host is no address of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ListenError(_why(error, host, port)) from None
    try:
        if sys.platform == "win32":  # there, SO_REUSEADDR would share the port with its owner
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise ListenError(_why(error, host, port)) from None
    return listener


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} of {host} is used by another program. Choose another one "
            f"(--port {port + 1 if port < 65535 else 8000}), or let the system do so (--port 0)."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} is not allowed for this user. Choose one above 1023 (--port 8000)."
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return (
            f"{host!r} is no address of this machine. Choose 127.0.0.1 for this machine alone or "
            "0.0.0.0 for the network (--host 127.0.0.1)."
        )
    return f"Cannot listen on port {port} of {host!r}: {error.strerror or error}."


def url(settings: Settings, listener: socket.socket) -> str:
    """Where the page is to be opened on this machine."""
    host = "127.0.0.1" if settings.host in WILDCARDS else settings.host
    port = listener.getsockname()[1]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def http_protocol(settings: Settings, traffic: Traffic) -> Any:
    """uvicorn's HTTP protocol with limits: on how long a request may take to arrive, how long its
    head may be, and how many connections there may be.

    Without httptools it is uvicorn's own, without those limits.
    """
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:
        return "h11"
    connections = traffic.connections

    class GuardedProtocol(HttpToolsProtocol):
        """Drops a connection whose request does not arrive in time, from the first byte or none,
        or is too long; says so to one that is one too many."""

        _deadline: asyncio.TimerHandle | None = None
        _is_welcome = True
        _counted_for: str | None = None
        _in_head = True
        _received = 0
        """Bytes since the head began to arrive, at most those of a piece less."""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._counted_for = self.client[0] if self.client else ""
            is_welcome = connections.open(self._counted_for)
            self._is_welcome = bool(is_welcome)
            if is_welcome is None:
                self.transport.abort()
            else:
                self._wait_for_request()

        def data_received(self, data: bytes) -> None:
            if not self._is_welcome:
                traffic.tally.refuse("connections")
                self._refuse(503, "Too many connections are open; try again later.")
                return
            super().data_received(data)
            if self._in_head and self.parser is not None:
                self._received += len(data)
                if self._received > settings.header_bytes and not self.transport.is_closing():
                    traffic.tally.refuse("head")
                    self._refuse(431, f"Got a head of over {settings.header_bytes} bytes.")

        def on_message_begin(self) -> None:
            super().on_message_begin()
            self._in_head, self._received = True, 0
            self._wait_for_request()

        def on_headers_complete(self) -> None:
            self._in_head = False
            super().on_headers_complete()

        def on_message_complete(self) -> None:
            self._request_is_here()
            super().on_message_complete()

        def handle_websocket_upgrade(self) -> None:
            self._request_is_here()
            super().handle_websocket_upgrade()
            self._hand_over()

        def connection_lost(self, exc: Exception | None) -> None:
            self._request_is_here()
            self._close()
            super().connection_lost(exc)

        def _hand_over(self) -> None:
            """The websocket's protocol is told of the end, instead of this one."""
            address, self._counted_for = self._counted_for, None
            successor: Any = self.transport.get_protocol()
            lost = successor.connection_lost

            def connection_lost(exc: Exception | None) -> None:
                connections.close(address or "")
                lost(exc)

            successor.connection_lost = connection_lost

        def _close(self) -> None:
            if self._counted_for is not None:
                connections.close(self._counted_for)
                self._counted_for = None

        def _wait_for_request(self) -> None:
            if self._deadline is None:
                self._deadline = self.loop.call_later(settings.header_timeout, self._drop)

        def _request_is_here(self) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None

        def _drop(self) -> None:
            self._deadline = None
            self.transport.abort()

        def send_400_response(self, msg: str) -> None:
            traffic.tally.refuse("garbage")
            self._refuse(400, "Got what is no HTTP request.")

        def _refuse(self, status: int, message: str) -> None:
            self.transport.write(_bare_answer(status, message))
            self.transport.close()

    return GuardedProtocol


def _bare_answer(status: int, message: str) -> bytes:
    """An error in the one form of our errors, for a request that gets no further than its bytes."""
    known = HTTPStatus(status)
    error = {"status": status, "code": known.name.lower(), "message": message}
    body = json.dumps({"error": error}).encode()
    head = [
        f"HTTP/1.1 {status} {known.phrase}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(["Retry-After: 5"] if status == 503 else []),
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "Content-Security-Policy: default-src 'none'",
        "Connection: close",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def config(app: FastAPI, settings: Settings, traffic: Traffic | None = None) -> uvicorn.Config:
    """uvicorn's configuration; the tests hold it to the table of recommended values."""
    traffic = traffic or Traffic(settings)
    return uvicorn.Config(
        app,
        http=http_protocol(settings, traffic),
        ws=PageSocket,
        ws_max_size=settings.message_bytes,
        ws_per_message_deflate=False,
        ws_ping_interval=settings.ws_ping_interval,
        ws_ping_timeout=settings.ws_ping_timeout,
        timeout_graceful_shutdown=settings.graceful_timeout * FAREWELL,  # type: ignore[arg-type]
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        server_header=False,
        access_log=False,
        log_config=logs.configuration(settings),
        log_level="warning",
        lifespan="on",
    )


class Server(uvicorn.Server):
    """Says when the page can be opened, tells the pages when it stops, and ends with 0 when it was
    asked to end."""

    def __init__(
        self, app: FastAPI, settings: Settings, on_ready: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__(config(app, settings, app.state.traffic))
        self._app = app
        self._on_ready = on_ready
        self._farewell = settings.graceful_timeout * FAREWELL
        self.failed = False
        """Whether it stopped because what lives as long as the server has ended by itself."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts, then says so.

        What has been loaded by then stays, and need not be looked through for garbage again: that
        took 33 ms each time, in which no session worked.
        """
        compiled.prepare()
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        self._on_ready()

    async def on_tick(self, counter: int) -> bool:
        """Whether to stop. Without its sessions a server is of no use, and better started anew."""
        self.failed = self.lifespan.shutdown_event.is_set()
        return self.failed or await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Lets every page know and go before uvicorn closes what is left."""
        store = self._app.state.store
        if store is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._farewell):
                    await store.stop()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """As uvicorn, but without raising the signal again at the end: a stop is no failure."""
        if self.should_exit:
            self.force_exit = True
        self.should_exit = True


def run(settings: Settings) -> None:
    """Serves until a signal says stop.

    Raises:
        ListenError: the address or port cannot be listened on.
        SettingsError: a package is missing that the settings need.
        ServerFailedError: the server stopped because something in it failed.
    """
    if store := open_store(settings):  # what cannot be is said before anything has begun
        store.close()
    listener = listen(settings.host, settings.port)
    _allow_descriptors(settings.max_connections)
    try:
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; connections inherit it
            milliseconds = int(settings.tcp_timeout * 1000)
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)

        def on_ready() -> None:
            with contextlib.suppress(OSError):  # nobody reads what we print: no reason to stop
                print(f"Neural Network Playground: {address} (Ctrl+C stops it)", flush=True)

        address = url(settings, listener)
        if settings.workers > 1:
            _run_workers(settings, listener, on_ready)
        else:
            _run_here(settings, listener, on_ready)
    finally:
        listener.close()


def _allow_descriptors(connections: int) -> None:
    """Raise the limit of open files, often 1024, to what so many connections need, or the most
    that is allowed. The limit stays where the system has none or does not let it be raised."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = int(connections * MERCY) + OTHER_FILES
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _run_here(settings: Settings, listener: socket.socket, on_ready: Callable[[], None]) -> None:
    from app.main import create_app

    server = Server(create_app(settings), settings, on_ready)
    server.run([listener])
    if server.failed:
        raise ServerFailedError("The server has failed and stopped; the reason is logged above.")


def _run_workers(settings: Settings, listener: socket.socket, on_ready: Callable[[], None]) -> None:
    if not hasattr(socket, "send_fds"):
        raise ServerFailedError("This system cannot run several workers; leave out --workers.")
    from app import supervisor

    logging.config.dictConfig(logs.configuration(settings))
    supervisor.run(settings, listener, on_ready)
