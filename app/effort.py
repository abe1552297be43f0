"""How long the commands of one page may keep the server, which does nothing else meanwhile.

To build the largest network anew takes tens of milliseconds, so fifty such commands a second, each
of them allowed, would leave no time for anybody. A page that has used up its share is not refused:
its next command waits.
"""

from collections.abc import Callable

COMMANDS = 0.5
"""Share of the time for the commands of all pages together."""
SHARES = (0.01, 0.25)
"""Least and largest share of one page."""
AT_ONCE = 1.0
"""Seconds that commands may take before any waits, of one page as of many together."""
LONGEST_AT_ONCE = 0.25
"""Seconds of these for one page, which suffice for moving a slider for a while."""


class Effort:
    """The time that one page's commands have taken, paid off as time goes by."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._paid = 0.0

    def spend(self, seconds: float, pages: int) -> float:
        """A command has taken so long, while there are so many pages; seconds that the next one of
        this page has to wait."""
        least, largest = SHARES
        share = max(least, min(largest, COMMANDS / max(pages, 1)))
        now = self._clock()
        self._paid = max(self._paid, now) + seconds / share
        at_once = min(LONGEST_AT_ONCE, AT_ONCE / max(pages, 1))
        return max(0.0, self._paid - now - at_once / share)
