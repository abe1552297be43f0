"""The article: its figures, its buttons, and that nobody who does not read it pays for it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from .axe import SOURCE as AXE
from .conftest import Opener, address, epoch, in_both_themes, number, until
from .test_try_this import EXPERIMENTS, wait_for_hash

TEXTS = json.loads(
    (Path(__file__).parents[2] / "static" / "i18n" / "en.lessons.json").read_text("utf-8")
)["article"]
FIGURES = ["neuron", "layers", "activations", "losses", "descent", "start", "colors"]
#: Asked of a figure: a hash of all that its canvases show, and how many colours that is.
PICTURE = """figure => {
  let [hash, colours] = [0, new Set()];
  for (const canvas of figure.querySelectorAll('canvas')) {
    if (!canvas.width || !canvas.offsetWidth) continue;
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const pixels = new Uint32Array(data.buffer);
    for (const pixel of pixels) {
      hash = (hash * 31 + pixel) | 0;
      if (colours.size < 50) colours.add(pixel);
    }
  }
  return [hash, colours.size];
}"""


def read_article(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")  # nobody waits for the page to glide
    page.get_by_role("link", name="About").click()
    expect(page.locator(".lesson")).to_have_count(len(TEXTS["sections"]))


def figure(page: Page, name: str) -> Any:
    element = page.locator(f".figure-{name}")
    element.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    return element


def picture(page: Page, name: str) -> tuple[int, int]:
    page.wait_for_timeout(250)  # a slider reports a few times a second
    hash_, colours = page.locator(f".figure-{name}").evaluate(PICTURE)
    return int(hash_), int(colours)


def test_it_is_fetched_when_one_scrolls_and_nothing_else_moves(opened: Opener):
    page = opened()
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.wait_for_timeout(500)
    assert page.locator(".lesson").count() == 0
    assert [url for url in urls if url.endswith(".js")] == []
    read_article(page)
    assert any("article" in url for url in urls)
    links = page.get_by_role("navigation", name="On this page").get_by_role("link")
    expect(links).to_have_count(len(TEXTS["sections"]))
    expect(page.get_by_role("heading", name="What is a neural network?")).to_be_in_viewport()
    before = address(page)
    links.last.click()
    expect(page.locator("#about-panels")).to_be_focused()
    assert address(page) == before, "the address is the experiment's"


def test_it_comes_without_moving_what_is_below_it(opened: Opener, page: Page):
    """A network that is slow: somebody is further down already, by keyboard."""
    held: list[Route] = []
    page.emulate_media(reduced_motion="reduce")  # where the focus goes, the page is at once
    page.route("**/article*.js", lambda route: held.append(route))
    opened("#v=1")
    share = page.get_by_role("button", name="Share or embed")
    with page.expect_request("**/article*.js"):
        share.focus()
    before = share.bounding_box()
    for route in held:
        route.continue_()
    page.unroute("**/article*.js")
    expect(page.locator(".lesson")).to_have_count(len(TEXTS["sections"]))
    expect(share).to_be_in_viewport()
    after = share.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) < 2


def test_every_formula_fits_a_phone(opened: Opener, page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    opened()
    read_article(page)
    room = page.locator(".lesson-formula").evaluate_all(
        "(all) => all.map((one) => one.clientWidth - one.scrollWidth)"
    )
    assert len(room) > 5
    assert min(room) >= 0


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_every_figure_is_drawn_and_axe_finds_nothing(
    opened: Opener, page: Page, size: tuple[int, int]
):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    opened()
    read_article(page)
    page.evaluate(AXE)
    pictures: dict[str, tuple[int, int]] = {}
    for scheme in in_both_themes(page):
        for name in FIGURES:
            figure(page, name)
            if name == "colors":
                expect(page.locator(".figure-colors .scale-mark")).to_have_count(4)
                continue
            before = pictures.get(name)

            def is_drawn() -> bool:
                pictures[name] = picture(page, name)  # noqa: B023
                return pictures[name][1] > 5 and pictures[name] != before  # noqa: B023

            until(is_drawn, f"{name} is drawn in its {scheme} colours")
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        result = page.evaluate("() => axe.run('#about', { resultTypes: ['violations'] })")
        assert [(one["id"], one["nodes"][0]["html"]) for one in result["violations"]] == [], scheme


@pytest.mark.parametrize(
    ("name", "slider", "key", "reading"),
    [
        ("neuron", "Weight w₁", "End", "a = tanh(2x₁ − 0.5x₂ + 0)"),
        ("layers", "Hidden neurons", "End", None),
        (
            "descent",
            "Learning rate",
            "End",
            "multiplies the distance by 1.2: it diverges.",
        ),
        ("start", "Std of the weights", "End", "Each layer multiplies the signal by 4"),
    ],
)
def test_a_figure_follows_its_slider(
    opened: Opener, name: str, slider: str, key: str, reading: str | None
):
    page = opened()
    read_article(page)
    element = figure(page, name)
    until(lambda: picture(page, name)[1] > 5, "drawn")
    before = picture(page, name)
    element.get_by_role("slider", name=slider).press(key)
    until(lambda: picture(page, name) != before, "another picture")
    if reading:
        expect(element.locator(".figure-reading")).to_contain_text(reading)


def test_every_activation_can_be_looked_at(opened: Opener):
    page = opened()
    read_article(page)
    element = figure(page, "activations")
    marker = element.get_by_role("slider")
    choice = element.get_by_role("combobox", name="Activation")
    seen = set()
    for index in range(choice.locator("option").count()):
        choice.select_option(index=index)
        seen.add(picture(page, "activations")[0])
    assert len(seen) == choice.locator("option").count() == 9
    choice.select_option(label="Sigmoid")
    for _ in range(10):
        marker.press("PageUp")
    expect(element.locator(".figure-reading")).to_have_text(
        re.compile(r"At z = 10: g = 0\.9999[56], g′ = 4\.54e.5")
    )


def test_every_button_opens_what_it_says_and_leads_back(opened: Opener):
    page = opened()
    read_article(page)
    buttons = page.locator("#about [data-experiment]")
    ids = buttons.evaluate_all("all => all.map(one => one.dataset.experiment)")
    assert sorted(ids) == sorted(one["id"] for one in EXPERIMENTS)
    for experiment in EXPERIMENTS:
        button = page.locator(f'#about [data-experiment="{experiment["id"]}"]')
        button.click()
        wait_for_hash(page, experiment["hash"])
        expect(page.get_by_role("button", name="Play", exact=True).first).to_be_in_viewport()
        page.get_by_role("button", name="Back to the text").click()
        expect(button).to_be_in_viewport()


@pytest.mark.parametrize("id_", ["features", "two_units", "he"])
def test_what_a_button_promises_comes_about(opened: Opener, id_: str):
    page = opened()
    expected = next(one for one in EXPERIMENTS if one["id"] == id_)["expected"]
    read_article(page)
    page.locator(f'#about [data-experiment="{id_}"]').click()
    page.get_by_role("region", name="What to look at").get_by_role("button", name="Play").click()
    until(lambda: epoch(page) >= expected["epochs"], "trained", seconds=40)
    page.keyboard.press("Space")
    accuracy = number(page, "Test accuracy") / 100
    assert expected.get("at_least", 0) - 0.02 <= accuracy <= expected.get("at_most", 1) + 0.02
