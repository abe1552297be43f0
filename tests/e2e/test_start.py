"""How the page begins: painted before its scripts are there, and nothing moves until all is."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Route, expect

from .conftest import Opener, Server, readout, wait_ready
from .test_steady import WATCH, shifts

SCREENS: dict[str, dict[str, Any]] = {
    "laptop": {"viewport": {"width": 1440, "height": 900}},
    "small": {"viewport": {"width": 1024, "height": 768}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
SLOWNESS = 4
SETTLE_MS = 1000
FONT_LATE_MS = 500


@pytest.fixture(params=SCREENS)
def visitor(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """Somebody who was never here, on one of three screens."""
    context = browser.new_context(**SCREENS[request.param])
    yield context
    context.close()


def slow_down(page: Page) -> CDPSession:
    """As a phone would be: each piece of the start is then a frame of its own."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWNESS})
    return devtools


@pytest.mark.parametrize("link", ["", "#v=1&problem=multiclass&classes=4&layers=8:relu,8:relu"])
def test_nothing_moves_while_the_page_is_made(
    visitor: BrowserContext, server: Server, link: str
) -> None:
    page = visitor.new_page()
    page.add_init_script(WATCH)
    slow_down(page)
    page.goto(f"{server.url}/{link}")
    wait_ready(page)
    page.wait_for_timeout(SETTLE_MS)
    assert shifts(page) == []


def test_a_font_that_comes_late_moves_nothing(visitor: BrowserContext, server: Server) -> None:
    page = visitor.new_page()
    page.add_init_script(WATCH)

    def late(route: Route) -> None:
        page.wait_for_timeout(FONT_LATE_MS)
        route.continue_()

    page.route("**/*.woff2", late)
    page.goto(server.url)
    wait_ready(page)
    page.wait_for_timeout(SETTLE_MS)
    assert page.evaluate("() => document.fonts.check('14px \"Inter Latin\"')")
    assert shifts(page) == []


def test_without_its_font_the_page_is_there_as_well(page: Page, server: Server) -> None:
    page.route("**/*.woff2", lambda route: None)
    page.goto(server.url, wait_until="commit")
    wait_ready(page)
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_the_page_is_painted_before_its_modules_are_there(page: Page, server: Server) -> None:
    held: list[Route] = []
    page.route(re.compile(r"/js/(main|chunks/)"), lambda route: held.append(route))
    page.goto(server.url, wait_until="commit")
    page.wait_for_function(
        "() => performance.getEntriesByName('first-contentful-paint').length > 0"
    )
    assert len(held) > 1
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Play", exact=True)).to_have_count(0)
    for route in held:
        route.continue_()
    wait_ready(page)


def test_a_look_and_a_link_hold_from_the_first_paint_on(opened: Opener, server: Server) -> None:
    page = opened()
    page.evaluate("() => localStorage.setItem('look', JSON.stringify({theme: 'dark'}))")
    page.route(re.compile(r"/js/main"), lambda route: None)
    for hides in ("hide_text=true&v=1", "hideText=true"):
        page.goto("about:blank")
        page.goto(f"{server.url}/#{hides}", wait_until="commit")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        expect(page.locator("#app")).to_be_attached()
        expect(page.get_by_role("heading", level=1)).to_be_hidden()


def test_what_the_server_says_early_is_not_lost(opened: Opener) -> None:
    """It answers while the views are made: with a machine that is slow, all of it comes before."""
    page = opened()
    slow_down(page)
    page.reload()
    wait_ready(page)
    expect(readout(page, "Epoch")).to_have_text("000,000")
    page.get_by_role("button", name="Step").click()
    expect(readout(page, "Epoch")).to_have_text("000,001")


def test_what_a_first_number_takes_is_read_in_a_thread_of_its_own_that_ends(
    browser: Browser, server: Server
) -> None:
    context = browser.new_context(locale="es-ES")
    page = context.new_page()
    with page.expect_worker(lambda worker: "/workers/numbers-" in worker.url):
        page.goto(server.url)
    wait_ready(page)
    assert [worker.url for worker in page.workers if "/numbers-" in worker.url] == []
    context.close()
