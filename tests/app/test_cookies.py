"""Reading our two cookies out of whatever a request sends."""

import pytest
from starlette.requests import HTTPConnection

from app.cookies import cookie


def request(*headers: tuple[bytes, bytes]) -> HTTPConnection:
    return HTTPConnection({"type": "http", "headers": list(headers)})


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("lang=es", "es"),
        ("other=1; lang=es;more=2", "es"),
        ("lang=", ""),
        ("lang", ""),
        ("lang=a=b", "a=b"),
        ("slang=es", None),
        ("", None),
        ('other="' + "\\" * 4000 + '"; lang=es', "es"),
    ],
)
def test_a_cookie_is_found_by_its_name(header: str, value: str | None) -> None:
    assert cookie(request((b"cookie", header.encode())), "lang") == value


def test_a_request_without_cookies_has_none() -> None:
    assert cookie(request(), "lang") is None
