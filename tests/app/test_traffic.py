"""Limits per address and in total: the rules by themselves, in the application, and in a server."""

import contextlib
import resource
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.main import create_app
from app.settings import Settings
from app.traffic import MOST_NETWORKS, Connections, Meter, Traffic, network
from tests.app.doubles import FakeClock
from tests.app.live import live_server

BASE = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("unknown", "unknown"),
        ("x" * 5000, "x" * 64),
        ("", ""),
    ],
)
def test_limits_are_those_of_a_network(address: str, same: str) -> None:
    assert network(address) == same


def test_a_meter_lets_a_burst_pass_and_then_the_rate() -> None:
    clock = FakeClock()
    meter = Meter(rate=2, burst=5, clock=clock)
    passed = 0
    for _ in range(100):  # ten seconds, ten attempts in each
        if meter.wait("a") == 0:
            meter.count("a")
            passed += 1
        clock.advance(0.1)
    assert 5 + 19 <= passed <= 5 + 20
    assert meter.wait("a") <= 0.5
    assert meter.wait("b") == 0


def test_a_meter_forgets_who_has_asked_nothing_for_a_while() -> None:
    clock = FakeClock()
    meter = Meter(rate=10, burst=10, clock=clock)
    for number in range(3 * MOST_NETWORKS):
        meter.count(str(number))
        clock.advance(0.001)
    assert len(meter._paid) <= MOST_NETWORKS


def test_what_one_address_is_refused_is_not_taken_from_the_others() -> None:
    clock = FakeClock()
    settings = Settings(
        request_rate=1, request_burst=10, total_request_rate=1, total_request_burst=15
    )
    requests = Traffic(settings, clock).requests
    mine = [requests.take("192.0.2.1") for _ in range(1000)]
    assert mine[:10] == [None] * 10
    assert all(excess is not None and excess.status == 429 for excess in mine[10:])
    others = [requests.take(f"192.0.2.{number}") for number in range(2, 12)]
    assert others[:5] == [None] * 5
    assert all(excess is not None and excess.status == 503 for excess in others[5:])
    assert others[5] is not None
    assert "from all addresses: more than 1 per second. Try again in 1 s." in others[5].text
    clock.advance(60)
    assert requests.take("192.0.2.1") is None


def test_addresses_of_one_ipv6_network_share_its_limit() -> None:
    requests = Traffic(Settings(request_rate=1, request_burst=10), FakeClock()).requests
    taken = [requests.take(f"2001:db8::{number:x}") for number in range(100)]
    assert taken.count(None) == 10


def test_a_class_of_300_behind_one_address_is_within_the_default_limits() -> None:
    clock = FakeClock()
    traffic = Traffic(Settings(), clock)
    for _ in range(300):  # all in the same moment, each with the files of the page
        assert traffic.connections.open("192.0.2.1")
        assert traffic.pages.take("192.0.2.1") is None
        for _ in range(25):
            assert traffic.requests.take("192.0.2.1") is None
        for _ in range(6):  # connections of a browser that loads a page
            assert traffic.connections.open("192.0.2.1")
    for _ in range(3):  # the server is restarted, thrice
        clock.advance(1)
        for _ in range(300):
            assert traffic.pages.take("192.0.2.1") is None
    assert Settings().max_sessions_per_address >= 300


def test_workers_have_their_share_of_each_limit() -> None:
    settings = Settings(page_rate=10, page_burst=30, max_connections_per_address=30, workers=3)
    traffic = Traffic(settings, FakeClock())
    assert [traffic.pages.take("a") for _ in range(20)].count(None) == 10
    assert [traffic.connections.open("192.0.2.1") for _ in range(11)].count(True) == 10


def test_connections_are_counted_until_they_are_closed() -> None:
    connections = Connections(each=4, total=8, exempt=frozenset({"127.0.0.1"}))
    assert [connections.open("a") for _ in range(6)] == [True] * 4 + [False, None]
    for _ in range(6):
        connections.close("a")
    assert len(connections) == 0
    assert [connections.open("127.0.0.1") for _ in range(11)] == [True] * 8 + [False] * 2 + [None]
    assert connections.open("b") is None
    for _ in range(11):
        connections.close("127.0.0.1")
    connections.close("b")
    assert connections.open("a") is True


@pytest.fixture
def client() -> Iterator[TestClient]:
    app = create_app(
        Settings(snapshot_dir=None, request_rate=1, request_burst=10, page_rate=1, page_burst=2)
    )
    with TestClient(app, base_url=BASE) as client:
        yield client


def test_too_many_requests_are_told_when_to_come_again(client: TestClient) -> None:
    answers = [client.get("/robots.txt") for _ in range(20)]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert len(refused) >= 9
    for answer in refused:
        assert answer.status_code == 429
        assert answer.headers["retry-after"] == "1"
        assert "content-security-policy" in answer.headers
        error = answer.json()["error"]
        assert error["code"] == "too_many_requests"
        assert error["message"].startswith("Too many requests from your address")
    page = client.get("/", headers={"Accept": "text/html"})
    assert "<h1>429 Too Many Requests</h1>" in page.text


def test_too_many_websockets_are_told_so_in_words_that_the_page_shows(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def serve(websocket: WebSocket, *_: object) -> None:
        await websocket.accept()
        await websocket.close()

    monkeypatch.setattr("app.connection.serve", serve)
    url = f"ws{BASE.removeprefix('http')}/ws"
    for _ in range(2):
        with client.websocket_connect(url):
            pass
    with client.websocket_connect(url) as page:
        told = page.receive_json()
        assert (told["type"], told["code"]) == ("error", "busy")
        assert told["message"].startswith("Too many pages opened from your address")
        with pytest.raises(WebSocketDisconnect) as closed:
            page.receive_json()
    assert closed.value.code == 1013
    assert closed.value.reason == told["message"]


# --- a real server ----------------------------------------------------------------------------


def ask(connection: socket.socket, *headers: str) -> bytes:
    """Asks for /robots.txt; what comes until the server closes, or is silent for a while."""
    lines = ["GET /robots.txt HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]
    connection.sendall("\r\n".join(lines).encode())
    connection.settimeout(1)
    answer = b""
    with contextlib.suppress(TimeoutError):
        while piece := connection.recv(65_536):
            answer += piece
    return answer


def test_behind_a_trusted_proxy_limits_are_those_of_the_real_address() -> None:
    with live_server("--request-rate", "1", "--request-burst", "10") as running:

        def statuses(address: str) -> list[bytes]:
            found = []
            for _ in range(15):
                with running.connect() as proxy:
                    answer = ask(proxy, f"X-Forwarded-For: {address}", "Connection: close")
                    found.append(answer[9:12])
            return found

        # what the client says itself is in front, and believed by nobody
        assert statuses("198.51.100.9, 192.0.2.1").count(b"429") >= 3
        assert statuses("198.51.100.8, 192.0.2.1").count(b"429") >= 13
        assert statuses("192.0.2.2")[:10] == [b"200"] * 10


def test_no_address_is_believed_of_who_is_no_trusted_proxy() -> None:
    options = ["--request-rate", "1", "--request-burst", "10", "--trusted-proxies", "192.0.2.77"]
    with live_server(*options) as running:
        answers = []
        for number in range(15):
            with running.connect() as client:
                forged = f"X-Forwarded-For: 198.51.100.{number}"
                answers.append(ask(client, forged, "Connection: close")[9:12])
    assert answers.count(b"429") >= 3


@pytest.mark.timed
def test_connections_beyond_the_limit_are_told_so_and_count_no_longer_when_closed() -> None:
    options = ["--max-connections-per-address", "10", "--trusted-proxies", ""]
    with live_server(*options) as running, contextlib.ExitStack() as stack:
        silent = [stack.enter_context(running.connect()) for _ in range(10)]
        time.sleep(0.2)
        with running.connect() as one_more:
            answer = ask(one_more)
            assert answer.startswith(b"HTTP/1.1 503 ")
            assert b"Retry-After: " in answer
            assert b"Too many connections are open; try again later." in answer
        for connection in silent:
            connection.close()
        time.sleep(0.2)
        assert b'"status":"ok"' in running.get("/healthz")


@pytest.mark.parametrize("piece", [100, 65_536])
def test_a_head_without_end_is_cut_off(piece: int) -> None:
    with live_server("--header-bytes", "2000") as running, running.connect() as client:
        client.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: ")
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < 50_000_000:
                client.sendall(b"x" * piece)
                sent += piece
        assert sent < 10_000_000
        assert b'"status":"ok"' in running.get("/healthz")


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="reads limits in /proc")
def test_open_files_are_allowed_for_as_many_connections_as_are() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        with live_server("--max-connections", "500") as running:
            limits = Path(f"/proc/{running.process.pid}/limits").read_text()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    (line,) = [line for line in limits.splitlines() if line.startswith("Max open files")]
    assert int(line.split()[3]) >= 500
