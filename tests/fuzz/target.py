"""A target: a part of the program that reads what strangers write, and how it is to be fed."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

LONGEST = 1.0
"""Seconds of processor time that an input may take."""


@dataclass(frozen=True)
class Target:
    """Bytes go into `read`, which raises whatever is neither a result nor a proper refusal."""

    read: Callable[[bytes], None]
    seeds: Sequence[bytes]
    """Inputs to start from: those that are understood, and those that were not once."""
    words: Sequence[str] = ()
    """What the reader knows, so that it need not be guessed letter by letter."""
    share: float = 0.2
    """Of all inputs, that this target gets."""
    longest: int = 4096
    """Bytes of an input."""

    def feed(self, data: bytes) -> None:
        """One input, within the time that an input may take."""
        before = time.thread_time()
        self.read(data)
        spent = time.thread_time() - before
        assert spent < LONGEST, f"an input of {len(data)} bytes took {spent:.1f} s"
