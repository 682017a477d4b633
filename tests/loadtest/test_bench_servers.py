"""The benches over HTTP: that they measure what they say, with real processes, for a moment."""

from __future__ import annotations

import pytest

from loadtest import bench_http, bench_servers
from loadtest.bench import BENCHES
from loadtest.bench_http import emptied, visit

pytestmark = pytest.mark.anyio


async def test_visits_are_held_against_an_empty_route() -> None:
    """Both are answered by one server, without an error."""
    found = await bench_http.run(bench_http.Load(rounds=1, seconds=1.0))

    assert all(one["value"] > 0 for one in found)
    assert all(one["floor"] > 0 for one in found)
    assert [one["target"] for one in found] == [">= 0.55", ""]


async def test_two_servers_are_held_against_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The processor time of both is counted, and commands go to both."""
    monkeypatch.setattr(bench_servers, "LOOK", 0.3)
    load = bench_servers.Load(rounds=1, seconds=0.3, connections=2)

    (found,) = await bench_servers.run(load)

    assert found["value"] > 0
    assert found["floor"] > 0
    assert found["target"] == ">= 0.9"


def test_the_empty_route_hears_the_very_same() -> None:
    """Only the path is another one."""
    for one in visit("token", "7"):
        head, _, rest = one.partition(b" HTTP/1.1")
        assert head.startswith(b"POST /api/v1/halls/demo/")
        assert emptied([one]) == [b"POST /empty HTTP/1.1" + rest]


def test_make_bench_measures_both() -> None:
    """They stand in the table of benches."""
    assert BENCHES["http"].run is bench_http.run
    assert BENCHES["servers"].run is bench_servers.run
