"""Random streams: one independent generator for each use of a seed."""

from typing import Literal

import numpy as np

Stream = Literal["data", "noise", "weights", "shuffle", "revive"]


def entropy(seed: str, use: Stream) -> int:
    """The number that one use of a seed is, as for `numpy.random.default_rng`."""
    return int.from_bytes(f"{use}\0{seed}\1".encode("utf-8", "surrogatepass"), "little")


def stream(seed: str, use: Stream) -> np.random.Generator:
    """The generator for one use of a seed: equal arguments, equal numbers."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy(seed, use))))
