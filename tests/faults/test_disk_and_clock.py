"""A disk that is full and a clock that jumps are nothing that a page would notice."""

import contextlib
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.app.live import PLAYGROUND, LiveServer, command, live_server
from tests.faults.page import Page, eventually
from tests.faults.snapshots import snapshots

pytestmark = pytest.mark.timed

INTERVAL = 0.1
DAY = 24 * 3600

# --- a full disk ----------------------------------------------------------------------------------


class Limit:
    """No file may be longer than a few bytes: as on a full disk, a part of it is still written."""

    def __init__(self, server: LiveServer) -> None:
        self._process = server.process.pid

    def fill(self) -> None:
        """There is no room."""
        self._set(1000)

    def empty(self) -> None:
        """There is room again."""
        self._set(resource.RLIM_INFINITY)

    def _set(self, bytes_: int) -> None:
        limits = (bytes_, resource.RLIM_INFINITY)
        resource.prlimit(self._process, resource.RLIMIT_FSIZE, limits)


class Disk:
    """A small disk that the server alone sees, filled from outside."""

    def __init__(self, server: LiveServer, folder: Path) -> None:
        self._filler = Path(f"/proc/{server.process.pid}/root{folder}/filler")

    def fill(self) -> None:
        """Leave no room."""
        with contextlib.suppress(OSError), self._filler.open("wb", buffering=0) as file:
            while file.write(b"x" * 1000) == 1000:
                pass

    def empty(self) -> None:
        """Make room."""
        self._filler.unlink()


def on_a_small_disk(folder: Path) -> list[str]:
    """The command of a server with a disk of its own in a folder, which ends with the server."""
    mount = f'mount -t tmpfs -o size=8m playground "{folder}" && exec "$@"'
    tied, *program = command()
    if not tied.endswith("setpriv") or shutil.which("unshare") is None:
        pytest.skip("needs setpriv and unshare, which Linux has")
    isolated = ["unshare", "--mount", "sh", "-c"]
    if subprocess.run([*isolated, f'mount -t tmpfs t "{folder}"'], capture_output=True).returncode:
        pytest.skip("this user may not mount a disk")
    kill_with_us, program = [tied, *program[:2]], program[2:]
    return [*kill_with_us, *isolated, mount, "sh", *kill_with_us, *program]


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="Linux sets limits of others")
@pytest.mark.parametrize("how", ["limit", "disk"])
def test_on_a_full_disk_training_goes_on_and_is_kept_when_there_is_room(tmp_path, how) -> None:
    options = ("--snapshot-dir", str(tmp_path), "--snapshot-interval", str(INTERVAL))
    program = on_a_small_disk(tmp_path) if how == "disk" else PLAYGROUND
    with live_server(*options, program=program) as server, Page(server.port) as page:
        seen = Path(f"/proc/{server.process.pid}/root{tmp_path}")
        disk: Limit | Disk = Disk(server, tmp_path) if how == "disk" else Limit(server)
        page.say("edit", layer=0, to=0, **{"from": 0}, value=0.5)
        page.answer()
        assert eventually(lambda: bool(snapshots(seen)))
        time.sleep(3 * INTERVAL)
        disk.fill()
        whole = snapshots(seen)
        page.say("play")
        start = time.monotonic()
        assert page.wait_for(lambda page: page.epoch > 100)
        assert page.gap(start) < 0.75
        page.say("pause")
        page.answer()
        time.sleep(3 * INTERVAL)
        assert snapshots(seen) == whole, "the last snapshot before is whole"
        disk.empty()
        assert eventually(lambda: snapshots(seen) not in ({}, whole)), "although the page is paused"
        time.sleep(2 * INTERVAL)
        page.say("step")
        page.answer()
        time.sleep(3 * INTERVAL)
        assert page.of("error") + page.of("notice") == []
        final = {path.name: path.read_bytes() for path in seen.iterdir()}
        epoch = page.epoch
        server.process.kill()
        _, error = server.process.communicate()
    warnings = [line.partition(": ")[2] for line in error.splitlines()]
    assert [line.split(" in ")[0] for line in warnings] == [
        "snapshots cannot be written",
        "snapshots are kept",
    ], error
    for name, data in final.items():  # the small disk has gone with the server
        (tmp_path / name).write_bytes(data)
    with live_server(*options) as server, Page(server.port, token=page.token) as again:
        assert again.resumed == "snapshot"
        assert again.wait_for(lambda again: again.epoch == epoch)


# --- a clock that jumps ---------------------------------------------------------------------------

PROGRAM = """
import sys, time
from pathlib import Path

moved, real = Path(sys.argv.pop(1)), time.time
time.time = lambda: real() + float(moved.read_text())

from app import cli, sessions
sessions.EXPIRE_EVERY = 0.1
sys.exit(cli.main(sys.argv[1:]))
"""


class Clock:
    """The wall clock of a server."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.jump(0)

    def jump(self, seconds: float) -> None:
        """Be so far from the true time."""
        part = self.file.with_suffix(".part")
        part.write_text(str(seconds))
        part.replace(self.file)


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path / "clock")


@pytest.mark.parametrize("jump", [-400 * DAY, 2 * DAY])
def test_a_clock_that_jumps_ends_no_session_and_loses_no_snapshot(
    tmp_path: Path, clock: Clock, jump: float
) -> None:
    folder = tmp_path / "snapshots"
    options = ("--snapshot-dir", str(folder), "--snapshot-interval", str(INTERVAL))
    program = [sys.executable, "-c", PROGRAM, str(clock.file)]
    with live_server(*options, "--session-linger", "0.5", program=program) as server:
        with Page(server.port) as left:
            left.say("step")
            left.answer()
        with Page(server.port) as paused, Page(server.port, playing=True) as playing:
            paused.say("step")
            paused.answer()
            assert playing.wait_for(lambda playing: playing.epoch > 20)
            time.sleep(3 * INTERVAL)
            assert len(snapshots(folder)) == 3
            jumped = time.monotonic()
            clock.jump(jump)
            time.sleep(0.8)  # and the session without a page is in no memory any more
            clock.jump(jump / 2)
            time.sleep(0.3)
            assert playing.gap(jumped - 0.3) < 0.75
            assert paused.answer() < 1
            assert [paused.code, playing.code] == [None, None]
            assert len(snapshots(folder)) == 3
            for token, origin in ((left.token, "snapshot"), (paused.token, "memory")):
                with Page(server.port, token=token) as again:
                    assert again.resumed == origin
                    assert again.wait_for(lambda again: again.epoch == 1)
        server.process.send_signal(signal.SIGTERM)
        _, error = server.process.communicate(timeout=15)
        assert error == ""
