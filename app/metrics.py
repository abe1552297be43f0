"""`/metrics`: the numbers of this server for Prometheus.

Only numbers, of all sessions together: nothing of a person, an address or an experiment. The plain
counts of `Tally` are handed over once a second, so that what counts them is not slowed down.

With several workers, any of which may be asked, prometheus_client's own multiprocess mode adds them
up: each worker keeps its numbers in a file that the others can read, in a folder that the
supervisor makes. Counters of a worker that has ended stay in the sum; so they never go back.
"""

import asyncio
import contextlib
import ipaddress
import os
import time
from collections import Counter as Counts
from collections.abc import AsyncIterator

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.requests import Request
from starlette.responses import Response

from app.errors import error_response
from app.sessions import SessionStore
from app.settings import Settings
from app.tally import Tally
from app.traffic import Traffic
from engine.text import Text

EVERY = 1.0
"""Seconds between two times that counts are handed over."""
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Seconds in which a command is answered; a person sees no delay below 0.02 or so."""

disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """The metrics of one process, and the page that shows those of all."""

    def __init__(self, settings: Settings, tally: Tally, traffic: Traffic) -> None:
        self._tally = tally
        self._traffic = traffic
        self._readers = Readers(settings.metrics_from)
        self._registry = CollectorRegistry()
        self._shown = self._registry
        if settings.workers > 1 and "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            self._shown = CollectorRegistry()
            MultiProcessCollector(self._shown)  # type: ignore[no-untyped-call]
        self._seen: Counts[str] = Counts()
        self._lag = 0.0

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"playground_{name}", text, labels, registry=self._registry)

        def gauge(name: str, text: str, mode: str = "livesum") -> Gauge:
            made = f"playground_{name}"
            return Gauge(made, text, registry=self._registry, multiprocess_mode=mode)  # type: ignore[arg-type]

        self._sessions = gauge("sessions", "Sessions held in memory, watched or not")
        self._pages = gauge("pages", "Sessions that a page is connected to, or a request waits for")
        self._connections = gauge("connections", "Open connections, websockets included")
        self._loop_lag = gauge(
            "event_loop_lag_seconds",
            "By how much a timer was late, the longest of a second and of a worker",
            "livemax",
        )
        self._age = gauge(
            "snapshot_age_seconds",
            "Seconds since a snapshot was last written, 0 before the first, the most of a worker",
            "livemax",
        )
        self._frames = counter("frames", "Frames made for pages")
        self._frame_bytes = counter("frame_bytes", "Bytes of these frames")
        self._epochs = counter("epochs", "Epochs trained in all sessions")
        self._overruns = counter(
            "slice_overruns",
            "Training slices that took over twice the time that they were granted, and over 2 ms",
        )
        self._visits = counter("visits", "Requests for sessions by HTTP, those refused included")
        self._refusals = counter("refusals", "What was refused, by what was wrong with it", "kind")
        self._written = counter("snapshots_written", "Snapshots written")
        self._failed = counter("snapshots_failed", "Snapshots that could not be written")
        self._answers = Histogram(
            "playground_command_seconds",
            "Seconds from the arrival of a command to its answer",
            buckets=BUCKETS,
            registry=self._registry,
        )

    @contextlib.asynccontextmanager
    async def running(self, store: SessionStore) -> AsyncIterator[None]:
        """Counts are handed over within this block."""
        task = asyncio.create_task(self._run(store))
        try:
            yield
        finally:
            task.cancel()

    async def _run(self, store: SessionStore) -> None:
        while True:
            due = time.monotonic() + EVERY
            await asyncio.sleep(EVERY)
            self._lag = max(0.0, time.monotonic() - due)
            self.publish(store)

    def publish(self, store: SessionStore) -> None:
        """Hand over what was counted since the last time."""
        tally = self._tally
        self._sessions.set(len(store))
        self._pages.set(len(store.scheduler))
        self._connections.set(len(self._traffic.connections))
        self._loop_lag.set(self._lag)
        at = tally.snapshot_written_at
        self._age.set(0.0 if at is None else store.clock() - at)
        for name, metric, count in (
            ("frames", self._frames, tally.frames),
            ("frame_bytes", self._frame_bytes, tally.frame_bytes),
            ("epochs", self._epochs, tally.epochs),
            ("visits", self._visits, tally.visits),
            ("overruns", self._overruns, store.scheduler.overruns),
            ("written", self._written, tally.snapshots_written),
            ("failed", self._failed, tally.snapshots_failed),
            *(
                (f"refusals {kind}", self._refusals.labels(kind), count)
                for kind, count in list(tally.refusals.items())
            ),
        ):
            metric.inc(count - self._seen[name])
            self._seen[name] = count  # type: ignore[assignment]  # epochs are no whole number
        answers, tally.answers = tally.answers, []
        for seconds in answers:
            self._answers.observe(seconds)

    async def serve(self, request: Request) -> Response:
        """Answers `/metrics`, to those who may read it."""
        address = request.client.host if request.client else ""
        if not self._readers.include(address):
            self._tally.refuse("metrics")
            return error_response(
                request,
                403,
                Text(
                    "The metrics are not for this address. If they should be, start the server"
                    " with --metrics-from and it."
                ),
            )
        store = request.app.state.store
        if store is None:
            return error_response(request, 503, Text("The server is starting or stopping."))
        self.publish(store)
        text = await asyncio.to_thread(generate_latest, self._shown)
        headers = {"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"}
        return Response(text, headers=headers)


class Readers:
    """Addresses and networks that may read the metrics."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._everybody = "*" in names
        self._networks = [ipaddress.ip_network(name, strict=False) for name in names if name != "*"]

    def include(self, address: str) -> bool:
        """Whether this address is one of them."""
        if self._everybody:
            return True
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return False
        if ip.version == 6 and ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        return any(ip in network for network in self._networks)
