"""Browser tests: the real command line server in a process of its own, and a real Chromium.

They run as a pytest process of their own (`make e2e`), because Playwright keeps an event loop
running.
"""

import ctypes
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

#: What Playwright 1.65 switches off. The last list that Chromium is given counts, so that another
#: has to repeat it.
FEATURES_OFF = [
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
]
#: Pages of the browser's own behind its address bar, two to a window. No test looks at them, and
#: they took four tenths of the time to open a page.
ADDRESS_BAR = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"]
BACKGROUND_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    f"--disable-features={','.join(FEATURES_OFF + ADDRESS_BAR)}",
]
PR_SET_PDEATHSIG = 1

#: The tabs of the dock.
PANELS = [
    "Layer health",
    "Hidden space",
    "Activation function",
    "Gradients",
    "Initialization",
    "Output",
]

SCHEME_MS = 300  # until a theme is there

expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the browser that `make e2e` found, without traffic of its own."""
    return {
        **browser_type_launch_args,
        "executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "args": BACKGROUND_FLAGS,
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": {"width": 1440, "height": 900}}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with_parent() -> None:
    """The server must not outlive a test run that is killed (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Server:
    """`playground serve` in a process that can be killed and started again on the same port."""

    def __init__(self, snapshots: Path, command: list[str] | None = None) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = command or [sys.executable, "-m", "app", "serve"]
        self._environment = {
            **os.environ,
            "PLAYGROUND_SNAPSHOT_DIR": str(snapshots),
            "OPENBLAS_NUM_THREADS": "1",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [*self._command, "--port", str(self.port)],
            env=self._environment,
            preexec_fn=_die_with_parent,
        )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            assert self._process.poll() is None, "the server ended while starting"
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(f"no answer from {self.url}/healthz within 20 s")

    def kill(self) -> None:
        """As a crash would: no warning, no clean-up."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=20)
            self._process = None


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that do not stop it."""
    server = Server(tmp_path_factory.mktemp("snapshots"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server that the test may kill."""
    server = Server(tmp_path)
    server.start()
    yield server
    server.stop()


class Watch:
    """What a page must never do: log an error, throw, or leave its origin."""

    def __init__(self, page: Page) -> None:
        self.errors: list[str] = []
        self.foreign: list[str] = []
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.errors.append(str(e)))
        page.on("request", self._request)

    def _request(self, request: Any) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
            self.foreign.append(request.url)


@pytest.fixture
def watch(page: Page) -> Iterator[Watch]:
    watch = Watch(page)
    yield watch
    assert watch.errors == []
    assert watch.foreign == []


Opener = Callable[..., Page]


def in_both_themes(page: Page) -> Iterator[str]:
    """Light, then dark, in the same page: a theme is switched, not loaded. Without motion, as what
    is not in sight keeps its old colours in the middle of a transition.
    """
    schemes: list[Literal["light", "dark"]] = ["light", "dark"]
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.wait_for_timeout(SCHEME_MS)
        yield scheme


@pytest.fixture
def opened(page: Page, server: Server, watch: Watch) -> Opener:
    """Open the playground at a hash and wait until it is connected and has drawn a frame."""

    def open_at(hash_: str = "", url: str | None = None) -> Page:
        page.goto(f"{url or server.url}/{hash_}")
        wait_ready(page)
        return page

    return open_at


def by_links(page: Page) -> Callable[[str], Page]:
    """How links are opened in a page that is going to be loaded, as those that are pasted into the
    address. That takes a fraction of what it costs to load the page.
    """
    experiments: list[str] = []

    def hear(message: str | bytes) -> None:
        if isinstance(message, str) and json.loads(message)["type"] == "experiment":
            experiments.append(message)

    def open_at(hash_: str) -> Page:
        known = len(experiments)
        page.evaluate("hash => { location.hash = hash; }", hash_)
        # Messages are heard while Playwright is at work: when it is asked for the address.
        until(lambda: bool(address(page)) and len(experiments) > known, f"{hash_} is opened")
        expect(page.locator("output.epoch")).to_have_text(re.compile("^000.000$"))
        wait_ready(page)
        return page

    page.on("websocket", lambda socket: socket.on("framereceived", hear))
    return open_at


@pytest.fixture(scope="module")
def kept(
    browser: Browser, browser_context_args: dict[str, Any], server: Server
) -> Iterator[Callable[[str], Page]]:
    """Open a link in a page that the tests of a file share. For what a link opens, and nothing else
    changes: menus, dialogs, undo and what the browser remembers are those of the tests before.
    """
    context = browser.new_context(**browser_context_args)
    page = context.new_page()
    watch, open_at = Watch(page), by_links(page)
    page.goto(server.url)
    wait_ready(page)
    yield open_at
    context.close()
    assert watch.errors == []
    assert watch.foreign == []


def wait_ready(page: Page) -> None:
    """Connected, and the first frame is on the screen: the loss has a value."""
    loss = page.locator(".readout-training").get_by_role("status")
    expect(loss).to_have_text(re.compile(r"\d[.,]\d"))


def address(page: Page) -> str:
    """The link in the address bar, asked of the page: Playwright's own copy lags behind."""
    return unquote_plus(page.evaluate("() => location.href"))


def readout(page: Page, name: str) -> Any:
    return page.get_by_role("status", name=name, exact=True)


def number(page: Page, name: str) -> float:
    """The number that a read-out shows."""
    text = readout(page, name).inner_text()
    return float(text.replace(",", "").replace("%", "").strip())


def epoch(page: Page) -> int:
    return int(number(page, "Epoch"))


def settled(page: Page) -> int:
    """The epoch at which a page has stopped: frames are under way when it is paused, for longer the
    busier the machine is.
    """
    kept, now = 0, epoch(page)
    while kept < 4:
        page.wait_for_timeout(150)
        before, now = now, epoch(page)
        kept = kept + 1 if now == before else 0
    return now


def until(condition: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Poll from here: the page's policy forbids evaluating strings inside it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {what}")


__all__ = [
    "BrowserContext",
    "Opener",
    "Server",
    "address",
    "epoch",
    "number",
    "readout",
    "settled",
    "until",
    "wait_ready",
]
