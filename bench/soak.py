"""Minutes of mixed use, after which nothing may have leaked, and nothing may have gone unanswered.

Run `python -m bench.soak --minutes 20`, or `make soak MINUTES=20`. People play, edit, change
settings, look inside, leave and come back; among them are pages that are slow, silent, hasty or
broken (`bench/visitors.py`). It ends with status 1, and says why, when

- a command was not answered within ten seconds, or a session was lost;
- the server logged an error, or one of its processes was replaced;
- its memory grew by more than 5 % between the end of the warm-up and the end;
- tasks, files or threads are left when everybody has gone.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported

import argparse
import asyncio
import json
import random
import re
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import uvloop

from bench.sessions import memory, playground, tree
from bench.visitors import OTHERS, Book, Person, Visitor

MOST_GROWTH = 0.05
LINGER = 8
"""Seconds that a session is kept when its visitor has gone: so memory soon is what it stays."""
WARM_UP = 0.25
"""Share of the time in which memory comes to its level, but at least a minute and at most five."""
SAMPLE_EVERY = 2.0
ASKED = 24
"""Times that `/healthz` is asked, so that every worker has answered."""
PATIENCE = 30.0
"""Seconds in which everything is gone when everybody has."""
FAULTS = re.compile(r"Traceback|ERROR|CRITICAL|another one takes its place")


def main() -> int:
    """Print a line for each minute, then what is wrong; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0], allow_abbrev=False)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--people", type=int, default=16)
    parser.add_argument("--others", type=int, default=2, help="of each of the four other kinds")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    wrong = uvloop.run(Soak(parser.parse_args()).run())
    for reason in wrong:
        print(f"FAILED: {reason}")
    if not wrong:
        print("Nothing leaked, and nothing went unanswered.")
    return int(bool(wrong))


@dataclass
class Sample:
    """The server at one moment."""

    at: float
    bytes: int


@dataclass
class Left:
    """What a server holds, which must not be more at the end than at the beginning."""

    tasks: int
    sessions: int
    files: int
    threads: int


class Soak:
    """One run."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.seconds = 60 * options.minutes
        self.warm_up = min(max(60.0, WARM_UP * self.seconds), 300.0, self.seconds / 2)
        self.book = Book()
        self.samples: list[Sample] = []

    async def run(self) -> list[str]:
        """Soak; what is wrong."""
        options = self.options
        limits = ("--session-linger", str(LINGER), "--send-timeout", "3")
        with tempfile.TemporaryFile() as log:
            with playground(options.workers, *limits, log=log) as (pid, (port,)):
                processes = [path.name for path in tree(pid)]
                await self._glance(port)
                before = await look(pid, port)
                await self._visit(pid, port)
                after = await self._wait_for_the_end(pid, port, before)
                replaced = [path.name for path in tree(pid)] != processes
            log.seek(0)
            logged = log.read().decode(errors="replace").splitlines()
        wrong = [f"{text}: {count} x" for text, count in self.book.failures.items()]
        wrong += [f"the server logged: {line}" for line in logged if FAULTS.search(line)][:5]
        if replaced:
            wrong.append("a server process was replaced")
        for name, count in vars(after).items():
            if count > getattr(before, name):
                wrong.append(
                    f"{name}: {count} at the end, {getattr(before, name)} at the beginning"
                )
        return wrong + self._growth()

    async def _glance(self, port: int) -> None:
        """What is loaded at first use is no leak: one of each kind, for a moment."""
        visitors = [kind(port, Book(), random.Random(0)) for kind in (Person, *OTHERS)]
        tasks = [asyncio.create_task(visitor.run()) for visitor in visitors]
        await asyncio.sleep(3)
        await end(tasks)
        await asyncio.sleep(LINGER + 3)

    async def _visit(self, pid: int, port: int) -> None:
        """Everybody comes; the table."""
        options, chance = self.options, random.Random(self.options.seed)
        kinds: list[type[Visitor]] = [Person] * options.people
        kinds += [kind for kind in OTHERS for _ in range(options.others)]
        visitors = [kind(port, self.book, random.Random(chance.random())) for kind in kinds]
        start = time.monotonic()
        tasks = [asyncio.create_task(visitor.run()) for visitor in visitors]
        print(
            "| minute | visits | frames | commands answered | slowest, ms | refused | server, MB |"
        )
        print("| --: | --: | --: | --: | --: | --: | --: |")
        minute = 1
        try:
            while (passed := time.monotonic() - start) < self.seconds:
                await asyncio.sleep(min(SAMPLE_EVERY, self.seconds - passed))
                passed = time.monotonic() - start
                self.samples.append(Sample(passed, await asyncio.to_thread(memory, pid)))
                for task in tasks:
                    if task.done():
                        task.result()
                if passed >= 60 * minute or passed >= self.seconds:
                    self._tell(passed)
                    minute += 1
        finally:
            await end(tasks)

    def _tell(self, passed: float) -> None:
        book = self.book
        print(
            f"| {passed / 60:.1f} | {book.visits:,} | {book.frames:,} "
            f"| {book.commands.total():,} | {1000 * book.slowest:.0f} "
            f"| {book.refusals.total():,} | {self.samples[-1].bytes / 1e6:.0f} |",
            flush=True,
        )
        book.slowest = 0.0

    async def _wait_for_the_end(self, pid: int, port: int, before: Left) -> Left:
        """What is left when everybody has gone, and time enough has passed."""
        await asyncio.sleep(LINGER)
        deadline = time.monotonic() + PATIENCE
        while True:
            after = await look(pid, port)
            pairs = zip(vars(after).values(), vars(before).values(), strict=True)
            if all(now <= then for now, then in pairs) or time.monotonic() > deadline:
                return after
            await asyncio.sleep(1)

    def _growth(self) -> list[str]:
        """Memory at the end against memory after the warm-up, each the median of a while."""
        while_ = min(60.0, (self.seconds - self.warm_up) / 3)
        then = typical(s for s in self.samples if 0 <= s.at - self.warm_up < while_)
        now = typical(s for s in self.samples if s.at > self.seconds - while_)
        growth = now / then - 1
        text = f"memory: {then / 1e6:.1f} MB after the warm-up, {now / 1e6:.1f} MB at the end"
        print(f"{text} ({100 * growth:+.1f} %)")
        return [f"{text}: more than {100 * MOST_GROWTH:.0f} % more"] if growth > MOST_GROWTH else []


def typical(samples: Iterable[Sample]) -> float:
    """The median of memory in bytes."""
    return statistics.median(sample.bytes for sample in samples)


async def end(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel tasks, again if need be, and wait until they have ended."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=5)


async def look(pid: int, port: int) -> Left:
    """What the server holds: tasks of the worker that has most, files of all processes."""
    reports = [await asyncio.to_thread(health, port) for _ in range(ASKED)]
    files = threads = 0
    for process in tree(pid):
        files += sum(1 for _ in (process / "fd").iterdir())
        threads += sum(1 for _ in (process / "task").iterdir())
    tasks, sessions = (max(report[name] for report in reports) for name in ("tasks", "sessions"))
    return Left(tasks, sessions, files, threads)


def health(port: int) -> dict[str, Any]:
    """What a worker says of itself."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as response:
        report: dict[str, Any] = json.load(response)
        return report


if __name__ == "__main__":
    sys.exit(main())
