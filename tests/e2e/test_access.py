"""The access token in a browser: asked for once, or brought by a link, and then out of sight."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Server, address, readout, until, wait_ready

TOKEN = "spring-course-7"


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that asks for a token."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PLAYGROUND_ACCESS_TOKEN", TOKEN)
        server = Server(Path(tmp_path_factory.mktemp("snapshots")))
    server.start()
    yield server
    server.stop()


def test_the_page_asks_and_then_opens_what_the_link_says(page: Page, locked: Server) -> None:
    page.goto(f"{locked.url}/#dataset=xor&seed=0.3")
    page.get_by_label("Access token").fill("wrong-token")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_text("That is not the access token of this server.")).to_be_visible()
    page.get_by_label("Access token").fill(TOKEN)
    page.get_by_role("button", name="Open").click()
    wait_ready(page)
    expect(page.get_by_role("radio", name="Exclusive or", exact=True)).to_be_checked()
    page.reload()
    wait_ready(page)
    # the token is changed: the page that is open says what is to be done
    page.context.clear_cookies()
    locked.kill()
    locked.start()
    expect(page.get_by_text("The server asks for its access token.").first).to_be_visible()


def test_a_link_from_another_site_brings_it_and_leaves_it_in_no_address(
    page: Page, locked: Server, server: Server
) -> None:
    page.goto(f"{server.url}/protocol".replace("127.0.0.1", "localhost"))
    link = f"{locked.url}/?token={TOKEN}&lang=en#dataset=gauss&seed=0.3"
    page.evaluate("link => { location.href = link; }", link)
    wait_ready(page)
    expect(page.get_by_role("radio", name="Gaussian", exact=True)).to_be_checked()
    until(lambda: "dataset=gauss" in address(page), "the link in the address")
    assert TOKEN not in address(page)
    assert "lang=en" in address(page)
    expect(readout(page, "Training loss")).to_contain_text(".")
