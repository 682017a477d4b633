"""What a kiosk shows, as the fold of what a hall told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from queue_server.domain.events import TicketTaken
from queue_server.domain.layout import Kind, Layout, Slot
from queue_server.domain.refusals import OutOfHours, Quota
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.events import only
from ticketing.kiosk_picture import kiosk

pytestmark = pytest.mark.anyio

HALF_PAST_EIGHT = 8 * 60 + 30


@pytest.fixture
def layout(layout: Layout) -> Layout:
    """P1 has two numbers in this hour and two more after ten; S1 opens at nine."""
    slots = {
        "P1": (Slot(8 * 60, 9 * 60, 2), Slot(10 * 60, 11 * 60, 2)),
        "S1": (Slot(9 * 60, 12 * 60),),
    }
    services = tuple(replace(one, slots=slots.get(one.code, ())) for one in layout.services)
    guide = replace(layout.windows[1], kinds=(Kind.UNIFIED, Kind.GUIDE))
    windows = (layout.windows[0], guide, *layout.windows[2:])
    return replace(layout, services=services, windows=windows, complaint_phone="12345").checked()


async def seen(hall: RedisHall, clock: Clock) -> Any:
    return kiosk(await hall.view(), "", clock())


def lane(picture: Any, id_: str) -> Any:
    return next(one for one in picture["lanes"] if one["lane"] == id_)


async def test_lanes_with_who_waits_and_for_how_long(hall: RedisHall, clock: Clock) -> None:
    """By class: where to go, and a range rounded outward; none while no window is open."""
    await hall.take("G1")
    assert lane(await seen(hall, clock), "general")["expected"]["ordinary"] is None

    await hall.open_window("1")
    await hall.open_window("9")
    await hall.pause("9", reason="午餐")

    general = lane(await seen(hall, clock), "general")
    assert (general["waiting"], general["open"], general["paused"]) == (1, 1, 1)
    assert general["windows"] == {
        "ordinary": ["1", "2"],
        "green": ["1", "2", "9"],
        "appointment": ["1", "2"],
    }
    wait = general["expected"]["ordinary"]
    assert wait["low"] % 5 == wait["high"] % 5 == 0
    assert wait["high"] > wait["low"]


async def test_quota_and_hours_in_the_halls_own_codes(hall: RedisHall, clock: Clock) -> None:
    """The picture says beforehand what the hall would answer."""
    picture = await seen(hall, clock)
    nine = clock() + 30 * 60_000
    assert picture["services"] == {
        "P1": {"left": 2, "why": "", "opens": 0},
        "P2": {"left": 3, "why": "", "opens": 0},
        "S1": {"left": None, "why": "OUT_OF_HOURS", "opens": nine},
    }
    with pytest.raises(OutOfHours):
        await hall.take("S1")

    await hall.take("P1")
    first = only(await hall.take("P1"), TicketTaken)
    await hall.cancel(first.ticket)
    assert (await seen(hall, clock))["services"]["P1"] == {"left": 0, "why": "QUOTA", "opens": 0}
    with pytest.raises(Quota):
        await hall.take("P1")

    clock.pass_(minutes=45)
    later = (await seen(hall, clock))["services"]
    assert later["P1"] == {"left": None, "why": "OUT_OF_HOURS", "opens": nine + 60 * 60_000}
    assert later["S1"]["why"] == ""
    clock.pass_(minutes=60)
    assert (await seen(hall, clock))["services"]["P1"]["left"] == 2


async def test_a_slip_from_pending_to_paper_or_trouble(hall: RedisHall, clock: Clock) -> None:
    """A hall without a printer has none; one that stays silent has failed."""
    for source in ("kiosk", "kiosk-2", "guide", "phone"):
        await hall.take("G1", source=source)
    picture = await seen(hall, clock)
    assert picture["printer"] == "none"
    assert picture["slips"] == dict.fromkeys(("A003", "A002", "A001"), "pending")

    await hall.device_seen("printer-1", sort="printer", state="warning")
    await hall.printed("A001", device="printer-1")
    await hall.print_failed("A002", error="缺纸 (out of paper)", device="printer-1")
    clock.pass_(seconds=21)
    picture = await seen(hall, clock)
    assert picture["printer"] == "ok"
    assert picture["slips"] == {"A001": "printed", "A002": "no_paper", "A003": "failed"}

    await hall.device_seen("printer-1", sort="printer", state="failed", error="缺纸")
    clock.pass_(minutes=3)
    picture = await seen(hall, clock)
    assert (picture["printer"], picture["slips"]) == ("failed", {})


async def test_the_day_with_its_mode_and_what_is_announced(hall: RedisHall, clock: Clock) -> None:
    """A notice stands for as long as the mode, an announcement until it has run out."""
    await hall.set_mode("appointment_only", notice="只接待预约")
    await hall.broadcast("请勿喧哗", until=clock() + 60_000)
    today = (await seen(hall, clock))["today"]
    assert (today["state"], today["mode"], today["notice"]) == (
        "open",
        "appointment_only",
        "只接待预约",
    )
    assert today["broadcast"] == "请勿喧哗"

    clock.pass_(minutes=2)
    picture = await seen(hall, clock)
    assert picture["today"]["broadcast"] == ""
    assert (picture["guides"], picture["phone"]) == (["2"], "12345")
    assert [one["class"] for one in picture["classes"]] == ["ordinary", "green", "appointment"]


async def test_nobodys_name_is_in_it(hall: RedisHall, clock: Clock) -> None:
    """Whatever was said with a ticket stays with it."""
    await hall.take("G1", person="secret-person", on_behalf="某人", booking="BK-77", source="kiosk")
    picture = str(await seen(hall, clock))
    assert not any(word in picture for word in ("secret-person", "某人", "BK-77"))


def test_a_hall_that_was_never_opened_is_closed() -> None:
    """The page shows the name it was served with, and waits."""
    picture = kiosk(HallView(), "", 0)
    assert (picture["today"]["state"], picture["lanes"], picture["services"]) == ("closed", [], {})
