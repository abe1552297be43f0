"""The documentation of the wire: every message, with an example that is one."""

import json
from typing import get_args

import pytest
from pydantic import TypeAdapter

from app import protocol
from app.errors import CloseCode
from app.protocol_page import ProtocolPages, documentation, example, type_text

SCHEMA = protocol.json_schema()
DOCUMENTED = {
    message.name: message for group in documentation(SCHEMA).values() for message in group
}
COMMANDS = get_args(protocol.AnyCommand)
MODELS = [
    *COMMANDS,
    *get_args(protocol.AnyEvent),
    protocol.FrameHeader,
    protocol.PointsHeader,
]


def test_every_message_is_documented() -> None:
    assert {model.__name__ for model in MODELS} <= DOCUMENTED.keys()
    unions = {"AnyCommand", "AnyEvent"}
    assert DOCUMENTED.keys() == SCHEMA["$defs"].keys() - unions


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_message_has_a_purpose_and_all_its_fields(model: type[protocol.Message]) -> None:
    message = DOCUMENTED[model.__name__]
    assert message.help
    names = [field.serialization_alias or name for name, field in model.model_fields.items()]
    assert sorted(field.name for field in message.fields) == sorted(names)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_an_example_is_a_message(model: type[protocol.Message]) -> None:
    TypeAdapter(model).validate_json(DOCUMENTED[model.__name__].example)


@pytest.mark.parametrize("model", COMMANDS, ids=lambda model: model.__name__)
def test_the_server_understands_the_examples_of_commands(model: type[protocol.Command]) -> None:
    assert isinstance(protocol.decode_command(DOCUMENTED[model.__name__].example), model)


def test_the_page_names_every_message_and_close_code() -> None:
    html = ProtocolPages().html.body.decode()
    assert "{{" not in html
    for name in DOCUMENTED:
        assert f'id="{name}"' in html
    for code in CloseCode:
        assert f"<td>{code.value}</td>" in html


def test_the_schema_is_served_as_it_is() -> None:
    assert json.loads(ProtocolPages().json.body) == SCHEMA


@pytest.mark.parametrize(
    ("node", "text"),
    [
        ({"type": "integer", "minimum": 1}, "integer, at least 1"),
        ({"type": "string", "maxLength": 64}, "string, at most 64 characters"),
        ({"anyOf": [{"type": "number"}, {"type": "null"}]}, "number or null"),
        ({"const": "ack"}, '"ack"'),
        ({"enum": ["a", "b"]}, '"a" or "b"'),
        ({"$ref": "#/$defs/Pair"}, "Pair"),
        ({"type": "array", "items": {"type": "integer"}}, "list of integer"),
        ({}, "any value"),
    ],
)
def test_types_are_said_in_words(node: dict[str, object], text: str) -> None:
    assert type_text(node) == text


def test_examples_respect_limits() -> None:
    assert example({"type": "number", "minimum": 3}, {}) == 3
    assert example({"type": "integer"}, {}) == 1
    assert example({"type": "array", "items": {"enum": ["x"]}}, {}) == ["x"]
