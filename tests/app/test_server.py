"""The real server: how it starts and stops, and what it does about slow and silent clients."""

import base64
import contextlib
import json
import signal
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from uvicorn.config import Config

from app import server
from app.errors import ListenError
from app.main import create_app
from app.protocol import VERSION
from app.server import config, listen, url
from app.settings import Settings
from app.traffic import Traffic
from app.websocket import PageSocket
from tests.app.live import ROOT, LiveServer, command, live_server

PATIENCE = 10.0


@pytest.fixture(scope="module")
def impatient() -> Iterator[LiveServer]:
    """A server that waits for nobody."""
    options = ["--header-timeout", "0.5", "--ws-ping-interval", "0.3", "--ws-ping-timeout", "0.3"]
    with live_server(*options) as running:
        yield running


def seconds_until_closed(connection: socket.socket) -> float:
    """How long the other end keeps a connection, reading whatever comes."""
    connection.settimeout(PATIENCE)
    before = time.monotonic()
    try:
        while connection.recv(65_536):
            pass
    except ConnectionResetError:
        pass
    return time.monotonic() - before


def upgrade(connection: socket.socket, origin: str | None = None) -> bytes:
    """Asks for a websocket; the head of the answer."""
    head = [
        "GET /ws HTTP/1.1",
        f"Host: 127.0.0.1:{connection.getpeername()[1]}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(bytes(16)).decode()}",
        "Sec-WebSocket-Extensions: permessage-deflate",
        *([f"Origin: {origin}"] if origin else []),
        "\r\n",
    ]
    connection.sendall("\r\n".join(head).encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        piece = connection.recv(1)
        assert piece, answer
        answer += piece
    return answer


def hello() -> bytes:
    """A hello in a masked text frame (with a mask of zeros)."""
    text = json.dumps({"type": "hello", "protocol": VERSION, "playing": True}).encode()
    assert len(text) < 126
    return bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text


# --- start ------------------------------------------------------------------------------------


def test_one_line_says_where_the_page_is() -> None:
    with live_server() as running:
        assert running.line == (
            f"Neural Network Playground: http://127.0.0.1:{running.port} (Ctrl+C stops it)\n"
        )
        assert json.loads(running.get("/healthz"))["status"] == "ok"
        running.process.send_signal(signal.SIGTERM)
        more, _ = running.process.communicate(timeout=PATIENCE)
        assert more == ""


def test_a_port_that_is_taken_is_said_in_one_line() -> None:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        done = subprocess.run(
            command("serve", "--port", str(port)),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=30,
        )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"playground: Port {port} of 127.0.0.1 is used by another")
    assert "--port" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_a_host_that_is_not_of_this_machine_is_refused_with_advice(host: str) -> None:
    with pytest.raises(ListenError, match=r"no address of this machine.*--host"):
        listen(host, 0)


def test_an_address_of_the_other_family_is_written_in_brackets() -> None:
    try:
        listener = listen("::1", 0)
    except ListenError:
        pytest.skip("this machine has no IPv6")
    with listener:
        address = url(Settings(host="::1"), listener)
        assert address == f"http://[::1]:{listener.getsockname()[1]}"


def test_a_server_for_every_address_is_opened_at_this_one() -> None:
    with listen("0.0.0.0", 0) as listener:
        address = url(Settings(host="0.0.0.0"), listener)
        assert address == f"http://127.0.0.1:{listener.getsockname()[1]}"


# --- stop -------------------------------------------------------------------------------------


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_soon_and_without_failure(signal_number: signal.Signals) -> None:
    with live_server() as running, running.connect() as watching, running.connect() as silent:
        assert b" 101 " in upgrade(watching)
        watching.sendall(hello())
        silent.sendall(b"GET / HT")
        before = time.monotonic()
        running.process.send_signal(signal_number)
        _, error = running.process.communicate(timeout=PATIENCE)
        assert time.monotonic() - before < 5
        assert running.process.returncode == 0
        assert error == ""


def test_pages_are_told_that_it_stops() -> None:
    with live_server() as running, running.connect() as page:
        upgrade(page)
        page.sendall(hello())
        page.recv(1)
        running.process.send_signal(signal.SIGTERM)
        received = b""
        while piece := page.recv(65_536):
            received += piece
        assert b"server_stopping" in received
        assert (1012).to_bytes(2, "big") in received[-200:]


def test_a_server_whose_inside_has_failed_stops_with_an_error() -> None:
    program = """
import asyncio, sys
from app import cli, scheduler

async def fail(self):
    await asyncio.sleep(0.3)
    raise RuntimeError("inside")

scheduler.Scheduler.run = fail
sys.exit(cli.main(["serve", "--port", "0", "--snapshot-dir", ""]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("playground: The server has failed")
    assert "RuntimeError: inside" in done.stderr


# --- slow and silent clients ------------------------------------------------------------------


@pytest.mark.timed
@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nx",
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET / HT",
    ],
    ids=["nothing", "half a head", "half a body", "half of a second request"],
)
def test_a_request_that_does_not_arrive_is_not_waited_for(
    impatient: LiveServer, sent: bytes
) -> None:
    with impatient.connect() as client:
        client.sendall(sent)
        assert seconds_until_closed(client) < 3


@pytest.mark.timed
def test_a_request_in_drops_is_not_waited_for_either(impatient: LiveServer) -> None:
    with impatient.connect() as client:
        before = time.monotonic()
        with contextlib.suppress(ConnectionError):
            while time.monotonic() - before < PATIENCE:
                client.sendall(b"G")
                time.sleep(0.05)
        assert time.monotonic() - before < 3


@pytest.mark.timed
def test_a_page_that_answers_no_ping_is_let_go(impatient: LiveServer) -> None:
    with impatient.connect() as page:
        assert b" 101 " in upgrade(page)
        page.sendall(hello())
        assert seconds_until_closed(page) < 5


def test_a_websocket_is_not_subject_to_the_limit_of_requests() -> None:
    with live_server("--header-timeout", "0.3") as running, running.connect() as page:
        upgrade(page)
        page.sendall(hello())
        page.settimeout(0.2)
        end = time.monotonic() + 1
        while time.monotonic() < end:
            try:
                assert page.recv(65_536)
            except TimeoutError:
                continue


def test_messages_are_not_compressed_by_the_websocket(impatient: LiveServer) -> None:
    with impatient.connect() as page:
        assert b"permessage-deflate" not in upgrade(page).lower()


def test_a_compressed_message_is_a_fault_of_the_protocol_and_never_unpacked(
    impatient: LiveServer,
) -> None:
    with impatient.connect() as page:
        upgrade(page)
        bomb = zlib.compress(bytes(10_000_000), wbits=-15)
        head = bytes([0xC1, 0xFE]) + len(bomb).to_bytes(2, "big")  # RSV1: compressed
        page.sendall(head + bytes(4) + bomb)
        received = b""
        with contextlib.suppress(ConnectionError):
            while piece := page.recv(65_536):
                received += piece
        assert received[:1] == b"\x88"
        assert received[2:4] == (1002).to_bytes(2, "big")


def test_a_message_that_says_it_is_too_long_is_not_waited_for(impatient: LiveServer) -> None:
    with impatient.connect() as page:
        upgrade(page)
        page.sendall(bytes([0x81, 0xFF]) + (1 << 40).to_bytes(8, "big") + bytes(4))
        assert page.recv(4)[2:4] == (1009).to_bytes(2, "big")


def test_a_foreign_origin_gets_no_websocket(impatient: LiveServer) -> None:
    with impatient.connect() as page:
        assert upgrade(page, "http://evil.example").startswith(b"HTTP/1.1 403 ")


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors in /proc")
def test_no_connection_is_kept_after_its_end(impatient: LiveServer) -> None:
    def descriptors() -> int:
        return sum(1 for _ in Path(f"/proc/{impatient.process.pid}/fd").iterdir())

    impatient.get("/healthz")
    time.sleep(1)
    before = descriptors()
    connections = [impatient.connect() for _ in range(20)]
    for number, connection in enumerate(connections):
        if number % 2:
            upgrade(connection)
            connection.sendall(hello())
    for connection in connections[:10]:
        connection.close()
    deadline = time.monotonic() + PATIENCE
    while descriptors() > before and time.monotonic() < deadline:
        time.sleep(0.1)
    for connection in connections:
        connection.close()
    assert descriptors() <= before


def test_garbage_is_answered_and_logged_in_one_line() -> None:
    with live_server() as running:
        with running.connect() as client:
            client.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")
            answer = client.recv(4096)
            assert answer.startswith(b"HTTP/1.1 400 ")
            assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"] == "bad_request"
            assert b"nosniff" in answer
        running.process.send_signal(signal.SIGTERM)
        _, error = running.process.communicate(timeout=PATIENCE)
        assert error.count("\n") == 1
        assert "Traceback" not in error


# --- settings of uvicorn ----------------------------------------------------------------------


def test_uvicorn_is_configured_as_measured() -> None:
    settings = Settings(snapshot_dir=None)
    used: Config = config(create_app(settings), settings)
    expected: dict[str, Any] = {
        "ws": PageSocket,
        "ws_max_size": 262_144,
        "ws_per_message_deflate": False,
        "ws_ping_interval": 10,
        "ws_ping_timeout": 10,
        "access_log": False,
        "server_header": False,
        "timeout_graceful_shutdown": 2,
        "limit_concurrency": None,
        "workers": 1,
        "proxy_headers": True,
        "forwarded_allow_ips": "127.0.0.1,::1",
    }
    assert {name: getattr(used, name) for name in expected} == expected


def test_the_time_for_stopping_suffices_for_all_parts_of_it() -> None:
    assert 2 * server.FAREWELL < 0.9


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="Linux alone has it")
def test_a_dead_peer_is_dropped_by_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def look(self: server.Server, sockets: list[socket.socket]) -> None:
        seen.append(sockets[0].getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT))

    monkeypatch.setattr(server.Server, "run", look)
    server.run(Settings(port=0, snapshot_dir=None, tcp_timeout=7))
    assert seen == [7000]


def test_without_httptools_the_server_still_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn.protocols.http.httptools_impl", None)
    assert server.http_protocol(Settings(), Traffic(Settings())) == "h11"
