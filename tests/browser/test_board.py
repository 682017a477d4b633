"""The board in a real browser: a call is seen, said, flashes and stands; on any screen."""

from __future__ import annotations

import pytest

from queue_server.domain.events import TicketCalled
from queue_server.engine.redis_hall import RedisHall
from tests.browser.chromium import Opener, Screen
from tests.conftest import Clock
from tests.events import only

pytestmark = pytest.mark.anyio

SIZES = [(800, 480), (1280, 720), (1920, 1080), (3840, 2160), (1080, 1920), (600, 1024)]


async def called(hall: RedisHall, *windows: str) -> list[str]:
    """Somebody is called to each of these windows."""
    tickets = []
    for window in windows:
        await hall.take("P1" if window == "3" else "S1" if window in "45" else "G1")
        if hall_window := (await hall.view()).windows.get(window):
            assert hall_window.state == "open"
        else:
            await hall.open_window(window)
        tickets.append(only(await hall.call_next(window), TicketCalled).ticket)
    return tickets


async def test_a_call_is_shown_with_its_window(url: str, hall: RedisHall, window: Opener) -> None:
    """Number and window on the first row, the caption in both languages, who waits at the side."""
    board = await window(f"{url}/hall/board")
    await board.reads("#calls", "暂无叫号")

    await called(hall, "1")
    await hall.take("S1")

    await board.see('#calls li:first-child.called[data-ticket="A001"]')
    assert await board.text("#calls .number") == "A001"
    assert await board.text("#calls .window") == "1"
    assert await board.text("#calls .named") == "综合 Desk 1"
    assert await board.text("#calls .standing") == "请到窗口 Please go"
    assert "请 A001 到 1 号窗口" in await board.text("#notice")
    assert "Ticket A001, please go to window 1" in await board.text("#notice")
    await board.reads('[data-lane="social"] b', "1")
    assert board.complaints == []


async def test_a_new_call_is_said_once_to_who_cannot_see_it(
    url: str, hall: RedisHall, window: Opener
) -> None:
    """In a polite live region, whatever else changes afterwards."""
    board = await window(f"{url}/hall/board")
    await called(hall, "1")
    await board.reads("[aria-live=polite]", "请 A001 到 1 号窗口")

    await called(hall, "3")
    await hall.start("1")

    await board.reads("[aria-live=polite]", "请 B001 到 3 号窗口")
    await board.see("#calls .serving")
    said = await board.page.locator("[aria-live=polite]").text_content()
    assert said
    assert said.count("请 A001 到 1 号窗口") == 1


async def test_a_call_flashes_and_stands_and_flashes_again_when_repeated(
    url: str, hall: RedisHall, window: Opener, clock: Clock
) -> None:
    """At most two flashes a second, for 3 s; then the row stands, still marked as called."""
    board = await window(f"{url}/hall/board")
    await called(hall, "1")

    await board.see("#calls .new")
    style = "getComputedStyle(document.querySelector('#calls .new'))"
    period, times = await board.page.evaluate(
        f"[parseFloat({style}.animationDuration), Number({style}.animationIterationCount)]"
    )
    assert period >= 0.5
    assert period * times == pytest.approx(3)
    await board.until("!document.querySelector('.new')")
    assert await board.page.locator("#calls .called").count() == 1

    clock.pass_(seconds=10)
    await hall.recall("1")
    await board.see("#calls .new")
    assert await board.page.locator("#calls li").count() == 1


async def test_an_old_call_is_no_news(
    url: str, hall: RedisHall, window: Opener, clock: Clock
) -> None:
    """A screen that is switched on shows the calls that stand; it neither flashes nor says them."""
    first = await window(f"{url}/hall/board")
    await called(hall, "1")
    await first.see("#calls .called")
    clock.pass_(seconds=60)

    # A picture that was painted long ago is still the picture; the time is not.
    board = await window(f"{url}/hall/board")

    await board.see("#calls .called")
    assert await board.page.locator(".new").count() == 0
    assert await board.page.locator("[aria-live] p").count() == 0


async def test_who_wants_no_motion_gets_a_border(url: str, hall: RedisHall, window: Opener) -> None:
    """`prefers-reduced-motion`: nothing blinks, and a new call is marked all the same."""
    board = await window(f"{url}/hall/board", reduced_motion="reduce")
    await called(hall, "1")

    await board.see("#calls .new")
    name, shadow = await board.page.evaluate(
        "(({animationName, boxShadow}) => [animationName, boxShadow])"
        "(getComputedStyle(document.querySelector('#calls .new')))"
    )
    assert name == "none"
    assert "inset" in shadow


async def test_a_zone_has_a_board_of_its_own(url: str, hall: RedisHall, window: Opener) -> None:
    """Calls to windows elsewhere are not shown in it."""
    east = await window(f"{url}/hall/zones/east")
    await hall.take("G1", class_="green")
    await hall.open_window("9")
    await called(hall, "3")
    await hall.call_next("9")

    await east.see('#calls li[data-ticket="A001"]')
    assert await east.page.locator("#calls li").count() == 1
    assert "east" in await east.text("#name")


async def test_missed_and_held_numbers_are_listed(
    url: str, hall: RedisHall, window: Opener, clock: Clock
) -> None:
    """So that who comes late finds himself, and knows that he is not forgotten."""
    board = await window(f"{url}/hall/board")
    await called(hall, "1", "3")
    await hall.hold("3", reason="copy")
    await hall.recall("1")
    clock.pass_(minutes=2)
    await hall.no_show("1")

    await board.reads("#missed", "A001")
    await board.reads("#held", "B001")


async def test_a_broadcast_is_told_as_it_was_typed(
    url: str, hall: RedisHall, window: Opener
) -> None:
    """However it looks: nobody can slip markup onto the wall."""
    text = "<img src=x onerror=alert(1)> & 系统维护"
    board = await window(f"{url}/hall/board")
    await hall.broadcast(text)

    await board.reads("#notice", text)
    assert board.complaints == []


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_it_fits_any_screen(
    url: str, hall: RedisHall, window: Opener, clock: Clock, theme: str
) -> None:
    """From a 7-inch sign to a wall, lying or standing: nothing spills, nothing scrolls."""
    await called(hall, "1", "2", "3", "4", "5")
    for number in range(9):
        await hall.take(("G1", "P1", "S1")[number % 3])
    await hall.broadcast(
        "今天下午三点至四点系统维护，社会保险业务暂停办理；已取号的号码保留有效。" * 5
    )
    # The caption of a call goes before it for a while.
    clock.pass_(minutes=1)
    board = await window(f"{url}/hall/board?theme={theme}")
    await board.reads("#notice", "系统维护")

    for width, height in SIZES:
        await board.page.set_viewport_size({"width": width, "height": height})
        await board.until("wide => innerWidth === wide", width)
        # Text is made to fit in the frame after the screen has changed.
        await board.page.evaluate("new Promise((then) => requestAnimationFrame(then))")
        assert await spills(board) == [], (width, height)


async def spills(board: Screen) -> list[str]:
    """What stands outside the screen, or outside its row."""
    found: list[str] = await board.page.evaluate(
        """() => {
          const out = [];
          const root = document.documentElement;
          if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) out.push("page");
          for (const one of document.querySelectorAll("#calls li, #lanes li, #clock, footer *")) {
            if (!one.offsetParent) continue;
            const { left, right, top, bottom } = one.getBoundingClientRect();
            if (left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1)
              out.push(one.outerHTML.slice(0, 80));
          }
          for (const b of document.querySelectorAll("#calls b"))
            if (b.offsetParent && b.scrollWidth > b.clientWidth + 1) out.push(b.textContent);
          return out;
        }"""
    )
    return found


async def test_the_theme_can_be_set(url: str, hall: RedisHall, window: Opener) -> None:
    """Dark by itself; light when asked for; `auto` as the machine likes it."""

    async def ground(query: str, likes: str) -> str:
        board = await window(f"{url}/hall/board{query}", color_scheme=likes)
        colour = "getComputedStyle(document.documentElement).backgroundColor"
        return str(await board.page.evaluate(colour))

    dark, light = "rgb(14, 23, 32)", "rgb(255, 255, 255)"
    assert await ground("", "light") == dark
    assert await ground("?theme=light", "dark") == light
    assert await ground("?theme=auto", "dark") == dark
    assert await ground("?theme=auto", "light") == light


async def test_a_page_weighs_little(url: str, hall: RedisHall, window: Opener) -> None:
    """An old television loads all of it in a second."""
    board = await window(f"{url}/hall/board")
    await board.reads("#calls", "暂无叫号")
    bytes_ = await board.page.evaluate(
        "performance.getEntries().reduce((sum, one) => sum + (one.transferSize || 0), 0)"
    )
    assert 10_000 < bytes_ < 150_000
