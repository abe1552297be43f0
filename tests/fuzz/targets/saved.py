"""Saved runs: a file that a page drops or a command reads may be anybody's.

An input is a whole file, or one field of a good one: then the others are those of the good file, so
that what is changed in one is not refused for another's sake.
"""

import json

import numpy as np

from app.protocol import CommandError, Load, View
from app.session import Limits, Session
from app.transport import RefusalError
from engine.datasets import Xor
from engine.fields import SpecError
from engine.optimizers import Adam
from engine.saved import Losses, read, write
from engine.spec import LayerSpec, RunSpec
from engine.trainer import Trainer
from tests.fuzz.readable import require_refusal
from tests.fuzz.target import Target

LIMITS = Limits(history_points=100)
VIEW = {"contours": True, "hidden": ["noise"]}


def _good() -> str:
    spec = RunSpec(dataset=Xor(), samples=12, layers=(LayerSpec(2),), optimizer=Adam())
    trainer = Trainer(spec)
    trainer.run_steps(3)
    return write(trainer, Losses([0, 1], [0.7, None], [0.8, 0.5]), view=VIEW)


GOOD = _good()
FIELDS = json.loads(GOOD)


def read_file(data: bytes) -> None:
    text = data.decode(errors="replace")
    name, colon, value = text.partition(":")
    if colon and name in FIELDS:
        others = [f'"{key}":{json.dumps(kept)}' for key, kept in FIELDS.items() if key != name]
        text = f'{{{",".join(others)},"{name}":{value}}}'
    _file(text)
    _load(text)


def _file(text: str) -> None:
    """As the command line does it."""
    try:
        saved = read(text)
        small = saved.spec.samples <= 50 and len(saved.spec.layers) < 3
        trainer = saved.trainer() if small else None
    except SpecError as error:
        require_refusal(str(error))
        return
    if trainer is not None:
        again = read(write(trainer, saved.history, view={})).trainer()
        assert np.array_equal(again.network.parameters, trainer.network.parameters)
        trainer.run_steps(2)


def _load(text: str) -> None:
    """As a page does it."""
    session = Session(SMALL, View(), clock=lambda: 0.0, limits=LIMITS)
    before = session.trainer.snapshot().to_bytes()
    try:
        session.handle(Load(text=text))
    except (SpecError, CommandError, RefusalError) as error:
        require_refusal(str(error))
        assert session.trainer.snapshot().to_bytes() == before
        return
    session.introduce()
    if len(session.spec.layers) < 3:
        session.trainer.run_steps(2)


SMALL = RunSpec(samples=10, layers=())

TARGET = Target(
    read_file,
    seeds=(
        GOOD.encode(),
        json.dumps(RunSpec(samples=12).to_dict()).encode(),
        *(f"{name}:{json.dumps(value)}".encode() for name, value in FIELDS.items()),
        b"version:2",
        b"layers:[]",
        b"shuffle:{}",
        b'divergence:{"epoch":1,"step":2,"layer":0,"what":"weight","growth":[[0,1.0]]}',
        b'view:{"hidden":[1]}',
        b'view:{"tutorial":"\\ud800"}',
        b"epoch:1e999",
        b"order:[NaN]",
        b'optimizer:{"' + b"x" * 1000 + b'":[]}',
        b"data:null",
    ),
    words=sorted(
        {f'"{name}":' for name in FIELDS}
        | {f"{name}:" for name in FIELDS}
        | {'"weights":', '"biases":', '"generator":"PCG64"', '"state":"', '"stride":', '"x1":'}
        | {"null", "NaN", "1e999", "true", "[]", "{}", "-1", "\\ud800"}
    ),
    share=0.1,
)
