"""Snapshots: sessions as files, from which they resume after the server was restarted.

A file is a JSON header (view, transport), the history and the trainer's snapshot, an npz without
pickled objects. Its name is a hash of the session's token, so that a listing of the folder tells no
secret. Files are replaced as a whole, limited in size and number, and removed when they are old.

Processes that share a folder pass sessions on: one that reads a file and writes it again has taken
the session over, and the others see by the mark of the file that it is not theirs any more.
"""

import contextlib
import hashlib
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.history import History
from app.protocol import View
from app.session import Limits, Session
from app.transport import Conditions
from engine.snapshot import Snapshot

if sys.platform != "win32":
    import fcntl

log = logging.getLogger(__name__)

LIFETIME = 24 * 3600.0
"""Seconds after which a file is removed."""
MOST_FILES = 10_000
SUFFIX = ".session"


class Header(BaseModel):
    """What a session is besides its trainer."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    format: Literal[2] = 2
    view: View
    run: int
    playing: bool
    epochs_per_second: float | None
    until_epoch: int | None
    until_test_loss: float | None
    stride: int = Field(ge=1)
    points: int = Field(ge=0)
    """Of the history, whose bytes come next."""


class SnapshotError(ValueError):
    """Bytes that no session can be made from."""


def pack(session: Session) -> bytes:
    """A session as bytes; what could be undone is left out."""
    transport, history = session.training.transport, session.training.history
    header = Header(
        view=session.view,
        run=session.run,
        playing=transport.playing,
        epochs_per_second=transport.speed,
        until_epoch=transport.until.epoch,
        until_test_loss=transport.until.test_loss,
        stride=history.stride,
        points=len(history),
    )
    text = header.model_dump_json().encode()
    trainer = session.trainer.snapshot().to_bytes()
    return b"".join([len(text).to_bytes(4, "little"), text, history.to_bytes(), trainer])


def unpack(data: bytes, *, clock: Callable[[], float], limits: Limits) -> Session:
    """The session that `pack` wrote.

    Raises:
        SnapshotError: these are not the bytes of a session, or those of another version's.
    """
    size = int.from_bytes(data[:4], "little")
    try:
        header = Header.model_validate_json(data[4 : 4 + size])
        losses, trainer = 4 + size, 4 + size + 24 * header.points
        history = History.from_bytes(data[losses:trainer], limits.history_points, header.stride)
        snapshot = Snapshot.from_bytes(data[trainer:])
        session = Session(snapshot.spec, header.view, clock=clock, limits=limits)
        session.trainer.restore(snapshot)
        session.resume(history, run=header.run, playing=header.playing)
    except (ValueError, KeyError, TypeError) as error:  # of pydantic, NumPy and the engine
        raise SnapshotError(f"got {len(data)} bytes that are no session: {error}") from None
    session.training.set_speed(header.epochs_per_second)
    session.training.transport.until = Conditions(header.until_epoch, header.until_test_loss)
    return session


Mark = tuple[int, int]
"""What tells a file from those that had its name before: its number and its time."""


class TakenOverError(Exception):
    """Another process has taken the session over."""


class Snapshots:
    """The folder of snapshots; None keeps none. One that cannot be written stops nobody."""

    def __init__(self, folder: Path | None, *, most_bytes: int) -> None:
        self._folder = folder if folder is None else _own(folder)
        self._most_bytes = most_bytes
        self._marks: dict[str, Mark] = {}  # of the files as this process read or wrote them
        self._lock = threading.Lock()

    @property
    def enabled(self) -> bool:
        """Whether there is a folder."""
        return self._folder is not None

    def _path(self, token: str) -> Path:
        assert self._folder is not None
        return self._folder / (hashlib.sha256(token.encode()).hexdigest() + SUFFIX)

    def ours(self, token: str) -> bool:
        """Whether no other process has taken the session over."""
        if self._folder is None:
            return True
        with self._lock:
            return self._is_ours(token)

    def _is_ours(self, token: str) -> bool:
        try:
            return _mark(self._path(token).stat()) == self._marks.get(token)
        except OSError:  # there is no file
            return True

    def forget(self, token: str) -> None:
        """This process does not hold the session any more; its file stays."""
        self._marks.pop(token, None)

    def write(self, token: str, data: bytes) -> bool:
        """Keep a session's bytes; whether that was possible.

        Raises:
            TakenOverError: another process has it now.
        """
        written, lost = self.write_all([(token, data)])
        if lost:
            raise TakenOverError
        return bool(written)

    def write_all(self, kept: Iterable[tuple[str, bytes]]) -> tuple[list[str], list[str]]:
        """Keep the bytes of several sessions, in less time than one after the other; which were
        written, and which were not because another process has them now.
        """
        written: list[str] = []
        lost: list[str] = []
        if self._folder is None:
            return written, lost
        try:
            with _locked(self._folder):
                for token, data in kept:
                    if len(data) <= self._most_bytes:
                        (written if self._write(token, data) else lost).append(token)
        except OSError as error:
            log.warning("cannot keep a snapshot in %s: %s", self._folder, error.strerror)
        return written, lost

    def _write(self, token: str, data: bytes) -> bool:
        """Replace a file, unless another process has done so."""
        path = self._path(token)
        part = path.with_suffix(f".{os.getpid()}.part")
        if not self.ours(token):
            return False
        with part.open("wb", buffering=0) as file:
            file.write(data)
            mark = _mark(os.fstat(file.fileno()))
        with self._lock:  # who looks in between would take it for another process's
            self._marks[token] = mark
            part.replace(path)
        return True

    def read(self, token: str) -> bytes | None:
        """The bytes kept for a token, None when there are none or they are too old or too many."""
        if self._folder is None:
            return None
        try:
            with self._path(token).open("rb") as file:
                facts = os.fstat(file.fileno())
                if facts.st_size > self._most_bytes or facts.st_mtime < time.time() - LIFETIME:
                    return None
                self._marks[token] = _mark(facts)
                return file.read()
        except OSError:
            return None

    def expire(self) -> None:
        """Remove old files, and the oldest ones when there are too many."""
        if self._folder is None:
            return
        files: list[tuple[float, Path]] = []
        with contextlib.suppress(OSError):  # the folder is gone
            for path in self._folder.iterdir():
                with contextlib.suppress(OSError):  # another process was quicker
                    files.append((path.stat().st_mtime, path))
        files.sort(reverse=True)
        for place, (changed, path) in enumerate(files):
            if place >= MOST_FILES or changed < time.time() - LIFETIME:
                with contextlib.suppress(OSError):
                    path.unlink()


def _mark(facts: os.stat_result) -> Mark:
    return facts.st_ino, facts.st_mtime_ns


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Alone among the processes that write to a folder."""
    if sys.platform == "win32":  # where one process serves
        yield
    else:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _own(folder: Path) -> Path | None:
    """The folder, made if need be; None when it cannot be used, or is not this user's own."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        facts = folder.lstat()
    except OSError as error:
        log.warning("no snapshots: cannot use %s: %s", folder, error.strerror)
        return None
    if folder.is_symlink() or (hasattr(os, "getuid") and facts.st_uid != os.getuid()):
        log.warning("no snapshots: %s belongs to another user or is a link", folder)
        return None
    return folder
