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
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import uvloop

from bench.pages import Page, connect, display

PORT = 8392
CHANGE_EVERY = 5.0
SETTLE = 2.0
AT_ONCE = 20
"""Pages that connect at the same time."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--sessions", type=int, nargs="+", default=[1, 10, 100, 300])
    parser.add_argument("--seconds", type=float, default=5.0, help="for each number of sessions")
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    rows = measure(arguments.sessions, arguments.seconds, arguments.workers)
    print("| " + " | ".join(rows[0]) + " |")
    print("|" + " --: |" * len(rows[0]))
    for row in rows:
        print("| " + " | ".join(str(value) for value in row.values()) + " |")
    for row in rows:
        if row["errors"]:
            raise SystemExit("There were errors.")


def measure(numbers: Sequence[int], seconds: float, workers: int) -> list[dict[str, Any]]:
    """A row for each number of sessions, each with servers of its own."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return [uvloop.run(_row(number, seconds, workers)) for number in numbers]


async def _row(number: int, seconds: float, workers: int) -> dict[str, Any]:
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
    return {
        "sessions": number,
        "frames/s, least": f"{frames[0]:.1f}",
        "frames/s, median": f"{statistics.median(frames):.1f}",
        "frames/s, most": f"{frames[-1]:.1f}",
        "all / bare": f"{sum(frames) / bare:.2f}",
        "epochs/s, least": f"{epochs[0]:.0f}",
        "epochs/s, median": f"{statistics.median(epochs):.0f}",
        "answer, ms, p50": _quantile(answers, 0.5),
        "answer, p99": _quantile(answers, 0.99),
        "its frame, ms, p50": _quantile(shown, 0.5),
        "its frame, p99": _quantile(shown, 0.99),
        "bytes a frame": f"{size:,.0f}",
        "errors": len(errors),
        "server, cores": f"{used / passed:.2f}",
        "generator, cores": f"{generator / passed:.2f}",
        "kB a session": f"{each / 1000:.0f}",
    }


async def _bare(number: int, seconds: float, workers: int, size: int) -> float:
    """Frames per second of servers that only send, to all pages."""
    ports = [PORT + 1 + worker for worker in range(workers)]
    with contextlib.ExitStack() as servers:
        for port in ports:
            servers.enter_context(_running("-m", "bench.bare", str(port), str(size), ports=[port]))
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
def playground(workers: int, *more: str) -> Iterator[tuple[int, list[int]]]:
    """A server with these options: its process and its port."""
    with tempfile.TemporaryDirectory() as snapshots:
        options = ["--port", str(PORT), "--snapshot-dir", snapshots]
        options += ["--max-sessions-per-address", "10000", "--max-sessions", "10000"]
        options += ["--workers", str(workers), *more]
        with _running("-m", "app", "serve", *options, ports=[PORT]) as pid:
            yield pid, [PORT]


@contextlib.contextmanager
def _running(*command: str, ports: Sequence[int]) -> Iterator[int]:
    """A server that answers; ended at the end."""
    server = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL)
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


def _tree(pid: int) -> Iterator[Path]:
    """A process and its descendants, as folders of /proc."""
    yield Path(f"/proc/{pid}")
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _tree(int(child))


def _cpu(pid: int) -> float:
    """Seconds of processor time so far."""
    ticks = 0
    for process in _tree(pid):
        fields = (process / "stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> int:
    """Bytes of memory, shared pages divided among those that share them."""
    total = 0
    for process in _tree(pid):
        lines = (process / "smaps_rollup").read_text().splitlines()
        total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * 1024


def _quantile(values: list[float], share: float) -> str:
    """A quantile, in words when there is none."""
    if not values:
        return "none"
    return f"{sorted(values)[min(len(values) - 1, int(share * len(values)))]:.1f}"


if __name__ == "__main__":
    main()
