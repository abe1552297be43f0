"""The snapshots that a server keeps, as another program sees them."""

import contextlib
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

from app.file_store import NAME


def snapshots(folder: Path) -> dict[str, bytes]:
    """The data of each row by its name; read from a copy, as SQLite follows links to where only the
    server sees its disk."""
    with TemporaryDirectory() as copy:
        for name in (NAME, f"{NAME}-wal"):
            with contextlib.suppress(FileNotFoundError):
                Path(copy, name).write_bytes((folder / name).read_bytes())
        try:
            with contextlib.closing(sqlite3.connect(Path(copy, NAME))) as file:
                return dict(file.execute("SELECT name, data FROM snapshots").fetchall())
        except sqlite3.Error:  # there is none yet, or it was written while it was copied
            return {}
