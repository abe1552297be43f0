"""Sessions by HTTP: begun, told what to do, looked at, removed; the same as those of pages."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from websockets.exceptions import ConnectionClosed

from app.main import create_app
from app.settings import Settings
from app.training import Training
from app.visits import IN_LINE
from engine import Grids, LayerSpec, MultilabelBCE, RunSpec, Spiral, Trainer
from engine.url import encode
from tests.app.doubles import Frame
from tests.app.live import LivePage, live_server

SPIRAL = RunSpec(dataset=Spiral(), layers=(LayerSpec(8), LayerSpec(8)), learning_rate=0.1)


class Visitor:
    """A program that has a session, or none yet."""

    def __init__(self, client: httpx2.Client, **headers: str) -> None:
        self.client = client
        self.headers = headers

    def ask(self, method: str, path: str, **more: Any) -> httpx2.Response:
        headers = {**self.headers, **more.pop("headers", {})}
        return self.client.request(method, f"/api/{path}", headers=headers, **more)

    def begin(self, **new: Any) -> dict[str, Any]:
        """A session from now on."""
        state = self._good(self.ask("POST", "sessions", json=new), 201)
        self.headers["Session-Token"] = state["token"]
        return state

    def tell(self, *commands: dict[str, Any], wait: float = 0) -> httpx2.Response:
        return self.ask("POST", "session/commands", json={"commands": commands, "wait": wait})

    def do(self, *commands: dict[str, Any], wait: float = 0) -> dict[str, Any]:
        return self._good(self.tell(*commands, wait=wait))

    def look(self, path: str = "session", **query: Any) -> dict[str, Any]:
        return self._good(self.ask("GET", path, params=query))

    @staticmethod
    def _good(response: httpx2.Response, status: int = 200) -> dict[str, Any]:
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "application/json"
        assert response.headers["cache-control"] == "no-store"
        answer: dict[str, Any] = response.json()
        return answer


def message(response: httpx2.Response, status: int) -> str:
    """What an error says."""
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert error["status"] == status
    return str(error["message"])


@contextmanager
def serving(**options: Any) -> Iterator[TestClient]:
    app = create_app(Settings(**{"snapshot_dir": None, **options}))
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with serving() as client:
        yield client


@pytest.fixture
def visitor(client: TestClient) -> Visitor:
    return Visitor(client)


STEP = {"type": "step"}


# --- what it does ---------------------------------------------------------------------------------


def test_a_session_is_begun_from_a_link_or_a_spec_or_both(visitor: Visitor) -> None:
    assert visitor.begin()["experiment"]["spec"] == RunSpec().to_dict()
    assert visitor.begin(hash=encode(SPIRAL))["experiment"]["spec"] == SPIRAL.to_dict()
    given = visitor.begin(spec=SPIRAL.to_dict())
    assert given["experiment"]["spec"] == SPIRAL.to_dict()
    assert (given["run"], given["epoch"], given["experiment"]["can_undo"]) == (1, 0, False)
    both = visitor.begin(hash="#dataset=spiral", spec={"noise": 10})["experiment"]["spec"]
    assert (both["dataset"]["kind"], both["noise"]) == ("spiral", 10.0)


def test_what_a_link_or_a_spec_brings_with_it_is_told(visitor: Visitor) -> None:
    notices = visitor.begin(spec={"problem": "regression"}, hash="#v=1&nothing=1")
    texts = [notice["text"] for notice in notices["experiment"]["notices"]]
    assert any("nothing" in text for text in texts)
    assert any("Regression" in text for text in texts)


def test_a_step_of_many_epochs_is_what_a_trainer_does(visitor: Visitor) -> None:
    visitor.begin(spec=SPIRAL.to_dict())
    state = visitor.do({"type": "step", "epochs": 40}, wait=10)
    trainer = Trainer(SPIRAL)
    trainer.run_epochs(40)
    assert (state["epoch"], state["steps"], state["resting"]) == (40, trainer.steps, True)
    assert state["loss"]["test"] == trainer.evaluate().loss.test
    frame = visitor.look("session/frame")
    for layer, weights in enumerate(frame["weights"]):
        assert np.array_equal(weights, trainer.network.weights[layer])
        assert np.array_equal(frame["biases"][layer], trainer.network.biases[layer])
    assert frame["outputs"] == []


def test_commands_are_followed_in_order_before_it_is_waited(visitor: Visitor) -> None:
    state = visitor.begin(
        spec={"learning_rate": 0.1},
        commands=[STEP, {"type": "configure", "changes": {"noise": 20}}, STEP, STEP],
        wait=10,
    )
    assert (state["epoch"], state["run"]) == (2, 2)
    assert state["experiment"]["spec"]["noise"] == 20
    assert state["experiment"]["can_undo"]
    assert visitor.do({"type": "undo"})["epoch"] == 1


def test_a_session_trains_while_it_is_waited_for_and_then_rests(visitor: Visitor) -> None:
    visitor.begin()
    fast = {"type": "speed", "epochs_per_second": None}
    state = visitor.do(fast, {"type": "play"}, wait=0.2)
    assert state["epoch"] > 0
    assert state["status"]["state"] == "playing"
    assert not state["resting"]
    epoch = visitor.look()["epoch"]
    assert visitor.look()["epoch"] == epoch  # nobody waits: nothing trains
    state = visitor.do({"type": "run_until", "epoch": epoch + 50}, wait=10)
    assert (state["epoch"], state["status"]["state"]) == (epoch + 50, "paused")


def test_a_wait_is_as_long_as_the_setting_allows_at_most() -> None:
    with serving(longest_wait=0.1) as client:
        visitor = Visitor(client)
        visitor.begin()
        response = visitor.tell({"type": "play"}, wait=60)
        assert response.elapsed.total_seconds() < 5
        assert not response.json()["resting"]


def test_a_divergence_ends_the_wait_and_is_told(visitor: Visitor) -> None:
    spec = {"dataset": {"kind": "plane"}, "problem": "regression", "learning_rate": 1e9}
    state = visitor.begin(spec=spec, commands=[{"type": "step", "epochs": 1000}], wait=10)
    assert state["resting"]
    assert state["status"]["state"] == "diverged"
    assert state["status"]["divergence"]["what"]
    text = message(visitor.tell(STEP), 409)
    assert "Reset the network" in text


def test_maps_are_those_of_the_engine(visitor: Visitor) -> None:
    visitor.begin(spec=SPIRAL.to_dict())
    trainer = Trainer(SPIRAL)
    frame = visitor.look("session/frame", side=12)
    assert np.allclose(frame["outputs"], Grids(trainer, side=12).outputs, atol=1e-5)


def test_a_frame_in_bytes_is_that_of_the_protocol(visitor: Visitor) -> None:
    visitor.begin(spec=SPIRAL.to_dict())
    visitor.do({"type": "step", "epochs": 3}, wait=10)
    answer = visitor.ask("GET", "session/frame", headers={"Accept": "application/octet-stream"})
    assert answer.headers["content-type"] == "application/octet-stream"
    frame = Frame.of(answer.content)
    assert (frame.header["type"], frame.header["base"], frame.header["epoch"]) == ("frame", 0, 3)
    parameters, _, maps = frame.parts()
    flat = [number for layer in visitor.look("session/frame")["weights"] for number in layer]
    assert np.float32(flat[0][0]) == parameters[0]
    assert maps.size == 100 * 100 + 16 * 32 * 32


@pytest.mark.parametrize("problem", ["binary", "multilabel", "regression"])
def test_points_are_those_of_the_engine_in_both_forms(visitor: Visitor, problem: str) -> None:
    spec = RunSpec.from_dict(visitor.begin(spec={"problem": problem})["experiment"]["spec"])
    assert (problem == "multilabel") == isinstance(spec.head, MultilabelBCE)
    points, data = visitor.look("session/points"), Trainer(spec).data
    assert points["train"]["x1"] == data.train.x[0].tolist()
    assert points["test"]["x2"] == data.test.x[1].tolist()
    labels = data.test.labels
    if problem == "multilabel":
        labels = sum(2**number * row for number, row in enumerate(labels))
    assert np.array_equal(points["test"]["label"], labels)
    answer = visitor.ask("GET", "session/points", headers={"Accept": "application/octet-stream"})
    body = np.frombuffer(Frame.of(answer.content).body, "<f4")
    columns = [points[part][name] for part in ("train", "test") for name in ("x1", "x2", "label")]
    assert np.array_equal(body, np.concatenate(columns).astype("<f4"))


def test_the_history_has_every_epoch_that_was_stepped(visitor: Visitor) -> None:
    visitor.begin(commands=[{"type": "step", "epochs": 20}], wait=10)
    history = visitor.look("session/history")
    assert history["epoch"] == list(range(21))
    assert history["train"][-1] == pytest.approx(visitor.look()["loss"]["train"], rel=2e-7)


def test_a_removed_session_is_gone_for_good(tmp_path: Path) -> None:
    with serving(snapshot_dir=tmp_path) as client:
        visitor = Visitor(client)
        visitor.begin(commands=[STEP], wait=5)
        assert visitor.ask("DELETE", "session").status_code == 204
        assert "POST /api/sessions" in message(visitor.ask("GET", "session"), 401)
    with serving(snapshot_dir=tmp_path) as client:
        assert Visitor(client, **visitor.headers).ask("GET", "session").status_code == 401


# --- with pages and other processes ---------------------------------------------------------------


def test_a_page_sees_what_a_request_does_to_its_session() -> None:
    with live_server() as server, server.client() as client:
        visitor = Visitor(client)
        token = visitor.begin()["token"]
        with server.page(token=token, playing=False) as page:
            assert page.welcome["resumed"] == "memory"
            visitor.do({"type": "configure", "changes": {"learning_rate": 1.0}})
            while page.hear_of("experiment")["spec"]["learning_rate"] != 1.0:
                pass
            page.say("pause")  # who acknowledges no frame gets none
            watching = threading.Thread(target=watch_until, args=(page, 30))
            watching.start()
            state = visitor.do({"type": "step", "epochs": 30}, wait=10)
            assert (state["epoch"], state["resting"]) == (30, True)
            watching.join(10)
            assert page.epoch == 30
            page.say("edit", layer=0, to=0, value=3.0, **{"from": None})
            page.say("ping", id=1)
            page.hear_of("pong")
            assert visitor.look("session/frame")["biases"][0][0] == 3.0
            assert visitor.ask("DELETE", "session").status_code == 204
            with pytest.raises(ConnectionClosed, match="A program has removed this session"):
                page.hear_of("never")


def watch_until(page: LivePage, epoch: int) -> None:
    while page.epoch < epoch:
        page.hear_of("frame")


def test_requests_of_one_session_may_come_to_any_worker() -> None:
    with live_server("--workers", "2") as server:
        headers: dict[str, str] = {}
        for number in range(12):
            with server.client() as client:  # a connection of its own, to whichever worker
                visitor = Visitor(client, **headers)
                if not headers:
                    visitor.begin(spec=SPIRAL.to_dict())
                    headers = visitor.headers
                state = visitor.do({"type": "step", "epochs": 5}, wait=10)
                assert state["epoch"] == 5 * (number + 1)
        trainer = Trainer(SPIRAL)
        trainer.run_epochs(60)
        assert state["loss"]["train"] == trainer.evaluate().loss.train


def test_a_session_goes_on_in_whatever_process_a_request_comes_to(tmp_path: Path) -> None:
    with serving(snapshot_dir=tmp_path) as one, serving(snapshot_dir=tmp_path) as two:
        here = Visitor(one)
        here.begin(spec=SPIRAL.to_dict())
        there = Visitor(two, **here.headers)
        for number in range(1, 6):
            visitor = (here, there)[number % 2]
            assert visitor.do({"type": "step", "epochs": 7}, wait=10)["epoch"] == 7 * number
        trainer = Trainer(SPIRAL)
        trainer.run_epochs(35)
        assert here.look()["loss"]["train"] == trainer.evaluate().loss.train


def test_what_one_process_removes_another_that_had_it_does_not_bring_back(tmp_path: Path) -> None:
    options = {"snapshot_dir": tmp_path, "snapshot_interval": 0.1}
    with serving(**options) as one, serving(**options) as two:
        here = Visitor(one)
        here.begin(commands=[STEP], wait=5)
        there = Visitor(two, **here.headers)
        assert there.ask("DELETE", "session").status_code == 204
        time.sleep(0.5)  # the first process looks a few times whether all is kept
        for visitor in (there, here):
            assert visitor.ask("GET", "session").status_code == 401
        assert one.get("/healthz").json()["sessions"] == 0


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize("token", [None, "", "x" * 22, "x" * 5000, "a/b", "ä".encode()])
@pytest.mark.parametrize("path", ["session", "session/frame", "session/points", "session/history"])
def test_nothing_is_told_without_the_token(client: TestClient, path: str, token: Any) -> None:
    headers = {} if token is None else {"Session-Token": token}
    answer = client.get(f"/api/{path}", headers=headers)
    text = message(answer, 401)
    assert "POST /api/sessions" in text
    assert "xxxx" not in text
    assert answer.headers["www-authenticate"] == "Session-Token"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "expected"),
        (b"{", "no JSON"),
        (b"[]", "got []"),
        (b"[" * 5000, "error parsing the body"),
        (b'{"commands": [{"type": "dance"}]}', "“dance”, expected one of: “open”, “configure”"),
        (b'{"commands": [{"type": "hello", "protocol": 1}]}', "“hello”"),
        (b'{"commands": [{"type": "ack", "seq": 1}]}', "“ack”"),
        (b'{"commands": [{"type": "step", "epochs": 0}]}', "epochs: got 0, expected at least 1"),
        (b'{"commands": [{"type": "step", "epochs": true}]}', "epochs: got True"),
        (b'{"commands": [{"type": "step", "epochs": 1e99}]}', "epochs: got 10⁹⁹"),
        (b'{"commands": [{"type": "play", "loud": "\\ud800"}]}', "no field of this name"),
        (b'{"wait": NaN}', "wait"),
        (b'{"wait": 61}', "at most 60"),
        (b'{"command": "play"}', "command: got “play”, expected no field of this name"),
        (json.dumps({"commands": [STEP] * 101}).encode(), "at most 100"),
    ],
)
def test_what_is_no_command_is_refused_in_words(visitor: Visitor, body: bytes, says: str) -> None:
    visitor.begin()
    headers = {"Content-Type": "application/json"}
    text = message(visitor.ask("POST", "session/commands", content=body, headers=headers), 400)
    assert says in text
    assert len(text) < 500
    assert visitor.look()["epoch"] == 0


def test_a_body_that_is_not_said_to_be_json_is_not_read(visitor: Visitor) -> None:
    """Another site's form or script can send it without asking."""
    visitor.begin()
    for type_ in ("text/plain", "application/x-www-form-urlencoded", ""):
        headers = {"Content-Type": type_}
        body = b'{"commands": [{"type": "step"}], "wait": 5}'
        response = visitor.ask("POST", "session/commands", content=body, headers=headers)
        assert "application/json" in message(response, 415)
    assert visitor.look()["epoch"] == 0


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ({"learning_rate": -1}, "spec.learning_rate: got -1, expected more than 0"),
        ({"dataset": {"kind": "cat"}}, "“cat”"),
        ({"colour": 1}, "colour"),
    ],
)
def test_an_experiment_that_cannot_be_begins_no_session(
    visitor: Visitor, spec: dict[str, Any], says: str
) -> None:
    assert says in message(visitor.ask("POST", "sessions", json={"spec": spec}), 400)


def test_commands_before_one_that_is_refused_have_been_followed(visitor: Visitor) -> None:
    visitor.begin()
    wrong = {"type": "edit", "layer": 9, "to": 0, "from": 0, "value": 1.0}
    text = message(visitor.tell(STEP, wrong, STEP), 409)
    assert text.startswith("Command 2 of 3, edit: Got weight layer 9, expected at most 2.")
    assert text.endswith("Those before it were followed.")
    assert visitor.look()["epoch"] == 1
    text = message(visitor.tell({"type": "configure", "changes": {"noise": 99}}), 400)
    assert text.startswith("noise: got 99")


def test_a_session_whose_first_commands_are_refused_is_not_there(client: TestClient) -> None:
    app = client.app
    assert isinstance(app, FastAPI)
    before = len(app.state.store)
    wrong = {"type": "focus", "layer": 7, "unit": 7}
    message(client.post("/api/sessions", json={"commands": [wrong]}), 409)
    assert len(app.state.store) == before


def test_numbers_of_commands_do_not_get_in_the_way_of_the_pages(visitor: Visitor) -> None:
    visitor.begin()
    for _ in range(2):
        visitor.do({"type": "step", "id": 10**15, "again": True}, wait=5)
    assert visitor.look()["epoch"] == 2


def test_another_site_gives_no_commands(visitor: Visitor) -> None:
    visitor.begin()
    for origin in ("http://evil.example", "null", "http://127.0.0.1:9"):
        for method, path in (("POST", "session/commands"), ("DELETE", "session")):
            headers = {"Origin": origin}
            assert "may not" in message(visitor.ask(method, path, headers=headers), 403)
        assert "may not" in message(
            visitor.ask("POST", "sessions", json={}, headers={"Origin": origin}), 403
        )
    own = {"Origin": "http://127.0.0.1:8000"}
    assert visitor.ask("POST", "sessions", json={}, headers=own).status_code == 201


def test_a_body_has_a_length_and_is_short(visitor: Visitor) -> None:
    visitor.begin()
    much = {"hash": "x" * 300_000}
    text = message(visitor.ask("POST", "sessions", json=much), 413)
    assert "at most 262144" in text
    pieces = iter([b"{}"])
    headers = {"Content-Type": "application/json"}
    text = message(visitor.ask("POST", "sessions", content=pieces, headers=headers), 413)
    assert "Content-Length" in text


def test_commands_are_limited_for_each_session() -> None:
    with serving(message_rate=1, message_burst=5) as client:
        visitor, other = Visitor(client), Visitor(client)
        visitor.begin()
        response = visitor.tell(*[{"type": "pause"}] * 8)
        assert message(response, 429).startswith("Command 6 of 8, pause: Too many commands")
        assert int(response.headers["retry-after"]) >= 1
        other.begin(commands=[STEP], wait=5)


def test_few_requests_of_one_session_are_under_way(client: TestClient) -> None:
    app = client.app
    assert isinstance(app, FastAPI)
    visitor = Visitor(client)
    token = visitor.begin()["token"]
    visits, held = app.state.visits, app.state.store._held[token]
    visits._line(held).length = IN_LINE  # as many wait for their turn
    response = visitor.ask("GET", "session")
    assert "for this session at a time" in message(response, 429)
    assert int(response.headers["retry-after"]) >= 1
    visits._line(held).length = 0
    visitor.look()


def test_sessions_begun_or_brought_back_count_as_pages() -> None:
    with serving(page_rate=1, page_burst=3) as client:
        visitor = Visitor(client)
        for _ in range(3):
            visitor.begin()
        response = visitor.ask("POST", "sessions", json={})
        assert int(response.headers["retry-after"]) >= 1
        message(response, 429)
        message(visitor.ask("GET", "session", headers={"Session-Token": "x" * 22}), 429)
        visitor.look()  # what is here is not limited by that


def test_a_full_server_says_so_and_drops_no_session_that_is_waited_for() -> None:
    with serving(max_sessions=1, longest_wait=30) as client:
        app = client.app
        assert isinstance(app, FastAPI)
        first = Visitor(client)
        first.begin()
        (held,) = app.state.store._held.values()
        held.requests += 1  # as while a request is under way
        response = first.ask("POST", "sessions", json={})
        assert "The server is full" in message(response, 503)
        assert response.headers["retry-after"] == "5"
        held.requests -= 1
        Visitor(client).begin()
        assert first.ask("GET", "session").status_code == 401  # nothing keeps snapshots here


def test_a_session_that_fails_says_so(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Training, seconds: float) -> None:
        raise RuntimeError("secret inside")

    visitor.begin(commands=[{"type": "play"}])
    monkeypatch.setattr(Training, "train", fail)
    text = message(visitor.tell(wait=5), 500)
    assert "failed" in text
    assert "secret" not in text


def test_the_access_token_is_asked_for_besides(tmp_path: Path) -> None:
    with serving(access_token="correct-horse") as client:
        visitor = Visitor(client)
        for headers in ({}, {"Authorization": "Bearer wrong-horse"}):
            answer = visitor.ask("POST", "sessions", json={}, headers=headers)
            assert "Bearer" in message(answer, 401)
        visitor.headers["Authorization"] = "Bearer correct-horse"
        visitor.begin(commands=[STEP], wait=5)
        assert visitor.look()["epoch"] == 1
        del visitor.headers["Authorization"]
        message(visitor.ask("GET", "session"), 401)


def test_the_description_names_every_address_and_nothing_elsewhere(client: TestClient) -> None:
    answer = client.get("/api/openapi.json")
    document = answer.json()
    assert set(document["paths"]) == {
        "/api/sessions",
        *(f"/api/session{more}" for more in ("", "/commands", "/frame", "/points", "/history")),
    }
    assert "://" not in answer.text
    commands = document["components"]["schemas"]["Commands"]["properties"]["commands"]
    assert "step" in commands["items"]["discriminator"]["mapping"]
    assert "hello" not in commands["items"]["discriminator"]["mapping"]
