"""A TensorFlow Playground link works unchanged, and the address always holds the experiment."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .conftest import Opener, address, epoch, readout, until

CASES = json.loads((Path(__file__).parents[1] / "traces" / "url-hashes.json").read_text())["cases"]
COURSE_LINK = next(case for case in CASES if case["what"].startswith("course link"))


def test_a_course_link_opens_with_its_data_and_hidden_controls(opened: Opener):
    page = opened(COURSE_LINK["hash"])
    expect(page.get_by_role("radio", name="Multi gaussian")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Show test data")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Discretize output")).to_be_checked()
    expect(page.get_by_role("combobox", name="Learning rate")).to_be_hidden()
    expect(page.get_by_role("combobox", name="Regularization", exact=True)).to_be_hidden()
    expect(page.get_by_role("button", name="Add hidden layer")).to_be_hidden()
    expect(readout(page, "Training loss")).to_contain_text(COURSE_LINK["page"]["trainLoss"])
    expect(readout(page, "Test loss")).to_contain_text(COURSE_LINK["page"]["testLoss"])
    for part in ("regDataset=reg-gauss", "noise=35", "percTrainData=70", "learningRate_hide=true"):
        assert part in address(page)


REPLACED = ("networkShape=0", "networkShape=4,,", "noise=lots", "batchSize=0", "percTrainData=")
"""Values that make no sense, where we train something sane and say so."""


@pytest.mark.parametrize("case", CASES[1:], ids=lambda case: case["what"])
def test_every_recorded_link_opens_and_shows_the_recorded_losses(kept: Callable[[str], Page], case):
    page = kept(case["hash"])
    shown, stepped = case.get("page") or {}, case.get("pageAfterOneStep")
    page.get_by_role("button", name="Step").click()
    until(lambda: epoch(page) == 1, "one epoch")
    if "trainLoss" in shown and stepped and not any(part in case["hash"] for part in REPLACED):
        expect(readout(page, "Training loss")).to_contain_text(stepped["trainLoss"])


def test_another_link_pasted_into_the_address_opens_without_a_reload(opened: Opener):
    page = opened("#dataset=xor&seed=0.3")
    expect(page.get_by_role("radio", name="Exclusive or", exact=True)).to_be_checked()
    page.evaluate("hash => { location.hash = hash; }", "#dataset=gauss&seed=0.3")
    expect(page.get_by_role("radio", name="Gaussian", exact=True)).to_be_checked()


@pytest.mark.parametrize(
    "hash_",
    [
        "#v=1&dataset=<img src=x onerror=alert(1)>",
        "#v=1&layers=99999:tanh",
        "#v=1&learning_rate=NaN&noise=1e999",
        "#activation=__proto__&networkShape=500,500&batchSize=-1",
        "#" + "a" * 4000,
    ],
)
def test_a_hostile_link_opens_something_sane(opened: Opener, hash_: str):
    page = opened(hash_)
    page.get_by_role("button", name="Step").click()
    until(lambda: epoch(page) == 1, "it trains")
