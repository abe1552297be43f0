"""The access token: who knows it may use the page, the API and the websocket.

It comes by `?token=` in a link, by the form of the page that asks for it, or from programs as
`Authorization: Bearer`. A browser is given a cookie that holds a keyed hash of the token: it shows
the token to nobody, is valid on every worker, replica and after a restart, and is worth nothing
once the token has been changed.
"""

import hashlib
import hmac
from collections.abc import Callable
from html import escape
from urllib.parse import parse_qs, quote

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.cookies import cookie
from app.errors import CloseCode
from app.i18n import language_of
from app.plain import page
from app.refusals import refuse
from app.tally import Tally
from app.traffic import Meter, network
from app.translation import translate
from engine.text import Text

COOKIE = "playground_access"
COOKIE_AGE = 30 * 24 * 3600
"""Seconds."""
OPEN_TO_ALL = ("/healthz", "/readyz", "/favicon.ico", "/favicon.svg", "/robots.txt")
"""Paths that say nothing of anybody: load balancers and browsers ask for them unasked."""
GUESS_RATE, GUESS_BURST = 1.0, 600
"""Wrong tokens from one network, per second and at once: a class may mistype, a program not guess.
Beyond that the right one is refused as well, or it could be found by what is refused."""
FORM = "application/x-www-form-urlencoded"
FORM_BYTES = 1024

_ASK = Text("This server asks for an access token.")
_HOW = Text("Open the page with ?token=..., or send the header Authorization: Bearer ....")
_WRONG = Text("That is not the access token of this server.")
_FORM = (
    '<form method="post"><p><label>{label} '
    '<input name="token" type="password" required autofocus autocomplete="current-password">'
    "</label> <button>{button}</button></p></form>"
)


class Access:
    """Knows the right token by its hash alone, and compares in constant time."""

    def __init__(self, token: str, clock: Callable[[], float], tally: Tally | None = None) -> None:
        self._tally = tally or Tally()
        self._digest = _digest(token)
        self.cookie = hmac.new(token.encode(), b"playground cookie", hashlib.sha256).hexdigest()
        self._guesses = Meter(GUESS_RATE, GUESS_BURST, clock)

    def is_token(self, token: str) -> bool:
        """Whether this is the token."""
        return hmac.compare_digest(_digest(token), self._digest)

    def is_cookie(self, cookie: str) -> bool:
        """Whether this is what a browser was given."""
        return hmac.compare_digest(_digest(cookie), _digest(self.cookie))

    def wait(self, address: str) -> float:
        """Seconds until this address may try again."""
        return self._guesses.wait(network(address))

    def wrong(self, address: str) -> None:
        """This address has tried a wrong one."""
        self._tally.refuse("access token")
        self._guesses.count(network(address))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


class Gate:
    """ASGI middleware: lets those pass who have the token, and asks the others for it."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers it."""
        if scope["type"] not in ("http", "websocket") or scope["path"] in OPEN_TO_ALL:
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        address = connection.client.host if connection.client else ""
        if wait := self._access.wait(address):
            seconds = str(int(wait) + 1)
            text = Text(
                "Too many wrong access tokens from your address. Try again in {seconds} s.",
                seconds=seconds,
            )
            await refuse(
                connection,
                receive,
                send,
                status=429,
                close=CloseCode.BUSY,
                code="busy",
                message=text,
                headers={"Retry-After": seconds},
            )
            return
        if scope["type"] == "http" and scope["method"] == "POST" and _is_form(connection):
            await self._log_in(connection, address, receive, send)
            return
        proof = cookie(connection, COOKIE)
        if proof is not None and self._access.is_cookie(proof):
            await self._app(scope, receive, send)
            return
        token = _bearer(connection.headers.get("authorization", ""))
        if token is not None and self._access.is_token(token):
            await self._app(scope, receive, send)
            return
        linked = connection.query_params.get("token") if scope["type"] == "http" else None
        if linked is not None and self._access.is_token(linked):
            await self._app(scope, receive, self._giving_cookie(connection, send))
            return
        tried = any(one is not None for one in (proof, token, linked))
        await self._ask(
            connection, address, receive, send, tried=tried, wrong=(token or linked) is not None
        )

    async def _ask(
        self,
        connection: HTTPConnection,
        address: str,
        receive: Receive,
        send: Send,
        *,
        tried: bool,
        wrong: bool,
    ) -> None:
        """Refuse, and say how to come in. A cookie that is worth nothing is taken away, so that
        it is tried only once."""
        if tried:
            self._access.wrong(address)
        message = _WRONG if wrong else _ASK
        headers = {"WWW-Authenticate": "Bearer", "Set-Cookie": self._set_cookie(connection, "", 0)}
        if connection.scope["type"] == "http" and "text/html" in connection.headers.get(
            "accept", ""
        ):
            await _asking(message, headers, language_of(connection))(
                connection.scope, receive, send
            )
            return
        await refuse(
            connection,
            receive,
            send,
            status=401,
            close=CloseCode.ACCESS,
            code="access",
            message=Text.joined([message, _HOW]),
            headers=headers,
        )

    async def _log_in(
        self, connection: HTTPConnection, address: str, receive: Receive, send: Send
    ) -> None:
        """The form: the right token gives a cookie, and the page that was asked for. What comes
        after # in its address the browser keeps."""
        token = await _form_token(receive)
        if token is None or not self._access.is_token(token):
            await self._ask(connection, address, receive, send, tried=token is not None, wrong=True)
            return
        query = connection.url.remove_query_params("token").query
        here = quote(connection.scope["path"].rpartition("/")[2])
        headers = {"Set-Cookie": self._set_cookie(connection, self._access.cookie, COOKIE_AGE)}
        response = RedirectResponse(f"./{here}{'?' if query else ''}{query}", 303, headers)
        await response(connection.scope, receive, send)

    def _giving_cookie(self, connection: HTTPConnection, send: Send) -> Send:
        """`send`, with a cookie. The page itself is answered, no redirection to it: after a link of
        another site a browser would follow that without the cookie."""

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                cookie = self._set_cookie(connection, self._access.cookie, COOKIE_AGE)
                headers.append("Set-Cookie", cookie)
                headers["Cache-Control"] = "no-store"
            await send(message)

        return send_with_cookie

    def _set_cookie(self, connection: HTTPConnection, value: str, age: int) -> str:
        secure = "; Secure" if connection.url.scheme in ("https", "wss") else ""
        return f"{COOKIE}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}"


def _asking(message: str, headers: dict[str, str], language: str) -> Response:
    """The page that asks."""

    def say(text: str) -> str:
        return translate(text, language)

    label = say(Text("Access token"))
    form = _FORM.format(label=escape(label), button=escape(say(Text("Open"))))
    text = page(label, say(message), form, language=language)
    own = {"Cache-Control": "no-store", "Content-Language": language}
    return HTMLResponse(text, 401, {**headers, **own})


def _bearer(header: str) -> str | None:
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _is_form(connection: HTTPConnection) -> bool:
    return connection.headers.get("content-type", "").partition(";")[0].strip() == FORM


async def _form_token(receive: Receive) -> str | None:
    """What was typed into the form; None when it is too long to be one."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] != "http.request" or len(body) > FORM_BYTES:
            return None
        if not message.get("more_body", False):
            break
    return next(iter(parse_qs(body.decode("utf-8", "replace")).get("token", [])), None)
