"""The decoder of commands, and the quick reader of acknowledgements beside it."""

import json
from typing import get_args

from app.protocol import Ack, AnyCommand, CommandError, ErrorEvent, decode_command, read_ack
from tests.fuzz.readable import require_refusal
from tests.fuzz.target import Target


def read(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    ack = read_ack(text.encode())
    try:
        command = decode_command(text)
    except CommandError as error:
        require_refusal(str(error))
        assert ack is None, "what is no command was read as an acknowledgement"
        answer = ErrorEvent(code="invalid", message=str(error), id=error.id)
        assert len(answer.model_dump_json()) < 4096
        return
    assert ack is None or (isinstance(command, Ack) and (command.seq, command.early) == ack)
    again = command.model_dump_json(by_alias=True)
    assert decode_command(again) == command, f"{again} is another command"


SEEDS = (
    {"type": "hello", "protocol": 1, "token": "abc", "hash": "#v=1", "language": "es"},
    {"type": "hello", "protocol": 1, "token": "abc", "hash": "#v=1", "playing": True},
    {"type": "open", "hash": "#dataset=xor"},
    {"type": "configure", "changes": {"noise": 5, "layers": [{"units": 3}]}, "id": 3},
    {"type": "configure", "view": {"hidden": ["a"], "tutorial": None, "contours": True}},
    {"type": "play"},
    {"type": "speed", "epochs_per_second": 2.5},
    {"type": "run_until", "epoch": 5, "test_loss": 0.1},
    {"type": "edit", "layer": 0, "to": 1, "from": 2, "value": -0.5},
    {"type": "focus", "layer": 0, "unit": 1},
    {"type": "watch", "diagnostics": [{"kind": "layer_health"}]},
    {"type": "revive", "layer": 0, "unit": 0},
    {"type": "export", "exporter": "numpy"},
    {"type": "ack", "seq": 17},
    {"type": "ack", "seq": 17, "early": 3},
)
ONCE_BAD = (
    b'{"type":"' + b"x" * 1000 + b'"}',  # the whole kind was in the error
    b'{"type":"play","' + b"x" * 1000 + b'":1}',  # so was the name of a field
    b'{"type":"play","id":' + b"9" * 4000 + b"}",  # an id that no answer could carry back
    b'{"type":"hello","protocol":' + b"9" * 4000 + b"}",
    b'{"type":"\\n\x7f"}',
)

TARGET = Target(
    read,
    seeds=(*(json.dumps(seed, separators=(",", ":")).encode() for seed in SEEDS), *ONCE_BAD),
    words=sorted(
        {f'"{name}":' for command in get_args(AnyCommand) for name in command.model_fields}
        | {f'"{command.model_fields["type"].default}"' for command in get_args(AnyCommand)}
        | {"null", "true", "1e999", "NaN", "\\ud800", '"from":', "-1", "{}", "[]"}
    ),
    share=0.28,
)
