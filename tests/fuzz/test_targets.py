"""Every target, briefly and without instruments: its seeds, and what a few changes make of them.

The long run, led by the branches that it takes, is `python -m tests.fuzz`.
"""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.__main__ import NAMES
from tests.fuzz.readable import require_readable, require_refusal
from tests.fuzz.target import Target

ROOT = Path(__file__).parents[2]
TARGETS: dict[str, Target] = {
    name: import_module(f"tests.fuzz.targets.{name}").TARGET for name in NAMES
}


@pytest.mark.parametrize(
    ("name", "seed"),
    [(name, index) for name, target in TARGETS.items() for index in range(len(target.seeds))],
)
def test_every_seed_is_understood_or_properly_refused(name: str, seed: int) -> None:
    TARGETS[name].feed(TARGETS[name].seeds[seed])


def changed(target: Target) -> st.SearchStrategy[bytes]:
    """A seed in which something was replaced, left out, repeated or put in."""
    words = st.sampled_from([word.encode() for word in target.words])
    piece = st.binary(max_size=8) | words | st.sampled_from([b"", b"9" * 400, b"x" * 2000])

    @st.composite
    def draw(draw: st.DrawFn) -> bytes:
        data = draw(st.sampled_from(target.seeds))
        for _ in range(draw(st.integers(1, 4))):
            start = draw(st.integers(0, len(data)))
            stop = draw(st.integers(start, min(len(data), start + 20)))
            data = data[:start] + draw(piece) + data[stop:]
        return data[: 2 * target.longest]

    return draw() | st.binary(max_size=100)


@pytest.mark.parametrize("name", NAMES)
def test_no_input_makes_more_than_a_readable_refusal(name: str) -> None:
    target = TARGETS[name]

    @settings(max_examples=6 * settings().max_examples, suppress_health_check=list(HealthCheck))
    @given(changed(target))
    def feed(data: bytes) -> None:
        target.feed(data)

    feed()


def test_the_inputs_are_shared_out_as_a_whole() -> None:
    assert sum(target.share for target in TARGETS.values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "message",
    ["", " ", "x" * 500, "two\nlines", "\x1b[31m", "Traceback (most ...", "<A object at 0x7fe0>"],
)
def test_what_is_no_sentence_for_a_person_is_noticed(message: str) -> None:
    with pytest.raises(AssertionError):
        require_readable(message)


@pytest.mark.parametrize("message", ["got 1", "expected 2", "no"])
def test_a_refusal_that_says_too_little_is_noticed(message: str) -> None:
    require_readable(message)
    with pytest.raises(AssertionError):
        require_refusal(message)


def test_an_input_that_takes_too_long_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 1.5])
    monkeypatch.setattr("time.thread_time", lambda: next(times))
    with pytest.raises(AssertionError, match=r"3 bytes took 1\.5 s"):
        Target(lambda data: None, seeds=()).feed(b"abc")


def test_without_atheris_one_line_says_what_to_install() -> None:
    script = (
        "import importlib.util, sys; find = importlib.util.find_spec;"
        "importlib.util.find_spec = lambda name, *a: None if name == 'atheris' else find(name, *a);"
        "from tests.fuzz.__main__ import main; sys.exit(main([]))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 1
    assert "pip install" in ran.stderr


def test_a_target_that_does_not_exist_is_refused_with_those_that_do() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "nonsense"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 2
    assert "got the target 'nonsense', expected one of: command, formula" in ran.stderr
