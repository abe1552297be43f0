"""The fixtures are what Python writes and reads; tests/js/ reads the same files."""

import json
import zlib
from typing import get_args

import numpy as np
import pytest

from app import protocol
from tests.contract import write

HOW = "run `python -m tests.contract.write`, and look at what has changed"
COMMANDS = {str(command.model_dump()["type"]): command for command in write.COMMANDS}


def body(data: bytes) -> bytes:
    return zlib.decompress(data[4 + int.from_bytes(data[:4], "little") :], -15)


def test_every_message_of_the_protocol_has_a_fixture():
    models = [*get_args(protocol.AnyCommand), *get_args(protocol.AnyEvent)]
    types = {model.model_fields["type"].default for model in models}
    assert write.messages().keys() == types


def test_there_is_no_other_fixture():
    expected = {f"{name}.json" for name in [*write.messages(), *write.binaries()]}
    expected |= {f"{name}.bin" for name in write.binaries()}
    assert {path.name for path in write.FIXTURES.iterdir()} == expected, HOW


@pytest.mark.parametrize("name", write.messages())
def test_python_still_writes_a_text_message_as_in_its_fixture(name):
    kept = (write.FIXTURES / f"{name}.json").read_text(encoding="utf-8")
    assert write.text(write.messages()[name]) + "\n" == kept, HOW


@pytest.mark.parametrize("name", COMMANDS)
def test_python_reads_the_command_in_its_fixture(name):
    text = (write.FIXTURES / f"{name}.json").read_text(encoding="utf-8")
    assert protocol.decode_command(text) == COMMANDS[name]


@pytest.mark.parametrize("name", write.binaries())
def test_python_still_writes_a_binary_message_as_in_its_fixture(name):
    kept = (write.FIXTURES / f"{name}.bin").read_bytes()
    data, decoded = write.binaries()[name]
    start = 4 + int.from_bytes(data[:4], "little")
    assert start % 8 == 0
    assert data[:start] == kept[:start], HOW
    assert body(data) == body(kept), HOW  # the same numbers; zlib may pack them in another way
    assert json.loads((write.FIXTURES / f"{name}.json").read_text(encoding="utf-8")) == decoded, HOW


def test_a_difference_added_to_its_base_gives_the_maps():
    def maps(name):
        raw = body((write.FIXTURES / f"{name}.bin").read_bytes())
        return np.frombuffer(raw[(5 + 5) * 4 :], np.int8)

    decoded = json.loads((write.FIXTURES / "frame-delta.json").read_text(encoding="utf-8"))
    flat = [value for part in decoded["maps"] for value in part]
    assert (maps("frame-key") + maps("frame-delta")).tolist() == flat
