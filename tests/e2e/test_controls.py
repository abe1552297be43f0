"""Every control changes what it says, and every component of the registries is offered."""

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import Opener, Server, address, epoch, number, readout, until, wait_ready

SELECTS = {
    "Optimizer": "optimizer",
    "Activation": "activation",
    "Initializer": "initializer",
    "Regularization": "regularizer",
}
PROBLEM_DATASETS = [
    ("Multiclass", "Blobs"),
    ("Multilabel", "Discs"),
    ("Regression", "Plane"),
    ("Classification", "Circle"),
]


@pytest.fixture(scope="module")
def catalog(server: Server) -> dict[str, Any]:
    with urllib.request.urlopen(f"{server.url}/api/catalog") as answer:
        loaded: dict[str, Any] = json.load(answer)
    return loaded


def until_linked(page: Page, part: str) -> None:
    until(lambda: part in address(page), f"{part} in the link")


@pytest.mark.parametrize("name", SELECTS)
def test_every_option_of_a_list_can_be_chosen(opened: Opener, catalog, name: str):
    page = opened()
    select = page.get_by_role("combobox", name=name, exact=True)
    for component in [*catalog["components"][SELECTS[name]][1:], None]:
        choice = component or catalog["components"][SELECTS[name]][0]
        select.select_option(label=choice["label"])
        default = catalog["fields"].get(SELECTS[name], {}).get("default") or {"kind": "tanh"}
        if choice["kind"] != default["kind"]:
            until_linked(page, choice["kind"])
        expect(select.locator("option:checked")).to_have_text(choice["label"])


@pytest.mark.parametrize("name", ["Learning rate", "Regularization rate"])
def test_every_rate_can_be_chosen_while_it_plays(opened: Opener, catalog, name: str):
    page = opened("#v=1&regularizer=l2&learning_rate=0.003")
    page.get_by_role("button", name="Play").click()
    field = name.lower().replace(" ", "_")
    select = page.get_by_role("combobox", name=name, exact=True)
    for value in [0.001, 0.01, 0.1]:
        assert value in catalog["fields"][field]["options"]
        select.select_option(label=f"{value:g}")
        until_linked(page, f"{field}={value:g}")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    before = epoch(page)
    until(lambda: epoch(page) > before, "it plays on without a restart")


def test_every_dataset_of_every_problem_is_drawn_and_trains(opened: Opener, catalog):
    page = opened()
    pictures = page.locator(".dataset-picture")

    def are_drawn() -> bool:
        return all(pictures.evaluate_all("(all) => all.map((picture) => picture.naturalWidth)"))

    for problem in catalog["components"]["problem"]:
        label = problem.get("short", problem["label"])
        page.get_by_role("combobox", name="Problem type").select_option(label=label)
        datasets = [
            dataset
            for dataset in catalog["components"]["dataset"]
            if problem["kind"] in dataset["problems"] and dataset["thumbnail"]
        ]
        expect(pictures).to_have_count(len(datasets))
        until(are_drawn, "every dataset has its picture")
        for dataset in datasets:
            radio = page.get_by_role("radio", name=dataset["label"], exact=True)
            radio.check(force=True)
            expect(radio).to_be_checked()
            expect(readout(page, "Epoch")).to_have_text("000,000")
            page.get_by_role("button", name="Step").click()
            expect(readout(page, "Epoch")).to_have_text("000,001")


@pytest.mark.parametrize(("problem", "dataset"), PROBLEM_DATASETS)
def test_each_problem_learns_and_shows_its_measure(opened: Opener, problem: str, dataset: str):
    page = opened()
    page.get_by_role("combobox", name="Problem type").select_option(label=problem)
    radio = page.get_by_role("radio", name=dataset, exact=True)
    radio.check(force=True)
    expect(radio).to_be_checked()
    wait_ready(page)
    start = number(page, "Training loss")
    page.get_by_role("button", name="Play").click()
    until(lambda: number(page, "Training loss") < start / 2, "the loss halves", 40)
    page.get_by_role("button", name="Pause").click()
    measure = "R²" if problem == "Regression" else "Test accuracy"
    expect(page.get_by_text(measure, exact=False).first).to_be_visible()


def test_layers_and_neurons_are_added_and_removed(opened: Opener):
    page = opened()
    page.get_by_role("button", name="Add hidden layer").click()
    expect(page.get_by_role("button", name="Hidden layer 3, neuron 2")).to_be_visible()
    page.get_by_role("button", name="Add neuron to hidden layer 3").click()
    expect(page.get_by_role("button", name="Hidden layer 3, neuron 3")).to_be_visible()
    page.get_by_role("button", name="Remove neuron from hidden layer 1").click()
    expect(page.get_by_role("button", name="Hidden layer 1, neuron 4")).to_be_hidden()
    page.get_by_role("button", name="Remove hidden layer").click()
    expect(page.get_by_role("button", name="Hidden layer 3, neuron 1")).to_be_hidden()
    until(lambda: "layers=3:tanh,2:tanh" in address(page), "the link names the layers")


def test_each_layer_can_have_an_activation_of_its_own(opened: Opener):
    page = opened()
    page.get_by_role("combobox", name="Activation of hidden layer 2").select_option(label="ReLU")
    until(lambda: "layers=4:tanh,2:relu" in address(page), "one layer changed")


def test_features_are_switched_on_and_off(opened: Opener, catalog):
    page = opened()
    named = [feature for feature in catalog["components"]["feature"] if not feature["parameters"]]
    for feature in named[2:]:
        box = page.get_by_role("checkbox", name=feature["kind"], exact=True)
        box.click()
        expect(box).to_be_checked()
    for feature in named:
        box = page.get_by_role("checkbox", name=feature["kind"], exact=True)
        box.click()
        expect(box).not_to_be_checked()
    page.get_by_role("button", name="Step").click()
    expect(readout(page, "Epoch")).to_have_text("000,001")


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("Training share", "train_share", "70"),
        ("Noise", "noise", "25"),
        ("Batch size", "batch_size", "30"),
    ],
)
def test_sliders_change_the_experiment_and_keep_playing(opened: Opener, name, field, value):
    page = opened()
    page.get_by_role("button", name="Play").click()
    page.get_by_role("slider", name=name).fill(value)
    until(lambda: f"{field}={value}" in address(page), f"{field} in the link")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


@pytest.mark.timed
def test_speed_limits_the_epochs_per_second(opened: Opener):
    page = opened()
    page.get_by_role("slider", name="Speed").focus()
    page.keyboard.press("Home")
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(2500)
    assert 1 <= epoch(page) <= 4


def test_the_speed_can_be_set_before_the_server_has_answered(page: Page, server: Server):
    page.route_web_socket("**/ws", lambda socket: None)  # connected, and silent
    page.goto(server.url)
    slider = page.get_by_role("slider", name="Speed")
    slider.focus()
    page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "1 ep/s")
    page.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "max")


def test_a_weight_and_a_bias_are_edited_and_undone(opened: Opener):
    page = opened()
    before = number(page, "Training loss")
    page.get_by_role("button", name="Output neuron").click()
    field = page.get_by_role("spinbutton").first
    field.fill("3.5")
    field.press("Enter")
    until(lambda: number(page, "Training loss") != before, "the loss follows the edit")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Undo").click()
    until(lambda: number(page, "Training loss") == before, "undo")


def test_a_bad_learning_rate_is_refused_with_a_sentence_and_loses_nothing(opened: Opener):
    page = opened()
    page.get_by_role("combobox", name="Learning rate").select_option(label="Other…")
    field = page.get_by_role("textbox", name="Learning rate").or_(
        page.get_by_role("spinbutton", name="Learning rate")
    )
    field.fill("-1")
    field.press("Enter")
    page.get_by_role("button", name="Step").click()
    expect(readout(page, "Epoch")).to_have_text("000,001")
    assert "learning_rate=-1" not in address(page)


EXTENSION = """
from dataclasses import dataclass
from typing import ClassVar, Literal
import sys
import numpy as np
from engine.activations import ACTIVATIONS, Activation

@ACTIVATIONS.register
@dataclass(frozen=True)
class Sine(Activation):
    \"\"\"The sine: waves instead of a step.\"\"\"

    label: ClassVar[str] = "Sine wave"
    kind: Literal["sine"] = "sine"

    def f(self, z):
        return np.sin(z)

    def slope(self, z):
        return np.cos(z)

from app.cli import main
sys.exit(main(["serve", *sys.argv[1:]]))
"""


def test_a_component_added_to_a_registry_appears_by_itself(page: Page, tmp_path: Path):
    import sys

    script = tmp_path / "extended.py"
    script.write_text(EXTENSION)
    server = Server(tmp_path / "snapshots", [sys.executable, str(script)])
    server.start()
    try:
        page.goto(server.url)
        wait_ready(page)
        page.get_by_role("combobox", name="Activation", exact=True).select_option(label="Sine wave")
        until(lambda: "4:sine,2:sine" in address(page), "the link names it")
        start = number(page, "Training loss")
        page.get_by_role("button", name="Play").click()
        until(lambda: number(page, "Training loss") < start, "it trains")
    finally:
        server.stop()


def test_a_negative_value_of_a_slider_is_read_with_a_minus(opened: Opener):
    page = opened("#v=1&bias=-0.5&optimizer=adam")
    page.get_by_role("button", name="Initializer settings").click()
    bias = page.locator(".slider").filter(has=page.get_by_role("slider", name="Initial bias"))
    expect(bias.locator(".slider-value")).to_have_text("−0.5")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Optimizer settings").click()
    epsilon = page.locator(".slider").filter(has=page.get_by_role("slider", name="epsilon"))
    expect(epsilon.locator(".slider-value")).to_have_text("1e−8")
