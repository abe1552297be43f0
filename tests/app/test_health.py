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
    assert response.headers["cache-control"] == "no-store"


def test_a_server_that_has_not_started_or_is_stopping_is_not_ready() -> None:
    client = TestClient(create_app(Settings(snapshot_dir=None)), base_url="http://127.0.0.1")
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["status"] == "starting or stopping"
