"""The page at full speed in headless Chromium: frames, epochs, and how busy its main thread is.

The reference is TensorFlow Playground, which trains one epoch for each animation frame: 60 epochs/s
at best, 45 on the spiral with two layers of eight, measured on a two-core machine of this kind.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from typing import Any

PORT = 8391
SECONDS = 6.0
SPIRAL = "features=x1,x2,x1^2,x2^2,x1*x2,sin x1,sin x2&dataset=spiral"
CASES = {
    "default": ("", 60),
    "spiral, 7-8-8-1 tanh": (f"#v=1&{SPIRAL}&layers=8:tanh,8:tanh", 45),
    "spiral, 7-(8 x 6)-1 tanh": (f"#v=1&{SPIRAL}&layers=" + ",".join(["8:tanh"] * 6), 22),
}


@dataclass
class Sample:
    """Counters of a page at one moment."""

    at: float
    epoch: int
    acks: int
    busy: float


def main() -> int:
    """Prints a Markdown table."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        print("Skipped: Playwright is not installed (make setup).")
        return 0
    browser_path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not browser_path:
        print("Skipped: no Chromium found; set CHROMIUM to its path.")
        return 0
    with tempfile.TemporaryDirectory() as snapshots, sync_playwright() as playwright:
        server = _serve(snapshots)
        try:
            browser = playwright.chromium.launch(
                executable_path=browser_path,
                args=["--no-sandbox", "--disable-background-networking", "--disable-sync"],
            )
            print(
                "| experiment | frames/s | epochs/s | / TensorFlow Playground | main thread busy |"
                " after 20,000 epochs: frames/s | epochs/s | busy |"
            )
            print("| --- |" + " --: |" * 7)
            for name, (link, reference) in CASES.items():
                print(_row(browser, name, link, reference), flush=True)
            browser.close()
        finally:
            server.terminate()
            server.wait()
    return 0


def _serve(snapshots: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PLAYGROUND_SNAPSHOT_DIR": snapshots}
    command = [sys.executable, "-m", "app", "serve", "--port", str(PORT)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz").close()
        except OSError:
            time.sleep(0.1)
        else:
            return server
    server.kill()
    raise SystemExit(f"no server on port {PORT}")


def _row(browser: Any, name: str, link: str, reference: float) -> str:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    acks = [0]

    def sent(payload: str | bytes) -> None:
        acks[0] += '"ack"' in str(payload)

    page.on("websocket", lambda socket: socket.on("framesent", sent))
    page.goto(f"http://127.0.0.1:{PORT}/{link}")
    page.get_by_role("slider", name="Speed").focus()
    page.keyboard.press("End")
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")

    def sample() -> Sample:
        metrics = devtools.send("Performance.getMetrics")["metrics"]
        busy = next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")
        shown = page.get_by_role("status", name="Epoch", exact=True).inner_text()
        return Sample(time.monotonic(), int(re.sub(r"\D", "", shown)), acks[0], busy)

    def measure() -> tuple[float, float, float]:
        before = sample()
        page.wait_for_timeout(SECONDS * 1000)
        after = sample()
        seconds = after.at - before.at
        return (
            (after.acks - before.acks) / seconds,
            (after.epoch - before.epoch) / seconds,
            (after.busy - before.busy) / seconds,
        )

    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_timeout(1000)
    frames, epochs, busy = measure()
    while sample().epoch < 20_000:
        page.wait_for_timeout(500)
    later = measure()
    page.close()
    return (
        f"| {name} | {frames:.0f} | {epochs:,.0f} | {epochs / reference:.0f} | {busy:.0%} "
        f"| {later[0]:.0f} | {later[1]:,.0f} | {later[2]:.0%} |"
    )


if __name__ == "__main__":
    sys.exit(main())
