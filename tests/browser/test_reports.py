"""A registered screen tells its hall which calls people could see."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from queue_server.domain.events import TicketCalled, TicketRecalled, TicketShown
from queue_server.domain.facts import DeviceView
from queue_server.domain.hall import Position
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import Tokens
from tests.browser.chromium import PATIENCE, Opener
from tests.conftest import Clock

pytestmark = pytest.mark.anyio


async def events(hall: RedisHall, kind: type) -> list[object]:
    day = (await hall.view()).day
    return [event for event in await hall.events(Position(day, 0), 1000) if isinstance(event, kind)]


async def heard(hall: RedisHall, kind: type, count: int) -> list[object]:
    """The first so many events of a kind."""
    async with asyncio.timeout(PATIENCE / 1000):
        while len(found := await events(hall, kind)) < count:
            await asyncio.sleep(0.02)
    return found


async def device(hall: RedisHall, good: Callable[[DeviceView], bool], name: str) -> DeviceView:
    async with asyncio.timeout(PATIENCE / 1000):
        while not (found := (await hall.view()).devices.get(name)) or not good(found):
            await asyncio.sleep(0.02)
    return found


async def call(hall: RedisHall, window: str = "1") -> TicketCalled:
    await hall.take("P1" if window == "3" else "G1")
    await hall.open_window(window)
    called = (await hall.call_next(window))[0]
    assert isinstance(called, TicketCalled)
    return called


async def test_a_call_is_reported_once_with_its_delay(
    url: str, hall: RedisHall, window: Opener, tokens: Tokens
) -> None:
    """Also when the page is loaded again; a recall is a call of its own."""
    board = await window(f"{url}/hall/board#token={tokens('screen')}&device=lobby")
    await device(hall, lambda seen: seen.state == "ok" and seen.sort == "screen", "lobby")

    called = await call(hall)
    (shown,) = await heard(hall, TicketShown, 1)
    assert isinstance(shown, TicketShown)
    assert (shown.ticket, shown.call, shown.device) == ("A001", called.seq, "lobby")
    assert 0 <= shown.delay < PATIENCE
    assert (await hall.view()).tickets["A001"].shown

    await board.open(board.page.url, "again")
    await board.see("#calls .called")
    recalled = (await hall.recall("1"))[0]
    assert isinstance(recalled, TicketRecalled)
    reports = await heard(hall, TicketShown, 2)
    assert [one.call for one in reports if isinstance(one, TicketShown)] == [
        called.seq,
        recalled.seq,
    ]
    assert board.complaints == []


async def test_the_token_leaves_the_address_and_stays_in_the_browser(
    url: str, hall: RedisHall, window: Opener, tokens: Tokens
) -> None:
    """A fragment is never sent; after the next start the screen still knows who it is."""
    sign = await window(f"{url}/hall/signs/1#token={tokens('screen')}")
    assert sign.page.url == f"{url}/hall/signs/1"
    await device(hall, lambda seen: seen.state == "ok", "sign-1")

    await sign.open(f"{url}/hall/signs/1", "again")
    called = await call(hall)
    (shown,) = await heard(hall, TicketShown, 1)
    assert isinstance(shown, TicketShown)
    assert (shown.device, shown.call) == ("sign-1", called.seq)


async def test_a_report_waits_for_a_server_that_is_away(
    url: str, hall: RedisHall, window: Opener, tokens: Tokens
) -> None:
    """It is said again until it is heard, and counts once."""
    board = await window(f"{url}/hall/board#token={tokens('screen')}&device=lobby")
    tries = 0

    async def cut(route: object) -> None:
        nonlocal tries
        tries += 1
        # The second one is heard, but its answer is lost.
        if tries == 2:
            await route.fetch()  # type: ignore[attr-defined]
        await (route.abort() if tries < 4 else route.continue_())  # type: ignore[attr-defined]

    await board.page.route("**/shown", cut)
    await call(hall)

    async with asyncio.timeout(PATIENCE / 1000):
        while tries < 4:
            await asyncio.sleep(0.02)
    await board.page.unroute_all(behavior="wait")
    assert len(await events(hall, TicketShown)) == 1


async def test_an_old_call_is_not_reported(
    url: str, hall: RedisHall, window: Opener, tokens: Tokens, clock: Clock
) -> None:
    """Nobody waits to hear that a screen was switched on long after a call."""
    await call(hall)
    clock.pass_(minutes=1)
    await window(f"{url}/hall/board#token={tokens('screen')}&device=lobby")

    newer = await call(hall, "3")
    (shown,) = await heard(hall, TicketShown, 1)
    assert isinstance(shown, TicketShown)
    assert shown.call == newer.seq


async def test_a_screen_that_nobody_registered_only_shows(
    url: str, hall: RedisHall, window: Opener
) -> None:
    """And says nothing."""
    board = await window(f"{url}/hall/board")
    said: list[str] = []
    board.page.on("request", lambda request: said.append(request.method))
    await call(hall)
    await board.see("#calls .called")
    await board.until("!document.querySelector('.new')")
    assert "POST" not in said
    assert not (await hall.view()).devices


async def test_a_screen_whose_token_is_gone_still_shows(
    url: str, hall: RedisHall, window: Opener
) -> None:
    """What everybody may see, it shows to everybody."""
    board = await window(f"{url}/hall/board#token=jh_nonsense&device=lobby")
    await call(hall)
    await board.see("#calls .called")
    assert not (await hall.view()).devices
