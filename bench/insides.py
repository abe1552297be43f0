"""What looking inside costs: epochs with the page's panels open, and with all of them closed.

Run `python -m bench.insides`. A page without a browser plays at full speed on a server of its own,
in turns with nothing watched and with what the page watches when the layer health, the advisor and
the confusion table are open. Diagnostics may take a fifth of the time.
"""

import json
import re
import statistics
import time
from typing import Any
from urllib.parse import quote

from websockets.sync.client import ClientConnection, connect

from app.protocol import VERSION
from bench.sessions import playground
from bench.table import Row, markdown

OPEN = [{"kind": "layer_health"}, {"kind": "advice"}, {"kind": "output"}]
CASES = {
    "default: 2-4-2-1 tanh": "",
    "2-(8 x 6)-1 sigmoid": "#v=1&layers=" + ",".join(["8:sigmoid"] * 6),
    "2-(32 x 30)-1 relu": "#v=1&initializer=he_normal&layers=" + ",".join(["32:relu"] * 30),
}
ROUNDS = 5
SECONDS = 1.5
SETTLE = 0.3
_FRAME = re.compile(rb'"seq":(\d+).*?"epoch":(\d+)')
_BEAT = 1 / 60


class Page:
    """A page that draws sixty times a second."""

    def __init__(self, socket: ClientConnection, link: str) -> None:
        self._socket = socket
        self._epoch = 0
        self._drawn = 0.0
        self._say(type="hello", protocol=VERSION, hash=quote(link, safe="#&=,:"))
        self._say(type="speed", epochs_per_second=None)
        self._say(type="play")

    def _say(self, **command: Any) -> None:
        self._socket.send(json.dumps(command))

    def watch(self, diagnostics: list[dict[str, str]]) -> None:
        """Open panels, or close them."""
        self._say(type="watch", diagnostics=diagnostics)

    def play(self, seconds: float) -> tuple[float, int]:
        """Epochs per second, and how many diagnostics came."""
        first, start, heard = None, time.perf_counter(), 0
        while (now := time.perf_counter()) < start + seconds:
            try:
                message = self._socket.recv(timeout=start + seconds - now)
            except TimeoutError:
                break
            if isinstance(message, str):
                heard += '"type":"diagnostic"' in message
                continue
            found = _FRAME.search(message, 0, 200)
            if found is None:
                continue
            self._epoch = int(found[2])
            if first is None:
                first, start_at = self._epoch, time.perf_counter()
            time.sleep(max(0.0, self._drawn + _BEAT - time.perf_counter()))
            self._drawn = time.perf_counter()
            self._say(type="ack", seq=int(found[1]))
        if first is None:
            return 0.0, heard
        return (self._epoch - first) / (time.perf_counter() - start_at), heard


def measure() -> list[Row]:
    """A row for each network."""
    rows = []
    with playground(1) as (_, ports):
        for name, link in CASES.items():
            with connect(f"ws://127.0.0.1:{ports[0]}/ws", max_size=None) as socket:
                rows.append(_row(name, Page(socket, link)))
    return rows


def _row(name: str, page: Page) -> Row:
    closed: list[float] = []
    open_: list[float] = []
    counts: list[float] = []
    page.play(1.0)
    for _ in range(ROUNDS):
        for diagnostics, epochs in (([], closed), (OPEN, open_)):
            page.watch(diagnostics)
            page.play(SETTLE)
            rate, heard = page.play(SECONDS)
            epochs.append(rate)
            if diagnostics:
                counts.append(heard / SECONDS)
            elif heard:
                raise SystemExit(f"{name}: a diagnostic came though none was watched")
    ratios = [a / b for a, b in zip(open_, closed, strict=True)]
    return Row(
        f"{name}: with panels open",
        statistics.median(open_),
        "epochs/s",
        "with panels closed",
        statistics.median(closed),
        statistics.median(ratios),
        worst=min(ratios),
        target="ratio of 0.8 or more",
        note=f"{statistics.median(counts):.0f} measurements a second",
    )


if __name__ == "__main__":
    print(markdown(measure()))
