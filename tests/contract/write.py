"""Write one file per message, from which both languages learn whether they still agree.

Run `python -m tests.contract.write` after a change of the protocol; the numbers are made by hand,
no engine takes part. A text message is `fixtures/<type>.json`. A binary one is
`fixtures/<name>.bin` with what it decodes to beside it: for a frame
`{"header", "parameters", "scales", "maps"}`, the maps being the int8 values of each map *after* the
difference to the base has been taken back; for points `{"header", "train", "test"}`, each with
`{"x1", "x2", "label"}`.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app import protocol
from app.binary import encode_binary
from app.protocol import Command, Message, Notice, Pair, View

FIXTURES = Path(__file__).parent / "fixtures"

SPEC: dict[str, Any] = {
    "mode": "standard",
    "problem": "binary",
    "dataset": {"kind": "circle"},
    "classes": 3,
    "samples": 500,
    "noise": 0.0,
    "train_share": 50.0,
    "data_seed": "0",
    "weight_seed": "0.12345",
    "features": [{"kind": "x1"}, {"kind": "x2"}],
    "standardize": True,
    "layers": [
        {"units": 4, "activation": {"kind": "tanh"}},
        {"units": 2, "activation": {"kind": "leaky_relu", "alpha": 0.01}},
    ],
    "initializer": {"kind": "xavier_normal"},
    "bias": 0.0,
    "head": {"kind": "sigmoid_bce"},
    "optimizer": {"kind": "sgd"},
    "learning_rate": 0.03,
    "batch_size": 10,
    "regularizer": {"kind": "none"},
    "regularization_rate": 0.0,
    "shuffle": True,
}

FORMULA = protocol.DrawnFeature(
    feature={"kind": "formula", "text": "x1^3"},
    label="x1^3",
    html="x<sub>1</sub><sup>3</sup>",
    map="gQB/",
    scale=216.0,
)

COMMANDS: list[Command] = [
    protocol.Hello(
        id=1,
        protocol=protocol.VERSION,
        token="x" * 22,
        hash="#seed=0.1",
        playing=True,
        language="es",
    ),
    protocol.Open(id=2, hash="#activation=tanh&batchSize=10&dataset=circle"),
    protocol.Configure(
        id=3,
        changes={"learning_rate": 0.1, "optimizer": {"kind": "momentum", "beta": 0.9}},
        view={"discretize": True},
    ),
    protocol.Play(id=4),
    protocol.Pause(id=5),
    protocol.Step(id=6),
    protocol.Reset(id=7),
    protocol.Reroll(id=8),
    protocol.Regenerate(id=9),
    protocol.Undo(id=10),
    protocol.Redo(id=10),
    protocol.Speed(id=11, epochs_per_second=None),
    protocol.RunUntil(id=12, epoch=1000, test_loss=0.01),
    protocol.Edit(id=13, layer=1, to=0, from_=3, value=-0.25),
    protocol.Focus(id=14, layer=0, unit=2),
    protocol.Watch(id=15, diagnostics=[{"kind": "layer_health"}]),
    protocol.TryFeature(id=18, feature={"kind": "formula", "text": "x1 ** 3"}),
    protocol.Revive(id=16, layer=0, unit=2),
    protocol.Export(id=19, exporter="numpy"),
    protocol.TryExport(id=23),
    protocol.Save(id=21, data=False),
    protocol.Load(id=22, text='{"format": "neural-', part=0, parts=2),
    protocol.Ping(id=17),
    protocol.Ack(seq=7),
]

EVENTS: list[Message] = [
    protocol.Welcome(protocol=protocol.VERSION, token="x" * 22, resumed="new"),
    protocol.ExperimentEvent(
        spec=SPEC,
        view=View(contours=True, hidden=["learningRate"]),
        hash="#dataset=circle",
        run=1,
        outputs=1,
        train_samples=250,
        test_samples=250,
        steps_per_epoch=25,
        can_undo=False,
        can_redo=True,
        formulas=[FORMULA],
        notices=[Notice(code="unknown_value", text="“swish” is no activation; tanh is used.")],
    ),
    protocol.StatusEvent(
        state="diverged",
        epochs_per_second=60.0,
        until_epoch=1000,
        divergence=protocol.DivergenceInfo(
            epoch=3,
            step=77,
            layer=2,
            what="weight",
            growth=[protocol.SizeAt(step=0, size=0.5), protocol.SizeAt(step=76, size=3e9)],
        ),
    ),
    protocol.HistoryEvent(run=1, epoch=[0, 1, 2], train=[0.7, 0.5, None], test=[0.75, 0.55, None]),
    protocol.NoticeEvent(notices=[Notice(code="until_epoch", text="Epoch 1000 reached; paused.")]),
    protocol.DiagnosticEvent(
        run=1,
        epoch=12,
        diagnostic={"kind": "layer_health"},
        data={"layers": [{"forward": 0.5, "backward": None}]},
    ),
    protocol.DeathsEvent(
        run=1,
        dead=[
            protocol.DeathInfo(layer=0, unit=2, epoch=120, seen=True),
            protocol.DeathInfo(layer=1, unit=0, epoch=0, seen=False),
        ],
    ),
    protocol.FeatureEvent(id=18, drawn=FORMULA),
    protocol.ExportEvent(
        exporter="numpy",
        files=[
            protocol.ExportedFile(
                name="data.csv", media_type="text/csv", text="x1,x2\n1.5,2.0\n", base64=None
            ),
            protocol.ExportedFile(
                name="x.onnx", media_type="application/octet-stream", text=None, base64="AAE="
            ),
        ],
        id=19,
    ),
    protocol.ExportableEvent(
        lacks={"sklearn": "The networks of scikit-learn have the penalty L2, not L1."}, id=23
    ),
    protocol.SavedEvent(run=1, epoch=12, text='{"format": ', id=21),
    protocol.Pong(id=17, frame=2, resting=True),
    protocol.ErrorEvent(code="invalid", message="learning_rate: must be greater than 0", id=3),
]

SIDE, UNIT_SIDE, OUTPUTS, UNITS = 4, 2, 2, 3


def frame(*, seq: int, base: int, focus: list[int] | None) -> protocol.FrameHeader:
    """A header with everything in it that a header can have."""
    return protocol.FrameHeader(
        seq=seq,
        base=base,
        run=1,
        epoch=11 + seq,
        loss=Pair(train=0.125, test=None if focus else 0.25),
        penalty=None if focus else 0.0625,
        metrics={"accuracy": Pair(train=0.9, test=0.875)},
        rate=59.5,
        parameters=5,
        outputs=OUTPUTS,
        side=SIDE,
        units=UNITS,
        unit_side=UNIT_SIDE,
        focus=focus,
    )


def frames() -> list[tuple[str, protocol.FrameHeader, list[NDArray[Any]], NDArray[np.int8]]]:
    """Name, header, the arrays sent, and the complete maps of each binary frame."""
    parameters = np.array([0.5, -1.25, 3.0, 0.0, 1e-3], np.float32)
    scales = np.array([1.0, 1.0, 1.0, 2.0, 1.0], np.float32)
    key = np.linspace(-127, 127, OUTPUTS * SIDE**2 + UNITS * UNIT_SIDE**2).round().astype(np.int8)
    after = key.copy()
    after[:3] = [127, -128 + 1, 5]  # 127 - (-127) is 254, which is -2 modulo 256
    after[20:23] += np.int8(3)
    focused = np.concatenate([key, np.arange(SIDE**2, dtype=np.int8)])
    return [
        ("frame-key", frame(seq=1, base=0, focus=None), [parameters, scales, key], key),
        (
            "frame-delta",
            frame(seq=2, base=1, focus=None),
            [parameters * np.float32(2), scales, after - key],
            after,
        ),
        (
            "frame-focus",
            frame(seq=3, base=0, focus=[0, 2]),
            [parameters, np.append(scales, np.float32(1.4142135)), focused],
            focused,
        ),
    ]


def split_maps(header: protocol.FrameHeader, maps: NDArray[np.int8]) -> list[list[int]]:
    """The int8 part of a frame as one list for each map."""
    sizes = [header.side**2] * header.outputs + [header.unit_side**2] * header.units
    sizes += [header.side**2] if header.focus is not None else []
    return [part.tolist() for part in np.split(maps, np.cumsum(sizes)[:-1])]


def points() -> tuple[protocol.PointsHeader, list[NDArray[np.float32]]]:
    """Three training samples and two test samples."""
    header = protocol.PointsHeader(run=1, train=3, test=2)
    rows = [
        [1.0, -2.5, 6.0],
        [0.5, 0.25, -6.0],
        [1.0, 0.0, 5.0],
        [3.0, 4.0],
        [-1.0, 0.0],
        [0.0, 1.0],
    ]
    return header, [np.array(row, np.float32) for row in rows]


def messages() -> dict[str, Message]:
    """Every text message by its type."""
    return {str(getattr(message, "type")): message for message in [*COMMANDS, *EVENTS]}  # noqa: B009


def text(message: Message) -> str:
    """A text message as it goes over the wire."""
    return message.model_dump_json(by_alias=True)


def written(header: protocol.FrameHeader) -> bytes:
    """The header as the server writes it, without the model."""
    fields = {name: getattr(header, name) for name in type(header).model_fields if name != "type"}
    return protocol.frame_header(**fields)


def binaries() -> dict[str, tuple[bytes, dict[str, Any]]]:
    """Every binary message by name, with what it decodes to."""
    found: dict[str, tuple[bytes, dict[str, Any]]] = {}
    for name, header, arrays, maps in frames():
        found[name] = (
            encode_binary(written(header), arrays[1:], plain=arrays[:1]),
            {
                "header": header.model_dump(),
                "parameters": arrays[0].tolist(),
                "scales": arrays[1].tolist(),
                "maps": split_maps(header, maps),
            },
        )
    points_header, rows = points()
    names = ("x1", "x2", "label")
    found["points"] = (
        encode_binary(points_header.model_dump_json().encode(), rows),
        {
            "header": points_header.model_dump(),
            "train": {name: row.tolist() for name, row in zip(names, rows[:3], strict=True)},
            "test": {name: row.tolist() for name, row in zip(names, rows[3:], strict=True)},
        },
    )
    return found


def main() -> None:
    """Write all fixtures, and remove those of messages that are no more."""
    FIXTURES.mkdir(exist_ok=True)
    for old in FIXTURES.iterdir():
        old.unlink()
    for name, message in messages().items():
        (FIXTURES / f"{name}.json").write_text(text(message) + "\n", encoding="utf-8")
    for name, (data, decoded) in binaries().items():
        (FIXTURES / f"{name}.bin").write_bytes(data)
        (FIXTURES / f"{name}.json").write_text(json.dumps(decoded) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
