"""How much one address may ask for, and all of them together: requests, pages, connections.

Without such limits a single program could take the whole server. The limits are per *network*: a
machine with IPv6 has as many addresses as it likes, all of one /64. They are wide enough for a
class behind one address of a school, whose pages all open in the same minute.

With several workers each has its share of every limit, as connections come to them evenly.
"""

import ipaddress
import math
import time
from collections import Counter
from collections.abc import Callable
from functools import lru_cache

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import CloseCode
from app.refusals import refuse
from app.settings import Settings
from app.tally import Tally
from engine.text import Text

MOST_NETWORKS = 10_000
"""Networks that a meter remembers before it forgets those with nothing to their debit."""
MERCY = 1.25
"""Up to this many times the limit of connections, one too many is told so; beyond it, dropped."""


def network(address: str) -> str:
    """Which limits apply to an address: its own with IPv4, those of its /64 with IPv6.

    What is no address (a proxy may say "unknown") counts as one, cut to a size that can be kept.
    """
    return _network(address[:64])


@lru_cache(maxsize=4096)
def _network(address: str) -> str:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if ip.version == 6:
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((int(ip) >> 64 << 64, 64)))
    return str(ip)


class Meter:
    """So many per second in the long run, so many at once, for each key by itself.

    It keeps one number a key, the time at which all that was counted is paid off (the generic cell
    rate algorithm), and costs a look into a dictionary.
    """

    def __init__(self, rate: float, burst: float, clock: Callable[[], float]) -> None:
        self.rate = rate
        self._each = 1 / rate
        self._depth = burst / rate
        self._clock = clock
        self._paid: dict[str, float] = {}

    def wait(self, key: str) -> float:
        """Seconds until one more fits; 0 when it does now."""
        now = self._clock()
        ahead = max(self._paid.get(key, now), now) + self._each - now
        return max(0.0, ahead - self._depth - 1e-9)

    def count(self, key: str) -> None:
        """One more."""
        now = self._clock()
        self._paid[key] = max(self._paid.get(key, now), now) + self._each
        if len(self._paid) > MOST_NETWORKS:
            self._paid = {key: paid for key, paid in self._paid.items() if paid > now}


class Rate:
    """A limit for each network and one for all; what is refused is not counted, so that one who
    asks too much uses up nothing of the others' share."""

    def __init__(self, what: str, each: Meter, total: Meter) -> None:
        self._what = what
        self._each = each
        self._total = total

    def take(self, address: str) -> "Excess | None":
        """Count one more; None, or why it does not fit, when it is not counted."""
        key = network(address)
        if wait := self._each.wait(key):
            what = Text("{what} from your address", what=self._what)
            return Excess(429, what, self._each.rate, wait)
        if wait := self._total.wait(""):
            what = Text("{what} from all addresses", what=self._what)
            return Excess(503, what, self._total.rate, wait)
        self._each.count(key)
        self._total.count("")
        return None


class Excess:
    """What is too much: a status, a text for a person, and when to come again."""

    def __init__(self, status: int, what: str, rate: float, wait: float) -> None:
        self.status = status
        self.retry_after = max(1, math.ceil(wait))
        """Whole seconds."""
        self.text = Text(
            "Too many {what}: more than {rate:g} per second. Try again in {seconds} s.",
            what=what,
            rate=rate,
            seconds=self.retry_after,
        )


class Connections:
    """Those that are open. A trusted proxy stands for many and has no limit of its own."""

    def __init__(self, each: int, total: int, exempt: frozenset[str]) -> None:
        self._each = each
        self._total = total
        self._exempt = exempt
        self._open: Counter[str] = Counter()
        self._all = 0

    def __len__(self) -> int:
        return self._all

    def open(self, address: str) -> bool | None:
        """Count one more: whether it is within the limits; None when it is so far beyond them that
        nothing is to be said. In any case it is open until `close`.
        """
        self._all += 1
        here, limit = 0, self._each
        if address not in self._exempt:
            key = network(address)
            self._open[key] = here = self._open[key] + 1
        if self._all <= self._total and here <= limit:
            return True
        return False if self._all <= self._total * MERCY and here <= limit * MERCY else None

    def close(self, address: str) -> None:
        """One that was open is not any more."""
        self._all -= 1
        if address not in self._exempt:
            key = network(address)
            self._open[key] -= 1
            if not self._open[key]:
                del self._open[key]


class Traffic:
    """All limits of one process."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        tally: Tally | None = None,
    ) -> None:
        self.tally = tally or Tally()

        def meter(rate: float, burst: float) -> Meter:
            return Meter(rate / settings.workers, max(1, burst / settings.workers), clock)

        def most(number: int) -> int:
            return math.ceil(number / settings.workers)

        self.requests = Rate(
            Text("requests"),
            meter(settings.request_rate, settings.request_burst),
            meter(settings.total_request_rate, settings.total_request_burst),
        )
        self.pages = Rate(
            Text("pages opened"),
            meter(settings.page_rate, settings.page_burst),
            meter(settings.total_page_rate, settings.total_page_burst),
        )
        self.connections = Connections(
            most(settings.max_connections_per_address),
            most(settings.max_connections),
            frozenset(part.strip() for part in settings.trusted_proxies.split(",")),
        )


class Throttle:
    """ASGI middleware: refuses what is too much."""

    def __init__(self, app: ASGIApp, traffic: Traffic) -> None:
        self._app = app
        self._traffic = traffic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers it."""
        if scope["type"] in ("http", "websocket"):
            client = scope.get("client")
            rate = self._traffic.requests if scope["type"] == "http" else self._traffic.pages
            excess = rate.take(client[0] if client else "")
            if excess is not None:
                self._traffic.tally.refuse("requests" if scope["type"] == "http" else "pages")
                await refuse(
                    HTTPConnection(scope),
                    receive,
                    send,
                    status=excess.status,
                    close=CloseCode.BUSY,
                    code="busy",
                    message=excess.text,
                    headers={"Retry-After": str(excess.retry_after)},
                )
                return
        await self._app(scope, receive, send)
