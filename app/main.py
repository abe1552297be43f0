"""The application: what is answered at which address, and what lives as long as the server."""

import contextlib
import time
from collections.abc import AsyncIterator
from functools import cache, partial

from fastapi import FastAPI, WebSocket
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

from app import __version__, api, connection
from app.access import Access, Gate
from app.assets import ICON, ROBOTS, Assets, Payload
from app.catalog import build_catalog, for_page
from app.errors import AnswerError, answer_error, http_error
from app.health import Health
from app.i18n import VARIES, language_of
from app.metrics import Metrics
from app.pages import Pages, dump_json
from app.protocol_page import ProtocolPages
from app.security import Guard, content_policy
from app.sessions import SessionStore
from app.settings import Settings
from app.tally import Tally
from app.traffic import Throttle, Traffic
from app.visits import Visits


def create_app(settings: Settings) -> FastAPI:
    """The application with these settings; several may live in one process, as tests do."""
    assets = Assets()
    pages = Pages(
        assets,
        lambda language: for_page(build_catalog(language)),
        settings.frame_ancestors,
        partial(content_policy, settings),
    )
    protocol = ProtocolPages()
    tally = Tally()
    traffic = Traffic(settings, tally=tally)
    metrics = Metrics(settings, tally, traffic)
    health = Health()

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            async with SessionStore(settings, tally=tally).running() as store:
                app.state.store = store
                app.state.visits = Visits(store, settings, traffic)
                async with metrics.running(store):
                    yield
        finally:
            app.state.store = app.state.visits = None

    @cache
    def catalog_in(language: str) -> Payload:
        return Payload.of(dump_json(build_catalog(language)).encode(), "application/json")

    async def serve_catalog(request: Request) -> Response:
        language = language_of(request)
        return catalog_in(language).response(request, {**VARIES, "Content-Language": language})

    async def websocket(websocket: WebSocket) -> None:
        await connection.serve(websocket, websocket.app.state.store, settings)

    gate = []
    if settings.access_token is not None:
        access = Access(settings.access_token.get_secret_value(), time.monotonic, tally)
        gate = [Middleware(Gate, access=access)]

    app = FastAPI(
        title="Neural Network Playground",
        version=__version__,
        description=api.DESCRIPTION,
        openapi_url="/api/openapi.json",
        docs_url=None,  # they load their scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
        middleware=[
            Middleware(Guard, settings=settings, tally=tally),
            Middleware(Throttle, traffic=traffic),
            *gate,
        ],
        exception_handlers={
            HTTPException: http_error,
            AnswerError: answer_error,
            RequestValidationError: api.invalid_request,
        },
        routes=[
            Route("/", pages.index),
            Route("/join", pages.join),
            Route("/site.webmanifest", pages.manifest),
            Route("/api/catalog", serve_catalog),
            Route("/static/{path:path}", assets.serve),
            Route("/healthz", health.serve),
            Route("/readyz", health.serve_readiness),
            Route("/metrics", metrics.serve),
            Route("/protocol", protocol.html),
            Route("/protocol.json", protocol.json.serve),
            Route("/favicon.ico", ICON.serve),
            Route("/favicon.svg", ICON.serve),
            Route("/robots.txt", ROBOTS.serve),
            WebSocketRoute("/ws", websocket),
        ],
    )
    app.include_router(api.router)
    app.state.settings = settings
    app.state.traffic = traffic
    return app
