"""axe finds nothing serious, and everything can be reached at every size and in both themes."""

from pathlib import Path

import pytest

from .conftest import Opener

AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text()
SIZES = {"desktop": (1440, 900), "tablet": (1024, 768), "phone": (390, 844)}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_serious(opened: Opener, page, size: str, scheme):
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    opened("#v=1&dataset=spiral&layers=8:relu,8:relu")
    page.evaluate(AXE)
    result = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    serious = [
        (violation["id"], [node["html"] for node in violation["nodes"]][:3])
        for violation in result["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
    assert serious == []


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_wider_than_the_window(opened: Opener, page, size: str):
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    opened()
    overflow = page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0


def test_the_main_job_needs_no_scrolling_on_a_laptop(opened: Opener, page):
    opened("#v=1&dataset=spiral&layers=8:relu,8:relu")
    for role, name in [
        ("button", "Play"),
        ("button", "Regenerate"),
        ("checkbox", "Discretize output"),
        ("button", "Add hidden layer"),
    ]:
        box = page.get_by_role(role, name=name).bounding_box()
        assert box is not None, name
        assert box["y"] + box["height"] <= 900, name


def test_every_button_and_field_has_a_name(opened: Opener, page):
    opened()
    page.evaluate(AXE)
    result = page.evaluate(
        "() => axe.run(document, { runOnly: ['button-name', 'label', 'select-name',"
        " 'aria-input-field-name', 'aria-toggle-field-name'] })"
    )
    assert [violation["id"] for violation in result["violations"]] == []
