"""A page whose server, network or machine goes away says so, and goes on by itself."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.faults.proxy import network

from .conftest import Server, address, epoch, settled, until, wait_ready

SPIRAL = "#v=1&dataset=spiral&layers=8:tanh,8:tanh&learning_rate=0.1"
RECOVERS_WITHIN = 3.0
"""Seconds after the server answers again."""
NOTICES_WITHIN = 15_000
"""Milliseconds after the network has gone."""


@pytest.fixture
def marked(page: Page) -> Iterator[Page]:
    """A page that the test opens, and that must never load itself anew."""
    yield page
    assert page.evaluate("() => window.neverReloaded") is True


def open_and_play(page: Page, url: str, seconds: float = 1.5) -> None:
    """Open the experiment, and play it for so long."""
    page.goto(f"{url}/{SPIRAL}")
    page.evaluate("() => { window.neverReloaded = true; }")
    wait_ready(page)
    page.get_by_role("button", name="Play").click()
    until(lambda: epoch(page) > 50, "it plays", 60)
    page.wait_for_timeout(1000 * seconds)


def connection(page: Page) -> Locator:
    """What the page says of its connection."""
    return page.locator(".connection")


@pytest.mark.timed
@pytest.mark.parametrize("away", [1.0, pytest.param(30.0, marks=pytest.mark.slow)])
def test_a_page_plays_on_within_three_seconds_after_its_server_was_killed_and_is_back(
    own_server: Server, marked: Page, away: float
) -> None:
    page = marked
    open_and_play(page, own_server.url)
    own_server.kill()
    expect(connection(page)).to_have_text("Reconnecting…")
    before = epoch(page)
    page.wait_for_timeout(1000 * away)
    own_server.start()
    until(lambda: epoch(page) != before, "it trains again", RECOVERS_WITHIN)
    expect(connection(page)).to_be_hidden()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    until(lambda: epoch(page) > before, "from where it was")
    assert "spiral" in address(page)


@pytest.mark.timed
def test_a_page_that_lost_some_epochs_says_how_many(own_server: Server, marked: Page) -> None:
    page = marked
    open_and_play(page, own_server.url)
    own_server.kill()
    own_server.start()
    expect(page.get_by_text("The session resumed from its last snapshot")).to_contain_text(
        "epochs earlier"
    )


@pytest.mark.parametrize("cut", [0.0, pytest.param(30.0, marks=pytest.mark.slow)])
def test_a_paused_page_notices_that_the_network_is_gone_and_resumes_its_session(
    server: Server, marked: Page, cut: float
) -> None:
    page = marked
    with network(server.port) as between:
        open_and_play(page, f"http://127.0.0.1:{between.port}", 0)
        page.get_by_role("button", name="Pause").click()
        before = settled(page)
        between.cut()
        page.get_by_role("checkbox", name="Discretize output").check()
        expect(connection(page)).to_have_text("Reconnecting…", timeout=NOTICES_WITHIN)
        page.wait_for_timeout(1000 * cut)
        between.mend()
        expect(connection(page)).to_be_hidden()
        assert epoch(page) == before
        until(lambda: "discretize" in address(page), "what was asked for in vain is done")
        page.get_by_role("button", name="Play").click()
        until(lambda: epoch(page) > before, "it plays on")
        expect(page.locator(".toast")).to_have_count(0)


def test_a_page_that_slept_longer_than_its_session_lived_starts_the_same_experiment_and_says_so(
    own_server: Server, marked: Page, tmp_path: Path
) -> None:
    page = marked
    open_and_play(page, own_server.url)
    page.get_by_role("button", name="Run until…").click()
    page.get_by_label("Stop at epoch").fill("5000000")
    page.get_by_role("button", name="Set", exact=True).click()
    before = epoch(page)
    devices = page.context.new_cdp_session(page)
    devices.send("Page.setWebLifecycleState", {"state": "frozen"})
    own_server.kill()
    for file in tmp_path.iterdir():
        file.unlink() if file.is_file() else shutil.rmtree(file)
    own_server.start()
    devices.send("Page.setWebLifecycleState", {"state": "active"})
    expect(page.get_by_text("The server no longer had this session")).to_be_visible()
    expect(connection(page)).to_be_hidden()
    until(lambda: epoch(page) < before, "it has started again")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("radio", name="Spiral")).to_be_checked()
    until(lambda: epoch(page) > 20, "it trains")
    assert "layers=8:tanh,8:tanh" in address(page)
    page.get_by_role("button", name="Run until…").click()  # what it shows is the server's word
    expect(page.get_by_label("Stop at epoch")).to_have_value("5000000")


def test_the_older_of_two_tabs_is_told_and_can_take_the_session_back(
    server: Server, marked: Page
) -> None:
    older = marked
    open_and_play(older, server.url, 0)
    with older.context.expect_page() as opened:
        older.evaluate("() => void window.open(location.href)")
    newer = opened.value
    wait_ready(newer)
    taken = connection(older)
    expect(taken).to_contain_text("This session goes on in another tab.")
    until(lambda: epoch(newer) > epoch(older), "the newer one plays")
    before = epoch(newer)
    taken.get_by_role("button", name="Continue here").click()
    expect(connection(newer)).to_contain_text("This session goes on in another tab.")
    expect(taken).to_be_hidden()
    stopped = settled(newer)
    assert stopped >= before
    until(lambda: epoch(older) > stopped, "the older one plays on, alone")
    assert epoch(newer) == stopped
    newer.close()


def test_a_page_without_a_session_is_told_so_and_shows_no_verdict(
    tmp_path: Path, browser: Browser
) -> None:
    server = Server(tmp_path, [sys.executable, "-m", "app", "serve", "--max-sessions", "1"])
    server.start()
    first, second = (browser.new_page(viewport={"width": 1440, "height": 900}) for _ in range(2))
    try:
        first.goto(server.url)
        wait_ready(first)
        verdicts = first.locator(".health-cell .badge")
        expect(verdicts.first).to_be_visible()
        second.goto(server.url)
        expect(second.locator(".toasts")).to_contain_text("try again later")
        expect(second.locator(".health-cell .badge").first).to_be_attached()
        for verdict in second.locator(".health-cell .badge").all():
            expect(verdict).to_be_hidden()
    finally:
        first.close()
        second.close()
        server.stop()


def test_a_page_that_cannot_connect_says_so_and_what_it_does(page: Page, server: Server) -> None:
    page.route_web_socket("**/ws", lambda socket: socket.close())
    page.goto(server.url)
    expect(connection(page)).to_have_text("Connecting…")
    expect(connection(page)).to_contain_text("No connection to the server.", timeout=10_000)
    expect(connection(page)).to_contain_text("keeps trying")


def test_a_link_with_many_mistakes_has_all_of_them_told(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/#v=1&dataset=foo&noise=900&layers=3:bar&learning_rate=x&zzz=1")
    told = page.locator(".toast")
    expect(told).to_have_count(3)
    seen: list[str] = []
    while told.count():
        seen.append(told.first.inner_text())
        told.first.get_by_role("button").click()
    assert len(seen) == 5
    assert sum("The link says" in text for text in seen) == 5
