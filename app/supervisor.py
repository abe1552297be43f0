"""The supervisor: several server processes behind one address (`playground serve --workers 4`).

It accepts every connection and passes it on to the worker with the fewest pages. Workers that
listen themselves, on one socket or on several of one port, get very uneven numbers of pages that
stay for hours, because the system counts neither how long a connection stays nor what it is for.
A worker that ends is replaced.

A page that comes back may come to another worker, which resumes its session from the snapshot and
thereby takes it over (`app.sessions`); so workers always keep snapshots.
"""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable

from prometheus_client.multiprocess import mark_process_dead

from app.errors import ServerFailedError
from app.settings import Settings
from app.worker import REPORT

log = logging.getLogger(__name__)

MODULE = "app.worker"
PAUSE = 0.5
"""Seconds until a worker that has ended is replaced."""


class Worker:
    """A server process, as its supervisor sees it."""

    def __init__(self, channel: socket.socket, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.passed = 0
        """Connections passed on."""
        self._channel = channel
        self._report: int | None = None

    @classmethod
    async def start(cls, settings: Settings, metrics: str) -> "Worker":
        """A process of its own session, so that Ctrl+C in a terminal reaches only us; `metrics` is
        the folder where it keeps its numbers."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            command = [sys.executable, "-m", MODULE, str(theirs.fileno())]
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": metrics},
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        assert process.stdin is not None
        process.stdin.write(settings.revealed().encode())  # not for other users to read
        process.stdin.close()
        return cls(ours, process)

    @property
    def load(self) -> int:
        """Connections that are a page's or may be."""
        return self.passed + (self._report or 0)

    async def ended(self, on_ready: Callable[["Worker"], None]) -> int:
        """Waits for the end of the process; its status."""

        def hear() -> None:
            with contextlib.suppress(OSError):
                reports = self._channel.recv(REPORT.size * 256)
                if not reports:
                    loop.remove_reader(self._channel)
                    return
                first = self._report is None
                (self._report,) = REPORT.unpack(reports[-REPORT.size :])
                if first:
                    on_ready(self)

        loop = asyncio.get_running_loop()
        loop.add_reader(self._channel, hear)
        try:
            return await self.process.wait()
        finally:
            loop.remove_reader(self._channel)
            self._channel.close()

    def take(self, connection: socket.socket) -> bool:
        """Pass a connection on; whether that was possible."""
        try:
            socket.send_fds(self._channel, [b"c"], [connection.fileno()])
        except OSError:
            return False
        self.passed += 1
        return True

    def stop(self) -> None:
        """Tell it to stop."""
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_WR)

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()


class Supervisor:
    """Keeps the workers alive, and gives them the connections."""

    def __init__(
        self,
        settings: Settings,
        listener: socket.socket,
        on_ready: Callable[[], None],
        metrics: str,
    ) -> None:
        self._settings = settings
        self._listener = listener
        self._on_ready = on_ready
        self._metrics = metrics
        self._running: set[Worker] = set()
        self._ready: set[Worker] = set()
        self._opened = False
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Serves until a signal says stop.

        Raises:
            ServerFailedError: a worker could not start.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop)
        failure: Exception | None = None
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._settings.workers):
                    group.create_task(self._keep_one())
                await self._stopping.wait()
                loop.remove_reader(self._listener)
                for worker in self._running:
                    worker.stop()
                loop.call_later(self._settings.graceful_timeout, self._kill)
        except* ServerFailedError as failures:
            failure = failures.exceptions[0]  # to be raised here, it would be wrapped again
        if failure is not None:
            raise failure from None

    async def _keep_one(self) -> None:
        """A worker, and another one whenever it has ended."""
        while not self._stopping.is_set():
            try:
                worker = await Worker.start(self._settings, self._metrics)
            except OSError as error:  # there are too many processes, or too little memory
                log.error("cannot start a worker: %s", error)
            else:
                await self._serve_with(worker)
            if self._stopping.is_set():
                return
            if not self._opened:
                raise ServerFailedError("A worker did not start; the reason is logged above.")
            await asyncio.sleep(PAUSE)

    async def _serve_with(self, worker: Worker) -> None:
        """A worker's life."""
        self._running.add(worker)
        if self._stopping.is_set():  # while it was being started
            worker.stop()
        try:
            status = await worker.ended(self._welcome)
            if self._opened and not self._stopping.is_set():
                log.error("a worker has ended with status %d; another one takes its place", status)
        finally:
            worker.kill()
            mark_process_dead(worker.process.pid, self._metrics)  # type: ignore[no-untyped-call]
            self._running.discard(worker)
            self._ready.discard(worker)
            if not self._ready:  # who comes now waits for the next one
                asyncio.get_running_loop().remove_reader(self._listener)

    def _welcome(self, worker: Worker) -> None:
        self._ready.add(worker)
        if len(self._ready) == self._settings.workers and not self._opened:
            self._opened = True
            self._on_ready()
        if self._opened and not self._stopping.is_set():
            asyncio.get_running_loop().add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        """Pass on a connection to the least busy worker that can take it."""
        try:
            connection, _ = self._listener.accept()
        except OSError:  # it has gone again
            return
        with connection:
            any(worker.take(connection) for worker in sorted(self._ready, key=lambda w: w.load))

    def _stop(self) -> None:
        """A signal: stop; at the second one at once."""
        if self._stopping.is_set():
            self._kill()
        self._stopping.set()

    def _kill(self) -> None:
        for worker in self._running:
            worker.kill()


def run(settings: Settings, listener: socket.socket, on_ready: Callable[[], None]) -> None:
    """Serves with several workers until a signal says stop.

    Raises:
        ServerFailedError: a worker could not start.
    """
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        raise ServerFailedError(
            "Several workers need a folder for temporary files, and none can be written to; "
            "name one by the environment variable TMPDIR."
        ) from None
    with contextlib.ExitStack() as stack:
        if settings.snapshot_dir is None and not settings.snapshot_store:
            # None are to be kept: only until the server stops, then.
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="playground-"))
            settings = settings.model_copy(update={"snapshot_dir": folder})
        metrics = stack.enter_context(tempfile.TemporaryDirectory(prefix="playground-metrics-"))
        asyncio.run(Supervisor(settings, listener, on_ready, metrics).run())
