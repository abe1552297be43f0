"""Who comes to a server in a soak: people, and pages that are slow, silent, hasty or broken.

A visitor comes, stays for a while and goes, and comes again, often with its token to go on where it
was. Whatever a person asks for is followed by a ping, which the server answers when it has followed
what came before: so an answer is awaited for every command.
"""

import asyncio
import contextlib
import json
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from app.protocol import VERSION
from bench.garbage import GARBAGE

ANSWER_WITHIN = 10.0
"""Seconds after which a command counts as unanswered."""
WELCOME_WITHIN = 30.0
STAYS = (4.0, 30.0)
"""Seconds, from and to."""
COMES_BACK = 0.6
"""With what chance a visitor that goes will go on where it was."""
DRAWS = 1 / 60
"""Seconds that a page takes at least to draw a frame."""

LINKS = (
    "",
    "#v=1&dataset=xor&layers=8:relu,8:relu&learning_rate=0.1",
    "#v=1&dataset=spiral&layers=8:tanh,8:tanh,8:tanh&features=x1,x2,x1^2,x2^2,x1x2,sin x1,sin x2",
    "#v=1&problem=regression&dataset=plane&layers=8:elu&optimizer=adam",
    "#v=1&problem=multiclass&classes=4&dataset=blobs&layers=6:gelu,6:gelu&samples=1000",
    "#v=1&layers=" + ",".join(["8:relu"] * 12) + "&batch_size=30",
    "#activation=relu&batchSize=10&dataset=gauss&regDataset=reg-plane&learningRate=0.03"
    "&networkShape=4,2&seed=0.5&noise=20",
)
_FRAME = re.compile(rb'"type":"frame","seq":(\d+)')
_EXPERIMENT = {"configure", "open", "reset", "reroll", "regenerate", "undo", "revive"}
"""Commands that are answered with an experiment, or an error."""
_COMMANDS: tuple[dict[str, Any], ...] = (
    {"type": "play"},
    {"type": "play"},
    {"type": "pause"},
    {"type": "step"},
    {"type": "speed", "epochs_per_second": 60},
    {"type": "speed", "epochs_per_second": 5000},
    {"type": "speed", "epochs_per_second": None},
    {"type": "run_until", "epoch": 5000},
    {"type": "run_until", "epoch": None},
    {"type": "edit", "layer": 0, "to": 0, "from": 0, "value": 0.5},
    {"type": "edit", "layer": 1, "to": 0, "from": None, "value": -0.5},
    {"type": "edit", "layer": 40, "to": 0, "from": None, "value": 1},
    {"type": "focus", "layer": 0, "unit": 1},
    {"type": "focus", "layer": None, "unit": None},
    {"type": "revive", "layer": 0, "unit": 0},
    {"type": "reset"},
    {"type": "reroll"},
    {"type": "regenerate"},
    {"type": "undo"},
    {"type": "configure", "changes": {"learning_rate": 0.1}},
    {"type": "configure", "changes": {"learning_rate": 30}},
    {"type": "configure", "changes": {"batch_size": 25}},
    {"type": "configure", "changes": {"noise": 30}, "view": {"discretize": True}},
    {"type": "configure", "changes": {"optimizer": {"kind": "adam"}}},
    {"type": "configure", "changes": {"samples": 1e9}},
    {"type": "watch", "diagnostics": [{"kind": "layer_health"}, {"kind": "advice"}]},
    {"type": "watch", "diagnostics": [{"kind": "hidden_space"}, {"kind": "gradients"}]},
    {"type": "watch", "diagnostics": []},
    *({"type": "open", "hash": link} for link in LINKS),
)


@dataclass
class Book:
    """What all visitors together have seen."""

    visits: int = 0
    frames: int = 0
    commands: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    closed: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    """Seconds until a command was answered, since this was last looked at."""
    failures: Counter[str] = field(default_factory=Counter)
    """What must not happen: commands without an answer, sessions that are lost, ..."""


class Visitor:
    """One that comes and goes until it is cancelled."""

    def __init__(self, port: int, book: Book, chance: random.Random) -> None:
        self._address = f"ws://127.0.0.1:{port}/ws"
        self.book = book
        self.chance = chance
        self.token: str | None = None
        self.asked = 0
        self.experiments = 0
        self._answered: dict[int, asyncio.Event] = {}

    async def run(self) -> None:
        """Come and go."""
        while True:
            try:
                async with self._connected() as websocket:
                    await self.stay(websocket, self.chance.uniform(*STAYS))
            except ConnectionClosed:
                pass
            except (OSError, InvalidHandshake) as error:  # of which a time that is out is one
                self.book.failures[f"no connection: {error!r}"] += 1
            if self.chance.random() > COMES_BACK:
                self.token = None
            await asyncio.sleep(self.chance.uniform(0, 1))

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[ClientConnection]:
        """A websocket that has been welcomed; half of them are left without a word."""
        options: dict[str, Any] = {"compression": None, "open_timeout": 30, "max_queue": 32}
        async with connect(self._address, **options) as websocket:
            hello = {"type": "hello", "protocol": VERSION, "token": self.token}
            await self.say(websocket, {**hello, "hash": self.chance.choice(LINKS)})
            async with asyncio.timeout(WELCOME_WITHIN):
                welcome = json.loads(await websocket.recv())
            if welcome.get("resumed") == "expired":
                self.book.failures["a session was lost"] += 1
            if welcome["type"] == "welcome":
                self.token = welcome["token"]
            self.book.visits += 1
            try:
                yield websocket
            finally:
                if websocket.close_code is not None:
                    self.book.closed[f"{websocket.close_code} {websocket.close_reason}"] += 1
                if self.chance.random() < 0.5:
                    websocket.transport.abort()

    async def say(self, websocket: ClientConnection, message: dict[str, Any]) -> None:
        """Send a command."""
        await websocket.send(json.dumps(message))

    async def stay(self, websocket: ClientConnection, seconds: float) -> None:
        """What it does here; a visitor just looks."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.look(websocket)

    async def look(self, websocket: ClientConnection) -> None:
        """Draw frames as they come, each in its time, and hear events."""
        async for message in websocket:
            seq = self.hear(message)
            if seq is not None:
                await asyncio.sleep(DRAWS)
                await self.say(websocket, {"type": "ack", "seq": seq})

    def hear(self, message: str | bytes) -> int | None:
        """Note what the server says; the number of a frame."""
        if isinstance(message, bytes):
            found = _FRAME.search(message, 0, 100)
            self.book.frames += found is not None
            return int(found[1]) if found else None
        if message.startswith('{"type":"pong"'):
            self._answered.pop(json.loads(message)["id"]).set()
        elif message.startswith('{"type":"experiment"'):
            self.experiments += 1
        elif message.startswith('{"type":"error"'):
            error = json.loads(message)
            self.experiments += 1
            self.book.refusals[error["code"]] += 1
            if error["code"] == "internal":
                self.book.failures[error["message"]] += 1
        return None

    async def ask(self, websocket: ClientConnection, command: dict[str, Any]) -> None:
        """Give a command, and wait until it is followed."""
        self.asked += 1
        number, before, experiments = self.asked, time.monotonic(), self.experiments
        answered = self._answered[number] = asyncio.Event()
        await self.say(websocket, {**command, "id": number})
        await self.say(websocket, {"type": "ping", "id": number})
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await answered.wait()
        except TimeoutError:
            if websocket.close_code is None:
                self.book.failures[f"{command['type']} was not answered"] += 1
            return
        kind = command["type"]
        if kind in _EXPERIMENT and self.experiments == experiments:
            self.book.failures[f"{kind} was answered with no experiment and no error"] += 1
        self.book.commands[kind] += 1
        self.book.slowest = max(self.book.slowest, time.monotonic() - before)


class Person(Visitor):
    """Plays, edits, changes settings, looks inside, makes mistakes."""

    async def stay(self, websocket: ClientConnection, seconds: float) -> None:
        self._answered.clear()
        looking = asyncio.create_task(self.look(websocket))
        try:
            async with asyncio.timeout(seconds):
                await self.ask(websocket, {"type": "play"})
                while not looking.done():
                    await self.ask(websocket, self.chance.choice(_COMMANDS))
                    await asyncio.sleep(self.chance.uniform(0.05, 1))
        except TimeoutError:
            pass
        finally:
            looking.cancel()
            await asyncio.wait([looking])
            if not looking.cancelled():
                looking.exception()  # the connection was closed, as is noted already


class Slow(Visitor):
    """Reads and draws one frame a second."""

    async def look(self, websocket: ClientConnection) -> None:
        await self.say(websocket, {"type": "play"})
        async for message in websocket:
            seq = self.hear(message)
            if seq is not None:
                await asyncio.sleep(1)
                await self.say(websocket, {"type": "ack", "seq": seq})


class Silent(Visitor):
    """Plays, and acknowledges nothing."""

    async def look(self, websocket: ClientConnection) -> None:
        await self.say(websocket, {"type": "play"})
        async for message in websocket:
            self.hear(message)


class Hasty(Visitor):
    """Sends many times more commands than the server accepts."""

    async def look(self, websocket: ClientConnection) -> None:
        while True:
            await self.say(websocket, {"type": "speed", "epochs_per_second": 60})
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.002):
                    self.hear(await websocket.recv())


class Broken(Visitor):
    """Sends garbage."""

    async def look(self, websocket: ClientConnection) -> None:
        while True:
            await websocket.send(self.chance.choice(GARBAGE))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.3):
                    while True:
                        self.hear(await websocket.recv())


OTHERS = (Slow, Silent, Hasty, Broken)
