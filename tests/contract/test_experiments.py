"""The experiments of the article and the "Try this" list do what their texts say."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine import Trainer, url
from engine.diagnostics import DIAGNOSTICS
from tests.engine import lab

STATIC = Path(__file__).parents[2] / "static"
EXPERIMENTS: list[dict[str, Any]] = json.loads((STATIC / "experiments.json").read_text("utf-8"))
TEXTS = json.loads((STATIC / "i18n" / "en.try.json").read_text("utf-8"))["try"]


def measure(trainer: Trainer, what: str) -> float:
    """One of the numbers that experiments.json names."""
    loss = trainer.evaluate().loss
    match what:
        case "test_accuracy":
            return lab.accuracy(trainer)
        case "dead_share":
            return lab.dead_share(trainer)
        case "loss_gap":
            assert loss.train is not None
            assert loss.test is not None
            return loss.test - loss.train
        case "diverged":
            return float(trainer.divergence is not None)
    raise AssertionError(f"nothing measures {what!r}")


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda experiment: experiment["id"])
def test_an_experiment_does_what_its_text_says(experiment: dict[str, Any]) -> None:
    decoded = url.decode(experiment["hash"])
    assert decoded.notices == ()
    assert url.encode(decoded.spec, decoded.view) == experiment["hash"], "as the page writes it"
    expected = experiment["expected"]
    trainer = Trainer(decoded.spec)
    trainer.run_epochs(expected["epochs"])
    value = measure(trainer, expected["measure"])
    assert expected.get("at_least", value) <= value <= expected.get("at_most", value)
    assert {"at_least", "at_most"} & set(expected)


def test_experiments_that_work_and_that_fail_are_told_apart() -> None:
    works = [experiment["works"] for experiment in EXPERIMENTS]
    assert works.count(True) >= 8
    assert works.count(False) >= 8


def test_every_experiment_has_its_texts_and_every_text_an_experiment() -> None:
    ids = [experiment["id"] for experiment in EXPERIMENTS]
    assert len(set(ids)) == len(ids)
    assert set(TEXTS["items"]) == set(ids)
    assert all(set(item) == {"name", "why", "look"} for item in TEXTS["items"].values())
    assert set(TEXTS["topics"]) == {experiment["topic"] for experiment in EXPERIMENTS}


def test_every_reason_is_one_line() -> None:
    assert [id_ for id_, item in TEXTS["items"].items() if len(item["why"]) > 90] == []


def test_the_panel_that_an_experiment_opens_is_one_of_the_dock() -> None:
    source = (STATIC / "js" / "panels.js").read_text("utf-8")
    panels = {experiment["panel"] for experiment in EXPERIMENTS if "panel" in experiment}
    assert panels
    assert [panel for panel in panels if f'id: "{panel}"' not in source] == []
    assert {"layer_health", "initialization"} <= set(DIAGNOSTICS.kinds)
