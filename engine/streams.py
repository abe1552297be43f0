"""Random streams: one independent generator for each use of a seed."""

from typing import Literal

import numpy as np

Stream = Literal["data", "noise", "weights", "shuffle", "revive"]


def stream(seed: str, use: Stream) -> np.random.Generator:
    """The generator for one use of a seed: equal arguments, equal numbers."""
    text = f"{use}\0{seed}\1".encode("utf-8", "surrogatepass")
    entropy = int.from_bytes(text, "little")
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))
