"""How often one address may knock: a token bucket for each, in bounded memory.

A hall's visitors often share one address (its Wi-Fi), so what a link may do is generous; what a
password guesser may do is not.
"""

from __future__ import annotations

import ipaddress
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from queue_server.api.problems import TooMany


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and so many per second after that."""

    burst: float
    per_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the public may do, for one address (`seats`: open sockets)."""

    sign_in: Rate = Rate(20, 0.5)
    unknown: Rate = Rate(50, 5)
    link: Rate = Rate(200, 50)
    socket: Rate = Rate(200, 20)
    seats: int = 500


@dataclass(slots=True)
class Buckets:
    """One bucket for each (what, who); the longest unused ones are forgotten first.

    A forgotten bucket comes back full, which is what it had become in the meantime or what an
    attacker with thousands of addresses could have had anyway.
    """

    clock: Callable[[], float] = time.monotonic
    most: int = 20_000
    _levels: OrderedDict[tuple[str, str], tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, what: str, who: str, rate: Rate) -> None:
        """One drop; raises `TooMany` when the bucket is empty."""
        now, key = self.clock(), (what, who)
        level, then = self._levels.pop(key, (rate.burst, now))
        level = min(rate.burst, level + (now - then) * rate.per_second)
        while len(self._levels) >= self.most:
            self._levels.popitem(last=False)
        if level < 1:
            self._levels[key] = (level, now)
            raise TooMany((1 - level) / rate.per_second)
        self._levels[key] = (level - 1, now)

    def __len__(self) -> int:
        return len(self._levels)


@dataclass(slots=True)
class Seats:
    """How many sockets each address has open."""

    most: int
    _taken: Counter[str] = field(default_factory=Counter)

    def sit(self, who: str) -> bool:
        """Take a seat, if there is one."""
        if self._taken[who] >= self.most:
            return False
        self._taken[who] += 1
        return True

    def rise(self, who: str) -> None:
        """Give it back."""
        self._taken[who] -= 1
        if self._taken[who] <= 0:
            del self._taken[who]


class Addresses:
    """Which address a request comes from, when some of them are our own proxies.

    `proxies` are addresses or networks; `unix` stands for whoever comes over a unix socket.
    """

    def __init__(self, proxies: Iterable[str] = ()) -> None:
        named = set(proxies)
        self._unix = "unix" in named
        self._networks = [ipaddress.ip_network(p, strict=False) for p in named - {"unix"}]

    def of(self, scope: Any) -> str:
        """The client's address; an IPv6 client is its /64, since it has all of that."""
        peer = (scope.get("client") or ("",))[0]
        if not self._trusted(peer):
            return _grouped(peer)
        for hop in reversed(_hops(scope)):
            if not self._trusted(hop):
                return _grouped(hop)
        return _grouped(peer)

    def secure(self, scope: Any) -> bool:
        """Whether the browser came by https."""
        if self._trusted((scope.get("client") or ("",))[0]):
            for name, value in scope["headers"]:
                if name == b"x-forwarded-proto":
                    return bool(value.strip().lower() in (b"https", b"wss"))
        return scope.get("scheme") in ("https", "wss")

    def _trusted(self, address: str) -> bool:
        if not address:
            return self._unix
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._networks)


def _hops(scope: Any) -> list[str]:
    given = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return [hop.strip() for hop in b",".join(given).decode("latin-1").split(",") if hop.strip()]


def _grouped(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64] or "unix"
    if isinstance(parsed, ipaddress.IPv6Address) and not parsed.ipv4_mapped:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
