"""The store that needs no server: an SQLite database in a folder that this user owns.

It is one file with a log beside it, used by all processes of this machine that name its folder. A
process that dies while it writes leaves the snapshots as they were before, and so does a power cut:
what was written in the last seconds before it may be missing, never half there. (A file for each
session, replaced by renaming, costs five times as much: file systems treat each as precious.)

Statements are few, because each waits twice for the interpreter's lock, which the event loop holds.

A database that is damaged nevertheless is put aside as it is, and a new one is begun.
"""

import contextlib
import json
import os
import secrets
import sqlite3
import time
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from app.snapshot_store import (
    LIFETIME,
    REMOVED_FOR,
    SnapshotStore,
    Standing,
    StoreError,
    Written,
    hashed,
)

NAME = "sessions.db"
MOST_SNAPSHOTS = 10_000
LOCKED_WITHIN = 1.0
"""Seconds to wait for another process that writes."""
JUMP = 60.0
"""Seconds by which two clocks have come apart when the time of day has been set anew."""
VERSION = 1
"""Of the table."""

_SETTINGS = """
PRAGMA page_size = 16384;
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
"""
_TABLE = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS snapshots (
    name TEXT PRIMARY KEY, owner TEXT NOT NULL, written REAL NOT NULL, data BLOB NOT NULL
);
PRAGMA user_version = {VERSION};
COMMIT;
"""
_WRITE = """
INSERT INTO snapshots (name, owner, written, data) VALUES {}
ON CONFLICT (name) DO UPDATE SET written = excluded.written, data = excluded.data
WHERE owner = excluded.owner
"""
_REMOVE = """
INSERT INTO snapshots (name, owner, written, data) VALUES (?, '', ?, x'')
ON CONFLICT (name) DO UPDATE
SET owner = excluded.owner, written = excluded.written, data = excluded.data
"""
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class FileStore(SnapshotStore):
    """Snapshots in a database of this machine; folder and database are made when missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / NAME
        self._owner = secrets.token_hex(8)
        self._database: sqlite3.Connection | None = None
        self._ahead = _ahead()
        self._file: tuple[int, int] | None = None  # device and number of the file that is open

    def __str__(self) -> str:
        return str(self._folder)

    def take(self, token: str) -> bytes | None:
        """As `SnapshotStore.take`."""
        with self._open() as database:
            self._keep_time(database)
            rows = database.execute(
                "UPDATE snapshots SET owner = ? "
                "WHERE name = ? AND owner != '' AND written >= ? RETURNING data",
                (self._owner, hashed(token), time.time() - LIFETIME),
            ).fetchall()
        return bytes(rows[0][0]) if rows else None

    def write_all(self, snapshots: Iterable[tuple[str, bytes]]) -> Written:
        """As `SnapshotStore.write_all`, in one transaction: all are written, or none."""
        now, given = time.time(), dict(snapshots)
        rows = [(hashed(token), self._owner, now, data) for token, data in given.items()]
        if not rows:
            return Written([], [])
        lost: list[str] = []
        with self._open() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                values = ", ".join(["(?, ?, ?, ?)"] * len(rows))
                done = database.execute(_WRITE.format(values), list(chain.from_iterable(rows)))
                if done.rowcount < len(rows):
                    lost = self.look(given).lost
                database.execute("COMMIT")
            finally:
                if database.in_transaction:
                    database.execute("ROLLBACK")
        return Written([token for token in given if token not in lost], lost)

    def look(self, tokens: Iterable[str]) -> Standing:
        """As `SnapshotStore.look`."""
        names = {token: hashed(token) for token in tokens}
        with self._open() as database:
            marks = ", ".join("?" * len(names))
            ((found,),) = database.execute(
                f"SELECT json_group_object(name, owner) FROM snapshots WHERE name IN ({marks})",
                list(names.values()),
            ).fetchall()
        owners = json.loads(found)
        return Standing(
            [
                token
                for token, name in names.items()
                if owners.get(name, self._owner) != self._owner
            ],
            [token for token, name in names.items() if name not in owners],
        )

    def remove(self, token: str) -> None:
        """As `SnapshotStore.remove`: what is left is nobody's, and empty."""
        with self._open() as database:
            database.execute(_REMOVE, (hashed(token), time.time()))

    def expire(self) -> None:
        """Remove old snapshots, and the oldest ones when there are too many."""
        with self._open() as database:
            self._keep_time(database)
            now = time.time()
            database.execute(
                "DELETE FROM snapshots WHERE written < ? OR owner = '' AND written < ?",
                (now - LIFETIME, now - REMOVED_FOR),
            )
            database.execute(
                "DELETE FROM snapshots WHERE name IN "
                "(SELECT name FROM snapshots WHERE owner != '' "
                "ORDER BY written DESC LIMIT -1 OFFSET ?)",
                (MOST_SNAPSHOTS,),
            )
            database.executescript("PRAGMA incremental_vacuum")  # `execute` frees one page

    def close(self) -> None:
        """As `SnapshotStore.close`."""
        if self._database is not None:
            with contextlib.suppress(sqlite3.Error):
                self._database.close()
        self._database = None

    def _keep_time(self, database: sqlite3.Connection) -> None:
        """When the time of day has been set anew, nobody knows how old anything is."""
        if abs(_ahead() - self._ahead) > JUMP:
            self._ahead = _ahead()
            database.execute("UPDATE snapshots SET written = ?", (time.time(),))

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The database, in a folder that is there and this user's own.

        Raises:
            StoreError: it cannot be used, or an error comes within the block.
        """
        try:
            if self._database is not None and self._file != self._on_disk():
                self.close()  # somebody has removed or replaced it
            if self._database is None:
                self._connect()
            assert self._database is not None
            yield self._database
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
                self._put_aside()
                raise StoreError(
                    f"the database was damaged ({error}), a new one is begun"
                ) from None
            raise StoreError(str(error)) from None
        except OSError as error:
            raise StoreError(error.strerror or str(error)) from None

    def _connect(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = self._folder.lstat().st_uid
        if self._folder.is_symlink() or (hasattr(os, "getuid") and owner != os.getuid()):
            raise StoreError("it belongs to another user or is a link")
        database = sqlite3.connect(
            self._path, timeout=LOCKED_WITHIN, isolation_level=None, check_same_thread=False
        )
        try:
            database.executescript(_SETTINGS)
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if version not in (0, VERSION):
                raise StoreError(f"its table has version {version}, not {VERSION}; use another one")
            database.executescript(_TABLE)
        except BaseException:
            database.close()
            raise
        self._database, self._file = database, self._on_disk()

    def _on_disk(self) -> tuple[int, int] | None:
        try:
            facts = self._path.stat()
        except FileNotFoundError:
            return None
        return facts.st_dev, facts.st_ino

    def _put_aside(self) -> None:
        self.close()
        with contextlib.suppress(OSError):
            self._path.replace(self._path.with_suffix(".damaged"))
        for suffix in ("-wal", "-shm"):  # they belong to the database that is aside
            with contextlib.suppress(OSError):
                self._path.with_name(NAME + suffix).unlink()


def _ahead() -> float:
    """Seconds by which the time of day is ahead of the clock that nobody sets."""
    return time.time() - time.monotonic()
