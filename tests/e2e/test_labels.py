"""Every label and every choice can be read whole, in both languages, from a phone to a laptop."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from .conftest import Server, by_links, wait_ready

LABELS = (Path(__file__).parent / "labels.js").read_text("utf-8")
SIZES = {"laptop": (1440, 900), "small": (1024, 768), "phone": (390, 844)}
CLASSES = "#v=1&problem=multiclass&dataset=blobs&classes=4&layers=4:leaky_relu,2:tanh"
PENALTY = "#v=1&optimizer=adam&regularizer=l2&regularization_rate=0.1&layers=4:leaky_relu,2:tanh"
DEEP = "#v=1&layers=" + ",".join(["8:relu"] * 30)


@pytest.fixture(params=[(size, lang) for size in SIZES for lang in ("en", "es")], ids="-".join)
def screen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, str]]:
    size, language = request.param
    width, height = SIZES[size]
    touch = size == "phone"
    context = browser.new_context(
        locale={"en": "en-US", "es": "es-ES"}[language],
        viewport={"width": width, "height": height},
        has_touch=touch,
        is_mobile=touch,
    )
    yield context.new_page(), language
    context.close()


def cut(page: Page) -> list[str]:
    page.wait_for_timeout(250)
    found: dict[str, Any] = page.evaluate(LABELS)
    assert found["looked"] > 100
    return list(found["cut"])


def test_no_label_and_no_choice_is_cut_off(screen: tuple[Page, str], server: Server):
    page, language = screen
    faults: dict[str, list[str]] = {}
    open_at = by_links(page)
    page.goto(f"{server.url}/?lang={language}")
    wait_ready(page)
    page.evaluate("() => document.fonts.ready.then(() => {})")
    for link in (PENALTY, CLASSES, DEEP):
        open_at(link)
        faults[link[:30]] = cut(page)
        tabs = page.get_by_role("tab")
        for number in range(tabs.count() if link == CLASSES else 2):
            tabs.nth(number).click()
            faults[f"{link[:30]}, panel {number}"] = cut(page)
    assert {where: texts for where, texts in faults.items() if texts} == {}


CENTRE = """(element) => {
  const { top, bottom } = element.getBoundingClientRect();
  return (top + bottom) / 2;
}"""


def test_the_foot_of_the_network_is_level_and_the_head_of_the_loss_chart_in_its_column(
    screen: tuple[Page, str], server: Server
):
    page, language = screen
    page.goto(f"{server.url}/?lang={language}")
    wait_ready(page)
    layers = page.locator(".network-layers").evaluate(CENTRE)
    assert page.locator(".stage-button").first.evaluate(CENTRE) == pytest.approx(layers, abs=1)
    right = "(element) => element.getBoundingClientRect().right"
    chart = page.locator("#loss-chart").evaluate(right)
    assert page.locator(".chart-log").evaluate(right) == pytest.approx(chart, abs=1)


def test_what_is_cut_off_is_found(page: Page, server: Server):
    page.goto(server.url)
    wait_ready(page)
    assert cut(page) == []
    page.evaluate(
        """() => {
          const list = document.querySelector('[data-field="head"] select');
          list.add(new Option("Sigmoid with a very long name of its loss"));
          list.style.width = "120px";
          document.querySelector(".readouts").style.width = "120px";
          document.querySelector(".slider-label").style.width = "20px";
          document.querySelector(".slider-label").textContent = "Two words";
        }"""
    )
    found = " ".join(cut(page))
    assert "a very long name" in found
    assert "“Two words” is on two lines" in found
