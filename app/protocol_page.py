"""`/protocol`: every message between page and server, documented from the models themselves.

The English is in their docstrings; `static/i18n/es.protocol.json` has what each text of them is in
Spanish. What is around them is in `static/i18n/en.article.json`, as that of the other pages.
"""

import json
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from app import protocol
from app.assets import Payload
from app.binary import encode_binary
from app.errors import CloseCode
from app.i18n import VARIES, Texts, available, language_of
from app.pages import dump_json, environment
from app.plain import STYLE
from app.translation import catalogue, number

_RANGES = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "maxLength")
_GROUPS = {"commands": "AnyCommand", "events": "AnyEvent"}
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
    """The schema as JSON, and as a page for people in each language."""

    def __init__(self) -> None:
        self._schema = protocol.json_schema()
        self.json = Payload.of(dump_json(self._schema).encode(), "application/json")
        self._template = environment().get_template("protocol.html")
        self._rendered = lru_cache(maxsize=32)(self._render)

    async def html(self, request: Request) -> Response:
        """Answers `/protocol`."""
        language = language_of(request)
        payload = self._rendered(language, str(request.base_url))
        return payload.response(request, {**VARIES, "Content-Language": language})

    def _render(self, language: str, base_url: str) -> Payload:
        html = self._template.render(
            version=protocol.VERSION,
            groups=documentation(self._schema, language),
            layout=_paragraphs(encode_binary.__doc__ or "", language),
            close_codes={code: _say(code.explanation, language) for code in CloseCode},
            style=Markup(STYLE),
            t=Texts(language),
            language=language,
            languages={tag: Texts(tag)("masthead.language") for tag in available()},
            base_url=base_url,
        )
        return Payload.of(html.encode(), "text/html; charset=utf-8")


def _say(text: str, language: str) -> str:
    return str(catalogue(language, "protocol").get(text, text))


def documentation(schema: Schema, language: str = "en") -> dict[str, list[MessageText]]:
    """The messages of the schema by group; what they share comes last."""
    definitions: dict[str, Schema] = schema["$defs"]
    names = {
        title: [member["$ref"].rpartition("/")[2] for member in definitions[union]["anyOf"]]
        for title, union in _GROUPS.items()
    }
    names["headers"] = [name for name in _HEADERS if name in definitions]
    described = {name for group in names.values() for name in group} | {*_GROUPS.values()}
    names["parts"] = sorted(definitions.keys() - described)
    return {
        title: [_message(name, definitions, language) for name in group]
        for title, group in names.items()
    }


def _message(name: str, definitions: dict[str, Schema], language: str) -> MessageText:
    definition = definitions[name]
    t = Texts(language)
    required = definition.get("required", [])
    return MessageText(
        name=name,
        help=_paragraphs(definition.get("description", ""), language),
        fields=[
            FieldText(
                name=field,
                type=type_text(node, t),
                default=json.dumps(node["default"])
                if "default" in node and "const" not in node and field not in required
                else None,
                help=_say(" ".join(node.get("description", "").split()), language),
            )
            for field, node in definition.get("properties", {}).items()
        ],
        example=json.dumps(example(definition, definitions), ensure_ascii=False, indent=2),
    )


def type_text(node: Schema, t: Texts) -> str:
    """What a value may be, in the words that `t` has: `number, at least 0`."""
    if "$ref" in node:
        return str(node["$ref"].rpartition("/")[2])
    if "const" in node:
        return json.dumps(node["const"])
    choices = [json.dumps(value) for value in node.get("enum", ())]
    choices += [type_text(choice, t) for choice in node.get("anyOf", ())]
    if choices:
        return reduce(lambda one, other: t("protocol.types.or", one=one, other=other), choices)
    if node.get("type") == "array":
        return t("protocol.types.list", items=type_text(node.get("items", {}), t))
    limits = [
        t(f"protocol.types.{key}", limit=number(node[key], t.language))
        for key in _RANGES
        if key in node
    ]
    return ", ".join([t(f"protocol.types.{node.get('type', 'any')}"), *limits])


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


def _paragraphs(text: str, language: str) -> list[str]:
    paragraphs = (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    return [_say(paragraph, language) for paragraph in paragraphs if paragraph]
