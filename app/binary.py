"""Binary messages: a JSON header and deflated arrays; `encode_binary` has the layout."""

import json
import struct
import zlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from numpy.typing import NDArray

STORED = 0xFFFF
"""Bytes that a block of deflate holds when they are not compressed."""


class Deflate(NamedTuple):
    """A library that makes raw deflate streams."""

    begin: Callable[[], Any]
    """Begins one, as an object like those of zlib."""
    end_block: int
    """What its `flush` takes to end a block, so that the next one has a code of its own."""


ZLIB = Deflate(partial(zlib.compressobj, 1, zlib.DEFLATED, -15, 8, zlib.Z_RLE), zlib.Z_BLOCK)
"""Run-length strategy: differences of maps are mostly zero, and it is several times faster than the
default (measured in bench/)."""


def _quickest() -> Deflate:
    """Intel's where it is installed: in half the time of zlib, with a sixth more bytes."""
    try:
        from isal import isal_zlib
    except ImportError:
        return ZLIB
    begin = partial(isal_zlib.compressobj, 1, isal_zlib.DEFLATED, -15)
    return Deflate(begin, isal_zlib.Z_SYNC_FLUSH)


QUICKEST = _quickest()
"""What codes frames where time is dear and they are small: in a crowd."""


def encode_binary(
    header: bytes,
    arrays: Sequence[NDArray[Any]],
    *,
    plain: Sequence[NDArray[Any]] = (),
    library: Deflate = ZLIB,
) -> bytes:
    """One binary message with this header, JSON.

    ``uint32 LE`` length of the header, the header as JSON padded with spaces so that the body
    starts on a multiple of 8 bytes, then one raw deflate stream of the arrays in order, those of
    ``plain`` first. These are stored, not compressed: trained weights do not get smaller, and would
    spoil the code of what comes after them. The others get a block, and so a code, each.
    """
    padding = b" " * (-(4 + len(header)) % 8)
    parts = [(len(header) + len(padding)).to_bytes(4, "little"), header, padding]
    if plain:
        parts += _stored(b"".join([array.data for array in plain]))
    deflate = library.begin()
    for number, array in enumerate(arrays):
        if number:
            parts.append(deflate.flush(library.end_block))
        parts.append(deflate.compress(array.data))
    parts.append(deflate.flush())
    return b"".join(parts)


def decode_binary(message: bytes) -> tuple[dict[str, Any], bytes]:
    """Header and arrays of a binary message, which `encode_binary` made.

    Raises:
        ValueError: it has another form.
    """
    start = 4 + int.from_bytes(message[:4], "little")
    try:
        return json.loads(message[4:start]), zlib.decompress(message[start:], -zlib.MAX_WBITS)
    except (ValueError, zlib.error) as error:
        raise ValueError(
            f"got a binary message of {len(message)} bytes that cannot be read ({error}), expected"
            " one of the protocol"
        ) from None


def _stored(data: bytes) -> list[bytes]:
    """Bytes as stored blocks of deflate (RFC 1951, 3.2.4), which others are to follow."""
    parts: list[bytes] = []
    for start in range(0, len(data), STORED):
        piece = data[start : start + STORED]
        parts += [struct.pack("<BHH", 0, len(piece), len(piece) ^ 0xFFFF), piece]
    return parts
