"""A person presses Play, and the network learns."""

import hashlib
import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import Opener, address, epoch, number, readout, settled, until, wait_ready

SPIRAL = "#v=1&dataset=spiral&layers=8:tanh,8:tanh&learning_rate=0.1"


def map_picture(page: Page) -> str:
    """A digest of the pixels of the decision map: one pair of starts in forty has the same loss."""
    url = page.locator("canvas.map-raster").evaluate("canvas => canvas.toDataURL()")
    return hashlib.sha256(url.encode()).hexdigest()


def test_playing_on_spiral_lowers_the_test_loss_and_changes_the_map(opened: Opener):
    page = opened()
    page.get_by_role("radio", name="Spiral").check(force=True)
    until(lambda: "spiral" in address(page), "the link names the dataset")
    page.get_by_role("button", name="Add neuron to hidden layer 2").click()
    start_loss, start_map = number(page, "Test loss"), map_picture(page)
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    until(lambda: number(page, "Test loss") < start_loss - 0.02, "the test loss falls", 60)
    assert map_picture(page) != start_map
    assert epoch(page) > 0


@pytest.mark.timed
def test_pause_stops_and_step_trains_exactly_one_epoch(opened: Opener):
    page = opened()
    page.get_by_role("button", name="Step").click()
    expect(readout(page, "Epoch")).to_have_text("000,001")
    page.get_by_role("button", name="Play").click()
    until(lambda: epoch(page) > 20, "it plays")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    before = epoch(page)
    stopped = settled(page)
    assert stopped - before <= 1000  # what was under way when the click was made
    page.wait_for_timeout(300)
    assert epoch(page) == stopped


def test_reset_replays_the_same_start_and_reroll_does_not(opened: Opener):
    page = opened()
    first = map_picture(page)
    page.get_by_role("button", name="Step").click()
    expect(readout(page, "Epoch")).to_have_text("000,001")
    after_one = map_picture(page)
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(readout(page, "Epoch")).to_have_text("000,000")
    until(lambda: map_picture(page) == first, "the same start")
    page.get_by_role("button", name="Step").click()
    expect(readout(page, "Epoch")).to_have_text("000,001")
    until(lambda: map_picture(page) == after_one, "the same first epoch")
    page.get_by_role("button", name="Re-roll weights").click()
    expect(readout(page, "Epoch")).to_have_text("000,000")
    until(lambda: map_picture(page) != first, "another start")


def test_undo_brings_the_trained_network_back(opened: Opener):
    page = opened()
    page.get_by_role("button", name="Step").click()
    expect(readout(page, "Epoch")).to_have_text("000,001")
    trained = number(page, "Test loss")
    page.get_by_role("button", name="Re-roll weights").click()
    expect(readout(page, "Epoch")).to_have_text("000,000")
    page.get_by_role("button", name="Undo").click()
    expect(readout(page, "Epoch")).to_have_text("000,001")
    until(lambda: number(page, "Test loss") == trained, "the trained loss")


def test_redo_makes_the_change_again_by_button_and_by_keys(opened: Opener):
    page = opened()
    first = map_picture(page)
    redo = page.get_by_role("button", name="Redo")
    expect(redo).to_be_disabled()
    page.get_by_role("button", name="Re-roll weights").click()
    until(lambda: map_picture(page) != first, "another start")
    other = map_picture(page)
    page.keyboard.press("Control+z")
    until(lambda: map_picture(page) == first, "undo")
    redo.click()
    until(lambda: map_picture(page) == other, "redo")
    expect(redo).to_be_disabled()
    for keys in ("Control+Shift+Z", "Control+y"):
        page.keyboard.press("Control+z")
        until(lambda: map_picture(page) == first, "undo")
        expect(redo).to_be_enabled()
        page.keyboard.press(keys)
        until(lambda: map_picture(page) == other, keys)
    page.keyboard.press("Control+z")
    expect(redo).to_be_enabled()
    page.get_by_role("button", name="Reset").click()
    expect(redo).to_be_disabled()


def test_reload_restores_the_experiment_and_its_training(opened: Opener):
    page = opened(SPIRAL)
    page.get_by_role("button", name="Play").click()
    until(lambda: epoch(page) > 30, "it plays")
    page.get_by_role("button", name="Pause").click()
    before, loss = settled(page), number(page, "Test loss")
    page.reload()
    wait_ready(page)
    until(lambda: epoch(page) == before, "the same epoch")
    assert number(page, "Test loss") == loss
    expect(page.get_by_role("radio", name="Spiral")).to_be_checked()


def test_run_until_pauses_at_the_epoch(opened: Opener):
    page = opened()
    page.get_by_role("button", name="Run until…").click()
    page.get_by_label("Stop at epoch").fill("37")
    page.get_by_role("button", name="Set", exact=True).click()
    page.get_by_role("button", name="Play").click()
    expect(readout(page, "Epoch")).to_have_text("000,037")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_divergence_is_explained_and_mended_in_one_click(opened: Opener):
    page = opened(
        "#v=1&problem=regression&dataset=plane&layers=8:relu,8:relu&learning_rate=10&standardize=false"
    )
    page.get_by_role("button", name="Play").click()
    banner = page.get_by_role("alert")
    expect(banner).to_contain_text("Epoch")
    expect(banner).to_contain_text("layer")
    expect(banner).to_contain_text(
        re.compile(r"Largest weight there: \d.* at the start, \d.* at step")
    )
    assert "NaN" not in page.locator("body").inner_text()
    fix = banner.get_by_role("button", name=re.compile("Try rate .* and reset"))
    for _ in range(8):
        fix.click()
        page.wait_for_timeout(1500)
        if banner.inner_text() == "":
            break
    expect(banner).to_be_hidden()
    until(lambda: epoch(page) > 100, "it trains at a smaller rate")
    assert "learning_rate=10" not in address(page)


def test_the_sign_of_a_divergence_stands_beside_its_title_on_a_phone(opened: Opener, page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    opened("#v=1&problem=regression&dataset=plane&learning_rate=10&layers=8:relu,8:relu")
    page.get_by_role("button", name="Play").click()
    banner = page.get_by_role("alert")
    expect(banner).to_contain_text("Epoch")
    sign, title = (
        banner.locator(".icon").first.bounding_box(),
        banner.locator("p").first.bounding_box(),
    )
    actions = banner.get_by_role("button").last.bounding_box()
    assert sign is not None
    assert title is not None
    assert actions is not None
    assert title["x"] >= sign["x"] + sign["width"]
    assert actions["y"] > title["y"] + title["height"]


def test_keyboard_plays_steps_and_resets(opened: Opener):
    page = opened()
    page.keyboard.press("ArrowRight")
    expect(readout(page, "Epoch")).to_have_text("000,001")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.keyboard.press("r")
    expect(readout(page, "Epoch")).to_have_text("000,000")


def test_a_browser_without_canvases_for_workers_draws_the_network_too(opened: Opener, page: Page):
    page.add_init_script("delete HTMLCanvasElement.prototype.transferControlToOffscreen")
    opened()
    opaque = """(canvas) => canvas.getContext("2d")
      .getImageData(0, 0, canvas.width, canvas.height).data.filter((byte) => byte === 255).length"""
    drawing = page.locator(".network-canvas")
    until(lambda: drawing.evaluate(opaque) > 10_000, "the network is drawn")
