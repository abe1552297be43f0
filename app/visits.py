"""Visits: requests that look at a session, or tell it what to do, and do not stay.

A page watches its session: it is connected, gets frames, and while it is there the session trains.
A request comes with the session's token, is answered and goes. Both may have the same session at
the same time, and then the page sees what requests do. Without a page, a session trains as long as
a request waits for it, and no longer.

A process that has not got the session takes it over from the store, as it does for a page that
comes to another process. What a request has changed is in the store before the answer is sent, so
the next one goes on from there, whichever process it comes to.
"""

import asyncio
import contextlib
import math
import re
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterator, Sequence
from typing import Any

from app.effort import Effort
from app.errors import AnswerError
from app.protocol import AnyCommand, AnyEvent, CommandError, View
from app.session import Outbox, Session
from app.sessions import BusyError, Held, SessionStore
from app.settings import Settings
from app.tally import Tally
from app.traffic import Excess, Meter, Traffic, network
from app.transport import RefusalError
from engine.fields import SpecError
from engine.spec import RunSpec
from engine.text import Text, text_of

TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
IN_LINE = 8
"""Requests for one session that may wait for their turn."""
LOOKS = (0.005, 0.1)
"""Seconds between two looks at a session that is waited for: at first, and at most."""


class Runner:
    """What the scheduler runs for a session that is waited for: its training, and no frames."""

    def __init__(self, session: Session, tally: Tally) -> None:
        self.failed = False
        self._training = session.training
        self._tally = tally

    def frame_due(self, now: float) -> float | None:
        """Nobody looks."""
        return None

    def make_frame(self, now: float) -> None:
        """Is never asked for."""

    def training_due(self, now: float) -> float | None:
        """When the session trains next, None while it does not."""
        return self._training.due(now)

    def train(self, seconds: float) -> None:
        """Let the session train."""
        before = self._training.trainer.steps
        self._training.train(seconds)
        trained = self._training.trainer.steps - before
        self._tally.epochs += trained / self._training.epoch_steps

    def crew(self, now: float) -> Hashable | None:
        """It trains alone: for a moment, a page that comes may have the session run as well."""
        return None

    def train_with(self, mates: Sequence[Any]) -> Sequence[float]:
        """Is never asked for."""
        raise NotImplementedError

    def fail(self, error: Exception) -> None:
        """Whoever waits is told."""
        self.failed = True


class Overheard:
    """An outbox that passes everything on, and remembers what was said."""

    def __init__(self, outbox: Outbox) -> None:
        self.heard: list[AnyEvent] = []
        self._outbox = outbox

    def event(self, event: AnyEvent) -> None:
        """Something is said."""
        self.heard.append(event)
        self._outbox.event(event)

    def points(self) -> None:
        """The data points are others now."""
        self._outbox.points()


class Line:
    """The requests for one session: one works after the other, and some wait for its training."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.turn = asyncio.Lock()
        self.length = 0
        self.effort = Effort(clock)
        self.waiting = 0
        self.runner: Runner | None = None


class Visits:
    """What requests may do with the sessions of this process."""

    def __init__(self, store: SessionStore, settings: Settings, traffic: Traffic) -> None:
        self._store = store
        self._tally = store.tally
        self._pages = traffic.pages
        self._commands = Meter(settings.message_rate, settings.message_burst, store.clock)
        self._lines: weakref.WeakKeyDictionary[Held, Line] = weakref.WeakKeyDictionary()

    # --- coming and going -------------------------------------------------------------------------

    async def begin(self, spec: RunSpec, view: View, address: str) -> Held:
        """A new session.

        Raises:
            AnswerError: there is no room for it, or too many were begun.
        """
        self._tally.visits += 1
        self._count(address)
        async with self._arrival():
            return self._store.begin(spec, view, network(address))

    @contextlib.asynccontextmanager
    async def visit(self, token: str | None, address: str) -> AsyncIterator[Held]:
        """The session with this token, kept here within the block.

        Raises:
            AnswerError: there is none, or no room for it.
        """
        self._tally.visits += 1
        held = await self._find(token, address)
        held.requests += 1
        try:
            yield held
        finally:
            held.requests -= 1
            held.left_at = self._store.clock()

    async def _find(self, token: str | None, address: str) -> Held:
        if token is None:
            raise AnswerError(
                401,
                Text(
                    "Got no session token, expected one in the header Session-Token; POST"
                    " /api/sessions begins a session and gives it."
                ),
                {"WWW-Authenticate": "Session-Token"},
            )
        found = None
        if token in self._store:
            with self._room():
                found = await self._store.resume(token, network(address))
        elif TOKEN.fullmatch(token):  # looked for and built anew, as for a page that comes back
            self._count(address)
            async with self._arrival():
                found = await self._store.resume(token, network(address))
        if found is None:
            self._tally.refuse("session token")
            raise AnswerError(
                401,
                Text(
                    "There is no session with this token: it was removed, or has not been used"
                    " for a day. POST /api/sessions begins another one."
                ),
                {"WWW-Authenticate": "Session-Token"},
            )
        return found[0]

    @contextlib.asynccontextmanager
    async def _arrival(self) -> AsyncIterator[None]:
        """Sessions come in one at a time, like pages, and leave time for the others."""
        store = self._store
        async with store.door:
            started = store.clock()
            try:
                with self._room():
                    yield
            finally:
                await asyncio.sleep(store.arrivals.arrival(store.clock() - started))

    @contextlib.contextmanager
    def _room(self) -> Iterator[None]:
        """Answers for a server that is full."""
        try:
            yield
        except BusyError as error:
            self._tally.refuse("session")
            raise AnswerError(503, text_of(error), {"Retry-After": "5"}) from None

    def _count(self, address: str) -> None:
        if excess := self._pages.take(address):
            self._tally.refuse("pages")
            raise _too_many(excess)

    async def remove(self, held: Held) -> None:
        """End a session for good."""
        await self._store.remove(held)

    async def keep(self, held: Held) -> None:
        """Have a session in the store as it is now."""
        if not self._store.holds(held):
            raise AnswerError(
                409,
                Text(
                    "Another process of the server has taken this session over meanwhile, for"
                    " another request or a page; ask again."
                ),
            )
        await asyncio.wrap_future(self._store.keep(held))

    # --- while it is there ------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def turn(self, held: Held) -> AsyncIterator[None]:
        """Requests of one session work one after the other, and leave time for other sessions.

        Raises:
            AnswerError: too many wait already.
        """
        line = self._line(held)
        if line.length >= IN_LINE:
            self._tally.refuse("requests")
            raise AnswerError(
                429,
                Text(
                    "More than {in_line} requests for this session at a time; wait for their"
                    " answers.",
                    in_line=IN_LINE,
                ),
                {"Retry-After": "1"},
            )
        line.length += 1
        try:
            async with line.turn:
                began = self._store.clock()
                try:
                    yield
                finally:
                    await self._pay(line, began)
        finally:
            line.length -= 1

    async def _pay(self, line: Line, began: float) -> None:
        spent = self._store.clock() - began
        await asyncio.sleep(line.effort.command(spent, len(self._store.scheduler)))

    async def follow(self, held: Held, commands: Sequence[AnyCommand]) -> list[AnyEvent]:
        """Have the session follow commands, and what it says to them.

        Raises:
            AnswerError: one of them cannot be followed; those before it have been.
        """
        said: list[AnyEvent] = []
        for number, command in enumerate(commands, 1):
            async with self.turn(held):
                try:
                    said += self._follow(held, command)
                except AnswerError as error:
                    if len(commands) == 1:
                        raise
                    raise AnswerError(
                        error.status,
                        _which(text_of(error), number, len(commands), command.type),
                        error.headers,
                    ) from None
        return said

    def _follow(self, held: Held, command: AnyCommand) -> list[AnyEvent]:
        if wait := self._commands.wait(held.token):
            self._tally.refuse("message rate")
            raise _too_many(Excess(429, Text("commands for a session"), self._commands.rate, wait))
        self._commands.count(held.token)
        session, began = held.session, self._store.clock()
        session.outbox = overheard = Overheard(outbox := session.outbox)
        try:
            # Numbers are those of the page, which marks by them what it sends again.
            session.handle(command.model_copy(update={"id": None, "again": False}))
        except RefusalError as error:
            raise AnswerError(409, text_of(error)) from None
        except CommandError as error:
            self._tally.refuse("command")
            raise AnswerError(400, text_of(error)) from None
        except SpecError as error:
            self._tally.refuse("experiment")
            raise AnswerError(400, text_of(error)) from None
        finally:
            session.outbox = outbox
            self._wake(held)
            self._tally.answer(self._store.clock() - began)
        return overheard.heard

    async def rest(
        self, held: Held, seconds: float, has_gone: Callable[[], Awaitable[bool]]
    ) -> None:
        """Let a session train until it has nothing to do any more, or so many seconds are over, or
        nobody waits for the answer.

        Raises:
            AnswerError: it has failed.
        """
        store, line, training = self._store, self._line(held), held.session.training
        end, (pause, longest) = store.clock() + seconds, LOOKS
        line.waiting += 1
        try:
            while training.busy and store.holds(held) and not store.stopping:
                self._run(held, line)
                if line.runner is not None and line.runner.failed:
                    raise AnswerError(
                        500, Text("The session has failed, which was logged; reset it.")
                    )
                left = end - store.clock()
                if left <= 0 or await has_gone():
                    return
                await asyncio.sleep(min(pause, left))
                pause = min(1.5 * pause, longest)
        finally:
            line.waiting -= 1
            self._run(held, line)

    def _run(self, held: Held, line: Line) -> None:
        """Have the scheduler run the session while somebody waits and no page watches it."""
        scheduler, training = self._store.scheduler, held.session.training
        wanted = line.waiting > 0 and held.client is None and self._store.holds(held)
        if wanted and line.runner is None:
            training.transport.resume(self._store.clock())
            line.runner = Runner(held.session, self._tally)
            scheduler.add(line.runner)
        elif not wanted and line.runner is not None:
            scheduler.remove(line.runner)
            line.runner = None

    def _wake(self, held: Held) -> None:
        """The session may have something to do."""
        line = self._line(held)
        if held.client is not None:
            held.client.wake()
        if line.runner is not None:
            self._store.scheduler.wake(line.runner)

    def _line(self, held: Held) -> Line:
        return self._lines.setdefault(held, Line(self._store.clock))


def _which(error: str, number: int, of: int, kind: str) -> Text:
    if number == 1:
        return Text(
            "Command {number} of {of}, {kind}: {error}",
            number=number,
            of=of,
            kind=kind,
            error=error,
        )
    return Text(
        "Command {number} of {of}, {kind}: {error} Those before it were followed.",
        number=number,
        of=of,
        kind=kind,
        error=error,
    )


def _too_many(excess: Excess) -> AnswerError:
    seconds = str(max(1, math.ceil(excess.retry_after)))
    return AnswerError(excess.status, excess.text, {"Retry-After": seconds})
