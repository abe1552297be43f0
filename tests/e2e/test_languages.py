"""The page in English and Spanish: chosen, switched, and complete."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Server, address, epoch, readout, until, wait_ready


@pytest.fixture
def spaniard(browser: Browser) -> Iterator[Page]:
    """A page in a browser that is set to Spanish."""
    context = browser.new_context(locale="es-ES", viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def go(page: Page, server: Server, path: str = "/") -> Page:
    page.goto(server.url + path)
    wait_ready(page)
    return page


def test_a_browser_in_spanish_gets_the_page_in_spanish(spaniard: Page, server: Server):
    page = go(spaniard, server)
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_role("button", name="Compartir", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="English")).to_have_attribute("lang", "en")


@pytest.mark.parametrize(
    ("path", "locale", "share"),
    [("/?lang=es", "en-US", "Compartir"), ("/?lang=en", "es-ES", "Share")],
)
def test_the_address_says_the_language(
    browser: Browser, server: Server, path: str, locale: str, share: str
):
    context = browser.new_context(locale=locale)
    page = go(context.new_page(), server, path)
    expect(page.get_by_role("button", name=share, exact=True)).to_be_visible()
    context.close()


def test_a_page_loads_no_texts_of_another_language(spaniard: Page, server: Server):
    scripts: list[str] = []
    spaniard.on("response", lambda r: scripts.append(r.text()) if r.url.endswith(".js") else None)
    page = go(spaniard, server)
    page.get_by_role("button", name="Compartir", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert any("Compartir" in script for script in scripts)
    assert not any("This experiment as a link" in script for script in scripts)


@pytest.mark.parametrize(("locale", "mark"), [("es-ES", ","), ("es-MX", "."), ("en-US", ".")])
def test_numbers_are_written_as_in_the_region(
    browser: Browser, server: Server, locale: str, mark: str
):
    context = browser.new_context(locale=locale)
    page = go(context.new_page(), server)
    label = "Pérdida de entrenamiento" if locale.startswith("es") else "Training loss"
    assert mark in readout(page, label).inner_text()
    context.close()


def test_a_switch_of_the_language_keeps_what_is_trained(page: Page, server: Server):
    go(page, server, "/#v=1&dataset=xor&seed=4")
    page.keyboard.press("Space")
    until(lambda: epoch(page) > 20, "some epochs")
    before = epoch(page)
    page.get_by_role("link", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    wait_ready(page)
    assert "?lang=es#" in address(page)
    assert "dataset=xor" in address(page)
    shown = readout(page, "Época")
    until(lambda: int(shown.inner_text().replace(".", "")) > before, "the run to go on")
    expect(page.get_by_role("button", name="Pausa")).to_be_visible()
    page.keyboard.press("Space")

    page.goto(server.url)  # without the language in the address: the choice is remembered
    expect(page.locator("html")).to_have_attribute("lang", "es")


def test_a_link_that_is_shared_says_the_language_that_was_chosen(page: Page, server: Server):
    go(page, server, "/?lang=es")
    page.get_by_role("button", name="Compartir", exact=True).click()
    dialog = page.get_by_role("dialog")
    until(lambda: "?lang=es#" in dialog.locator("input.share-link").input_value(), "the link")
    assert "?lang=es#" in dialog.locator("textarea").input_value()


def test_the_keyboard_switches_the_language(page: Page, server: Server):
    go(page, server)
    page.get_by_role("link", name="Español").focus()
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "es")
