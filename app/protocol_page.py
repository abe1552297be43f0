"""`/protocol`: every message between page and server, documented from the models themselves."""

import json
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from app import protocol
from app.assets import Payload
from app.binary import encode_binary
from app.errors import CloseCode
from app.pages import dump_json, environment
from app.plain import STYLE

_RANGES = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "maxLength": "at most {} characters",
}
_GROUPS = {"Commands": "AnyCommand", "Events": "AnyEvent"}
_HEADERS = ("FrameHeader", "PointsHeader")

Schema = dict[str, Any]


@dataclass(frozen=True)
class FieldText:
    """A field of a message, in words."""

    name: str
    type: str
    default: str | None
    help: str


@dataclass(frozen=True)
class MessageText:
    """A message, in words, with an example."""

    name: str
    help: list[str]
    fields: list[FieldText]
    example: str


class ProtocolPages:
    """The schema as JSON, and as a page for people."""

    def __init__(self) -> None:
        schema = protocol.json_schema()
        self.json = Payload.of(dump_json(schema).encode(), "application/json")
        template = environment().get_template("protocol.html")
        html = template.render(
            version=protocol.VERSION,
            groups=documentation(schema),
            layout=_paragraphs(encode_binary.__doc__ or ""),
            close_codes=list(CloseCode),
            style=Markup(STYLE),
        )
        self.html = Payload.of(html.encode(), "text/html; charset=utf-8")


def documentation(schema: Schema) -> dict[str, list[MessageText]]:
    """The messages of the schema by group; what they share comes last."""
    definitions: dict[str, Schema] = schema["$defs"]
    names = {
        title: [member["$ref"].rpartition("/")[2] for member in definitions[union]["anyOf"]]
        for title, union in _GROUPS.items()
    }
    names["Headers of binary messages"] = [name for name in _HEADERS if name in definitions]
    described = {name for group in names.values() for name in group} | {*_GROUPS.values()}
    names["Parts of messages"] = sorted(definitions.keys() - described)
    return {
        title: [_message(name, definitions) for name in group] for title, group in names.items()
    }


def _message(name: str, definitions: dict[str, Schema]) -> MessageText:
    definition = definitions[name]
    required = definition.get("required", [])
    return MessageText(
        name=name,
        help=_paragraphs(definition.get("description", "")),
        fields=[
            FieldText(
                name=field,
                type=type_text(node),
                default=json.dumps(node["default"])
                if "default" in node and "const" not in node and field not in required
                else None,
                help=" ".join(node.get("description", "").split()),
            )
            for field, node in definition.get("properties", {}).items()
        ],
        example=json.dumps(example(definition, definitions), ensure_ascii=False, indent=2),
    )


def type_text(node: Schema) -> str:
    """What a value may be, in words: `number, at least 0`."""
    if "$ref" in node:
        return str(node["$ref"].rpartition("/")[2])
    if "const" in node:
        return json.dumps(node["const"])
    if "enum" in node:
        return " or ".join(json.dumps(value) for value in node["enum"])
    if "anyOf" in node:
        return " or ".join(type_text(choice) for choice in node["anyOf"])
    if node.get("type") == "array":
        return f"list of {type_text(node.get('items', {}))}"
    ranges = [words.format(f"{node[key]:g}") for key, words in _RANGES.items() if key in node]
    return ", ".join([node.get("type", "any value"), *ranges])


def example(node: Schema, definitions: dict[str, Schema]) -> Any:
    """A value that the schema allows: defaults where there are some, the simplest elsewhere."""
    if "examples" in node:
        return node["examples"][0]
    if "$ref" in node:
        return example(definitions[node["$ref"].rpartition("/")[2]], definitions)
    for key in ("const", "default"):
        if key in node:
            return node[key]
    if "enum" in node:
        return node["enum"][0]
    if "anyOf" in node:
        return example(node["anyOf"][0], definitions)
    match node.get("type"):
        case "object":
            return {
                name: example(field, definitions)
                for name, field in node.get("properties", {}).items()
                if name != "id"
            }
        case "array":
            return [example(node.get("items", {}), definitions)]
        case "integer":
            return int(node.get("minimum", 1))
        case "number":
            return max(0.5, node.get("minimum", 0.5))
        case "boolean":
            return True
        case "string":
            return "…"
        case _:
            return None


def _paragraphs(text: str) -> list[str]:
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n") if paragraph.strip()]
