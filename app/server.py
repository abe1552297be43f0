"""The process: uvicorn with the settings that keep slow and hostile clients from harming others.

What is set here was measured (docs/architecture.md): uvicorn by itself has no limit on how long a
request may take to arrive, compresses every websocket message at seven times the cost of sending
it, and cannot get rid of a client that never reads.
"""

import asyncio
import contextlib
import errno
import gc
import logging.config
import socket
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI

from app.errors import ListenError, ServerFailedError
from app.keeper import open_store
from app.security import WILDCARDS
from app.settings import Settings
from app.websocket import PageSocket

FAREWELL = 0.4
"""Share of the time for stopping in which pages may go by themselves, and again in which uvicorn
waits for what is left; the rest is for the end of the application."""

_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}


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


def http_protocol(timeout: float) -> Any:
    """uvicorn's HTTP protocol with a limit on how long a request may take to arrive.

    Without httptools it is uvicorn's own, without that limit.
    """
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:
        return "h11"

    class GuardedProtocol(HttpToolsProtocol):
        """Drops a connection whose request does not arrive in time, from the first byte or none."""

        _deadline: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._wait_for_request()

        def on_message_begin(self) -> None:
            super().on_message_begin()
            self._wait_for_request()

        def on_message_complete(self) -> None:
            self._request_is_here()
            super().on_message_complete()

        def handle_websocket_upgrade(self) -> None:
            self._request_is_here()
            super().handle_websocket_upgrade()

        def connection_lost(self, exc: Exception | None) -> None:
            self._request_is_here()
            super().connection_lost(exc)

        def _wait_for_request(self) -> None:
            if self._deadline is None:
                self._deadline = self.loop.call_later(timeout, self._drop)

        def _request_is_here(self) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None

        def _drop(self) -> None:
            self._deadline = None
            self.transport.abort()

    return GuardedProtocol


def config(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """uvicorn's configuration; the tests hold it to the table of recommended values."""
    return uvicorn.Config(
        app,
        http=http_protocol(settings.header_timeout),
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
        log_config=_LOGGING,
        log_level="warning",
        lifespan="on",
    )


class Server(uvicorn.Server):
    """Says when the page can be opened, tells the pages when it stops, and ends with 0 when it was
    asked to end."""

    def __init__(
        self, app: FastAPI, settings: Settings, on_ready: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__(config(app, settings))
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

    logging.config.dictConfig(_LOGGING)
    supervisor.run(settings, listener, on_ready)
