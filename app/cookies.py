"""Cookies of a request: there are two, a chosen language and the proof of an access token."""

from starlette.requests import HTTPConnection


def cookie(connection: HTTPConnection, name: str) -> str | None:
    """The value of a cookie of ours, which needs no quotes; None where the request has none.

    http.cookies, by which `connection.cookies` reads, takes a time that grows with the square of a
    header's length for quoted values in older Pythons (CVE-2024-7592), and anybody may send one.
    """
    for part in connection.headers.get("cookie", "").split(";"):
        found, _, value = part.strip().partition("=")
        if found == name:
            return value
    return None
