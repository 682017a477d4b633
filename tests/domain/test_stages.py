"""Visits and their stages, as they are remembered: stories on a real hall."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from queue_server.domain.events import TicketTaken
from queue_server.domain.predictors import for_ticket
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.domain.memories import MINUTE, stages_of, story_of
from tests.engine.stories import called, open_windows, take

pytestmark = pytest.mark.anyio


async def test_a_visit_is_one_stage(hall: RedisHall, clock: Clock) -> None:
    """Taken, called, started, finished: each time stands where it belongs."""
    await hall.open_window("1", clerk="person:7")
    number = await take(hall, "G1")
    clock.pass_(minutes=75)
    await called(hall, "1")
    clock.pass_(seconds=40)
    await hall.recall("1")
    clock.pass_(seconds=20)
    await hall.start("1")
    clock.pass_(minutes=10)
    await hall.finish("1", outcome="accepted")

    (stage,) = await stages_of(hall, number)
    assert (stage.wait, stage.walk, stage.service_time) == (75 * MINUTE, MINUTE, 10 * MINUTE)
    assert (stage.window, stage.clerk, stage.outcome) == ("1", "person:7", "served")
    assert (stage.recalls, stage.hour, stage.date) == (1, 8, "2026-03-02")
    visit = (await story_of(hall)).visits[number]
    assert (visit.state, visit.outcome, visit.stages) == ("served", "accepted", 1)
    assert visit.ended - visit.taken == 86 * MINUTE


async def test_who_is_served_without_start_was_served_from_the_call_on(
    hall: RedisHall, clock: Clock
) -> None:
    """Some clerks never press start."""
    await open_windows(hall, "1")
    number = await take(hall, "G1")
    await called(hall, "1")
    clock.pass_(minutes=5)
    await hall.finish("1")

    (stage,) = await stages_of(hall, number)
    assert (stage.started, stage.walk, stage.service_time) == (0, 0, 5 * MINUTE)


async def test_a_missed_visitor_who_comes_back_waits_again(hall: RedisHall, clock: Clock) -> None:
    """Two stages: one that nobody came to, one that was served."""
    await open_windows(hall, "1")
    number = await take(hall, "G1")
    await called(hall, "1")
    await hall.recall("1")
    clock.pass_(minutes=2)
    await hall.no_show("1")
    clock.pass_(minutes=3)
    await hall.reinstate(number)
    clock.pass_(minutes=4)
    await called(hall, "1")
    await hall.finish("1")

    first, second = await stages_of(hall, number)
    assert (first.outcome, first.walk, first.service_time) == ("no_show", 2 * MINUTE, 0)
    assert (second.outcome, second.wait) == ("served", 4 * MINUTE)
    visit = (await story_of(hall)).visits[number]
    assert (visit.misses, visit.state, visit.wait) == (1, "served", 4 * MINUTE)


async def test_a_hold_that_ends_at_a_window_is_part_of_the_stage(
    hall: RedisHall, clock: Clock
) -> None:
    """The visitor copies a paper and comes back at once: nobody waited in a lane."""
    await open_windows(hall, "1")
    number = await take(hall, "G1")
    await called(hall, "1")
    await hall.start("1")
    clock.pass_(minutes=3)
    await hall.hold("1")
    clock.pass_(minutes=7)
    await hall.unhold(number, "1")
    clock.pass_(minutes=1)
    await hall.start("1")
    clock.pass_(minutes=4)
    await hall.finish("1")

    (stage,) = await stages_of(hall, number)
    assert (stage.hold, stage.service_time, stage.walk) == (7 * MINUTE, 7 * MINUTE, MINUTE)
    assert stage.wait == 0


async def test_a_hold_that_ends_in_the_lane_is_a_new_wait(hall: RedisHall, clock: Clock) -> None:
    """Back in line: the held stage is over."""
    await open_windows(hall, "1")
    number = await take(hall, "G1")
    await called(hall, "1")
    await hall.start("1")
    clock.pass_(minutes=3)
    await hall.hold("1")
    clock.pass_(minutes=7)
    await hall.unhold(number)
    clock.pass_(minutes=5)
    await called(hall, "1")

    first, second = await stages_of(hall, number)
    assert (first.outcome, first.hold, first.service_time) == ("held", 7 * MINUTE, 3 * MINUTE)
    assert (second.wait, second.outcome) == (5 * MINUTE, "")


async def test_a_ticket_that_is_sent_on_while_it_waits_has_waited_all_the_same(
    hall: RedisHall, clock: Clock
) -> None:
    """The guide sends it to another lane: one wait, in the lane that called."""
    await open_windows(hall, "4")
    number = await take(hall, "G1")
    clock.pass_(minutes=10)
    await hall.transfer(ticket=number, lane="social")
    clock.pass_(minutes=5)
    await called(hall, "4")

    (stage,) = await stages_of(hall, number)
    assert (stage.lane, stage.wait) == ("social", 15 * MINUTE)


async def test_a_transfer_with_return_is_three_stages(hall: RedisHall, clock: Clock) -> None:
    """From window 1 to social, and back to window 1 itself."""
    await open_windows(hall, "1", "4")
    number = await take(hall, "G1")
    await called(hall, "1")
    await hall.transfer("1", lane="social", come_back=True)
    clock.pass_(minutes=2)
    await called(hall, "4")
    await hall.finish("4")
    clock.pass_(minutes=1)
    await called(hall, "1")
    await hall.finish("1")

    found = await stages_of(hall, number)
    assert [stage.lane for stage in found] == ["general", "social", "@1"]
    assert [stage.outcome for stage in found] == ["transferred", "served", "served"]
    assert [stage.window for stage in found] == ["1", "4", "1"]


async def test_one_thing_has_a_stage_for_each_step(hall: RedisHall, clock: Clock) -> None:
    """Each with its own service; the visit keeps what it was taken for."""
    await open_windows(hall, "1", "3", "4")
    number = await take(hall, "T1")
    for _ in range(3):
        clock.pass_(minutes=2)
        view = await hall.view()
        ticket = view.tickets[number]
        window = next(view.open_windows(ticket.lane, ticket.class_)).number
        await called(hall, window)
        await hall.finish(window)

    found = await stages_of(hall, number)
    assert {stage.service for stage in found} == {"T1", "P1", "S1"}
    assert [stage.wait for stage in found] == [2 * MINUTE] * 3
    visit = (await story_of(hall)).visits[number]
    assert (visit.service, visit.stages, visit.wait) == ("T1", 3, 6 * MINUTE)


async def test_waits_that_were_cut_short_are_told(hall: RedisHall, clock: Clock) -> None:
    """Cancelled, and left at closing: the wait until then, and no call."""
    one, two = await take(hall, "G1"), await take(hall, "G1")
    clock.pass_(minutes=5)
    await hall.cancel(one)
    clock.pass_(minutes=5)
    await hall.close_day("expire")

    (gave_up,), (left,) = await stages_of(hall, one), await stages_of(hall, two)
    assert (gave_up.called, gave_up.wait, gave_up.outcome) == (0, 5 * MINUTE, "cancelled")
    assert (left.called, left.wait, left.outcome) == (0, 10 * MINUTE, "expired")


async def test_who_comes_before_his_appointment_waits_from_then_on(
    hall: RedisHall, clock: Clock
) -> None:
    """The wait of a booked visitor begins when he was to come."""
    await open_windows(hall, "1")
    number = await take(hall, "G1", appointed=clock() + 10 * MINUTE)
    clock.pass_(minutes=12)
    await called(hall, "1")

    (stage,) = await stages_of(hall, number)
    assert (stage.wait, stage.called - stage.since) == (2 * MINUTE, 2 * MINUTE)


async def test_passes_are_counted_while_it_waits(hall: RedisHall, clock: Clock) -> None:
    """A later comer called by number passes; one of another lane, or who came before, does not."""
    await open_windows(hall, "1", "2", "4")
    first, second, third = [await take(hall, "G1") for _ in range(3)]
    other = await take(hall, "S1")
    clock.pass_(minutes=1)
    await hall.call("1", third)
    await hall.call("4", other)
    await hall.call("2", first)

    story = await story_of(hall)
    assert [story.visits[n].passed for n in (first, second, third)] == [1, 1, 0]


async def test_who_still_waits_is_told_to_have_been_passed(hall: RedisHall) -> None:
    """At once, also by a call that is heard long after the numbers were taken."""
    await open_windows(hall, "1")
    first, second = await take(hall, "G1"), await take(hall, "G1")
    before = await story_of(hall)

    story, touched = before.after(await hall.call("1", second))

    assert story.visits[first].passed == 1
    assert touched.visits == {first, second}


async def test_an_undone_call_passed_nobody(hall: RedisHall) -> None:
    """Also when the one it passed has been called since."""
    await open_windows(hall, "1", "2")
    first, second = await take(hall, "G1"), await take(hall, "G1")
    await hall.call("1", second)
    await hall.call("2", first)
    assert (await story_of(hall)).visits[first].passed == 1

    await hall.undo("1")

    story = await story_of(hall)
    assert story.visits[first].passed == 0
    assert story.visits[second].state == "waiting"
    assert story.estimates[second].wait is None


async def test_undo_takes_a_stage_back(hall: RedisHall) -> None:
    """A transfer that never was leaves no stage behind; its key is told as touched."""
    await open_windows(hall, "1")
    number = await take(hall, "G1")
    await called(hall, "1")
    await hall.transfer("1", lane="social")
    before = await story_of(hall)
    undone = await hall.undo("1")

    story, touched = before.after(undone)

    assert (number, 2) in before.stages
    assert (number, 2) not in story.stages
    assert (number, 2) in touched.stages
    assert story.stages[number, 1].outcome == ""
    assert story == replace(await story_of(hall), telling=story.telling)


async def test_the_estimate_is_what_the_view_said_then(hall: RedisHall, clock: Clock) -> None:
    """To the ms, for everybody who took a number, also after a call that was taken back and when
    the first calls are older than an hour; nobody knows when no window is open."""
    unknown = await take(hall, "S1")
    await open_windows(hall, "1", "3")
    told: dict[str, Any] = {}
    for turn in range(24):
        clock.pass_(minutes=3)
        if turn % 4 == 3:
            await called(hall, "1")
            await hall.undo("1")
        event = (await hall.take("G1" if turn % 3 else "P1"))[0]
        view = await hall.view()
        assert isinstance(event, TicketTaken)
        told[event.ticket] = for_ticket(view, view.tickets[event.ticket], event.at)
        if turn > 5:
            await called(hall, "1")
            clock.pass_(minutes=2)
            await hall.finish("1")

    story = await story_of(hall)
    assert unknown not in story.estimates
    for number, range_ in told.items():
        estimate = story.estimates[number]
        assert (estimate.low, estimate.middle, estimate.high) == tuple(
            round(value * MINUTE) for value in (range_.low, range_.minutes, range_.high)
        )
        first = story.stages[number, 1]
        assert estimate.wait == (first.wait if first.called else None)
