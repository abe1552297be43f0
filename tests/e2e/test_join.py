"""The session of a program in a browser: it asks first, and shows what the program does."""

import json
import urllib.request
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Server, address, readout, wait_ready


def ask(server: Server, path: str, token: str = "", **body: Any) -> dict[str, Any]:
    request = urllib.request.Request(
        f"{server.url}/api/{path}",
        json.dumps(body).encode(),
        {"Content-Type": "application/json", **({"Session-Token": token} if token else {})},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        answer: dict[str, Any] = json.load(response)
        return answer


def test_the_page_shows_the_session_of_a_program_when_the_user_says_so(
    page: Page, server: Server
) -> None:
    token = ask(server, "sessions", hash="#dataset=xor&seed=0.3")["token"]
    page.goto(f"{server.url}/join#{token}")
    expect(page.get_by_text("Whoever made the address can see what you do there")).to_be_visible()
    assert token not in address(page)
    page.get_by_role("button", name="Open it").click()
    wait_ready(page)
    expect(page.get_by_role("radio", name="Exclusive or", exact=True)).to_be_checked()
    assert token not in address(page)
    state = ask(
        server, "session/commands", token, commands=[{"type": "step", "epochs": 30}], wait=20
    )
    assert (state["epoch"], state["resting"]) == (30, True)
    expect(readout(page, "Epoch")).to_have_text("000,030")


def test_an_address_without_a_session_says_so_and_leads_to_a_new_one(
    page: Page, server: Server
) -> None:
    page.goto(f"{server.url}/join#<script>")
    expect(page.get_by_text("This address does not lead to a session")).to_be_visible()
    expect(page.get_by_role("button", name="Open it")).to_be_hidden()
    page.get_by_role("link", name="Begin a session of your own").click()
    wait_ready(page)


def test_the_page_goes_on_in_the_language_of_the_question(page: Page, server: Server) -> None:
    token = ask(server, "sessions", hash="#dataset=xor&seed=0.3")["token"]
    page.goto(f"{server.url}/join?lang=es#{token}")
    page.get_by_role("button", name="Abrirla").click()
    wait_ready(page)
    expect(page.locator("html")).to_have_attribute("lang", "es")
