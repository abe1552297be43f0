"""The keeper of snapshots: asks the store in a thread of its own, in order, and logs how it goes.

A store that cannot be used stops nobody: sessions train on, and what could not be written is tried
again in the next round. The log tells of it once, and once more when it works again.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple, TypeVar

from app.file_store import FileStore
from app.settings import Settings
from app.snapshot_store import SnapshotStore, Standing, StoreError

log = logging.getLogger(__name__)


def open_store(settings: Settings) -> SnapshotStore | None:
    """The store that the settings name, None when no snapshots are to be kept.

    Raises:
        SettingsError: it needs a package that is not installed.
    """
    if settings.snapshot_store:
        from app.redis_store import RedisStore  # needs the package redis

        return RedisStore(settings.snapshot_store)
    return None if settings.snapshot_dir is None else FileStore(settings.snapshot_dir)


Result = TypeVar("Result")


class Round(NamedTuple):
    """What became of a round of snapshots."""

    failed: list[str]
    """Tokens of those that could not be written, and those that the store has lost."""
    lost: list[str]
    """Tokens of sessions that another process has taken over."""
    effort: float
    """Seconds of processor time."""


class Keeper:
    """Reads and writes the snapshots of this process, one call after the other, never in the event
    loop's thread. None as the store keeps nothing."""

    def __init__(self, store: SnapshotStore | None, *, most_bytes: int) -> None:
        self._store = store
        self._most_bytes = most_bytes
        # One thread: what is handed over first is written first.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="snapshots")
        self._closed = False
        self._trouble: str | None = None  # "written" or "read", since it does not work
        self._told_of_size = False

    @property
    def enabled(self) -> bool:
        """Whether there is a store."""
        return self._store is not None

    def fits(self, data: bytes) -> bool:
        """Whether a snapshot is small enough to be kept; says so once when one is not."""
        if len(data) <= self._most_bytes:
            return True
        if not self._told_of_size:
            log.warning(
                "a session has a snapshot of %d bytes and is not kept; --snapshot-bytes is %d",
                len(data),
                self._most_bytes,
            )
        self._told_of_size = True
        return False

    async def take(self, token: str) -> bytes | None:
        """The snapshot of a session, which is this process's own from now on; None if there is none
        or the store does not say."""
        if self._store is None:
            return None
        store = self._store
        data = await self._in_thread(lambda: self._try("read", lambda: store.take(token)))
        return data if data is None or self.fits(data) else None

    async def lost(self, token: str) -> bool:
        """Whether another process has taken a session over; no, if the store is silent."""
        if self._store is None:
            return False
        store = self._store
        standing = await self._in_thread(lambda: self._try("read", lambda: store.look([token])))
        return standing is not None and token in standing.lost

    def write(
        self, snapshots: list[tuple[str, bytes]], others: list[str], done: Callable[[Round], None]
    ) -> Future[Round]:
        """Write snapshots, look after the others that are not to be written, and call `done` in the
        keeper's thread."""

        def work() -> Round:
            result = self._work(snapshots, others)
            done(result)
            return result

        return self._submit(work)

    def _work(self, snapshots: list[tuple[str, bytes]], others: list[str]) -> Round:
        store = self._store
        if store is None:
            return Round([], [], 0.0)
        before = time.thread_time()
        failed: list[str] = []
        lost: list[str] = []
        if snapshots:
            written = self._try("written", lambda: store.write_all(snapshots))
            if written is None:
                failed += [token for token, _ in snapshots]
            else:
                lost += written.lost
        if others:
            standing = self._try("read", lambda: store.look(others)) or Standing([], [])
            failed += standing.missing
            lost += standing.lost
        return Round(failed, lost, time.thread_time() - before)

    def forget(self, token: str) -> None:
        """This process does not hold the session any more; its snapshot stays."""
        if self._store is not None:
            store = self._store
            self._submit(lambda: store.forget(token))

    async def remove(self, token: str) -> None:
        """Keep nothing of a session any more."""
        if self._store is not None:
            store = self._store
            await self._in_thread(lambda: self._try("written", lambda: store.remove(token)))

    async def expire(self) -> None:
        """Remove old snapshots."""
        if self._store is not None:
            store = self._store
            await self._in_thread(lambda: self._try("read", store.expire))

    async def finished(self) -> None:
        """Wait until all that was handed over so far has been done."""
        if not self._closed:
            await self._in_thread(lambda: None)

    async def close(self) -> None:
        """Finish, and close the store."""
        if self._store is not None:
            await self._in_thread(self._store.close)
        self._closed = True
        self._thread.shutdown(wait=False)

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.wrap_future(self._submit(work))

    def _submit(self, work: Callable[[], Result]) -> Future[Result]:
        if not self._closed:
            return self._thread.submit(work)
        nothing: Future[Result] = Future()  # for a connection that outlives the server's end
        nothing.cancel()
        return nothing

    def _try(self, what: str, ask: Callable[[], Result]) -> Result | None:
        """What the store answers; None when it cannot be used, which is logged at each change."""
        try:
            result = ask()
        except StoreError as error:
            if self._trouble is None:
                text = "snapshots cannot be %s in %s: %s; sessions go on, and it is tried again"
                log.warning(text, what, self._store, error)
                self._trouble = what
            return None
        if self._trouble in ("read", what):  # a full disk can be read from all the time
            log.warning("snapshots are kept in %s again", self._store)
            self._trouble = None
        return result
