"""The list of experiments to try, the note beside one, the keys and the call-outs."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import Page, expect

from .axe import SOURCE as AXE
from .boxes import BOXES, covers
from .conftest import (
    Opener,
    Server,
    address,
    by_links,
    epoch,
    in_both_themes,
    number,
    readout,
    settled,
    until,
    wait_ready,
)

STATIC = Path(__file__).parents[2] / "static"
EXPERIMENTS: list[dict[str, Any]] = json.loads((STATIC / "experiments.json").read_text("utf-8"))
TEXTS: dict[str, Any] = json.loads((STATIC / "i18n" / "en.try.json").read_text("utf-8"))["try"]


def open_list(page: Page) -> Any:
    page.get_by_role("button", name="Try this").click()
    dialog = page.get_by_role("dialog", name="Try this")
    expect(dialog).to_be_visible()
    return dialog


def wait_for_hash(page: Page, hash_: str) -> None:
    wanted = unquote_plus(hash_)
    until(lambda: address(page).partition("/#")[2] == wanted[1:], f"the page is at {wanted}")


def test_every_experiment_of_the_list_opens_and_can_be_taken_back(opened: Opener):
    page = opened()
    for experiment in EXPERIMENTS:
        item = TEXTS["items"][experiment["id"]]
        open_list(page).get_by_role("button", name=item["name"]).first.click()
        expect(page.get_by_role("region", name="What to look at")).to_contain_text(item["look"])
        wait_for_hash(page, experiment["hash"])
    page.get_by_role("button", name="Undo", exact=True).click()
    wait_for_hash(page, EXPERIMENTS[-2]["hash"])


@pytest.mark.parametrize("id_", ["quadrants", "collapse", "deep_sigmoid", "deep_relu"])
def test_what_the_note_says_can_be_seen(opened: Opener, id_: str):
    page = opened()
    experiment = next(one for one in EXPERIMENTS if one["id"] == id_)
    expected = experiment["expected"]
    open_list(page).locator(f'[data-experiment="{id_}"]').click()
    guide = page.get_by_role("region", name="What to look at")
    guide.get_by_role("button", name="Play").click()
    until(lambda: epoch(page) >= expected["epochs"], "trained")
    page.keyboard.press("Space")
    accuracy = number(page, "Test accuracy") / 100
    assert expected.get("at_least", 0) - 0.02 <= accuracy <= expected.get("at_most", 1) + 0.02
    tab = page.get_by_role("tab", selected=True)
    expect(tab).to_have_attribute("data-panel", experiment["panel"])
    guide.get_by_role("button", name="Close this note").click()
    expect(guide).to_be_hidden()


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768)])
def test_the_note_leaves_the_panel_whole(opened: Opener, page: Page, size: tuple[int, int]):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    opened()
    open_list(page).locator('[data-experiment="quadrants"]').click()
    [note] = page.evaluate(BOXES, ".guide")
    expect(page.locator(".space-readings")).to_be_visible()
    for box in page.evaluate(BOXES, ".dock-body :is(p, dt, dd, canvas, select)"):
        assert not covers(note, box)


def test_what_is_hidden_of_the_page_stays_hidden(opened: Opener):
    page = opened("#v=1&hidden=problem,noise")
    open_list(page).locator('[data-experiment="line"]').click()
    until(lambda: "dataset=xor" in address(page), "opened")
    assert "hidden=problem,noise" in address(page)


def focused_tile(page: Page) -> str:
    return str(page.evaluate("() => document.activeElement.getAttribute('aria-label')"))


def test_every_key_of_the_list_does_what_the_list_says(opened: Opener):
    page = opened("#v=1&layers=4:tanh,2:tanh")
    page.get_by_role("button", name="Keyboard shortcuts").click()
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()  # it is fetched first
    listed = dialog.locator("[data-run]").evaluate_all("all => all.map(e => e.dataset.run)")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.locator("#about").focus()

    def play() -> None:
        page.keyboard.press("Space")
        until(lambda: epoch(page) > 3, "it plays")
        page.keyboard.press("Space")
        expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
        settled(page)

    def step() -> None:
        before = epoch(page)
        page.keyboard.press("ArrowRight")
        until(lambda: epoch(page) == before + 1, "an epoch more")

    def reset() -> None:
        page.keyboard.press("r")
        until(lambda: epoch(page) == 0, "back at the start")

    def undo() -> None:
        page.get_by_role("button", name="Re-roll weights").click()
        until(lambda: "weight_seed" in address(page), "re-rolled")
        page.keyboard.press("Control+z")
        until(lambda: "weight_seed" not in address(page), "undone")

    def redo() -> None:
        page.keyboard.press("Control+Shift+z")
        until(lambda: "weight_seed" in address(page), "redone")
        page.keyboard.press("Control+z")
        until(lambda: "weight_seed" not in address(page), "undone")
        page.keyboard.press("Control+y")
        until(lambda: "weight_seed" in address(page), "redone by the other key")

    def opens(key: str, name: str) -> Callable[[], None]:
        def run() -> None:
            page.keyboard.press(key)
            expect(page.get_by_role("dialog", name=name)).to_be_visible()
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog", name=name)).to_be_hidden()

        return run

    def move() -> None:
        page.locator('.network-tile[data-column="1"][data-row="0"]').focus()
        page.keyboard.press("ArrowDown")
        assert "neuron 2" in focused_tile(page)
        page.keyboard.press("ArrowRight")
        assert "layer 2" in focused_tile(page)
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowUp")
        assert "layer 1, neuron 1" in focused_tile(page)

    def ends() -> None:
        page.keyboard.press("End")
        assert "neuron 4" in focused_tile(page)
        page.keyboard.press("Home")
        assert "neuron 1" in focused_tile(page)

    def weights() -> None:
        page.keyboard.press("Shift+ArrowLeft")
        expect(page.locator(".network-weight")).to_be_focused()
        page.keyboard.press("Escape")
        assert "neuron 1" in focused_tile(page)

    def reads() -> None:
        page.locator(".map-plot").focus()
        page.keyboard.press("ArrowRight")
        expect(page.locator(".map-readout")).to_be_visible()

    def points() -> None:
        page.keyboard.press("PageDown")
        expect(page.locator(".map-said")).to_contain_text("Point 1 of")

    def edit() -> None:
        page.keyboard.press("Enter")
        expect(page.locator(".weight-card")).to_be_visible()

    def close() -> None:
        page.keyboard.press("Escape")
        expect(page.locator(".weight-card")).to_be_hidden()

    def projector() -> None:
        page.keyboard.press("p")
        expect(page.locator("html")).to_have_class("projector")
        page.keyboard.press("p")
        expect(page.locator("html")).not_to_have_class("projector")

    def prints() -> None:
        page.evaluate("() => { window.print = () => { window.printed = true; }; }")
        page.keyboard.press("Control+p")
        page.wait_for_function("() => window.printed")
        page.evaluate("() => { dispatchEvent(new Event('afterprint')); }")
        expect(page.locator(".report")).to_have_count(0)

    effects: dict[str, Callable[[], None]] = {
        "playOrPause": play,
        "step": step,
        "reset": reset,
        "undo": undo,
        "redo": redo,
        "tryThis": opens("t", "Try this"),
        "glossary": opens("g", "Glossary"),
        "projector": projector,
        "print": prints,
        "help": opens("?", "Keyboard shortcuts"),
        "move": move,
        "ends": ends,
        "weights": weights,
        "edit": edit,
        "close": close,
        "read": reads,
        "points": points,
    }
    assert listed == list(effects)
    for effect in effects.values():
        effect()


def test_a_key_works_in_the_moment_after_a_dialog_was_closed(opened: Opener):
    page = opened()
    page.keyboard.press("t")
    expect(page.get_by_role("dialog", name="Try this")).to_be_visible()
    still_inside = page.evaluate(
        """() => {
          const dialog = document.querySelector("dialog[open]");
          dialog.close();
          const { activeElement } = document; // before the page is drawn again
          activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "g", bubbles: true }));
          return dialog.contains(activeElement);
        }"""
    )
    assert still_inside
    expect(page.get_by_role("dialog", name="Glossary")).to_be_visible()


def test_keys_are_left_to_whoever_types(opened: Opener):
    page = opened()
    page.get_by_text("Seeds").click()
    field = page.get_by_role("textbox", name="Data seed")
    field.focus()
    page.keyboard.type("tg?r")
    expect(field).to_have_value(re.compile(r"tg\?r"))
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_three_call_outs_point_at_the_picture_and_go_away(opened: Opener):
    page = opened()
    callouts = page.locator(".network-callout:visible")
    expect(callouts).to_have_count(3)
    page.locator('.network-tile[data-column="1"]').first.click()
    expect(callouts).to_have_count(0)
    page.reload()
    expect(readout(page, "Training loss")).to_contain_text(".")
    expect(callouts).to_have_count(0)


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768), (768, 1024)])
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_call_out_is_over_another_or_over_a_tile(
    page: Page, server: Server, size: tuple[int, int], language: str
):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(reduced_motion="reduce")  # where things stand, not how they come there
    open_at = by_links(page)
    page.goto(f"{server.url}/?lang={language}")
    wait_ready(page)
    seen = 0

    def stand_apart() -> bool:
        texts = page.evaluate(BOXES, ".network-callout p")
        tiles = page.evaluate(BOXES, ".network-tile")
        pairs = [(one, other) for k, one in enumerate(texts) for other in [*texts[:k], *tiles]]
        return not any(covers(one, other) for one, other in pairs)

    for units in ("4,2", "8,4", "8,8", "2,8", "3,4,5", "8"):
        open_at(f"#v=1&layers={units}")
        # Not at once: while the panels around it find their size, the network is drawn again.
        until(stand_apart, f"no call-out of {units} covers anything", seconds=3)
        seen += page.locator(".network-callout p:visible").count()
    assert seen >= 6


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_axe_finds_nothing_in_what_opens(opened: Opener, page: Page, size: tuple[int, int]):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(reduced_motion="reduce")
    opened()
    page.evaluate(AXE)

    def violations() -> list[Any]:
        found = []
        for _ in in_both_themes(page):
            result = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
            found += [(one["id"], one["nodes"][0]["html"]) for one in result["violations"]]
        return found

    dialog = open_list(page)
    assert violations() == []
    dialog.locator('[data-experiment="line"]').click()
    expect(page.get_by_role("region", name="What to look at")).to_be_visible()
    assert violations() == []
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    assert violations() == []
