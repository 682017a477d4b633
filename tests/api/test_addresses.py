"""A request belongs to the right address."""

from __future__ import annotations

from typing import Any

import pytest

from queue_server.api.addresses import Addresses


def scope(peer: str, *forwarded: str, scheme: str = "http", proto: str = "") -> dict[str, Any]:
    headers = [(b"x-forwarded-for", hops.encode()) for hops in forwarded]
    headers += [(b"x-forwarded-proto", proto.encode())] if proto else []
    return {"client": (peer, 1) if peer else None, "headers": headers, "scheme": scheme}


@pytest.mark.parametrize(
    ("proxies", "asked", "address"),
    [
        ((), scope("198.51.100.7", "203.0.113.9"), "198.51.100.7"),
        (("10.0.0.0/8",), scope("10.1.2.3", "203.0.113.9"), "203.0.113.9"),
        (("10.0.0.0/8",), scope("10.1.2.3", "6.6.6.6, 203.0.113.9, 10.9.9.9"), "203.0.113.9"),
        (("10.0.0.0/8",), scope("10.1.2.3", "6.6.6.6", "203.0.113.9"), "203.0.113.9"),
        (("10.0.0.0/8",), scope("10.1.2.3"), "10.1.2.3"),
        (("unix",), scope("", "203.0.113.9"), "203.0.113.9"),
        ((), scope("", "203.0.113.9"), "unix"),
        ((), scope("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64"),
    ],
)
def test_whose_address_it_is(proxies: tuple[str, ...], asked: Any, address: str) -> None:
    """X-Forwarded-For counts only from our own proxies, and only up to the first stranger."""
    assert Addresses(proxies).of(asked) == address


def test_https_is_what_our_proxy_says() -> None:
    ours = Addresses(("10.0.0.1",))
    assert ours.secure(scope("10.0.0.1", proto="https"))
    assert not ours.secure(scope("203.0.113.9", proto="https"))
    assert ours.secure(scope("203.0.113.9", scheme="https"))
