"""Refusals that a person can read, over HTTP and over a websocket alike.

A browser shows a script nothing of a websocket that was not opened. So where the page should say
why, the websocket is opened, told in an `ErrorEvent`, and closed with a code.
"""

from collections.abc import Mapping

from starlette.requests import HTTPConnection
from starlette.types import Receive, Send

from app.errors import CloseCode, error_response
from app.i18n import language_of
from app.protocol import ErrorEvent
from app.translation import translate

REASON_BYTES = 120
"""Of the text of a close code; a frame of control has room for 123."""


async def refuse(
    connection: HTTPConnection,
    receive: Receive,
    send: Send,
    *,
    status: int,
    close: CloseCode,
    code: str,
    message: str,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Answer a request with an HTTP status, or a websocket with an event and a close code."""
    if connection.scope["type"] == "http":
        response = error_response(connection, status, message)
        response.headers.update(headers or {})
        await response(connection.scope, receive, send)
        return
    await receive()  # websocket.connect
    said = translate(message, language_of(connection))
    event = ErrorEvent(code=code, message=said)
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": event.model_dump_json()})
    await send({"type": "websocket.close", "code": int(close), "reason": close_reason(said)})


def close_reason(text: str) -> str:
    """As much of a text as a close frame holds."""
    return text.encode()[:REASON_BYTES].decode(errors="ignore")
