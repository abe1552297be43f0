"""What is answered by HTTP besides the interface for programs, as an OpenAPI document for
schemathesis.

The application serves no such document (but that of /api/session). This one is made from its
routes, so that a new one is tested as well: what may be asked at each address, and what may come
back.
"""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Route

ANY_TEXT = {"type": "string", "maxLength": 200}
HEADERS = (
    *("Accept", "Accept-Encoding", "Accept-Language", "If-None-Match", "If-Modified-Since"),
    *("Range", "Origin", "Referer", "Cookie", "X-Forwarded-For", "X-Forwarded-Proto", "Forwarded"),
)
ERROR = {
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "error": {
            "type": "object",
            "required": ["status", "code", "message"],
            "additionalProperties": False,
            "properties": {
                "status": {"type": "integer"},
                "code": {"type": "string", "pattern": "^[a-z_]+$"},
                "message": {"type": "string", "minLength": 1, "maxLength": 499},
            },
        }
    },
}
TYPES = {
    "/": "text/html; charset=utf-8",
    "/api/catalog": "application/json",
    "/api/openapi.json": "application/json",
    "/healthz": "application/json",
    "/protocol": "text/html; charset=utf-8",
    "/protocol.json": "application/json",
    "/favicon.ico": "image/svg+xml",
    "/favicon.svg": "image/svg+xml",
    "/robots.txt": "text/plain; charset=utf-8",
}


def routes(app: FastAPI) -> list[Route]:
    """What answers requests, without the websocket and what describes itself."""
    plain = [route for route in app.routes if isinstance(route, Route)]
    return [route for route in plain if not isinstance(route, APIRoute)]


def document(app: FastAPI) -> dict[str, Any]:
    """The interface as OpenAPI 3.1."""
    return {
        "openapi": "3.1.0",
        "info": {"title": app.title, "version": app.version},
        "paths": {
            route.path.replace(":path}", "}"): {
                method.lower(): {
                    "parameters": _parameters(route),
                    "responses": _responses(route.path, method),
                }
                for method in sorted(route.methods or ())
            }
            for route in routes(app)
        },
    }


def _parameters(route: Route) -> list[dict[str, Any]]:
    paths = [
        {"name": name, "in": "path", "required": True, "schema": {**ANY_TEXT, "minLength": 1}}
        for name in route.param_convertors
    ]
    headers = [{"name": name, "in": "header", "schema": ANY_TEXT} for name in HEADERS]
    return [*paths, *headers, {"name": "lang", "in": "query", "schema": ANY_TEXT}]


def _responses(path: str, method: str) -> dict[str, Any]:
    known: dict[str, Any] = {TYPES[path]: {}} if path in TYPES else {"*/*": {}}
    error = {"application/json": {"schema": ERROR}, "text/html": {"schema": {"type": "string"}}}
    content = {"200": known, "304": {}, "400": error, "404": error, "405": error}
    if path == "/metrics":  # a proxy that is trusted may say that the request comes from elsewhere
        content["403"] = error
    return {
        status: {"description": status, **({"content": body} if body and method == "GET" else {})}
        for status, body in content.items()
    }
