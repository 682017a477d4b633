"""Every measure by hand: what it counts, and what it does with what has not ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.domain import remembered
from queue_server.domain.calling import MINUTE, SECOND
from queue_server.domain.measures import Measures, measures
from queue_server.domain.tallies import LONGEST, Tally, tally

T0 = 1_772_411_400_000


@dataclass(frozen=True, kw_only=True)
class Stage:
    since: int = T0
    called: int = 0
    started: int = 0
    ended: int = 0
    wait: int = 0
    walk: int = 0
    service_time: int = 0
    hold: int = 0
    recalls: int = 0
    passed: int = 0
    outcome: str = ""


@dataclass(frozen=True)
class Visit:
    state: str


@dataclass(frozen=True, kw_only=True)
class Seat:
    busy: int = 0
    idle: int = 0
    paused: int = 0
    calls: int = 0
    quick: int = 0


def served(minutes: float, **more: Any) -> Stage:
    """Somebody who was called after so many minutes and served for eight."""
    wait = round(minutes * MINUTE)
    start = T0 + wait + 20 * SECOND
    usual: dict[str, Any] = {
        "called": T0 + wait,
        "started": start,
        "ended": start + 8 * MINUTE,
        "wait": wait,
        "walk": 20 * SECOND,
        "service_time": 8 * MINUTE,
        "outcome": "served",
    }
    return Stage(**{**usual, **more})


def gone(minutes: float, outcome: str = "cancelled") -> Stage:
    """Somebody who left uncalled after so many minutes."""
    wait = round(minutes * MINUTE)
    return Stage(ended=T0 + wait, wait=wait, outcome=outcome)


def measured(*stages: Stage, now: int = 0) -> Measures:
    return measures(tally(stages, now=now), 15 * MINUTE)


def test_of_nothing_there_is_nothing() -> None:
    """No zero that looks like a short wait, and no division by none."""
    found = measured()
    assert (found.waits.count, found.waits.mean, found.waits.p50) == (0, None, None)
    assert (found.waits.within_share, found.waits.cut_share, found.waits.longest) == (None,) * 3
    assert (found.service.mean, found.seats.occupancy, found.calls.missed_share) == (None,) * 3


def test_waits_of_75_minutes_do_not_wrap() -> None:
    """Mean, percentiles and the longest of 10, 75 and 80 minutes."""
    waits = measured(served(10), served(75), served(80)).waits
    assert (waits.count, waits.mean, waits.p50) == (3, 55 * MINUTE, 75 * MINUTE)
    assert (waits.p90, waits.longest, waits.estimated) == (79 * MINUTE, 80 * MINUTE, False)


def test_waits_that_were_cut_short_count_as_at_least_their_length() -> None:
    """Four ways not to be called; the mean of the called ones and the least of all stand apart."""
    still = Stage(since=T0 - 20 * MINUTE)
    waits = measured(
        served(10), gone(30), gone(50, "expired"), gone(40, "held"), still, now=T0
    ).waits
    assert (waits.count, waits.cut, waits.cut_share) == (1, 4, 0.8)
    assert (waits.abandoned, waits.expired, waits.moved, waits.standing) == (1, 1, 1, 1)
    assert (waits.mean, waits.mean_at_least) == (10 * MINUTE, 30 * MINUTE)
    assert (waits.longest, waits.longest_at_least) == (10 * MINUTE, 50 * MINUTE)
    # One of five had ended: more than half may have been longer than anything seen.
    assert (waits.p50, waits.estimated) == (None, True)


def test_percentiles_with_somebody_gone_are_kaplan_meier() -> None:
    """10, 20+, 30, 40: after 10 there are ¾, after 30 ¾·½ wait on; so half waited at most 30."""
    waits = measured(served(10), gone(20), served(30), served(40)).waits
    assert (waits.p50, waits.p90, waits.p95) == (30 * MINUTE, 40 * MINUTE, 40 * MINUTE)


def test_the_target_is_met_by_who_was_called_in_time() -> None:
    """At the target is in time. Gone after it: not; gone before it: nobody knows."""
    waits = measured(served(3), served(15), served(16), gone(20), gone(5)).waits
    assert (waits.within, waits.beyond, waits.within_share) == (2, 2, 0.5)


def test_who_stands_has_waited_until_now_and_no_longer_than_a_day() -> None:
    """A day that nobody closed does not grow for ever, and an appointed time may be to come."""
    later = Stage(since=T0 + 5 * MINUTE)
    waits = measured(Stage(), Stage(since=T0 - 5 * MINUTE), later, now=T0).waits
    assert (waits.standing, waits.mean_at_least) == (3, round(5 * MINUTE / 3))
    assert measured(Stage(), now=T0 + 3 * LONGEST).waits.longest_at_least == LONGEST


def test_walk_and_service_are_of_those_who_came() -> None:
    """A no-show walks nowhere; a service that goes on is not measured yet; held time is apart."""
    missed = served(5, started=0, walk=90 * SECOND, service_time=0, outcome="no_show")
    goes_on = served(5, ended=0, service_time=0, outcome="")
    held = served(5, hold=12 * MINUTE, service_time=4 * MINUTE)
    unpressed = served(5, started=0, walk=0, service_time=10 * MINUTE)
    found = measured(missed, goes_on, held, unpressed)
    assert (found.walk.count, found.walk.longest) == (2, 20 * SECOND)
    assert (found.service.count, found.service.mean) == (2, 7 * MINUTE)
    assert (found.hold.count, found.hold.total) == (1, 12 * MINUTE)


def test_misses_recalls_and_who_was_passed() -> None:
    """Shares are of the calls; one recalled three times is one of the recalled."""
    missed = served(5, started=0, outcome="no_show", recalls=3)
    calls = measured(missed, served(5, recalls=1, passed=2), served(9, passed=5), served(1)).calls
    assert (calls.count, calls.missed, calls.missed_share) == (4, 1, 0.25)
    assert (calls.recalled, calls.recalled_share, calls.recalls) == (2, 0.5, 4)
    assert (calls.passed, calls.passed_people, calls.passed_most) == (7, 2, 5)


def test_visits_by_how_they_ended_and_seats_by_what_was_done() -> None:
    """Occupancy is the busy share of the open time, and a pause is not open."""
    states = ("served", "served", "no_show", "cancelled", "expired", "waiting", "serving")
    seats = [
        Seat(busy=3 * MINUTE, idle=MINUTE, paused=9 * MINUTE, calls=2),
        Seat(idle=2 * MINUTE, quick=4),
    ]
    found = measures(tally(visits=map(Visit, states), seats=seats))
    visits = found.visits
    assert (visits.count, visits.served, visits.no_show) == (7, 2, 1)
    assert (visits.cancelled, visits.expired, visits.unfinished) == (1, 1, 2)
    assert (found.seats.open, found.seats.occupancy) == (6 * MINUTE, 0.5)
    assert (found.seats.count, found.seats.idle, found.seats.paused) == (2, 3 * MINUTE, 9 * MINUTE)
    assert (found.seats.calls, found.seats.quick) == (2, 4)


@given(st.lists(st.integers(0, 90), max_size=20), st.lists(st.integers(0, 90), max_size=20))
def test_days_add_up(one: list[int], other: list[int]) -> None:
    """Two days counted apart and put together are the two days counted together."""
    days = [[served(m, passed=m % 4) if m % 3 else gone(m) for m in day] for day in (one, other)]
    together = Tally()
    for day in days:
        together.add(tally(day, [Visit("served")], [Seat(busy=MINUTE)]))
    both = tally([*days[0], *days[1]], [Visit("served")] * 2, [Seat(busy=MINUTE)] * 2)
    assert measures(together) == measures(both)


@pytest.mark.parametrize("target", [1, 15, 75])
def test_the_target_is_a_setting(target: int) -> None:
    """Any number of minutes."""
    found = measures(tally([served(m) for m in (1, 15, 75, 80)]), target * MINUTE)
    assert found.waits.within == {1: 1, 15: 2, 75: 3}[target]


def test_what_is_remembered_of_a_day_can_be_measured() -> None:
    """The records of the fold are such rows, so a live hall is measured like an archived one."""
    known: dict[str, Any] = {"hall": "hall", "day": "d", "date": "2026-03-02"}
    what = known | {"ticket": "A001", "lane": "general", "class_": "ordinary", "service": "G1"}
    stage = remembered.Stage(**what, stage=1, hour=8, since=T0, called=T0 + 5, wait=5)
    seat = remembered.Seat(**known, window="1", opened=T0, busy=9)
    found = measures(tally([stage], seats=[seat]))
    assert (found.waits.mean, found.seats.busy) == (5, 9)
