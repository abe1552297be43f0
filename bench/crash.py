"""A class whose server is killed: `python -m bench.crash --sessions 300`.

So many pages play the default experiment; all processes of the server are killed at once (SIGKILL),
and it is started again. Every page comes back as the browser does, after a wait that grows, with
the token of its session. The table says how long that took from the moment the server answered
again, and how much training each had lost: the time from the last frame of an epoch not beyond the
one it resumed at to the kill.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported

import argparse
import asyncio
import random
import signal
import statistics
import tempfile
import time
from itertools import count

import uvloop

from bench.machine import free_port
from bench.pages import Page, connect, display
from bench.sessions import AT_ONCE, running, serving, tree
from bench.table import Row, markdown

SETTLE = 4.0
"""Seconds of training before the kill."""
FIRST, GROWTH, LONGEST = 0.1, 1.7, 1.5
"""Of the waits before a page tries again, in seconds, as in static/js/socket.js."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--sessions", type=int, default=300)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    print(markdown(uvloop.run(measure(arguments.sessions, arguments.workers))))


async def measure(number: int, workers: int) -> list[Row]:
    """Kill a server under so many pages, and see them come back."""
    port = free_port()
    with tempfile.TemporaryDirectory() as snapshots:
        command = serving(port, workers, snapshots)
        with running(*command, ports=[port]) as server:
            pages: list[Page] = []
            showing = asyncio.create_task(display(pages, change_every=float("inf")))
            for first in range(0, number, AT_ONCE):
                group = range(min(AT_ONCE, number - first))
                pages += await asyncio.gather(*(connect(port) for _ in group))
            for page in pages:
                page.seen = []
            await asyncio.sleep(SETTLE)
            killed = time.perf_counter()
            for process in [int(folder.name) for folder in tree(server)]:
                os.kill(process, signal.SIGKILL)
        before, after = [*pages], list[Page]()
        returning = [asyncio.create_task(_return(port, page.token)) for page in before]
        showing.cancel()
        with running(*command, ports=[port]):
            up = time.perf_counter()
            showing = asyncio.create_task(display(after, change_every=float("inf")))
            for done in asyncio.as_completed(returning):
                after += [(await done)[0]]
            back = [(await task)[1] - up for task in returning]
            resumed = [(await task)[0] for task in returning]
            await asyncio.sleep(1)
            showing.cancel()
            for page in resumed:
                page.leave()
    lost = [_lost(old, new, killed) for old, new in zip(before, resumed, strict=True)]
    name = f"{number} sessions, killed"
    kept = sum(page.resumed == "snapshot" for page in resumed)
    return [
        Row(f"{name}: resumed", kept, "sessions", target=str(number)),
        Row(f"{name}: back, slowest", max(back), "s", target="under 3",
            note=f"median {statistics.median(back):.2f}"),
        Row(f"{name}: training lost, most", max(lost), "s", target="at most 1",
            note=f"median {statistics.median(lost):.2f}"),
        Row(f"{name}: errors", sum(bool(page.errors) for page in resumed), "errors", target="0"),
    ]  # fmt: skip


async def _return(port: int, token: str) -> tuple[Page, float]:
    """The page that has come back, and when."""
    for attempt in count():
        await asyncio.sleep(min(LONGEST, FIRST * GROWTH**attempt) * random.uniform(0.5, 1.5))
        try:
            page = await connect(port, token)
        except OSError:
            continue
        if page.token == token and not page.errors:
            return page, time.perf_counter()
        page.leave()
    raise AssertionError("it tries for ever")


def _lost(old: Page, new: Page, killed: float) -> float:
    """Seconds of training that a page had seen and its session has lost."""
    assert old.seen is not None
    first = new.first
    return killed - max((at for at, epoch in old.seen if epoch <= first), default=0.0)


if __name__ == "__main__":
    main()
