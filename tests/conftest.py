"""Shared by all tests: reproducible randomness, and no hidden floating-point trouble.

Hypothesis draws the same examples every time. `HYPOTHESIS_PROFILE=long` draws others each time, and
forty times as many where a test does not say how many.
"""

import os

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
