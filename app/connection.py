"""A connection: joins one websocket to one session, with a receive loop and a send loop.

Both loops live in one task group, so that a page that has gone is noticed by the one and ends the
other. Every message that comes in ends in an effect, in an `ErrorEvent`, or in a close code with a
reason (`app.errors.CloseCode`); none ends in a traceback.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable

from starlette.types import Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from app import frames
from app.effort import Effort
from app.errors import CloseCode
from app.i18n import available, choose, language_of
from app.protocol import (
    VERSION,
    Ack,
    AnyCommand,
    AnyEvent,
    CommandError,
    ErrorEvent,
    Export,
    Hello,
    Ping,
    Pong,
    Save,
    Watch,
    Welcome,
    decode_command,
    read_ack,
)
from app.refusals import close_reason
from app.sessions import BusyError, Held, SessionStore
from app.settings import Settings
from app.stream import Stream
from app.traffic import network
from app.translation import speech, translate
from app.transport import RefusalError
from app.watching import Watching
from app.websocket import SOCKET, PageSocket
from engine.fields import SpecError
from engine.text import Text, text_of

log = logging.getLogger(__name__)

QUEUE = 64
"""Events that may wait for a slow page."""
MOST_WAITING = 1_000_000
"""Characters that wait for a page from which on no files are made for it: one with all that may be
in it has as many, and a page that asks for them and reads none would fill the memory."""


class EndedError(Exception):
    """The connection is to be closed, or is closed already when there is no code."""

    def __init__(self, code: CloseCode | None = None, reason: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class TokenBucket:
    """A limit on messages: so many per second in the long run, so many at once.

    It goes into debt: a page that goes on sending while it is refused has used up its patience
    when the debt is as large as the bucket.
    """

    def __init__(self, rate: float, burst: float, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._tokens = burst
        self._since = clock()

    def take(self) -> bool:
        """Use a token; False when there was none.

        Raises:
            EndedError: that has happened too often.
        """
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._since) * self._rate) - 1
        self._since = now
        if self._tokens < -self._burst:
            raise EndedError(
                CloseCode.POLICY,
                Text(
                    "More than {rate:g} messages per second.",
                    rate=self._rate,
                ),
            )
        return self._tokens >= 0


class Connection:
    """One websocket. It is the outbox of its session and a client of the store.

    Once it is open, messages go to the server without a detour through Starlette, and frames and
    acknowledgements without one through the tasks of the connection.
    """

    def __init__(self, websocket: WebSocket, store: SessionStore, settings: Settings) -> None:
        self._websocket = websocket
        self._socket: PageSocket | None = websocket.scope.get("extensions", {}).get(SOCKET)
        self._transmit: Send = self._socket.send if self._socket else websocket.send
        self._sending_since: float | None = None
        self._heard_at: float | None = None
        """When the first command came whose answer is not sent yet."""
        self._store = store
        self._settings = settings
        self._bucket = TokenBucket(settings.message_rate, settings.message_burst, store.clock)
        self._effort = Effort(store.clock)
        self._events: deque[str | bytes] = deque()
        self._frame: bytes | None = None
        self._wake = asyncio.Event()
        self._ended: EndedError | None = None
        self._held: Held | None = None
        self._stream: Stream | None = None
        self.language = language_of(websocket)
        """In which the page is told things: that of its hello, and before it of its browser."""

    # --- what the session, its stream and the store say ------------------------------------------

    def event(self, event: AnyEvent) -> None:
        """Queue an event."""
        self._queue(event.model_dump_json(context=speech(self.language)))

    def points(self) -> None:
        """Queue the data points."""
        assert self._held is not None
        self._queue(frames.points(self._held.session))

    def _queue(self, message: str | bytes) -> None:
        if self._ended is not None:
            return
        if len(self._events) >= QUEUE:
            self._events.clear()
            self.end(CloseCode.BUSY, Text("The page is too slow: too many messages wait for it."))
            return
        self._events.append(message)
        self._wake.set()

    def _send_frame(self, frame: bytes) -> None:
        """Send it, at once where nothing is to go before it."""
        assert self._stream is not None
        idle = not self._events and self._sending_since is None and self._ended is None
        if idle and self._socket is not None and self._socket.write(frame):
            self._stream.blocked = False
        else:
            self._frame = frame
            self._wake.set()

    def end(self, code: CloseCode, reason: str) -> None:
        """Close, after the events that wait."""
        if self._ended is None:
            self._ended = EndedError(code, reason)
            self._wake.set()

    def wake(self) -> None:
        """A request has told the session to do something."""
        if self._stream is not None:
            self._store.scheduler.wake(self._stream)

    def _fail(self) -> None:
        self.end(CloseCode.INTERNAL, Text("The session has failed; please reload the page."))

    # --- its life ---------------------------------------------------------------------------------

    async def run(self) -> None:
        """Serve until the page goes or the connection must end."""
        ended = EndedError(CloseCode.STOPPING, Text("The server is stopping."))
        try:
            self._store.join(self)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._send())
                group.create_task(self._receive())
                group.create_task(self._watch_sending())
        except* EndedError as errors:
            ended = next(error for error in errors.exceptions if isinstance(error, EndedError))
        except* Exception:
            log.exception("a connection failed")
            ended = EndedError(
                CloseCode.INTERNAL, Text("The server failed; please reload the page.")
            )
        finally:
            if self._socket is not None:
                self._socket.hear = None
            if self._stream is not None:
                self._store.scheduler.remove(self._stream)
            self._store.leave(self, self._held)
            await self._close(ended)

    async def _close(self, ended: EndedError) -> None:
        if ended.code is not None:
            reason = translate(ended.reason, self.language)
            with contextlib.suppress(WebSocketDisconnect, RuntimeError, OSError, TimeoutError):
                async with asyncio.timeout(self._settings.send_timeout):
                    await self._websocket.close(int(ended.code), close_reason(reason))

    async def _send(self) -> None:
        """Events in order, then the frame; a frame that no longer fits is never made (`Stream`)."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._events:
                await self._put(self._events.popleft())
            if self._heard_at is not None:
                self._store.tally.answer(self._store.clock() - self._heard_at)
                self._heard_at = None
            if self._ended is not None:
                raise self._ended
            if self._frame is not None:
                frame, self._frame = self._frame, None
                await self._put(frame)
                self._wake.set()  # events may have come meanwhile
                if self._stream is not None and self._frame is None:
                    self._stream.blocked = False
                    self._store.scheduler.drawn(self._stream)

    async def _put(self, message: str | bytes) -> None:
        self._sending_since = self._store.clock()
        kind = "text" if isinstance(message, str) else "bytes"
        try:
            await self._transmit({"type": "websocket.send", kind: message})
        except (WebSocketDisconnect, RuntimeError, OSError):
            raise EndedError from None
        self._sending_since = None

    async def _watch_sending(self) -> None:
        """End the connection when a message waits for the page too long. One task that looks now
        and then costs less than a time limit for each message.
        """
        limit = self._settings.send_timeout
        while True:
            since, now = self._sending_since, self._store.clock()
            waits = 0.0 if since is None else now - since
            if waits >= limit:
                raise EndedError(CloseCode.BUSY, Text("The page takes no data."))
            await asyncio.sleep(limit - waits)

    # --- what the page says -----------------------------------------------------------------------

    async def _receive(self) -> None:
        try:
            async with asyncio.timeout(self._settings.hello_timeout):
                text = await self._text()
        except TimeoutError:
            raise EndedError(CloseCode.NO_HELLO, Text("No hello came in time.")) from None
        async with self._store.door:
            started = self._store.clock()
            await self._greet(text)
            await asyncio.sleep(self._store.arrivals.arrival(self._store.clock() - started))
        while self._ended is None:
            text = await self._text()
            if not self._acknowledge(text.encode()):
                heard_at = self._store.clock()
                self._hear(text)
                if not self._events:  # nothing is to be said of it
                    self._store.tally.answer(self._store.clock() - heard_at)
                elif self._heard_at is None:
                    self._heard_at = heard_at
                spent = self._store.clock() - heard_at
                # Of 0 at least: a message that is here already is received without a pause.
                await asyncio.sleep(self._effort.command(spent, len(self._store.scheduler)))

    async def _text(self) -> str:
        """The next text message."""
        try:
            message = await self._websocket.receive()
        except RuntimeError:  # it is closed already
            raise EndedError from None
        if message["type"] != "websocket.receive":
            raise EndedError
        text = message.get("text")
        if text is None:
            raise EndedError(CloseCode.UNSUPPORTED_DATA, Text("Only text messages are understood."))
        if len(text) > self._settings.message_bytes:
            raise EndedError(CloseCode.TOO_BIG, Text("The message is too long."))
        assert isinstance(text, str)
        return text

    async def _greet(self, text: str) -> None:
        """Answer the first message, which must be a hello, and join a session."""
        try:
            hello = decode_command(text)
            if not isinstance(hello, Hello):
                raise CommandError(
                    Text(
                        "type: got {type!r}, expected 'hello' at first",
                        type=hello.type,
                    )
                )
        except CommandError as error:
            self.event(ErrorEvent(code="no_hello", message=text_of(error), id=error.id))
            self.end(CloseCode.NO_HELLO, Text("The first message must be a hello."))
            return
        self.language = choose(hello.language, "", available())
        if hello.protocol != VERSION:
            reason = Text(
                "The page speaks version {page} of the protocol, the server {server}; please"
                " reload the page.",
                page=hello.protocol,
                server=VERSION,
            )
            self.event(ErrorEvent(code="protocol_version", message=reason, id=hello.id))
            self.end(CloseCode.PROTOCOL_VERSION, reason)
            return
        address = network(self._websocket.client.host if self._websocket.client else "")
        try:
            held, origin, notices = await self._store.enter(hello, self, address)
        except BusyError as error:
            self._store.tally.refuse("session")
            self.event(ErrorEvent(code="busy", message=text_of(error), id=hello.id))
            self.end(CloseCode.BUSY, text_of(error))
            return
        self._held, session = held, held.session
        self._stream = Stream(
            session,
            frames.FrameMaker(),
            resolution=self._store.resolution,
            frame_rate=self._settings.frame_rate,
            most_in_flight=self._settings.frames_in_flight,
            send=self._send_frame,
            on_failure=self._fail,
            watching=Watching(session, clock=self._store.clock, tell=self.event),
            tally=self._store.tally,
        )
        self.event(Welcome(protocol=VERSION, token=held.token, resumed=origin))
        session.outbox = self
        session.introduce(notices)
        self._store.scheduler.add(self._stream)
        if self._socket is not None:
            self._socket.hear = self._acknowledge

    def _acknowledge(self, text: bytes) -> bool:
        """Whether this says that a frame under way has been drawn, as the page writes it; most
        messages do, and they are bounded by the frames that were sent.
        """
        ack = read_ack(text)
        if ack is None or self._stream is None or not self._stream.acknowledge(*ack):
            return False
        self._store.scheduler.drawn(self._stream)
        return True

    def _hear(self, text: str) -> None:
        """Follow one message, or answer what is wrong with it."""
        assert self._held is not None
        assert self._stream is not None
        number = None
        try:
            command = decode_command(text)
            number = command.id
            if isinstance(command, Ack) and self._stream.acknowledge(command.seq, command.early):
                self._store.scheduler.drawn(self._stream)
                return
            self._follow(command)
        except CommandError as error:
            self._store.tally.refuse("command")
            self._bucket.take()
            self.event(ErrorEvent(code="invalid", message=text_of(error), id=number or error.id))
        except SpecError as error:
            self._store.tally.refuse("experiment")
            self.event(ErrorEvent(code="experiment", message=text_of(error), id=number))
        except RefusalError as error:
            self.event(ErrorEvent(code="refused", message=text_of(error), id=number))
        except EndedError:
            raise
        except Exception:
            log.exception("a command failed")
            failed = Text("The server failed at this. The failure has been logged.")
            self.event(ErrorEvent(code="internal", message=failed, id=number))
            self._fail()

    def _follow(self, command: AnyCommand) -> None:
        assert self._held is not None
        assert self._stream is not None
        if not self._bucket.take():
            self._store.tally.refuse("message rate")
            rate = self._settings.message_rate
            raise RefusalError(
                Text(
                    "Too many messages; send at most {rate:g} per second.",
                    rate=rate,
                )
            )
        if isinstance(command, Ack):
            return  # of a frame of an older run
        if isinstance(command, Export | Save) and sum(map(len, self._events)) > MOST_WAITING:
            raise RefusalError(
                Text("The files asked for before are still on their way; wait for them.")
            )
        if isinstance(command, Ping):
            resting = not self._held.session.training.busy
            self.event(Pong(id=command.id, frame=self._stream.shown_by, resting=resting))
            return
        if isinstance(command, Watch):
            assert self._stream.watching is not None
            self._stream.watching.watch(command.diagnostics)
        else:
            self._held.session.handle(command)
        self._store.scheduler.wake(self._stream)


async def serve(websocket: WebSocket, store: SessionStore, settings: Settings) -> None:
    """The endpoint `/ws`."""
    await websocket.accept()
    await Connection(websocket, store, settings).run()
