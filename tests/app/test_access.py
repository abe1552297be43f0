"""The access token: what it opens and what not, how it comes, and that it is told to nobody."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from app import serve_cli
from app.access import COOKIE, GUESS_BURST, OPEN_TO_ALL, Access
from app.errors import SettingsError
from app.main import create_app
from app.settings import Settings
from tests.app.doubles import FakeClock
from tests.app.live import live_server

TOKEN = "a-Token.of+tests"
BASE = "http://127.0.0.1:8000"
HTML = {"Accept": "text/html"}


@pytest.fixture
def client() -> Iterator[TestClient]:
    settings = Settings(snapshot_dir=None, access_token=TOKEN)  # type: ignore[arg-type]
    with TestClient(create_app(settings), base_url=BASE, follow_redirects=False) as client:
        yield client


@pytest.fixture
def echo(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """The application with a websocket that only says that it was reached."""

    async def serve(websocket: WebSocket, *_: object) -> None:
        await websocket.accept()
        await websocket.send_json({"type": "reached"})
        await websocket.close()

    monkeypatch.setattr("app.connection.serve", serve)
    return client


def connect(client: TestClient, **headers: str) -> Any:
    """The first message of a websocket, and the code with which it was closed."""
    with client.websocket_connect(f"ws{BASE.removeprefix('http')}/ws", headers=headers) as socket:
        first = socket.receive_json()
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
        return first, closed.value.code


@pytest.mark.parametrize(
    "path", ["/", "/protocol", "/protocol.json", "/api/catalog", "/static/x.js", "/nothing"]
)
def test_without_the_token_nothing_is_shown(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert "Authorization: Bearer" in response.json()["error"]["message"]
    page = client.get(path, headers=HTML)
    assert page.status_code == 401
    assert '<form method="post">' in page.text
    assert "content-security-policy" in page.headers
    assert page.headers["cache-control"] == "no-store"


def test_load_balancers_need_no_token(client: TestClient) -> None:
    assert client.get("/healthz").status_code == 200
    assert "/readyz" in OPEN_TO_ALL


def test_a_websocket_without_the_token_is_told_so_and_closed(echo: TestClient) -> None:
    told, code = connect(echo)
    assert (told["type"], told["code"], code) == ("error", "access", 4003)
    told, code = connect(echo, Authorization="Bearer wrong-token")
    assert (told["code"], code) == ("access", 4003)


def test_a_link_with_the_token_opens_the_page_at_once_and_for_later(echo: TestClient) -> None:
    page = echo.get(f"/protocol?token={TOKEN.replace('+', '%2B')}", headers=HTML)
    assert page.status_code == 200
    assert "<h1>Protocol" in page.text
    assert page.headers["cache-control"] == "no-store"
    cookie = page.headers["set-cookie"]
    for part in (f"{COOKIE}=", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert part in cookie
    assert TOKEN not in cookie
    assert "Secure" not in cookie  # which a browser would not send to http://
    assert echo.get("/api/catalog").status_code == 200  # the client has kept the cookie
    assert connect(echo)[0] == {"type": "reached"}


def test_over_https_the_cookie_is_never_sent_in_the_clear() -> None:
    settings = Settings(snapshot_dir=None, access_token=TOKEN)  # type: ignore[arg-type]
    with TestClient(create_app(settings), base_url="https://127.0.0.1") as client:
        response = client.get("/protocol", params={"token": TOKEN})
    assert "; Secure" in response.headers["set-cookie"]


def test_the_page_asks_for_the_token_and_then_shows_what_was_asked_for(client: TestClient) -> None:
    wrong = client.post("/protocol?lang=en", data={"token": "wrong-token"}, headers=HTML)
    assert wrong.status_code == 401
    assert "That is not the access token of this server." in wrong.text
    right = client.post("/protocol?lang=en&token=x", data={"token": TOKEN}, headers=HTML)
    assert right.status_code == 303
    assert right.headers["location"] == "./protocol?lang=en"
    assert client.get("/protocol").status_code == 200


def test_the_way_back_leads_to_no_other_site(client: TestClient) -> None:
    answer = client.post("/x//evil.example", data={"token": TOKEN})
    assert answer.headers["location"] == "./evil.example"


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"x" * 1025, {"Content-Type": "application/x-www-form-urlencoded"}, 413),
        (b'{"token": "x"}', {"Content-Type": "application/json"}, 401),
        (b"token=%ff%00", {"Content-Type": "application/x-www-form-urlencoded"}, 401),
        (b"", {"Content-Type": "application/x-www-form-urlencoded"}, 401),
    ],
)
def test_what_is_no_form_is_refused(
    client: TestClient, content: bytes, headers: dict[str, str], status: int
) -> None:
    assert client.post("/", content=content, headers=headers).status_code == status


def test_programs_send_the_token_in_a_header(echo: TestClient) -> None:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert echo.get("/api/catalog", headers=bearer).status_code == 200
    assert connect(echo, **bearer)[0] == {"type": "reached"}
    basic = {"Authorization": f"Basic {TOKEN}"}
    assert echo.get("/api/catalog", headers=basic).status_code == 401


def test_a_cookie_of_an_older_token_is_taken_away(client: TestClient) -> None:
    old = Access("another-token", time.monotonic).cookie
    response = client.get("/", headers={"Cookie": f"{COOKIE}={old}"})
    assert response.status_code == 401
    assert f"{COOKIE}=; " in response.headers["set-cookie"]
    assert "Max-Age=0" in response.headers["set-cookie"]


@pytest.mark.parametrize("cookie", [TOKEN, "", "x" * 4000, '"', "\\udcff", f"{COOKIE}=y"])
def test_no_other_cookie_opens(client: TestClient, cookie: str) -> None:
    assert client.get("/", headers={"Cookie": f"{COOKIE}={cookie}"}).status_code == 401


def test_guesses_are_limited_and_those_of_others_go_on(client: TestClient) -> None:
    answers = [
        client.get("/protocol.json", params={"token": f"guess-{number}"}).status_code
        for number in range(GUESS_BURST + 20)
    ]
    assert answers[:GUESS_BURST] == [401] * GUESS_BURST
    assert answers[-1] == 429
    late = client.get("/protocol.json", params={"token": TOKEN})
    assert late.status_code == 429  # or the right one would be told by being let in
    assert int(late.headers["retry-after"]) >= 1


def test_the_limit_of_guesses_is_that_of_one_network() -> None:
    clock = FakeClock()
    access = Access(TOKEN, clock)
    for _ in range(GUESS_BURST):
        assert access.wait("192.0.2.1") == 0
        access.wrong("192.0.2.1")
    assert access.wait("192.0.2.1") > 0
    assert access.wait("192.0.2.2") == 0
    clock.advance(1.01)
    assert access.wait("192.0.2.1") == 0


# --- a secret -----------------------------------------------------------------------------------


def test_it_comes_by_the_environment_and_not_by_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLAYGROUND_ACCESS_TOKEN", TOKEN)
    token = serve_cli.read_settings({}).access_token
    assert token is not None
    assert token.get_secret_value() == TOKEN
    from app.cli import main

    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    text = capsys.readouterr().out
    assert "--access-token" not in text
    assert "PLAYGROUND_ACCESS_TOKEN" in text
    assert TOKEN not in text
    monkeypatch.setenv("PLAYGROUND_ACCESS_TOKEN", "")
    assert Settings().access_token is None


@pytest.mark.parametrize("token", ["short", "with a space", "x" * 201, "ümlaut-ümlaut"])
def test_one_that_cannot_be_used_is_not_repeated(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_ACCESS_TOKEN", token)
    with pytest.raises(SettingsError, match=r"^PLAYGROUND_ACCESS_TOKEN: got .* 8 to 200") as error:
        serve_cli.read_settings({})
    assert token not in str(error.value)
    with pytest.raises(ValidationError) as failure:
        Settings()
    assert token not in str(failure.value)


def test_no_text_of_the_settings_shows_it() -> None:
    settings = Settings(access_token=TOKEN)  # type: ignore[arg-type]
    assert TOKEN not in repr(settings)
    assert TOKEN not in settings.model_dump_json()
    assert json.loads(settings.revealed())["access_token"] == TOKEN


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_server_asks_for_it_and_tells_it_nobody(
    workers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with live_server("--workers", workers, environment={"PLAYGROUND_ACCESS_TOKEN": TOKEN}) as run:
        assert TOKEN.encode() not in run.get("/healthz")
        for _ in range(4):  # whichever worker answers
            assert run.status("/") == 401
            assert run.status("/", Authorization=f"Bearer {TOKEN}") in (200, 503)
            assert run.status("/?token=wrong-token") == 401
        if Path("/proc/self/cmdline").exists():
            for process in Path("/proc").glob("[0-9]*/cmdline"):
                assert TOKEN.encode() not in process.read_bytes()
        run.process.terminate()
        out, error = run.process.communicate(timeout=10)
    assert TOKEN not in out + error
    assert error == ""
