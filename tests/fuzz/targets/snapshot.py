"""Sessions as bytes: what a store hands back may be cut off, of another version, or of a stranger.

An input is the three parts of a snapshot, so that what is changed in one is not refused for
another's sake: a byte that says which part is given, and that part; the others are those of a good
snapshot. A session that is made must answer, and can be kept again.
"""

import io
import json
import math
import zlib

import numpy as np

from app.events import experiment, history, status
from app.history import BYTES
from app.protocol import View
from app.session import Limits, Session
from app.snapshots import SnapshotError, pack, unpack
from engine.datasets import Xor
from engine.snapshot import Snapshot
from engine.spec import LayerSpec, RunSpec
from tests.fuzz.readable import require_refusal
from tests.fuzz.target import Target

LIMITS = Limits(history_points=100)


def _good() -> tuple[bytes, bytes, bytes]:
    spec = RunSpec(dataset=Xor(), samples=12, layers=(LayerSpec(2),))
    session = Session(spec, View(), clock=lambda: 0.0, limits=LIMITS)
    session.trainer.run_epochs(3)
    data = pack(session)[4:]  # without the checksum, which would refuse nearly everything
    start = 4 + int.from_bytes(data[:4], "little")
    losses = start + BYTES * len(session.training.history)
    return data[4:start], data[start:losses], data[losses:]


HEADER, HISTORY, TRAINER = _good()


def _parts() -> tuple[bytes, bytes]:
    """The facts of the good trainer's snapshot, and the numbers after them."""
    end = 8 + int.from_bytes(TRAINER[4:8], "little")
    return TRAINER[8:end], TRAINER[end:]


FACTS, NUMBERS = _parts()


def _npz() -> bytes:
    """The same in the form of the version before."""
    facts, arrays, start = {**json.loads(FACTS), "format": 1}, {}, 0
    for name, kind, shape in facts.pop("arrays"):
        arrays[name] = np.frombuffer(NUMBERS, kind, math.prod(shape), start).reshape(shape)
        start += arrays[name].nbytes
    file = io.BytesIO()
    np.savez(file, facts=np.frombuffer(json.dumps(facts).encode(), np.uint8), **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def read(data: bytes) -> None:
    which, part = data[:1], data[1:]
    header, losses, trainer = HEADER, HISTORY, TRAINER
    if which == b"h":
        header = part
    elif which == b"l":
        losses = part
        header = json.dumps({**json.loads(HEADER), "points": len(part) // BYTES}).encode()
    elif which == b"t":
        trainer = part
    elif which == b"f":
        trainer = with_facts(part)
    else:
        _session(data)
        return
    _session(len(header).to_bytes(4, "little") + header + losses + trainer)


def with_facts(facts: bytes) -> bytes:
    """The good trainer's snapshot with other facts in it."""
    return b"RUN\0" + len(facts).to_bytes(4, "little") + facts + NUMBERS


def _session(data: bytes) -> None:
    try:
        session = unpack(
            zlib.crc32(data).to_bytes(4, "little") + data, clock=lambda: 0.0, limits=LIMITS
        )
    except SnapshotError as error:
        require_refusal(str(error))
        return
    session.introduce()
    for event in (experiment(session), history(session), status(session.training)):
        json.loads(event.model_dump_json())
    session.training.train(0.0)
    session.trainer.run_steps(2)
    session.training.evaluate()
    assert pack(session)
    Snapshot.from_bytes(session.trainer.snapshot().to_bytes())


def _changed(old: bytes, new: bytes) -> bytes:
    assert old in FACTS
    return b"f" + FACTS.replace(old, new, 1)


TARGET = Target(
    read,
    seeds=(
        b"h" + HEADER,
        b"l" + HISTORY,
        b"t" + TRAINER,
        b"t" + _npz(),
        b"f" + FACTS,
        len(HEADER).to_bytes(4, "little") + HEADER + HISTORY + TRAINER,
        _changed(b'"divergence": null', b'"divergence": {"epoch":1,"step":2,"layer":0,"what":"x"}'),
        # What was no proper refusal once: other kinds, numbers beyond all, and what is no number.
        _changed(b'"divergence": null', b'"divergence": [1]'),
        _changed(b'"divergence": null', b'"divergence": {"layer":"a","epoch":0,"step":0,"what":0}'),
        _changed(
            b'"divergence": null',
            b'"divergence": {"layer":0,"epoch":0,"step":0,"what":"x","growth":[[1,NaN]]}',
        ),
        _changed(b'"epoch": ', b'"epoch": 1000000000000000000000'),
        _changed(b'"epoch": ', b'"epoch": 1e999, "x":'),
        _changed(b'"<f8", [', b'"<f8", [1e999, '),
        _changed(b'"<f8", [', b'"<f8", [1000000000000000000000, '),
        b"l" + b"\xff" * 72,
        b"l" + b"\x00" * 72,
    ),
    words=(
        "NaN",
        "1e999",
        "null",
        "[]",
        "{}",
        "-1",
        "RUN\0",
        "PK\x03\x04",
        "PK\x01\x02",
        '"<f8", [',
    ),
    share=0.1,
)
