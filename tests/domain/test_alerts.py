"""What a manager should look at, told from a hall as it is."""

from __future__ import annotations

import pytest

from queue_server.domain.alerts import Limits, Seen, alerts, holds
from queue_server.domain.calling import MINUTE
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock

pytestmark = pytest.mark.anyio

LIMITS = Limits(queue=4, at_window=2)


async def told(hall: RedisHall, limits: Limits = LIMITS) -> list[str]:
    return [one.id for one in alerts(await hall.view(), await hall.now(), limits)]


async def test_a_hall_that_is_well_has_none(hall: RedisHall, clock: Clock) -> None:
    """Somebody waits, a window is open, and all of it is young."""
    await hall.open_window("3")
    await hall.take("P1")
    clock.pass_(minutes=2)
    assert await told(hall) == []
    assert alerts(HallView(), clock(), LIMITS) == ()


async def test_a_long_wait_is_told_again_when_it_has_grown(hall: RedisHall, clock: Clock) -> None:
    """The id stays for a quarter of an hour, so that one word of "seen" is enough for that long."""
    await hall.open_window("3")
    await hall.take("P1")
    await hall.call_next("3")
    await hall.take("P1")
    clock.pass_(minutes=31)
    assert await told(hall) == ["wait:police:30"]
    clock.pass_(minutes=13)
    assert await told(hall) == ["wait:police:30"]
    clock.pass_(minutes=2)
    assert await told(hall) == ["wait:police:45"]


async def test_people_whom_nobody_can_call_are_told_once(hall: RedisHall, clock: Clock) -> None:
    """That no window is open says why they wait; a window that opens ends it."""
    await hall.take("S1")
    clock.pass_(minutes=2)
    assert await told(hall) == []
    clock.pass_(minutes=40)
    assert await told(hall) == ["unserved:social"]
    await hall.open_window("4")
    assert await told(hall) == ["wait:social:30"]


async def test_a_green_window_is_no_help_to_others(hall: RedisHall, clock: Clock) -> None:
    """It serves the lane, but only one class of it."""
    await hall.open_window("9")
    await hall.take("S1")
    clock.pass_(minutes=5)
    assert await told(hall) == ["unserved:social"]


async def test_long_queues_and_crowded_windows(hall: RedisHall) -> None:
    """Over so many in a lane, and over so many for each of its open windows."""
    await hall.open_window("4")
    for _ in range(5):
        await hall.take("S1")
    assert await told(hall) == ["queue:social:4", "crowded:4:2"]
    await hall.open_window("5")
    assert await told(hall) == ["queue:social:4"]


async def test_an_idle_window_beside_a_queue(hall: RedisHall, clock: Clock) -> None:
    """Three minutes free while people wait for it; until somebody is called."""
    await hall.open_window("3")
    clock.pass_(minutes=30)
    await hall.take("P1")
    clock.pass_(minutes=2)
    assert await told(hall) == []
    clock.pass_(minutes=2)
    (idle,) = await told(hall)
    assert idle.startswith("idle:3:")
    await hall.call_next("3")
    assert await told(hall) == []


async def test_a_pause_that_is_too_long_and_a_window_that_fell_silent(
    hall: RedisHall, clock: Clock
) -> None:
    """Each pause is an alert of its own; a lost window names the ticket that is left there."""
    await hall.open_window("3")
    await hall.pause("3", "用餐")
    clock.pass_(minutes=21)
    (pause,) = alerts(await hall.view(), clock(), LIMITS)
    assert (pause.kind, pause.window, pause.detail, pause.grave) == ("pause", "3", "用餐", False)

    await hall.unpause("3")
    await hall.close_window("3")
    await hall.open_window("4", lease=30_000)
    await hall.take("S1")
    await hall.call_next("4")
    clock.pass_(seconds=31)
    await hall.tick()
    (lost,) = alerts(await hall.view(), clock(), LIMITS)
    assert (lost.kind, lost.window, lost.ticket, lost.grave) == ("lost", "4", "C001", True)


async def test_what_did_not_reach_people(hall: RedisHall, clock: Clock) -> None:
    """A device that is down, slips that are not on paper: one alert, however many people."""
    await hall.open_window("3")
    await hall.device_seen("printer-1", sort="printer", state="failed", error="缺纸")
    for number in ("B001", "B002"):
        await hall.take("P1", source="kiosk-1")
        await hall.print_failed(number, "printer-1", "缺纸")
    device, slips = alerts(await hall.view(), clock(), LIMITS)
    assert (device.kind, device.device, device.detail) == ("device", "printer-1", "缺纸")
    assert (slips.id, slips.count) == ("unprinted:B001", 2)


async def test_a_closed_hall_is_quiet_but_for_its_devices(hall: RedisHall, clock: Clock) -> None:
    """A self-service area is watched at night, too."""
    await hall.open_window("3")
    await hall.pause("3")
    await hall.device_seen("kiosk-1", sort="kiosk", state="failed")
    await hall.close_day("force")
    clock.pass_(minutes=90)
    (device,) = await told(hall)
    assert device.startswith("device:kiosk-1:")


async def test_seen_holds_for_a_while_or_for_good(hall: RedisHall, clock: Clock) -> None:
    """What grows is asked again after half an hour; what is one event is not."""
    await hall.open_window("3")
    await hall.take("P1")
    await hall.call_next("3")
    await hall.take("P1")
    await hall.device_seen("lobby", sort="screen", state="failed")
    clock.pass_(minutes=31)
    wait, device = alerts(await hall.view(), clock(), LIMITS)
    seen = Seen("person:1", "林", clock())
    assert holds(wait, seen, clock())
    assert not holds(wait, None, clock())
    assert not holds(wait, seen, clock() + 30 * MINUTE)
    assert holds(device, seen, clock() + 600 * MINUTE)
