"""The layout on every screen, in both themes: where parts are, what must never be, a picture.

`make screenshots` writes what is expected, in tests/e2e/screenshots. A failure says what moved, and
leaves the pictures (actual, expected, difference) in test-results/screenshots.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter
from playwright.sync_api import Browser, Page, expect

from .conftest import Server, readout, until, wait_ready
from .pictures import WIDTH, difference, marked, reduced, save

KEPT = Path(__file__).with_name("screenshots")
RESULTS = Path("test-results/screenshots")
LAYOUT = Path(__file__).with_name("layout.js").read_text("utf-8")
RENEW = bool(os.environ.get("RENEW_SCREENSHOTS"))

SPIRAL = "#v=1&dataset=spiral&layers=8:tanh,8:tanh,8:tanh&learning_rate=0.1"
SCREENS: dict[str, dict[str, Any]] = {
    "phone": {"size": (390, 844), "touch": True},
    "tablet": {"size": (768, 1024), "touch": True},
    "small": {"size": (1024, 768)},
    "laptop": {"size": (1440, 900)},
    "large": {"size": (2560, 1440)},
    "projector": {"size": (1920, 1080), "link": "&projector=true"},
    "small-projector": {"size": (1280, 720), "link": "&projector=true"},
}
PARTS = [
    "#header",
    "#transport",
    "#transport .epoch",
    "#settings",
    "#data",
    ".datasets",
    "#network",
    "#stage-foot",
    ".network-layers",
    "#output",
    "#readouts",
    "#loss-chart",
    "#map",
    ".map-plot",
    "#map-options",
    "#scale",
    "#dock",
]
EPOCHS = 4
MOVED = 6
"""Pixels by which a part may be elsewhere: fonts of other machines are a little wider."""
SHARE = 0.015
"""How much of a picture may differ."""


@pytest.fixture(params=SCREENS)
def screen(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Any:
    """A page of one size, trained for some epochs one by one, so that it is always the same."""
    what = SCREENS[request.param]
    width, height = what["size"]
    touch = what.get("touch", False)
    context = browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=touch,
        is_mobile=touch,
        reduced_motion="reduce",
        color_scheme="light",
    )
    page = context.new_page()
    page.goto(f"{server.url}/{SPIRAL}{what.get('link', '')}")
    wait_ready(page)
    step = page.get_by_role("button", name="Step", exact=True)
    for k in range(1, EPOCHS + 1):
        step.click()
        expect(readout(page, "Epoch")).to_have_text(f"{k:07,}")
    page.mouse.move(0, 0)
    page.evaluate("() => document.fonts.ready.then(() => {})")
    expect(page.locator(".u-over")).to_have_count(1)
    if page.locator(".dock.is-open").count():
        expect(page.locator(".health-cell").first).to_be_visible()
    until(lambda: page.locator(".toast").count() == 0, "no message", 12)
    yield request.param, page
    context.close()


def check_layout(name: str, page: Page) -> dict[str, Any]:
    layout: dict[str, Any] = page.evaluate(LAYOUT, PARTS)
    assert layout["faults"] == [], f"{name}: " + "; ".join(layout["faults"])
    return layout


def moved(expected: dict[str, list[int]], actual: dict[str, list[int]]) -> list[str]:
    """What is elsewhere, gone or new, in words."""
    words = []
    for part in sorted(expected.keys() | actual.keys()):
        before, now = expected.get(part), actual.get(part)
        if before is None or now is None:
            words.append(f"{part} is {'new' if before is None else 'gone'}")
            continue
        changes = [
            f"{what} {was} → {is_}"
            for what, was, is_ in zip(("x", "y", "width", "height"), before, now, strict=True)
            if abs(was - is_) > MOVED
        ]
        if changes:
            words.append(f"{part}: {', '.join(changes)}")
    return words


def check_picture(name: str, page: Page, boxes: dict[str, list[int]]) -> list[str]:
    """Which parts of the page look different."""
    path = KEPT / f"{name}.png"
    if RENEW:
        page.wait_for_timeout(1500)  # the network is painted by a worker, soon
        save(reduced(page.screenshot(animations="disabled")), path)
        return []
    assert path.exists(), f"{path} is not there; `make screenshots` writes it"
    expected = Image.open(path)
    for _ in range(8):
        actual = reduced(page.screenshot(animations="disabled"))
        differs = difference(actual, expected)
        if differs.mean() <= SHARE:
            return []
        page.wait_for_timeout(600)  # the worker may be late
    save(actual, RESULTS / f"{name}-actual.png")
    save(expected.convert("RGB"), RESULTS / f"{name}-expected.png")
    save(marked(actual, differs), RESULTS / f"{name}-difference.png")
    scale = page.evaluate("innerWidth") / differs.shape[1]
    where = []
    for part, (x, y, width, height) in boxes.items():
        rows = slice(max(0, round(y / scale)), max(0, round((y + height) / scale)))
        columns = slice(max(0, round(x / scale)), max(0, round((x + width) / scale)))
        inside = differs[rows, columns]
        if inside.size and inside.mean() > SHARE:
            where.append(f"{part} {inside.mean():.0%}")
    return [
        f"{name}: {differs.mean():.1%} of the picture differ ({', '.join(where)}); see {RESULTS}"
    ]


def test_everything_is_where_it_was_and_looks_as_it_did(screen: tuple[str, Page]):
    name, page = screen
    layout = check_layout(name, page)
    path = KEPT / "layouts.json"
    kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if RENEW:
        kept[name] = {"boxes": layout["boxes"], "shortened": layout["shortened"]}
        path.parent.mkdir(exist_ok=True)
        lines = [
            f'"{key}": {json.dumps(kept[key], ensure_ascii=False)}'
            for key in SCREENS
            if key in kept
        ]
        path.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    wrong = [f"{name}: {words}" for words in moved(kept[name]["boxes"], layout["boxes"])]
    if new := set(layout["shortened"]) - set(kept[name]["shortened"]):
        wrong.append(f"{name}: no longer whole: {', '.join(sorted(new))}")
    wrong += check_picture(f"{name}-light", page, layout["boxes"])
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.wait_for_timeout(300)
    dark = check_layout(f"{name}, dark", page)
    wrong += [f"{name}, dark: {words}" for words in moved(layout["boxes"], dark["boxes"])]
    wrong += check_picture(f"{name}-dark", page, layout["boxes"])
    assert wrong == [], "\n".join(wrong)


def test_a_picture_survives_other_edges_of_letters_but_not_a_part_that_is_elsewhere():
    picture = Image.new("RGB", (WIDTH, 200), "white")
    draw = ImageDraw.Draw(picture)
    for y in range(10, 100, 4):
        draw.line([(20, y), (120, y)], fill=(150, 150, 150))
    draw.rectangle([200, 50, 260, 110], fill=(8, 119, 189))
    softer = picture.filter(ImageFilter.GaussianBlur(0.7))
    assert not difference(softer, picture).any()
    elsewhere = ImageChops.offset(picture, 6, 0)
    assert difference(elsewhere, picture).mean() > SHARE
    assert difference(picture.resize((WIDTH, 240)), picture).all()
