"""The keeper of the hours: what the calendar asks for, and what people decided otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from ops.keeper import PATIENCE, Hours, Keeper, Todo, todo
from queue_server.domain.calendar import Calendar, WorkingDay
from queue_server.domain.calling import MINUTE
from queue_server.domain.layout import Layout
from queue_server.engine.opening import Opening, plan_digest
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock

NOTHING = Todo()
WEDNESDAY = "2026-03-04"


def at(text: str) -> int:
    """A time on the hall's wall, in Unix ms; without a date, on a Wednesday."""
    text = text if " " in text else f"{WEDNESDAY} {text}"
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    return round(moment.timestamp() * 1000)


@pytest.fixture
def office(layout: Layout) -> Hours:
    """08:30 to 12:00 and 14:00 to 17:30, Monday to Friday; it waits for the last visitor."""
    return Hours(layout, Calendar())


@pytest.fixture
def night_hall(layout: Layout) -> Hours:
    """Open at any hour."""
    return Hours(layout, Calendar.always())


def opened(hours: Hours, when: str, **changes: object) -> Opening:
    """A day that was opened at a time and is open."""
    began = at(when)
    found = Opening(
        day=datetime.fromtimestamp(began / 1000, hours.layout.zone()).date().isoformat(),
        state="open",
        opened=began,
        speed=1,
        live=0,
        published=plan_digest(hours.layout, began),
    )
    return found._replace(**changes)  # type: ignore[arg-type]


# --- opening


@pytest.mark.parametrize(
    ("now", "what"),
    [
        ("08:29", NOTHING),
        ("08:30", Todo(open_day=WEDNESDAY)),
        ("12:30", Todo(open_day=WEDNESDAY)),  # The server was started over lunch.
        ("17:29", Todo(open_day=WEDNESDAY)),
        ("17:30", NOTHING),
        ("2026-03-07 10:00", NOTHING),  # Saturday.
    ],
)
def test_a_hall_opens_in_its_hours(office: Hours, now: str, what: Todo) -> None:
    """From the first minute to the last, and never outside."""
    assert todo(office, None, at(now)) == what


def test_the_day_after_is_another_day(office: Hours) -> None:
    """Yesterday is closed, and today has not been opened yet."""
    yesterday = opened(office, "2026-03-03 08:30", state="closed")

    assert todo(office, yesterday, at("08:30")) == Todo(open_day=WEDNESDAY)


def test_lunch_changes_nothing(office: Hours) -> None:
    """The day goes on between its two spans of hours."""
    assert todo(office, opened(office, "08:30"), at("12:30")) == NOTHING


def test_a_holiday_stays_closed(layout: Layout) -> None:
    """Even when it is a Wednesday."""
    hours = Hours(layout, Calendar(holidays=(date(2026, 3, 4),)))

    assert todo(hours, None, at("10:00")) == NOTHING


def test_a_made_up_working_day_opens(layout: Layout) -> None:
    """A Saturday that is worked (调休上班日), in hours of its own."""
    saturday = WorkingDay(date(2026, 3, 7), ((9 * 60, 12 * 60),))
    hours = Hours(layout, Calendar(working_days=(saturday,)))

    assert todo(hours, None, at("2026-03-07 08:59")) == NOTHING
    assert todo(hours, None, at("2026-03-07 09:00")) == Todo(open_day="2026-03-07")
    assert todo(hours, opened(hours, "2026-03-07 09:00"), at("2026-03-07 12:00")) == Todo(
        close_by="wait"
    )


# --- closing


@pytest.mark.parametrize("closing", ["wait", "expire"])
def test_a_day_closes_by_the_halls_own_policy(office: Hours, closing: str) -> None:
    """With the last minute of the hours, as the plan says."""
    hours = replace(office, layout=replace(office.layout, closing=closing))
    opening = opened(hours, "08:30", live=3)

    assert todo(hours, opening, at("17:30") - 1) == NOTHING
    assert todo(hours, opening, at("17:30")) == Todo(close_by=closing)


def test_who_is_still_there_is_waited_for(office: Hours) -> None:
    """The day is closing already: nothing more is said."""
    closing = opened(office, "08:30", state="closing", live=2)

    assert todo(office, closing, at("18:30")) == NOTHING


@pytest.mark.parametrize("state", ["closing", "open"])
def test_a_day_that_never_ended_makes_way(office: Hours, state: str) -> None:
    """Everybody went home with a ticket still there: the hall opens the next morning."""
    yesterday = opened(office, "2026-03-03 08:30", state=state, live=1)

    assert todo(office, yesterday, at("08:30")).close_by


def test_a_server_that_slept_over_night_closes_yesterday_first(office: Hours) -> None:
    """Switched on at 09:00 with yesterday still open: the empty hall closes, then today opens."""
    yesterday = opened(office, "2026-03-03 08:30")

    assert todo(office, yesterday, at("09:00")) == Todo(close_by="expire")
    closed = yesterday._replace(state="closed")
    assert todo(office, closed, at("09:00")) == Todo(open_day=WEDNESDAY)


# --- by hand


def test_closed_by_hand_stays_closed(office: Hours) -> None:
    """The manager closed at noon; the calendar does not know better. Tomorrow it opens again."""
    by_hand = opened(office, "08:30", state="closed")

    assert todo(office, by_hand, at("14:00")) == NOTHING
    assert todo(office, by_hand, at("2026-03-05 08:30")) == Todo(open_day="2026-03-05")


@pytest.mark.parametrize("when", ["2026-03-07 10:00", "20:00", "06:00"])
def test_opened_by_hand_stays_open(office: Hours, when: str) -> None:
    """On a Saturday, in the evening, or before the hours: nobody closes it but who opened it."""
    by_hand = opened(office, when)

    assert todo(office, by_hand, at(when) + 60 * MINUTE) == NOTHING


def test_opened_by_hand_before_the_hours_goes_on_through_them(office: Hours) -> None:
    """At 07:00 by hand: it stays open at 08:30."""
    assert todo(office, opened(office, "07:00"), at("08:30")) == NOTHING


def test_opened_early_by_hand_ends_with_the_hours(office: Hours) -> None:
    """The door was opened at seven; the evening is the calendar's all the same."""
    assert todo(office, opened(office, "07:00"), at("17:00")) == NOTHING
    assert todo(office, opened(office, "07:00"), at("17:30")).close_by


def test_a_drill_is_nobodys_business(office: Hours) -> None:
    """It has a clock of its own, and its own end."""
    drill = opened(office, "08:30", speed=60)

    assert todo(office, drill, at("23:00")) == NOTHING


def test_after_a_drill_of_today_the_hall_stays_closed(office: Hours) -> None:
    """Who held a drill in the hours decides when the hall opens again."""
    drill = opened(office, "10:00", day=f"{WEDNESDAY}-drill-1", state="closed", speed=60)

    assert todo(office, drill, at("11:00")) == NOTHING


# --- a hall that never closes


def test_at_midnight_an_empty_hall_changes_its_day(night_hall: Hours) -> None:
    """It closes and opens: the numbers start at 001 again."""
    yesterday = opened(night_hall, "2026-03-03 00:00")

    assert todo(night_hall, yesterday, at("00:00") - 1) == NOTHING
    assert todo(night_hall, yesterday, at("00:00")) == Todo(close_by="expire")
    closed = yesterday._replace(state="closed")
    assert todo(night_hall, closed, at("00:00")) == Todo(open_day=WEDNESDAY)


def test_at_midnight_nobody_is_sent_away(night_hall: Hours) -> None:
    """With people there it waits for a quiet moment, but not for ever."""
    yesterday = opened(night_hall, "2026-03-03 00:00", live=1)

    assert todo(night_hall, yesterday, at("00:00")) == NOTHING
    assert todo(night_hall, yesterday, at("00:00") + PATIENCE) == NOTHING
    assert todo(night_hall, yesterday, at("00:00") + PATIENCE + 1) == Todo(close_by="expire")


# --- plans


def test_a_published_plan_holds_at_once(office: Hours) -> None:
    """The manager published another plan: the open day is told, and once is enough."""
    opening = opened(office, "08:30")
    published = replace(office, layout=replace(office.layout, name="新名字"))

    assert todo(published, opening, at("10:00")) == Todo(change_layout=True)
    told = opening._replace(published=plan_digest(published.layout, opening.opened))
    assert todo(published, told, at("10:00")) == NOTHING


def test_a_plan_waits_for_the_next_opening(office: Hours) -> None:
    """A closed hall needs no telling; it will open with the new plan."""
    published = replace(office, layout=replace(office.layout, name="新名字"))
    closed = opened(office, "08:30", state="closed")

    assert todo(published, closed, at("10:00")) == NOTHING


# --- on a real Redis


@pytest.mark.anyio
async def test_a_whole_day_is_kept(
    closed_hall: RedisHall, office: Hours, layout: Layout, clock: Clock
) -> None:
    """Closed, opened, a new plan, waiting for the last visitor, closed; and opened next day."""
    hours = office

    async def halls() -> list[RedisHall]:
        return [closed_hall]

    async def hours_of(_id: str) -> Hours:
        return hours

    keeper, seen = Keeper(halls, hours_of, clock), []

    async def keep(when: str) -> None:
        clock.now = at(when)
        await keeper.keep(closed_hall)
        opening = await closed_hall.opening()
        seen.append((opening.day, opening.state) if opening else None)

    await keep("08:00")
    await keep("08:30")
    await closed_hall.take("G1")
    await closed_hall.open_window("1")
    await keep("17:00")
    await keep("17:30")
    await keep("17:40")
    await closed_hall.call_next("1")
    await closed_hall.finish("1")
    await keep("17:50")
    await keep("2026-03-05 08:30")

    today = WEDNESDAY
    assert seen == [
        None,
        (today, "open"),
        (today, "open"),
        (today, "closing"),
        (today, "closing"),
        (today, "closed"),
        ("2026-03-05", "open"),
    ]


@pytest.mark.anyio
async def test_the_keeper_lets_time_pass(hall: RedisHall, night_hall: Hours, clock: Clock) -> None:
    """A ticket that was put aside until ten comes back at ten, though nobody says anything."""

    async def halls() -> list[RedisHall]:
        return [hall]

    async def hours_of(_id: str) -> Hours:
        return night_hall

    keeper = Keeper(halls, hours_of, clock)
    await hall.take("G1")
    await hall.open_window("1")
    await hall.call_next("1")
    await hall.start("1")
    await hall.hold("1", "copies", until=clock.now + 10 * MINUTE)

    await keeper.keep(hall)
    held = (await hall.view()).tickets["A001"].state
    clock.pass_(minutes=10)
    await keeper.keep(hall)

    assert (held, (await hall.view()).tickets["A001"].state) == ("held", "waiting")


@pytest.mark.anyio
async def test_two_keepers_do_a_thing_once(
    closed_hall: RedisHall, office: Hours, clock: Clock
) -> None:
    """Every server process keeps the hours; the second finds it done."""

    async def halls() -> list[RedisHall]:
        return [closed_hall]

    async def hours_of(_id: str) -> Hours:
        return office

    clock.now = at("08:30")
    for _ in range(2):
        await Keeper(halls, hours_of, clock).keep(closed_hall)

    opening = await closed_hall.opening()
    assert opening
    assert (await closed_hall.view()).seq == 1
