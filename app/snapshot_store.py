"""Where snapshots are: what every store does, whether a folder of this machine or a Redis server.

A store is shared by processes, of one machine or of many. Each snapshot belongs to the process
that wrote or took it last: who takes it reads it and becomes its owner in one step, and from then
on the store refuses what the process before has still to write. So a session goes on in one place
only, without the processes ever speaking to each other.

A store finds a snapshot by a hash of the session's token, so that a listing of it tells no secret.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import NamedTuple

LIFETIME = 24 * 3600.0
"""Seconds after which a snapshot that was not written again is removed."""

REMOVED_FOR = 600.0
"""Seconds for which a store remembers that a session was removed. Another process may hold it
still, until it looks next, and would otherwise write it again as one that the store has lost."""


class StoreError(Exception):
    """The store cannot be used now; the text says why, in one line, without a password."""


class Written(NamedTuple):
    """What became of snapshots that were to be written."""

    kept: list[str]
    """Tokens whose snapshots are in the store now."""
    lost: list[str]
    """Tokens of sessions that another process has taken over; nothing was written."""


class Standing(NamedTuple):
    """How snapshots stand that this process has written."""

    lost: list[str]
    """Tokens of sessions that another process has taken over."""
    missing: list[str]
    """Tokens of which the store has no snapshot any more: it was emptied, or too old or full."""


class SnapshotStore(ABC):
    """Snapshots by token. Calls may block for a second or two, and come from one thread at a time.

    Every call raises `StoreError` when the store cannot be used; the next one tries again.
    """

    @abstractmethod
    def __str__(self) -> str:
        """Where it is, for the log, without a password."""

    @abstractmethod
    def take(self, token: str) -> bytes | None:
        """The bytes kept for a token, whose session is this process's own from now on; None when
        there are none, or they are too old."""

    @abstractmethod
    def write_all(self, snapshots: Iterable[tuple[str, bytes]]) -> Written:
        """Keep the bytes of several sessions (token, bytes), each replaced as a whole or not at
        all, unless another process has taken the session over."""

    @abstractmethod
    def look(self, tokens: Iterable[str]) -> Standing:
        """How the snapshots of this process stand."""

    @abstractmethod
    def remove(self, token: str) -> None:
        """Keep nothing of this session any more, and take no more of it from any process."""

    @abstractmethod
    def expire(self) -> None:
        """Remove what is too old, where the store does not do so by itself."""

    def forget(self, token: str) -> None:  # noqa: B027 - most stores remember nothing
        """This process does not hold the session any more; its snapshot stays."""

    def close(self) -> None:  # noqa: B027
        """Give back what the store has open."""


def hashed(token: str) -> str:
    """The name of a token's snapshot: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()
