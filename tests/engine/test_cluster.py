"""What a cluster's URL says, and which slot a name means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.crc import key_slot

from queue_server.engine.cluster import seeds, slot_of
from queue_server.engine.connection import Address


def test_a_cluster_is_named_by_some_of_its_nodes() -> None:
    """All of them with the same password, and with TLS or without."""
    assert seeds("redis-cluster://h1:7000,h2:7001") == [
        Address(host="h1", port=7000),
        Address(host="h2", port=7001),
    ]
    one, two = seeds("rediss-cluster://u:p%40@h1,[::1]:7001")
    assert (one.host, one.port, two.host, two.port) == ("h1", 6379, "::1", 7001)
    assert {(node.username, node.password, node.tls) for node in (one, two)} == {("u", "p@", True)}


@pytest.mark.parametrize("url", ["redis-cluster://h:7000/2", "redis-cluster://h,http://x", "x://h"])
def test_what_is_no_cluster(url: str) -> None:
    """A cluster has no numbered databases, and its nodes are only hosts and ports."""
    with pytest.raises(ValueError, match="redis"):
        seeds(url)


@given(st.text(st.characters(codec="utf-8", exclude_characters="{}\0"), min_size=1))
def test_a_slot_is_what_the_specification_says(name: str) -> None:
    """CRC16 (XMODEM) of the hash tag; the client library of Redis has it the same."""
    assert slot_of(name) == key_slot(f"{{{name}}}:hall:2026-03-02".encode())
