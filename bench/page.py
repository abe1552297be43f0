"""The page in headless Chromium: how soon it is there, how smoothly it runs, and whether it ages.

Frames are those that the page has drawn, at full speed, next to the animation frames of an empty
page in the same browser; the time until it can be used is that of the first frame drawn, next to
the load of an empty page from the same server. The browser has no GPU, and shares the machine's
cores with the server.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.machine import free_port
from bench.table import Row, markdown

PORT = free_port()
ADDRESS = f"http://127.0.0.1:{PORT}"
SECONDS = 6.0
LOADS = 5
SETTLE_MS = 2500
SPIRAL = "features=x1,x2,x1^2,x2^2,x1*x2,sin x1,sin x2&dataset=spiral"
CASES = {  # link, the largest share of the main thread, epochs after which it is looked at again
    "default": ("", "under 35", 100_000),
    "spiral, 7-8-8-1 tanh": (f"#v=1&{SPIRAL}&layers=8:tanh,8:tanh", "", 20_000),
    "spiral, 7-(8 x 6)-1 tanh": (
        f"#v=1&{SPIRAL}&layers=" + ",".join(["8:tanh"] * 6),
        "under 60",
        20_000,
    ),
}
WATCH = """
window.bench = {shift: 0, ready: 0, usable: 0};
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.bench.shift += entry.value;
}).observe({type: "layout-shift", buffered: true});
const look = () => {
  const play = document.querySelector('button[aria-label="Play"]');
  const isSeen = play?.checkVisibility({visibilityProperty: true}) && !play.disabled;
  if (isSeen && !window.bench.usable) window.bench.usable = performance.now();
  const loss = document.querySelector('output[aria-label="Training loss"]');
  if (loss?.textContent.includes(".")) window.bench.ready = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
WORKERS = """() => performance.getEntriesByType('resource')
  .filter(({name}) => name.includes('/workers/'))
  .reduce((sum, {transferSize}) => sum + transferSize, 0)"""
"""Bytes of scripts that DevTools does not count with the page."""


def measure() -> list[Row]:
    """All there is to see in a browser; nothing where there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        print("Left out: Playwright is not installed (make setup).")
        return []
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        print("Left out: no Chromium found; set CHROMIUM to its path.")
        return []
    options = ["--no-sandbox", "--disable-background-networking", "--disable-sync"]
    with serving(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=options)
        rows = _arrival(browser)
        for name, (link, busy, epochs) in CASES.items():
            rows += _run(browser, name, link, busy, epochs)
        browser.close()
    return rows


@contextmanager
def serving() -> Iterator[None]:
    """A server of its own."""
    with tempfile.TemporaryDirectory() as snapshots:
        environment = {**os.environ, "PLAYGROUND_SNAPSHOT_DIR": snapshots}
        command = [sys.executable, "-m", "app", "serve", "--port", str(PORT)]
        server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            _wait(server)
            yield
        finally:
            server.terminate()
            server.wait()


def _wait(server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{ADDRESS}/healthz").close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    server.kill()
    raise SystemExit(f"no server on port {PORT}")


# --- until the first Play -------------------------------------------------------------------------


def _arrival(browser: Any) -> list[Row]:
    loads = [_load(browser) for _ in range(LOADS)]
    empty = statistics.median(_empty(browser) for _ in range(LOADS))
    usable = statistics.median(load.usable for load in loads)
    ready = statistics.median(load.ready for load in loads)
    size = statistics.median(load.size for load in loads)
    shift = max(load.shift for load in loads)
    return [
        Row("first visit: until controls can be used", usable, "ms", "an empty page", empty,
            empty / usable, target="under 400"),
        Row("first visit: until the network is drawn", ready, "ms", "an empty page", empty,
            empty / ready),
        Row("first visit: bytes before Play", size / 1000, "kB", target="under 150"),
        Row("first visit: layout shift", shift, "score", target="0"),
    ]  # fmt: skip


@dataclass
class Load:
    """A visit with an empty cache."""

    usable: float
    """Milliseconds until Play can be pressed."""
    ready: float
    """Milliseconds until the first frame is drawn."""
    size: float
    """Bytes received, headers and all."""
    shift: float


def _load(browser: Any) -> Load:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH)
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    received: list[float] = []
    devtools.on("Network.loadingFinished", lambda e: received.append(e["encodedDataLength"]))
    page.goto(ADDRESS)
    page.wait_for_timeout(SETTLE_MS)
    seen = page.evaluate("() => window.bench")
    size = sum(received) + page.evaluate(WORKERS)
    context.close()
    return Load(seen["usable"], seen["ready"], size, seen["shift"])


def _empty(browser: Any) -> float:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{ADDRESS}/healthz")
    timing = "() => performance.getEntriesByType('navigation')[0].loadEventEnd"
    loaded = float(page.evaluate(timing))
    context.close()
    return loaded


# --- at full speed --------------------------------------------------------------------------------


@dataclass
class Sample:
    """Counters of a page at one moment."""

    at: float
    epoch: int
    acks: int
    busy: float
    worked: float


@dataclass
class Pace:
    """What a page does in a second."""

    frames: float
    epochs: float
    busy: float
    """Per cent of the time in which the main thread has a task, or waits within one for a core."""
    worked: float
    """Per cent of a core that the main thread takes."""


def _run(browser: Any, name: str, link: str, busy: str, epochs: int) -> list[Row]:
    still = _animation_frames(browser)
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(WATCH)
    acks = [0]

    def sent(payload: str | bytes) -> None:
        acks[0] += '"ack"' in str(payload)

    page.on("websocket", lambda socket: socket.on("framesent", sent))
    page.goto(f"{ADDRESS}/{link}")
    page.get_by_role("slider", name="Speed").focus()
    page.keyboard.press("End")
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    processor = page.context.new_cdp_session(page)
    processor.send("Performance.enable", {"timeDomain": "threadTicks"})

    def counters(session: Any = devtools) -> dict[str, float]:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return {metric["name"]: metric["value"] for metric in metrics}

    def sample() -> Sample:
        shown = page.get_by_role("status", name="Epoch", exact=True).inner_text()
        epoch = int(re.sub(r"\D", "", shown))
        busy, worked = counters()["TaskDuration"], counters(processor)["TaskDuration"]
        return Sample(time.monotonic(), epoch, acks[0], busy, worked)

    def pace() -> Pace:
        before = sample()
        page.wait_for_timeout(SECONDS * 1000)
        after = sample()
        seconds = after.at - before.at
        return Pace(
            (after.acks - before.acks) / seconds,
            (after.epoch - before.epoch) / seconds,
            (after.busy - before.busy) / seconds * 100,
            (after.worked - before.worked) / seconds * 100,
        )

    def took(pace: Pace) -> str:
        return f"{pace.worked:.0f} % of a core"

    def heap() -> float:
        devtools.send("HeapProfiler.collectGarbage")
        return counters()["JSHeapUsedSize"] / 1e6

    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_timeout(1000)
    first, early = pace(), heap()
    while sample().epoch < epochs:
        page.wait_for_timeout(500)
    later, late = pace(), heap()
    shift = page.evaluate("() => window.bench.shift")
    page.close()
    aged, of_all = f"after {epochs:,} epochs", "animation frames of an empty page"
    return [
        Row(f"{name}: frames drawn", first.frames, "frames/s", of_all, still, first.frames / still,
            target="60", note=f"{first.epochs:,.0f} epochs/s"),
        Row(f"{name}: main thread", first.busy, "% busy", target=busy, note=took(first)),
        Row(f"{name}, {aged}: frames drawn", later.frames, "frames/s", "the same page before",
            first.frames, later.frames / first.frames, target="no slower",
            note=f"{later.epochs:,.0f} epochs/s"),
        Row(f"{name}, {aged}: main thread", later.busy, "% busy", "the same page before",
            first.busy, first.busy / later.busy, target=busy, note=took(later)),
        Row(f"{name}, {aged}: memory", late, "MB", "the same page before", early, early / late,
            target="flat"),
        Row(f"{name}: layout shift while it runs", shift, "score", target="0"),
    ]  # fmt: skip


def _animation_frames(browser: Any) -> float:
    """Animation frames a second of an empty page."""
    page = browser.new_page()
    page.goto(f"{ADDRESS}/healthz")
    count = """() => new Promise((resolve) => {
      let frames = 0;
      const start = performance.now();
      const step = (now) => {
        frames += 1;
        if (now - start < 2000) requestAnimationFrame(step);
        else resolve((frames * 1000) / (now - start));
      };
      requestAnimationFrame(step);
    })"""
    frames = float(page.evaluate(count))
    page.close()
    return frames


if __name__ == "__main__":
    print(markdown(measure()))
