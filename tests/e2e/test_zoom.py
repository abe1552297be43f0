"""Enlarged to 200 and 400 %, without motion, and by Tab alone: nothing is lost or hidden.

WCAG 2.2: 1.4.4 (resize text), 1.4.10 (reflow), 2.3.3 (animation), 2.4.1 (bypass blocks), 2.4.11
(focus not obscured). A browser that enlarges gives the page as many CSS pixels fewer.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Server, wait_ready

LAYOUT = (Path(__file__).parent / "layout.js").read_text()
ZOOMED = {"200 %": (720, 450, 2), "400 %": (320, 256, 4)}
TABS = 200
"""More than the page has stops."""

HIDDEN = """async () => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  // What is added above it moves it only until the next frame, in which the browser scrolls along.
  for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
  const box = element.getBoundingClientRect();
  const xs = [0.1, 0.5, 0.9].map((part) => box.left + part * box.width);
  const ys = [0.1, 0.5, 0.9].map((part) => box.top + part * box.height);
  const isSeen = xs.some((x) => ys.some((y) => {
    const top = document.elementFromPoint(x, y);
    const label = top?.closest("label");
    return top && (element.contains(top) || top.contains(element) || label?.contains(element));
  }));
  const name = element.getAttribute("aria-label") || element.textContent.trim().slice(0, 40);
  return [`${element.tagName} ${element.className} ${element.id} “${name}”`, isSeen];
}"""


@pytest.mark.parametrize("zoom", ZOOMED)
@pytest.mark.parametrize("language", ["en", "es"])
def test_an_enlarged_page_loses_nothing(
    server: Server, browser: Browser, zoom: str, language: str
) -> None:
    width, height, factor = ZOOMED[zoom]
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=factor
    )
    page = context.new_page()
    page.goto(f"{server.url}/?lang={language}#v=1&layers=8,8,8&dataset=spiral")
    wait_ready(page)
    assert page.evaluate(LAYOUT, [])["faults"] == []
    context.close()


@pytest.mark.parametrize("size", [(1440, 900), (720, 450), (390, 844)])
def test_what_has_the_focus_is_never_hidden(
    server: Server, browser: Browser, size: tuple[int, int]
) -> None:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        reduced_motion="reduce",  # where the focus goes, the page is at once
    )
    page = context.new_page()
    page.goto(f"{server.url}/#v=1")
    wait_ready(page)
    hidden, names = [], []
    for _ in range(TABS):
        page.keyboard.press("Tab")
        found = page.evaluate(HIDDEN)
        if found is None:
            break
        names.append(found[0])
        if not found[1]:
            hidden.append(found[0])
    else:
        pytest.fail(f"{TABS} stops, and no end: {names[-5:]}")
    assert len(names) > 30
    assert hidden == []
    context.close()


def test_the_first_stop_leads_past_the_header(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/#v=1&layers=3")
    wait_ready(page)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the playground")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Reset", exact=True)).to_be_focused()
    assert "layers=3" in page.url  # the address stays the experiment
    expect(skip).not_to_be_in_viewport()


def test_nothing_moves_for_those_who_asked_for_less_motion(
    server: Server, browser: Browser
) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{server.url}/#v=1")
    wait_ready(page)
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("status", name="Epoch")).not_to_have_text("000,000")
    moving = page.evaluate(
        """async () => {
          const seen = new Set();
          const end = performance.now() + 1500;
          while (performance.now() < end) {
            for (const { playState, effect } of document.getAnimations())
              if (playState === "running" && effect.getComputedTiming().duration > 1)
                seen.add(effect.target.className.baseVal ?? effect.target.className);
            await new Promise(requestAnimationFrame);
          }
          return [...seen];
        }"""
    )
    assert moving == []
    context.close()
