"""The page as the browser prints it: whole, on one sheet, without what only works on a screen."""

import re
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdfium2 import PdfDocument

from .boxes import BOXES
from .conftest import PANELS, Opener, Server, wait_ready

#: What a sheet has inside its margins, in CSS pixels: width and height.
SHEETS: dict[str, dict[str, Any]] = {
    "A4": {"inside": (718, 1047), "paper": {"format": "A4"}},
    "A4 across": {"inside": (1047, 718), "paper": {"format": "A4", "landscape": True}},
    "Letter": {"inside": (740, 980), "paper": {"format": "Letter"}},
    "Letter across": {"inside": (980, 740), "paper": {"format": "Letter", "landscape": True}},
}
SCREENS = {"phone": (390, 844), "laptop": (1440, 900), "large": (2560, 1440)}
RUNS = {
    "first": "#v=1",
    "deep": "#v=1&problem=multiclass&dataset=blobs&classes=4&layers=" + ",".join(["8:tanh"] * 6),
}
BRAND = "Neural Network Playground"
#: Points of the paper to a CSS pixel when nothing is made smaller so that it fits.
FULL_SIZE = 0.75
#: Everything that has to be on the sheet, and how many there are of it at least.
PARTS = {
    ".brand": 1,
    ".epoch": 1,
    ".settings .field": 8,
    ".network-heading": 3,
    ".network-tile": 10,
    ".network-label": 9,
    ".network-canvas": 1,
    ".layer-controls": 2,
    ".map-raster": 1,
    ".readout-value": 3,
    ".chart-plot canvas": 1,
    "#scale": 1,
    ".dataset-picture": 1,
    ".slider-value": 4,
}
#: Works on a screen only.
CONTROLS = (
    "button:not(.network-tile, .dock-tab, .layer-opener, .segment, .term, .card-toggle), "
    "input[type=range], summary"
)
#: Of what is in an element.
WIDTH = """(element) => {
  const range = document.createRange();
  range.selectNodeContents(element);
  return range.getBoundingClientRect().width;
}"""


def printed(pdf: bytes) -> tuple[int, float]:
    """How many sheets there are, and how wide the page's name is on the first, in points."""
    with PdfDocument(pdf) as document:
        text = document[0].get_textpage()
        start, count = text.search(BRAND).get_next()
        first, last = (text.get_charbox(at, loose=True) for at in (start, start + count - 1))
        return len(document), last[2] - first[0]


def brand_width(page: Page) -> float:
    """How wide the page's name is where there is as much room as on paper, in CSS pixels."""
    screen = page.viewport_size
    assert screen is not None
    width, height = SHEETS["A4"]["inside"]
    page.emulate_media(media="print")
    page.set_viewport_size({"width": width, "height": height})
    wide = page.locator(".brand").evaluate(WIDTH)
    page.emulate_media(media="null")
    page.set_viewport_size(screen)
    return float(wide)


def printable(page: Page) -> None:
    """The first key of those that print; the style sheet of the paper comes then."""
    with page.expect_response(re.compile("print-styles")):
        page.keyboard.press("Control")
    page.wait_for_timeout(100)


def trained(page: Page) -> None:
    printable(page)
    page.get_by_role("button", name="Step", exact=True).click()
    page.get_by_role("button", name="Step", exact=True).click()
    expect(page.locator(".u-over")).to_have_count(1)


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("panel", [False, True], ids=["alone", "with a panel"])
def test_the_page_is_printed_on_one_sheet_in_full_size(
    browser: Browser, server: Server, screen: str, run: str, panel: bool
):
    width, height = SCREENS[screen]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.goto(f"{server.url}/{RUNS[run]}")
    wait_ready(page)
    trained(page)
    toggle = page.locator(".dock-toggle")
    if (toggle.get_attribute("aria-expanded") == "true") != panel:
        toggle.click()
    if panel:
        expect(page.locator(".health-cell").first).to_be_visible()
    brand = brand_width(page)
    for name, sheet in SHEETS.items():
        sheets, wide = printed(page.pdf(**sheet["paper"]))
        # What of a panel has no room on the sheet is on another.
        assert sheets == 1 or (panel and sheets == 2), name
        assert wide == pytest.approx(brand * FULL_SIZE, rel=0.002), name
    context.close()


@pytest.mark.parametrize("panel", range(len(PANELS)), ids=PANELS)
def test_the_panel_that_is_open_is_printed_whole(page: Page, opened: Opener, panel: int):
    page.set_viewport_size({"width": 1440, "height": 900})
    opened("#v=1")
    trained(page)
    page.get_by_role("tab").nth(panel).click()
    expect(page.locator(".dock-body canvas").first).to_be_visible()
    width, height = SHEETS["A4"]["inside"]
    page.emulate_media(media="print")
    page.set_viewport_size({"width": width, "height": height})
    boxes = page.evaluate(BOXES, ".dock, .dock-body *")
    assert len(boxes) > 20
    for left, top, right, bottom in boxes:
        assert -1 <= left <= right <= width + 1
        assert top <= bottom <= height + 1
    names = page.locator(".dock-tab:visible")
    expect(names).to_have_count(1)


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_compares_the_layers_stands_under_its_number(
    page: Page, server: Server, language: str
):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/?lang={language}#v=1")
    wait_ready(page)
    printable(page)
    page.locator(".dock-toggle").click()
    expect(page.locator(".health-factor")).to_be_visible()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1047})
    [number] = page.evaluate(BOXES, ".health-factor")
    [caption, *_] = page.evaluate(BOXES, ".health-summary .panel-caption")
    [profile] = page.evaluate(BOXES, ".health-profile")
    assert number[3] <= profile[1] + 1 <= profile[3] <= caption[1] + 1
    assert caption[1] - number[3] < 60


# What is seen when the browser takes the page for paper.
SEEN = """() => addEventListener("beforeprint", () => {
  const chart = document.querySelector(".chart-plot canvas");
  const { data } = chart.getContext("2d").getImageData(0, 0, chart.width, chart.height);
  const dark = data.some((value, k) => k % 4 === 0 && data[k + 3] > 200 && value < 60);
  const network = document.querySelector(".network-canvas.is-paper");
  const pixels = network.getContext("2d").getImageData(0, 0, network.width, network.height).data;
  window.seen = {
    ground: getComputedStyle(document.body).getPropertyValue("--surface").trim(),
    ink: dark,
    painted: pixels.filter((value, k) => k % 4 === 3 && value > 200).length > 5000,
    shown: document.querySelectorAll(".network-canvas").length,
  };
})"""


def test_a_dark_page_is_printed_light_and_is_dark_again(browser: Browser, server: Server):
    context = browser.new_context(color_scheme="dark", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{server.url}/#v=1")
    wait_ready(page)
    trained(page)
    page.wait_for_timeout(500)  # until what paints the network is there
    surface = "() => getComputedStyle(document.body).getPropertyValue('--surface').trim()"
    dark = page.evaluate(surface)
    page.evaluate(SEEN)
    page.pdf(format="A4")
    seen = page.evaluate("() => window.seen")
    assert seen == {"ground": "#fff", "ink": True, "painted": True, "shown": 2}
    assert page.evaluate(surface) == dark != "#fff"
    expect(page.locator(".network-canvas")).to_have_count(1)
    context.close()


def test_a_report_of_a_dark_page_is_light(browser: Browser, server: Server):
    sources = []
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(f"{server.url}/#v=1&data_seed=one&weight_seed=two")
        wait_ready(page)
        page.evaluate("() => { window.print = () => { window.printed = true; }; }")
        page.keyboard.press("Control+p")
        page.wait_for_function("() => window.printed")
        sources.append(page.locator(".is-network .report-picture").get_attribute("src"))
        context.close()
    assert sources[0] == sources[1]


@pytest.mark.parametrize("run", RUNS)
def test_nothing_on_the_sheet_is_cut(page: Page, opened: Opener, run: str):
    opened(RUNS[run])
    trained(page)
    screen = page.viewport_size
    for name, sheet in SHEETS.items():
        width, height = sheet["inside"]
        page.emulate_media(media="print")
        page.set_viewport_size({"width": width, "height": height})
        for part, least in PARTS.items():
            boxes = page.evaluate(BOXES, part)
            assert len(boxes) >= least, (name, part)
            for left, top, right, bottom in boxes:
                assert -1 <= left <= right <= width + 1, (name, part)
                assert -1 <= top <= bottom <= height + 1, (name, part)
        assert page.evaluate(BOXES, CONTROLS) == [], name
        page.emulate_media(media="screen")  # each is printed from the screen
        assert screen is not None
        page.set_viewport_size(screen)


def test_the_network_is_as_wide_as_the_sheet_and_the_map_is_whole(page: Page, opened: Opener):
    printable(opened())
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1047})
    tiles = page.evaluate(BOXES, ".network-tile")
    assert max(box[2] for box in tiles) - min(box[0] for box in tiles) > 718 / 2
    [ground] = page.evaluate(BOXES, ".map-raster")
    *_, points = page.evaluate(BOXES, "canvas.map-layer")
    assert points == pytest.approx(ground, abs=1)


def test_what_is_drawn_is_as_it_was_after_printing(page: Page, opened: Opener):
    printable(opened())
    before = page.evaluate(BOXES, ".network-tile, .map-raster, .readout-value")
    page.pdf(format="A4")
    assert page.evaluate(BOXES, ".network-tile, .map-raster, .readout-value") == before


def pointed_at(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Hidden layer 1, neuron 1")).hover()
    expect(page.locator(".map-title")).to_be_visible()


@pytest.mark.parametrize("held", [False, True], ids=["pointed at", "held open"])
def test_paper_has_the_output_as_a_whole_unless_a_neuron_is_held_open(
    page: Page, opened: Opener, held: bool
):
    trained(opened())
    pointed_at(page)
    if held:
        page.locator(".network-tile.is-shown").click()
        expect(page.locator(".weight-card")).to_be_visible()
    page.evaluate(
        """() => addEventListener("beforeprint", () => {
          const title = document.querySelector(".map-title");
          window.seen = [!title.hidden, document.querySelectorAll(".network .is-shown").length];
        })"""
    )
    page.pdf(format="A4")
    assert page.evaluate("() => window.seen") == [held, int(held)]
    expect(page.locator(".map-title")).to_be_visible()  # it is pointed at still


def test_a_report_has_the_output_wherever_the_mouse_rests(page: Page, opened: Opener):
    trained(opened())
    pointed_at(page)
    title = page.locator(".map-title").inner_text().split(" · ")[0]
    page.evaluate("() => { window.print = () => { window.printed = true; }; }")
    page.keyboard.press("Control+p")
    page.wait_for_function("() => window.printed")
    source = page.locator(".is-map .report-picture").get_attribute("src") or ""
    assert len(source) > 1000
    assert title not in unquote(source)
    expect(page.locator(".map-title")).to_have_text(re.compile(title))
