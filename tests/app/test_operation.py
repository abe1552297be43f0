"""A server that nobody looks after: it saves and says so when it stops, and rests when it can."""

import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.app.live import live_server


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_server_that_is_asked_to_stop_tells_its_pages_and_saves_all_that_they_saw(
    workers: str, tmp_path: Path
) -> None:
    # by itself it would have saved once, a minute ago
    options = ["--snapshot-dir", str(tmp_path), "--snapshot-interval", "60", "--workers", workers]
    with live_server(*options) as running, running.page() as page:
        page.watch(60)
        running.process.send_signal(signal.SIGTERM)
        told: list[dict[str, Any]] = []
        with pytest.raises(ConnectionClosed) as closed:
            told.extend(iter(page.hear, {}))
        running.process.wait(10)
        assert running.process.returncode == 0
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012
    assert [event["notices"][0]["code"] for event in told if event["type"] == "notice"] == [
        "server_stopping"
    ]
    seen = page.epoch
    assert seen > 0
    token = page.welcome["token"]
    with live_server(*options) as again, again.page(token=token) as page:
        assert page.welcome["resumed"] == "snapshot"
        page.hear_of("frame")
        assert page.epoch >= seen


@pytest.mark.timed
def test_a_session_without_a_page_rests_goes_on_later_and_is_dropped_in_the_end(
    tmp_path: Path,
) -> None:
    options = ["--snapshot-dir", str(tmp_path), "--snapshot-interval", "0.1"]
    with live_server(*options, "--session-linger", "2") as running:

        def sessions() -> int:
            count: int = json.loads(running.get("/healthz"))["sessions"]
            return count

        with running.page() as page:
            page.watch(20)
        seen, token = page.epoch, page.welcome["token"]
        time.sleep(1)
        with running.page(token=token, playing=False) as page:
            page.hear_of("frame")
            assert page.welcome["resumed"] == "memory"
            assert seen <= page.epoch < seen + 500  # a second of training has thousands
            page.say("pause")
        assert sessions() == 1
        deadline = time.monotonic() + 10
        while sessions() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert sessions() == 0
        with running.page(token=token) as page:
            assert page.welcome["resumed"] == "snapshot"
