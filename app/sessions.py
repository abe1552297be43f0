"""The store of sessions: finds them by token, limits them, keeps and drops those nobody watches."""

import asyncio
import contextlib
import logging
import math
import secrets
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Literal, Protocol

from app import events
from app.effort import Effort
from app.errors import CloseCode
from app.keeper import Keeper, Round, open_store
from app.protocol import AnyEvent, Hello, Notice, NoticeEvent, Play, View
from app.resolution import Resolution
from app.room import Room
from app.scheduler import Scheduler
from app.session import Limits, Session, Unheard
from app.settings import Settings
from app.snapshots import SnapshotError, pack, unpack
from app.tally import Tally
from app.transport import RefusalError
from engine import url
from engine.spec import RunSpec
from engine.text import Text, template, text_of

log = logging.getLogger(__name__)

Origin = Literal["new", "memory", "snapshot", "expired"]

EXPIRE_EVERY = 60.0
"""Seconds between two looks for old snapshots."""
ADAPT_EVERY = 0.5
"""Seconds between two looks at how late frames are."""
KEEPING = 0.25
"""Most of a core that writes snapshots: beyond some hundred sessions they are older than asked."""
AT_ONCE = 8
"""Snapshots written together, at least: to wake a thread takes longer than to write one."""
MOST_GROUPS = 16
"""Groups of snapshots in a round: each waits for the busy event loop a few times."""
SWITCHING = 0.001
"""Seconds for which the event loop may keep a thread waiting that has a snapshot to write. Python's
own 5 ms, at each call into the system, make it slow when it matters."""
FAILING_FOR = 30.0
"""Seconds after a snapshot could not be written in which further pages had better go elsewhere. It
ends by itself, as a server without pages writes none and could not show that it can again."""
LEAVE_WITHIN = 2.0
"""Seconds in which connections have ended when the server stops."""
ELSEWHERE = "This session is open in another window."
REMOVED = "A program has removed this session."


class BusyError(Exception):
    """There is no room for another session; the text is for a person."""


class Client(Protocol):
    """A connection, as the store sees it."""

    def event(self, event: AnyEvent) -> None:
        """Tell the page."""

    def end(self, code: CloseCode, reason: str) -> None:
        """Close, after what has been told so far."""

    def wake(self) -> None:
        """A request has told its session to do something."""


@dataclass(eq=False)
class Held:
    """A session with what the store knows of it."""

    token: str
    session: Session
    address: str
    client: Client | None = None
    left_at: float = 0.0
    """When its page went, or a request last came, while nobody watches."""
    requests: int = 0
    """Requests for it that are under way."""
    kept: object = None
    """The state that was last handed over for its snapshot; None when it is to be written again."""
    fits: bool = True
    """Whether its snapshot was small enough to be written."""

    @property
    def idle(self) -> bool:
        """Whether nobody would miss it now."""
        return self.client is None and not self.requests


class SessionStore:
    """All sessions of this process, the scheduler that runs them, and their snapshots."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        tally: Tally | None = None,
    ) -> None:
        self.clock = clock
        self.tally = tally or Tally()
        self.scheduler = Scheduler(
            clock,
            tick=settings.tick_ms / 1000,
            slice_=settings.slice_ms / 1000,
            effort=time.thread_time,
        )
        self.resolution = Resolution(settings, clock)
        self.door = asyncio.Lock()
        """Held by a page while it comes in: one at a time, in the order in which they came."""
        self.arrivals = Effort(clock)
        self._settings = settings
        self._limits = Limits(
            history_points=settings.history_points,
            undo_levels=settings.undo_levels,
            frame_rate=settings.frame_rate,
            room=Room(settings.batch_megabytes * 1e6 / settings.workers),
        )
        self._keeper = Keeper(open_store(settings), most_bytes=settings.snapshot_bytes)
        self._held: dict[str, Held] = {}
        self._clients: set[Client] = set()
        self._empty = asyncio.Event()
        self._empty.set()
        self._stopping = False

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, token: str) -> bool:
        return token in self._held

    @property
    def stopping(self) -> bool:
        """Whether the server is about to end."""
        return self._stopping

    def obstacle(self) -> str | None:
        """Why no further page should be sent here, in words; None when there is no reason."""
        if self._stopping:
            return "stopping"
        watched = sum(held.client is not None for held in self._held.values())
        if watched >= math.ceil(self._settings.max_sessions / self._settings.workers):
            return "full"
        failed_at = self.tally.snapshot_failed_at
        if failed_at is not None and self.clock() - failed_at < FAILING_FOR:
            return "snapshots cannot be written"
        return None

    # --- connections come and go ----------------------------------------------------------------

    def join(self, client: Client) -> None:
        """A connection is open; it has no session yet."""
        self._clients.add(client)
        self._empty.clear()
        if self._stopping:
            _say_goodbye(client)

    async def enter(
        self, hello: Hello, client: Client, address: str
    ) -> tuple[Held, Origin, list[Notice]]:
        """The session that a page asks for, now watched by `client`.

        Raises:
            BusyError: there is no room for another session.
        """
        held, origin, notices = await self._find(hello, address)
        if held.client is not None:
            held.client.end(CloseCode.TAKEN_OVER, ELSEWHERE)
        held.client, held.address = client, address
        return held, origin, notices

    async def _find(self, hello: Hello, address: str) -> tuple[Held, Origin, list[Notice]]:
        token = hello.token or ""
        if found := await self.resume(token, address):
            return *found, []
        decoded = url.decode(hello.hash)
        held = self.begin(decoded.spec, events.from_link(decoded.view), address)
        held.session.play_as(decoded.view)
        if hello.playing:
            held.session.handle(Play())
        self.keep(held)  # so that its page may come to another process at once
        return held, "expired" if token else "new", events.told(decoded.notices)

    async def resume(self, token: str, address: str) -> tuple[Held, Origin] | None:
        """The session with this token, which is this process's own from now on; None when there is
        none.

        Raises:
            BusyError: there is no room for another session.
        """
        here = self._held.get(token)
        if here is not None and await self._keeper.lost(token):
            self._give_up(here)
        data = None
        if token and token not in self._held:
            self._make_room(address)  # before the session is taken from a process that has it
            data = await self._keeper.take(token)
        here = self._held.get(token)  # meanwhile another connection may have brought it
        if here is not None:
            return here, "memory"
        if data is None:
            return None
        self._make_room(address)
        try:
            session = unpack(data, clock=self.clock, limits=self._limits)
        except SnapshotError as error:
            log.warning("a snapshot cannot be used, its page starts afresh: %s", error)
            return None
        return self._hold(token, session, address), "snapshot"

    def begin(self, spec: RunSpec, view: View, address: str) -> Held:
        """A new session with this experiment.

        Raises:
            BusyError: there is no room for it.
        """
        self._make_room(address)
        try:
            self._limits.room.check(spec)
        except RefusalError as error:
            raise BusyError(text_of(error)) from None
        session = Session(spec, view, clock=self.clock, limits=self._limits)
        return self._hold(secrets.token_urlsafe(16), session, address)

    def holds(self, held: Held) -> bool:
        """Whether a session is here still: not dropped, and taken over by no other process."""
        return self._held.get(held.token) is held

    async def remove(self, held: Held) -> None:
        """End a session for good: nothing of it is kept."""
        if held.client is not None:
            held.client.end(CloseCode.TAKEN_OVER, REMOVED)
        if self.holds(held):
            self._drop(held)
        await self._keeper.remove(held.token)

    def _hold(self, token: str, session: Session, address: str) -> Held:
        held = self._held[token] = Held(token, session, address, left_at=self.clock())
        return held

    def _make_room(self, address: str) -> None:
        """Drop sessions that nobody watches, the longest unwatched first, until one more fits."""
        everything = list(self._held.values())
        here = [held for held in everything if held.address == address]
        most, most_here = self._settings.max_sessions, self._settings.max_sessions_per_address
        for group, limit, form in (
            (
                here,
                most_here,
                template(
                    "The server has {limit} sessions from this address, as many as it takes; try"
                    " again later."
                ),
            ),
            (
                everything,
                most,
                template("The server is full, with {limit} sessions; try again later."),
            ),
        ):
            share = math.ceil(limit / self._settings.workers)  # pages come to the workers evenly
            group = [held for held in group if held.token in self._held]
            idle = sorted((h for h in group if h.idle), key=lambda h: h.left_at)
            surplus = len(group) - share + 1
            if surplus > len(idle):
                raise BusyError(Text(form, limit=limit))
            for held in idle[: max(surplus, 0)]:
                self._drop(held)

    def _drop(self, held: Held) -> None:
        """Hold a session no more; its snapshot stays."""
        del self._held[held.token]
        self._keeper.forget(held.token)

    def _give_up(self, held: Held) -> None:
        """Another process has taken a session over; it is not held here any more."""
        if self._held.get(held.token) is held:
            self._drop(held)
        if held.client is not None:
            held.client.end(CloseCode.TAKEN_OVER, ELSEWHERE)

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
        self.keep(held)

    # --- snapshots and expiry --------------------------------------------------------------------

    def _changed(self, held: Held) -> bytes | None:
        """The snapshot of a session that is not in the store as it is now."""
        state = (held.session.training.changes, held.session.commands)
        if not self._keeper.enabled or state == held.kept:
            return None
        held.kept = state
        data = pack(held.session)
        held.fits = self._keeper.fits(data)
        return data if held.fits else None

    def _write(self, group: Sequence[Held]) -> Future[Round]:
        """Hand over what has changed of a group, and have the store looked at for the rest."""
        changed = [(held, data) for held in group if (data := self._changed(held)) is not None]
        writing = {held.token: held for held, _ in changed}
        others = {held.token: held for held in group if held.token not in writing and held.fits}

        def done(result: Round) -> None:  # in the keeper's thread
            for token in result.failed:
                (writing.get(token) or others[token]).kept = None
            if writing:
                failed = len(writing.keys() & set(result.failed))
                lost = len(writing.keys() & set(result.lost))
                self.tally.wrote(len(writing) - failed - lost, failed, self.clock())

        return self._keeper.write([(held.token, data) for held, data in changed], [*others], done)

    def keep(self, held: Held) -> Future[Round]:
        """Write the snapshot of a session, if it has changed."""
        return self._write([held])

    def _groups(self) -> list[list[Held]]:
        """All sessions, as many together as are written together."""
        everything = list(self._held.values())
        size = max(AT_ONCE, math.ceil(len(everything) / MOST_GROUPS))
        return [everything[at : at + size] for at in range(0, len(everything), size)]

    def expire(self) -> None:
        """Drop sessions whose page has been gone for too long; their snapshots stay."""
        limit = self.clock() - self._settings.session_linger
        for held in list(self._held.values()):
            if held.idle and held.left_at < limit:
                self._drop(held)

    async def keep_all(self, within: float = 0.0) -> None:
        """Write the snapshot of every session that has changed, and give up those that another
        process has taken over; a few at a time, evenly over so many seconds, or more of them.
        """
        groups, began = self._groups(), self.clock()
        for number, everyone in enumerate(groups, 1):
            group = [held for held in everyone if self._held.get(held.token) is held]
            before = time.thread_time()
            writing = self._write(group)
            effort = time.thread_time() - before
            result = await asyncio.shield(asyncio.wrap_future(writing))
            for held in group:
                if held.token in result.lost:
                    self._give_up(held)
            due = began + within * number / len(groups)
            pause = max(due - self.clock(), (effort + result.effort) / KEEPING)
            await asyncio.sleep(pause)

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
            if self.clock() >= next_look:
                next_look = self.clock() + EXPIRE_EVERY
                await self._keeper.expire()
            await self.keep_all(self._settings.snapshot_interval)
            await asyncio.sleep(max(0.0, due - self.clock()))

    # --- life -------------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["SessionStore"]:
        """Sessions train and are kept within this block; at its end everybody is told to go."""
        sys.setswitchinterval(SWITCHING)
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
                await self._keeper.close()

    async def stop(self) -> None:
        """Tell every page that the server stops, and wait until they are gone. Can be repeated."""
        self._stopping = True
        for client in list(self._clients):
            _say_goodbye(client)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LEAVE_WITHIN):
                await self._empty.wait()
        for group in self._groups():
            self._write(group)
        await self._keeper.finished()


def _say_goodbye(client: Client) -> None:
    text = Text("The server is stopping. This page resumes by itself when it is back.")
    client.event(NoticeEvent(notices=[Notice(code="server_stopping", text=text)]))
    client.end(CloseCode.STOPPING, text)
