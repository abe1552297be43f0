"""The page: rendered from template, texts and catalogue, and safe whatever these hold."""

import base64
import hashlib
import json
import os
import re
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from app import assets as assets_module
from app.assets import Assets
from app.catalog import build_catalog
from app.errors import BuildError
from app.i18n import languages
from app.pages import Pages, dump_json, json_for_script
from app.security import content_policy
from app.settings import Settings

TEMPLATE = """<!doctype html><html lang="{{ language }}"><title>{{ t("title") }}</title>
<meta property="og:url" content="{{ base_url }}">
<script type="module" src="{{ static("js/main.js") }}"></script>
<footer>{{ version }}</footer>
<script type="application/json" id="catalog">{{ catalog_json }}</script></html>
"""


class Built(Assets):
    """Every asset there can be, so that the real templates render without a build."""

    def url(self, name: str, language: str = "en") -> str:
        return f"static/{name}"

    def inline(self, name: str, language: str = "en") -> str:
        return f"run('{name}')"


def nothing(language: str) -> dict[str, Any]:
    """A catalogue of nothing."""
    return {}


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("templates", "i18n", "static/js"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "templates/index.html").write_text(TEMPLATE)
    for tag, name, title in ("en", "English", "Play & <learn>"), ("es", "Español", "Jugar"):
        texts = {"title": title, "masthead": {"language": name, "home": "Home"}}
        (tmp_path / f"i18n/{tag}.json").write_text(json.dumps(texts))
    (tmp_path / "static/js/main-ABCDEFGH.js").write_text("")
    (tmp_path / "static/manifest.json").write_text('{"js/main.js": "js/main-ABCDEFGH.js"}')
    for module in ("app.assets", "app.pages", "app.i18n"):
        monkeypatch.setattr(f"{module}.folder", lambda name: tmp_path / name)
    return tmp_path


@pytest.fixture
def client(folders: Path) -> TestClient:
    pages = Pages(Assets(), lambda language: {"text": "</script><script>alert(1)</script>"})
    return TestClient(Starlette(routes=[Route("/", pages.index)]))


def test_the_page_has_texts_assets_and_version(client: TestClient) -> None:
    html = client.get("/").text
    assert "<title>Play &amp; &lt;learn&gt;</title>" in html
    assert 'src="static/js/main-ABCDEFGH.js"' in html
    assert 'content="http://testserver/"' in html


def test_the_catalogue_cannot_end_its_script_element(client: TestClient) -> None:
    html = client.get("/").text
    match = re.search(r'id="catalog">(.*?)</script>', html, re.DOTALL)
    assert match is not None
    assert json.loads(match[1]) == {"text": "</script><script>alert(1)</script>"}
    assert "<script>alert" not in html


def test_json_for_a_script_is_the_same_json() -> None:
    hostile = ["</script>", "<!--", "]]>", "&lt;", "\u2028\u2029", '"', "\\", "é"]
    text = json_for_script(hostile)
    assert json.loads(text) == hostile
    assert not set(text) & set("<>&\u2028\u2029")


def test_numbers_that_json_does_not_know_are_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        dump_json(float("nan"))


def test_the_page_speaks_the_language_of_the_browser(client: TestClient) -> None:
    spanish = client.get("/", headers={"Accept-Language": "es-ES,es;q=0.9"})
    assert '<html lang="es"><title>Jugar' in spanish.text
    assert spanish.headers["content-language"] == "es"
    assert spanish.headers["vary"] == "Accept-Language, Cookie, Accept-Encoding"


def test_a_language_asked_for_goes_before_one_that_was_chosen_and_that_before_the_browsers(
    client: TestClient,
) -> None:
    spanish = {"Accept-Language": "es"}
    assert "Play" in client.get("/?lang=en", headers=spanish).text
    assert "Play" in client.get("/", headers={**spanish, "Cookie": "lang=en"}).text
    assert "Play" in client.get("/?lang=en", headers={"Cookie": "lang=es"}).text
    assert "Jugar" in client.get("/", headers={**spanish, "Cookie": "lang=xx"}).text


def test_the_script_and_the_catalogue_are_those_of_the_language(folders: Path) -> None:
    own = {"js/main.js": "js/main-SPANISHH.js"}
    manifest = {"js/main.js": "js/main-ABCDEFGH.js", "languages": {"es": own}}
    (folders / "static/manifest.json").write_text(json.dumps(manifest))
    pages = Pages(Assets(), lambda language: {"spoken": language})
    for language, script in ("en", "main-ABCDEFGH.js"), ("es", "main-SPANISHH.js"):
        html = pages.render("index.html", language, "")
        assert script in html
        assert f'{{"spoken":"{language}"}}' in html


def test_the_page_is_not_sent_twice(client: TestClient) -> None:
    first = client.get("/")
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_a_page_of_another_site_may_embed_it(client: TestClient) -> None:
    assert client.get("/").headers["cross-origin-resource-policy"] == "cross-origin"


def test_an_address_in_the_host_header_is_escaped(client: TestClient) -> None:
    html = client.get("/", headers={"Host": 'a"><script>alert(1)</script>'}).text
    assert "<script>alert" not in html


def test_without_a_build_the_page_says_what_to_do(folders: Path, client: TestClient) -> None:
    (folders / "static/manifest.json").unlink()
    client = TestClient(Starlette(routes=[Route("/", Pages(Assets(), nothing).index)]))
    response = client.get("/", headers={"Accept": "text/html"})
    assert response.status_code == 503
    assert "run `make build`" in response.text


def test_a_new_build_is_served_without_a_restart(folders: Path, client: TestClient) -> None:
    client.get("/")
    (folders / "static/js/main-HGFEDCBA.js").write_text("")
    (folders / "static/manifest.json").write_text('{"js/main.js": "js/main-HGFEDCBA.js"}')
    assert "main-HGFEDCBA.js" in client.get("/").text


def test_a_template_that_was_edited_is_served_without_a_restart(
    folders: Path, client: TestClient
) -> None:
    client.get("/")
    template = folders / "templates/index.html"
    template.write_text("edited")
    os.utime(template, ns=(0, time.time_ns() + 10**9))
    assert client.get("/").text == "edited"


def test_a_name_that_no_template_is_given_is_an_error(folders: Path) -> None:
    (folders / "templates/index.html").write_text("{{ nothing }}")
    with pytest.raises(UndefinedError):
        Pages(Assets(), nothing).render("index.html", "en", "")


@pytest.mark.parametrize("language", languages())
def test_the_real_page_finds_all_its_texts(language: str) -> None:
    html = Pages(Built(), build_catalog).render("index.html", language, "http://x/")
    assert f'<html lang="{language}"' in html
    assert 'id="catalog"' in html


def test_the_real_page_lists_no_options() -> None:
    directory = assets_module.folder("templates")
    for template in directory.glob("*.html"):
        assert "<option" not in template.read_text("utf-8"), template.name


def test_the_policy_of_the_page_allows_the_script_that_stands_in_it() -> None:
    pages = Pages(Built(), nothing, policy=partial(content_policy, Settings()))
    response = TestClient(Starlette(routes=[Route("/", pages.index)])).get("/")
    inline = re.findall(r"<script data-.*?>(.*?)</script>", response.text, re.DOTALL)
    assert inline == ["run('js/start.js')"]
    digest = base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()
    policy = response.headers["content-security-policy"]
    assert f"script-src 'self' 'sha256-{digest}';" in policy
    assert "unsafe" not in policy


def test_a_script_that_stands_in_a_page_names_no_source_map(folders: Path) -> None:
    text = "run();\n//# sourceMappingURL=main.js.map\n"
    (folders / "static/js/main-ABCDEFGH.js").write_text(text)
    assert Assets().inline("js/main.js") == "run();"
    with pytest.raises(BuildError, match=r"no 'js/other\.js'"):
        Assets().inline("js/other.js")


def test_the_page_knows_who_may_embed_it() -> None:
    pages = Pages(Built(), nothing, "'self' https://school.example")
    html = pages.render("index.html", "en", "http://x/")
    assert 'data-ancestors="&#39;self&#39; https://school.example"' in html


def test_the_page_that_asks_is_in_no_frame() -> None:
    """Its button gives away whatever the user does from then on."""
    pages = Pages(Built(), nothing)
    response = TestClient(Starlette(routes=[Route("/join", pages.join)])).get("/join")
    assert response.headers["x-frame-options"] == "DENY"
    assert "cross-origin-resource-policy" not in response.headers
    assert "Whoever made the address can see" in response.text
