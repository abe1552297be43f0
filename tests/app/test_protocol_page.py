"""The documentation of the wire: every message, with an example that is one."""

import json
import re
from html import unescape
from typing import get_args

import pytest
from pydantic import TypeAdapter
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from app import protocol
from app.binary import encode_binary
from app.errors import CloseCode
from app.i18n import Texts
from app.protocol_page import ProtocolPages, documentation, example, type_text
from app.translation import catalogue

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


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=[Route("/protocol", ProtocolPages().html)]))


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_names_every_message_and_close_code(client: TestClient, language: str) -> None:
    response = client.get("/protocol", params={"lang": language})
    assert response.headers["content-language"] == language
    assert response.headers["vary"].startswith("Accept-Language, Cookie")
    html = response.text
    assert f'<html lang="{language}">' in html
    assert '<meta name="description" content="' in html
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
        ({"type": "integer", "maximum": 10**15}, "integer, at most 1,000,000,000,000,000"),
        ({"anyOf": [{"type": "number"}, {"type": "null"}]}, "number or null"),
        ({"const": "ack"}, '"ack"'),
        ({"enum": ["a", "b"]}, '"a" or "b"'),
        ({"$ref": "#/$defs/Pair"}, "Pair"),
        ({"type": "array", "items": {"type": "integer"}}, "list of integer"),
        ({}, "any value"),
    ],
)
def test_types_are_said_in_words(node: dict[str, object], text: str) -> None:
    assert type_text(node, Texts("en")) == text


def test_types_are_said_in_spanish() -> None:
    large = {"type": "number", "minimum": 0.1, "maximum": 100_000}
    assert type_text(large, Texts("es")) == "número, al menos 0,1, como máximo 100.000"
    either = {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "null"}]}
    assert type_text({"type": "array", "items": either}, Texts("es")) == (
        "lista de número, al menos 0, como máximo 1 o null"
    )


def test_every_text_of_the_models_is_said_in_spanish_and_no_other(client: TestClient) -> None:
    spanish = client.get("/protocol?lang=es").text
    said = {help for message in DOCUMENTED.values() for help in message.help}
    said |= {field.help for message in DOCUMENTED.values() for field in message.fields}
    said |= {code.explanation for code in CloseCode}
    said |= {" ".join(part.split()) for part in (encode_binary.__doc__ or "").split("\n\n")}
    assert catalogue("es", "protocol").keys() == said - {""}
    for english in said - {""}:
        assert english not in unescape(spanish)


def test_what_is_code_in_a_text_is_the_same_in_spanish() -> None:
    # In the order of the sentence, which may be another; a word may be marked as code besides.
    for english, spanish in catalogue("es", "protocol").items():
        codes = re.findall("`+[^`]+`+", english)
        assert set(codes) <= set(re.findall("`+[^`]+`+", str(spanish))), english


def test_examples_respect_limits() -> None:
    assert example({"type": "number", "minimum": 3}, {}) == 3
    assert example({"type": "integer"}, {}) == 1
    assert example({"type": "array", "items": {"enum": ["x"]}}, {}) == ["x"]
