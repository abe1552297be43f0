"""How long commands, and pages that come, may keep the server, which does nothing else meanwhile.

To build the largest network anew takes tens of milliseconds, so fifty such commands a second, each
of them allowed, would leave no time for anybody; nor would a thousand pages that come at once, each
with such a network. Who has used up its share is not refused: what comes next waits.
"""

from collections.abc import Callable

COMMANDS = 0.5
"""Share of the time for the commands of all pages together."""
SHARES = (0.01, 0.25)
"""Least and largest share of one page."""
AT_ONCE = 1.0
"""Seconds that commands may take before any waits, of many pages together."""
LONGEST_AT_ONCE = 0.25
"""Seconds of these for one page, which suffice for moving a slider for a while."""


ARRIVALS = 2 / 3
"""Share of the time for pages that come."""
ARRIVALS_AT_ONCE = 0.4
"""Seconds of these in store. With what is added meanwhile they last for 1.2 seconds of nothing
else, in which a class with usual networks has come."""


class Effort:
    """Time that was taken, paid off as time goes by."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._paid = 0.0

    def command(self, seconds: float, pages: int) -> float:
        """A command has taken so long, while there are so many pages; seconds that the next one of
        this page has to wait."""
        least, largest = SHARES
        share = max(least, min(largest, COMMANDS / max(pages, 1)))
        return self._spend(seconds, share, min(LONGEST_AT_ONCE, AT_ONCE / max(pages, 1)))

    def arrival(self, seconds: float) -> float:
        """A page's coming has taken so long; seconds that the next page has to wait."""
        return self._spend(seconds, ARRIVALS, ARRIVALS_AT_ONCE)

    def _spend(self, seconds: float, share: float, at_once: float) -> float:
        now = self._clock()
        self._paid = max(self._paid, now) + seconds / share
        return max(0.0, self._paid - now - at_once / share)
