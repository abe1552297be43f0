"""The pages: structure from templates/, texts from static/i18n/, controls from the catalogue."""

import json
from collections.abc import Callable, Mapping
from functools import cache, lru_cache, partial
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from app import __version__
from app.assets import Assets, Payload, folder
from app.errors import BuildError, error_response
from app.i18n import VARIES, Texts, language_of, languages
from app.plain import STYLE

START = "js/start.js"
"""What stands in the page itself."""
_EMBEDDABLE = {"Cross-Origin-Resource-Policy": "cross-origin"}


def environment() -> Environment:
    """Jinja2 with everything escaped, and an error for every name that is not defined."""
    return Environment(
        loader=FileSystemLoader(folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def dump_json(data: Any) -> str:
    """Compact JSON."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def json_for_script(data: Any) -> Markup:
    """JSON that cannot end the <script> element around it, whatever its strings hold."""
    text = dump_json(data)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


class Pages:
    """Renders the page, once for each language and address under which it is opened."""

    def __init__(
        self,
        assets: Assets,
        catalog: Callable[[str], dict[str, Any]],
        frame_ancestors: str = "*",
        policy: Callable[[str], str] | None = None,
    ) -> None:
        """`catalog` is the catalogue in a language; `frame_ancestors`, who may embed the page;
        `policy`, the Content-Security-Policy of a page with a script in it."""
        self._assets = assets
        self._policy = policy
        self._frame_ancestors = frame_ancestors
        self._catalog_json = cache(lambda language: json_for_script(catalog(language)))
        self._environment = environment()
        self._languages = languages()
        self._rendered = lru_cache(maxsize=32)(self._render)

    async def index(self, request: Request) -> Response:
        """Answers `/`."""
        return await self._answer(request, "index.html", _EMBEDDABLE, START)

    async def join(self, request: Request) -> Response:
        """Answers `/join`, which is in no frame: nobody is to press its button unseen."""
        return await self._answer(request, "join.html", {"X-Frame-Options": "DENY"})

    async def manifest(self, request: Request) -> Response:
        """Answers `/site.webmanifest`: what a phone needs that puts the page among its apps."""
        self._assets.refresh()
        language = language_of(request, self._languages)
        t = Texts(language)
        try:
            icons = [
                {"src": self._assets.url(f"img/icon-{size}.png"), "sizes": f"{size}x{size}"}
                for size in (180, 512)
            ]
        except BuildError as error:
            return error_response(request, 503, str(error))
        data = {
            "name": t("page.name"),
            "short_name": t("page.short"),
            "lang": language,
            "start_url": "./",
            "display": "standalone",
            "background_color": "#f4f6f8",
            "theme_color": "#17212b",
            "icons": [icon | {"type": "image/png"} for icon in icons],
        }
        payload = Payload.of(dump_json(data).encode(), "application/manifest+json")
        return payload.response(request, VARIES)

    async def _answer(
        self, request: Request, template: str, headers: Mapping[str, str], script: str = ""
    ) -> Response:
        self._assets.refresh()
        language = language_of(request, self._languages)
        try:
            if script and self._policy:
                policy = self._policy(self._assets.inline(script, language))
                headers = {**headers, "Content-Security-Policy": policy}
            payload = self._rendered(template, language, str(request.base_url), self._version())
        except BuildError as error:
            return error_response(request, 503, str(error))
        return payload.response(request, {**headers, **VARIES, "Content-Language": language})

    def _version(self) -> tuple[int, ...]:
        """Another value for another build and for a template that was edited."""
        templates = folder("templates").glob("*.html")
        return self._assets.stamp or 0, max(path.stat().st_mtime_ns for path in templates)

    def _render(
        self, template: str, language: str, base_url: str, _version: tuple[int, ...]
    ) -> Payload:
        html = self.render(template, language, base_url)
        return Payload.of(html.encode(), "text/html; charset=utf-8")

    def render(self, template: str, language: str, base_url: str, **more: Any) -> str:
        """A template with the names that all of them may use."""
        return self._environment.get_template(template).render(
            t=Texts(language),
            static=partial(self._assets.url, language=language),
            preloads=partial(self._assets.preloads, language=language),
            inline=lambda name: Markup(self._assets.inline(name, language)),
            catalog_json=self._catalog_json(language),
            version=__version__,
            language=language,
            languages={tag: Texts(tag)("masthead.language") for tag in self._languages},
            base_url=base_url,
            frame_ancestors=self._frame_ancestors,
            style=Markup(STYLE),
            **more,
        )
