"""One's own data: a file, a pasted or dropped table, an example; used, changed and taken back."""

import json
import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from .axe import SOURCE as AXE
from .conftest import Opener, Server, address, in_both_themes, until
from .test_accessibility import SIZES

Choose = Callable[..., Locator]
CSV = "height,weight,kind\n" + "".join(
    f"{i * 0.5},{math.sin(i):.3f},{'ab'[i % 2]}\n" for i in range(40)
)


def open_dialog(page: Page) -> Locator:
    page.get_by_role("button", name="Own data…").click()
    dialog = page.get_by_role("dialog", name="Own data")
    expect(dialog).to_be_visible()
    return dialog


@pytest.fixture
def choose(opened: Opener, page: Page, tmp_path: Path) -> Choose:
    """Open the dialog and choose a file with this content."""

    def choose_file(content: str | bytes, name: str = "own.csv") -> Locator:
        opened("#v=1")
        dialog = open_dialog(page)
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        dialog.locator("input[type=file]").set_input_files(file)
        return dialog

    return choose_file


def use(dialog: Locator, points: str) -> None:
    dialog.get_by_role("button", name=f"Use these {points} points").click()
    expect(dialog).to_be_hidden()


def paste(page: Page, text: str) -> None:
    """As Ctrl+V does: the clipboard of a headless browser is not to be had."""
    page.evaluate(
        """text => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", text);
          const options = { clipboardData, bubbles: true, cancelable: true };
          const event = new ClipboardEvent("paste", options);
          (document.activeElement ?? document.body).dispatchEvent(event);
        }""",
        text,
    )


def drop(page: Page, selector: str, content: str, name: str) -> None:
    page.evaluate(
        """([selector, content, name]) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([content], name));
          const target = document.querySelector(selector);
          for (const type of ["dragover", "drop"]) {
            const event = { dataTransfer, bubbles: true, cancelable: true };
            target.dispatchEvent(new DragEvent(type, event));
          }
        }""",
        [selector, content, name],
    )


def select(dialog: Locator, label: str, column: str) -> None:
    box = dialog.get_by_label(label, exact=True)
    option = box.locator("option").filter(has_text=re.compile(rf"^{re.escape(column)} \("))
    box.select_option(option.get_attribute("value"))


def test_a_file_becomes_the_data_and_undo_takes_it_back(choose: Choose, page: Page):
    dialog = choose(CSV.replace("b\n", "b\n,,a\n", 1))
    expect(dialog.get_by_text("Rows that can be used: 40 of 41.")).to_be_visible()
    dialog.get_by_text("1 row is left out").click()
    expect(dialog.get_by_role("cell", name="no value for height")).to_be_visible()
    with page.expect_download() as downloading:
        dialog.get_by_role("button", name="Download the list").click()
    assert downloading.value.suggested_filename == "rows-left-out.csv"
    text = Path(downloading.value.path()).read_text(encoding="utf-8-sig")
    assert text == "Row,Reason,Text\n4,no value for height,\n"
    use(dialog, "40")
    expect(page.get_by_text(re.compile("Took 40 points from “own.csv”: kind by"))).to_be_visible()
    own = page.get_by_role("radio", name="Own data")
    expect(own).to_be_checked()
    expect(page.locator(".own-name")).to_have_text("own.csv")
    until(lambda: "custom" in address(page), "the link holds the points")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("radio", name="Circle")).to_be_checked()
    page.get_by_role("button", name="Redo").click()
    expect(own).to_be_checked()
    page.get_by_role("radio", name="Circle").check()
    own.check()
    until(lambda: "custom" in address(page), "its picture brings it back")


def test_it_can_be_opened_again_where_it_was_left(choose: Choose, page: Page):
    use(choose(CSV), "40")
    page.get_by_role("button", name="Change…").click()
    dialog = page.get_by_role("dialog", name="Own data")
    select(dialog, "To be predicted", "weight")
    expect(dialog.get_by_text("The same column is chosen twice")).to_be_visible()
    expect(dialog.get_by_role("button", name="Use these points")).to_be_disabled()
    select(dialog, "x2, upwards", "kind")
    expect(dialog.get_by_text("kind is not a column of numbers")).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("radio", name="Own data")).to_be_checked()


def test_numbers_are_a_regression_and_few_of_them_classes(choose: Choose, page: Page):
    rows = "".join(f"{i},{math.cos(i):.3f},{i % 4}\n" for i in range(60))
    dialog = choose("i,c,y\n" + rows)
    select(dialog, "x1, across", "i")
    select(dialog, "x2, upwards", "c")
    select(dialog, "To be predicted", "y")
    expect(dialog.get_by_role("list", name="Classes").get_by_role("listitem")).to_have_count(4)
    dialog.get_by_role("button", name="A number").click()
    expect(dialog.get_by_role("list", name="Classes").get_by_role("listitem")).to_have_count(0)
    use(dialog, "60")
    expect(page.get_by_label("Problem type")).to_have_value(re.compile("."))
    until(lambda: "problem=regression" in address(page), "the problem follows")


def test_every_example_can_be_used(opened: Opener, page: Page, server: Server):
    opened("#v=1")
    examples = page.request.get(f"{server.url}/static/examples/index.json").json()
    assert len(examples) > 2
    for example in examples:
        if page.get_by_role("button", name="Change…").is_visible():
            page.get_by_role("button", name="Change…").click()
            page.get_by_role("button", name="Other data…").click()
        else:
            open_dialog(page)
        dialog = page.get_by_role("dialog", name="Own data")
        dialog.get_by_role("button", name=example["title"]).click()
        x1 = dialog.get_by_label("x1, across").locator("option:checked")
        expect(x1).to_have_text(re.compile(rf"^{re.escape(example['x1'])} \("))
        dialog.get_by_role("button", name=re.compile("^Use these [0-9]")).click()
        expect(page.locator(".own-name")).to_contain_text(example["title"])


def test_a_table_is_pasted_onto_the_page_or_into_the_box(opened: Opener, page: Page):
    opened("#v=1")
    paste(page, "not a table")
    expect(page.get_by_role("dialog")).to_have_count(0)
    paste(page, CSV.replace(",", "\t"))
    dialog = page.get_by_role("dialog", name="Own data")
    expect(dialog.get_by_text("All 40 rows can be used.")).to_be_visible()
    dialog.get_by_role("button", name="Other data…").click()
    dialog.get_by_label("Or paste a table").fill("1;2;a\n3;4;b\n5;6;a")
    dialog.get_by_role("button", name="Read the text").click()
    use(dialog, "3")
    expect(page.locator(".own-name")).to_have_text("Pasted table")


def test_a_file_is_dropped_anywhere(opened: Opener, page: Page):
    opened("#v=1")
    drop(page, "#network", CSV, "first.csv")
    dialog = page.get_by_role("dialog", name="Own data")
    expect(dialog.locator(".import-name")).to_have_text("first.csv")
    drop(page, ".import-dialog .import-status", "a,b\n1,2\n", "second.csv")
    expect(dialog.get_by_text("There are 2 columns, and three are needed")).to_be_visible()
    drop(page, ".import-dialog", "x,y,z\n1,2,a\n4,2,b\n", "third.csv")
    use(dialog, "2")
    expect(page.locator(".own-name")).to_have_text("third.csv")


def test_everything_goes_by_keyboard(opened: Opener, page: Page):
    opened("#v=1")
    page.get_by_role("button", name="Own data…").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Own data")
    expect(dialog.get_by_role("button", name="Choose a file…")).to_be_focused()
    page.keyboard.press("Tab")
    expect(dialog.get_by_label("Or paste a table")).to_be_focused()
    page.keyboard.type("1 2 a")
    page.keyboard.press("Enter")
    page.keyboard.type("3 4 b")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("x1, across")).to_be_focused()
    take = dialog.get_by_role("button", name="Use these 2 points")
    expect(take).to_be_enabled()
    for _ in range(12):
        page.keyboard.press("Tab")
        if take.evaluate("button => button === document.activeElement"):
            break
    expect(take).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".own-name")).to_have_text("Pasted table")
    expect(page.get_by_role("button", name="Change…")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Change…")).to_be_focused()


@pytest.mark.timed
def test_a_large_table_is_sampled_without_stopping_the_page(choose: Choose, page: Page):
    page.add_init_script(
        """addEventListener("DOMContentLoaded", () => {
          window.longest = 0;
          new PerformanceObserver((list) => {
            for (const { duration } of list.getEntries()) {
              window.longest = Math.max(window.longest, duration);
            }
          }).observe({ entryTypes: ["longtask"] });
        });"""
    )
    rows = "".join(f"{i},{i * 7919 % 10007},{'abc'[i % 3]}\n" for i in range(100_000))
    dialog = choose("i,r,kind\n" + rows)
    page.evaluate("() => { window.longest = 0; }")
    expect(dialog.get_by_text("5,000 of 100,000 rows, drawn at random.")).to_be_visible()
    assert page.evaluate("() => window.longest") < 1000
    use(dialog, "5,000")
    expect(page.get_by_text("They were drawn at random from 100,000 rows.")).to_be_visible()
    until(lambda: len(address(page)) > 30_000, "the link holds them all")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "This is empty."),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "This is not text"),
        (b"PK\x03\x04" + bytes(200), "save the sheet as CSV"),
        (b"1" * 2_000_000, "One row has more than"),
        (b"1," * 500_000, "columns or more; at most 256"),
        (b"x,y,kind\n", "no rows below them"),
        (b"x,y,kind\n1,2,a\n3,4,a\n", "is “a” in every row"),
    ],
)
def test_what_is_no_table_is_refused_and_nothing_is_lost(
    choose: Choose, page: Page, content: bytes, says: str
):
    dialog = choose(content)
    expect(dialog.get_by_role("alert")).to_contain_text(says)
    expect(dialog.locator(".import-scatter")).to_be_hidden()  # there is nothing to draw
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("radio", name="Circle")).to_be_checked()
    drop(page, "#map", CSV, "good.csv")
    expect(dialog.get_by_text("All 40 rows can be used.")).to_be_visible()
    expect(dialog.get_by_role("alert")).to_be_hidden()
    expect(dialog.locator(".import-scatter")).to_be_visible()


def test_how_it_was_read_is_said_and_can_be_changed(choose: Choose, page: Page):
    dialog = choose("país;peso;señal\n1,5;2,5;sí\n3,5;4,5;no\n2,5;1,5;sí\n".encode("cp1252"))
    facts = dialog.get_by_text("3 rows, 3 columns · Windows-1252")
    expect(facts).to_contain_text("separated by: semicolon, decimals: comma")
    dialog.get_by_text("How it was read").click()
    dialog.get_by_label("Decimals are written with").select_option(label="Point: 1.5")
    expect(dialog.get_by_role("alert")).to_contain_text("not a column of numbers")
    dialog.get_by_label("Decimals are written with").select_option(label="Comma: 1,5")
    dialog.get_by_label("The first row has the names").uncheck()
    expect(dialog.get_by_text("Rows that can be used: 3 of 4.")).to_be_visible()
    dialog.get_by_label("Cells are separated by").select_option(label="Tab")
    expect(dialog.get_by_role("alert")).to_contain_text("only one column")
    expect(dialog.get_by_text("can be used")).to_have_count(0)  # beside the reason why not


def test_markup_in_cells_is_shown_as_it_is(choose: Choose, page: Page):
    dialog = choose("x,y,kind\n1,2,<img src=x onerror=alert(1)>\n3,4,<b>b</b>\n")
    expect(dialog.get_by_role("cell", name="<b>b</b>")).to_be_visible()
    assert page.locator(".import-dialog img, .import-dialog td b").count() == 0


def test_a_link_that_hides_the_data_sets_leaves_no_way_in(opened: Opener, page: Page):
    opened("#v=1&hidden=dataset")
    expect(page.get_by_role("button", name="Own data…")).to_be_hidden()
    paste(page, CSV)
    drop(page, "#network", CSV, "first.csv")
    page.wait_for_timeout(300)
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_in_the_dialog(choose: Choose, page: Page, size: str):
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    dialog = choose(CSV.replace("b\n", "b\n,,a\n", 1))
    dialog.get_by_text("1 row is left out").click()
    dialog.get_by_text("How it was read").click()
    page.evaluate(AXE)
    found = []

    def look() -> None:
        for _ in in_both_themes(page):
            run = "() => axe.run('.import-dialog', { resultTypes: ['violations'] })"
            found.extend(page.evaluate(run)["violations"])

    look()
    dialog.get_by_role("button", name="Other data…").click()
    look()
    assert json.dumps([(one["id"], one["nodes"][0]["html"]) for one in found]) == "[]"
    box = dialog.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    expect(dialog.get_by_role("button", name="Back to own.csv")).to_be_in_viewport()
    expect(dialog.get_by_role("button", name="Close")).to_be_in_viewport()


def test_a_saved_experiment_that_is_dropped_is_no_table(opened: Opener, page: Page):
    opened("#v=1")
    drop(page, "#network", '{"not": "an experiment"}', "saved.json")
    expect(page.locator(".toast-error")).to_be_visible()
    expect(page.get_by_role("dialog", name="Own data")).to_have_count(0)
