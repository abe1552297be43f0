"""How things go wrong, in words for people: our exceptions, HTTP errors, and websocket close codes.

    Exception
    ├── PlaygroundError              base of the server's own; its text is one line for a person
    │   ├── SettingsError            an option or environment variable cannot be used
    │   ├── ListenError              the server cannot listen where it was told to
    │   ├── BuildError               the page has not been built
    │   └── ServerFailedError        the server stopped by itself; exit status 1
    ├── AnswerError                  a request that is answered with an error
    └── ValueError
        ├── engine.spec.SpecError    an experiment that cannot be
        └── protocol.CommandError    a message that is no command

No error shows a traceback to a client: over HTTP each has the one form of `error_response`, over a
websocket it is an `ErrorEvent` or, when the connection must end, one of the codes below.
"""

from collections.abc import Mapping
from enum import IntEnum
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from app.i18n import language_of
from app.plain import page
from app.translation import translate
from engine.text import Text, text_of


class PlaygroundError(Exception):
    """Something that a person can put right; the text says what was got and what to do."""


class SettingsError(PlaygroundError):
    """An option or an environment variable cannot be used."""


class ListenError(PlaygroundError):
    """The server cannot listen on the address or port that it was told to."""


class BuildError(PlaygroundError):
    """The page has not been built."""


class ServerFailedError(PlaygroundError):
    """The server stopped because something in it failed."""


class AnswerError(Exception):
    """A request that cannot be done; the text says what was got, what was expected and what to do.

    The answer has this status, and headers of its own.
    """

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})


class CloseCode(IntEnum):
    """Why the server ended a websocket, and so what the page should do about it."""

    explanation: str

    def __new__(cls, value: int, explanation: str) -> "CloseCode":
        """A code that carries its explanation."""
        code = int.__new__(cls, value)
        code._value_ = value
        code.explanation = explanation
        return code

    UNSUPPORTED_DATA = 1003, "A binary message came, but pages send only text; a fault of the page."
    INVALID_DATA = 1007, "A message was not UTF-8; a fault of the page."
    POLICY = 1008, "Messages came faster than the server accepts; the page waits, then reconnects."
    TOO_BIG = 1009, "A message was longer than the server accepts; a fault of the page."
    INTERNAL = 1011, "The server failed; the page reconnects."
    STOPPING = 1012, "The server is stopping or restarting; the page reconnects."
    BUSY = 1013, "The server has no room for another session; the page tries again later."
    PROTOCOL_VERSION = 4000, "The page is older or newer than the server; it must be loaded again."
    TAKEN_OVER = 4001, "Another connection resumed the same session; this one stays closed."
    ACCESS = 4003, "The server asks for its access token; the page must be loaded again."
    NO_HELLO = 4002, "The first message did not come in time or was no hello; the page reconnects."


_MESSAGES = {
    404: Text("There is no page at this address."),
    405: Text("This address cannot be used in this way."),
    500: Text("The server failed. The failure has been logged; please try again."),
}


def error_response(connection: HTTPConnection, status: int, message: str = "") -> Response:
    """An HTTP error: a readable page for a browser, otherwise the one JSON form of our errors.

    `{"error": {"status": 404, "code": "not_found", "message": "..."}}`
    """
    known = HTTPStatus(status)
    message = message or _MESSAGES.get(status, known.description or known.phrase)
    language = language_of(connection)
    message = translate(message, language)
    headers = {"Cache-Control": "no-store", "Content-Language": language}
    if "text/html" in connection.headers.get("accept", ""):
        title = f"{status} {translate(Text(known.phrase), language)}"
        return HTMLResponse(page(title, message, language=language), status, headers)
    code = known.name.lower()
    error = {"status": status, "code": code, "message": message}
    return JSONResponse({"error": error}, status, headers)


async def http_error(request: Request, error: Exception) -> Response:
    """Handler of the errors that routing raises (404, 405)."""
    assert isinstance(error, HTTPException)
    own_words = error.detail if error.detail != HTTPStatus(error.status_code).phrase else ""
    response = error_response(request, error.status_code, own_words)
    response.headers.update(error.headers or {})
    return response


async def answer_error(request: Request, error: Exception) -> Response:
    """Handler of what a request is told by an `AnswerError`."""
    assert isinstance(error, AnswerError)
    response = error_response(request, error.status, text_of(error))
    response.headers.update(error.headers)
    return response
