"""What the server says in English it says in Spanish: all of it, with the same values, and in both
languages as it is said of one thing and of many.
"""

import re
from typing import Any

import pytest
from babel import Locale

from app.translation import QUOTES, catalogue
from tests.contract.server_texts import names, templates

TEMPLATES = sorted(templates())
SPANISH = catalogue("es")
ENGLISH = catalogue("en")
PLURALS = [
    (language, key)
    for language in ("en", "es")
    for key, said in catalogue(language).items()
    if isinstance(said, dict)
]
COUNTED = re.compile(
    r"\{(\w+)[^}]*\} (?:\w+ )?"
    r"(?:bytes|characters|entries|layers|messages|neurons|points|requests|samples|sessions|units"
    r"|values)\b"
)
"""A value that is a number of things."""
BOUNDS = {"deepest", "in_line", "max_length", "min_length", "most", "rate"}
"""Such values that are limits of the program, all larger than 1."""
MANY = (
    " ({number} of {of} points",
    "A ReLU drops half",
    "Got a body of {length:.20} bytes",
    "Got a file of more than {length:,} characters",
    "Got a head of {head} bytes",
    "So large a network learns",
    "The gradient vanishes",
    "The link is too long",
    "The signal fades",
    "got a formula that has {count} characters",
    "got a text of {count:,} characters",
    "got {count} characters, expected at most",
    "got {size} bytes, expected at most",
    "layer {layer} of {size} neurons",
    "only its first {layers} layers",
    "{depth} ReLU layers",
)
"""How templates begin that are said of many things only: of too many, or of deep networks."""


def forms(template: Any) -> dict[str, str]:
    """The forms of a template by the numbers that they are for."""
    if isinstance(template, str):
        return {"other": template}
    return {form: text for form, text in template.items() if form != "number"}


def test_the_templates_are_found() -> None:
    assert len(TEMPLATES) > 300
    assert "Changed the problem to {problem}" in TEMPLATES  # of a notice
    assert "The learning rate is very small: try {new}" in TEMPLATES  # of the advisor
    assert "{one} < -1 or {one} > 1" in TEMPLATES  # a marked one


def test_every_template_is_said_in_spanish_and_no_other() -> None:
    missing, unused = set(TEMPLATES) - SPANISH.keys(), SPANISH.keys() - set(TEMPLATES)
    assert (missing, unused) == (set(), set()), "see static/i18n/es.server.json"


@pytest.mark.parametrize("template", SPANISH)
def test_the_values_of_a_template_are_the_same_in_spanish(template: str) -> None:
    said = SPANISH[template]
    for form, text in forms(said).items():
        # "One" may be a word: the number need not be there again.
        counted = {f"{said['number']}!:"} if form == "one" and isinstance(said, dict) else set()
        assert names(template) - counted <= names(text) <= names(template)
        assert text.count(";") == template.count(";")  # what to do comes after it
        assert text.strip() == text or text.startswith(" ") == template.startswith(" ")
        assert text[-1:] == template[-1:] or template[-1:] not in ".:?"


@pytest.mark.parametrize(("language", "template"), PLURALS)
def test_a_template_with_a_number_has_the_forms_of_the_language(
    language: str, template: str
) -> None:
    said = catalogue(language)[template]
    assert isinstance(said, dict)
    assert said["number"] in {name.partition("!")[0] for name in names(template)}
    known = {*Locale(language).plural_form.tags, "other"}
    every = forms(said).keys() | ({"other"} if language == "en" else set())  # that is in the code
    assert {"one", "other"} <= every <= known


def test_both_languages_have_forms_for_one_of_the_same_templates() -> None:
    assert [key for language, key in PLURALS if language == "en"] == [
        key for key in ENGLISH if key != QUOTES
    ]
    assert ENGLISH.keys() - {QUOTES} == {key for language, key in PLURALS if language == "es"}


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_number_of_things_has_a_form_for_one(template: str) -> None:
    counted = set(COUNTED.findall(template)) - BOUNDS
    if counted and not template.startswith(MANY):
        said = ENGLISH.get(template)
        assert isinstance(said, dict), "see static/i18n/en.server.json"
        assert said["number"] in counted


@pytest.mark.parametrize("beginning", MANY)
def test_what_is_said_of_many_is_said(beginning: str) -> None:
    assert any(template.startswith(beginning) for template in TEMPLATES)
