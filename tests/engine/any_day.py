"""A day on which anything may be said in any order, also what makes no sense there and then."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from queue_server.domain.layout import Layout
from queue_server.domain.refusals import Refused
from queue_server.engine.connection import Address, Connection
from queue_server.engine.feed import Feed
from queue_server.engine.library import load
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock

#: A command's verb and its words; `pass` is time going by.
Command = tuple[str, dict[str, Any]]

WINDOWS = st.sampled_from(["1", "2", "3", "4", "5", "9"])
TICKETS = st.sampled_from([f"{p}{n:03d}" for p in "ABC" for n in range(1, 7)])
SERVICES = st.sampled_from(["G1", "P1", "P2", "S1", "T1"])
LANES = st.sampled_from(["general", "police", "social"])


def _said(verb: str, **words: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, Any]]:
    return st.tuples(st.just(verb), st.fixed_dictionaries(words))


COMMANDS = st.one_of(
    _said(
        "take",
        services=st.lists(SERVICES, min_size=1, max_size=3),
        class_=st.sampled_from(["", "green", "appointment"]),
        reason=st.sampled_from(["", "aged 80"]),
        person=st.sampled_from(["", "p1", "p2"]),
        booking=st.sampled_from(["", "", "b1", "b2"]),
        appointed=st.sampled_from([0, 1_772_411_400_000 + 600_000]),
    ),
    _said("take", services=st.lists(SERVICES, min_size=1, max_size=1)),
    _said("open_window", window=WINDOWS, auto=st.booleans(), lease=st.sampled_from([0, 30_000])),
    _said("call_next", window=WINDOWS),
    _said("call_next", window=WINDOWS),
    _said("call_next", window=WINDOWS, lane=LANES),
    _said("call", window=WINDOWS, ticket=TICKETS),
    _said("recall", window=WINDOWS),
    _said("start", window=WINDOWS),
    _said("finish", window=WINDOWS, outcome=st.sampled_from(["", "accepted"])),
    _said("no_show", window=WINDOWS),
    _said("hold", window=WINDOWS, until=st.sampled_from([0, 1_772_411_400_000 + 900_000])),
    _said("unhold", ticket=TICKETS, window=st.one_of(st.just(""), WINDOWS)),
    _said(
        "requeue",
        window=WINDOWS,
        place=st.sampled_from(["same", "end"]),
        after=st.sampled_from([0, 5]),
    ),
    _said("skip", window=WINDOWS),
    _said(
        "transfer",
        window=WINDOWS,
        lane=LANES,
        place=st.sampled_from(["own", "first", "end"]),
        come_back=st.booleans(),
    ),
    _said("transfer", window=WINDOWS, to_window=WINDOWS, come_back=st.booleans()),
    _said("transfer", ticket=TICKETS, lane=LANES, place=st.sampled_from(["own", "first", "end"])),
    _said("add_step", ticket=TICKETS, service=SERVICES),
    _said("pause", window=WINDOWS),
    _said("unpause", window=WINDOWS),
    _said("close_window", window=WINDOWS),
    _said("undo", window=WINDOWS),
    _said("undo", window=WINDOWS),
    _said("cancel", ticket=TICKETS),
    _said("reinstate", ticket=TICKETS),
    _said("away", ticket=TICKETS),
    _said("back", ticket=TICKETS),
    _said("reclassify", ticket=TICKETS, class_=st.just("green"), reason=st.just("aged 80")),
    _said("rate", ticket=TICKETS, score=st.integers(1, 5)),
    _said("reprint", ticket=TICKETS),
    _said("announced", ticket=TICKETS, call=st.integers(1, 60), device=st.just("voice-1")),
    _said("shown", ticket=TICKETS, call=st.integers(1, 60), device=st.just("screen-1")),
    _said("quick", window=WINDOWS),
    _said("assist", window=WINDOWS),
    _said("assist_accept", window=WINDOWS),
    _said("assist_done", window=WINDOWS),
    _said("change_layout"),
    _said("set_mode", mode=st.sampled_from(["normal", "appointment_only", "closed"])),
    _said("close_day", policy=st.sampled_from(["wait", "expire", "force"])),
    _said("tick"),
    st.tuples(st.just("pass"), st.fixed_dictionaries({"seconds": st.integers(1, 1500)})),
)


@asynccontextmanager
async def any_day(url: str, layout: Layout) -> AsyncIterator[tuple[RedisHall, Clock]]:
    """A hall that has just been opened, with some windows, and its clock."""
    connection, feed = Connection(Address.parse(url), prepare=load), Feed(Address.parse(url))
    await connection.open()
    await feed.open()
    clock = Clock()
    plans = [layout, _other(layout)]

    async def published() -> Layout:
        plans.reverse()
        return plans[0]

    hall = RedisHall(connection, feed, layout.tenant, layout.hall, published, clock)
    try:
        await hall.open_day(layout=replace(layout, confirm_within=5000).to_json())
        for window in ("1", "3", "4", "9"):
            await hall.open_window(window, clerk=f"clerk {window}")
        yield hall, clock
    finally:
        await hall.close()
        await feed.close()
        await connection.close()


def _other(layout: Layout) -> Layout:
    """A plan published in the middle of the day: window 5 is gone, police moved to general."""
    services = tuple(replace(s, lane="general") if s.code == "P2" else s for s in layout.services)
    return replace(layout, windows=layout.windows[:4] + layout.windows[5:], services=services)


async def say(hall: RedisHall, clock: Clock, verb: str, words: dict[str, Any]) -> None:
    """One of them; what is refused changes nothing."""
    if verb == "pass":
        clock.pass_(**words)
    elif verb == "tick":
        await hall.tick()
    else:
        before = await _seq(hall)
        try:
            await getattr(hall, verb)(**words)
        except Refused:
            assert await _seq(hall) == before


async def _seq(hall: RedisHall) -> int:
    return (await hall.view()).seq
