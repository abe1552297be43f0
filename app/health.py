"""`/healthz`: is the server alive and how busy; `/readyz`: should it be sent another page.

A server that is not alive is to be started anew, one that is not ready only to be left alone.
"""

import asyncio
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from app import __version__


class Health:
    """Answers `/healthz` and `/readyz` with what can be measured at once."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    async def serve(self, request: Request) -> JSONResponse:
        """The state of the server as JSON; 503 while it is starting or stopping."""
        before = time.perf_counter()
        await asyncio.sleep(0)
        lag = time.perf_counter() - before
        report: dict[str, Any] = {
            "status": "ok",
            "version": __version__,
            "uptime_seconds": round(time.monotonic() - self._started, 3),
            "loop_lag_ms": round(lag * 1000, 3),
            "tasks": len(asyncio.all_tasks()),
        }
        store = getattr(request.app.state, "store", None)
        if store is None:
            report["status"] = "starting or stopping"
        else:
            report["sessions"] = len(store)
        return JSONResponse(
            report, 200 if store is not None else 503, headers={"Cache-Control": "no-store"}
        )

    async def serve_readiness(self, request: Request) -> JSONResponse:
        """200 when a page may come; 503 and the reason when it had better go elsewhere."""
        store = getattr(request.app.state, "store", None)
        obstacle = "starting or stopping" if store is None else store.obstacle()
        status, headers = 200, {"Cache-Control": "no-store"}
        if obstacle is not None:
            status, headers["Retry-After"] = 503, "5"
        return JSONResponse({"status": obstacle or "ready"}, status, headers=headers)
