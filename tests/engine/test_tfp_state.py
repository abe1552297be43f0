"""TFP's URL hash, case by case as TFP itself decodes and writes it."""

import math
import re
from typing import Any

import pytest

from engine.tfp.javascript import fragment, from_number, to_number, trim
from engine.tfp.state import PROPERTIES, TfpState, decode, draw_seed, encode
from tests.traces.load import recording

CASES = {case["what"]: case for case in recording("url-hashes")["cases"]}
# TFP's page dies of these; recorded is how, so that only the rest of the state can be compared.
FATAL = {
    'networkShape key without "=" (crashes TFP)': {},
    'prototype names pass the "in" test (crashes TFP)': {"activation": "tanh"},
    "dataset=constructor (prototype name)": {"dataset": "circle"},
}


def plain(value: Any) -> Any:
    """As the recording writes it: NaN as text, lists for tuples."""
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return "NaN" if isinstance(value, float) and math.isnan(value) else value


def as_recorded(state: TfpState) -> dict[str, Any]:
    result = {prop.key: plain(getattr(state, prop.name)) for prop in PROPERTIES}
    result["numHiddenLayers"] = len(state.network_shape)
    return result | {f"{name}_hide": hidden for name, hidden in state.hide}


@pytest.mark.parametrize("what", [what for what in CASES if what not in FATAL])
def test_a_hash_decodes_to_tfps_state_and_back(what: str) -> None:
    case = CASES[what]
    state = decode(case["hash"], draw_seed=lambda: "(random)")
    expected = dict(case["state"])
    if expected["seed"].startswith("(random"):
        expected["seed"] = "(random)"
    assert as_recorded(state) == expected
    assert list(state.hidden) == case["hiddenProps"]
    assert encode(state) == case["serialized"]


@pytest.mark.parametrize("what", list(FATAL))
def test_a_hash_that_kills_tfps_page_gets_defaults(what: str) -> None:
    case = CASES[what]
    seed = "0.3"
    assert as_recorded(decode(case["hash"])) == as_recorded(TfpState(seed=seed))
    if "state" in case:
        assert as_recorded(TfpState(seed=seed)) == case["state"] | FATAL[what]


@pytest.mark.parametrize("what", [what for what in CASES if "activeInputs" in CASES[what]["page"]])
def test_the_inputs_are_those_that_the_page_shows(what: str) -> None:
    if what not in FATAL:
        page = CASES[what]["page"]
        assert list(decode(CASES[what]["hash"]).features) == page["activeInputs"]


def test_a_missing_seed_is_drawn_with_five_decimals() -> None:
    seeds = {decode("#dataset=xor").seed for _ in range(20)}
    assert len(seeds) > 1
    assert all(re.fullmatch(r"0\.\d{5}", seed) for seed in seeds | {draw_seed()})


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", ""),
        ("#", ""),
        ("#seed=1", "seed=1"),
        ("seed=1", "seed=1"),
        ("https://playground.tensorflow.org/#dataset=xor", "dataset=xor"),
        ("https://playground.tensorflow.org/", ""),
        (" #seed=hello world\n", "seed=hello%20world"),
        ("#seed=ñ", "seed=%C3%B1"),
        ("#seed=100%25&a#b", "seed=100%25&a#b"),
        ("#seed=<\"`>'{}|\\^", "seed=%3C%22%60%3E'{}|\\^"),
    ],
)
def test_a_hash_is_read_as_a_browser_hands_it_over(address: str, expected: str) -> None:
    assert fragment(address) == expected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0),
        (" \ufeff", 0),
        (" 7 ", 7),
        ("+7", 7),
        ("-7.5", -7.5),
        (".5", 0.5),
        ("5.", 5),
        ("1e-3", 0.001),
        ("0x1F", 31),
        ("0b11", 3),
        ("0o17", 15),
        ("-Infinity", -math.inf),
        ("1e999", math.inf),
        ("0x" + "f" * 400, math.inf),
    ],
)
def test_a_number_is_read_as_javascript_does(text: str, number: float) -> None:
    assert to_number(text) == number


@pytest.mark.parametrize(
    "text", ["x", "1 2", "1_000", "-0x10", ".", "1e", "0x", "infinity", "nan", "١", "1,5"]
)
def test_what_is_not_a_number_for_javascript_is_nan(text: str) -> None:
    assert math.isnan(to_number(text))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (10, "10"),
        (10.0, "10"),
        (0.03, "0.03"),
        (-2.5, "-2.5"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.25e22, "1.25e+22"),
        (0.000001, "0.000001"),
        (1.5e-7, "1.5e-7"),
        (5e-324, "5e-324"),
        (math.nan, "NaN"),
        (-math.inf, "-Infinity"),
    ],
)
def test_a_number_is_written_as_javascript_does(number: float, text: str) -> None:
    assert from_number(number) == text


def test_blanks_are_javascripts() -> None:
    assert trim("\u00a0\ufeff\u2003x\u2028") == "x"
    assert trim("\x1cx\x85") == "\x1cx\x85"
