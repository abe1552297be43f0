"""The application as a whole: what is answered where, and what every answer carries."""

import gzip
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI, WebSocket
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient, WebSocketDenialResponse

from app.main import create_app
from app.security import security_headers
from app.sessions import SessionStore
from app.settings import Settings
from tests.app.test_security import HOSTILE_ORIGINS

BASE = "http://127.0.0.1:8000"
PATHS = [
    "/",
    "/join",
    "/api/catalog",
    "/healthz",
    "/readyz",
    "/metrics",
    "/protocol",
    "/protocol.json",
    "/favicon.ico",
    "/favicon.svg",
    "/robots.txt",
    "/static/nothing.js",
    "/nothing",
    "/fails",
    "/docs",
    "/openapi.json",
]
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
JSON = {"Accept": "application/json"}


async def fails(request: Request) -> Response:
    raise RuntimeError("secret inside")


def failing_app() -> FastAPI:
    """The application, and an address that fails."""
    app = create_app(Settings(snapshot_dir=None))
    app.router.routes.append(Route("/fails", fails))
    return app


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(failing_app(), base_url=BASE, raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
def test_every_answer_carries_the_security_headers(
    client: TestClient, method: str, path: str
) -> None:
    response = client.request(method, path)
    for name in security_headers(Settings()):
        assert name in response.headers, name
    assert "server" not in response.headers
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/api/catalog", "application/json"),
        ("/healthz", "application/json"),
        ("/protocol", "text/html; charset=utf-8"),
        ("/protocol.json", "application/json"),
        ("/favicon.ico", "image/svg+xml"),
        ("/favicon.svg", "image/svg+xml"),
        ("/robots.txt", "text/plain; charset=utf-8"),
    ],
)
def test_each_address_has_its_content(client: TestClient, path: str, media_type: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"] == media_type
    assert client.head(path).status_code == 200


def test_the_catalogue_is_compressed_and_not_sent_twice(client: TestClient) -> None:
    first = client.get("/api/catalog")
    assert first.headers["content-encoding"] == "gzip"
    assert int(first.headers["content-length"]) < 40_000
    again = client.get("/api/catalog", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert first.json()["protocol"] == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/static/", 404),
        ("GET", "/docs", 404),
        ("GET", "/redoc", 404),
        ("GET", "/openapi.json", 404),
        ("POST", "/", 405),
        ("DELETE", "/api/catalog", 405),
        ("GET", "/fails", 500),
        ("GET", "/ws", 404),
    ],
)
def test_errors_are_readable_and_show_no_insides(
    client: TestClient, method: str, path: str, status: int
) -> None:
    page = client.request(method, path, headers=HTML)
    data = client.request(method, path, headers=JSON)
    assert page.status_code == data.status_code == status
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert f"<h1>{status}" in page.text
    assert data.json()["error"]["status"] == status
    for text in (page.text, data.text):
        assert "Traceback" not in text
        assert "secret inside" not in text


def test_a_failure_reaches_the_log_of_the_server() -> None:
    with (
        TestClient(failing_app(), base_url=BASE) as client,
        pytest.raises(RuntimeError, match="secret inside"),
    ):
        client.get("/fails")


def test_what_cannot_be_done_says_what_can(client: TestClient) -> None:
    assert set(client.post("/").headers["allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize("path", PATHS)
def test_a_foreign_host_is_refused_everywhere(client: TestClient, path: str) -> None:
    response = client.get(path, headers={"Host": "rebinding.example"})
    assert response.status_code == 400
    assert "--allowed-hosts" in response.text


@pytest.fixture
def echo(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """The application with a connection that only says that it was reached."""

    async def serve(websocket: WebSocket, store: SessionStore, settings: Settings) -> None:
        assert store is websocket.app.state.store
        await websocket.accept()
        await websocket.send_text("reached")
        await websocket.close()

    monkeypatch.setattr("app.connection.serve", serve)
    return client


def connect(client: TestClient, **headers: str) -> str:
    with client.websocket_connect(f"ws{BASE.removeprefix('http')}/ws", headers=headers) as socket:
        return socket.receive_text()


@pytest.mark.parametrize("headers", [{}, {"origin": BASE}, {"origin": "https://127.0.0.1:8000"}])
def test_our_page_and_programs_reach_the_websocket(
    echo: TestClient, headers: dict[str, str]
) -> None:
    assert connect(echo, **headers) == "reached"


@pytest.mark.parametrize("origin", HOSTILE_ORIGINS)
def test_a_page_of_another_site_does_not(echo: TestClient, origin: str) -> None:
    with pytest.raises(WebSocketDenialResponse) as refusal:
        connect(echo, origin=origin)
    response: Any = refusal.value
    assert response.status_code == 403
    assert response.json()["error"]["code"] == "forbidden"
    assert "content-security-policy" in response.headers


def test_a_websocket_to_a_foreign_host_is_refused(echo: TestClient) -> None:
    with pytest.raises(WebSocketDenialResponse) as refusal:
        connect(echo, host="rebinding.example", origin="http://rebinding.example")
    response: Any = refusal.value
    assert response.status_code == 400


def test_names_in_messages_are_escaped_for_logs_and_cut(client: TestClient) -> None:
    response = client.get("/", headers={"Host": "x" * 5000})
    assert len(response.text) < 500


BOMB = gzip.compress(bytes(10_000_000))


@pytest.mark.parametrize("path", ["/", "/healthz", "/nothing"])
@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"x", {}),
        (BOMB, {"Content-Encoding": "gzip"}),
        (BOMB, {"Transfer-Encoding": "chunked"}),
    ],
    ids=["a byte", "packed", "in pieces"],  # what is packed holds the time
)
def test_no_body_is_taken_let_alone_unpacked(
    client: TestClient, path: str, body: bytes, headers: dict[str, str]
) -> None:
    response = client.request("POST", path, content=body, headers=headers)
    assert response.status_code == 413
    assert response.headers["connection"] == "close"
    assert "expected none" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("x" * 40_000, {}),
        ("", {"X-Long": "x" * 40_000}),
        ("", {f"X-{n}": "x" * 90 for n in range(400)}),
    ],
)
def test_a_head_that_is_too_long_is_refused(
    client: TestClient, query: str, headers: dict[str, str]
) -> None:
    response = client.get(f"/?{query}", headers=headers)
    assert response.status_code == 431
    assert "expected at most 32768" in response.json()["error"]["message"]
