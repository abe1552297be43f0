"""Shared by all tests: reproducible randomness, and no hidden floating-point trouble.

Hypothesis draws the same examples every time. `HYPOTHESIS_PROFILE=long` draws others each time, and
forty times as many where a test does not say how many.

`make` runs tests in several processes at a time (pytest-xdist), a file in one of them. Those that
are `timed` come last, in one process, and each alone.
"""

import os
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported

import numpy as np
import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=50)
settings.register_profile("long", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20240229)


@pytest.fixture
def numpy_steps() -> Iterator[None]:
    """NumPy makes all steps, call by call, as where Numba is not installed."""
    from engine import compiled  # not before the environment is set

    with compiled.switched_off():
        yield


@pytest.fixture(params=["numpy", "compiled"])
def either_way(request: pytest.FixtureRequest) -> None:
    """Runs a test twice: with steps that NumPy makes call by call, and with compiled ones."""
    from engine import compiled

    if request.param == "numpy":
        request.getfixturevalue("numpy_steps")
    else:
        assert compiled.available(), "Numba is missing: make setup"


# --- several processes at a time ------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Who shares a file shares what its fixtures set up; who is timed comes last."""
    if not _is_one_of_several(config):
        return
    items.sort(key=_is_timed)
    for item in items:
        group = "timed" if _is_timed(item) else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool, bool]:
    """A timed test waits until no other runs, and none begins meanwhile."""
    if not _is_one_of_several(item.config):
        return (yield)
    with _turn(alone=_is_timed(item)):
        return (yield)


def _is_one_of_several(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _is_timed(item: pytest.Item) -> bool:
    return item.get_closest_marker("timed") is not None


@contextmanager
def _turn(*, alone: bool) -> Generator[None]:
    """Run while nothing else does, or beside others that are not alone; this file is the lock."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with Path(__file__).open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
