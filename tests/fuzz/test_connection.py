"""A connection under any messages: it answers each, or closes with a code, and harms nobody."""

import asyncio
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import CloseCode
from app.sessions import SessionStore
from app.settings import Settings
from tests.app.doubles import ClosedError, Frame, Page
from tests.fuzz.readable import require_readable
from tests.fuzz.targets.protocol import TARGET

KNOWN = [seed.decode() for seed in TARGET.seeds]
WORDS = st.sampled_from([*KNOWN, *TARGET.words])
TEXTS = WORDS | st.text(max_size=30) | st.lists(WORDS, max_size=3).map("".join)
MESSAGES = st.lists(
    TEXTS.map(lambda text: {"text": text})
    | st.binary(max_size=20).map(lambda data: {"bytes": data})
    | st.sampled_from([{"text": "x" * 2000}, {}, {"text": None, "bytes": None}]),
    max_size=12,
)
CODES = {1000, *CloseCode} - {CloseCode.INTERNAL}
HELLO = {"text": '{"type":"hello","protocol":1}'}


@settings(max_examples=settings().max_examples * 2, suppress_health_check=list(HealthCheck))
@given(MESSAGES, st.booleans())
def test_whatever_a_page_says_it_is_answered_or_told_why_not(messages: list[Any], polite: bool):
    asyncio.run(conversation([HELLO, *messages] if polite else messages))


async def conversation(messages: list[Any]) -> None:
    options: dict[str, Any] = {"snapshot_dir": None, "output_side": 8, "unit_side": 8}
    chosen = Settings(**options, message_bytes=1024, hello_timeout=0.2)
    async with SessionStore(chosen).running() as store:
        async with Page(store, chosen, "10.0.0.2") as other:
            await other.enter()
            async with Page(store, chosen) as page:
                for message in messages:
                    page.say_raw(message)
                page.say("pause", id=77)
                page.say("speed", epochs_per_second=None, id=78)  # is always told of
                await until_answered(page)
            other.say("speed", epochs_per_second=3, id=1)
            while (await other.hear_of("status"))["epochs_per_second"] != 3:
                pass
        await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == 1


async def until_answered(page: Page) -> None:
    """Everything that is heard up to the end, or the answer to the last command."""
    try:
        while True:
            heard = await page.hear(3)
            if isinstance(heard, Frame):
                continue
            json.dumps(heard, allow_nan=False)
            if heard["type"] == "error":
                require_readable(heard["message"])
                assert heard["code"] != "internal"
            if heard["type"] == "status" and heard["epochs_per_second"] is None:
                return
    except ClosedError as error:
        closed = error
    assert closed.code in CODES
    require_readable(closed.reason)
