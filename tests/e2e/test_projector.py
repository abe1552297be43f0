"""Projector mode: what is read from the last row of a room, on one screen."""

import pytest
from playwright.sync_api import Page, expect

from .conftest import Opener, address, by_links, readout, until

SIX = "&layers=8:tanh,8:tanh,8:tanh,8:tanh,8:tanh,8:tanh"


def type_size(page: Page, selector: str) -> float:
    size = page.locator(selector).first.evaluate("e => getComputedStyle(e).fontSize")
    return float(size.removesuffix("px"))


def check_main_job(page: Page, larger: float) -> None:
    """It is large, and nothing of it is out of sight."""
    expect(page.locator("html")).to_have_class("projector")
    assert type_size(page, "body") >= 14 * larger - 0.1
    assert type_size(page, ".readout-value") >= 17 * larger - 0.1
    scrolls = page.locator(".network-scroller").evaluate(
        "e => [e.scrollHeight - e.clientHeight, e.scrollWidth - e.clientWidth]"
    )
    assert scrolls == [0, 0]
    for name in ["Play", "Reset", "Step"]:
        expect(page.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)
    for name in ["Learning rate", "Activation", "Output · loss"]:
        expect(page.get_by_role("combobox", name=name, exact=True)).to_be_in_viewport(ratio=1)
    for image in [".map-plot", "#readouts", "#loss-chart", ".network-canvas", ".datasets"]:
        expect(page.locator(image)).to_be_in_viewport(ratio=0.999)
    across = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert across <= 0


@pytest.mark.parametrize(
    ("width", "height", "larger"), [(1920, 1080, 1.5), (1280, 720, 1.4), (2560, 1440, 2)]
)
def test_it_is_large_and_shows_the_main_job_without_scrolling(
    opened: Opener, page: Page, width: int, height: int, larger: float
):
    page.set_viewport_size({"width": width, "height": height})
    open_at = by_links(page)
    opened("#v=1&projector=true")
    check_main_job(page, larger)
    open_at("#v=1&projector=true" + SIX)
    check_main_job(page, larger)


def test_the_switch_is_in_the_header_and_the_address(opened: Opener):
    page = opened("#v=1")
    before = type_size(page, "body")
    tile = page.locator(".network-tile").first
    switch = page.get_by_role("button", name="Projector mode")
    switch.click()
    until(lambda: "projector=true" in address(page), "the address says so")
    assert type_size(page, "body") > before
    expect(switch).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.locator("html")).to_have_class("projector")
    switch.click()
    until(lambda: "projector" not in address(page), "and no more")
    assert type_size(page, "body") == before
    tile.click()


def test_what_is_pointed_at_is_what_is_seen(opened: Opener, page: Page):
    """Lengths are other ones; the pointer still finds a weight where its line is."""
    page.set_viewport_size({"width": 1920, "height": 1080})
    opened("#v=1&projector=true&features=x1&layers=1")
    expect(readout(page, "Training loss")).to_contain_text(".")
    boxes = [
        page.locator(f'.network-tile[data-column="{column}"]').first.bounding_box()
        for column in (0, 1)
    ]
    assert boxes[0]
    assert boxes[1]
    x = (boxes[0]["x"] + boxes[0]["width"] + boxes[1]["x"]) / 2
    y = (boxes[0]["y"] + boxes[1]["y"] + boxes[0]["height"]) / 2
    page.mouse.move(x, y)
    expect(page.locator(".weight-card:visible")).to_contain_text("x")
