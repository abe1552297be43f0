"""A client: a session of a running server, from Python.

    with connect("http://127.0.0.1:8000") as session:
        session.configure(dataset=Spiral(), learning_rate=0.1)
        frame = session.train(epochs=200)
        print(frame.epoch, frame.header.loss, frame.outputs.shape)

It is what a page is: one websocket, over which commands go and frames come. Every command of the
protocol is a method of its name. It returns when the server has followed it and `Session.frame`
shows what it did, and raises `RefusedError` when the server refuses it.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Annotated, Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field, TypeAdapter
from websockets.exceptions import ConnectionClosed, InvalidHandshake, WebSocketException
from websockets.sync.client import ClientConnection
from websockets.sync.client import connect as open_websocket

from app import protocol
from app.binary import decode_binary
from app.calls import COMMANDS, call
from app.decoding import Frame, FrameReader, Points, read_points
from app.errors import PlaygroundError
from app.protocol import AnyEvent, Command, Message
from engine.fields import Record
from engine.spec import RunSpec

LARGEST = 16_000_000
"""Bytes of a message."""
ASK_EVERY = 0.1
"""Seconds between two questions whether the session rests, while it is waited for."""
MESSAGES, PER = 80, 2.0
"""Most messages in so many seconds: less than a server accepts if nothing else is set."""

_EVENTS: TypeAdapter[AnyEvent] = TypeAdapter(Annotated[AnyEvent, Field(discriminator="type")])


class ClientError(PlaygroundError):
    """The server cannot be reached, or has ended the connection."""


class RefusedError(ClientError):
    """The server has refused a command, and nothing has changed."""


def connect(
    url: str,
    *,
    hash: str = "",
    token: str | None = None,
    access_token: str | None = None,
    timeout: float = 30.0,
) -> "Session":
    """A session of the server at this address: a new one with the experiment of a link, or the one
    with this token, which goes on where it was.

    Args:
        url: that of the page, such as http://127.0.0.1:8000.
        hash: the experiment, as in the address of the page.
        token: `Session.token` of an earlier connection. A page that has the session is told.
        access_token: what the server asks for, where it asks for one.
        timeout: seconds in which the server must say something when it is asked.

    Raises:
        ClientError: there is no such server, or it does not let us in.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ClientError(f"Got {url!r:.100}, expected an address such as http://127.0.0.1:8000.")
    scheme = {"http": "ws", "https": "wss"}[parts.scheme]
    address = urlunsplit((scheme, parts.netloc, f"{parts.path.rstrip('/')}/ws", "", ""))
    headers = {"Authorization": f"Bearer {access_token}"} if access_token else {}
    opened = ExitStack()
    try:
        websocket = opened.enter_context(
            open_websocket(
                address,
                additional_headers=headers,
                compression=None,
                max_size=LARGEST,
                open_timeout=timeout,
                close_timeout=1,
            )
        )
    except (OSError, WebSocketException, TimeoutError) as error:
        what = "refuses" if isinstance(error, InvalidHandshake) else "does not answer"
        raise ClientError(f"The server at {url} {what}: {error}.") from None
    session = Session(websocket, opened, timeout)
    try:
        session._enter(hash, token)
    except BaseException:
        session.close()
        raise
    return session


class Session:
    """A session of a server. It is a context manager: at the end of the block the connection is
    closed, and the session waits for whoever comes with its token."""

    token: str
    """Secret of the session, with which it can be resumed."""
    resumed: str
    """Where it came from: `new`, `memory`, `snapshot`, or `expired` when there was none."""
    experiment: protocol.ExperimentEvent
    status: protocol.StatusEvent
    history: protocol.HistoryEvent
    """The losses up to the last rebuild or the beginning of the connection."""
    deaths: protocol.DeathsEvent
    points: Points
    frame: Frame
    """The network as it was when the server was last heard."""
    notices: list[protocol.Notice]
    """What the server said that is not an answer to a command, the last first."""
    diagnostics: dict[str, protocol.DiagnosticEvent]
    """The last measurement of each that the command `watch` asked for, by kind."""

    def __init__(self, websocket: ClientConnection, opened: ExitStack, timeout: float) -> None:
        self._websocket = websocket
        self._opened = opened
        self._timeout = timeout
        self._number = 0
        self._pong: protocol.Pong | None = None  # the last one
        self._sent: deque[float] = deque(maxlen=MESSAGES)
        self._reader = FrameReader()
        self.notices, self.diagnostics = [], {}

    # --- commands ---------------------------------------------------------------------------------

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """The command of this name, as a function of its fields. It gives the event that answers
        it, where there is one (`exported` for `export`), otherwise None."""
        if name not in COMMANDS:
            raise AttributeError(
                f"a session has no {name!r}; its commands are {', '.join(COMMANDS)}"
            )
        return call(name, self._do)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *COMMANDS]

    def configure(self, *, view: Mapping[str, Any] | None = None, **changes: Any) -> None:
        """Change fields of the experiment by name; components are those of the engine, or dicts."""
        plain = {name: _plain(value) for name, value in changes.items()}
        self._do(protocol.Configure(changes=plain, view=dict(view or {})))

    def train(self, epochs: int) -> Frame:
        """Train for so many epochs as fast as possible, and wait for the end; the frame then. It is
        an earlier one when the run diverges (`status.divergence`).
        """
        self._do(protocol.Step(epochs=epochs))
        for _ in self.frames():
            pass
        return self.frame

    def frames(self) -> Iterator[Frame]:
        """Frames as they come, one at least, until the session rests: the last one shows it then.

        The next one is asked for when one has been used, so who is slow gets fewer.
        """
        is_shown, asked, due = False, self._ask(), time.monotonic() + ASK_EVERY
        while not self._shows_rest(asked):
            is_waiting = self._pong is None or (self._pong.id or 0) < asked or self._pong.resting
            heard = self._hear(None if is_waiting else due - time.monotonic())
            if isinstance(heard, Frame):
                is_shown = True
                yield heard
            if not is_waiting and time.monotonic() >= due:
                asked, due = self._ask(), time.monotonic() + ASK_EVERY
        if not is_shown:
            yield self.frame

    def _shows_rest(self, asked: int) -> bool:
        """Whether the session rested when this was asked, or later, and the frame is of then."""
        pong = self._pong
        if pong is None or (pong.id or 0) < asked or not pong.resting:
            return False
        return self.frame.header.seq >= pong.frame

    @property
    def spec(self) -> RunSpec:
        """The experiment as a value of the engine."""
        return RunSpec.from_dict(self.experiment.spec)

    # --- the connection ---------------------------------------------------------------------------

    def __enter__(self) -> "Session":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._opened.close()

    def _enter(self, hash: str, token: str | None) -> None:
        self._send(protocol.Hello(protocol=protocol.VERSION, hash=hash, token=token))
        while not (hasattr(self, "token") and "frame" in vars(self)):
            if isinstance(heard := self._hear(), protocol.ErrorEvent):
                raise ClientError(heard.message)

    def _do(self, command: Command) -> AnyEvent | None:
        """Have a command followed, and hear of its effects; the event that answers it."""
        numbers = [self._send(command), self._ask(), None]
        refusal: protocol.ErrorEvent | None = None
        answer: AnyEvent | None = None
        heard: object = None
        while not (isinstance(heard, protocol.Pong) and heard.id == numbers[1]):
            heard = self._hear()
            if isinstance(heard, protocol.ErrorEvent) and heard.id in numbers:
                refusal = heard
                if heard.id == numbers[1]:  # that is no pong, then
                    break
            elif isinstance(heard, Message) and getattr(heard, "id", None) == numbers[0]:
                answer = heard
        if refusal is not None:
            raise RefusedError(refusal.message)
        assert isinstance(heard, protocol.Pong)
        while self.frame.header.seq < heard.frame:
            self._hear()
        return answer

    def _ask(self) -> int:
        """Ask where the session is; the number of the question."""
        return self._send(protocol.Ping())

    def _send(self, command: Command) -> int:
        """Send a command, not faster than the server accepts them; its number."""
        self._number += 1
        if len(self._sent) == MESSAGES:
            time.sleep(max(0.0, self._sent[0] + PER - time.monotonic()))
        self._sent.append(time.monotonic())
        numbered = command.model_copy(update={"id": self._number})
        self._write(numbered.model_dump_json(by_alias=True))
        return self._number

    def _write(self, text: str) -> None:
        try:
            self._websocket.send(text)
        except ConnectionClosed as error:
            raise _ended(error) from None

    def _hear(self, within: float | None = None) -> AnyEvent | Frame | Points | None:
        """The next thing that the server says, which is kept as well; None when it says nothing
        within so many seconds."""
        seconds = self._timeout if within is None else max(0.0, within)
        try:
            message = self._websocket.recv(timeout=seconds)
        except TimeoutError:
            if within is not None:
                return None
            raise ClientError(f"The server said nothing for {self._timeout:g} s.") from None
        except ConnectionClosed as error:
            raise _ended(error) from None
        if isinstance(message, str):
            event = _EVENTS.validate_json(message)
            self._keep(event)
            return event
        kind = decode_binary(message)[0].get("type")
        if kind == "points":
            self.points = read_points(message)
            return self.points
        self.frame = self._reader.read(message)
        self._write(f'{{"type":"ack","seq":{self.frame.header.seq}}}')
        return self.frame

    def _keep(self, event: AnyEvent) -> None:
        match event:
            case protocol.Welcome():
                self.token, self.resumed = event.token, event.resumed
            case protocol.Pong():
                self._pong = event
            case protocol.NoticeEvent():
                self.notices = [*reversed(event.notices), *self.notices]
            case protocol.DiagnosticEvent():
                self.diagnostics[event.diagnostic["kind"]] = event
            case (
                protocol.ExperimentEvent()
                | protocol.StatusEvent()
                | protocol.HistoryEvent()
                | protocol.DeathsEvent()
            ):
                setattr(self, event.type, event)


def _ended(error: ConnectionClosed) -> ClientError:
    """Why a connection is at its end, in the server's words where it says so."""
    reason = error.rcvd.reason if error.rcvd is not None else ""
    return ClientError(f"The connection has ended: {reason or 'the server says no reason'}")


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value
