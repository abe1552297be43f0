"""The store that needs no server: a folder of files, one for each snapshot, that this user owns.

Files are replaced as a whole, so that a process that dies while it writes leaves the one before.
They are not forced to the disk one by one (that would take the disk's time for each session, each
second): after a power cut the newest may be missing or cut off, which `app.snapshots` notices by a
checksum, and such a session starts afresh.

The mark of a file (its number and time) tells whether another process has taken it over.
"""

import contextlib
import errno
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.snapshot_store import LIFETIME, SnapshotStore, Standing, StoreError, Written, hashed

if sys.platform != "win32":
    import fcntl

MOST_FILES = 10_000
SUFFIX = ".session"
LOCKED_WITHIN = 1.0
"""Seconds to wait for another process that writes to the folder."""

_OURS = re.compile(r"[0-9a-f]{64}(\.session|\.\d+\.part)")
"""Names of the files that may be removed: a folder may hold others, by mistake."""

Mark = tuple[int, int]
"""What tells a file from those that had its name before: its number and its time."""


class FileStore(SnapshotStore):
    """A folder of snapshots; it is made when it is missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._marks: dict[str, Mark] = {}  # of the files as this process wrote or took them

    def __str__(self) -> str:
        return str(self._folder)

    def _path(self, token: str) -> Path:
        return self._folder / (hashed(token) + SUFFIX)

    def take(self, token: str) -> bytes | None:
        """As `SnapshotStore.take`: the file gets a new time, by which it is this process's."""
        with self._alone():
            path = self._path(token)
            try:
                facts = path.stat()
                if facts.st_mtime < time.time() - LIFETIME:
                    return None
                data = path.read_bytes()
                os.utime(path)
                self._marks[token] = _mark(path.stat())
            except FileNotFoundError:
                return None
            return data

    def write_all(self, snapshots: Iterable[tuple[str, bytes]]) -> Written:
        """As `SnapshotStore.write_all`, in less time than one file after the other."""
        written = Written([], [])
        with self._alone():
            for token, data in snapshots:
                if token in self._look(token).lost:
                    written.lost.append(token)
                else:
                    self._write(token, data)
                    written.kept.append(token)
        return written

    def _write(self, token: str, data: bytes) -> None:
        path = self._path(token)
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            with part.open("wb", buffering=0) as file:
                if file.write(data) != len(data):  # what a full disk does before it says so
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                facts = os.fstat(file.fileno())
            part.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink()
            raise
        self._marks[token] = _mark(facts)

    def look(self, tokens: Iterable[str]) -> Standing:
        """As `SnapshotStore.look`."""
        standing = Standing([], [])
        with self._alone():
            for token in tokens:
                one = self._look(token)
                standing.lost.extend(one.lost)
                standing.missing.extend(one.missing)
        return standing

    def _look(self, token: str) -> Standing:
        try:
            mark = _mark(self._path(token).stat())
        except FileNotFoundError:
            return Standing([], [token])
        return Standing([] if mark == self._marks.get(token) else [token], [])

    def forget(self, token: str) -> None:
        """As `SnapshotStore.forget`."""
        self._marks.pop(token, None)

    def expire(self) -> None:
        """Remove old files, and the oldest ones when there are too many."""
        with self._alone():
            found = (path for path in self._folder.iterdir() if _OURS.fullmatch(path.name))
            files = sorted(((path.stat().st_mtime, path) for path in found), reverse=True)
            for place, (changed, path) in enumerate(files):
                if place >= MOST_FILES or changed < time.time() - LIFETIME:
                    path.unlink()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Alone among the processes that use the folder, which is there and this user's own.

        Raises:
            StoreError: it is not, or an error of the system comes within the block.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            owner = self._folder.lstat().st_uid
            if self._folder.is_symlink() or (hasattr(os, "getuid") and owner != os.getuid()):
                raise StoreError("it belongs to another user or is a link")
            with _locked(self._folder):
                yield
        except OSError as error:
            raise StoreError(error.strerror or str(error)) from None


def _mark(facts: os.stat_result) -> Mark:
    return facts.st_ino, facts.st_mtime_ns


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    if sys.platform == "win32":  # where one process serves
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        deadline = time.monotonic() + LOCKED_WITHIN
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:  # a process that was halted could hold it for ever
                if time.monotonic() > deadline:
                    raise StoreError("another process does not give it free") from None
                time.sleep(0.001)
        yield
    finally:
        os.close(descriptor)
