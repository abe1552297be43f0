"""Every word on the page is explained where it stands, by mouse, keyboard and touch."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from .conftest import PANELS, Opener, Server, readout, wait_ready

WORDS = (Path(__file__).parent / "words.js").read_text()

#: What needs no explanation; everything else on the page does.
PLAIN = {
    ".brand": "the name of the page",
    "#about": "an article, made of sentences",
    "#footer": "the licence",
    ".network-callout": "sentences, until the first click",
    ".weight-card": "is itself what explains a connection",
    ".advice-list, .advice-done": "sentences",
    ".network-tile": "a picture: pointing at it shows it large",
    ".uplot": "the axes of a chart",
}
RUNS = {
    "binary": "#v=1",
    "classes": "#v=1&problem=multiclass&dataset=blobs&classes=4",
    "labels": "#v=1&problem=multilabel&dataset=discs",
    "numbers": "#v=1&problem=regression&dataset=plane&regularizer=l2&regularization_rate=0.1",
    "linear": "#v=1&layers=4:linear,2:linear",
    "deep": "#v=1&layers=" + ",".join(["8:relu"] * 12),
}


def silent_words(page: Page, root: str = "body", least: int = 60) -> list[str]:
    found: dict[str, Any] = page.evaluate(WORDS, {"root": root, "skip": list(PLAIN)})
    assert found["pointed"] >= least
    return list(dict.fromkeys(found["silent"]))


def test_every_word_of_a_panel_is_explained(opened: Opener):
    page = opened(RUNS["binary"])
    silent: dict[str, list[str]] = {}
    for panel in PANELS:
        page.get_by_role("tab", name=panel).click()
        page.wait_for_timeout(700)
        if words := silent_words(page):
            silent[panel] = words
    assert silent == {}


@pytest.mark.parametrize("run", RUNS)
def test_every_word_is_explained_whatever_is_learnt(opened: Opener, run: str):
    page = opened(RUNS[run])
    page.get_by_role("tab", name="Hidden space" if run == "linear" else "Output").click()
    page.get_by_text("Seeds").click()
    page.wait_for_timeout(700)
    assert silent_words(page) == []


@pytest.mark.parametrize("name", ["Initializer settings", "Optimizer settings", "Run until…"])
def test_every_word_behind_a_button_is_explained(opened: Opener, name: str):
    page = opened("#v=1&optimizer=adam")
    page.get_by_role("button", name=name).click()
    assert silent_words(page, ".popover:popover-open", least=3) == []


@pytest.mark.parametrize("how", ["keyboard", "pointer"])
def test_an_explanation_does_not_cover_the_panel_that_it_is_asked_from(opened: Opener, how: str):
    page = opened("#v=1&optimizer=adam")
    button = page.get_by_role("button", name="Initializer settings")
    page.keyboard.press("Tab")
    button.focus()
    page.keyboard.press("Enter")
    panel = page.locator(".popover:popover-open")
    if how == "pointer":
        panel.locator(".popover-title").hover()
    tip = page.locator(".tooltip")
    expect(tip).to_be_visible()
    expect(tip).to_contain_text("standard deviation")
    above, below = panel.bounding_box(), tip.bounding_box()
    assert above is not None
    assert below is not None
    assert below["y"] >= above["y"] + above["height"] or below["y"] + below["height"] <= above["y"]


def test_a_word_that_nothing_explains_is_found(opened: Opener):
    page = opened()
    page.evaluate(
        "() => document.querySelector('.readouts').append("
        "Object.assign(document.createElement('span'), { textContent: 'Flux' }))"
    )
    assert any(word.startswith("Flux") for word in silent_words(page))


def tip(page: Page) -> Locator:
    return page.get_by_role("tooltip").and_(page.locator(".tooltip"))


def test_a_list_explains_what_is_chosen_from_the_catalogue(opened: Opener):
    page = opened()
    page.get_by_role("combobox", name="Optimizer").select_option(label="Adam")
    page.get_by_role("combobox", name="Optimizer").hover()
    expect(tip(page)).to_contain_text("Momentum and RMSProp together")
    expect(tip(page).locator("math")).to_be_visible()


def test_a_tip_has_the_number_of_this_run_and_follows_it(opened: Opener):
    page = opened()
    page.locator(".readout-training").hover()
    now = tip(page).locator(".tooltip-now")
    expect(now).to_contain_text(readout(page, "Training loss").inner_text())
    before = now.inner_text()
    page.keyboard.press("Space")
    expect(now).not_to_have_text(before)
    page.keyboard.press("Space")


def test_the_keyboard_shows_a_tip_that_describes_and_escape_hides_it(opened: Opener):
    page = opened()
    select = page.get_by_role("combobox", name="Optimizer")
    select.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(tip(page)).to_be_visible()
    expect(select).to_have_accessible_description(re.compile("Stochastic gradient descent"))
    page.keyboard.press("Escape")
    expect(tip(page)).to_be_hidden()
    page.keyboard.press("Tab")
    expect(select).not_to_have_attribute("aria-describedby", re.compile("."))


class Finger:
    """Touches as the screen sends them, so that the browser makes its own gestures of them."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._page = page

    def _send(self, what: str, points: list[dict[str, float]]) -> None:
        self._session.send("Input.dispatchTouchEvent", {"type": what, "touchPoints": points})

    def press(self, target: Locator, milliseconds: int, slide: int = 0) -> None:
        target.scroll_into_view_if_needed()
        self._page.wait_for_timeout(300)
        box = target.bounding_box()
        assert box is not None
        at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        self._send("touchStart", [at])
        for moved in range(0, slide, 10):
            self._send("touchMove", [{"x": at["x"], "y": at["y"] - moved}])
            self._page.wait_for_timeout(20)
        self._page.wait_for_timeout(milliseconds)
        self._send("touchEnd", [])
        self._page.wait_for_timeout(100)


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(server.url)
    wait_ready(page)
    yield page
    context.close()


def test_a_long_press_explains_a_control_and_does_not_use_it(phone: Page):
    finger = Finger(phone)
    for control in [
        phone.get_by_role("button", name="Play"),
        phone.locator('[data-field="standardize"]'),
        phone.locator('[data-field="optimizer"] select'),
    ]:
        finger.press(control, 700)
        expect(tip(phone)).to_be_visible()
        box = tip(phone).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 844
        finger.press(phone.locator(".chart-readout").locator(".."), 50)
        expect(tip(phone)).to_be_hidden()
    expect(phone.get_by_role("button", name="Play")).to_be_visible()
    expect(phone.get_by_role("switch", name="Standardize inputs")).to_be_checked()


def test_a_tap_explains_a_word_and_uses_a_control(phone: Page):
    finger = Finger(phone)
    finger.press(phone.locator(".readout-test .readout-label"), 50)
    expect(tip(phone)).to_contain_text("never learns from")
    finger.press(phone.locator('[data-field="standardize"]'), 50)
    expect(tip(phone)).to_be_hidden()
    expect(phone.get_by_role("switch", name="Standardize inputs")).not_to_be_checked()


def test_a_finger_that_moves_scrolls_and_explains_nothing(phone: Page):
    before = phone.evaluate("() => scrollY")
    Finger(phone).press(phone.locator(".readout-test"), 700, slide=200)
    expect(tip(phone)).to_be_hidden()
    assert phone.evaluate("() => scrollY") > before
