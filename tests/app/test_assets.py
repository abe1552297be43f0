"""Static files: hashed addresses, caching, compression, and nothing but the build."""

import gzip
import json
import os
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from app.assets import FOREVER, REVALIDATE, Assets, Payload
from app.errors import BuildError

SCRIPT = b"export const answer = 42;\n" * 50


def write_build(directory: Path, digest: str = "ABCDEFGH") -> None:
    (directory / "js").mkdir(parents=True, exist_ok=True)
    (directory / f"js/main-{digest}.js").write_bytes(SCRIPT)
    (directory / "plain.txt").write_bytes(b"x")
    preload = {"js/main.js": [f"js/chunks/part-{digest}.js"]}
    manifest = {"js/main.js": f"js/main-{digest}.js", "preload": preload}
    (directory / "manifest.json").write_text(json.dumps(manifest))


@pytest.fixture
def assets(tmp_path: Path) -> Assets:
    directory = tmp_path / "static"
    write_build(directory)
    (tmp_path / "secret.txt").write_text("secret")
    (directory / "link.txt").symlink_to(tmp_path / "no-such-file")
    return Assets(directory)


@pytest.fixture
def client(assets: Assets) -> TestClient:
    return TestClient(Starlette(routes=[Route("/static/{path:path}", assets.serve)]))


def test_a_hashed_file_is_kept_for_ever(client: TestClient, assets: Assets) -> None:
    response = client.get("/" + assets.url("js/main.js"))
    assert response.content == SCRIPT
    assert response.headers["cache-control"] == FOREVER
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"


def test_what_a_file_will_ask_for_is_known_beforehand(assets: Assets) -> None:
    assert assets.preloads("js/main.js") == ["static/js/chunks/part-ABCDEFGH.js"]
    assert assets.preloads("css/main.css") == []


def test_other_files_are_asked_for_again(client: TestClient) -> None:
    response = client.get("/static/plain.txt")
    assert response.headers["cache-control"] == REVALIDATE
    again = client.get("/static/plain.txt", headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == response.headers["etag"]


def test_files_are_sent_compressed_where_that_is_understood(client: TestClient) -> None:
    path = "/static/js/main-ABCDEFGH.js"
    packed = client.get(path, headers={"Accept-Encoding": "br, gzip;q=0.8"})
    plain = client.get(path, headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(SCRIPT) / 5
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content == SCRIPT
    assert packed.headers["etag"] == plain.headers["etag"]
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


def test_what_does_not_shrink_is_sent_as_it_is() -> None:
    assert Payload.of(os.urandom(100), "image/png").compressed is None


def test_compressed_bytes_do_not_depend_on_the_time() -> None:
    packed = Payload.of(SCRIPT, "text/plain").compressed
    assert packed is not None
    assert packed[4:8] == b"\0\0\0\0"
    assert gzip.decompress(packed) == SCRIPT


def test_a_head_request_gets_the_headers_alone(client: TestClient) -> None:
    response = client.head("/static/js/main-ABCDEFGH.js", headers={"Accept-Encoding": "identity"})
    assert response.headers["content-length"] == str(len(SCRIPT))


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "..%2fsecret.txt",
        "%2e%2e/secret.txt",
        "%2e%2e%2fsecret.txt",
        "js/../../secret.txt",
        "..%5csecret.txt",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "plain.txt%00.js",
        "link.txt",
        "manifest.json",
        "js",
        "",
    ],
)
def test_nothing_outside_the_build_is_served(client: TestClient, path: str) -> None:
    assert client.get("/static/" + path).status_code == 404


def test_a_range_is_ignored(client: TestClient) -> None:
    ranges = ",".join(f"{i}-{i}" for i in range(10_000))
    response = client.get("/static/plain.txt", headers={"Range": f"bytes={ranges}"})
    assert (response.status_code, response.content) == (200, b"x")


def test_without_a_build_the_error_says_what_to_do(tmp_path: Path) -> None:
    assets = Assets(tmp_path / "nothing")
    with pytest.raises(BuildError, match="make build"):
        assets.url("js/main.js")


def test_a_name_that_the_build_lacks_is_an_error(assets: Assets) -> None:
    with pytest.raises(BuildError, match=r"no 'js/other\.js'"):
        assets.url("js/other.js")


def test_a_new_build_is_seen(assets: Assets) -> None:
    (assets.directory / "js/main-ABCDEFGH.js").unlink()
    write_build(assets.directory, "HGFEDCBA")
    os.utime(assets.directory / "manifest.json", ns=(0, 1))
    assets.refresh()
    assert assets.url("js/main.js") == "static/js/main-HGFEDCBA.js"
    assert assets.get("js/main-ABCDEFGH.js") is None


def test_a_broken_build_leaves_the_old_one(assets: Assets) -> None:
    (assets.directory / "manifest.json").write_text("{")
    os.utime(assets.directory / "manifest.json", ns=(0, 1))
    assets.refresh()
    assert assets.url("js/main.js") == "static/js/main-ABCDEFGH.js"
