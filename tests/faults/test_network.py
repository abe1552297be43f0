"""A network that is cut says nothing to anybody; a laptop that sleeps does not either."""

import contextlib
import json
import time

import pytest

from app.errors import CloseCode
from tests.app.live import LiveServer, live_server
from tests.faults.page import Page, eventually
from tests.faults.proxy import network

LINK = "#v=1&dataset=xor&noise=20"
QUICK = ("--ws-ping-interval", "0.4", "--ws-ping-timeout", "0.4", "--tcp-timeout", "1")
"""The server notices within a second, instead of twenty, that a page is gone."""


def sessions(server: LiveServer) -> int:
    """How many the server holds in memory."""
    count: int = json.loads(server.get("/healthz"))["sessions"]
    return count


@pytest.mark.timed
@pytest.mark.parametrize(
    ("options", "seconds"),
    [
        pytest.param(QUICK, 2.0, id="a moment"),
        pytest.param((), 30.0, id="30 s", marks=pytest.mark.slow),
    ],
)
def test_a_page_whose_network_was_cut_resumes_its_session(
    options: tuple[str, ...], seconds: float
) -> None:
    with (
        live_server(*options) as server,
        network(server.port) as between,
        Page(server.port, playing=True) as other,
        Page(between.port, hash=LINK) as page,
    ):
        page.say("play")
        assert page.wait_for(lambda page: page.epoch > 20)
        assert other.wait_for(lambda other: bool(other.frames))
        begun = other.frames[0].at  # what came before is its own start
        between.cut()
        cut = time.monotonic()
        last = page.epoch
        time.sleep(seconds)
        assert page.code is None, "nothing was said"
        between.mend()
        with Page(between.port, token=page.token) as again:
            assert (again.resumed, again.token) == ("memory", page.token)
            assert again.of("status")[0]["state"] == "playing"
            assert again.wait_for(lambda again: bool(again.frames))
            assert again.frames[0].epoch >= last
            assert again.wait_for(lambda again: again.epoch > again.frames[0].epoch)
        assert other.code is None
        assert other.gap(max(cut - 1, begun)) < 0.75
        assert sessions(server) == 2


@pytest.mark.timed
def test_a_session_does_not_train_for_a_page_that_was_cut_off() -> None:
    with (
        live_server(*QUICK) as server,
        network(server.port) as between,
        Page(between.port, playing=True) as page,
    ):
        assert page.wait_for(lambda page: page.epoch > 20)
        between.cut()
        last = page.epoch
        time.sleep(3)
        between.mend()
        with Page(between.port, token=page.token) as again:
            assert again.resumed == "memory"
            assert again.wait_for(lambda again: bool(again.frames))
            trained = again.frames[0].epoch - last
        # At 120 epochs per second: those until it was noticed, not those of the whole time.
        assert trained < 1.7 * 120


@pytest.mark.parametrize("kept", [True, False], ids=["with snapshots", "without"])
def test_after_a_long_sleep_a_page_resumes_or_starts_again_and_is_told(tmp_path, kept) -> None:
    options = (*QUICK, "--session-linger", "0.5")
    folder = ("--snapshot-dir", str(tmp_path)) if kept else ()
    with (
        live_server(*options, *folder) as server,
        network(server.port) as between,
        Page(between.port, hash=LINK, playing=True) as page,
    ):
        assert page.wait_for(lambda page: page.epoch > 20)
        experiment = page.of("experiment")[-1]
        between.cut()
        last = page.epoch
        assert eventually(lambda: sessions(server) == 0)
        between.mend()
        link = experiment["hash"]
        with Page(server.port, token=page.token, hash=link, playing=True) as again:
            assert again.of("experiment")[0]["spec"] == experiment["spec"]
            assert again.of("status")[0]["state"] == "playing"
            assert again.wait_for(lambda again: bool(again.frames))
            if kept:
                assert (again.resumed, again.token) == ("snapshot", page.token)
                assert again.frames[0].epoch >= last
            else:
                assert again.resumed == "expired"
                assert again.token != page.token
                assert again.frames[0].epoch < last


def test_of_two_tabs_the_older_is_told_and_can_take_the_session_back() -> None:
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(live_server())
        tabs = [stack.enter_context(Page(server.port, playing=True))]
        for _ in range(3):  # the second tab takes it, the first takes it back, and so on
            older = tabs[-1]
            assert older.wait_for(lambda older: older.epoch > 10)
            tabs.append(stack.enter_context(Page(server.port, token=tabs[0].token)))
            newer = tabs[-1]
            assert newer.resumed == "memory"
            assert older.wait_for(lambda older: older.code is not None)
            assert older.code == CloseCode.TAKEN_OVER
            assert "open in another window" in older.reason
            assert newer.wait_for(lambda newer: newer.epoch > 10)
            assert newer.frames[0].epoch >= older.epoch
        assert tabs[-1].code is None
        assert sessions(server) == 1
