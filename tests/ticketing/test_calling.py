"""The service of callers: real frames on a line, a real hall behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from queue_server.client.device import Device
from queue_server.client.remote_hall import RemoteHall
from queue_server.domain.hall import Position
from queue_server.domain.tickets import State
from queue_server.engine.redis_hall import RedisHall
from tests.client.at_work import running, until
from tests.conftest import Clock
from tests.ticketing.caller_line import (
    ABANDON,
    CALL,
    CALL_BACK,
    CANCEL,
    HOLD,
    PAUSE,
    RATE,
    RECALL,
    TRANSFER,
    CallerLine,
    frame,
)
from ticketing.callers import bus
from ticketing.calling import Calling
from ticketing.keys import Keys

pytestmark = pytest.mark.anyio
AT_ONE, AT_THREE = 11, 13
ADDRESSES = {AT_ONE: "1", AT_THREE: "3"}


@pytest.fixture
def line(tmp_path: Path) -> Iterator[CallerLine]:
    with CallerLine(tmp_path / "ttyS1") as line:
        yield line


def of(hall: RedisHall, line: CallerLine, keys: Keys | None = None) -> Calling:
    device = Device(hall, "callers-1", "caller")
    return Calling(hall, bus(f"rs485://{line.path}"), ADDRESSES, device, keys)


@pytest.fixture
async def calling(hall: RedisHall, line: CallerLine) -> AsyncIterator[Calling]:
    """Window 1 is open, and its caller shows that nobody waits."""
    await hall.open_window("1")
    calling = of(hall, line)
    async with running(calling):
        await line.shown(AT_ONE, "0")
        yield calling


async def told(hall: RedisHall) -> list[str]:
    """Everything that happened to tickets and windows, without the opening."""
    view = await hall.view()
    follower = hall.follow(Position(view.day, 0))
    found: list[str] = []
    seen = 0
    while seen < view.seq:
        events = await anext(follower)
        seen = events[-1].seq
        found += [event.kind for event in events if event.kind.startswith(("ticket", "window"))]
    return found[1:]


async def test_a_press_calls_the_next_and_the_display_shows_it(
    hall: RedisHall, line: CallerLine, calling: Calling
) -> None:
    """One tone; before, the display counted who waits."""
    await hall.take("G1")
    await hall.take("G1")
    await line.shown(AT_ONE, "2")
    said = line.press(AT_ONE, CALL)
    await line.shown(AT_ONE, "001")
    await line.answered(AT_ONE, 1)

    assert said in line.said
    assert (await hall.view()).windows["1"].ticket == "A001"
    assert (await told(hall))[2:] == ["ticket.called"]


async def test_a_press_that_is_sent_again_is_one_press(
    hall: RedisHall, line: CallerLine, calling: Calling
) -> None:
    """A device that was not heard repeats itself; one ticket is called."""
    await hall.take("G1")
    await hall.take("G1")
    line.press(AT_ONE, CALL, times=5)
    await line.answered(AT_ONE, 1)
    await line.shown(AT_ONE, "001")

    assert (await told(hall))[2:] == ["ticket.called"]
    assert line.beeps(AT_ONE) == 1


async def test_a_storm_of_presses_calls_one_visitor(
    hall: RedisHall, line: CallerLine, calling: Calling
) -> None:
    """A nervous finger, each time a press of its own: one call, and two tones for every other."""
    for _ in range(3):
        await hall.take("G1")
    for beeps in (1, 3, 5, 7, 9):
        line.press(AT_ONE, CALL)
        await line.answered(AT_ONE, beeps)
        await asyncio.sleep(0.31)

    assert (await told(hall))[3:] == ["ticket.called"]


async def test_windows_that_press_together_get_one_visitor_each(
    hall: RedisHall, line: CallerLine, calling: Calling
) -> None:
    """All on one line."""
    await hall.open_window("3")
    await hall.take("P1")
    await hall.take("P1")
    line.press(AT_ONE, CALL)
    line.press(AT_THREE, CALL)
    await line.answered(AT_ONE, 1)
    await line.answered(AT_THREE, 1)

    view = await hall.view()
    assert {view.windows["1"].ticket, view.windows["3"].ticket} == {"B001", "B002"}


async def test_a_whole_visit_by_keys(
    hall: RedisHall, line: CallerLine, calling: Calling, clock: Clock
) -> None:
    """Called, called again, here, done and the next one; the second goes and comes back."""
    await hall.take("G1")
    await hall.take("G1")
    for beeps, key in enumerate((CALL, RECALL, CALL, CALL, HOLD, CALL_BACK), 1):
        line.press(AT_ONE, key)
        await line.answered(AT_ONE, beeps)
        clock.pass_(seconds=30)
        await asyncio.sleep(0.31)

    assert (await told(hall))[2:] == [
        "ticket.called",
        "ticket.recalled",
        "ticket.started",
        "ticket.finished",
        "ticket.called",
        "ticket.held",
        "ticket.called",
    ]


async def test_done_with_nobody_after_is_no_mistake(
    hall: RedisHall, line: CallerLine, calling: Calling, clock: Clock
) -> None:
    """The visit is over, the display counts again, one tone."""
    await hall.take("G1")
    await hall.call_next("1")
    await hall.start("1")
    await line.shown(AT_ONE, "001")
    clock.pass_(minutes=5)
    line.press(AT_ONE, CALL)
    await line.shown(AT_ONE, "0")
    await line.answered(AT_ONE, 1)
    await asyncio.sleep(0.4)

    assert line.beeps(AT_ONE) == 1
    assert (await hall.view()).tickets["A001"].state is State.SERVED


@pytest.mark.parametrize("key", [CALL, RECALL, RATE, CANCEL, TRANSFER, ABANDON, HOLD, CALL_BACK])
async def test_what_may_not_be_is_told_by_two_tones(
    hall: RedisHall, line: CallerLine, key: str
) -> None:
    """At a closed window nothing happens, whatever is pressed."""
    async with running(of(hall, line)):
        await until(lambda: AT_ONE in line.shows)
        line.press(AT_ONE, key)
        await line.answered(AT_ONE, 2)

    assert await told(hall) == []


async def test_pause_transfer_and_undo(hall: RedisHall, line: CallerLine, clock: Clock) -> None:
    """Each by its key."""
    await hall.open_window("1")
    await hall.take("G1")
    await hall.call_next("1")
    async with running(of(hall, line, Keys(transfer_to="social"))):
        await line.shown(AT_ONE, "001")
        for beeps, key in enumerate((TRANSFER, CANCEL, ABANDON, PAUSE, PAUSE), 1):
            line.press(AT_ONE, key)
            # The missed call is refused, so early: two tones.
            await line.answered(AT_ONE, beeps + (beeps > 2))
            await asyncio.sleep(0.31)

    assert (await told(hall))[2:] == [
        "ticket.transferred",
        "window.undone",
        "window.paused",
        "window.unpaused",
    ]


async def test_a_rater_asks_and_its_answer_counts(
    hall: RedisHall, line: CallerLine, calling: Calling
) -> None:
    """The key asks the visitor; four keys are five levels; nobody is named; one opinion a visit."""
    await hall.take("G1")
    await hall.call_next("1")
    await hall.start("1")
    line.press(AT_ONE, RATE)
    # The key's confirmation looks the same as the question.
    asked = frame(AT_ONE, 1, b"\x0b")
    await until(lambda: line.said.count(asked) == 2)
    await hall.finish("1")
    line.rate(AT_ONE, 1)
    while not (ticket := (await hall.view()).tickets["A001"]).score:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.31)
    line.rate(AT_ONE, 4)
    await until(lambda: frame(AT_ONE, 1, b"\x04") in line.said)

    assert ticket.score == 2
    assert (await told(hall)).count("ticket.rated") == 1


async def test_an_unknown_caller_does_nothing(
    hall: RedisHall, line: CallerLine, calling: Calling, caplog: pytest.LogCaptureFixture
) -> None:
    """It is confirmed, so that it stops; and somebody is told to look at the addresses."""
    await hall.take("G1")
    said = line.press(99, CALL)
    await until(lambda: said in line.said)
    await until(lambda: "no window has caller 99" in caplog.text)

    assert (await told(hall))[1:] == []


async def test_an_unplugged_line_is_seen_and_comes_back(
    hall: RedisHall, line: CallerLine, calling: Calling
) -> None:
    """The hall goes on; when the line is back, displays show the present and keys work."""

    async def state(wanted: str) -> str:
        while (device := (await hall.view()).devices.get("callers-1")) is None or (
            device.state != wanted
        ):
            await asyncio.sleep(0.02)
        return device.error

    line.unplug()
    error = await state("failed")
    await hall.take("G1")
    await hall.take("G1")
    line.shows.clear()
    line.plug()
    await line.shown(AT_ONE, "2")
    line.press(AT_ONE, CALL)
    await line.shown(AT_ONE, "001")

    assert str(line.path) in error
    assert await state("ok") == ""


async def test_a_hall_that_is_away_is_told_by_two_tones(line: CallerLine) -> None:
    """The line goes on: presses are confirmed, and not kept for later."""
    async with RemoteHall("http://127.0.0.1:1", "hall", "token", patience=0.2) as away:
        calling = Calling(
            away, bus(f"rs485://{line.path}"), ADDRESSES, Device(away, "callers-1", "caller")
        )
        async with running(calling):
            # What is said before the port is open is not heard.
            await until(lambda: AT_ONE in line.shows)
            line.press(AT_ONE, CALL)
            await line.answered(AT_ONE, 2)
