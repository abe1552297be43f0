"""Nothing on the page moves by itself while it trains, whatever panel is open."""

import pytest
from playwright.sync_api import Page

from .conftest import PANELS, Opener

RUNS = {
    "binary": "#v=1",
    "classes": "#v=1&problem=multiclass&dataset=blobs&classes=4",
    "numbers": "#v=1&problem=regression&dataset=plane&regularizer=l2&regularization_rate=0.1",
    "deep": "#v=1&layers=" + ",".join(["8:tanh"] * 6),
}
WATCH = """
window.shifts = [];
const name = (node) => {
  if (!node) return "a node that is gone";
  if (node.nodeType === Node.TEXT_NODE) return `${name(node.parentElement)} "${node.data}"`;
  return `${node.localName}.${node.getAttribute("class")}`;
};
const box = ({x, y, width, height}) => [x, y, width, height].map(Math.round).join(" ");
new PerformanceObserver((list) => {
  for (const {sources} of list.getEntries())
    for (const {node, previousRect, currentRect} of sources)
      window.shifts.push(`${name(node)}: ${box(previousRect)} -> ${box(currentRect)}`);
}).observe({type: "layout-shift", buffered: true});
"""
TAB_MS = 700  # in which nothing moves when a panel is there that was chosen
RUN_MS = 1300  # some twelve new numbers, and several measurements of a panel


def shifts(page: Page) -> list[str]:
    """What has moved since this was asked last."""
    found: list[str] = page.evaluate("() => window.shifts.splice(0)")
    return found


def settle(page: Page) -> None:
    """What a panel shows comes from the server, on a busy machine later."""
    for _ in range(8):
        page.wait_for_timeout(TAB_MS)
        if not shifts(page):
            return
    raise AssertionError("it goes on moving")


@pytest.mark.parametrize("run", RUNS)
def test_nothing_moves_while_it_trains(page: Page, opened: Opener, run: str):
    page.add_init_script(WATCH)
    opened(RUNS[run])
    page.wait_for_timeout(TAB_MS)
    # Where the machine is busy the font comes late, and labels of the drawing take another room.
    assert [shift for shift in shifts(page) if "card" in shift or "scale" in shift] == []
    page.get_by_role("slider", name="Speed").focus()
    page.keyboard.press("End")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_timeout(RUN_MS)
    assert shifts(page) == []
    for panel in PANELS:
        page.get_by_role("tab", name=panel).click()
        settle(page)
        page.wait_for_timeout(RUN_MS)
        assert shifts(page) == [], panel


def test_what_moves_is_found(page: Page, opened: Opener):
    page.add_init_script(WATCH)
    opened()
    page.evaluate("() => document.getElementById('readouts').style.marginTop = '40px'")
    page.wait_for_timeout(200)
    assert any("readout" in shift for shift in shifts(page))
