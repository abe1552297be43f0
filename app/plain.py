"""Pages that need no build (errors, documentation): one short style, allowed by its hash."""

import base64
import hashlib
from html import escape

from app.i18n import Texts

STYLE = """
:root { color-scheme: light dark;
  --line: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
body { background: light-dark(#fff, #10161d); color: light-dark(#17212b, #e7ecf1); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
a { color: light-dark(#0b6cb3, #4aa3ea); }
h2 { margin: 3rem 0 0; }
h3 { margin: 2rem 0 0; }
p { margin: .5rem 0; }
code, pre { font: .875em/1.5 ui-monospace, monospace; }
pre { overflow: auto; padding: .5rem .75rem; border: var(--line); border-radius: 4px; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem 1rem .25rem 0; }
td { border-top: var(--line); }
@media (max-width: 40rem) { thead { display: none; }
  tr { display: block; border-top: var(--line); padding: .25rem 0; }
  td { display: block; border: 0; padding: 0; overflow-wrap: anywhere; }
  td[data-head]::before { content: attr(data-head) ": "; } }
button, input { font: inherit; min-height: 2.75rem; padding: 0 1rem; border-radius: 4px; }
"""


def source_of(inline: str) -> str:
    """A script or style that stands in a page, as a source in a Content-Security-Policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()}'"


STYLE_SOURCE = source_of(STYLE)

_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>
<body><main><h1>{title}</h1><p>{message}</p>{form}
<p><a href="/">{home}</a></p></main>
</body></html>
"""


def page(title: str, message: str, form: str = "", *, language: str = "en") -> str:
    """A page that says one thing, and may ask one; `form` is HTML of ours."""
    home = Texts(language)("masthead.home")
    said = {"title": escape(title), "message": escape(message), "home": escape(home)}
    return _PAGE.format(**said, form=form, style=STYLE, language=language)
