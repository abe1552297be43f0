"""`/metrics`: every number moves when it should, adds up over workers, and is for few eyes."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import ValidationError
from starlette.testclient import TestClient

from app.main import create_app
from app.metrics import Readers
from app.settings import Settings
from tests.app.live import live_server

NAMES = {
    "playground_sessions",
    "playground_pages",
    "playground_connections",
    "playground_event_loop_lag_seconds",
    "playground_snapshot_age_seconds",
    "playground_frames",
    "playground_frame_bytes",
    "playground_epochs",
    "playground_visits",
    "playground_slice_overruns",
    "playground_refusals",
    "playground_snapshots_written",
    "playground_snapshots_failed",
    "playground_command_seconds",
}


def numbers(text: str) -> dict[str, float]:
    """The samples by name and labels."""
    return {
        sample.name + "".join(f"{{{value}}}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def client() -> Iterator[TestClient]:
    app = create_app(Settings(snapshot_dir=None, metrics_from="192.0.2.0/24"))  # type: ignore[arg-type]
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("192.0.2.7", 1)) as client:
        yield client


def test_all_that_is_promised_is_there_from_the_start(client: TestClient) -> None:
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    families = list(text_string_to_metric_families(response.text))
    assert {family.name for family in families} == NAMES
    for family in families:
        assert family.documentation


def test_refusals_are_counted_by_kind(client: TestClient) -> None:
    client.get("/", headers={"Host": "evil.example"})
    client.post("/", content=b"x")
    client.post("/", content=b"x")
    found = numbers(client.get("/metrics").text)
    assert found["playground_refusals_total{host}"] == 1
    assert found["playground_refusals_total{body}"] == 2


def test_requests_for_sessions_are_counted(client: TestClient) -> None:
    before = numbers(client.get("/metrics").text)["playground_visits_total"]
    token = client.post("/api/sessions", json={}).json()["token"]
    client.get("/api/session", headers={"Session-Token": token})
    client.get("/api/session", headers={"Session-Token": "nobodys"})
    found = numbers(client.get("/metrics").text)
    assert found["playground_visits_total"] == before + 3
    assert found["playground_refusals_total{session token}"] == 1
    assert found["playground_sessions"] == 1
    client.delete("/api/session", headers={"Session-Token": token})


def test_other_addresses_are_refused() -> None:
    app = create_app(Settings(snapshot_dir=None))
    with TestClient(app, base_url="http://127.0.0.1", client=("192.0.2.7", 1)) as client:
        response = client.get("/metrics")
    assert response.status_code == 403
    assert "--metrics-from" in response.text
    assert "playground_sessions" not in response.text


@pytest.mark.parametrize(
    ("names", "address", "allowed"),
    [
        (("127.0.0.1", "::1"), "127.0.0.1", True),
        (("127.0.0.1", "::1"), "::1", True),
        (("127.0.0.1", "::1"), "::ffff:127.0.0.1", True),
        (("127.0.0.1", "::1"), "192.0.2.1", False),
        (("10.0.0.0/8",), "10.1.2.3", True),
        (("10.0.0.0/8",), "11.1.2.3", False),
        (("*",), "192.0.2.1", True),
        (("*",), "unknown", True),
        ((), "127.0.0.1", False),
        (("127.0.0.1",), "unknown", False),
        (("127.0.0.1",), "", False),
    ],
)
def test_readers(names: tuple[str, ...], address: str, allowed: bool) -> None:
    assert Readers(names).include(address) is allowed


def test_readers_are_addresses() -> None:
    with pytest.raises(ValidationError, match="addresses or networks"):
        Settings(metrics_from=("example.org",))


def test_numbers_follow_what_happens_and_say_nothing_of_users(tmp_path: Path) -> None:
    with live_server("--snapshot-dir", str(tmp_path), "--snapshot-interval", "0.1") as server:

        def scrape() -> dict[str, float]:
            return numbers(server.get("/metrics").decode())

        with server.page() as page:
            page.watch(20)
            page.say("configure", changes={"learning_rate": 0.1}, id=1)
            page.say("nonsense")
            page.watch(20)
            until(lambda: scrape()["playground_snapshots_written_total"] > 0)
            until(lambda: scrape()["playground_command_seconds_count"] >= 2)
            found = scrape()
            assert found["playground_sessions"] == found["playground_pages"] == 1
            assert found["playground_connections"] >= 2
            assert found["playground_frames_total"] >= 38
            assert found["playground_frame_bytes_total"] > 100 * found["playground_frames_total"]
            assert found["playground_epochs_total"] > 10
            assert found["playground_refusals_total{command}"] == 1
            assert found["playground_snapshots_failed_total"] == 0
            assert 0 <= found["playground_snapshot_age_seconds"] < 10
            assert 0 < found["playground_command_seconds_sum"] < 10
            text = server.get("/metrics").decode()
        until(lambda: scrape()["playground_pages"] == 0)
        before = scrape()["playground_epochs_total"]
        time.sleep(0.5)
        assert scrape()["playground_epochs_total"] == before  # nobody looks: nothing trains
    assert not re.search(r"127\.0\.0\.1|token|nonsense|learning", text)


@pytest.mark.skipif(os.name == "nt", reason="there, one process serves")
def test_numbers_of_all_workers_are_one_sum_that_never_goes_back() -> None:
    with live_server("--workers", "2") as server:

        def scrape() -> dict[str, float]:
            return numbers(server.get("/metrics").decode())

        def workers() -> list[int]:
            path = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
            return [int(pid) for pid in path.read_text().split()]

        with server.page() as one, server.page() as other:
            one.watch(20)
            other.watch(20)
            for _ in range(4):  # whichever worker answers
                until(lambda: scrape()["playground_frames_total"] >= 40)
                until(lambda: scrape()["playground_pages"] == 2)
        before = scrape()
        victim = workers()[0]
        os.kill(victim, signal.SIGKILL)
        until(lambda: victim not in workers() and len(workers()) == 2)
        time.sleep(1.2)
        after = scrape()
        for name in before:
            if name.endswith(("_total", "_count", "_bucket")):
                assert after[name] >= before[name], name
        assert after["playground_pages"] == 0
