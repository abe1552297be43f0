"""The HTTP interface: sessions for programs that open no websocket.

A session is begun at `/api/sessions`, and from then on `/api/session` is the one whose token a
request bears, in a header and never in an address, which is logged in many places. Whoever sends
the token may do what the page of the session may do, by the same commands.

`/api/openapi.json` describes it all, made from the signatures and models here.
"""

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, cast

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.security import APIKeyHeader

from app import answers, events, frames
from app.answers import Commands, CreatedSession, ErrorAnswer, NewSession, SessionState
from app.errors import AnswerError, error_response
from app.frames import FrameMaker
from app.i18n import language_of
from app.protocol import HistoryEvent
from app.resolution import Sides
from app.sessions import Held
from app.settings import Settings
from app.spec_model import read_changes
from app.validation import explain_all
from app.visits import Visits
from engine import url
from engine.changes import evolve
from engine.fields import SpecError
from engine.text import Text, text_of

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

BINARY = "application/octet-stream"
DESCRIPTION = """
Train small neural networks in sessions of a server, by the same commands as its page.

`POST /api/sessions` begins a session and gives its token, which every other request sends in the
header `Session-Token`. Where the server asks for an access token, that goes into
`Authorization: Bearer ...`. A session trains while a request waits for it (`wait`) or a page is
connected to it. Errors have one form, and say what was got, what was expected and what to do.
"""
_ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorAnswer, "description": "Something in the request cannot be"},
    401: {"model": ErrorAnswer, "description": "No session has this token, or none was sent"},
    409: {"model": ErrorAnswer, "description": "A command cannot be followed now"},
    413: {"model": ErrorAnswer, "description": "The body is too long"},
    415: {"model": ErrorAnswer, "description": "The body is not said to be JSON"},
    429: {"model": ErrorAnswer, "description": "Too much from this address or for this session"},
    503: {"model": ErrorAnswer, "description": "The server has no room, is starting or stopping"},
}
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_token = APIKeyHeader(
    name="Session-Token",
    scheme_name="session",
    description="The token that POST /api/sessions gave",
    auto_error=False,
)


def _visits(request: Request) -> Visits:
    visits: Visits | None = getattr(request.app.state, "visits", None)
    if visits is None:
        raise AnswerError(503, Text("The server is starting or stopping."), {"Retry-After": "5"})
    return visits


async def _held(
    request: Request,
    visits: Annotated[Visits, Depends(_visits)],
    token: Annotated[str | None, Depends(_token)],
) -> AsyncIterator[Held]:
    async with visits.visit(token, _address(request)) as held:
        yield held


Here = Annotated[Visits, Depends(_visits)]
Ours = Annotated[Held, Depends(_held)]
router = APIRouter(prefix="/api", responses=_ERRORS)


@router.post(
    "/sessions",
    status_code=201,
    response_model=CreatedSession,
    responses={401: {"model": ErrorAnswer, "description": "The server asks for an access token"}},
)
async def begin_session(request: Request, new: NewSession, visits: Here) -> Response:
    """Begin a session. Its token is in the answer, and nowhere else."""
    decoded = url.decode(new.hash)
    try:
        spec, changed = evolve(decoded.spec, read_changes(new.spec))
    except SpecError as error:
        request.app.state.store.tally.refuse("experiment")
        raise AnswerError(
            400,
            Text(
                "spec.{error}",
                error=text_of(error),
            ),
        ) from None
    held = await visits.begin(spec, events.from_link(decoded.view), _address(request))
    held.session.play_as(decoded.view)
    held.requests += 1
    try:
        said = await visits.follow(held, new.commands)
        await _rest(request, visits, held, new.wait)
        await visits.keep(held)
    except AnswerError:  # nobody has its token
        await visits.remove(held)
        raise
    finally:
        held.requests -= 1
    notices = events.told([*decoded.notices, *changed])
    language = language_of(request)
    state = answers.state(held.session, said, notices=notices, token=held.token, language=language)
    return _json(state, 201)


@router.get("/session", response_model=SessionState)
async def look_at_session(visits: Here, held: Ours) -> Response:
    """The session as it is now."""
    async with visits.turn(held):
        return _json(answers.state(held.session))


@router.delete("/session", status_code=204)
async def remove_session(visits: Here, held: Ours) -> Response:
    """End the session for good. Its token is worth nothing any more."""
    await visits.remove(held)
    return Response(status_code=204, headers={"Cache-Control": "no-store"})


@router.post("/session/commands", response_model=SessionState)
async def command_session(request: Request, todo: Commands, visits: Here, held: Ours) -> Response:
    """Have the session follow commands, in order, and wait for what they start. When one cannot be
    followed, those before it have been.
    """
    try:
        said = await visits.follow(held, todo.commands)
        await _rest(request, visits, held, todo.wait)
    finally:
        await visits.keep(held)
    async with visits.turn(held):
        return _json(answers.state(held.session, said, language=language_of(request)))


@router.get(
    "/session/frame",
    response_model=answers.Frame,
    responses={200: {"content": {BINARY: _BYTES}}},
)
async def look_at_network(
    request: Request,
    visits: Here,
    held: Ours,
    wanted: Annotated[answers.FrameQuery, Query()],
) -> Response:
    """The network as it is now: parameters in full precision, losses, metrics and, when a side is
    asked for, maps of the outputs.

    With `Accept: application/octet-stream` it is the binary message of the protocol, with
    parameters in single precision and the maps of all units, whatever the side.
    """
    async with visits.turn(held):
        if _wants_bytes(request):
            settings: Settings = request.app.state.settings
            sides = Sides(settings.output_side, settings.unit_side)
            return _bytes(FrameMaker().make(held.session, sides))
        return _json(answers.frame(held.session, wanted.side))


@router.get(
    "/session/points",
    response_model=answers.Points,
    responses={200: {"content": {BINARY: _BYTES}}},
)
async def look_at_points(request: Request, visits: Here, held: Ours) -> Response:
    """The data points.

    With `Accept: application/octet-stream`, they are the binary message of the protocol.
    """
    async with visits.turn(held):
        if _wants_bytes(request):
            return _bytes(frames.points(held.session))
        return _json(answers.points(held.session))


@router.get("/session/history", response_model=HistoryEvent)
async def look_at_history(visits: Here, held: Ours) -> Response:
    """The losses so far, thinned where there are many."""
    async with visits.turn(held):
        return _json(answers.history(held.session))


async def invalid_request(request: Request, error: Exception) -> Response:
    """Handler of what cannot be read, in the words of the protocol."""
    assert isinstance(error, RequestValidationError)
    found = cast("Sequence[ErrorDetails]", error.errors())
    for item in found:
        if item["type"] == "json_invalid":
            reason = item.get("ctx", {}).get("error", "it ends too early")
            message = Text(
                "Got a body that is no JSON ({reason:.100}), expected a JSON object.",
                reason=reason,
            )
            return error_response(request, 400, message)
        if isinstance(item["input"], bytes):
            type_ = request.headers.get("content-type", "")
            message = Text(
                "Got a body of type {type!r:.60}, expected one of application/json.", type=type_
            )
            return error_response(request, 415, message)
    request.app.state.store.tally.refuse("command")
    for item in found:
        item["loc"] = item["loc"][item["loc"][:1] == ("body",) :]
    return error_response(request, 400, explain_all(found))


async def _rest(request: Request, visits: Visits, held: Held, seconds: float) -> None:
    if seconds > 0:
        longest = request.app.state.settings.longest_wait
        await visits.rest(held, min(seconds, longest), request.is_disconnected)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _wants_bytes(request: Request) -> bool:
    return BINARY in request.headers.get("accept", "")


def _json(body: bytes, status: int = 200) -> Response:
    return Response(body, status, {"Cache-Control": "no-store"}, "application/json")


def _bytes(body: bytes) -> Response:
    return Response(body, 200, {"Cache-Control": "no-store"}, BINARY)
