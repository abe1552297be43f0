"""A client that behaves badly is refused in words, and no other session notices.

What the others get is compared with what they got a moment before, without the offender. A machine
that runs other programs may be slow at any moment, so each comparison has three chances: what an
offender does to others it does every time.
"""

import contextlib
import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.app.live import ROOT, LiveServer, live_server, python
from tests.faults.page import Page

pytestmark = pytest.mark.timed

MEASURED = 0.9
"""Seconds of each measurement."""
BEGUN = 0.3
"""Seconds for which the offenders, which have begun, are at work before."""
PAGES = 3
OFFENDERS = 2
CHANCES = 3
MOST_MEMORY = 24_000_000
"""Bytes that the server may take for offenders: each is a session, with its frames."""


class Service(NamedTuple):
    """What the others get."""

    frames: float
    """Per second, of the page that gets least."""
    answer: float
    """Seconds until a command is answered, the longest of some."""

    def is_as_good_as(self, before: "Service") -> bool:
        """Within what two measurements differ by anyway."""
        return self.frames > 0.5 * before.frames and self.answer < before.answer + 0.15


def measure(pages: list[Page]) -> Service:
    """What pages get now."""
    before = [len(page.frames) for page in pages]
    end = time.monotonic() + MEASURED
    answers = []
    while time.monotonic() < end:
        answers += [page.answer() for page in pages]
        time.sleep(0.05)
    frames = [len(page.frames) - count for page, count in zip(pages, before, strict=True)]
    return Service(min(frames) / MEASURED, max(answers))


def memory(server: LiveServer) -> int:
    """Bytes of memory of a server."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with live_server("--session-linger", "0", "--send-timeout", "1") as running:
        yield running


@contextlib.contextmanager
def offending(server: LiveServer, kind: str, reports: list[dict[str, Any]]) -> Iterator[None]:
    """Offenders at work; what they heard, at the end."""
    command = python("-m", "tests.faults.offender", kind, str(server.port), str(MEASURED + BEGUN))
    running = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(OFFENDERS)
    ]
    try:
        for process in running:  # as long as they start they only use the processor
            assert process.stdout is not None
            assert process.stdout.readline() == "begins\n"
        time.sleep(BEGUN)
        yield
        for process in running:
            text, _ = process.communicate(timeout=20)
            reports.append(json.loads(text))
    finally:
        for process in running:
            process.kill()
            process.communicate()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory in /proc")
@pytest.mark.parametrize("kind", ["slow", "silent", "deaf", "flood", "garbage"])
def test_nobody_else_notices_an_offender(server: LiveServer, kind: str) -> None:
    reports: list[dict[str, Any]] = []
    seen: list[tuple[Service, Service]] = []
    with contextlib.ExitStack() as stack:
        pages = [stack.enter_context(Page(server.port, playing=True)) for _ in range(PAGES)]
        for page in pages:
            assert page.wait_for(lambda page: len(page.frames) > 10)
        used = memory(server)
        for _ in range(CHANCES):
            quiet = measure(pages)
            with offending(server, kind, reports):
                disturbed = measure(pages)
            seen.append((quiet, disturbed))
            if disturbed.is_as_good_as(quiet):
                break
        else:
            raise AssertionError(f"others noticed, every time: {seen}")
        assert memory(server) - used < MOST_MEMORY
        assert [page.code for page in pages] == [None] * PAGES
        assert [page.of("error") for page in pages] == [[]] * PAGES
    check_what_it_was_told(kind, reports)


def check_what_it_was_told(kind: str, reports: list[dict[str, Any]]) -> None:
    """An offender can read what was wrong."""
    for report in reports:
        refusals, closed = " ".join(report["refusals"]), " ".join(report["closed"])
        assert "Traceback" not in refusals
        assert "1011" not in closed, "the server has failed"
        if kind == "slow":
            assert 1 <= report["frames"] <= MEASURED + 8  # not thrown out, and gets what it takes
            assert not closed
        if kind == "silent":
            assert 2 <= report["frames"] <= 4  # the points, and two frames of credit
        if kind == "flood":
            assert report["sent"] > 200
            assert "refused: Too many messages; send at most 50 per second." in refusals
            assert "1008 More than 50 messages per second." in closed
        if kind == "garbage":
            assert report["sent"] > 20
            assert "invalid: " in refusals


def test_a_server_forgets_offenders(server: LiveServer) -> None:
    def sessions() -> int:
        count: int = json.loads(server.get("/healthz"))["sessions"]
        return count

    with Page(server.port) as page:
        assert page.wait_for(lambda page: sessions() == 1)
