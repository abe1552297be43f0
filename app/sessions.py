"""The store of sessions: finds them by token, limits them, keeps and drops those nobody watches."""

import asyncio
import contextlib
import math
import secrets
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NamedTuple, Protocol

from app import events
from app.errors import CloseCode
from app.protocol import AnyEvent, Hello, Notice, NoticeEvent, Play
from app.resolution import Resolution
from app.scheduler import Scheduler
from app.session import Limits, Session, Unheard
from app.settings import Settings
from app.snapshots import SnapshotError, Snapshots, pack, unpack
from engine import url

Origin = Literal["new", "memory", "snapshot", "expired"]

EXPIRE_EVERY = 60.0
"""Seconds between two looks for old snapshots."""
ADAPT_EVERY = 0.5
"""Seconds between two looks at how late frames are."""
KEEPING = 0.05
"""Share of a core that writes snapshots: beyond some hundred sessions they are older than asked."""
AT_ONCE = 8
"""Snapshots written together: to wake a thread takes longer than to write one."""
LEAVE_WITHIN = 2.0
"""Seconds in which connections have ended when the server stops."""
ELSEWHERE = "This session is open in another window."


class BusyError(Exception):
    """There is no room for another session; the text is for a person."""


class Client(Protocol):
    """A connection, as the store sees it."""

    def event(self, event: AnyEvent) -> None:
        """Tell the page."""

    def end(self, code: CloseCode, reason: str) -> None:
        """Close, after what has been told so far."""


@dataclass(eq=False)
class Held:
    """A session with what the store knows of it."""

    token: str
    session: Session
    address: str
    client: Client | None = None
    left_at: float = 0.0
    """When its page went, while nobody watches."""
    kept: object = None
    """The state that was last handed over for its snapshot."""
    written: int = 0
    """Number of the newest snapshot written."""


class Kept(NamedTuple):
    """A snapshot that is to be written."""

    held: Held
    data: bytes
    number: int


class SessionStore:
    """All sessions of this server, the scheduler that runs them, and their snapshots."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.scheduler = Scheduler(
            clock,
            tick=settings.tick_ms / 1000,
            slice_=settings.slice_ms / 1000,
            effort=time.thread_time,
        )
        self.resolution = Resolution(settings, clock)
        self._settings = settings
        self._limits = Limits(
            history_points=settings.history_points,
            undo_levels=settings.undo_levels,
            frame_rate=settings.frame_rate,
        )
        self._snapshots = Snapshots(settings.snapshot_dir, most_bytes=settings.snapshot_bytes)
        self._snapshot_number = 0
        self._writing = threading.Lock()
        self._held: dict[str, Held] = {}
        self._clients: set[Client] = set()
        self._empty = asyncio.Event()
        self._empty.set()
        self._stopping = False

    def __len__(self) -> int:
        return len(self._held)

    # --- connections come and go ----------------------------------------------------------------

    def join(self, client: Client) -> None:
        """A connection is open; it has no session yet."""
        self._clients.add(client)
        self._empty.clear()
        if self._stopping:
            _say_goodbye(client)

    def enter(
        self, hello: Hello, client: Client, address: str
    ) -> tuple[Held, Origin, list[Notice]]:
        """The session that a page asks for, now watched by `client`.

        Raises:
            BusyError: there is no room for another session.
        """
        held, origin, notices = self._find(hello, address)
        if held.client is not None:
            held.client.end(CloseCode.TAKEN_OVER, ELSEWHERE)
        held.client, held.address = client, address
        return held, origin, notices

    def _find(self, hello: Hello, address: str) -> tuple[Held, Origin, list[Notice]]:
        here = self._held.get(hello.token or "")
        if here is not None and not self._give_up_if_lost(here):
            return here, "memory", []
        self._make_room(address)
        if hello.token:
            data = self._snapshots.read(hello.token)
            with contextlib.suppress(SnapshotError):
                if data is not None:
                    session = unpack(data, clock=self.clock, limits=self._limits)
                    return self._hold(hello.token, session, address), "snapshot", []
        decoded = url.decode(hello.hash)
        view = events.from_link(decoded.view)
        session = Session(decoded.spec, view, clock=self.clock, limits=self._limits)
        if hello.playing:
            session.handle(Play())
        held = self._hold(secrets.token_urlsafe(16), session, address)
        return held, "expired" if hello.token else "new", events.told(decoded.notices)

    def _hold(self, token: str, session: Session, address: str) -> Held:
        held = self._held[token] = Held(token, session, address)
        if self._settings.workers > 1:
            self._keep(
                held
            )  # so that the page can come to another worker, and none but this has it
        return held

    def _make_room(self, address: str) -> None:
        """Drop sessions that nobody watches, the longest unwatched first, until one more fits."""
        everything = list(self._held.values())
        here = [held for held in everything if held.address == address]
        most, most_here = self._settings.max_sessions, self._settings.max_sessions_per_address
        for group, limit, whose in (
            (here, most_here, "from this address"),
            (everything, most, "here"),
        ):
            share = math.ceil(limit / self._settings.workers)  # pages come to the workers evenly
            group = [held for held in group if held.token in self._held]
            idle = sorted((h for h in group if h.client is None), key=lambda h: h.left_at)
            surplus = len(group) - share + 1
            if surplus > len(idle):
                raise BusyError(
                    f"The server has {limit} sessions {whose}, its most; try again later."
                )
            for held in idle[: max(surplus, 0)]:
                self._drop(held)

    def _drop(self, held: Held) -> None:
        """Hold a session no more; its snapshot stays."""
        del self._held[held.token]
        self._snapshots.forget(held.token)

    def _give_up_if_lost(self, held: Held) -> bool:
        """Whether another process has taken a session over; it is not held here any more, then."""
        if self._settings.workers == 1 or self._snapshots.ours(held.token):
            return False
        if self._held.get(held.token) is held:
            self._drop(held)
        if held.client is not None:
            held.client.end(CloseCode.TAKEN_OVER, ELSEWHERE)
        return True

    def leave(self, client: Client, held: Held | None) -> None:
        """A connection has ended. Its session waits for another, unless one has taken it over."""
        self._clients.discard(client)
        if not self._clients:
            self._empty.set()
        if held is None or held.client is not client:
            return
        held.client = None
        held.left_at = self.clock()
        held.session.outbox = Unheard()
        self._keep(held)

    # --- snapshots and expiry --------------------------------------------------------------------

    def _changed(self, held: Held) -> Kept | None:
        """What is to be written of a session that is not in its snapshot as it is now."""
        state = (held.session.training.changes, held.session.commands)
        if not self._snapshots.enabled or state == held.kept:
            return None
        held.kept = state
        self._snapshot_number += 1
        return Kept(held, pack(held.session), self._snapshot_number)

    def _write(self, kept: Iterable[Kept]) -> float:
        """Write snapshots, in a thread or not, but none of which a newer one has been quicker; the
        processor time that it took."""
        before = time.thread_time()
        with self._writing:
            newer = [one for one in kept if one.number > one.held.written]
            for one in newer:
                one.held.written = one.number
            # Those that another process has are noticed by `keep_all`.
            self._snapshots.write_all((one.held.token, one.data) for one in newer)
        return time.thread_time() - before

    def _keep(self, held: Held) -> None:
        if kept := self._changed(held):
            self._write([kept])

    def expire(self) -> None:
        """Drop sessions whose page has been gone for too long; their snapshots stay."""
        limit = self.clock() - self._settings.session_linger
        for held in list(self._held.values()):
            if held.client is None and held.left_at < limit:
                self._drop(held)

    async def keep_all(self) -> None:
        """Write the snapshot of every watched session that has changed, and give up those that
        another process has taken over; a few at a time, with pauses."""
        everything = iter(list(self._held.values()))
        while group := list(islice(everything, AT_ONCE)):
            before = time.thread_time()
            watched = [h for h in group if not self._give_up_if_lost(h) and h.client is not None]
            kept = [one for held in watched if (one := self._changed(held)) is not None]
            effort = time.thread_time() - before
            if kept:
                effort += await asyncio.to_thread(self._write, kept)
            await asyncio.sleep(effort / KEEPING)

    async def _watch_delay(self) -> None:
        """Adapt the resolution to how late frames are."""
        while True:
            await asyncio.sleep(ADAPT_EVERY)
            self.resolution.adapt(watched=len(self.scheduler), delay=self.scheduler.delay)

    async def _housekeeping(self) -> None:
        next_look = self.clock()
        while True:
            due = self.clock() + self._settings.snapshot_interval
            self.expire()
            await self.keep_all()
            if self.clock() >= next_look:
                next_look = self.clock() + EXPIRE_EVERY
                await asyncio.to_thread(self._snapshots.expire)
            await asyncio.sleep(max(0.0, due - self.clock()))

    # --- life -------------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["SessionStore"]:
        """Sessions train and are kept within this block; at its end everybody is told to go."""
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self.scheduler.run()),
                group.create_task(self._housekeeping()),
                group.create_task(self._watch_delay()),
            ]
            try:
                yield self
            finally:
                await self.stop()
                for task in tasks:
                    task.cancel()

    async def stop(self) -> None:
        """Tell every page that the server stops, and wait until they are gone. Can be repeated."""
        self._stopping = True
        for client in list(self._clients):
            _say_goodbye(client)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LEAVE_WITHIN):
                await self._empty.wait()
        for held in self._held.values():
            self._keep(held)


def _say_goodbye(client: Client) -> None:
    text = "The server is stopping. This page resumes by itself when it is back."
    client.event(NoticeEvent(notices=[Notice(code="server_stopping", text=text)]))
    client.end(CloseCode.STOPPING, text)
