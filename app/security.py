"""What every request passes: is the host ours, the origin, the size, and what headers answers have.

No cookie stands for a person, and there are no accounts. So framing the page gives nothing away and
is allowed; what is prevented is that another site's script talks to a server on this machine or in
this network.
"""

import ipaddress
import math
import re
import socket
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.access import FORM_BYTES
from app.errors import error_response
from app.plain import STYLE_SOURCE, source_of
from app.settings import Settings
from app.tally import Tally
from engine.text import Text

LOOPBACK = ("localhost", "127.0.0.1", "::1")
API = "/api/"
"""How the paths begin of what programs ask for."""
WILDCARDS = ("0.0.0.0", "::", "")

_HOST = re.compile(r"(?P<name>[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?P<port>:\d{1,5})?", re.IGNORECASE)


class HostPolicy:
    """Under which names the server may be opened.

    A foreign name that resolves to this machine (DNS rebinding) would give another site's page the
    same origin as the server. The loopback names and an address in numbers cannot be such a name:
    the first are always accepted, the second when the server listens on every address.
    """

    def __init__(self, settings: Settings) -> None:
        self._any_address = settings.host in WILDCARDS
        own = socket.gethostname().lower()
        listening = (own, f"{own}.local") if self._any_address else (settings.host,)
        names = settings.allowed_hosts or listening
        self._names = {*LOOPBACK, *(name.lower() for name in names)}

    def allows(self, host: str) -> bool:
        """Whether a Host header (name or address, perhaps a port) is one of ours."""
        match = _HOST.fullmatch(host)
        if match is None:
            return False
        if "*" in self._names:
            return True
        name = match["name"].lower().strip("[]").rstrip(".")
        if name in self._names:
            return True
        if any(name.endswith(known[1:]) for known in self._names if known.startswith("*.")):
            return True
        return self._any_address and _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def origin_allowed(origin: str | None, host: str, allowed: tuple[str, ...]) -> bool:
    """Whether a page of this origin may open a websocket, or give commands: one of ours, or one
    that was named.

    The whole origin is compared; a match of a part of it is how such checks have been broken
    (CVE-2026-21883). Only programs send no origin at all, and they could send any.
    """
    if origin is None:
        return True
    if origin.lower() in allowed:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    if origin.lower() != f"{parts.scheme}://{parts.netloc}".lower():
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()


def content_policy(settings: Settings, script: str = "") -> str:
    """The Content-Security-Policy of a response; `script` is the one that stands in the page."""
    policy = {
        "default-src": "'none'",
        "script-src": f"'self' {source_of(script)}" if script else "'self'",
        "style-src": f"'self' {STYLE_SOURCE}",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
    }
    if settings.frame_ancestors != "*":  # which would still refuse file:// and editors' views
        policy["frame-ancestors"] = settings.frame_ancestors
    return "; ".join(f"{name} {value}" for name, value in policy.items())


def security_headers(settings: Settings) -> dict[str, str]:
    """Headers of every response that does not set them itself."""
    return {
        "Content-Security-Policy": content_policy(settings),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }


class Guard:
    """ASGI middleware: refuses foreign hosts and origins, adds the headers, hides failures.

    It answers a failure itself because Starlette would do so outside of all middleware, without
    the headers; the exception goes on to the server, which logs it.
    """

    def __init__(self, app: ASGIApp, settings: Settings, tally: Tally | None = None) -> None:
        self._app = app
        self._tally = tally or Tally()
        self._hosts = HostPolicy(settings)
        self._origins = settings.allowed_origins
        self._head_bytes = settings.header_bytes
        self._takes_form = settings.access_token is not None
        self._body_bytes = settings.message_bytes
        self._headers = security_headers(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            started = started or message["type"].startswith(("http.", "websocket."))
            await send(message)

        refusal = self._refusal(HTTPConnection(scope))
        if refusal is not None:
            await refusal(scope, receive, send_with_headers)
            return
        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            if not started:
                await error_response(HTTPConnection(scope), 500)(scope, receive, send_with_headers)
            raise

    def _refusal(self, connection: HTTPConnection) -> Response | None:
        host = connection.headers.get("host", "")
        if not self._hosts.allows(host):
            self._tally.refuse("host")
            return error_response(
                connection,
                400,
                Text(
                    "This server is not known as {host!r:.100}. If it should be, start it with"
                    " --allowed-hosts and that name.",
                    host=host,
                ),
            )
        if connection.scope["type"] == "websocket" or _changes(connection):
            origin = connection.headers.get("origin")
            if not origin_allowed(origin, host, self._origins):
                self._tally.refuse("origin")
                return error_response(
                    connection,
                    403,
                    Text(
                        "A page of {origin!r:.100} may not talk to {host!r:.100}. If it should,"
                        " start the server with --allowed-origins and that origin.",
                        origin=origin,
                        host=host,
                    ),
                )
        return self._too_big(connection)

    def _too_big(self, connection: HTTPConnection) -> Response | None:
        """What takes no body is sent none, so none is waited for, read or unpacked. Commands take
        a short one, and so does the form that asks for the access token."""
        scope = connection.scope
        head = len(scope["path"]) + len(scope.get("query_string", b""))
        head += sum(len(name) + len(value) for name, value in scope["headers"])
        if head > self._head_bytes:
            self._tally.refuse("head")
            message = Text(
                "Got a head of {head} bytes, expected at most {most}.",
                head=head,
                most=self._head_bytes,
            )
            return _last_answer(error_response(connection, 431, message))
        headers = connection.headers
        length = headers.get("content-length", "0")
        bytes_ = int(length[:9]) if length.isdecimal() else math.inf
        most = FORM_BYTES if self._takes_form else 0
        if scope["path"].startswith(API) and scope.get("method") == "POST":
            most = max(most, self._body_bytes)
        if "transfer-encoding" in headers or bytes_ > most:
            self._tally.refuse("body")
            message = Text(
                "Got a request with a body, expected none: nothing is sent here that way."
            )
            if most and "transfer-encoding" in headers:
                message = Text("Got a body of unknown length, expected one with a Content-Length.")
            elif most:
                message = Text(
                    "Got a body of {length:.20} bytes, expected at most {most} here.",
                    length=length,
                    most=most,
                )
            return _last_answer(error_response(connection, 413, message))
        return None


def _changes(connection: HTTPConnection) -> bool:
    """Whether a request of the HTTP interface may change something. (Forms of our pages have no
    origin, as they have no referrer.)"""
    scope = connection.scope
    return scope["path"].startswith(API) and scope["method"] not in ("GET", "HEAD", "OPTIONS")


def _last_answer(response: Response) -> Response:
    """An answer after which the connection is closed, with whatever was still to come on it."""
    response.headers["Connection"] = "close"
    return response
