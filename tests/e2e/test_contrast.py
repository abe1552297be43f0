"""Contrast as it is seen: the colour of each text against the pixels that are really behind it.

`tests/js/palettes.test.js` measures the colours of the style sheet in pairs. Here it is what lies
on what: a tint, a picture, an opacity of whatever is around.
"""

import io
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from .conftest import PANELS, Server, readout, wait_ready

TEXTS = Path(__file__).with_name("contrast.js").read_text("utf-8")
#: Letters away, all else as it is.
HIDE_LETTERS = """() => {
  const sheet = new CSSStyleSheet();
  const unseen = "-webkit-text-fill-color: #0000 !important; text-decoration: none !important";
  sheet.replaceSync(`* { ${unseen} }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""

Pixels = NDArray[np.float64]


def luminance(color: Pixels) -> Pixels:
    """Relative luminance (WCAG 2.2) of colours from 0 to 255, along the last axis."""
    share = color / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))


def contrast(one: Pixels, other: Pixels) -> Pixels:
    a, b = luminance(one), luminance(other)
    return np.asarray((np.maximum(a, b) + 0.05) / (np.minimum(a, b) + 0.05))


def weak_texts(page: Page) -> list[str]:
    """Texts in sight that half of their ground is too close to, in words."""
    texts: list[dict[str, Any]] = page.evaluate(TEXTS)
    assert len(texts) >= 20
    page.evaluate(HIDE_LETTERS)
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    page.evaluate("document.adoptedStyleSheets = document.adoptedStyleSheets.slice(0, -1)")
    ground = np.asarray(picture, dtype=np.float64)
    weak = []
    for text in texts:
        left, top, right, bottom = text["box"]
        behind = ground[top:bottom, left:right].reshape(-1, 3)
        alpha = text["alpha"]
        ink = alpha * np.array(text["color"], dtype=np.float64) + (1 - alpha) * behind
        ratio = float(np.median(contrast(ink, behind)))
        if ratio < text["least"] - 0.02:
            weak.append(f"{text['words']} ({ratio:.2f})")
    return weak


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("palette", ["standard", "contrast", "grey"])
def test_every_text_can_be_read_on_what_is_behind_it(
    browser: Browser, server: Server, palette: str, scheme: Literal["light", "dark"]
):
    page = browser.new_page(
        viewport={"width": 1440, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page.goto(f"{server.url}/?palette={palette}#v=1&problem=multiclass&layers=4:relu,2:tanh")
    wait_ready(page)
    page.get_by_role("button", name="Step", exact=True).click()
    expect(readout(page, "Epoch")).not_to_have_text("000,000")
    weak: dict[str, list[str]] = {}
    for panel in PANELS:
        page.get_by_role("tab", name=panel).click()
        page.mouse.move(0, 0)
        page.wait_for_timeout(500)
        if found := weak_texts(page):
            weak[panel] = found
    page.keyboard.press("t")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.wait_for_timeout(300)
    if found := weak_texts(page):
        weak["Try this"] = found
    page.close()
    assert weak == {}


def test_a_text_that_is_too_faint_is_found(page: Page):
    page.set_content(
        "<style>p { margin: 2px }</style>"
        + "<p style='color:#777'>on white</p>" * 20
        + "<div style='opacity:.6'><p style='color:#444'>faded</p></div>"
        "<p style='color:#333;background:linear-gradient(#444,#444)'>on a picture</p>"
    )
    weak = weak_texts(page)
    assert len(weak) == 22
    page.set_content("<style>p { margin: 2px }</style>" + "<p style='color:#666'>on white</p>" * 20)
    assert weak_texts(page) == []


MARKS = Path(__file__).with_name("canvas_contrast.js").read_text("utf-8")
TWO_CLASSES = "#v=1&dataset=spiral&layers=4:relu,2:tanh"
SEVERAL = "#v=1&problem=multiclass&layers=4:relu,2:tanh"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("palette", ["standard", "contrast", "grey"])
def test_what_is_drawn_stands_out_from_what_is_behind_it(
    browser: Browser, server: Server, palette: str, scheme: Literal["light", "dark"]
):
    # Each palette is seen with both kinds of networks; all panels once in each theme.
    links = (TWO_CLASSES, SEVERAL) if scheme == "light" else (SEVERAL, TWO_CLASSES)
    weak: dict[str, list[str]] = {}
    for link in links:
        page = browser.new_page(
            viewport={"width": 1440, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
        )
        page.add_init_script(MARKS)
        page.goto(f"{server.url}/?palette={palette}{link}")
        wait_ready(page)
        page.evaluate("() => watchMarks()")
        page.get_by_role("checkbox", name="Show test data").check()
        page.get_by_role("button", name="Step", exact=True).click()
        expect(readout(page, "Epoch")).to_have_text("000,001")
        for panel in PANELS if link == links[0] else PANELS[:1]:
            page.get_by_role("tab", name=panel).click()
            page.mouse.move(0, 0)
            page.wait_for_timeout(700)
            found = page.evaluate("() => weakMarks()")
            assert found["measured"] > 300
            if found["weak"]:
                weak[f"{link[:20]} {panel}"] = found["weak"]
        page.close()
    assert weak == {}


def test_a_mark_that_is_too_faint_is_found(page: Page):
    page.add_init_script(MARKS)
    page.goto("about:blank")
    page.set_content("<body style='background:#fff'><canvas width=200 height=100></canvas>")
    found = page.evaluate(
        """() => {
          const context = document.querySelector("canvas").getContext("2d");
          watchMarks();
          context.clearRect(0, 0, 200, 100);
          const line = (color, y) => {
            context.strokeStyle = color;
            context.lineWidth = 2;
            context.beginPath();
            context.moveTo(10, y);
            context.lineTo(190, y);
            context.stroke();
          };
          line("#ccc", 10);
          line("#555", 20);
          const write = (color, words, y) => {
            context.fillStyle = color;
            context.fillText(words, 10, y);
          };
          write("#888", "faint", 50);
          write("#444", "clear", 70);
          context.fillStyle = "#bcd";
          context.fillRect(100, 40, 10, 40); // pale, and without an edge
          context.fillRect(130, 40, 10, 40);
          context.fillStyle = "#357";
          context.fillRect(130, 40, 10, 2);
          return weakMarks();
        }"""
    )
    assert found["measured"] == 7
    assert sorted(words.split(": ")[1].split(" (")[0] for words in found["weak"]) == [
        "fillRect #bbccdd",
        "stroke #cccccc",
        "“faint”",
    ]
