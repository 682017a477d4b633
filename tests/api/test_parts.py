"""A picture that is not painted again would have looked the same."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import count, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from display.pictures import PAINTERS
from queue_server.api.parts import Parts
from queue_server.api.pictures import Subject, painted
from queue_server.domain.hall import Position
from queue_server.domain.layout import Layout
from queue_server.domain.view import HallView
from tests.engine.any_day import COMMANDS, Command, any_day, say

_runs = count()


@settings(max_examples=40)
@given(commands=st.lists(COMMANDS, min_size=20, max_size=60))
def test_the_same_parts_make_the_same_picture(
    redis_url: str, layout: Layout, commands: list[Command]
) -> None:
    """After any event of any day, for signs, windows (inside and outside) and phones."""
    day = replace(layout, tenant=f"parts{next(_runs)}")
    views = asyncio.run(_views(redis_url, day, commands))
    for before, after in pairwise(map(Parts, views)):
        for subject in _subjects(after.view):
            made_of = before.of(subject)
            if made_of is not None and made_of == after.of(subject):
                assert _painted(subject, before.view, after.view.at) == _painted(
                    subject, after.view, after.view.at
                ), subject


async def _views(url: str, layout: Layout, commands: list[Command]) -> list[HallView]:
    async with any_day(url, layout) as (hall, clock):
        for verb, words in commands:
            await say(hall, clock, verb, words)
        events = await hall.events(Position((await hall.state())["day"], 0), 10_000)
    views = [HallView()]
    for event in events:
        views.append(views[-1].after([event]))
    return views[1:]


def _subjects(view: HallView) -> list[Subject]:
    windows = [
        Subject(*words)
        for number in view.plan.window
        for words in (("sign", number), ("window", number, False), ("window", number, True))
    ]
    return windows + [Subject("ticket", number) for number in view.tickets]


def _painted(subject: Subject, view: HallView, now: int) -> object:
    return painted(PAINTERS, "hall", subject, view, now)


def test_what_presses() -> None:
    """A hall that has told nothing presses nobody; a newcomer is shown what there is."""
    view = HallView(day="d", seq=3, last_call=2)
    parts = Parts(view)

    assert parts.presses(Subject("board"), None)
    assert parts.presses(Subject("board"), HallView(day="d", seq=1))
    assert not parts.presses(Subject("board"), view)
    assert not parts.presses(Subject("desk"), HallView(day="d", seq=1))
