"""Random commands, in any order: the fold of what was told is what Redis keeps, the guarantees
hold, and every refusal changes nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from queue_server.audit.auditor import audit
from queue_server.domain.hall import Position
from queue_server.domain.layout import Layout
from tests.engine.any_day import COMMANDS, Command, any_day, say
from tests.engine.same import differences

_runs = count()


@settings(max_examples=120)
@given(commands=st.lists(COMMANDS, min_size=20, max_size=80))
def test_the_fold_is_the_state(redis_url: str, layout: Layout, commands: list[Command]) -> None:
    """Whatever is said, in whatever order."""
    asyncio.run(_story(redis_url, replace(layout, tenant=f"any{next(_runs)}"), commands))


async def _story(url: str, layout: Layout, commands: list[Command]) -> None:
    async with any_day(url, layout) as (hall, clock):
        for verb, words in commands:
            await say(hall, clock, verb, words)
        assert await differences(hall) == []
        events = await hall.events(Position((await hall.state())["day"], 0), 10_000)
        assert audit(events).findings == ()
