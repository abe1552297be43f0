"""Fingers on a phone: pinch, drag and double tap on the network, and the panel as a sheet."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from .conftest import Server, until, wait_ready

DEEP = "#v=1&layers=8:tanh,8:tanh,8:tanh,8:tanh,8:tanh,8:tanh"


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[tuple[Page, CDPSession]]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(f"{server.url}/{DEEP}")
    wait_ready(page)
    yield page, context.new_cdp_session(page)
    context.close()


def touch(session: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    at = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})


def pinch(session: CDPSession, before: float, after: float) -> None:
    """Two fingers around one place, first as far apart as `before`."""
    for kind, apart in ("touchStart", before), ("touchMove", (before + after) / 2):
        touch(session, kind, (200 - apart / 2, 400), (200 + apart / 2, 400))
    touch(session, "touchMove", (200 - after / 2, 400), (200 + after / 2, 400))
    touch(session, "touchEnd")


def zoom(page: Page) -> float:
    tile = page.locator(".network-tile").first
    return float(tile.evaluate("e => e.getBoundingClientRect().width / e.offsetWidth"))


def sharpness(page: Page) -> float:
    """Pixels of the drawing for each of its own length, however large it is shown."""
    return float(page.locator(".network-canvas").evaluate("e => e.width / e.offsetWidth"))


def test_two_fingers_enlarge_the_network_up_to_a_bound_and_two_taps_set_it_back(
    phone: tuple[Page, CDPSession],
):
    page, session = phone
    assert zoom(page) == pytest.approx(1, abs=0.02)
    usual = sharpness(page)
    pinch(session, 60, 120)
    assert zoom(page) == pytest.approx(2, rel=0.1)
    until(lambda: sharpness(page) == pytest.approx(zoom(page) * usual, rel=0.02), "as sharp again")
    pinch(session, 40, 300)
    assert zoom(page) == pytest.approx(3, rel=0.02)
    scrolls = page.locator(".network-scroller").evaluate("e => e.scrollWidth - e.clientWidth")
    assert scrolls > 700
    beside = page.evaluate(
        """() => {
          for (let y = 300; y < 700; y += 10) for (let x = 20; x < 380; x += 10) {
            if (document.elementFromPoint(x, y)?.matches(".network-canvas")) return [x, y];
          }
        }"""
    )
    for _ in range(2):
        touch(session, "touchStart", tuple(beside))
        touch(session, "touchEnd")
    until(lambda: abs(zoom(page) - 1) < 0.02, "as at first")
    until(lambda: sharpness(page) == usual, "with as many pixels as at first")


def test_pinched_together_all_of_the_network_is_seen(phone: tuple[Page, CDPSession]):
    page, session = phone
    scroller = page.locator(".network-scroller")
    assert scroller.evaluate("e => e.scrollWidth - e.clientWidth") > 200
    pinch(session, 340, 30)
    assert scroller.evaluate("e => e.scrollWidth - e.clientWidth") <= 2
    expect(page.locator(".network-tile").last).to_be_in_viewport()


def test_a_tap_finds_what_is_seen_in_an_enlarged_network(phone: tuple[Page, CDPSession]):
    page, session = phone
    pinch(session, 60, 120)
    tile = page.locator('.network-tile[data-column="1"]').nth(2)
    tile.scroll_into_view_if_needed()
    tile.tap()
    expect(page.locator(".weight-card")).to_be_visible()
    expect(page.locator(".weight-title")).to_contain_text("1")


def drag(session: CDPSession, x: float, y: float, by: float) -> None:
    touch(session, "touchStart", (x, y))
    for part in (0.3, 0.6, 1):
        touch(session, "touchMove", (x, y + by * part))
        time.sleep(0.06)  # or it is a fling, which the next tap would end
    touch(session, "touchMove", (x, y + by))
    time.sleep(0.1)
    touch(session, "touchEnd")


def test_a_panel_is_a_sheet_that_is_dragged_up_and_down(phone: tuple[Page, CDPSession]):
    page, session = phone
    dock = page.locator(".dock")
    tab = page.get_by_role("tab", name="Gradients")
    tab.tap()
    expect(page.get_by_role("tabpanel")).to_be_visible()

    def top() -> float:
        box = dock.bounding_box()
        assert box is not None
        return box["y"]

    low = top()
    assert low > 300
    assert dock.evaluate("e => e.getBoundingClientRect().bottom") == 844
    drag(session, 195, low + 25, -120)
    until(lambda: top() < low - 200, "the sheet is taller")
    drag(session, 195, top() + 25, 150)
    until(lambda: abs(top() - low) < 2, "as tall as at first")
    drag(session, 195, low + 25, 150)
    expect(page.get_by_role("tabpanel")).to_be_hidden()
    expect(tab).to_have_attribute("aria-selected", "true")


def test_settings_data_and_output_are_sheets_below_what_they_change(
    phone: tuple[Page, CDPSession],
):
    page, session = phone
    bar = page.locator(".sheet-bar")
    settings = bar.get_by_role("button", name="Settings")
    output = bar.get_by_role("button", name="Output")
    rate = page.locator('[data-field="learning_rate"] select')
    height = page.evaluate("document.documentElement.scrollHeight")
    expect(rate).not_to_be_in_viewport()

    settings.tap()
    expect(settings).to_have_attribute("aria-expanded", "true")
    expect(rate).to_be_in_viewport(ratio=1)
    rate.select_option(label="0.1")
    expect(page.locator(".network-tile").first).to_be_in_viewport(ratio=1)
    assert page.evaluate("scrollY") == 0

    output.tap()  # one sheet at a time
    expect(rate).not_to_be_in_viewport()
    expect(page.locator(".map-plot")).to_be_in_viewport(ratio=0.9)
    page.get_by_role("button", name="Play").tap()
    until(lambda: page.locator(".epoch").inner_text() != "000,000", "it trains beside the sheet")
    page.get_by_role("button", name="Pause").tap()
    now = page.evaluate("document.documentElement.scrollHeight")
    assert now == pytest.approx(height, abs=1)  # nothing moved below

    def pull(by: float) -> None:
        page.wait_for_timeout(300)  # it glides
        box = page.locator("#output .sheet-grip").bounding_box()
        assert box is not None
        drag(session, 195, box["y"] + 12, by)

    pull(-120)
    until(lambda: "is-tall" in str(page.locator("#output").get_attribute("class")), "it is taller")
    pull(150)
    expect(output).to_have_attribute("aria-expanded", "true")
    pull(150)
    expect(output).to_have_attribute("aria-expanded", "false")
    expect(page.locator(".map-plot")).not_to_be_in_viewport(ratio=0.5)  # in its place again

    bar.get_by_role("button", name="Data").tap()
    expect(page.locator(".datasets")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator(".datasets")).not_to_be_in_viewport()
    expect(bar.get_by_role("button", name="Data")).to_be_focused()


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_first_network_fits_on_a_phone_and_a_tap_on_a_tab_explains_nothing(
    browser: Browser, server: Server, language: str
):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(f"{server.url}/?lang={language}")
    wait_ready(page)
    edges = page.locator(".network-tile, .network-heading").evaluate_all(
        "all => all.map((e) => e.getBoundingClientRect()).map(({left, right}) => [left, right])"
    )
    assert min(left for left, _ in edges) >= 8
    assert max(right for _, right in edges) <= 390 - 8
    assert page.locator(".network-scroller").evaluate("e => e.scrollWidth - e.clientWidth") == 0
    for tab in [*page.get_by_role("tab").all(), *page.locator(".sheet-button").all()]:
        tab.tap()
        page.wait_for_timeout(600)
        expect(page.locator(".tooltip")).to_be_hidden()
    context.close()
