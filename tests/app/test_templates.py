"""No template has a text of its own: what is read or spoken comes from `t(...)`."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import nodes

from app.assets import folder
from app.pages import environment

READ = {"alt", "title", "placeholder", "aria-label", "aria-description", "data-tip", "content"}
FORMS = {
    *("viewport", "color-scheme", "theme-color"),
    *("og:type", "og:image:type", "twitter:card"),
}
"""Values of `content` that programs read."""


class Texts(HTMLParser):
    """Collects the words that are in the markup itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        given = dict(attrs)
        if (given.get("name") or given.get("property")) in FORMS:
            return
        self._judge(*(value or "" for name, value in attrs if name in READ))

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._judge(data)

    def _judge(self, *texts: str) -> None:
        self.found += [text.strip() for text in texts if any(map(str.isalpha, text))]


def own_words(source: str) -> list[str]:
    """The words of a template without what its expressions put in."""
    tree = environment().parse(source)
    outputs = tree.find_all(nodes.Output)
    # In the order in which they stand; an expression leaves a gap.
    pieces = [
        piece.data if isinstance(piece, nodes.TemplateData) else "{}"
        for output in outputs
        for piece in output.nodes
    ]
    parser = Texts()
    parser.feed("".join(pieces))
    parser.close()
    return parser.found


@pytest.mark.parametrize("path", sorted(folder("templates").glob("*.html")), ids=lambda p: p.name)
def test_a_template_has_no_text_of_its_own(path: Path) -> None:
    assert own_words(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>Play</p>",
        "{% if x %}<p>Play</p>{% endif %}",
        '<button aria-label="Play">{{ icon }}</button>',
        '<img alt="Play" src="{{ x }}">',
        '<meta name="description" content="Play">',
        "<p>{{ t('a.b') }} layers</p>",
    ],
)
def test_a_text_in_a_template_is_found(source: str) -> None:
    assert len(own_words(source)) == 1


def test_what_an_expression_puts_in_is_no_text_of_the_template() -> None:
    assert own_words('<p title="{{ t("a.b") }}">{{ t("c") }} – {{ version }}</p>') == []
