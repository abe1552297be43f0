"""The HTTP interface under any request: schemathesis for those that are HTTP, bytes for the others.

Against a real server, as half of what reads a request is not ours.
"""

import contextlib
import re
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from app.main import create_app
from app.security import security_headers
from app.settings import Settings
from tests.app.live import LiveServer, live_server
from tests.fuzz.http_interface import TYPES, document, routes
from tests.fuzz.readable import require_readable

APP = create_app(Settings(snapshot_dir=None))
SCHEMA = schemathesis.openapi.from_dict(document(APP))
OPERATIONS: list[Any] = [operation for path in SCHEMA.values() for operation in path.values()]
# Every check but those of interfaces that refuse what they do not know: a page overlooks it.
LENIENT = ["negative_data_rejection", "positive_data_acceptance"]
EXCLUDED = [CHECKS.get_one(name) for name in LENIENT]


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with live_server("--header-timeout", "0.5", "--allowed-hosts", "*") as server:
        yield server


def test_every_address_whose_content_is_known_is_there() -> None:
    assert set(TYPES) <= {route.path for route in routes(APP)}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_no_request_makes_more_than_the_content_or_a_readable_error(server, operation, mode):
    @settings(max_examples=settings().max_examples // 5, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case):
        response = case.call(base_url=f"http://127.0.0.1:{server.port}", timeout=5)
        case.validate_response(response, excluded_checks=EXCLUDED)
        type_ = response.headers.get("content-type", [""])[0]
        if response.status_code != 400 or "json" in type_ or "html" in type_:  # it was HTTP at all
            assert set(map(str.lower, security_headers(Settings()))) <= set(response.headers)
        if response.status_code >= 400 and "json" in type_ and response.content:
            require_readable(response.json()["error"]["message"])

    ask()


LINES = st.sampled_from(
    [
        *("GET / HTTP/1.1", "GET /ws HTTP/1.1", "POST / HTTP/1.1", "GET /%00%ff/../.. HTTP/1.0"),
        *(
            "Host: 127.0.0.1",
            "Host: [:::]:99999",
            "Host: a:99999",
            "Host: a b",
            "Host:",
            "Content-Length: 5",
        ),
        *("Content-Length: -1", "Content-Length: 999999999999", "Transfer-Encoding: chunked"),
        *("Upgrade: websocket", "Connection: upgrade", "Sec-WebSocket-Version: 13"),
        *("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Key: x", "Upgrade: h2c"),
        *("Sec-WebSocket-Version: 99", "Origin: http://evil.example", "Expect: 100-continue"),
        *("X: " + "y" * 70_000, "\x00", ": ", "", "GET", "PRI * HTTP/2.0", "\x16\x03\x01"),
    ]
)
REQUESTS = st.lists(LINES.map(str.encode) | st.binary(max_size=30), min_size=1, max_size=8).map(
    lambda lines: b"\r\n".join([*lines, b"", b""])
)


@settings(max_examples=settings().max_examples * 2, suppress_health_check=list(HealthCheck))
@given(REQUESTS)
def test_bytes_that_are_no_request_are_refused_and_harm_nobody(server, data):
    with server.connect() as connection:
        with contextlib.suppress(OSError):  # it may be refused before it is all sent
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        with contextlib.suppress(ConnectionError):
            while piece := connection.recv(65536):
                answer += piece
    if answer:
        status = re.match(rb"HTTP/1\.[01] (\d{3}) ", answer)
        assert status, answer[:200]
        assert int(status[1]) < 500, answer[:500]
        assert b"Traceback" not in answer
    assert server.get("/robots.txt").startswith(b"User-agent")
