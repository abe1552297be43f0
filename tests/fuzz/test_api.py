"""The interface for programs under any request that its own description allows, or does not."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from app.main import create_app
from app.security import security_headers
from app.settings import Settings
from tests.app.live import LiveServer, live_server
from tests.fuzz.readable import require_readable

SCHEMA = schemathesis.openapi.from_dict(create_app(Settings(snapshot_dir=None)).openapi())
OPERATIONS: list[Any] = [operation for path in SCHEMA.values() for operation in path.values()]
# What the description allows may still be refused: an experiment that cannot be, a unit that is
# not there. And that a session is removed by one request is seen by all that follow.
EXCLUDED = [
    CHECKS.get_one(name)
    for name in ("positive_data_acceptance", "use_after_free", "ensure_resource_availability")
]

REJECTION = CHECKS.get_one("negative_data_rejection")  # which does not know of 413


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    options = ["--longest-wait", "0.05", "--message-burst", "10000", "--message-rate", "10000"]
    with live_server(*options, "--page-burst", "100000", "--request-burst", "1000000") as server:
        yield server


def test_the_whole_interface_is_described() -> None:
    labels = {operation.label for operation in OPERATIONS}
    assert "POST /api/sessions" in labels
    assert "POST /api/session/commands" in labels
    assert len(labels) == 7


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_every_request_is_followed_or_refused_in_words(server, operation, mode):
    token = ""

    @settings(max_examples=settings().max_examples, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case):
        nonlocal token
        url = f"http://127.0.0.1:{server.port}"
        if not token:
            with server.client() as client:
                token = client.post("/api/sessions", json={}).json()["token"]
        response = case.call(base_url=url, headers={"Session-Token": token}, timeout=5)
        if operation.method.upper() == "DELETE":
            token = ""
        known = [*EXCLUDED, *([REJECTION] if response.status_code == 413 else [])]
        case.validate_response(response, excluded_checks=known)
        type_ = response.headers.get("content-type", [""])[0]
        assert response.status_code < 500
        if response.status_code != 400 or "json" in type_ or "html" in type_:  # it was HTTP at all
            assert set(map(str.lower, security_headers(Settings()))) <= set(response.headers)
        if response.status_code >= 400 and "json" in type_ and response.content:
            require_readable(response.json()["error"]["message"])

    ask()
    assert server.get("/robots.txt").startswith(b"User-agent")
