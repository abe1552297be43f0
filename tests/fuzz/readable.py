"""What can be told of a refusal without knowing what was refused: is it a sentence for a person?"""

import re

LONGEST = 500
_ADDRESS = re.compile(r"<[^<>]* at 0x[0-9a-f]+>")


def require_readable(message: str) -> None:
    """An AssertionError unless a message is one short line without the insides of the program."""
    assert message.strip(), "a refusal says nothing"
    assert len(message) < LONGEST, f"a refusal has {len(message)} characters: {message[:200]!r}"
    assert message.isprintable(), f"a refusal has characters that cannot be shown: {message!r}"
    assert "Traceback" not in message, f"a refusal shows a traceback: {message!r}"
    assert not _ADDRESS.search(message), f"a refusal shows an address in memory: {message!r}"


def require_refusal(message: str) -> None:
    """The same of bad input, of which a refusal also says what was got and what was expected."""
    require_readable(message)
    lower = message.lower()
    assert "got" in lower, f"a refusal does not say what was got: {message!r}"
    assert "expected" in lower, f"a refusal does not say what was expected: {message!r}"
