"""Themes and palettes: chosen, remembered, asked for by a link, and seen everywhere."""

from playwright.sync_api import Browser, Page, expect

from .conftest import Opener, Server, until, wait_ready

#: The mean colour of the decision map, and whether any pixel of it has a hue.
MAP = """() => {
  const canvas = document.querySelector('.map-raster');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let hue = 0;
  for (let i = 0; i < data.length; i += 4)
    hue = Math.max(hue, Math.abs(data[i] - data[i + 1]), Math.abs(data[i] - data[i + 2]));
  return hue;
}"""
TOKEN = """name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()"""


def hue_of_the_map(page: Page) -> int:
    return int(page.evaluate(MAP))


def test_a_palette_is_chosen_seen_and_remembered(opened: Opener) -> None:
    page = opened()
    thumbnail = page.locator(".dataset-input").first
    before = thumbnail.evaluate("input => input.parentElement.outerHTML")
    assert hue_of_the_map(page) > 0
    page.get_by_role("button", name="Theme and colours").click()
    page.get_by_role("radio", name="Grey").check()
    until(lambda: hue_of_the_map(page) == 0, "a map without any hue")
    assert thumbnail.evaluate("input => input.parentElement.outerHTML") != before
    page.get_by_role("radio", name="Dark", exact=True).check()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate(TOKEN, "--positive") == "#f4f4f4"
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Theme and colours")).to_be_focused()
    page.reload()
    wait_ready(page)
    assert page.evaluate(TOKEN, "--positive") == "#f4f4f4"
    until(lambda: hue_of_the_map(page) == 0, "a map without any hue")
    page.get_by_role("button", name="Theme and colours").click()
    page.get_by_role("radio", name="Orange and blue").check()
    until(lambda: hue_of_the_map(page) > 0, "colours")


def test_a_link_asks_for_a_look_that_is_not_remembered(opened: Opener, server: Server) -> None:
    page = opened("?theme=dark&palette=contrast")
    assert page.evaluate(TOKEN, "--negative") == "#ffd37a"
    page.goto(server.url)
    wait_ready(page)
    assert page.evaluate(TOKEN, "--negative") == "#f0902f"


def test_more_contrast_is_given_where_the_system_asks_for_it(
    browser: Browser, server: Server
) -> None:
    page = browser.new_page(contrast="more")
    page.goto(server.url)
    wait_ready(page)
    expect(page.locator("html")).to_have_attribute("data-signs", "")
    label = page.locator(".readout-label").first
    ink = page.evaluate("() => getComputedStyle(document.body).color")
    assert label.evaluate("element => getComputedStyle(element).color") == ink
    page.close()
