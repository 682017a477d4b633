"""Lines of measures: everything that is known of one group, flat and by name. Pure.

A line joins what statistics, ratings and estimates say of the same hall, lane, window, ….
Durations are ms, shares from 0 to 1, None where there is nothing to measure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from queue_server.archive.accuracy import Accuracy
from queue_server.archive.opinions import Opinions
from queue_server.domain.calling import MINUTE
from queue_server.domain.measures import Durations, Measures, Seats

Value = int | float | None


class Unit(StrEnum):
    """What a number is: of people or things, of time, of a whole, of five."""

    TEXT = "text"
    COUNT = "count"
    MINUTES = "minutes"
    SHARE = "share"
    SCORE = "score"


class Name(NamedTuple):
    """What something is called in Chinese, and in English if anybody said so."""

    zh: str
    en: str = ""

    def said(self, language: str) -> str:
        """In this language, as far as it is known."""
        return self.zh if language.startswith("zh") else self.en or self.zh


@dataclass(frozen=True, slots=True)
class Line:
    """One group: `by` is the grouping, `key` what the archive calls the group, `hall` whose own it
    is, empty where it is of all halls. Of places and halls: `level` is how deep it lies in the
    tree, `halls` how many are in it, `place` where it is."""

    by: str
    hall: str
    key: str
    name: Name
    values: Mapping[str, Value] = field(default_factory=dict)
    level: int = 0
    halls: int = 1
    place: str = ""

    def value(self, measure: str) -> Value:
        """A measure, None where it is not known here."""
        return self.values.get(measure)


_TIMES = ("mean", "p50", "p90", "p95", "longest")
#: Every measure in its order, and what it is.
MEASURES: dict[str, Unit] = {
    **dict.fromkeys(("visits", "served", "no_show", "cancelled", "expired"), Unit.COUNT),
    **dict.fromkeys(("unfinished", "quick", "called"), Unit.COUNT),
    **{f"wait_{name}": Unit.MINUTES for name in _TIMES},
    "wait_mean_at_least": Unit.MINUTES,
    "wait_longest_at_least": Unit.MINUTES,
    "cut": Unit.COUNT,
    "cut_share": Unit.SHARE,
    **dict.fromkeys(("abandoned", "expired_waiting", "moved", "standing"), Unit.COUNT),
    "within": Unit.COUNT,
    "beyond": Unit.COUNT,
    "within_share": Unit.SHARE,
    "missed": Unit.COUNT,
    "missed_share": Unit.SHARE,
    "recalled": Unit.COUNT,
    "recalled_share": Unit.SHARE,
    "recalls": Unit.COUNT,
    **dict.fromkeys(("passed", "passed_people", "passed_most"), Unit.COUNT),
    **{
        f"{sort}_{name}": Unit.COUNT if name == "count" else Unit.MINUTES
        for sort in ("walk", "service", "hold")
        for name in ("count", *_TIMES)
    },
    **dict.fromkeys(("open", "busy", "idle", "paused"), Unit.MINUTES),
    "occupancy": Unit.SHARE,
    "seats": Unit.COUNT,
    "window_calls": Unit.COUNT,
    **dict.fromkeys(("rated", *(f"rated_{level}" for level in (5, 4, 3, 2, 1))), Unit.COUNT),
    "rated_share": Unit.SHARE,
    "bad": Unit.COUNT,
    "bad_share": Unit.SHARE,
    "score": Unit.SCORE,
    "assumed": Unit.COUNT,
    "overturned": Unit.COUNT,
    **dict.fromkeys(("estimates", "uncalled"), Unit.COUNT),
    **dict.fromkeys(("estimate_error", "estimate_bias"), Unit.MINUTES),
    "covered": Unit.COUNT,
    "covered_share": Unit.SHARE,
    **dict.fromkeys(("sooner", "later"), Unit.COUNT),
}


def of_measures(found: Measures) -> dict[str, Value]:
    """What statistics say."""
    waits, calls, visits = found.waits, found.calls, found.visits
    return {
        "visits": visits.count,
        "served": visits.served,
        "no_show": visits.no_show,
        "cancelled": visits.cancelled,
        "expired": visits.expired,
        "unfinished": visits.unfinished,
        "called": waits.count,
        **dict(_times("wait", waits)),
        "wait_mean_at_least": waits.mean_at_least,
        "wait_longest_at_least": waits.longest_at_least,
        "cut": waits.cut,
        "cut_share": waits.cut_share,
        "abandoned": waits.abandoned,
        "expired_waiting": waits.expired,
        "moved": waits.moved,
        "standing": waits.standing,
        "within": waits.within,
        "beyond": waits.beyond,
        "within_share": waits.within_share,
        "missed": calls.missed,
        "missed_share": calls.missed_share,
        "recalled": calls.recalled,
        "recalled_share": calls.recalled_share,
        "recalls": calls.recalls,
        "passed": calls.passed,
        "passed_people": calls.passed_people,
        "passed_most": calls.passed_most,
        **_all("walk", found.walk),
        **_all("service", found.service),
        **_all("hold", found.hold),
        **_seats(found.seats),
    }


def _times(sort: str, found: Durations) -> Iterator[tuple[str, Value]]:
    for name in _TIMES:
        yield f"{sort}_{name}", getattr(found, name)


def _all(sort: str, found: Durations) -> dict[str, Value]:
    return {f"{sort}_count": found.count, **dict(_times(sort, found))}


def _seats(found: Seats) -> dict[str, Value]:
    # Lanes and classes have no windows' time: nothing is known of it, rather than nought.
    if not found.count:
        return {"quick": found.quick}
    return {
        "open": found.open,
        "busy": found.busy,
        "idle": found.idle,
        "paused": found.paused,
        "occupancy": found.occupancy,
        "seats": found.count,
        "window_calls": found.calls,
        "quick": found.quick,
    }


def of_opinions(found: Opinions) -> dict[str, Value]:
    """What ratings say."""
    return {
        "rated": found.count,
        **{f"rated_{level}": count for level, count in enumerate(found.levels, 1)},
        "rated_share": found.rate,
        "bad": found.bad,
        "bad_share": found.bad_share,
        "score": found.mean,
        "assumed": found.assumed,
        "overturned": found.overturned,
    }


def of_accuracy(found: Accuracy) -> dict[str, Value]:
    """What came of estimates."""
    return {
        "estimates": found.count,
        "uncalled": found.uncalled,
        "estimate_error": found.error,
        "estimate_bias": found.bias,
        "covered": found.covered,
        "covered_share": found.covered_share,
        "sooner": found.sooner,
        "later": found.later,
    }


def shown(value: Value, unit: Unit) -> Value:
    """A value as people read it: minutes and percent with one decimal, scores with two."""
    if value is None:
        return None
    match unit:
        case Unit.MINUTES:
            return _rounded(value / MINUTE, 1)
        case Unit.SHARE:
            return _rounded(value * 100, 1)
        case Unit.SCORE:
            return _rounded(value, 2)
    return value


def _rounded(value: float, places: int) -> float:
    # Nobody has less than nothing: -0.0 + 0.0 is 0.0.
    return round(value, places) + 0.0
