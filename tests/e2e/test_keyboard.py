"""The main job by keyboard alone: neurons, weights and data points."""

import re

from playwright.sync_api import Page, expect

from .conftest import Opener, until

SMALL = "#v=1&layers=3:tanh,2:relu"


def focused(page: Page) -> str:
    """The name of what has the focus."""
    return str(page.evaluate("() => document.activeElement?.getAttribute('aria-label') ?? ''"))


def presses(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_the_network_is_one_stop_and_arrows_go_from_neuron_to_neuron(opened: Opener) -> None:
    page = opened(SMALL)
    stops = page.locator('.network-tile[tabindex="0"]')
    expect(stops).to_have_count(1)
    page.get_by_role("checkbox", name="x1", exact=True).focus()
    presses(page, "ArrowDown")
    assert focused(page) == "x2"
    presses(page, "Space")
    expect(page.get_by_role("checkbox", name="x2", exact=True)).not_to_be_checked()
    presses(page, "ArrowRight", "Home", "ArrowDown")
    expect(stops).to_have_count(1)
    neuron = r"Hidden layer 1, neuron 2, Tanh, bias [−\d]"
    until(lambda: re.match(neuron, focused(page)) is not None, "the name with the bias")
    presses(page, "ArrowRight", "ArrowRight")
    assert focused(page).startswith("Output neuron")
    presses(page, "Shift+Tab", "Tab")
    assert focused(page).startswith("Output neuron")


def test_a_weight_is_found_read_and_edited_by_keyboard(opened: Opener) -> None:
    page = opened(SMALL)
    page.get_by_role("button", name="Hidden layer 1, neuron 2").focus()
    presses(page, "Shift+ArrowLeft")
    mark = page.locator(".network-weight")
    expect(mark).to_be_focused()
    name = r"Weight from x1 to neuron 2, into hidden layer 1: −?\d+\.\d+"
    expect(mark).to_have_accessible_name(re.compile(name))
    box = mark.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 24
    presses(page, "ArrowDown")
    expect(mark).to_have_accessible_name(re.compile("^Weight from x2 to neuron 2"))
    presses(page, "Enter")
    field = page.get_by_role("spinbutton", name="Weight from x2 to neuron 2")
    expect(field).to_be_focused()
    page.keyboard.type("0.75")
    presses(page, "Escape")
    expect(mark).to_be_focused()
    expect(mark).to_have_accessible_name("Weight from x2 to neuron 2, into hidden layer 1: 0.7500")
    presses(page, "ArrowRight", "Shift+ArrowRight", "ArrowDown")
    expect(mark).to_have_accessible_name(re.compile("^Weight from neuron 2 to neuron 2, into hidd"))
    presses(page, "ArrowRight", "Shift+ArrowRight")
    expect(mark).to_have_accessible_name(re.compile("^Weight from neuron 2 to the output: "))
    presses(page, "Escape")
    assert focused(page).startswith("Hidden layer 2, neuron 2")
    expect(mark).to_be_hidden()


def test_every_data_point_is_read_on_the_map(opened: Opener) -> None:
    page = opened("#v=1&layers=2&samples=40")
    plot = page.locator(".map-plot")
    plot.focus()
    said = page.locator(".map-said")
    pattern = r"Point (\d+) of 20, training, class .+, x₁ −?[\d.]+, x₂ −?[\d.]+ · .*−?[\d.]+"
    found = set()
    for number in range(1, 21):
        presses(page, "PageDown")
        expect(said).to_have_text(re.compile(f"^Point {number} of 20, "))
        match = re.match(pattern, said.inner_text())
        assert match, said.inner_text()
        found.add(match[0])
    assert len(found) == 20


#: Notes what live regions say from now on.
LISTEN = """() => {
  window.said = [];
  const region = (node) => {
    const element = node.nodeType === 1 ? node : node.parentElement;
    const found = element?.closest('[aria-live], [role=status], [role=alert], [role=log], output');
    return found?.getAttribute('aria-live') === 'off' ? null : found;
  };
  new MutationObserver((changes) => {
    for (const found of new Set(changes.map(({ target }) => region(target))))
      if (found) window.said.push(found.textContent);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def test_training_is_announced_without_chatter(opened: Opener) -> None:
    page = opened("#v=1&dataset=circle&layers=4:tanh")
    page.locator(".map-plot").focus()
    presses(page, "ArrowUp")
    page.evaluate(LISTEN)
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_timeout(10_000)
    said = page.evaluate("() => window.said")
    assert said[0] == "Training"
    assert len(said) <= 3, said
    page.get_by_role("button", name="Pause", exact=True).click()
    paused = r"Paused at epoch [\d,]+: test loss [\d.]+, training loss [\d.]+"
    expect(page.locator(".said")).to_have_text(re.compile(paused))


def test_single_letters_can_be_switched_off(opened: Opener) -> None:
    page = opened()
    presses(page, "?")
    switch = page.get_by_role("checkbox", name="Use single letters")
    switch.uncheck()
    presses(page, "Escape", "t")
    page.wait_for_timeout(500)
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.get_by_role("button", name="Keyboard shortcuts").click()
    switch.check()
    presses(page, "Escape", "?")
    expect(switch).to_be_visible()
