"""A layer or a neuron that is added is seen to come, unless motion is unwanted."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from .conftest import Server, wait_ready
from .pictures import difference

LINK = "#v=1&layers=4:tanh,2:tanh&data_seed=one&weight_seed=two"
MOVING = """() => document.getAnimations().filter(({effect, transitionProperty}) =>
  !transitionProperty && effect.target.closest(".network-stage")).length"""
#: Counts what moves when the button is pressed, and in the animation frames after.
PRESS = """(selector) => new Promise((resolve) => {
  const count = () => document.getAnimations().filter(({effect, transitionProperty}) =>
    !transitionProperty && effect.target.closest(".network-stage")).length;
  let most = 0;
  const end = performance.now() + 1500;
  const look = () => {
    most = Math.max(most, count());
    if (performance.now() < end) requestAnimationFrame(look); else resolve(most);
  };
  document.querySelector(selector).click();
  look();
})"""
MORE_LAYERS = ".network-layers .stepper-button:last-child"
MORE_UNITS = '[data-layer="1"] .stepper-button:last-child'


def opened(browser: Browser, server: Server, motion: Any) -> Page:
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, reduced_motion=motion, color_scheme="light"
    )
    page = context.new_page()
    page.goto(f"{server.url}/{LINK}")
    wait_ready(page)
    return page


@pytest.mark.parametrize("button", [MORE_LAYERS, MORE_UNITS])
def test_what_is_added_comes_in_unless_motion_is_unwanted(
    browser: Browser, server: Server, button: str
):
    pictures = {}
    for motion in ("no-preference", "reduce"):
        page = opened(browser, server, motion)
        tiles = page.locator(".network-tile")
        before = tiles.count()
        moved = page.evaluate(PRESS, button)
        assert (moved > 0) == (motion == "no-preference"), motion
        assert tiles.count() > before
        assert page.evaluate(MOVING) == 0  # it ends
        page.wait_for_timeout(300)
        shot = page.locator("#network").screenshot(animations="disabled")
        pictures[motion] = Image.open(BytesIO(shot)).convert("RGB")
        page.context.close()
    # Where it ends is where it is put without motion.
    assert difference(pictures["no-preference"], pictures["reduce"]).mean() < 0.002


def test_a_neuron_can_be_pressed_while_the_drawing_moves(browser: Browser, server: Server):
    page = opened(browser, server, "no-preference")
    page.evaluate("(selector) => document.querySelector(selector).click()", MORE_LAYERS)
    tile = page.locator('[data-layer="3"] .network-tile').first
    tile.wait_for()
    box = tile.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".weight-card")).to_be_visible()
    page.context.close()
