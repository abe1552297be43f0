"""The Spanish of the page and of the server: one word for each thing, one way of address."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.catalog import build_catalog

I18N = Path(__file__).parents[2] / "static" / "i18n"
FILES = sorted(I18N.glob("es*.json"))
NAMES = re.compile(r"\{[^{}]*\}|\$[^$]*\$|`+[^`]*`+|<[^>]*>|'[^']*'")
"""What no reader takes for a word: values, formulas, code, markup, quoted names."""


def texts(tree: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every text of a tree, with where it is."""
    if isinstance(tree, str):
        yield path, tree
    for key, value in (
        tree.items()
        if isinstance(tree, dict)
        else enumerate(tree)
        if isinstance(tree, list)
        else ()
    ):
        yield from texts(value, f"{path}.{key}")


def of_components(catalog: Any) -> dict[str, str]:
    found = dict(texts(catalog, "catalogue"))
    return {path: text for path, text in found.items() if re.search(r"\.(label|help|short)$", path)}


SPANISH = {file.name: dict(texts(json.loads(file.read_text("utf-8")), "")) for file in FILES} | {
    "catalogue": of_components(build_catalog("es"))
}
each = pytest.mark.parametrize("part", SPANISH)

FORMAL = re.compile(
    r"\bustedes?\b|(?:^|[.;:,(] |\by |\bo )"
    r"(?:abra|arrastre|cierre|compruebe|elija|escriba|espere|guarde|haga|intente|mire|observe"
    r"|pegue|ponga|pruebe|pulse|quite|recargue|reinicie|seleccione|suelte|utilice|vea|vuelva)"
    r"(?:lo|la|los|las)?\b",
    re.IGNORECASE,
)
"""Imperatives for *usted*: everybody is called *tú* here."""

ONE_WORD = {
    r"nodos?": "neurona",
    r"bias|umbral": "sesgo",
    r"learning rate|(?:ratio|velocidad|factor) de aprendizaje": "tasa de aprendizaje",
    r"(?:mini-?)?batch|mini-?lotes?": "lote",
    r"dataset": "conjunto de datos",
    r"desviación típica": "desviación estándar",
    r"capas? escondidas?": "capa oculta",
    r"overfitting|sobreentrenamiento": "sobreajuste",
    r"(?<!doble )precisión|accuracy": "exactitud",
    r"épocas? de entrenamiento|iteraci(?:ón|ones)|epochs?": "época",
    r"inicializador(?:es)?": "inicialización",
    r"regularizador(?:es)?": "regularización",
    r"(?:función|funciones) de (?:coste|costo)": "pérdida",
    r"feature|atributos?": "característica",
    r"semillas? aleatorias?": "semilla",
    r"frontera de clasificación|superficie de decisión": "frontera de decisión",
    r"testeo|de test|validación": "de prueba",
    r"como mucho": "como máximo",
    r"(?:equivoca(?:rse|da)?|falla) con seguridad": "está segura y se equivoca",
    r"loguear|resetear|clicar|cliquear|clickear|click|clic|linkear|setear": "pulsar",
}
"""What is said otherwise elsewhere, with the one word for it (the lecture's)."""
CODE = "epoch, step, layer, what y growth, o null"
"""Names of fields, which are the same in all languages."""


@each
def test_everybody_is_tu(part: str) -> None:
    assert [text for text in SPANISH[part].values() if FORMAL.search(NAMES.sub(" ", text))] == []


@each
def test_each_thing_is_called_by_its_one_word(part: str) -> None:
    wrong = [
        (text, right)
        for path, text in SPANISH[part].items()
        for word, right in ONE_WORD.items()
        if re.search(rf"\b(?:{word})\b", NAMES.sub(" ", text), re.IGNORECASE)
        and text != CODE
        and not path.endswith(".number")
    ]
    assert wrong == []


@each
def test_questions_and_exclamations_are_opened_and_closed(part: str) -> None:
    for text in SPANISH[part].values():
        bare = NAMES.sub(" ", text)
        bare = re.sub(r"\?(?=\w+=)|(?<=\.)\?|(?<=[\s/])\?(?=\s)", "", bare)  # no sign of a question
        for opened, closed in ("¿?", "¡!", "«»"):
            assert bare.count(opened) == bare.count(closed), text


@each
def test_a_sign_or_a_unit_stays_with_its_number(part: str) -> None:
    parted = re.compile(r"[\d}] (?:%|(?:ns|ms|MB|kB)\b)")
    assert [text for text in SPANISH[part].values() if parted.search(text)] == []


@each
def test_what_was_got_and_what_was_expected_are_not_joined_by_a_comma_alone(part: str) -> None:
    joined = re.compile(r", (?:aquí |no |al principio )?se esperab")
    assert [text for text in SPANISH[part].values() if joined.search(text)] == []


def test_the_rules_find_what_they_are_for() -> None:
    assert sum(map(len, SPANISH.values())) > 1000
    assert FORMAL.search("Pulse aquí")
    assert FORMAL.search("recarga la página y pruebe de nuevo")
    assert not FORMAL.search("Pulsa aquí: quizá lo abra otro, con un paréntesis de cierre")
    assert any(re.search(word, "La desviación típica") for word in ONE_WORD)
