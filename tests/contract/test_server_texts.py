"""What the server says in English it says in Spanish: all of it, with the same values."""

from typing import Any

import pytest
from babel import Locale

from app.translation import catalogue
from tests.contract.server_texts import names, templates

TEMPLATES = sorted(templates())
SPANISH = catalogue("es")


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


@pytest.mark.parametrize("template", [key for key in SPANISH if isinstance(SPANISH[key], dict)])
def test_a_template_with_a_number_has_the_forms_of_the_language(template: str) -> None:
    said = SPANISH[template]
    assert isinstance(said, dict)
    assert said["number"] in {name.partition("!")[0] for name in names(template)}
    known = {*Locale("es").plural_form.tags, "other"}
    assert {"one", "other"} <= forms(said).keys() <= known
