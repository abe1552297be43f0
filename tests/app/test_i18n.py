"""Texts: by path, in the language asked for, and complete."""

import json
from pathlib import Path

import pytest

from app.i18n import Texts, choose, languages


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    english = {"a": {"b": "Play", "c": "{n} units"}, "only": "English"}
    (tmp_path / "en.json").write_text(json.dumps(english))
    (tmp_path / "es.json").write_text(json.dumps({"a": {"b": "Reproducir"}}))
    return tmp_path


def test_a_text_is_found_by_its_path(texts: Path) -> None:
    assert Texts("es", texts)("a.b") == "Reproducir"
    assert Texts("en", texts)("a.c", n=3) == "3 units"


def test_what_is_not_translated_is_english(texts: Path) -> None:
    assert Texts("es", texts)("only") == "English"


@pytest.mark.parametrize("key", ["nothing", "a", "a.b.c", "", "a.", "only.x"])
def test_a_text_that_is_missing_is_an_error(texts: Path, key: str) -> None:
    with pytest.raises(KeyError, match="No text"):
        Texts("en", texts)(key)


def test_languages_are_the_files_english_first(texts: Path) -> None:
    for name in ("de.json", "de.part.json", "README.json"):
        (texts / name).write_text("{}")
    assert languages(texts) == ["en", "de", "es"]


@pytest.mark.parametrize(
    ("wanted", "accepted", "language"),
    [
        (None, "", "en"),
        (None, "es-MX,es;q=0.9,en;q=0.8", "es"),
        (None, "fr, es", "es"),
        ("en", "es", "en"),
        ("xx", "es", "es"),
        ("../../etc/passwd", "", "en"),
        (None, "*", "en"),
    ],
)
def test_the_language_is_the_one_named_then_the_browsers(
    wanted: str | None, accepted: str, language: str
) -> None:
    assert choose(wanted, accepted, ["en", "es"]) == language


def test_the_texts_of_the_article_are_in_a_file_of_their_own(tmp_path):
    (tmp_path / "en.json").write_text('{"a": {"x": "one"}}')
    (tmp_path / "en.article.json").write_text('{"about": {"y": "two"}}')
    texts = Texts("en", tmp_path)
    assert (texts("a.x"), texts("about.y")) == ("one", "two")
    assert languages(tmp_path) == ["en"]
