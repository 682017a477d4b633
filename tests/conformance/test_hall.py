"""One suite for every hall, in process and over HTTP: whatever a device is plugged into."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from queue_server.api.commands import COMMANDS
from queue_server.client.remote_hall import RemoteHall
from queue_server.domain.events import Event
from queue_server.domain.hall import Events, Hall, Position
from queue_server.domain.layout import Layout
from queue_server.domain.refusals import (
    Away,
    Busy,
    Duplicate,
    Idle,
    Invalid,
    Nobody,
    NoTicket,
    Refused,
    Repeated,
    WrongState,
)
from queue_server.domain.tickets import State
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.installation import PATIENCE

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["redis", "remote"])
def port(request: pytest.FixtureRequest, hall: RedisHall, remote_hall: RemoteHall) -> Hall:
    return hall if request.param == "redis" else remote_hall


def kinds(events: Events) -> list[str]:
    return [event.kind for event in events]


async def collected(hall: Hall, after: Position | None, count: int) -> Events:
    found: list[Event] = []
    async with asyncio.timeout(PATIENCE):
        async for events in hall.follow(after):
            found += events
            if len(found) >= count:
                break
    return found


@pytest.fixture
async def three(port: Hall) -> Hall:
    """Three wait for police, and window 3 is open."""
    for _ in range(3):
        await port.take("P1")
    await port.open_window("3", clerk="person:1")
    return port


async def test_a_visit_from_the_door_to_the_end(port: Hall, clock: Clock) -> None:
    """take, call_next, recall, start, finish, rate: one event each, in the words of the event."""
    taken = await port.take("P1", language="en", on_behalf="mother", booking="B/7", person="ab")
    opened = await port.open_window("3", clerk="person:1", lease=60_000)
    called = await port.call_next("3", lane="police")
    recalled = await port.recall("3")
    started = await port.start("3")
    finished = await port.finish("3", outcome="done", services=["P1"], persons=2, note="谢谢")
    rated = await port.rate("B001", 5, reasons=["fast"], source="phone")

    told = taken + opened + called + recalled + started + finished + rated
    assert kinds(told) == [
        "ticket.taken",
        "window.opened",
        "ticket.called",
        "ticket.recalled",
        "ticket.started",
        "ticket.finished",
        "ticket.rated",
    ]
    assert [event.seq for event in told] == list(range(2, 9))
    view = await port.view()
    assert view.tickets["B001"].score == 5
    assert await collected(port, Position(view.day, 1), 7) == told


async def test_what_a_window_can_do_with_a_ticket(three: Hall, clock: Clock) -> None:
    """skip, hold, unhold, requeue, transfer, undo, add_step: each moves the ticket as it says."""
    await three.call_next("3")
    assert kinds(await three.skip("3")) == ["ticket.skipped", "ticket.called"]
    assert kinds(await three.hold("3", reason="papers")) == ["ticket.held"]
    assert (await three.view()).count(State.HELD) == 1
    assert kinds(await three.unhold("B002")) == ["ticket.unheld"]
    await three.call("3", "B003")
    assert kinds(await three.requeue("3", place="end")) == ["ticket.requeued"]
    await three.call_next("3")
    sent = await three.transfer("3", lane="social", place="first", note="form", come_back=True)
    assert kinds(sent) == ["ticket.transferred"]
    assert kinds(await three.undo("3")) == ["window.undone"]
    assert kinds(await three.add_step("B002", "S1")) == ["ticket.step_added"]


async def test_what_a_visitor_can_do(three: Hall, clock: Clock) -> None:
    """away, back, reclassify, cancel, and coming too late: no_show and reinstate."""
    assert kinds(await three.away("B001")) == ["ticket.went_away"]
    assert kinds(await three.back("B001")) == ["ticket.came_back"]
    marked = await three.reclassify("B002", "green", "wheelchair")
    assert kinds(marked) == ["ticket.reclassified"]
    assert kinds(await three.cancel("B003", "tired")) == ["ticket.cancelled"]
    await three.call("3", "B001")
    await three.recall("3")
    clock.pass_(seconds=61)
    assert kinds(await three.no_show("3")) == ["ticket.missed"]
    assert kinds(await three.reinstate("B001")) == ["ticket.reinstated"]


async def test_what_a_window_does_for_itself(port: Hall) -> None:
    """pause, unpause, quick, assist and its answer, handing over, close_window."""
    await port.open_window("4", clerk="person:1", auto=True)
    assert kinds(await port.pause("4", "tea")) == ["window.paused"]
    assert kinds(await port.unpause("4"))[0] == "window.unpaused"
    assert kinds(await port.quick("4", service="S1", persons=2)) == ["window.quick_served"]
    assert kinds(await port.assist("4", "printer")) == ["window.assist_asked"]
    assert kinds(await port.assist_accept("4", "person:2")) == ["window.assist_accepted"]
    assert kinds(await port.assist_done("4")) == ["window.assist_done"]
    handed = await port.open_window("4", clerk="person:2", take_over=True)
    assert kinds(handed) == ["window.handed_over"]
    assert kinds(await port.close_window("4")) == ["window.closed"]


async def test_what_the_hall_says_to_everybody(port: Hall, layout: Layout) -> None:
    """set_mode, broadcast, change_layout, close_day, open_day again."""
    assert kinds(await port.set_mode("appointment_only", "full")) == ["day.mode_set"]
    assert kinds(await port.set_mode("normal")) == ["day.mode_set"]
    assert kinds(await port.broadcast("停电通知", zone="main", until=5)) == ["day.broadcast"]
    assert kinds(await port.change_layout(layout.to_json())) == ["layout.changed"]
    assert kinds(await port.close_day("force"))[-1] == "day.closed"
    assert kinds(await port.open_day()) == ["day.opened"]


async def test_what_devices_report(three: Hall) -> None:
    """announced, shown, printed, print_failed, device_seen: facts, told as they are; and reprint,
    which asks for one."""
    call = (await three.call_next("3"))[0].seq
    assert kinds(await three.announced("B001", call, "voice-1", delay=80)) == ["ticket.announced"]
    assert kinds(await three.shown("B001", call, "screen-1")) == ["ticket.shown"]
    assert kinds(await three.printed("B001", "printer-1", copy=True)) == ["ticket.printed"]
    assert kinds(await three.print_failed("B002", "printer-1", "纸尽")) == ["ticket.print_failed"]
    seen = await three.device_seen("printer-1", sort="printer", state="failed", error="纸尽")
    assert kinds(seen) == ["device.seen"]
    assert await three.device_seen("printer-1", sort="printer", state="failed", error="纸尽") == []
    assert kinds(await three.reprint("B001", "printer-1", "wet")) == ["ticket.reprint_asked"]


async def test_links_and_salts_are_the_same_everywhere(port: Hall) -> None:
    """The slip's link and the salt of the day, however the hall is reached."""
    await port.take("G1")
    link, salt = await port.link("A001"), await port.salt()

    assert link.startswith("/t/hall.")
    assert len(salt) == 32
    assert (await port.link("A001"), await port.salt()) == (link, salt)
    with pytest.raises(NoTicket):
        await port.link("A999")


def test_the_stories_above_say_every_command() -> None:
    """A command that nobody plays here would be a command that nobody compares."""
    text = Path(__file__).read_text("utf-8")
    assert [name for name in COMMANDS if f".{name}(" not in text] == []


async def test_the_same_command_again_gives_the_same_answer(three: Hall) -> None:
    """A double click gets the events of the first time, and nobody is called twice."""
    first = await three.call_next("3", command="click-1")
    again = await three.call_next("3", command="click-1")

    assert again == first
    with pytest.raises(Repeated):
        await three.start("3", command="click-1")


async def test_refusals_are_the_same_words_everywhere(three: Hall) -> None:
    """Class, sentence, field and status of every refusal survive the journey."""
    refused: list[tuple[type[Refused], str]] = []
    attempts = (
        three.take("nonsense"),
        three.call_next("77"),
        three.call_next("3", lane="nowhere"),
        three.cancel("Z999"),
        three.start("3"),
        three.back("B001"),
        three.unhold("B001"),
    )
    for attempt in attempts:
        with pytest.raises(Refused) as caught:
            await attempt
        assert caught.value.message
        refused.append((type(caught.value), caught.value.field))
    assert refused[:5] == [
        (Invalid, "service"),
        (Invalid, "window"),
        (Invalid, "lane"),
        (NoTicket, ""),
        (Idle, ""),
    ]
    assert refused[5:] == [(Away, ""), (WrongState, "")]


async def test_races_end_with_one_winner(port: Hall) -> None:
    """Calls that race for the last ticket: one gets it, the other is told that nobody is there."""
    await port.take("G1")
    await port.open_window("1", clerk="person:1")
    await port.open_window("2", clerk="person:2")

    outcomes = await asyncio.gather(
        port.call_next("1"), port.call_next("2"), return_exceptions=True
    )

    lost = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert len(lost) == 1
    assert isinstance(lost[0], Nobody)


async def test_one_person_has_one_ticket_for_a_service(port: Hall) -> None:
    await port.take("P1", person="hash")

    with pytest.raises(Duplicate):
        await port.take("P1", person="hash")


async def test_a_busy_window_calls_nobody(three: Hall) -> None:
    await three.call_next("3")

    with pytest.raises(Busy):
        await three.call_next("3")


async def test_following_from_a_position(three: Hall) -> None:
    """Everything after the position, in order, nothing else; an unknown day is this day."""
    day = (await three.view()).day

    assert [e.seq for e in await collected(three, Position(day, 2), 3)][:3] == [3, 4, 5]
    assert (await collected(three, Position("1999-01-01", 40), 1))[0].seq == 1


async def test_following_from_now(three: Hall) -> None:
    """Without a position only what happens from now on is told."""
    told = [event.seq for event in await three.take("G1")]
    following = asyncio.create_task(collected(three, None, 1))
    while not following.done():
        await asyncio.sleep(0.05)
        told += [event.seq for event in await three.take("G1")]

    heard = [event.seq for event in await following]
    assert heard[0] > told[0]
    assert set(heard) <= set(told)


async def test_the_view_has_everything_told_so_far(port: Hall) -> None:
    """Whoever has an answer in hand finds it in the view."""
    for count in range(1, 6):
        events = await port.take("S1")
        view = await port.view()
        assert view.seq >= events[-1].seq
        assert len(view.tickets) == count


async def test_the_hall_has_its_own_time(port: Hall, clock: Clock) -> None:
    assert abs(await port.now() - clock()) < 2000
