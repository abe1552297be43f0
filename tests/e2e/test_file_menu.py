"""What leaves the page and comes back by files: saved runs, exports, pictures, the report."""

import io
import re
import struct
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Download, Page, expect
from pypdfium2 import PdfDocument

from .conftest import Server, address, epoch, settled, until, wait_ready

SPIRAL = "#v=1&dataset=spiral&layers=8:relu,8:tanh&features=x1,x2,x1^2"
SVG = "{http://www.w3.org/2000/svg}"


def open_trained(page: Page, server: Server, link: str = SPIRAL) -> None:
    """Open the experiment, train some epochs, and pause."""
    page.goto(f"{server.url}/{link}")
    wait_ready(page)
    page.get_by_role("button", name="Play").click()
    until(lambda: epoch(page) > 20, "it trains")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    settled(page)


def choose(page: Page, name: str) -> None:
    """Choose an item of the menu."""
    page.get_by_role("button", name="File").click()
    page.get_by_role("menuitem", name=re.compile(f"^{name}")).click()


def content(download: Download) -> bytes:
    """What was downloaded."""
    return Path(download.path()).read_bytes()


def test_the_menu_is_walked_by_keyboard(server: Server, page: Page) -> None:
    page.goto(server.url)
    wait_ready(page)
    button = page.get_by_role("button", name="File")
    button.focus()
    page.keyboard.press("Enter")
    items = page.get_by_role("menuitem")
    expect(items.first).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowUp")
    expect(items.last).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("e")
    expect(page.get_by_role("menuitem", name=re.compile("^Export"))).to_be_focused()
    page.keyboard.press("Escape")
    expect(items.first).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(items.first).to_be_focused()


def test_a_saved_run_is_opened_with_its_weights_and_losses(server: Server, page: Page) -> None:
    open_trained(page, server)
    before = epoch(page)
    with page.expect_download() as downloading:
        choose(page, "Save")
    saved = downloading.value
    assert re.fullmatch(r"spiral-\d+\.json", saved.suggested_filename)
    expect(page.get_by_text(f"Saved as {saved.suggested_filename}")).to_be_visible()
    loss = page.get_by_role("status", name="Test loss").inner_text()

    page.goto(f"{server.url}/#v=1&dataset=xor")
    page.reload()
    wait_ready(page)
    assert epoch(page) == 0
    with page.expect_file_chooser() as choosing:
        choose(page, "Open")
    choosing.value.set_files(saved.path())
    until(lambda: epoch(page) == before, "it is where it was")
    assert page.get_by_role("status", name="Test loss").inner_text() == loss
    until(lambda: "spiral" in address(page), "the address follows")
    page.get_by_role("button", name="Undo").click()
    until(lambda: "xor" in address(page), "it can be taken back")


@pytest.mark.parametrize("text", ["", "no JSON", '{"format": 1}', "[" * 300_000])
def test_a_file_that_is_none_is_refused_and_nothing_changes(
    server: Server, page: Page, tmp_path: Path, text: str
) -> None:
    page.goto(f"{server.url}/{SPIRAL}")
    wait_ready(page)
    file = tmp_path / "other.json"
    file.write_text(text)
    with page.expect_file_chooser() as choosing:
        choose(page, "Open")
    choosing.value.set_files(file)
    expect(page.locator(".toast").first).to_contain_text(re.compile("expected", re.IGNORECASE))
    words = page.locator(".toast p").first.inner_text()
    assert (words[0].isupper(), words[-1]) == (True, ".")  # a whole sentence
    assert "spiral" in address(page)


def test_every_exporter_hands_its_files_over(server: Server, page: Page) -> None:
    open_trained(page, server)
    choose(page, "Export")
    dialog = page.get_by_role("dialog", name="Export")
    expect(dialog.get_by_role("button", name="Download scikit-learn script")).to_be_disabled()
    buttons = dialog.get_by_role("button", name=re.compile("^Download"), disabled=False)
    assert buttons.count() >= 7
    says = dialog.get_by_role("status")
    for button in buttons.all():
        button.click()
        expect(button).to_be_enabled()  # it is done
        expect(says).to_have_text(re.compile(r"^Downloaded "))
    with page.expect_download() as downloading:
        dialog.get_by_role("button", name="Download NumPy script").click()
    names = zipfile.ZipFile(io.BytesIO(content(downloading.value))).namelist()
    assert any(name.endswith(".py") for name in names)


@pytest.mark.parametrize(
    ("language", "button", "words"),
    [
        (
            "en",
            "Download scikit-learn script",
            "Not possible with this experiment. The networks of scikit-learn have one activation",
        ),
        (
            "es",
            "Descargar Script de scikit-learn",
            "No es posible con este experimento. Las redes de scikit-learn tienen la misma",
        ),
    ],
)
def test_what_an_exporter_cannot_express_is_said_before_it_is_chosen(
    server: Server, page: Page, language: str, button: str, words: str
) -> None:
    page.goto(f"{server.url}/?lang={language}{SPIRAL}")
    wait_ready(page)
    page.get_by_role("button", name=re.compile("^(File|Archivo)$")).click()
    page.get_by_role("menuitem", name=re.compile("^Export")).click()
    dialog = page.get_by_role("dialog")
    choice = dialog.get_by_role("button", name=button)
    expect(choice).to_be_disabled()
    expect(choice).to_have_accessible_description(re.compile(f"^{words}"))
    expect(dialog.get_by_text(words)).to_be_visible()
    downloads = re.compile("^(Download|Descargar) ")
    assert dialog.get_by_role("button", name=downloads, disabled=True).count() == 1
    choice.focus()
    expect(choice).to_be_focused()  # so that the reason is in reach
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("status")).to_be_empty()

    # The experiment becomes another one while the dialog is open, and that one back again.
    page.evaluate("() => { location.hash = '#v=1&dataset=spiral&layers=8:relu,8:relu'; }")
    expect(choice).to_be_enabled()
    expect(choice).to_have_accessible_description("")
    expect(dialog.get_by_text(words)).to_be_hidden()
    page.evaluate("(hash) => { location.hash = hash; }", SPIRAL)
    expect(choice).to_be_disabled()


@pytest.mark.parametrize("subject", ["Network", "Decision map", "Loss chart"])
def test_pictures_are_vectors_and_pixels(server: Server, page: Page, subject: str) -> None:
    open_trained(page, server)
    choose(page, "Export")
    with page.expect_download() as downloading:
        page.get_by_role("button", name=f"{subject} as SVG").click()
    svg = ElementTree.fromstring(content(downloading.value).decode())
    assert svg.tag == f"{SVG}svg"
    assert len(svg.findall(f".//{SVG}path")) > (5 if subject == "Loss chart" else 60)
    assert svg.findall(f".//{SVG}text")
    with page.expect_download() as downloading:
        page.get_by_role("button", name=f"{subject} as PNG").click()
    png = content(downloading.value)
    width, height = struct.unpack(">II", png[16:24])
    asked = [2 * round(float(svg.attrib[side])) for side in ("width", "height")]
    assert [width, height] == asked
    assert len(png) > 15_000, "something is drawn"


def test_a_picture_of_nothing_is_not_offered_until_there_is_something(
    server: Server, page: Page
) -> None:
    page.goto(server.url)
    wait_ready(page)
    choose(page, "Export")
    dialog = page.get_by_role("dialog", name="Export")
    choice = dialog.get_by_role("button", name="Loss chart as SVG")
    expect(choice).to_be_disabled()
    expect(choice).to_have_accessible_description(re.compile("nothing to see.*Train first"))
    expect(dialog.get_by_role("button", name="Loss chart as PNG")).to_be_disabled()
    expect(dialog.get_by_role("button", name="Decision map as SVG")).to_be_enabled()
    choice.focus()
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("status")).to_be_empty()

    # It follows the experiment while it is open: a run that has trained, then one at its start.
    page.keyboard.press("Escape")
    for _ in range(2):
        page.get_by_role("button", name="Step").click()
    choose(page, "Export")
    expect(choice).to_be_enabled()
    page.evaluate("() => { location.hash = '#v=1&dataset=spiral&layers=8:relu,8:relu'; }")
    expect(choice).to_be_disabled()


def test_choices_of_exports_share_a_row_with_what_they_are_on_a_phone(
    server: Server, page: Page
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(server.url)
    wait_ready(page)
    choose(page, "Export")
    dialog = page.get_by_role("dialog", name="Export")
    dialog.evaluate("(it) => Promise.all(it.getAnimations().map(({ finished }) => finished))")
    rows = dialog.locator(".export-row")
    assert rows.count() >= 10
    for row in rows.all():
        name, buttons = row.get_by_role("heading").bounding_box(), row.get_by_role("button")
        assert name is not None
        for button in buttons.all():
            box = button.bounding_box()
            assert box is not None
            assert box["x"] >= name["x"] + name["width"]
            assert min(box["width"], box["height"]) >= 40


@pytest.mark.parametrize(
    "link", [SPIRAL, "#v=1&problem=multiclass&classes=8&layers=32,32,32,32,32,32,32,32"]
)
def test_a_report_is_one_page(server: Server, page: Page, link: str) -> None:
    open_trained(page, server, link)
    page.evaluate("() => { window.print = () => { window.printed = true; }; }")
    choose(page, "Report")
    page.wait_for_function("() => window.printed")
    said = page.locator(".report").text_content() or ""
    assert f"Epoch {epoch(page)}" in said
    assert link.split("&")[1] in said
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(PdfDocument(pdf)) == 1
