"""Many sessions at once: frames, epochs, how fast a control answers, time and memory.

Run `python -m bench.sessions`. The pages (`bench/pages.py`) are in this process, the server is in
processes of its own; all share the machine, so the generator's time is in the table. Every page
plays the default experiment and changes a setting every five seconds.

The reference, measured in the same run with the same pages, is as many processes that only send
(`bench/bare.py`): frames of the same size, whenever the last one was acknowledged. `answer` is the
time from sending a change of a setting to the event that says it is done, `its frame` to the first
frame after that.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported

import argparse
import asyncio
import contextlib
import math
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import IO

import uvloop

from bench.machine import free_port
from bench.pages import Page, connect, display
from bench.table import Row, markdown

NUMBERS = (1, 10, 100, 300, 1000)
TARGETS = {
    300: {
        "frames, least": "25",
        "answer, p99": "under 20",
        "its frame, p99": "under 20",
        "memory of each": "under 250",
        "errors": "0",
    },
    1000: {"answer, p99": "under 100", "errors": "0"},
}
PORT = free_port()
CHANGE_EVERY = 5.0
SETTLE = 2.0
AT_ONCE = 20
"""Pages that connect at the same time."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--sessions", type=int, nargs="+", default=NUMBERS)
    parser.add_argument("--seconds", type=float, default=5.0, help="for each number of sessions")
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    rows = measure(arguments.sessions, seconds=arguments.seconds, workers=arguments.workers)
    print(markdown(rows))
    if any(row.figure for row in rows if row.unit == "errors"):
        raise SystemExit("There were errors.")


def measure(
    numbers: Sequence[int] = NUMBERS, *, seconds: float = 5.0, workers: int = 2
) -> list[Row]:
    """Some rows for each number of sessions, each number with servers of its own."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return [row for number in numbers for row in uvloop.run(_rows(number, seconds, workers))]


async def _rows(number: int, seconds: float, workers: int) -> list[Row]:
    with playground(workers) as (server, ports):
        async with _pages(1, ports):  # what is imported at first use is no session's
            pass
        empty = memory(server)
        async with _pages(number, ports) as pages:
            used, generator = _cpu(server), time.process_time()
            start = time.perf_counter()
            for page in pages:
                page.restart()
            await asyncio.sleep(seconds)
            passed = time.perf_counter() - start
            used, generator = _cpu(server) - used, time.process_time() - generator
            frames = sorted(page.frames / passed for page in pages)
            epochs = sorted(page.epochs / passed for page in pages)
            answers = [1e3 * time_ for page in pages for time_ in page.answers]
            shown = [1e3 * time_ for page in pages for time_ in page.shown]
            size = sum(page.bytes for page in pages) / max(1, sum(page.frames for page in pages))
            each = (memory(server) - empty) / number
        errors = [error for page in pages for error in page.errors]
    bare = await _bare(number, min(seconds, 2.0), workers, int(size))
    for error in sorted(set(errors))[:5]:
        print(f"{number} sessions: {errors.count(error)} x {error}", file=sys.stderr)
    name, sent = f"{number} session{'s' * (number > 1)}", sum(frames)
    targets = TARGETS.get(number, {})

    def row(what: str, figure: float, unit: str, note: str = "") -> Row:
        return Row(f"{name}: {what}", figure, unit, target=targets.get(what, ""), note=note)

    spread = f"median {statistics.median(frames):.1f}, most {frames[-1]:.1f}"
    load = f"server {used / passed:.2f} cores, generator {generator / passed:.2f}"
    return [
        Row(f"{name}: frames of all", sent, "frames/s", "websockets that only send", bare,
            sent / bare, note=f"{size:,.0f} bytes a frame; {load}"),
        row("frames, least", frames[0], "frames/s", spread),
        row("epochs, least", epochs[0], "epochs/s", f"median {statistics.median(epochs):.0f}"),
        row("answer, p99", _quantile(answers, 0.99), "ms", f"p50 {_quantile(answers, 0.5):.1f}"),
        row("its frame, p99", _quantile(shown, 0.99), "ms", f"p50 {_quantile(shown, 0.5):.1f}"),
        row("memory of each", each / 1000, "kB"),
        row("errors", len(errors), "errors"),
    ]  # fmt: skip


async def _bare(number: int, seconds: float, workers: int, size: int) -> float:
    """Frames per second of servers that only send, to all pages."""
    ports = [free_port() for _ in range(workers)]
    with contextlib.ExitStack() as servers:
        for port in ports:
            servers.enter_context(running("-m", "bench.bare", str(port), str(size), ports=[port]))
        async with _pages(number, ports, change=False) as pages:
            start = time.perf_counter()
            for page in pages:
                page.restart()
            await asyncio.sleep(seconds)
            return sum(page.frames for page in pages) / (time.perf_counter() - start)


@contextlib.asynccontextmanager
async def _pages(
    number: int, ports: Sequence[int], *, change: bool = True
) -> AsyncIterator[list[Page]]:
    """Pages that play, some time after the last one has come."""
    pages: list[Page] = []
    every = CHANGE_EVERY if change else float("inf")
    showing = asyncio.create_task(display(pages, change_every=every))
    try:
        for first in range(0, number, AT_ONCE):
            group = range(first, min(first + AT_ONCE, number))
            pages += await asyncio.gather(*(connect(ports[n % len(ports)]) for n in group))
        await asyncio.sleep(SETTLE)
        yield pages
    finally:
        showing.cancel()
        for page in pages:
            page.leave()


@contextlib.contextmanager
def playground(
    workers: int, *more: str, log: IO[bytes] | None = None
) -> Iterator[tuple[int, list[int]]]:
    """A server with these options: its process and its port. What it logs goes to `log`."""
    with tempfile.TemporaryDirectory() as snapshots:
        command = serving(PORT, workers, snapshots)
        with running(*command, *more, ports=[PORT], log=log) as pid:
            yield pid, [PORT]


def serving(port: int, workers: int, snapshots: str) -> list[str]:
    """Python's arguments for a server with room for all."""
    options = ["--port", str(port), "--snapshot-dir", snapshots, "--workers", str(workers)]
    options += ["--max-sessions-per-address", "10000", "--max-sessions", "10000"]
    return ["-m", "app", "serve", *options]


@contextlib.contextmanager
def running(*command: str, ports: Sequence[int], log: IO[bytes] | None = None) -> Iterator[int]:
    """A server that answers; ended at the end."""
    command = (sys.executable, *command)
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)
    try:
        for port in ports:
            _wait(port, server)
        yield server.pid
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"no server on port {port}")


def tree(pid: int) -> Iterator[Path]:
    """A process and its descendants, as folders of /proc."""
    yield Path(f"/proc/{pid}")
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from tree(int(child))


def _cpu(pid: int) -> float:
    """Seconds of processor time so far."""
    ticks = 0
    for process in tree(pid):
        fields = (process / "stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> int:
    """Bytes of memory, shared pages divided among those that share them."""
    total = 0
    for process in tree(pid):
        lines = (process / "smaps_rollup").read_text().splitlines()
        total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * 1024


def _quantile(values: list[float], share: float) -> float:
    """A quantile; not a number when there is none."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else math.nan


if __name__ == "__main__":
    main()
