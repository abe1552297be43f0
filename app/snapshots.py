"""Snapshots: sessions as bytes, from which they resume after the server was restarted.

They are a checksum, a JSON header (view, transport), the history and the trainer's snapshot
(`engine/snapshot.py`). Where they are kept is `app.snapshot_store`'s business.
"""

import zlib
from collections.abc import Callable
from itertools import pairwise
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.history import History
from app.protocol import LARGEST_ID, EpochsPerSecond, EpochToStop, LossToStop, View
from app.session import Limits, Session
from app.transport import Conditions
from engine.excerpt import shortened
from engine.snapshot import LATEST, Snapshot


class Header(BaseModel):
    """What a session is besides its trainer."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    format: Literal[6] = 6
    view: View
    run: int = Field(ge=0, le=LATEST)
    answered: int = Field(default=0, ge=0, le=LARGEST_ID)
    playing: bool
    epochs_per_second: EpochsPerSecond | None
    until_epoch: EpochToStop | None
    until_test_loss: LossToStop | None
    stride: int = Field(ge=1, le=LATEST)
    points: int = Field(ge=0, le=LATEST)
    """Of the history."""
    losses: int = Field(ge=0, le=LATEST)
    """Bytes of it, which come next."""


class SnapshotError(ValueError):
    """Bytes that no session can be made from."""


def pack(session: Session) -> bytes:
    """A session as bytes; what could be undone is left out."""
    transport, history = session.training.transport, session.training.history
    losses = history.to_bytes()
    header = Header(
        view=session.view,
        run=session.run,
        answered=session.answered,
        playing=transport.playing,
        epochs_per_second=transport.speed,
        until_epoch=transport.until.epoch,
        until_test_loss=transport.until.test_loss,
        stride=history.stride,
        points=len(history),
        losses=len(losses),
    )
    text = header.model_dump_json().encode()
    trainer = session.trainer.snapshot().to_bytes()
    body = b"".join([len(text).to_bytes(4, "little"), text, losses, trainer])
    return zlib.crc32(body).to_bytes(4, "little") + body


def unpack(data: bytes, *, clock: Callable[[], float], limits: Limits) -> Session:
    """The session that `pack` wrote.

    Raises:
        SnapshotError: these are not the bytes of a session, or those of another version's.
    """
    if zlib.crc32(data[4:]) != int.from_bytes(data[:4], "little"):
        raise SnapshotError(f"got {len(data)} bytes that are damaged, or of another version")
    start = 8 + int.from_bytes(data[4:8], "little")
    try:
        header = Header.model_validate_json(data[8:start])
        trainer = start + header.losses
        history = History.from_bytes(
            data[start:trainer], limits.history_points, header.stride, points=header.points
        )
        _require_run(history.epochs)
        snapshot = Snapshot.from_bytes(data[trainer:])
        session = Session(snapshot.spec, header.view, clock=clock, limits=limits)
        session.trainer.restore(snapshot)
        session.resume(history, run=header.run, answered=header.answered, playing=header.playing)
    except (ValueError, KeyError, TypeError) as error:  # of pydantic, NumPy and the engine
        raise SnapshotError(
            f"got {len(data)} bytes that are no session ({shortened(str(error), 200)}), expected"
            " those of a snapshot of this version"
        ) from None
    session.training.set_speed(header.epochs_per_second)
    session.training.transport.until = Conditions(header.until_epoch, header.until_test_loss)
    return session


def _require_run(epochs: list[int]) -> None:
    """A ValueError unless these are the epochs of a history, one after the other."""
    if epochs and not (epochs[0] >= 0 and epochs[-1] <= LATEST):
        raise ValueError("a history of epochs that no run has")
    if any(later <= earlier for earlier, later in pairwise(epochs)):
        raise ValueError("a history that goes back")
