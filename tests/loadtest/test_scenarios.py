"""The scenarios: who comes when, to which halls; every plan is one a hall can open with."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from loadtest.arrivals import BURST, Piece, arrivals, expected, pieces
from loadtest.scenarios import SCENARIOS, TOWN, VILLAGE, plan
from loadtest.stage import sort_of
from ops.behaviour import DAY


def test_the_names_are_those_of_the_issue() -> None:
    """Six loads, from a village to a province."""
    assert set(SCENARIOS) == {
        *("village", "town", "city_hall", "city", "province_morning", "contention"),
    }


def test_a_city_is_244_halls_with_600_windows_and_6500_tickets_a_day() -> None:
    """1 city hall, 18 towns, 225 villages; the numbers of the domain's table."""
    halls = list(SCENARIOS["city"].sizes())

    assert len({id_ for id_, _ in halls}) == len(halls) == 244
    assert sum(size.windows for _, size in halls) == 600
    assert sum(size.tickets for _, size in halls) == 6500


def test_a_tenth_of_a_province_takes_18_tickets_in_ten_seconds_when_it_opens() -> None:
    """3,500 screens and 1.8 tickets a second, as the table of loads has them."""
    scenario = SCENARIOS["province_morning"]
    sizes = [size for _, size in scenario.sizes()]

    rate = sum(scenario.arrivals(size)[0].rate for size in sizes)

    assert sum(size.screens for size in sizes) == 3500
    assert rate == pytest.approx(1.8, rel=0.05)
    assert [one.what for one in scenario.faults] == ["cut"]


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_every_plan_can_be_opened_with(name: str) -> None:
    """No hall of any scenario has a plan with a problem, and somebody comes to it."""
    scenario = SCENARIOS[name]
    for size, _ in scenario.halls:
        layout = plan("load-1", size, scenario.speed)

        assert list(layout.problems()) == []
        assert len(layout.windows) == size.windows
        assert size.signs <= size.windows
        assert sort_of(layout).people


def test_the_waits_of_a_plan_are_as_fast_as_its_visitors() -> None:
    """At 60 × life a minute's grace is a second, and a green head start 15 seconds."""
    layout = plan("load-1", TOWN, 60)

    assert layout.rule.grace == 1000
    assert layout.head_start["green"] == 15_000


def test_a_village_serves_everything_at_one_window() -> None:
    """全科: one window, every lane."""
    (window,) = plan("load-1", VILLAGE, 1).windows

    assert len(window.lanes) == len(plan("load-1", VILLAGE, 1).lanes)


def test_the_peak_is_18_percent_of_a_day_in_an_hour() -> None:
    """4,500 a day are 0.225 a second at the peak, and ten times that at speed 10."""
    assert pieces("peak", 4500, 1, 60) == [Piece(0, 60, 0.225)]
    assert pieces("peak", 4500, 10, 60)[0].rate == pytest.approx(2.25)


@pytest.mark.parametrize(("shape", "table"), [("day", DAY), ("burst", BURST)])
def test_a_whole_day_brings_everybody(shape: str, table: list[tuple[int, int, float]]) -> None:
    """However fast a day goes by, as many come as it has visitors."""
    open_minutes = sum(ends - begins for begins, ends, _ in table)

    found = pieces(shape, 1000, 60, open_minutes)

    assert expected(found) == pytest.approx(1000)
    assert found[0].begins == 0
    assert all(a.ends == pytest.approx(b.begins) for a, b in pairwise(found))


def test_a_short_run_sees_only_the_beginning_of_the_day() -> None:
    """After two minutes of the opening burst nothing more is planned."""
    assert expected(pieces("burst", 1000, 1, 120)) == pytest.approx(1000 * 0.07 * 120 / 300)


def test_arrivals_keep_to_the_rates() -> None:
    """Ten a second, then nobody, then two: as many come, in order, and none in the pause."""
    found = list(arrivals([Piece(0, 100, 10), Piece(100, 200, 0), Piece(200, 700, 2)], Random(1)))

    assert found == sorted(found)
    assert sum(at < 100 for at in found) == pytest.approx(1000, rel=0.1)
    assert not [at for at in found if 100 <= at < 200]
    assert sum(at >= 200 for at in found) == pytest.approx(1000, rel=0.1)
