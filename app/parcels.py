"""Parcels: files that come in pieces, since no message may be as long as a file."""

import weakref

from app.transport import RefusalError
from engine.plain_json import LARGEST
from engine.text import Text

MOST_BYTES = 64_000_000
"""Of all pieces that a process keeps."""
WIDEST = 4
"""Bytes of a character at most."""


class Parcels:
    """The pieces that have come, of each owner's file by itself.

    Where too much waits, the parcel that waits longest is given up: one that is sent as fast as it
    can be is whole before that.
    """

    def __init__(self, bytes_: int = MOST_BYTES) -> None:
        self._bytes = bytes_
        self._open: weakref.WeakKeyDictionary[object, list[str]] = weakref.WeakKeyDictionary()

    def add(self, owner: object, text: str, part: int, parts: int) -> str | None:
        """The file when this was its last piece. The first one, 0, begins anew.

        Raises:
            RefusalError: the pieces before this one are not here, or they are too many.
        """
        before = self._open.pop(owner, []) if part else []
        if part != len(before) or part >= parts:
            raise RefusalError(
                Text(
                    "Got piece {part} of {parts} of a file, expected piece {count}; open the"
                    " file again.",
                    part=part + 1,
                    parts=parts,
                    count=len(before) + 1,
                )
            )
        pieces = [*before, text]
        if (length := sum(map(len, pieces))) > LARGEST:
            raise RefusalError(
                Text(
                    "Got a file of more than {length:,} characters, expected at most"
                    " {largest:,}; choose another file.",
                    length=length,
                    largest=LARGEST,
                )
            )
        if part + 1 == parts:
            return "".join(pieces)
        self._open[owner] = pieces
        while len(self._open) > 1 and self.bytes > self._bytes:
            self._open.pop(next(iter(self._open)))
        return None

    @property
    def bytes(self) -> int:
        """What is kept, about."""
        return sum(
            len(piece) * (1 if piece.isascii() else WIDEST)
            for pieces in self._open.values()
            for piece in pieces
        )
