"""Recent experiments, kept by the browser, and files that are opened by dropping them."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from engine import RunSpec, Spiral, Trainer, write_saved

from .conftest import Opener, epoch, readout, until, wait_ready

HASH = "#v=1&dataset=xor&layers=3:tanh,2:tanh&data_seed=1&weight_seed=2"


def menu(page: Page) -> Any:
    page.get_by_role("button", name="File", exact=True).click()
    found = page.get_by_role("menu", name="File")
    expect(found).to_be_visible()
    return found


def pick(page: Page, item: str) -> None:
    menu(page).get_by_role("menuitem", name=item, exact=True).click()


def train(page: Page, epochs: int = 3) -> None:
    for number in range(1, epochs + 1):
        page.get_by_role("button", name="Step").click()
        until(lambda wanted=number: epoch(page) >= wanted, f"epoch {number}")  # type: ignore[misc]


def drop(page: Page, name: str, text: str) -> None:
    """A file dragged in from outside and dropped on the map."""
    page.evaluate(
        """([name, text]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([text], name));
            for (const type of ["dragenter", "dragover", "drop"]) {
                const event = new DragEvent(type, {dataTransfer: transfer, bubbles: true,
                                                   cancelable: true});
                document.getElementById("map").dispatchEvent(event);
            }
        }""",
        [name, text],
    )


def test_a_large_file_is_opened_by_dropping_it(opened: Opener) -> None:
    page = opened(HASH)
    trainer = Trainer(RunSpec(dataset=Spiral(), samples=5000, batch_size=100))
    trainer.run_epochs(2)
    text = write_saved(trainer)
    assert len(text) > 2 * 80_000  # so that it comes in pieces
    drop(page, "spiral.json", text)
    until(lambda: epoch(page) == 2, "the epoch of the file")
    expect(readout(page, "Training loss")).to_have_text(f"{trainer.evaluate().loss.train:.3f}")


def test_arrows_open_the_menu_at_either_end(opened: Opener) -> None:
    page = opened(HASH)
    button = page.get_by_role("button", name="File", exact=True)
    items = page.get_by_role("menu", name="File").get_by_role("menuitem")
    for key, number in [("ArrowUp", -1), ("ArrowDown", 0), ("ArrowUp", -1)]:
        button.focus()
        page.keyboard.press(key)
        expect(items.nth(number)).to_be_focused()
        page.keyboard.press("Escape")
        expect(items.first).to_be_hidden()


def test_what_was_trained_is_found_again(opened: Opener) -> None:
    page = opened(HASH)
    play = page.get_by_role("button", name="Play")
    play.click()
    until(lambda: epoch(page) >= 5, "some epochs")
    page.get_by_role("button", name="Pause").click()
    pick(page, "Recent experiments…")
    dialog = page.get_by_role("dialog", name="Recent experiments")
    card = dialog.get_by_role("listitem").first
    expect(card).to_contain_text("Exclusive or, 3-2 Tanh, epoch")
    reached = int(card.inner_text().split("epoch ")[1].split()[0].replace(",", ""))
    assert reached >= 5
    assert card.locator("img").evaluate("image => image.naturalWidth") == 144
    page.keyboard.press("Escape")

    page.reload()
    page.evaluate("() => { location.hash = '#v=1&dataset=gauss'; }")
    until(lambda: epoch(page) == 0, "another experiment")
    pick(page, "Recent experiments…")
    dialog.get_by_role("listitem").first.get_by_role("button").first.click()
    expect(dialog).to_be_hidden()
    until(lambda: epoch(page) == reached, "the epoch that was kept")
    assert "dataset=xor" in page.url

    pick(page, "Recent experiments…")
    pin = dialog.get_by_role("button", name="Keep Exclusive or").first
    pin.click()
    expect(pin).to_have_attribute("aria-pressed", "true")
    dialog.get_by_role("button", name="Delete all").click()
    dialog.get_by_role("button", name="Really delete all?").click()
    expect(dialog).to_contain_text("Nothing is kept yet")


def test_an_experiment_is_given_a_name_that_stays(opened: Opener) -> None:
    page = opened(HASH)
    train(page, 1)
    pick(page, "Recent experiments…")
    dialog = page.get_by_role("dialog", name="Recent experiments")
    made = "Exclusive or, 3-2 Tanh, epoch 1"
    field = dialog.get_by_role("textbox", name=f"Name of {made}")
    card = dialog.get_by_role("listitem").first
    rename = card.get_by_role("button", name="Rename")

    # Escape gives up, and only that: the dialog stays, and the focus is where it was.
    rename.focus()
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    expect(field).to_have_value(made)
    page.keyboard.type("Not this")
    page.keyboard.press("Escape")
    expect(card.get_by_role("button").first).to_have_accessible_name(re.compile(f"^{made}"))
    expect(rename).to_be_focused()

    page.keyboard.press("Enter")
    page.keyboard.type("The one that works")
    page.keyboard.press("Enter")
    expect(rename).to_be_focused()
    expect(rename).to_have_accessible_name("Rename The one that works")
    expect(card).to_contain_text(made)  # so that one knows what it is

    # The run goes on, and the page is loaded anew: it is called the same.
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    train(page, 2)
    pick(page, "Recent experiments…")
    expect(card).to_contain_text("The one that worksExclusive or, 3-2 Tanh, epoch 3")
    page.keyboard.press("Escape")
    page.reload()
    wait_ready(page)
    pick(page, "Recent experiments…")
    expect(card.get_by_role("button", name="Delete The one that works")).to_be_visible()

    # An empty name gives the other one back; leaving the field is enough.
    rename.click()
    dialog.get_by_role("textbox").fill("")
    dialog.get_by_role("heading").click()
    expect(rename).to_have_accessible_name("Rename Exclusive or, 3-2 Tanh, epoch 3")
    expect(card).not_to_contain_text("The one that works")


def test_a_press_elsewhere_gives_the_name_and_is_not_lost(opened: Opener) -> None:
    page = opened(HASH)
    dialog = page.get_by_role("dialog", name="Recent experiments")
    for link in (HASH, "#v=1&dataset=gauss"):
        page.evaluate("(hash) => { location.hash = hash; }", link)
        until(lambda: epoch(page) == 0, "an experiment from its start")
        train(page, 1)
        pick(page, "Recent experiments…")  # which keeps it
        expect(dialog.get_by_role("listitem").first).to_be_visible()
        if link == HASH:
            page.keyboard.press("Escape")
    dialog.get_by_role("button", name="Rename Exclusive or").click()
    dialog.get_by_role("textbox").fill("Mine")
    dialog.get_by_role("button", name="Keep Gauss").click()
    expect(dialog.get_by_role("button", name="Keep Gauss")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(dialog.get_by_role("button", name="Rename Mine")).to_be_visible()


def test_a_browser_that_keeps_nothing_says_so(opened: Opener, page: Page) -> None:
    page.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
    opened(HASH)
    train(page, 1)
    pick(page, "Recent experiments…")
    expect(page.get_by_role("dialog")).to_contain_text("This browser keeps nothing")
