"""`/healthz`: what load balancers and containers ask."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from app import __version__
from app.main import create_app
from app.settings import Settings


@pytest.fixture
def client() -> Iterator[TestClient]:
    app = create_app(Settings(snapshot_dir=None))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


def test_a_server_that_runs_says_so_and_how_busy_it_is(client: TestClient) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    report = response.json()
    assert report["status"] == "ok"
    assert report["version"] == __version__
    assert report["sessions"] == 0
    assert report["uptime_seconds"] >= 0
    assert 0 <= report["loop_lag_ms"] < 1000
    assert 1 <= report["tasks"] < 20
    assert response.headers["cache-control"] == "no-store"


def test_a_server_that_has_not_started_or_is_stopping_is_not_ready() -> None:
    client = TestClient(create_app(Settings(snapshot_dir=None)), base_url="http://127.0.0.1")
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["status"] == "starting or stopping"


def test_a_server_that_may_take_pages_is_ready(client: TestClient) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ready"})
    assert response.headers["cache-control"] == "no-store"


def test_one_that_has_not_started_is_not_ready() -> None:
    client = TestClient(create_app(Settings(snapshot_dir=None)), base_url="http://127.0.0.1")
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"status": "starting or stopping"})
    assert response.headers["retry-after"] == "5"


def test_one_that_stops_or_cannot_keep_sessions_is_not_ready(client: TestClient) -> None:
    store = client.app.state.store  # type: ignore[attr-defined]
    store.tally.wrote(1, 1, store.clock())
    assert client.get("/readyz").json() == {"status": "snapshots cannot be written"}
    store.tally.wrote(1, 0, store.clock())
    assert client.get("/readyz").status_code == 200
    store._stopping = True
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"status": "stopping"})
    assert client.get("/healthz").status_code == 200  # it is alive
