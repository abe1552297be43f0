"""Points drawn and erased on the map: by mouse, finger and keyboard, one undo a stroke."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from engine import Custom, RunSpec, evolve, url
from engine.custom import pack

from .conftest import Opener, Server, address, epoch, until, wait_ready

EMPTY = "#v=1&samples=10"


def draw(page: Page) -> None:
    page.get_by_role("button", name="Draw points").click()
    expect(page.get_by_role("group", name="Draw points")).to_be_visible()


def place(page: Page, x1: float, x2: float) -> tuple[float, float]:
    """Where a point of the plot is on the screen."""
    box = page.locator(".map-plot").bounding_box()
    assert box is not None
    return (
        box["x"] + (x1 + 6) / 12 * box["width"],
        box["y"] + (6 - x2) / 12 * box["height"],
    )


def stroke(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*place(page, *start))
    page.mouse.down()
    page.mouse.move(*place(page, *end), steps=20)
    page.mouse.up()


def counted(page: Page, count: int) -> None:
    expect(page.locator(".draw-count")).to_have_text(re.compile(rf"^{count:,} points?$"))


def samples(page: Page) -> str:
    return page.get_by_role("slider", name="Samples").get_attribute("aria-valuetext") or ""


def test_a_stroke_adds_points_and_the_network_goes_on_and_it_is_one_undo(opened: Opener):
    page = opened(EMPTY)
    for _ in range(3):
        page.get_by_role("button", name="Step").click()
    until(lambda: epoch(page) == 3, "it is trained")
    draw(page)
    counted(page, 10)
    page.get_by_role("button", name="Class + (blue)").click()
    stroke(page, (-5, 5.5), (5, 5.5))
    until(lambda: "dataset=custom(points=" in address(page), "the address has the points")
    drawn = int(page.locator(".draw-count").inner_text().split()[0])
    assert 15 < drawn <= 36
    until(lambda: samples(page) == str(drawn), "all of them take part")
    assert epoch(page) == 3
    expect(page.get_by_role("radio", name="Own data")).to_be_checked()
    page.get_by_role("button", name="Undo").click()
    until(lambda: "custom" not in address(page), "the stroke is undone")
    counted(page, 10)
    assert epoch(page) == 3
    page.get_by_role("button", name="Redo").click()
    counted(page, drawn)
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("group", name="Draw points")).to_be_hidden()
    until(lambda: samples(page) == str(drawn), "they stay")


def test_the_eraser_takes_away_and_clear_begins_anew(opened: Opener):
    page = opened(EMPTY)
    draw(page)
    page.get_by_role("button", name="Clear").click()
    counted(page, 0)
    expect(page.locator(".draw-message")).to_contain_text("two points at least")
    stroke(page, (-3, 0), (-3, 0))
    counted(page, 1)
    assert "custom" not in address(page)
    page.get_by_role("button", name="Class + (blue)").click()
    stroke(page, (0, 0), (3, 0))
    until(lambda: "custom" in address(page), "two points are enough")
    before = int(page.locator(".draw-count").inner_text().split()[0])
    page.get_by_role("button", name="Eraser").click()
    stroke(page, (0.9, 0), (3.2, 0))
    until(lambda: int(page.locator(".draw-count").inner_text().split()[0]) < before, "erased")
    left = page.locator(".draw-count").inner_text().split()[0]
    until(lambda: samples(page) == left, "the network learns from the others")


def test_points_are_drawn_and_erased_by_keyboard_and_that_is_said(opened: Opener):
    page = opened(EMPTY)
    page.get_by_role("button", name="Draw points").focus()
    page.keyboard.press("Enter")
    counted(page, 10)
    expect(page.locator(".map-plot")).to_be_focused()
    page.keyboard.press("2")
    for _ in range(8):
        page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Enter")
    message = page.locator(".draw-message")
    expect(message).to_have_text("Placed Class + (blue) at 0.00, 6.00. 11 points.")
    until(lambda: samples(page) == "11", "it takes part")
    page.keyboard.press("Delete")
    expect(message).to_have_text("Erased a point. 10 points.")
    until(lambda: samples(page) == "10", "it is gone")
    page.keyboard.press("Delete")
    expect(message).to_have_text("No point here.")
    assert epoch(page) == 0, "Space and arrows were for the map"
    page.keyboard.press("Escape")
    expect(page.get_by_role("group", name="Draw points")).to_be_hidden()


def test_another_class_makes_a_problem_of_three(opened: Opener):
    page = opened(EMPTY)
    draw(page)
    page.get_by_role("button", name="Another class").click()
    stroke(page, (-5, -5.5), (5, -5.5))
    until(lambda: "problem=multiclass" in address(page), "there are three classes")
    expect(page.get_by_role("button", name="Class 3", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.get_by_role("radio", name="Own data")).to_be_checked()


def test_a_value_is_drawn_for_regression_and_labels_for_several(opened: Opener):
    page = opened("#v=1&problem=regression&dataset=ripple&samples=20")
    draw(page)
    page.get_by_role("slider", name="Value").fill("-0.5")
    stroke(page, (-5, 5.5), (5, 5.5))
    until(lambda: "numeric=true" in address(page), "numbers are drawn")
    page = opened("#v=1&problem=multilabel&samples=20")
    expect(page.get_by_role("group", name="Labels of the brush")).to_be_visible()
    page.get_by_role("button", name="Class 3", exact=True).click()
    stroke(page, (-5, 5.5), (5, 5.5))
    until(lambda: "custom" in address(page), "labels are drawn")
    for name, pressed in (("Class 1", "true"), ("Class 2", "false"), ("Class 3", "true")):
        button = page.locator(".draw-bar").get_by_role("button", name=name, exact=True)
        expect(button).to_have_attribute("aria-pressed", pressed)


def test_axes_read_out_and_tables_have_the_units_and_names_of_the_data(opened: Opener):
    rng = np.random.default_rng(0)
    dataset = Custom(
        points=pack(rng.uniform(-5, 5, (2, 60)), np.arange(60) % 3),
        x1_name="bill length (mm)",
        x2_name="bill depth (mm)",
        x1_low=30.0,
        x1_high=60.0,
        x2_low=13.0,
        x2_high=22.0,
        class_names=("Adelie", "Chinstrap", "Gentoo"),
    )
    page = opened(url.encode(evolve(RunSpec(), {"dataset": dataset})[0]))
    expect(page.locator(".map-names")).to_have_text("x₁ → bill length (mm)x₂ ↑ bill depth (mm)")
    across = page.locator(".map-axis.is-across")
    expect(across).to_contain_text("45")
    page.mouse.move(*place(page, 0, 0))
    readout = page.locator(".map-readout")
    expect(readout).to_contain_text("bill length (mm) 45.0")
    expect(readout).to_contain_text("bill depth (mm) 17.5")
    expect(readout).to_contain_text(re.compile("Adelie|Chinstrap|Gentoo"))
    expect(page.locator(".scale-classes")).to_contain_text("Chinstrap")
    expect(page.locator(".confusion")).to_contain_text("Gentoo")
    draw(page)
    expect(page.locator(".draw-bar").get_by_role("button", name="Gentoo")).to_be_visible()


def test_noise_ends_with_the_first_stroke_as_points_stay_where_they_are_put(opened: Opener):
    page = opened("#v=1&samples=10&noise=30")
    draw(page)
    expect(page.locator(".draw-message")).to_contain_text("Noise is off")
    stroke(page, (-5, 5.5), (5, 5.5))
    until(lambda: "noise" not in address(page), "there is no noise")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("width", [1024, 1440])
def test_nothing_of_the_brushes_leaves_their_frame(
    page: Page, server: Server, language: str, width: int
):
    page.set_viewport_size({"width": width, "height": 768})
    page.goto(f"{server.url}/?lang={language}")
    wait_ready(page)
    page.locator(".data-actions .button[aria-pressed]").click()
    frame = page.locator(".draw-bar").bounding_box()
    assert frame is not None
    for part in page.locator(".draw-bar :is(button, .slider):visible").all():
        box = part.bounding_box()
        assert box is not None
        assert box["x"] >= frame["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"]
    slider = page.locator(".draw-bar .range:visible").bounding_box()
    assert slider is not None
    assert slider["width"] >= 100
