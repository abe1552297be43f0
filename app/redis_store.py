"""The store for several machines: a Redis or Valkey server, named by one setting.

A snapshot is a hash of two fields, `owner` and `data`, that expires by itself. Scripts, which the
server runs as one step, compare the owner and write, or read and become the owner. They need
nothing that Redis 5, or any Valkey, does not have, and touch one key each.
"""

import secrets
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from app.errors import SettingsError
from app.snapshot_store import (
    LIFETIME,
    REMOVED_FOR,
    SnapshotStore,
    Standing,
    StoreError,
    Written,
    hashed,
)

try:
    import redis
    from redis.backoff import NoBackoff
    from redis.exceptions import ConnectionError as RedisConnectionError
    from redis.exceptions import RedisError
    from redis.exceptions import TimeoutError as RedisTimeoutError
    from redis.retry import Retry
except ImportError as error:  # an optional package
    raise SettingsError(
        "--snapshot-store needs the Python package redis, which is not installed; install it with "
        "pip install redis, or leave the option out to keep snapshots in a folder"
    ) from error

PREFIX = "playground:session:"
ANSWERS_WITHIN = 1.0
"""Seconds in which the server must take a connection, and answer."""
PAUSE = 1.0
"""Seconds after a failure in which the server is not asked again, so that nobody waits for it."""

WRITE = """
local owner = redis.call('HGET', KEYS[1], 'owner')
if owner and owner ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'data', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""
TAKE = """
local data = redis.call('HGET', KEYS[1], 'data')
if not data or data == '' then return false end
redis.call('HSET', KEYS[1], 'owner', ARGV[1])
return data
"""
REMOVE = """
redis.call('HSET', KEYS[1], 'owner', '', 'data', '')
redis.call('PEXPIRE', KEYS[1], ARGV[1])
"""


class RedisStore(SnapshotStore):
    """Snapshots in a Redis or Valkey server: `redis://`, `rediss://` (TLS) or `unix://`, or the
    same with `valkey`; a password in the URL is used and never shown."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._owner = secrets.token_hex(8)
        self._asked_again_at = clock()
        self._trouble = ""
        self._server: Any = redis.Redis.from_url(
            url.replace("valkey", "redis", 1) if url.startswith("valkey") else url,
            socket_connect_timeout=ANSWERS_WITHIN,
            socket_timeout=ANSWERS_WITHIN,
            # Once, for a connection that the server has closed meanwhile; not after a time-out.
            retry=Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
        )

    def __str__(self) -> str:
        parts = urlsplit(self._url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))

    def take(self, token: str) -> bytes | None:
        """As `SnapshotStore.take`."""
        (data,) = self._ask([("EVAL", TAKE, 1, _key(token), self._owner)])
        assert data is None or isinstance(data, bytes)
        return data

    def write_all(self, snapshots: Iterable[tuple[str, bytes]]) -> Written:
        """As `SnapshotStore.write_all`, in one exchange with the server."""
        lifetime = int(LIFETIME * 1000)
        given = list(snapshots)
        answers = self._ask(
            [("EVAL", WRITE, 1, _key(token), self._owner, data, lifetime) for token, data in given]
        )
        written = Written([], [])
        for (token, _), answer in zip(given, answers, strict=True):
            (written.kept if answer else written.lost).append(token)
        return written

    def look(self, tokens: Iterable[str]) -> Standing:
        """As `SnapshotStore.look`, in one exchange with the server."""
        given = list(tokens)
        owners = self._ask([("HGET", _key(token), "owner") for token in given])
        standing = Standing([], [])
        for token, owner in zip(given, owners, strict=True):
            if owner is None:
                standing.missing.append(token)
            elif owner != self._owner.encode():
                standing.lost.append(token)
        return standing

    def remove(self, token: str) -> None:
        """As `SnapshotStore.remove`: what is left is nobody's, and empty."""
        self._ask([("EVAL", REMOVE, 1, _key(token), int(REMOVED_FOR * 1000))])

    def expire(self) -> None:
        """Keys expire by themselves; this only finds out whether the server answers."""
        self._ask([("PING",)])

    def close(self) -> None:
        """As `SnapshotStore.close`."""
        self._server.close()

    def _ask(self, commands: list[tuple[Any, ...]]) -> list[Any]:
        """The answers to commands that are sent together."""
        if not commands:
            return []
        if self._clock() < self._asked_again_at:
            raise StoreError(self._trouble)
        try:
            with self._server.pipeline(transaction=False) as pipeline:
                for command in commands:
                    pipeline.execute_command(*command)
                return list(pipeline.execute())
        except RedisError as error:
            self._trouble = " ".join(str(error).split()) or type(error).__name__
            if isinstance(error, (RedisConnectionError, RedisTimeoutError)):
                self._asked_again_at = self._clock() + PAUSE
            raise StoreError(self._trouble) from None


def _key(token: str) -> str:
    return PREFIX + hashed(token)
