"""Where a request comes from, when proxies of our own stand before us."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any


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
