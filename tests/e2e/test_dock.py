"""The dock: what the lecture claims is seen while a network trains, and costs nothing closed."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from .boxes import BOXES, covers
from .conftest import (
    PANELS,
    Opener,
    Server,
    address,
    by_links,
    epoch,
    number,
    readout,
    until,
    wait_ready,
)

SIGMOIDS = "#v=1&layers=" + ",".join(["8:sigmoid"] * 6)
DYING = "#v=1&dataset=spiral&layers=16:relu,16:relu,16:relu&learning_rate=3"


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("tab", name=name)


def train(page: Page, epochs: int) -> None:
    page.get_by_role("button", name="Play").click()
    until(lambda: epoch(page) >= epochs, f"{epochs} epochs")
    page.get_by_role("button", name="Pause").click()


def settled(page: Page, count: Callable[[], int]) -> int:
    """A count once it has kept still for a while: the last events of a run may be under way."""
    before, now = -1, count()
    while now != before:
        page.wait_for_timeout(700)
        before, now = now, count()
    return now


def centre(element: Locator) -> float:
    box = element.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2


def test_no_tab_moves_when_one_is_chosen(opened: Opener):
    page = opened()
    tabs = page.get_by_role("tab")
    places = [tabs.nth(k).bounding_box() for k in range(len(PANELS))]
    for name in PANELS:
        tab(page, name).click()
        expect(tab(page, name)).to_have_attribute("aria-selected", "true")
        assert [tabs.nth(k).bounding_box() for k in range(len(PANELS))] == places


@pytest.mark.parametrize("projector", ["false", "true"])
def test_what_two_starts_are_called_stands_in_one_line(opened: Opener, projector: str):
    page = opened(f"#v=1&projector={projector}")
    tab(page, "Initialization").click()
    names = page.locator(".start-title")
    expect(names).to_have_count(2)
    expect(names.last).to_be_visible()
    tops = [name.evaluate("(e) => e.getBoundingClientRect().top") for name in names.all()]
    assert tops[0] == pytest.approx(tops[1], abs=3)


@pytest.mark.parametrize("layers", [2, 4, 6])
def test_each_layer_has_its_health_under_it_and_the_network_stays_whole(
    opened: Opener, layers: int
):
    page = opened("#v=1&layers=" + ",".join(["8:tanh"] * layers))
    cells = page.locator(".health-cell")
    expect(cells).to_have_count(layers)
    for k in range(layers):
        heading = page.get_by_role("heading", name=f"Hidden {k + 1}", exact=True)
        assert abs(centre(cells.nth(k)) - centre(heading)) < 2
    box = cells.last.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 900
    scrolls = page.locator(".network-scroller").evaluate(
        "e => [e.scrollHeight - e.clientHeight, e.scrollWidth - e.clientWidth]"
    )
    assert scrolls == [0, 0]


def test_the_backward_signal_vanishes_through_six_sigmoid_layers(opened: Opener):
    page = opened(SIGMOIDS)
    factor = page.locator(".health-factor")
    expect(factor).to_contain_text("×")
    assert float(factor.inner_text().rstrip("×").replace(",", "")) > 200
    expect(page.locator(".health-summary")).to_contain_text("smaller backward signal")


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768), (390, 844)], ids=str)
def test_shares_of_signs_never_touch_and_each_can_be_read(opened: Opener, size: tuple[int, int]):
    page = opened(SIGMOIDS)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    tab(page, "Gradients").click()
    bars = page.locator(".sign-bar")
    expect(bars).to_have_count(7 * 6)
    page.evaluate("() => new Promise((seen) => requestAnimationFrame(() => setTimeout(seen)))")
    gaps = page.locator(".sign-bars").evaluate(
        """(all) => {
          const gaps = [];
          for (const kind of [".sign-value", ".sign-size"]) {
            const boxes = [...all.querySelectorAll(kind)]
              .filter((e) => e.checkVisibility({ opacityProperty: true }))
              .map((e) => e.getBoundingClientRect());
            boxes.slice(1).forEach((box, k) => {
              if (Math.abs(box.top - boxes[k].top) < 4) gaps.push(box.left - boxes[k].right);
            });
          }
          return gaps;
        }"""
    )
    assert len(gaps) > 20
    assert min(gaps) > 1.5
    region = page.locator(".sign-bars")
    assert region.evaluate("e => e.scrollWidth - e.clientWidth") <= 1
    crowded = page.locator(".sign-value.is-crowded")
    if size[0] < 400:
        expect(crowded).to_have_count(0)
        return
    expect(page.locator(".is-current .sign-value.is-crowded")).to_have_count(0)
    bars.nth(1).hover()
    expect(page.get_by_role("tooltip")).to_have_text(re.compile(r"Hidden 1, batch size 2: \d+%"))


def test_dead_units_are_crossed_out_dated_and_can_be_revived(opened: Opener):
    page = opened(DYING)
    train(page, 200)
    dead = page.get_by_role("button", name=re.compile(r"dead since epoch \d+"))
    until(lambda: dead.count() > 0.4 * 48, "more than 40 % dead")
    before = settled(page, dead.count)
    label = dead.first.get_attribute("aria-label") or ""
    unit = page.get_by_role("button", name=re.compile(rf"^{label.split(', bias')[0]},"))
    dead.first.click()
    page.get_by_role("button", name="Revive").click()
    # Others live or die with it, so that their number says nothing.
    expect(unit).not_to_have_attribute("aria-label", re.compile("dead"))
    page.get_by_role("button", name="Undo").click()
    expect(dead).to_have_count(before)
    tab(page, "Output").click()
    expect(dead).to_have_count(before)
    page.get_by_role("button", name="Close the panel").click()
    expect(dead).to_have_count(before)
    page.reload()
    wait_ready(page)
    expect(dead).to_have_count(before)


def test_thirty_relu_layers_learn_with_he_and_not_with_xavier(opened: Opener):
    deep = "#v=1&layers=" + ",".join(["32:relu"] * 30)
    accuracy = {}
    for initializer in ("he_normal", "xavier_normal"):
        page = opened(f"{deep}&initializer={initializer}")
        expect(readout(page, "Epoch")).to_have_text("000,000")
        page.get_by_role("button", name="Run until…").click()
        page.get_by_label("Stop at epoch").fill("12")
        page.get_by_role("button", name="Set", exact=True).click()
        page.get_by_role("button", name="Play").click()
        expect(readout(page, "Epoch")).to_have_text("000,012", timeout=60_000)
        accuracy[initializer] = number(page, "Test accuracy")
    assert accuracy["he_normal"] >= 95
    assert accuracy["xavier_normal"] < 70


def test_panels_write_features_as_the_drawing_does(opened: Opener):
    page = opened("#v=1&layers=&features=x1,x2^2")
    tab(page, "Hidden space").click()
    expect(page.get_by_label("Vertical axis").locator("option").last).to_have_text("x₂²")
    tab(page, "Gradients").click()
    expect(page.get_by_label("Across").locator("option").first).to_have_text("from x₁")


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768), (768, 1024), (390, 844)])
def test_no_part_of_the_output_panel_is_over_another(
    opened: Opener, page: Page, size: tuple[int, int]
):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_at = by_links(page)
    opened()
    if page.locator(".dock-toggle").get_attribute("aria-expanded") != "true":
        page.locator(".dock-toggle").click()
    tab(page, "Output").click()
    for problem in ("binary", "multiclass", "multilabel", "regression"):
        open_at(f"#v=1&problem={problem}")
        expect(page.locator(".output-table")).to_be_visible()
        parts = page.evaluate(BOXES, ".insight-output > *")
        assert len(parts) >= 2, problem
        for k, one in enumerate(parts):
            assert [other for other in parts[:k] if covers(one, other)] == [], problem


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768), (390, 844)])
def test_no_formula_of_a_function_is_cut_or_covers_its_curve(
    opened: Opener, page: Page, size: tuple[int, int]
):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    opened()
    if page.locator(".dock-toggle").get_attribute("aria-expanded") != "true":
        page.locator(".dock-toggle").click()
    tab(page, "Activation function").click()
    functions = page.get_by_label("Function", exact=True)
    formula, plot = page.locator(".insight-main .formula"), page.locator(".activation-plot")
    before = ""
    for kind in ("Sigmoid", "ELU", "GELU", "Softplus"):
        functions.select_option(label=kind)
        expect(formula).not_to_have_text(before)
        before = formula.inner_text()
        assert formula.evaluate("(e) => e.scrollWidth - e.clientWidth") <= 0, kind
        above, below = formula.bounding_box(), plot.bounding_box()
        assert above is not None
        assert below is not None
        assert above["y"] + above["height"] <= below["y"], kind
        assert below["height"] >= 90, kind


def test_another_activation_is_looked_at_without_a_new_start_and_then_used(opened: Opener):
    page = opened()
    tab(page, "Activation function").click()
    train(page, 5)
    panel = page.get_by_role("tabpanel")
    expect(panel.get_by_role("row", name="10 1 8.24e−9", exact=True)).to_be_visible()
    panel.get_by_label("Function", exact=True).select_option(label="Leaky ReLU")
    expect(panel.get_by_role("row", name="−10 −0.1 0.01", exact=True)).to_be_visible()
    assert epoch(page) >= 5
    panel.get_by_role("slider", name="alpha").fill("0.5")
    expect(panel.get_by_role("row", name="−10 −5 0.5", exact=True)).to_be_visible()
    assert "leaky" not in address(page)
    panel.get_by_role("button", name="Use in this layer").click()
    expect(readout(page, "Epoch")).to_have_text("000,000")
    expect(panel.get_by_label("Function", exact=True)).to_contain_text("Leaky ReLU (in use)")
    assert "4:leaky_relu(alpha=0.5)" in address(page)


def test_only_cross_entropy_comes_back_from_a_confidently_wrong_start(opened: Opener):
    page = opened("#v=1&dataset=gauss&noise=20")
    tab(page, "Output").click()
    panel = page.get_by_role("tabpanel")
    expect(panel).to_contain_text("border x₁ + x₂ = 0")
    panel.get_by_role("button", name="Wrong start").click()
    expect(panel).to_contain_text(re.compile(r"Sigmoid \+ binary cross-entropy: \d epochs"))
    expect(panel).to_contain_text(re.compile(r"Tanh \+ squared error: more than \d+ epochs"))
    expect(readout(page, "Epoch")).to_have_text("000,000")


def test_the_loss_of_a_number_is_taken_against_a_target_of_ones_own(opened: Opener):
    page = opened("#v=1&problem=regression")
    tab(page, "Output").click()
    row = page.get_by_role("tabpanel").get_by_role("row").nth(1)
    before = row.inner_text()
    page.get_by_role("slider", name="Target t").fill("1")
    until(lambda: row.inner_text() != before, "another loss")
    output, loss = (float(text.replace("−", "-")) for text in row.inner_text().split()[2:4])
    assert loss == pytest.approx((output - 1) ** 2 / 2, abs=0.002)


def test_hidden_layers_make_the_lectures_xor_separable(opened: Opener):
    page = opened("#v=1&dataset=xor4&layers=2:tanh&weight_seed=3")
    tab(page, "Hidden space").click()
    train(page, 500)
    probe, line = (page.locator(".space-value").nth(k) for k in range(2))
    expect(probe).to_have_text("100%")
    assert 50 <= float(line.inner_text().rstrip("%")) < 80
    expect(page.get_by_role("tabpanel")).to_contain_text("exact:")
    expect(page.get_by_role("tabpanel")).to_contain_text("One straight cut separates the classes")


def test_linear_layers_collapse_into_one(opened: Opener):
    page = opened("#v=1&layers=4:linear,2:linear")
    tab(page, "Hidden space").click()
    card = page.get_by_role("region", name="Linear collapse")
    expect(card).to_contain_text("z = ")
    expect(card).to_contain_text(re.compile(r"training set: (0|\d(\.\d)?e−\d+)$"))


def test_tabs_follow_the_arrow_keys_and_do_not_train(opened: Opener):
    page = opened()
    tab(page, "Layer health").focus()
    page.keyboard.press("ArrowRight")
    expect(tab(page, "Hidden space")).to_have_attribute("aria-selected", "true")
    expect(tab(page, "Hidden space")).to_be_focused()
    page.keyboard.press("Home")
    expect(tab(page, "Layer health")).to_have_attribute("aria-selected", "true")
    expect(readout(page, "Epoch")).to_have_text("000,000")


def test_what_is_closed_stays_closed_and_is_not_measured(opened: Opener, page: Page):
    watched: list[list[str]] = []

    def hear(text: str | bytes) -> None:
        message = json.loads(text)
        if message["type"] == "watch":
            watched.append([item["kind"] for item in message["diagnostics"]])

    page.on("websocket", lambda socket: socket.on("framesent", hear))

    def is_watched() -> bool:
        page.wait_for_timeout(20)  # messages are only heard while Playwright is at work
        return bool(watched) and "layer_health" in watched[-1]

    opened()
    until(is_watched, "health is watched")
    page.get_by_role("button", name="Close the panel").click()
    until(lambda: not is_watched(), "health is no longer watched")
    watched.clear()
    page.reload()
    wait_ready(page)
    expect(page.get_by_role("button", name="Open the panel")).to_be_visible()
    assert all("layer_health" not in kinds for kinds in watched)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("width", [1440, 1024])
def test_two_starts_have_pictures_of_one_height_however_their_captions_wrap(
    page: Page, server: Server, language: str, width: int
):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{server.url}/?lang={language}#v=1&layers=8:tanh,8:tanh,8:tanh")
    wait_ready(page)
    page.get_by_role("tab").nth(PANELS.index("Initialization")).click()
    expect(page.locator(".start-numbers").last).to_have_text(re.compile(r"\d"))
    pictures = [plot.bounding_box() for plot in page.locator(".weights-plot").all()]
    assert len(pictures) == 2
    first, second = ((box["y"], box["height"]) for box in pictures if box)
    assert first == second


def test_a_low_window_keeps_the_drawing_and_the_buttons_below_it_apart(page: Page, server: Server):
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(f"{server.url}/#v=1&layers=8:tanh,8:tanh,8:tanh")
    wait_ready(page)
    tab(page, "Layer health").click()
    expect(page.locator(".health-cell").first).to_be_visible()
    lowest = page.locator(".network-tile").evaluate_all(
        "tiles => Math.max(...tiles.map((tile) => tile.getBoundingClientRect().bottom))"
    )
    foot = page.locator("#stage-foot").bounding_box()
    assert foot is not None
    assert lowest + 6 <= foot["y"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_small_window_has_large_tiles_above_a_panel_that_can_be_read(
    page: Page, server: Server, language: str
):
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(f"{server.url}/?lang={language}")
    wait_ready(page)
    page.get_by_role("tab").nth(PANELS.index("Hidden space")).click()
    expect(page.locator(".space-value").first).to_have_text(re.compile(r"\d"))
    sides = page.locator(".network-tile").evaluate_all(
        "tiles => tiles.map((tile) => tile.getBoundingClientRect().width)"
    )
    assert min(sides) >= 24
    lowest = page.locator(".network-tile").evaluate_all(
        "tiles => Math.max(...tiles.map((tile) => tile.getBoundingClientRect().bottom))"
    )
    foot = page.locator("#stage-foot").bounding_box()
    assert foot is not None
    assert lowest + 6 <= foot["y"]
    for plot in page.locator(".space-room").all():
        box = plot.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 100
    names = page.locator(".space-controls option:checked, .space-controls select")
    cut = names.evaluate_all("all => all.filter((e) => e.scrollWidth > e.clientWidth + 1).length")
    assert cut == 0


@pytest.mark.parametrize("language", ["en", "es"])
def test_readings_of_the_hidden_space_have_a_line_each_with_their_number(
    page: Page, server: Server, language: str
):
    page.goto(f"{server.url}/?lang={language}")
    wait_ready(page)
    page.get_by_role("tab").nth(PANELS.index("Hidden space")).click()
    expect(page.locator(".space-reading:visible .space-value").first).to_have_text(
        re.compile(r"\d")
    )
    readings = page.locator(".space-reading:visible")
    assert readings.count() >= 2
    for reading in readings.all():
        name, value = (
            reading.locator("dt").bounding_box(),
            reading.locator("dd").first.bounding_box(),
        )
        assert name is not None
        assert value is not None
        assert name["height"] < 24  # one line
        assert name["x"] + name["width"] <= value["x"] + 1
        assert abs(name["y"] + name["height"] / 2 - value["y"] - value["height"] / 2) < 5


# What is written on a canvas since it was cleared last, as boxes in its pixels.
WRITTEN = """
  const written = new Map();
  const { fillText, clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    written.set(this.canvas, []);
    return clearRect.apply(this, box);
  };
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    const size = this.measureText(text);
    const matrix = this.getTransform();
    const corners = [
      [x - size.actualBoundingBoxLeft, y - size.actualBoundingBoxAscent],
      [x + size.actualBoundingBoxRight, y + size.actualBoundingBoxDescent],
    ].map(([px, py]) => matrix.transformPoint(new DOMPoint(px, py)));
    const ends = (side) => corners.map((corner) => corner[side]).sort((a, b) => a - b);
    written.get(this.canvas)?.push({ text, x: ends("x"), y: ends("y") });
    fillText.call(this, text, x, y);
  };
  window.writtenOn = (canvas) => written.get(canvas);
"""


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("projection", ["units", "pca"])
@pytest.mark.parametrize("size", [(1024, 768), (390, 844)], ids=str)
def test_no_number_of_an_axis_of_the_hidden_space_touches_its_name(
    page: Page, server: Server, language: str, projection: str, size: tuple[int, int]
):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.add_init_script(WRITTEN)
    page.goto(f"{server.url}/?lang={language}#v=1&layers=8:relu,8:relu")
    wait_ready(page)
    page.get_by_role("tab").nth(PANELS.index("Hidden space")).click()
    page.locator(".space-controls select").nth(1).select_option(
        index=["units", "pca"].index(projection)
    )
    # Drawn anew: what was drawn while the font was on its way has other widths.
    page.get_by_role("button", name={"en": "Step", "es": "Paso"}[language], exact=True).click()
    canvases = page.locator(".space-canvas")
    expect(canvases).to_have_count(2)
    first = {"units": r"^Neurona? ", "pca": "^(PC|CP) "}[projection]

    def names() -> int:
        texts = canvases.nth(1).evaluate("canvas => writtenOn(canvas).map(({ text }) => text)")
        return sum(bool(re.search(first, text)) for text in texts)

    until(lambda: names() == 2, "both axes are named")
    for canvas in canvases.all():
        texts = canvas.evaluate("canvas => writtenOn(canvas)")
        side = canvas.evaluate("canvas => [canvas.width, canvas.height]")
        for k, text in enumerate(texts):
            for axis, most in zip("xy", side, strict=True):
                assert text[axis][0] >= 0, text
                assert text[axis][1] <= most + 1, text
            for other in texts[:k]:
                apart = max(
                    max(text[axis][0] - other[axis][1], other[axis][0] - text[axis][1])
                    for axis in "xy"
                )
                assert apart >= 3, (text, other)
