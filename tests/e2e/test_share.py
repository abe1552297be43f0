"""The share dialog: link, code, frame, and what a link hides; and the page inside of a frame."""

import re
from collections.abc import Callable, Iterator
from html import escape, unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Opener, Server, address, until, wait_ready

LINK = "#v=1&dataset=xor&features=x1,x2,x1*x2&learning_rate=0.1"


def open_dialog(page: Page) -> Page:
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_role("dialog", name="Share")).to_be_visible()
    return page


def shared(page: Page) -> str:
    return page.get_by_label("Link", exact=True).input_value()


def test_the_link_is_the_address_and_is_copied(opened: Opener):
    page = opened(LINK)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_dialog(page)
    assert shared(page) == page.evaluate("() => location.href")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == shared(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Share", exact=True)).to_be_focused()


def test_a_page_without_a_clipboard_copies_in_the_old_way(opened: Opener):
    page = opened(LINK)
    page.evaluate("() => Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    open_dialog(page)
    page.evaluate(
        "() => document.addEventListener('copy', () => {"
        " document.body.dataset.copied = document.activeElement.value; })"
    )
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("() => document.body.dataset.copied") == shared(page)


def test_the_address_follows_what_is_hidden_and_the_link_hides_it(opened: Opener):
    page = open_dialog(opened(LINK))
    page.get_by_text("Choose what to hide", exact=True).click()
    page.get_by_label("Hide: Learning rate").check()
    page.get_by_label("Hide: Title and text").check()
    page.get_by_label("Hide: x1^2").check()
    expect(page.get_by_text("3 hidden")).to_be_visible()
    assert shared(page).endswith("&hidden=learningRate,xSquared&hide_text=true")
    assert "hidden" not in address(page)
    link = shared(page)
    page.goto("about:blank")
    page.goto(link)
    wait_ready(page)
    expect(page.get_by_role("combobox", name="Learning rate")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_hidden()
    expect(page.get_by_role("checkbox", name="x1^2", exact=True)).to_have_count(0)


def test_a_code_is_shown_and_enlarged_unless_the_link_is_too_long(opened: Opener):
    page = open_dialog(opened(LINK))
    code = page.get_by_role("img", name="QR code of the link")
    small = code.bounding_box()
    page.get_by_role("button", name="Larger").click()
    large = code.bounding_box()
    assert small is not None
    assert large is not None
    assert large["width"] > 2 * small["width"]
    page.keyboard.press("Escape")
    page.evaluate("hash => { location.hash = hash; }", "#v=1&tutorial=" + "x" * 1300)
    until(lambda: "tutorial" in address(page), "another link")
    open_dialog(page)
    expect(page.get_by_text("too many for a QR code")).to_be_visible()
    expect(code).to_have_count(0)


def test_a_frame_has_the_size_that_was_chosen(opened: Opener):
    page = open_dialog(opened(LINK))
    snippet = page.get_by_label("In another page")
    expect(snippet).to_have_value(re.compile('width="960" height="720"'))
    page.get_by_role("button", name="Small").click()
    expect(snippet).to_have_value(re.compile('width="600" height="500"'))
    source = re.search('src="(.*?)"', snippet.input_value())
    assert source is not None
    assert unescape(source[1]) == shared(page)


# --- what a link hides ----------------------------------------------------------------------------

HIDES = {
    "hide_text": [("heading", "Neural Network Playground"), ("button", "Share")],
    "data": [("radio", "Circle"), ("slider", "Noise"), ("button", "Regenerate")],
    "dock": [("tab", "Layer health")],
    "cards": [("button", "Advisor"), ("button", "Confusion")],
    "playButton": [("button", "Play")],
    "stepButton": [("button", "Step")],
    "resetButton": [("button", "Reset")],
    "speed": [("slider", "Speed")],
    "learningRate": [("combobox", "Learning rate")],
    "optimizer": [("combobox", "Optimizer")],
    "activation": [("combobox", "Activation"), ("combobox", "Activation of hidden layer 1")],
    "initializer": [("combobox", "Initializer")],
    "regularization": [("combobox", "Regularization")],
    "regularizationRate": [("combobox", "Regularization rate")],
    "problem": [("combobox", "Problem type")],
    "head": [("combobox", "Output · loss")],
    "dataset": [("radio", "Circle"), ("radio", "Spiral")],
    "percTrainData": [("slider", "Training share")],
    "noise": [("slider", "Noise")],
    "batchSize": [("slider", "Batch size")],
    "numHiddenLayers": [
        ("button", "Add hidden layer"),
        ("button", "Remove hidden layer"),
        ("button", "Add neuron to hidden layer 1"),
    ],
    "formula": [("button", "+ Formula")],
    "showTestData": [("checkbox", "Show test data")],
    "discretize": [("checkbox", "Discretize output")],
    "contours": [("checkbox", "Contours")],
    "x": [("checkbox", "x1")],
    "sinY": [("checkbox", "sin x2")],
}


def test_what_a_link_hides_is_not_there_and_comes_back(opened: Opener):
    page = opened("#v=1")
    for name, hides in HIDES.items():
        controls = [page.get_by_role(role, name=text, exact=True) for role, text in hides]  # type: ignore[arg-type]
        for control in controls:
            expect(control, name).to_be_visible()
        hidden = "hide_text=true" if name == "hide_text" else f"hidden={name}"
        page.evaluate("hash => { location.hash = hash; }", f"#v=1&{hidden}")
        for control in controls:
            expect(control, name).to_be_hidden()
        page.evaluate("() => { location.hash = '#v=1'; }")
        for control in controls:
            expect(control, name).to_be_visible()


def test_every_box_of_the_dialog_is_tried_here(opened: Opener):
    page = open_dialog(opened("#v=1"))
    page.get_by_text("Choose what to hide", exact=True).click()
    boxes = page.get_by_role("checkbox", name=re.compile("^Hide: "))
    for index in range(boxes.count()):
        boxes.nth(index).check()
    named = re.search("hidden=(.*?)&hide_text=true", shared(page))
    assert named is not None
    features = {"x", "y", "xSquared", "ySquared", "xTimesY", "sinX", "sinY"}
    assert set(named[1].split(",")) - features == HIDES.keys() - features - {"hide_text"}


# --- in a frame -----------------------------------------------------------------------------------

EVERYTHING = "&hidden=data,dock,cards&hide_text=true"


@pytest.fixture
def lesson(server: Server) -> Iterator[Callable[[int, int, str], str]]:
    """The address of a page of another origin with the page in a frame."""

    class Lesson(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            width, height, more = unquote(self.path[1:]).split(" ")
            source = escape(f"{server.url}/{LINK}{more}")
            html = '<link rel="icon" href="data:,"><body style="margin:0">'
            html += f'<iframe src="{source}" width={width} height={height}>'
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Lesson) as site:
        thread = Thread(target=site.serve_forever)
        thread.start()
        yield (
            lambda width, height, more: (
                f"http://localhost:{site.server_port}/{quote(f'{width} {height} {more}', safe='')}"
            )
        )
        site.shutdown()
        thread.join()


@pytest.mark.parametrize("size", [(600, 500), (390, 700), (960, 720)])
@pytest.mark.parametrize("more", ["", EVERYTHING], ids=["whole", "small"])
def test_it_works_in_a_frame_of_another_site(
    browser: Browser, lesson: Callable[[int, int, str], str], size: tuple[int, int], more: str
):
    page = browser.new_page(viewport={"width": 1000, "height": 760})
    errors: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(lesson(*size, more))
    frame = page.frame_locator("iframe")
    loss = frame.get_by_role("status", name="Training loss", exact=True)
    expect(loss).to_contain_text(".")
    frame.get_by_role("button", name="Step").click()
    expect(frame.get_by_role("status", name="Epoch", exact=True)).to_contain_text("1")
    inner = page.frames[1]
    width, scroll = inner.evaluate(
        "() => [document.documentElement.clientWidth, document.documentElement.scrollWidth]"
    )
    assert scroll <= width
    assert errors == []
    page.close()
