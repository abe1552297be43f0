"""The page in English and Spanish: chosen, switched, and complete."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from app.catalog import build_catalog

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


@pytest.mark.parametrize(
    ("locale", "typed", "after"), [("es-ES", "0,25", "0,35"), ("en-US", "0.25", "0.35")]
)
def test_a_weight_is_typed_and_stepped_as_numbers_are_written(
    browser: Browser, server: Server, locale: str, typed: str, after: str
):
    context = browser.new_context(locale=locale)
    page = go(context.new_page(), server)
    page.locator(".is-outputs .network-tile").click()
    field = page.get_by_role("spinbutton").last
    expect(field).to_have_value(re.compile(r"^-?\d" + typed[1]))
    field.fill(typed)
    field.press("ArrowUp")
    expect(field).to_have_value(after)
    expect(field).to_have_attribute("aria-valuenow", "0.35")
    field.press("Shift+ArrowDown")
    expect(field).to_have_value(after.replace("0", "-0", 1).replace("35", "65"))
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


@pytest.mark.parametrize("locale", ["en-US", "es-ES"])
def test_a_phone_shows_a_name_of_the_page_that_fits(browser: Browser, server: Server, locale: str):
    context = browser.new_context(locale=locale, viewport={"width": 390, "height": 844})
    page = go(context.new_page(), server)
    brand = page.locator(".brand")
    assert brand.evaluate("element => element.scrollWidth <= element.clientWidth")
    expect(brand).to_have_accessible_name("Neural Network Playground")
    expect(page.locator(".header-language")).to_be_in_viewport()
    context.close()


# --- nothing is left in English -------------------------------------------------------------------

STATIC = Path(__file__).parents[2] / "static"
SPOKEN = (Path(__file__).parent / "english.js").read_text("utf-8")
DECIMAL_POINT = re.compile(r"(?<![\d.])\d+\.(?!\d{3}(?!\d))\d")
"""In Spanish a point stands before three digits."""


def strings(tree: Any, path: str = "") -> dict[str, str]:
    """Every text in a tree, by where it is."""
    if isinstance(tree, str):
        return {path: tree}
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
    found: dict[str, str] = {}
    for key, value in pairs:
        if isinstance(value, str | dict | list):
            found |= strings(value, f"{path}.{key}")
    return found


def said_in(language: str) -> dict[str, str]:
    """All texts of the page and of the catalogue in a language."""
    found = strings(build_catalog(language), "catalogue")
    for file in (STATIC / "i18n").glob(f"{language}.*json"):
        found |= strings(json.loads(file.read_text("utf-8")), file.name.removeprefix(language))
    return found


def only_english() -> re.Pattern[str]:
    """What is said in English alone, with anything for the names that are filled in."""
    english, spanish = said_in("en"), said_in("es")
    also = set(spanish.values())
    texts = {
        text
        for path, text in english.items()
        if spanish[path] != text and text not in also and re.search(r"[a-z]{3}", text)
    }
    forms = (re.sub(r"\\\{\w+\\\}", ".+?", re.escape(text)) for text in sorted(texts))
    return re.compile("|".join(f"(?:{form})" for form in forms if not form.startswith(".+?")))


@pytest.fixture(scope="module")
def english() -> re.Pattern[str]:
    return only_english()


SPANISH = said_in("es")


def es(key: str) -> str:
    """The Spanish text at a dotted path, whichever file it is in."""
    return next(text for path, text in SPANISH.items() if path.endswith(f"json.{key}"))


def button(page: Page, key: str) -> Locator:
    return page.get_by_role("button", name=es(key), exact=True).first


def panel(number: int) -> Callable[[Page], None]:
    def open_panel(page: Page) -> None:
        page.get_by_role("tab").nth(number).click()
        page.wait_for_timeout(700)

    return open_panel


def menu_item(key: str) -> Callable[[Page], None]:
    def choose(page: Page) -> None:
        page.locator(".header-button[aria-haspopup='menu']").click()
        page.get_by_role("menuitem", name=es(key)).click()

    return choose


def article(page: Page) -> None:
    page.mouse.wheel(0, 400)
    page.locator("#lessons section").last.scroll_into_view_if_needed()
    page.wait_for_timeout(800)


def at(link: str, then: Callable[[Page], object] = lambda page: None) -> Callable[[Page], None]:
    """Another experiment, and something in it."""

    def go_on(page: Page) -> None:
        page.evaluate("link => { location.hash = link }", link)
        page.wait_for_timeout(1000)
        then(page)

    return go_on


def weight_card(page: Page) -> None:
    page.locator(".is-outputs .network-tile").click()
    field = page.get_by_role("spinbutton").last
    field.fill("mucho")
    expect(page.get_by_role("alert").filter(has_text=es("edit.invalid")[:20])).to_be_visible()


def guide_note(page: Page) -> None:
    page.keyboard.press("t")
    page.get_by_role("dialog").get_by_role("button").filter(has_text="XOR").first.click()
    expect(page.get_by_role("region", name=es("try.guide"))).to_be_visible()


def diverged(page: Page) -> None:
    button(page, "transport.play").click()
    expect(page.get_by_text(es("divergence.title"))).to_be_visible()


def broken_formula(page: Page) -> None:
    page.get_by_text(es("network.add_formula")).click()
    page.get_by_role("dialog").get_by_role("textbox").fill("log(x1")
    page.wait_for_timeout(500)


def broken_table(page: Page) -> None:
    page.get_by_text(es("data.own"), exact=True).click()
    page.get_by_role("dialog").get_by_role("textbox").first.fill("a;b\n1;2")
    button(page, "import.read_pasted").click()
    expect(page.get_by_role("dialog").get_by_text(es("import.other"))).to_be_visible()


def broken_limit(page: Page) -> None:
    button(page, "transport.until").click()
    page.locator(".popover:popover-open").get_by_role("textbox").first.fill("nunca")
    button(page, "transport.until_set").click()


def no_term(page: Page) -> None:
    page.keyboard.press("g")
    page.get_by_role("dialog").get_by_role("searchbox").fill("zzzz")
    expect(page.get_by_text(es("glossary.none"))).to_be_visible()


BAD = "v=1&noise=900&learning_rate=x&nonsense=1&layers=4:nothing"
#: Places by the page on which they are looked at, one after the other.
OPENED: dict[str, dict[str, Callable[[Page], object]]] = {
    "panels": {
        "first sight": lambda page: None,
        **{f"panel {number}": panel(number) for number in range(6)},
    },
    "what opens": {
        "share": lambda page: button(page, "header.share").click(),
        "file menu": lambda page: page.locator(".header-button[aria-haspopup='menu']").click(),
        "export": menu_item("files.export"),
        "recent": menu_item("files.recent"),
        "own data": lambda page: page.get_by_text(es("data.own"), exact=True).click(),
        "formula": lambda page: page.get_by_text(es("network.add_formula")).click(),
        "until": lambda page: button(page, "transport.until").click(),
        "keys": lambda page: page.keyboard.press("?"),
        "glossary": lambda page: page.keyboard.press("g"),
        "experiments": lambda page: page.keyboard.press("t"),
    },
    "what is refused": {
        "broken formula": broken_formula,
        "broken table": broken_table,
        "broken limit": broken_limit,
        "no term": no_term,
    },
    "links": {
        "no hidden layer": at("v=1&layers=", panel(0)),
        "no hidden layer to show": at("v=1&layers=", panel(2)),
        "no feature": at("v=1&features="),
        "another initializer": at("v=1&layers=4:relu,2:relu", panel(4)),
        "several labels": at("v=1&problem=multilabel&dataset=discs", panel(5)),
        "numbers": at("v=1&problem=regression&dataset=plane", panel(5)),
        "linear": at("v=1&layers=4:linear,2:linear", panel(1)),
    },
    "draw": {"draw": lambda page: button(page, "data.draw").click()},
    "report": {"report": menu_item("files.report")},
    "article": {"article": article},
    "weight card": {"weight card": weight_card},
    "guide note": {"guide note": guide_note},
    "bad link": {"toasts of a bad link": at(BAD)},
    "divergence": {
        "divergence": at(
            "v=1&problem=regression&dataset=plane&layers=4:relu&learning_rate=10", diverged
        )
    },
}


@pytest.mark.parametrize("places", OPENED)
def test_nothing_is_left_in_english(
    spaniard: Page, server: Server, english: re.Pattern[str], places: str
):
    page = go(spaniard, server, "/#v=1&optimizer=adam&noise=10")
    opened = page.locator("dialog[open], .popover:popover-open, .menu:popover-open")
    meant = set(SPANISH.values())  # "Punto: 1.5"
    faults: dict[str, list[tuple[str, str]]] = {}
    for place, open_it in OPENED[places].items():
        open_it(page)
        if places == "what opens":
            expect(opened).to_be_visible()
        page.wait_for_timeout(700)
        said: list[tuple[str, str]] = page.evaluate(SPOKEN)
        assert len(said) > 100
        faults[place] = [
            (text, where)
            for text, where in said
            if english.fullmatch(text) or (DECIMAL_POINT.search(text) and text not in meant)
        ]
        for _ in range(3):
            page.keyboard.press("Escape")
        expect(opened).to_have_count(0)
    assert {place: texts for place, texts in faults.items() if texts} == {}


def test_a_text_in_english_is_found(english: re.Pattern[str]):
    assert english.fullmatch("Hidden space")
    assert english.fullmatch("Automatic")
    assert not english.fullmatch("Espacio oculto")
    assert DECIMAL_POINT.search("tasa 0.03")
    assert DECIMAL_POINT.search("3.14159")
    assert not DECIMAL_POINT.search("12.400 épocas")


@pytest.mark.parametrize("locale", ["en", "es"])
def test_on_a_laptop_the_confusion_fits_whatever_the_language(
    browser: Browser, server: Server, locale: str
):
    page = browser.new_page(locale=locale, viewport={"width": 1440, "height": 900})
    page.goto(server.url)
    wait_ready(page)
    expect(page.locator(".card-confusion tr").last).to_be_in_viewport(ratio=0.95)
    page.close()
