"""Pictures as stories: what people see of a hall while it works."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from display.pictures import PAINTERS
from queue_server.domain.layout import Layout
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.display.stories import called, calls, open_windows, seen, take

pytestmark = pytest.mark.anyio


async def test_the_newest_call_is_on_top(hall: RedisHall, clock: Clock) -> None:
    """Two are called and the first is served; the board shows both, the newest first."""
    await open_windows(hall, "1", "3")
    first, second = await take(hall, "G1"), await take(hall, "P1")
    await called(hall, "1")
    await hall.start("1")
    clock.pass_(seconds=5)
    await called(hall, "3")

    board = await seen(hall, clock)

    assert calls(board) == [(second, "3", "called"), (first, "1", "serving")]
    newest = board["calls"][0]
    assert newest["at"] == clock()
    assert (newest["window_name"], newest["lane"], newest["class"]) == (
        "公安",
        "police",
        "ordinary",
    )
    assert (newest["calls"], board["languages"]) == (1, ["zh-CN", "en"])


async def test_a_recall_comes_to_the_top_with_a_new_seq(hall: RedisHall, clock: Clock) -> None:
    """Called again, an earlier visitor stands on top, so that it flashes once more."""
    await open_windows(hall, "1", "3")
    first, second = await take(hall, "G1"), await take(hall, "P1")
    await called(hall, "1")
    await called(hall, "3")
    before = {call["ticket"]: call["call"] for call in (await seen(hall, clock))["calls"]}

    clock.pass_(seconds=20)
    await hall.recall("1")
    board = await seen(hall, clock)

    assert calls(board) == [(first, "1", "called"), (second, "3", "called")]
    top = board["calls"][0]
    assert top["call"] > max(before.values())
    assert (top["calls"], top["at"]) == (2, clock())


async def test_who_has_left_stays_where_it_stood(hall: RedisHall, clock: Clock) -> None:
    """A recalled visitor who is served keeps the place of the recall, without a state."""
    await open_windows(hall, "1", "3")
    first, second = await take(hall, "G1"), await take(hall, "P1")
    await called(hall, "1")
    await called(hall, "3")
    await hall.recall("1")
    top = (await seen(hall, clock))["calls"][0]

    await hall.finish("1")
    board = await seen(hall, clock)

    assert calls(board) == [(first, "1", ""), (second, "3", "called")]
    assert board["calls"][0] == top | {"state": ""}


async def test_missed_and_held_numbers_stand_aside(hall: RedisHall, clock: Clock) -> None:
    """Who did not come and who was put aside are listed, newest first, until they are back."""
    await open_windows(hall, "1")
    numbers = [await take(hall, "G1") for _ in range(4)]
    for _ in range(2):
        await called(hall, "1")
        await hall.recall("1")
        clock.pass_(seconds=120)
        await hall.no_show("1")
    for _ in range(2):
        await called(hall, "1")
        clock.pass_(seconds=1)
        await hall.hold("1", reason="材料不齐")

    board = await seen(hall, clock)
    assert board["missed"] == [numbers[1], numbers[0]]
    assert board["held"] == [numbers[3], numbers[2]]

    await hall.reinstate(numbers[0])
    await hall.unhold(numbers[2], window="1")
    board = await seen(hall, clock)
    assert board["missed"] == [numbers[1]]
    assert board["held"] == [numbers[3]]


async def test_a_transferred_visitor_is_called_at_the_other_window(
    hall: RedisHall, clock: Clock
) -> None:
    """One visitor, two windows: two entries, and only the present one has a state."""
    await open_windows(hall, "1", "3")
    number = await take(hall, "G1")
    await called(hall, "1")
    await hall.transfer("1", lane="police", note="带身份证复印件")
    clock.pass_(seconds=10)
    await called(hall, "3")

    assert calls(await seen(hall, clock)) == [(number, "3", "called"), (number, "1", "")]


async def test_a_second_visit_to_a_window_replaces_the_first(hall: RedisHall, clock: Clock) -> None:
    """Put back and called again at the same window, a visitor stands there once."""
    await open_windows(hall, "1")
    number = await take(hall, "G1")
    await called(hall, "1")
    await hall.requeue("1")
    await called(hall, "1")

    assert calls(await seen(hall, clock)) == [(number, "1", "called")]


async def test_an_undone_call_was_never_made(hall: RedisHall, clock: Clock) -> None:
    """After an undo the board is what it was."""
    await open_windows(hall, "1")
    await take(hall, "G1")
    before = await seen(hall, clock)
    await called(hall, "1")

    await hall.undo("1")

    after = await seen(hall, clock)
    assert after["calls"] == before["calls"] == []
    assert after["lanes"] == before["lanes"]


async def test_nothing_private_is_on_a_picture(
    hall: RedisHall, layout: Layout, clock: Clock
) -> None:
    """Clerks, notes, reasons, companions and ratings stay inside."""
    await hall.open_window("1", clerk="clerk-of-one", by="clerk-of-one")
    await hall.open_window("3", clerk="clerk-of-three")
    first = await take(hall, "G1", on_behalf="替母亲", booking="booking-7")
    await take(hall, "P1")
    await hall.reclassify(first, "green", "reason-of-the-guide")
    await called(hall, "1")
    await hall.transfer("1", lane="police", note="note-of-the-clerk")
    await called(hall, "3")
    await hall.finish("3", outcome="受理", note="last-note")
    await hall.rate(first, 1, ["态度"])
    await called(hall, "3")
    await hall.hold("3", reason="reason-of-the-hold")
    await hall.pause("3", reason="reason-of-the-pause")
    await hall.assist("1", reason="reason-of-the-help")

    pictures = [
        await seen(hall, clock),
        await seen(hall, clock, "zone", "main"),
        *[await seen(hall, clock, "sign", window.number) for window in layout.windows],
    ]

    told = json.dumps(pictures, ensure_ascii=False)
    secrets = ("clerk", "note", "reason", "替母亲", "booking", "态度", "受理", "score", "asked")
    # A window's own name may say what it is for.
    told = told.replace("综合受理", "")
    assert [secret for secret in secrets if secret in told.replace("notice", "")] == []


async def test_windows_keep_the_plan_s_order_and_left_out_ones_follow(
    hall: RedisHall, layout: Layout, clock: Clock
) -> None:
    """A window that a new plan left out stays on the board until its visitor has gone."""
    await open_windows(hall, "9")
    number = await take(hall, "G1", "green")
    await called(hall, "9")
    await hall.change_layout(replace(layout, windows=layout.windows[:-1]).to_json())

    board = await seen(hall, clock)

    assert [window["window"] for window in board["windows"]] == ["1", "2", "3", "4", "5", "9"]
    assert calls(board) == [(number, "9", "called")]
    assert (await seen(hall, clock, "sign", "9"))["call"]["ticket"] == number


async def test_there_is_no_such_zone_or_window(hall: RedisHall) -> None:
    """A sentence for whoever set the screen up."""
    view = await hall.view()
    with pytest.raises(LookupError, match="There is no zone cellar"):
        PAINTERS["zone"](view, "cellar", 0)
    with pytest.raises(LookupError, match="There is no window 77"):
        PAINTERS["sign"](view, "77", 0)


async def test_a_board_has_at_most_forty_calls(hall: RedisHall, clock: Clock) -> None:
    """The oldest fall off, and come back when they are called again."""
    await open_windows(hall, "1", "4")
    waiting = await take(hall, "S1")
    await called(hall, "4")
    await hall.recall("4")
    for _ in range(45):
        await take(hall, "G1")
        await called(hall, "1")
        await hall.finish("1")

    board = await seen(hall, clock)

    assert len(board["calls"]) == 40
    assert waiting not in [call["ticket"] for call in board["calls"]]
    await hall.recall("4")
    assert calls(await seen(hall, clock))[0] == (waiting, "4", "called")


def test_before_the_first_day_pictures_are_empty() -> None:
    """A screen may be switched on before the hall was ever open."""
    for kind, name in (("board", ""), ("zone", "main"), ("sign", "3")):
        picture = PAINTERS[kind](HallView(), name, 0)
        assert picture["today"]["state"] == "closed"
    assert PAINTERS["board"](HallView(), "", 0)["calls"] == []
