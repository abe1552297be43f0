"""Links made today open the same experiment whatever is changed later.

`links_of_today.json` is never to be written again, only to be added to: what fails here breaks
links that people have kept. docs/links.md has the rule.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from engine.activations import ACTIVATIONS
from engine.datasets import DATASETS
from engine.features import FEATURES
from engine.heads import HEADS
from engine.initializers import INITIALIZERS
from engine.optimizers import OPTIMIZERS
from engine.problems import PROBLEMS
from engine.registry import Registry
from engine.regularizers import REGULARIZERS
from engine.spec import RunSpec
from engine.trainer import Trainer
from engine.url import VERSION, decode, encode

LINKS = json.loads(Path(__file__).with_name("links_of_today.json").read_text("utf-8"))
each = pytest.mark.parametrize("link", LINKS, ids=lambda link: link["what"])


def opened(link: dict[str, Any]) -> Any:
    return decode(link["link"], draw_seed=lambda: "0")


def without_new(now: Any, then: Any) -> Any:
    """What there is now, less what did not exist then: a new field has its default."""
    if isinstance(now, dict) and isinstance(then, dict):
        return {name: without_new(value, then[name]) for name, value in now.items() if name in then}
    if isinstance(now, list) and isinstance(then, list) and len(now) == len(then):
        return [without_new(*pair) for pair in zip(now, then, strict=True)]
    return now


@each
def test_it_gives_the_experiment_and_the_view_of_today(link: dict[str, Any]) -> None:
    decoded = opened(link)
    spec, view = decoded.spec.to_dict(), json.loads(json.dumps(asdict(decoded.view)))
    assert without_new(spec, link["spec"]) == link["spec"]
    assert without_new(view, link["view"]) == link["view"]
    assert RunSpec.from_dict(link["spec"]) == decoded.spec
    assert [notice.code for notice in decoded.notices] == link["notices"]


@each
def test_it_is_written_as_today(link: dict[str, Any]) -> None:
    decoded = opened(link)
    assert encode(decoded.spec, decoded.view) == link["written"]
    again = decode(link["written"], draw_seed=lambda: "1")
    assert (again.spec, again.view, again.notices) == (decoded.spec, decoded.view, ())


@each
def test_it_can_be_trained(link: dict[str, Any]) -> None:
    trainer = Trainer(opened(link).spec)
    trainer.run_steps(1)
    assert trainer.evaluate().loss.train is not None


def kinds(data: Any) -> set[str]:
    if isinstance(data, dict):
        own = {data["kind"]} if isinstance(data.get("kind"), str) else set()
        return own.union(*map(kinds, data.values()))
    return set().union(*map(kinds, data)) if isinstance(data, list) else set()


@pytest.mark.parametrize(
    "registry",
    [ACTIVATIONS, DATASETS, FEATURES, HEADS, INITIALIZERS, OPTIMIZERS, PROBLEMS, REGULARIZERS],
    ids=lambda registry: registry.noun,
)
def test_every_component_is_in_one_of_them(registry: Registry[Any]) -> None:
    used = set().union(*(kinds(link["spec"]) | {link["spec"]["problem"]} for link in LINKS))
    missing = set(registry.kinds) - used
    assert not missing, f"add a link with {missing} to links_of_today.json"


def test_every_field_differs_from_its_default_in_one_of_them() -> None:
    default, view = LINKS[0]["spec"], LINKS[0]["view"]
    for name in RunSpec().to_dict():
        assert any(link["spec"].get(name) != default.get(name) for link in LINKS), name
    for name in asdict(decode("").view):
        assert any(link["view"].get(name) != view.get(name) for link in LINKS), name


def test_the_version_is_the_one_that_they_have() -> None:
    # With another version, links of this one are to be understood as before: add links of the new
    # one to the file, and leave these.
    assert VERSION == "1"
    own = [link for link in LINKS if link["link"].startswith("#v=")]
    assert {link["link"][:4] for link in own} == {"#v=1"}
