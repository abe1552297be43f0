"""The page as scripts/build.mjs has built it, served by the application."""

import re

import pytest
from starlette.testclient import TestClient

from app.assets import Assets
from app.main import create_app
from app.plain import source_of
from app.settings import Settings

LINK = re.compile(r'<link rel="(preload|modulepreload)"[^>]* href="([^"]+)"')
#: Bytes: the style sheet as it is sent, compressed, and the script that knows the theme.
MOST_BEFORE_PAINT = 16_000


@pytest.fixture(scope="module")
def client():
    if not Assets().stamp:
        pytest.skip("the page is not built (make build)")
    return TestClient(create_app(Settings(snapshot_dir=None)), base_url="http://127.0.0.1")


@pytest.fixture(scope="module")
def links(client):
    return LINK.findall(client.get("/").text)


@pytest.mark.parametrize(
    ("kind", "media_type"), [("preload", "font/woff2"), ("modulepreload", "text/javascript")]
)
def test_the_page_names_beforehand_what_it_will_ask_for(client, links, kind, media_type):
    addresses = [address for found, address in links if found == kind]
    assert addresses
    for address in addresses:
        response = client.get(f"/{address}")
        assert response.status_code == 200, address
        assert response.headers["content-type"].startswith(media_type)


def test_every_module_that_the_script_imports_is_named_beforehand(client, links):
    named = {address.rpartition("/")[2] for _, address in links}
    sources = re.findall(r'<script type="module" src="([^"]+)"', client.get("/").text)
    sources += [address for kind, address in links if kind == "modulepreload"]
    for source in sources:
        imported = re.findall(r'(?:from|import)\s*"(\.[^"]+\.js)"', client.get(f"/{source}").text)
        assert {name.rpartition("/")[2] for name in imported} <= named, source


def test_a_link_that_is_told_on_shows_a_picture_and_a_phone_an_icon(client: TestClient) -> None:
    html = client.get("/?lang=es").text
    tags = dict(re.findall(r'<meta property="(og:image[:a-z]*)" content="([^"]+)"', html))
    assert tags["og:image"].startswith("http://127.0.0.1/static/img/social-")
    picture = client.get(tags["og:image"])
    assert picture.headers["content-type"] == "image/png"
    size = tags["og:image:width"], tags["og:image:height"]
    assert size == tuple(str(int.from_bytes(picture.content[at : at + 4])) for at in (16, 20))
    assert '<link rel="canonical" href="http://127.0.0.1/?lang=es">' in html
    manifest = client.get("/site.webmanifest?lang=es")
    assert manifest.headers["content-type"] == "application/manifest+json"
    assert manifest.json()["lang"] == "es"
    for icon in manifest.json()["icons"]:
        width = int(icon["sizes"].split("x")[0])
        assert int.from_bytes(client.get(icon["src"]).content[16:20]) == width


def test_little_is_waited_for_before_the_first_paint(client: TestClient) -> None:
    head = client.get("/").text.partition("</head>")[0]
    assert "blocking=" not in head
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", head, re.DOTALL)
    waited = [(tag, text) for tag, text in scripts if "type=" not in tag and " async" not in tag]
    assert [(" src=" in tag, bool(text)) for tag, text in waited] == [(False, True)]  # in the page
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', head)
    assert len(sheets) == 1, sheets
    size = int(client.get(f"/{sheets[0]}").headers["content-length"])
    assert size + len(waited[0][1]) < MOST_BEFORE_PAINT


def test_the_script_in_the_page_is_the_only_one_that_its_policy_allows(client: TestClient) -> None:
    response = client.get("/?lang=es")
    text = re.findall(r"<script data-[^>]*>(.*?)</script>", response.text, re.DOTALL)[0]
    assert "sourceMappingURL" not in text
    policy = response.headers["content-security-policy"]
    assert re.findall(r"script-src ([^;]+)", policy) == [f"'self' {source_of(text)}"]
    other = client.get("/protocol").headers["content-security-policy"]
    assert "script-src 'self';" in other
