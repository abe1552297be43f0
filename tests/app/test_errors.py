"""Errors over HTTP: readable for people, one form for programs, no insides shown."""

import json

import pytest
from starlette.requests import Request

from app.errors import CloseCode, PlaygroundError, SettingsError, error_response


def request(accept: str = "*/*") -> Request:
    return Request({"type": "http", "headers": [(b"accept", accept.encode())]})


def test_programs_get_one_json_form() -> None:
    response = error_response(request(), 404)
    assert response.status_code == 404
    assert json.loads(bytes(response.body)) == {
        "error": {
            "status": 404,
            "code": "not_found",
            "message": "There is no page at this address.",
        }
    }


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 500, 503])
def test_browsers_get_a_page_with_a_way_back(status: int) -> None:
    html = bytes(error_response(request("text/html,*/*;q=0.8"), status).body).decode()
    assert f"<h1>{status} " in html
    assert '<a href="/">To the playground</a>' in html
    assert "script" not in html


def test_what_a_message_quotes_is_escaped() -> None:
    html = bytes(error_response(request("text/html"), 400, "<script>alert(1)</script>").body)
    assert b"<script>" not in html


def test_errors_are_not_kept_by_caches() -> None:
    assert error_response(request(), 404).headers["cache-control"] == "no-store"


def test_close_codes_are_numbers_with_an_explanation() -> None:
    assert int(CloseCode.TAKEN_OVER) == 4001
    assert {int(code) for code in CloseCode} >= {1003, 1007, 1008, 1011, 1012, 1013, 4000, 4001}
    assert all(code.explanation.endswith(".") for code in CloseCode)


def test_our_errors_have_one_base() -> None:
    assert issubclass(SettingsError, PlaygroundError)
