"""Hosts, origins and headers: the rules by themselves; test_main.py has them in place."""

import pytest

from app.plain import STYLE, page
from app.security import (
    HostPolicy,
    content_policy,
    origin_allowed,
    security_headers,
)
from app.settings import Settings

HOSTILE_ORIGINS = [
    "http://evil.example",
    "http://127.0.0.1:8000.evil.example",
    "http://evil.example/127.0.0.1:8000",
    "http://evil.example?127.0.0.1:8000",
    "http://evil.example#127.0.0.1:8000",
    "http://127.0.0.1:8000@evil.example",
    "http://evil.example:8000",
    "http://x127.0.0.1:8000",
    "http://127.0.0.1:80",
    "http://127.0.0.1",
    "http://127.0.0.1:8000/",
    "http://127.0.0.1:8000 ",
    "file://127.0.0.1:8000",
    "ftp://127.0.0.1:8000",
    "//127.0.0.1:8000",
    "127.0.0.1:8000",
    "http://[::1",
    "null",
    "file://",
    "",
]


@pytest.mark.parametrize("origin", HOSTILE_ORIGINS)
def test_a_foreign_origin_is_refused(origin: str) -> None:
    assert not origin_allowed(origin, "127.0.0.1:8000", ())


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("https://play.example", "play.example"),
        ("http://LOCALHOST:8000", "localhost:8000"),
        ("http://[::1]:8000", "[::1]:8000"),
        (None, "127.0.0.1:8000"),
    ],
)
def test_our_own_pages_and_programs_may_connect(origin: str | None, host: str) -> None:
    assert origin_allowed(origin, host, ())


def test_an_origin_that_was_named_may_connect_and_no_other() -> None:
    named = Settings(allowed_origins=("https://School.example",)).allowed_origins
    assert origin_allowed("https://school.example", "127.0.0.1:8000", named)
    assert not origin_allowed("http://school.example", "127.0.0.1:8000", named)
    assert not origin_allowed("https://school.example.evil", "127.0.0.1:8000", named)
    assert not origin_allowed("https://x.school.example", "127.0.0.1:8000", named)


@pytest.mark.parametrize(
    ("settings", "host", "allowed"),
    [
        ({}, "127.0.0.1:8000", True),
        ({}, "localhost", True),
        ({}, "LocalHost.:1", True),
        ({}, "[::1]:8000", True),
        ({}, "rebinding.example", False),
        ({}, "192.168.1.7:8000", False),
        ({}, "localhost.evil.example", False),
        ({}, "", False),
        ({}, "localhost:", False),
        ({}, "localhost/x", False),
        ({}, "localhost, evil.example", False),
        ({}, "user@localhost", False),
        ({"host": "lab.example"}, "lab.example:8000", True),
        ({"host": "0.0.0.0"}, "192.168.1.7:8000", True),
        ({"host": "::"}, "[2001:db8::1]:8000", True),
        ({"host": "0.0.0.0"}, "rebinding.example", False),
        ({"allowed_hosts": "a.example"}, "a.example", True),
        ({"allowed_hosts": "a.example"}, "b.example", False),
        ({"allowed_hosts": "a.example"}, "127.0.0.1:8000", True),
        ({"allowed_hosts": "*.a.example"}, "x.a.example:443", True),
        ({"allowed_hosts": "*.a.example"}, "a.example", False),
        ({"allowed_hosts": "*.a.example"}, "evila.example", False),
        ({"allowed_hosts": "*"}, "any.example", True),
        ({"allowed_hosts": "*"}, "<script>", False),
    ],
)
def test_hosts(settings: dict[str, str], host: str, allowed: bool) -> None:
    assert HostPolicy(Settings(**settings)).allows(host) is allowed  # type: ignore[arg-type]


def test_the_policy_allows_nothing_inline_but_the_style_of_plain_pages() -> None:
    policy = security_headers(Settings())["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self' 'sha256-")
    assert content_policy(Settings()) == policy
    assert f"<style>{STYLE}</style>" in page("Title", "Text")


def test_embedding_is_allowed_unless_the_setting_says_where() -> None:
    def policy(**settings: str) -> str:
        return security_headers(Settings(**settings))["Content-Security-Policy"]  # type: ignore[arg-type]

    assert "frame-ancestors" not in policy()
    assert policy(frame_ancestors="'none'").endswith("; frame-ancestors 'none'")
    assert "X-Frame-Options" not in security_headers(Settings())
