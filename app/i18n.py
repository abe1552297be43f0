"""The texts of the page: one JSON file a language (`static/i18n/en.json`), shared with scripts."""

import json
import re
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import HTTPConnection

from app.cookies import cookie
from app.folders import folder

FALLBACK = "en"


class Texts:
    """The texts of one language: `texts("transport.play")` is the text at that path."""

    def __init__(self, language: str, directory: Path | None = None) -> None:
        self.language = language
        self._directory = directory or folder("i18n")

    def __call__(self, key: str, **values: object) -> str:
        """The text at a dotted path, its `{names}` replaced by values; English where it is missing.

        Raises:
            KeyError: no language has it. A test renders every template, so no user meets this.
        """
        for tree in (self._tree, self._fallback):
            found = _look_up(tree, key)
            if found is not None:
                return found.format(**values) if values else found
        raise KeyError(f"No text {key!r} in {self._directory / FALLBACK}.json")

    @cached_property
    def _tree(self) -> dict[str, Any]:
        return _load(self._directory, self.language)

    @cached_property
    def _fallback(self) -> dict[str, Any]:
        return self._tree if self.language == FALLBACK else _load(self._directory, FALLBACK)


def languages(directory: Path | None = None) -> list[str]:
    """The languages that there are texts for, English first."""
    names = (path.stem for path in (directory or folder("i18n")).glob("*.json"))
    found = (name for name in names if re.fullmatch("[a-z]{2,3}", name))
    return sorted(found, key=lambda language: (language != FALLBACK, language))


def choose(wanted: str | None, accept_language: str, available: list[str]) -> str:
    """The language asked for by name, else the first that the browser accepts, else English."""
    accepted = [item.partition(";")[0].strip() for item in accept_language.split(",")]
    for tag in [wanted or "", *accepted]:
        language = tag.lower().partition("-")[0]
        if language in available:
            return language
    return FALLBACK


VARIES = {"Vary": "Accept-Language, Cookie"}
"""Header of an answer that is in another language for another browser."""


def language_of(connection: HTTPConnection, known: list[str] | None = None) -> str:
    """The language that a request asks for: by `?lang=`, else as it was chosen before (the cookie
    `lang`), else by what its browser accepts.
    """
    chosen = cookie(connection, "lang") or ""
    accepted = f"{chosen},{connection.headers.get('accept-language', '')}"
    query = QueryParams(connection.scope.get("query_string", b""))  # some servers leave it out
    return choose(query.get("lang"), accepted, known or available())


@cache
def available() -> list[str]:
    """The languages of this server, looked up once."""
    return languages()


def _load(directory: Path, language: str) -> dict[str, Any]:
    """The texts that scripts have, too, and those of the article, which they need not carry."""
    tree: dict[str, Any] = {}
    for path in (directory / f"{language}.json", directory / f"{language}.article.json"):
        if path.exists() or path.stem == language:
            tree |= json.loads(path.read_text("utf-8"))
    return tree


def _look_up(tree: dict[str, Any], key: str) -> str | None:
    node: Any = tree
    for part in key.split("."):
        if not isinstance(node, dict) or part not in node:
            return None
        node = node[part]
    return node if isinstance(node, str) else None
