"""What a first visit loads before Play: little, in every language."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from app.i18n import languages

from .conftest import Server, wait_ready

MOST_BYTES = 150_000
SETTLE_MS = 1500
WORKERS = """() => performance.getEntriesByType('resource')
  .filter(({name}) => name.includes('/workers/')).map(({transferSize}) => transferSize)"""


@pytest.fixture(params=languages())
def first_visit(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """An empty page in a browser that has nothing yet."""
    context = browser.new_context(locale=request.param, viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def test_a_first_visit_loads_less_than_150_kb_before_play(first_visit: Page, server: Server):
    page = first_visit
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}
    devtools.on("Network.responseReceived", lambda e: kinds.update({e["requestId"]: e["type"]}))
    devtools.on(
        "Network.loadingFinished",
        lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}),
    )
    page.goto(server.url)
    wait_ready(page)
    page.mouse.move(700, 450)
    page.wait_for_timeout(SETTLE_MS)
    workers: list[float] = page.evaluate(WORKERS)  # which DevTools does not count with the page

    loaded = {kinds[request] for request, size in sizes.items() if size > 0}
    assert loaded >= {"Document", "Stylesheet", "Font", "Script"}
    assert len(workers) == 2
    assert min(workers) > 0
    by_kind: dict[str, float] = {"Worker": sum(workers)}
    for request, size in sizes.items():
        by_kind[kinds[request]] = by_kind.get(kinds[request], 0) + size
    assert sum(by_kind.values()) < MOST_BYTES, by_kind
