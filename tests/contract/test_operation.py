"""docs/operation.md says of settings, metrics and addresses what the code says."""

import re

import pytest

from app.main import create_app
from app.metrics import Metrics
from app.settings import Settings
from app.tally import Tally
from app.traffic import Traffic
from tests.contract import settings_table

HOW = "run `python -m tests.contract.settings_table`, and look at what has changed"


def test_the_table_of_settings_is_that_of_the_code():
    assert settings_table.parts()[1] == "\n" + settings_table.table() + "\n", HOW


def test_every_setting_is_in_the_table_once():
    table = settings_table.table()
    for name in Settings.model_fields:
        assert table.count(f"| `PLAYGROUND_{name.upper()}` |") == 1


def test_every_metric_is_documented_and_no_other():
    settings = Settings(snapshot_dir=None)
    metrics = Metrics(settings, Tally(), Traffic(settings))
    names = set()
    for family in metrics._registry.collect():
        names.add(f"{family.name}_total" if family.type == "counter" else family.name)
    text = settings_table.parts()[2]
    assert set(re.findall(r"`(playground_\w+)`", text)) == names


@pytest.mark.parametrize(
    "option", sorted(set(re.findall(r"`--([a-z-]+)", settings_table.DOCUMENT.read_text("utf-8"))))
)
def test_every_option_that_is_named_is_one(option):
    assert option.replace("-", "_") in Settings.model_fields


def test_every_address_that_is_named_is_answered():
    paths = {getattr(route, "path", "") for route in create_app(Settings(snapshot_dir=None)).routes}
    named = set(re.findall(r"^\| `(/\w+)` \|", settings_table.parts()[2], re.MULTILINE))
    assert named == {"/healthz", "/readyz", "/metrics"}
    assert named <= paths


def test_every_kind_of_refusal_is_documented():
    text = settings_table.parts()[2]
    kinds = set()
    for module in (settings_table.DOCUMENT.parents[1] / "app").glob("*.py"):
        for call in re.findall(r"tally\.refuse\((.*?)\)", module.read_text("utf-8")):
            kinds |= set(re.findall(r'"([^"]+)"', call)) - {"type", "http"}
    assert len(kinds) > 8
    assert [kind for kind in sorted(kinds) if f"`{kind}`" not in text] == []
