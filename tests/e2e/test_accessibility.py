"""axe finds nothing, and everything can be reached at every size and in both themes."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, expect

from .axe import findings
from .conftest import Opener, Server

Scheme = Literal["light", "dark"]

SIZES = {"desktop": (1440, 900), "tablet": (1024, 768), "phone": (390, 844)}
# Every size, theme, language and palette; each with one of the others, as a walk takes its time.
LOOKS = [
    ("desktop", "light", "en", "standard"),
    ("tablet", "dark", "es", "contrast"),
    ("phone", "dark", "en", "grey"),
]
# Recent experiments and export; the others open windows of the system or files.
FILE_ITEMS = [2, 3]


@pytest.mark.parametrize(("size", "scheme", "language", "palette"), LOOKS)
def test_axe_finds_nothing_on_any_page_panel_or_dialog(
    browser: Browser, server: Server, size: str, scheme: Scheme, language: str, palette: str
) -> None:
    width, height = SIZES[size]
    page = browser.new_page(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    found: dict[str, list[tuple[str, list[str]]]] = {}

    def look(where: str) -> None:
        page.mouse.move(0, 0)
        page.wait_for_timeout(200)  # what fades in is there
        if problems := findings(page):
            found[where] = problems

    for path in ["join", "protocol", "nothing-there"]:
        page.goto(f"{server.url}/{path}?lang={language}")
        look(path)
    page.goto(
        f"{server.url}/?lang={language}&palette={palette}#v=1&problem=multiclass&layers=4:relu,2:relu"
    )
    expect(page.locator(".readout-training .readout-value")).to_contain_text(re.compile(r"\d"))
    look("the page")
    page.keyboard.press("ArrowRight")
    for tab in page.get_by_role("tab").all():
        tab.click()
        page.wait_for_timeout(500)
        look(f"panel {tab.get_attribute('id')}")

    def closed(where: str) -> None:
        """Look at what is open, and close it."""
        look(where)
        for _ in range(3):
            page.keyboard.press("Escape")

    for key in ["?", "t", "g"]:
        page.locator("h1").click()
        page.keyboard.press(key)
        expect(page.locator("dialog[open]")).to_be_visible()
        closed(f"key {key}")

    def header(icon: str) -> Locator:
        return page.locator(f'.header-button:has(use[href="#icon-{icon}"])')

    header("link").click()
    expect(page.locator("dialog[open]")).to_be_visible()
    closed("share")
    header("light" if scheme == "light" else "dark").click()
    expect(page.locator(".popover:popover-open")).to_be_visible()
    closed("theme and colours")
    header("file").click()
    expect(page.locator(".menu:popover-open")).to_be_visible()
    closed("the menu of files")
    for item in FILE_ITEMS:
        header("file").click()
        page.get_by_role("menuitem").nth(item).click()
        expect(page.locator("dialog[open]")).to_be_visible()
        closed(f"item {item} of the menu of files")
    for selector in [".own-button", ".network-add"]:
        page.locator(selector).click()
        expect(page.locator("dialog[open]")).to_be_visible()
        closed(selector)
    page.locator('.network-tile[data-column="1"]').first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".weight-card")).to_be_visible()
    closed("a neuron")
    for opener in page.locator("button:has(+ .popover)").all():
        if not opener.is_visible():
            continue
        opener.click()
        closed(f"popover {opener.get_attribute('aria-label')}")
    draw = page.locator(".data-actions [aria-pressed]")
    draw.click()
    expect(page.locator(".draw-message")).to_be_attached()
    look("drawing")
    draw.click()
    page.locator("#about").scroll_into_view_if_needed()
    expect(page.locator(".lesson").first).to_be_visible()
    look("article")
    page.close()
    assert found == {}


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_wider_than_the_window(opened: Opener, page, size: str):
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    opened()
    overflow = page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0


def test_the_main_job_needs_no_scrolling_on_a_laptop(opened: Opener, page):
    opened("#v=1&dataset=spiral&layers=8:relu,8:relu")
    for role, name in [
        ("button", "Play"),
        ("button", "Regenerate"),
        ("checkbox", "Discretize output"),
        ("button", "Add hidden layer"),
    ]:
        box = page.get_by_role(role, name=name).bounding_box()
        assert box is not None, name
        assert box["y"] + box["height"] <= 900, name
