"""The store that needs no server: an SQLite file, shared by the processes of one machine.

A snapshot is written once a second for each session that trains. To replace a row takes a twentieth
of the time of replacing a file of its own, and however the process ends, a whole row is left. The
file is not forced to the disk at each write: a power cut may take the last seconds with it, but
SQLite's log (WAL) leaves a whole file.

The mark of a row, new with every write, tells whether another process has taken it over.
"""

import contextlib
import logging
import os
import secrets
import sqlite3
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.snapshot_store import LIFETIME, SnapshotStore, Standing, StoreError, Written, hashed

log = logging.getLogger(__name__)

FILE = "sessions.sqlite3"
MOST_ROWS = 10_000
LOCKED_WITHIN = 1.0
"""Seconds to wait for another process that writes to the file."""
JUMP = 60.0
"""Seconds by which two clocks have come apart when the time of day has been set anew."""

_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS snapshot (
    name TEXT PRIMARY KEY, mark TEXT NOT NULL, changed REAL NOT NULL, data BLOB NOT NULL
);
"""
_WRITE = """
INSERT INTO snapshot (name, mark, changed, data) VALUES (?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET mark = excluded.mark, changed = excluded.changed,
data = excluded.data WHERE snapshot.mark IS ?
"""
_TAKE = "UPDATE snapshot SET mark = ? WHERE name = ? AND changed >= ? RETURNING data"
_LOOK = "SELECT mark FROM snapshot WHERE name = ?"
_TOO_MANY = """
DELETE FROM snapshot WHERE name IN (
    SELECT name FROM snapshot ORDER BY changed DESC LIMIT -1 OFFSET ?
)
"""


class SqliteStore(SnapshotStore):
    """A file in a folder of this user's own; both are made when they are missing, and a file that
    is damaged is put aside."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / FILE
        self._connection: sqlite3.Connection | None = None
        self._marks: dict[str, str] = {}  # of the rows as this process wrote or took them
        self._ahead = _ahead()

    def __str__(self) -> str:
        return str(self._path)

    def take(self, token: str) -> bytes | None:
        """As `SnapshotStore.take`."""
        mark = secrets.token_hex(8)
        with self._writing() as database:
            since = time.time() - LIFETIME
            found = database.execute(_TAKE, (mark, hashed(token), since)).fetchall()
        if not found:
            return None
        self._marks[token] = mark
        data: bytes = found[0][0]
        return data

    def write_all(self, snapshots: Iterable[tuple[str, bytes]]) -> Written:
        """As `SnapshotStore.write_all`."""
        written, marks = Written([], []), {}
        with self._writing() as database:
            now = time.time()
            for token, data in snapshots:
                mark, known = secrets.token_hex(8), self._marks.get(token)
                changed = database.execute(_WRITE, (hashed(token), mark, now, data, known))
                if changed.rowcount == 1:
                    written.kept.append(token)
                    marks[token] = mark
                else:
                    written.lost.append(token)
        self._marks |= marks  # after the transaction
        return written

    def look(self, tokens: Iterable[str]) -> Standing:
        """As `SnapshotStore.look`."""
        standing = Standing([], [])
        with self._database() as database:
            for token in tokens:
                found = database.execute(_LOOK, (hashed(token),)).fetchone()
                if found is None:
                    standing.missing.append(token)
                elif found[0] != self._marks.get(token):
                    standing.lost.append(token)
        return standing

    def forget(self, token: str) -> None:
        """As `SnapshotStore.forget`."""
        self._marks.pop(token, None)

    def expire(self) -> None:
        """Remove old rows, and the oldest ones when there are too many."""
        with self._writing() as database:
            now = time.time()
            if abs(_ahead() - self._ahead) > JUMP:  # nobody knows how old anything is
                self._ahead = _ahead()
                database.execute("UPDATE snapshot SET changed = ?", (now,))
            database.execute("DELETE FROM snapshot WHERE changed < ?", (now - LIFETIME,))
            database.execute(_TOO_MANY, (MOST_ROWS,))

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all or nothing, and no other process writes meanwhile."""
        with self._database() as database, database:
            database.execute("BEGIN IMMEDIATE")
            yield database

    @contextlib.contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        """The open file; made anew when somebody has removed it.

        Raises:
            StoreError: it cannot be used.
        """
        try:
            if self._connection is None or not self._path.exists():
                self.close()
                self._connection = self._open()
            yield self._connection
        except sqlite3.DatabaseError as error:
            if _is_damage(error):
                self._put_aside()
            raise StoreError(str(error)) from None
        except OSError as error:
            raise StoreError(error.strerror or str(error)) from None

    def _open(self) -> sqlite3.Connection:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = self._folder.lstat().st_uid
        if self._folder.is_symlink() or (hasattr(os, "getuid") and owner != os.getuid()):
            raise StoreError("its folder belongs to another user or is a link")
        try:
            return self._connect()
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            self._put_aside()
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=LOCKED_WITHIN, isolation_level=None, check_same_thread=False
        )
        try:
            connection.executescript(_SCHEMA)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _put_aside(self) -> None:
        self.close()
        aside = self._path.with_suffix(".damaged")
        log.warning("%s is damaged and put aside as %s", self._path, aside.name)
        with contextlib.suppress(OSError):
            self._path.replace(aside)
            for suffix in ("-wal", "-shm"):
                Path(f"{self._path}{suffix}").unlink(missing_ok=True)


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file itself is at fault, and not a full disk or a lock."""
    return not isinstance(error, sqlite3.OperationalError)


def _ahead() -> float:
    """Seconds by which the time of day is ahead of the clock that nobody sets."""
    return time.time() - time.monotonic()
