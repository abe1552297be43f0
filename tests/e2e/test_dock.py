"""The dock: what the lecture claims is seen while a network trains, and costs nothing closed."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Opener, epoch, readout, until, wait_ready

SIGMOIDS = "#v=1&layers=" + ",".join(["8:sigmoid"] * 6)
DYING = "#v=1&dataset=spiral&layers=16:relu,16:relu,16:relu&learning_rate=3"


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("tab", name=name)


def train(page: Page, epochs: int) -> None:
    page.get_by_role("button", name="Play").click()
    until(lambda: epoch(page) >= epochs, f"{epochs} epochs")
    page.get_by_role("button", name="Pause").click()


def centre(element: Locator) -> float:
    box = element.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2


@pytest.mark.parametrize("layers", [2, 4, 6])
def test_each_layer_has_its_health_under_it_and_the_network_stays_whole(
    opened: Opener, layers: int
):
    page = opened("#v=1&layers=" + ",".join(["8:tanh"] * layers))
    cells = page.locator(".health-cell")
    expect(cells).to_have_count(layers)
    for k in range(layers):
        heading = page.get_by_role("heading", name=f"Hidden {k + 1}", exact=True)
        assert abs(centre(cells.nth(k)) - centre(heading)) < 2
    box = cells.last.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 900
    scrolls = page.locator(".network-scroller").evaluate(
        "e => [e.scrollHeight - e.clientHeight, e.scrollWidth - e.clientWidth]"
    )
    assert scrolls == [0, 0]


def test_the_backward_signal_vanishes_through_six_sigmoid_layers(opened: Opener):
    page = opened(SIGMOIDS)
    factor = page.locator(".health-factor")
    expect(factor).to_contain_text("×")
    assert float(factor.inner_text().rstrip("×").replace(",", "")) > 200
    expect(page.locator(".health-summary")).to_contain_text("smaller backward signal")


def test_dead_units_are_crossed_out_dated_and_can_be_revived(opened: Opener):
    page = opened(DYING)
    train(page, 200)
    dead = page.get_by_role("button", name=re.compile(r"dead since epoch \d+"))
    until(lambda: dead.count() > 0.4 * 48, "more than 40 % dead")
    page.wait_for_timeout(500)
    before = dead.count()
    dead.first.click()
    page.get_by_role("button", name="Revive").click()
    until(lambda: dead.count() < before, "a unit lives again")  # and others with it, perhaps
    page.get_by_role("button", name="Undo").click()
    expect(dead).to_have_count(before)
    page.get_by_role("button", name="Close the panel").click()
    expect(dead).to_have_count(0)


def test_hidden_layers_make_the_lectures_xor_separable(opened: Opener):
    page = opened("#v=1&dataset=xor4&layers=2:tanh&weight_seed=3")
    tab(page, "Hidden space").click()
    train(page, 500)
    probe, line = (page.locator(".space-value").nth(k) for k in range(2))
    expect(probe).to_have_text("100%")
    assert 50 <= float(line.inner_text().rstrip("%")) < 80
    expect(page.get_by_role("tabpanel")).to_contain_text("exact:")
    expect(page.get_by_role("tabpanel")).to_contain_text("One straight cut separates the classes")


def test_linear_layers_collapse_into_one(opened: Opener):
    page = opened("#v=1&layers=4:linear,2:linear")
    tab(page, "Hidden space").click()
    card = page.get_by_role("region", name="Linear collapse")
    expect(card).to_contain_text("z = ")
    expect(card).to_contain_text(re.compile(r"training set: (0|\d(\.\d)?e−\d+)$"))


def test_tabs_follow_the_arrow_keys_and_do_not_train(opened: Opener):
    page = opened()
    tab(page, "Layer health").focus()
    page.keyboard.press("ArrowRight")
    expect(tab(page, "Hidden space")).to_have_attribute("aria-selected", "true")
    expect(tab(page, "Hidden space")).to_be_focused()
    page.keyboard.press("Home")
    expect(tab(page, "Layer health")).to_have_attribute("aria-selected", "true")
    expect(readout(page, "Epoch")).to_have_text("000,000")


def test_what_is_closed_stays_closed_and_is_not_measured(opened: Opener, page: Page):
    watched: list[list[str]] = []

    def hear(text: str | bytes) -> None:
        message = json.loads(text)
        if message["type"] == "watch":
            watched.append([item["kind"] for item in message["diagnostics"]])

    page.on("websocket", lambda socket: socket.on("framesent", hear))
    opened()
    until(lambda: any("layer_health" in kinds for kinds in watched), "health is watched")
    page.get_by_role("button", name="Close the panel").click()
    until(lambda: "layer_health" not in watched[-1], "health is no longer watched")
    watched.clear()
    page.reload()
    wait_ready(page)
    expect(page.get_by_role("button", name="Open the panel")).to_be_visible()
    assert all("layer_health" not in kinds for kinds in watched)
