"""When a hall is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.domain.calendar import OFFICE_HOURS, Calendar, OpenDay, WorkingDay

CHINA = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 3_600_000

# 2026: the National Day holiday, and the Saturday that makes up for it.
HALL = Calendar(
    holidays=tuple(date(2026, 10, day) for day in range(1, 8)),
    working_days=(WorkingDay(date(2026, 10, 10)),),
)


def at(said: str, zone: ZoneInfo = CHINA, fold: int = 0) -> int:
    """A wall-clock time such as `2026-09-30 08:30` as Unix ms."""
    wall = datetime.fromisoformat(said).replace(tzinfo=zone, fold=fold)
    return int(wall.timestamp() * 1000)


@pytest.mark.parametrize(
    ("moment", "is_open", "at_lunch"),
    [
        ("2026-09-30 08:29:59.999", False, False),
        ("2026-09-30 08:30", True, False),
        ("2026-09-30 11:59:59.999", True, False),
        ("2026-09-30 12:00", False, True),
        ("2026-09-30 13:59:59.999", False, True),
        ("2026-09-30 14:00", True, False),
        ("2026-09-30 17:30", False, False),
    ],
)
def test_lunch_is_closed_but_the_day_goes_on(moment: str, is_open: bool, at_lunch: bool) -> None:
    """A Wednesday with the hours of an office."""
    assert HALL.is_open(at(moment), CHINA) is is_open
    assert HALL.at_lunch(at(moment), CHINA) is at_lunch


def test_the_day_lasts_from_its_first_minute_to_its_last() -> None:
    """From morning to evening, across lunch, and known by its date."""
    day = OpenDay(date(2026, 9, 30), at("2026-09-30 08:30"), at("2026-09-30 17:30"))

    assert HALL.day_of(at("2026-09-30 12:30"), CHINA) == day
    assert HALL.day_of(day.begins, CHINA) == day
    assert HALL.day_of(day.ends, CHINA) is None


@pytest.mark.parametrize(
    ("day", "opens"),
    [
        (date(2026, 9, 30), True),  # an ordinary Wednesday
        (date(2026, 10, 1), False),  # a Thursday, but a holiday
        (date(2026, 10, 10), True),  # a Saturday that is worked
        (date(2026, 10, 11), False),  # a Sunday
    ],
)
def test_holidays_close_weekdays_and_made_up_days_open_weekends(day: date, opens: bool) -> None:
    """调休: the calendar of the State Council, not of the week, has the last word."""
    assert HALL.opens_day(day) is opens
    assert HALL.hours_on(day) == (OFFICE_HOURS if opens else ())


def test_a_working_day_may_have_hours_of_its_own() -> None:
    """On New Year's Eve the hall closes at noon."""
    eve = date(2027, 2, 5)
    short = replace(HALL, working_days=(WorkingDay(eve, ((510, 720),)),))

    assert not short.is_open(at("2027-02-05 14:30"), CHINA)
    assert short.day_of(at("2027-02-05 12:00"), CHINA) is None


def test_the_next_day_is_found_behind_a_holiday() -> None:
    """On the evening before the holiday: after it. On a closed calendar: never."""
    found = HALL.next_day(at("2026-09-30 18:00"), CHINA)

    assert found is not None
    assert found.date == date(2026, 10, 8)
    assert Calendar(week=((),) * 7).next_day(0, CHINA) is None


def test_the_date_is_that_of_the_hall_not_of_the_server() -> None:
    """At 01:00 in Shanghai it is still yesterday in Greenwich."""
    always = Calendar.always()
    day = always.day_of(at("2026-09-30 01:00"), CHINA)

    assert day == OpenDay(date(2026, 9, 30), at("2026-09-30 00:00"), at("2026-10-01 00:00"))


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_may_have_23_or_25_hours(day: str, hours: int) -> None:
    """The clocks change on a Sunday night; a hall that never closes has a longer or shorter day."""
    found = Calendar.always().day_of(at(f"{day} 12:00", BERLIN), BERLIN)

    assert found is not None
    assert found.ends - found.begins == hours * HOUR


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_hours_follow_the_clock_on_the_wall(day: str) -> None:
    """Half past eight is half past eight, whether the clocks were changed in the night or not."""
    everyday = Calendar(week=(OFFICE_HOURS,) * 7)

    assert not everyday.is_open(at(f"{day} 08:29", BERLIN), BERLIN)
    assert everyday.is_open(at(f"{day} 08:30", BERLIN), BERLIN)
    assert not everyday.is_open(at(f"{day} 17:30", BERLIN), BERLIN)


def test_an_hour_that_comes_twice_opens_once() -> None:
    """Hours from 01:00 to 02:30 on the night the clocks go back end with the first 02:30."""
    night = Calendar(week=(((60, 150),),) * 7)

    assert night.is_open(at("2026-10-25 02:15", BERLIN), BERLIN)
    assert not night.is_open(at("2026-10-25 02:15", BERLIN, fold=1), BERLIN)


@given(
    when=st.integers(0, 4_102_444_800_000),
    zone=st.sampled_from(
        ["Asia/Shanghai", "Europe/Berlin", "Africa/Cairo", "Australia/Lord_Howe", "Pacific/Apia"]
    ),
)
def test_a_hall_that_never_closes_is_open_at_any_moment(when: int, zone: str) -> None:
    """Midnight, changed clocks and a skipped date leave no gap, and days meet without overlap."""
    always, here = Calendar.always(), ZoneInfo(zone)
    day = always.day_of(when, here)

    assert day is not None
    assert always.is_open(when, here)
    after = always.day_of(day.ends, here)
    assert after is not None
    assert after.begins == day.ends
    assert after.date > day.date


def spans(minutes: set[int]) -> tuple[tuple[int, int], ...]:
    marks = sorted(minutes)
    return tuple(zip(marks[::2], marks[1::2], strict=False))


hours = st.sets(st.integers(0, 1440), max_size=6).map(spans)
days = st.dates(date(2020, 1, 1), date(2040, 1, 1))
calendars = st.builds(
    Calendar,
    week=st.tuples(*[hours] * 7),
    holidays=st.sets(days, max_size=4).map(lambda found: tuple(sorted(found))),
)


@given(calendars)
def test_json_gives_back_the_same_calendar(calendar: Calendar) -> None:
    """What the archive keeps is the whole of it."""
    known = replace(calendar, working_days=HALL.working_days)

    assert Calendar.from_json(known.to_json()) == known
    assert list(calendar.problems()) == []


@given(calendars, st.integers(1_577_836_800_000, 2_208_988_800_000))
def test_whenever_the_hall_is_open_a_day_is(calendar: Calendar, when: int) -> None:
    """Nobody can come in while no day is there to take a ticket from."""
    if calendar.is_open(when, BERLIN):
        day = calendar.day_of(when, BERLIN)
        assert day is not None
        assert day.begins <= when < day.ends
    following = calendar.next_day(when, BERLIN)
    assert following is None or following.begins > when


@pytest.mark.parametrize(
    ("calendar", "said"),
    [
        (Calendar(week=()), "week: must have seven days"),
        (Calendar(week=(((720, 510),), *[()] * 6)), "week/mon: must begin before it ends"),
        (Calendar(week=(*[()] * 6, ((0, 1441),))), "week/sun: must begin before it ends"),
        (Calendar(week=(((0, 60), (50, 70)), *[()] * 6)), "week/mon: hours must stand in order"),
        (replace(HALL, holidays=(date(2026, 10, 1),) * 2), "holidays: a date stands here twice"),
        (
            replace(HALL, holidays=(date(2026, 10, 10),)),
            "working_days/2026-10-10: this date stands here twice, or is a holiday as well",
        ),
        (
            replace(HALL, working_days=(WorkingDay(date(2026, 10, 10), ()),)),
            "working_days/2026-10-10: must have hours",
        ),
    ],
)
def test_impossible_hours_are_named(calendar: Calendar, said: str) -> None:
    """Each with its place in the calendar."""
    problems = [str(problem) for problem in calendar.problems()]

    assert len(problems) == 1
    assert problems[0].startswith(said)


def test_opening_follows_the_days_of_a_year() -> None:
    """2026 has 261 weekdays; this calendar takes five away and gives one back."""
    year = (date(2026, 1, 1) + timedelta(days=number) for number in range(365))

    assert sum(HALL.opens_day(day) for day in year) == 261 - 5 + 1
