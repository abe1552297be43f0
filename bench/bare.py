"""The least that a server can do: a websocket that sends the same bytes whenever the last ones were
acknowledged. The reference of `bench.sessions`, under the same uvicorn with the same settings."""

import sys
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

from app.server import config
from app.settings import Settings

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def bare(size: int) -> Callable[[dict[str, Any], Receive, Send], Awaitable[None]]:
    """An ASGI application whose frames have that many bytes."""

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            while True:
                kind = (await receive())["type"]
                await send({"type": f"{kind}.complete"})
                if kind == "lifespan.shutdown":
                    return
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 204})
            await send({"type": "http.response.body"})
            return
        await receive()
        await send({"type": "websocket.accept"})
        number = 0
        while (await receive())["type"] == "websocket.receive":
            for _ in range(1 if number else 2):  # two under way, as sessions have
                number += 1
                head = b'{"seq":%d,"base":0,"run":1,"epoch":%d' % (number, number)
                await send({"type": "websocket.send", "bytes": head.ljust(size)})

    return app


if __name__ == "__main__":
    port, size = int(sys.argv[1]), int(sys.argv[2])
    settings = Settings(snapshot_dir=None)
    used = config(bare(size), settings)  # type: ignore[arg-type]
    used.port = port
    uvicorn.Server(used).run()
