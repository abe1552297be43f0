"""Two servers that share sessions through a store, behind a proxy: the topology of compose.yaml
without containers. Real processes, which end with the test that started them."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml  # type: ignore[import-untyped]
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

from app.protocol import VERSION
from app.settings import Settings
from engine import Adam, LayerSpec, RunSpec, Spiral, Trainer
from tests.app.doubles import Frame
from tests.app.live import ROOT, LiveServer, live_server, tied
from tests.app.redis_server import RedisServer, free_port, program, redis_server

PATIENCE = 15.0
RECOVERED_WITHIN = 3.0
"""Seconds until a page whose server was killed is shown frames again."""
OLDEST = 1.0
"""Seconds of training that such a page may lose."""

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
REPLICAS = ("replica-1", "replica-2")


class Page:
    """A page that plays: connects again whenever it must, acknowledges frames, remembers."""

    def __init__(self, port: int) -> None:
        self._address = f"ws://127.0.0.1:{port}/ws"
        self._websocket: ClientConnection | None = None
        self._open = contextlib.ExitStack()
        self.token: str | None = None
        self.resumed = ""
        self.status: dict[str, Any] = {}
        self.experiment: dict[str, Any] = {}
        self.history: dict[str, Any] = {}
        self.frame: Frame | None = None
        self.epochs: list[tuple[float, int]] = []
        """When which epoch was first seen on this connection."""

    def connect(self) -> None:
        """Say hello until somebody answers."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.close()
                opening = connect(self._address, compression=None, close_timeout=0.1)
                self._websocket = self._open.enter_context(opening)
                hello = {"type": "hello", "protocol": VERSION, "token": self.token}
                self.say(**hello)
                self.epochs = []
                while not self.epochs:
                    self.hear()
                return
            except (OSError, WebSocketException, TimeoutError):
                assert time.monotonic() < deadline, "nobody answers"
                time.sleep(0.05)

    def say(self, **command: Any) -> None:
        assert self._websocket is not None
        self._websocket.send(json.dumps(command))

    def hear(self, seconds: float = 5.0) -> None:
        """The next message."""
        assert self._websocket is not None
        message = self._websocket.recv(seconds)
        if isinstance(message, bytes):
            frame = Frame.of(message)
            if frame.header["type"] == "frame":
                self.frame = frame
                self.say(type="ack", seq=frame.header["seq"])
                self.epochs.append((time.monotonic(), frame.header["epoch"]))
            return
        event = json.loads(message)
        if event["type"] == "welcome":
            self.token, self.resumed = event["token"], event["resumed"]
        elif event["type"] in ("status", "experiment", "history"):
            setattr(self, event["type"], event)

    def play(self, seconds: float) -> None:
        """Look on for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            with contextlib.suppress(TimeoutError):
                self.hear(left)

    def play_until_paused(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.status.get("state") != "paused":
            assert time.monotonic() < deadline, f"still {self.status}"
            self.hear()
        self.play(0.3)  # the frame at rest

    def last_words(self) -> None:
        """Everything until the connection breaks."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                self.hear()

    def close(self) -> None:
        self._open.close()


@contextlib.contextmanager
def proxy(*replicas: LiveServer) -> Iterator[int]:
    """HAProxy with the configuration of compose.yaml; its port."""
    port = free_port()
    environment = {
        **os.environ,
        "PROXY_BIND": f"127.0.0.1:{port}",
        **{f"REPLICA_{n}": f"127.0.0.1:{one.port}" for n, one in enumerate(replicas, 1)},
    }
    config = str(ROOT / "deploy" / "haproxy.cfg")
    haproxy = program("haproxy", required_by="REQUIRE_HAPROXY")
    process = subprocess.Popen(
        tied(haproxy, "-db", "-f", config),
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with process:
        try:
            deadline = time.monotonic() + 10
            while True:
                assert process.poll() is None, "haproxy has ended"
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield port
        finally:
            process.kill()


@contextlib.contextmanager
def replica(store: RedisServer) -> Iterator[LiveServer]:
    """A server with what compose.yaml sets."""
    variables = SERVICES["replica-1"]["environment"]
    options = ["--snapshot-store", store.url]
    options += ["--trusted-proxies", variables["PLAYGROUND_TRUSTED_PROXIES"]]
    with live_server(*options) as server:
        yield server


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RedisServer]:
    """The store of compose.yaml."""
    _, *options = SERVICES["store"]["command"]
    with redis_server(tmp_path, *options) as server:
        yield server


def holders(replicas: list[LiveServer]) -> list[LiveServer]:
    """Which replicas have a session."""
    return [one for one in replicas if json.loads(one.get("/healthz"))["sessions"]]


def holder(replicas: list[LiveServer]) -> LiveServer:
    """The replica that has the only session, once that which had it before has noticed."""
    deadline = time.monotonic() + PATIENCE
    while len(found := holders(replicas)) != 1:
        assert time.monotonic() < deadline, f"{len(found)} have it"
        time.sleep(0.05)
    return found[0]


SPEC = RunSpec(
    dataset=Spiral(),
    noise=10,
    layers=(LayerSpec(8), LayerSpec(8)),
    optimizer=Adam(),
    learning_rate=0.01,
    batch_size=7,
)
SPEED = 30
LAST = 150
"""The epoch at which the page pauses."""


@pytest.mark.timed
def test_a_page_whose_server_is_killed_goes_on_at_the_other_as_if_nothing_had_been(
    store: RedisServer,
) -> None:
    with replica(store) as one, replica(store) as two, proxy(one, two) as port:
        page = Page(port)
        page.connect()
        assert page.resumed == "new"
        page.say(type="open", hash="")
        page.say(type="configure", changes=SPEC.to_dict())
        page.say(type="speed", epochs_per_second=SPEED)
        page.say(type="run_until", epoch=LAST)
        page.say(type="play")
        page.play(2.0)
        assert page.frame is not None
        token, seen = page.token, page.epochs
        (killed,) = holders([one, two])
        killed.process.send_signal(signal.SIGKILL)
        page.last_words()
        killed_at = page.epochs[-1][0]
        page.connect()
        (at, epoch), *_ = page.epochs
        assert at - killed_at < RECOVERED_WITHIN
        assert (page.token, page.resumed) == (token, "snapshot")
        lost = killed_at - max(when for when, was in seen if was <= epoch)
        assert 0 < epoch < LAST
        assert lost < OLDEST
        page.play_until_paused()
        survivor = two if killed is one else one
        assert holders([survivor]) == [survivor]

        # What it has come to is, to the bit, what a trainer comes to that nobody interrupts.
        assert RunSpec.from_dict(page.experiment["spec"]) == SPEC
        assert page.frame.header["epoch"] == LAST
        trainer, losses = Trainer(SPEC), []
        for _ in range(LAST + 1):
            losses.append(trainer.evaluate().loss)
            if trainer.epoch < LAST:
                trainer.run_epochs(1)
        parameters, _, _ = page.frame.parts()
        assert (parameters == trainer.network.parameters.astype("<f4")).all()
        page.close()
        page.connect()  # to hear the history as a whole
        assert page.resumed == "memory"
        shown = page.history
        assert shown["epoch"] == list(range(LAST + 1))
        assert shown["train"] == pytest.approx([loss.train for loss in losses], rel=2e-7)
        assert shown["test"] == pytest.approx([loss.test for loss in losses], rel=2e-7)
        page.close()


@pytest.mark.timed
def test_sessions_train_on_while_the_store_is_down_and_are_kept_when_it_is_back(
    tmp_path: Path,
) -> None:
    with redis_server(tmp_path) as store, contextlib.ExitStack() as servers:
        one, two = (servers.enter_context(replica(store)) for _ in range(2))
        page = Page(one.port)
        page.connect()
        page.say(type="speed", epochs_per_second=SPEED)
        page.say(type="play")
        page.play(1.0)
        store.kill()
        page.play(2.5)
        assert page.epochs[-1][1] > 1.5 * SPEED
        assert page.epochs[-1][0] - page.epochs[-2][0] < 1
        began = time.monotonic()
        assert json.loads(one.get("/healthz"))["status"] == "ok"
        assert time.monotonic() - began < 1
        stranger = Page(two.port)  # it cannot have the session now
        stranger.token = page.token
        stranger.connect()
        assert stranger.resumed == "expired"
        assert stranger.token != page.token
        stranger.close()
        page.close()
        page.connect()  # where it is in memory
        assert page.resumed == "memory"
        store.start()
        page.play(2.5)
        before = page.epochs[-1][1]
        one.process.send_signal(signal.SIGKILL)
        page.last_words()
        again = Page(two.port)
        again.token = page.token
        again.connect()
        assert again.resumed == "snapshot"
        assert again.epochs[0][1] > before - 1.5 * SPEED
        again.close()
        two.process.send_signal(signal.SIGTERM)
        for server in (one, two):
            _, log = server.process.communicate(timeout=PATIENCE)
            lines = [line.split(": ", 1)[1] for line in log.splitlines()]
            assert [line.split(" in ")[0] for line in lines] == [
                "snapshots cannot be " + ("written" if server is one else "read"),
                "snapshots are kept",
            ], log


@pytest.mark.timed
def test_a_page_may_come_to_any_replica_each_time(store: RedisServer) -> None:
    with replica(store) as one, replica(store) as two:
        page = Page(one.port)
        page.connect()
        page.say(type="configure", changes={"learning_rate": 0.3})
        for number, server in enumerate((two, one, two, two, one), 1):
            page.say(type="step")
            while page.epochs[-1][1] < number:
                page.hear()
            page.close()
            time.sleep(0.3)  # the server writes the session when its page has gone
            there, token = Page(server.port), page.token
            there.token = token
            there.connect()
            assert there.token == token
            assert there.experiment["spec"]["learning_rate"] == 0.3
            assert there.epochs[0][1] == number
            page = there
        page.close()


class Program:
    """A program that uses the HTTP interface, and asks again where a proxy or a server had to let
    it down, each time on a connection of its own."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}"
        self._token: dict[str, str] = {}

    def begin(self, **body: Any) -> dict[str, Any]:
        answer = self._ask("POST", "sessions", body)
        self._token = {"Session-Token": answer["token"]}
        return answer

    def do(self, *commands: dict[str, Any], wait: float = 0.0) -> dict[str, Any]:
        return self._ask("POST", "session/commands", {"commands": commands, "wait": wait})

    def look(self, path: str = "session") -> dict[str, Any]:
        return self._ask("GET", path, None)

    def status(self, method: str) -> int:
        url = f"{self._address}/api/session"
        return httpx2.request(method, url, headers=self._token, timeout=PATIENCE).status_code

    def _ask(self, method: str, path: str, body: Any) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(httpx2.TransportError):
                url = f"{self._address}/api/{path}"
                response = httpx2.request(method, url, json=body, headers=self._token, timeout=60)
                if response.status_code < 500:
                    assert response.is_success, response.text
                    answer: dict[str, Any] = response.json()
                    return answer
            assert time.monotonic() < deadline, "nobody answers"
            time.sleep(0.05)


@pytest.mark.timed
def test_a_program_whose_server_is_killed_goes_on_at_the_other_with_all_it_was_told(
    store: RedisServer,
) -> None:
    """What an answer tells is in the store: not even a second is lost."""
    with replica(store) as one, replica(store) as two, proxy(one, two) as port:
        program = Program(port)
        program.begin(spec=SPEC.to_dict())
        told = program.do({"type": "step", "epochs": 40}, wait=10)
        assert told["epoch"] == 40
        killed = holder([one, two])
        killed.process.send_signal(signal.SIGKILL)
        began = time.monotonic()
        assert program.look() == told
        assert time.monotonic() - began < RECOVERED_WITHIN
        survivor = two if killed is one else one
        assert holders([survivor]) == [survivor]
        state = program.do({"type": "step", "epochs": 10}, wait=10)
        trainer, losses = Trainer(SPEC), []
        for _ in range(51):
            losses.append(trainer.evaluate().loss.train)
            trainer.run_epochs(1)
        assert state["loss"]["train"] == losses[50]
        history = program.look("session/history")
        assert history["epoch"] == list(range(51))
        assert history["train"] == pytest.approx(losses, rel=2e-7)


@pytest.mark.timed
def test_a_program_that_waits_for_a_server_that_is_killed_loses_a_second_at_most(
    store: RedisServer,
) -> None:
    with replica(store) as one, replica(store) as two, proxy(one, two) as port:
        program = Program(port)
        program.begin(spec=SPEC.to_dict())
        program.do({"type": "speed", "epochs_per_second": SPEED}, {"type": "play"})
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(program.do, wait=2.5)
            time.sleep(1.5)
            found = holder([one, two])
            found.process.send_signal(signal.SIGKILL)
            killed = time.monotonic()
            epoch = waiting.result()["epoch"]  # it has asked again, and waited at the other
            assert time.monotonic() - killed < RECOVERED_WITHIN + 2.5
        assert epoch >= SPEED * (1.5 - OLDEST + 2.5 - OLDEST)
        survivor = two if found is one else one
        assert holders([survivor]) == [survivor]


def test_a_program_may_come_to_any_replica_each_time_and_remove_its_session_at_any(
    store: RedisServer,
) -> None:
    with replica(store) as one, replica(store) as two:
        here = Program(one.port)
        here.begin(spec=SPEC.to_dict())
        there = Program(two.port)
        there._token = here._token
        for number in range(1, 7):
            visitor = (here, there)[number % 2]
            assert visitor.do({"type": "step", "epochs": 3}, wait=10)["epoch"] == 3 * number
        trainer = Trainer(SPEC)
        trainer.run_epochs(18)
        assert there.look()["loss"]["train"] == trainer.evaluate().loss.train
        assert here.look()["loss"]["train"] == trainer.evaluate().loss.train
        assert there.status("DELETE") == 204
        time.sleep(2.0)  # the other one looks more than once whether all is kept
        assert (here.status("GET"), there.status("GET")) == (401, 401)
        assert holders([one, two]) == []


# --- compose.yaml -------------------------------------------------------------------------------


def test_there_are_two_replicas_a_proxy_and_a_store() -> None:
    assert set(SERVICES) == {*REPLICAS, "proxy", "store"}
    assert SERVICES["replica-1"] == SERVICES["replica-2"]


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_hardened_and_looked_after(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(service["user"].split(":")[0]) > 0
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert service["restart"] == "unless-stopped"
    assert "privileged" not in service
    if "build" not in service:
        assert re.search(r":\d+\.\d+\.\d+", service["image"]), "an image without its exact version"


def test_only_the_proxy_can_be_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    for name, service in SERVICES.items():
        assert ("outside" in service["networks"]) == (name == "proxy")
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_what_the_replicas_are_told_are_settings_and_no_secrets() -> None:
    variables = SERVICES["replica-1"]["environment"]
    for variable in variables:
        assert variable.removeprefix("PLAYGROUND_").lower() in Settings.model_fields
    default = re.fullmatch(r"\$\{\w+:-(.*)\}", variables["PLAYGROUND_SNAPSHOT_STORE"])
    assert default is not None
    assert Settings(snapshot_store=default[1]).snapshot_store == "redis://store:6379/0"
    assert not re.search(r"(?i)passw|secret|requirepass|//[^/\s]*:[^/\s]*@", str(SERVICES))


def test_the_proxy_knows_the_replicas_and_its_configuration_is_there() -> None:
    proxy = SERVICES["proxy"]
    assert [proxy["environment"][f"REPLICA_{number}"] for number in (1, 2)] == [
        f"{name}:8000" for name in REPLICAS
    ]
    (mount,) = proxy["volumes"]
    source, _, mode = mount.split(":")
    assert (ROOT / source).is_file()
    assert mode == "ro"


def test_the_image_has_what_the_store_needs() -> None:
    assert re.search(r"^redis==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    assert "-r requirements.lock" in (ROOT / "Dockerfile").read_text("utf-8")
