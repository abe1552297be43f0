"""The Content-Security-Policy in a browser; that the page itself breaks no rule of it is seen by
every other test, for which a complaint on the console is a failure."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Server, until


def listen(page: Page) -> list[str]:
    """What the browser complains of from now on."""
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


@pytest.mark.parametrize("path", ["/protocol", "/nothing"])
def test_plain_pages_have_their_style(page: Page, server: Server, path: str) -> None:
    complaints = listen(page)
    page.goto(server.url + path)
    expect(page.locator("h1")).to_be_visible()
    assert "system-ui" in page.evaluate("() => getComputedStyle(document.body).fontFamily")
    assert [text for text in complaints if "404" not in text] == []


def test_a_script_in_the_page_that_is_not_ours_does_not_run(page: Page, server: Server) -> None:
    page.goto(server.url)
    complaints = listen(page)
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "document.title = 'inline'";
          document.head.append(script);
          const image = document.createElement("img");
          image.setAttribute("onerror", "document.title = 'handler'");
          image.src = "missing.png";
          document.body.append(image);
        }"""
    )

    def refused() -> bool:
        page.title()  # complaints come only while something is asked of the browser
        return sum("Content Security Policy" in text for text in complaints) >= 2

    until(refused, "refusals")
    assert page.title() not in ("inline", "handler")
