"""Ask the archive for everything that a report tells, and name what it answers with.

How things are measured is the archive's (`statistics`, `opinions`, `accuracy`); this module only
asks for the groups that a report has, joins the three, and rolls halls up their tree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from sqlmodel import Session

from ops.reports.lines import Line, Name, Value, of_accuracy, of_measures, of_opinions
from ops.reports.naming import Names, names
from ops.reports.periods import Period
from ops.reports.report import Material
from ops.reports.scope import Scope, path
from queue_server.archive.accuracy import NOMINAL, Accuracy, accuracy
from queue_server.archive.configuration import Configuration, HallEntry
from queue_server.archive.opinions import Opinions, opinions
from queue_server.archive.selection import Answer
from queue_server.archive.statistics import EXACT_UP_TO, Group, Statistics, statistics
from queue_server.domain.measures import TARGET

#: Told at each step: how many are done, of how many, and what comes now.
Step = Callable[[int, int, str], None]
#: More days than these are told by months.
DAYS = 62
#: From the seldom to the fine; `hall` only where there are several.
MEASURED = ("lane", "class", "service", "window", "clerk", "hour")
RATED = ("lane", "service", "window", "clerk")
ESTIMATED = ("lane", "class", "expected")
STEPS = 4

Key = tuple[str, str, str]
#: The halls of a place, by the names that lead to it.
Tree = Mapping[tuple[str, ...], list[HallEntry]]


def gather(
    known: Configuration,
    scope: Scope,
    period: Period,
    now: int,
    *,
    target: int = TARGET,
    step: Step = lambda *_: None,
) -> Material:
    """Everything about these halls and dates; `now` (Unix ms) is until when those who still stand
    have waited, `target` in ms. Raises what `step` raises, and Invalid for impossible dates."""
    several = ("hall",) if len(scope.halls) > 1 else ()
    by = (*several, "month" if period.days > DAYS else "date")
    halls, first, last = scope.ids, period.first, period.last
    with known.database.reading() as session:
        step(0, STEPS, "measures")
        measured = statistics(session, halls, first, last, (*by, *MEASURED), target=target, now=now)
        step(1, STEPS, "ratings")
        rated = opinions(session, halls, first, last, (*by, *RATED))
        step(2, STEPS, "estimates")
        judged = accuracy(session, halls, first, last, (*by, *ESTIMATED))
        step(3, STEPS, "places")
        totals = _totals(measured, rated, judged, scope)
        # Places are read as the whole is: row by row, or off the days' summaries.
        limit = 0 if measured.error else EXACT_UP_TO
        ask = partial(statistics, session, target=target, now=now, exact_up_to=limit)
        places = _places(session, scope, totals, period, ask) if several else []
        called = names(session, halls)
    lines = _lines(measured, rated, judged, called, {hall.id: hall for hall in scope.halls})
    if several:
        lines["hall"].sort(key=worst)
        lines["place"] = places
    return Material(
        subject=scope.name,
        period=period,
        halls={hall.id: Name(hall.name, hall.name_en) for hall in scope.halls},
        target=target,
        error=measured.error,
        nominal=NOMINAL,
        totals=totals,
        groups=lines,
    )


def worst(line: Line) -> tuple[bool, float, float, str]:
    """The order of halls and places: the worst first (see the note `worst`)."""
    share, mean = line.value("within_share"), line.value("wait_mean_at_least")
    nobody = share is None and not line.value("cut")
    return nobody, 1.0 if share is None else share, -(mean or 0), line.key


def _totals(
    measured: Statistics, rated: Answer[Opinions], judged: Answer[Accuracy], scope: Scope
) -> Line:
    values = {
        **of_measures(measured.totals),
        **of_opinions(rated.totals),
        **of_accuracy(judged.totals),
    }
    return Line("total", "", "", scope.name, values, halls=len(scope.halls))


def _lines(
    measured: Statistics,
    rated: Answer[Opinions],
    judged: Answer[Accuracy],
    called: Names,
    halls: Mapping[str, HallEntry],
) -> dict[str, list[Line]]:
    found: dict[Key, dict[str, Value]] = defaultdict(dict)
    for by, hall, key, values in _all(measured, rated, judged):
        found[by, hall, key].update(values)
    lines: dict[str, list[Line]] = defaultdict(list)
    for (by, hall, key), some in found.items():
        place = path(halls[hall]) if by == "hall" else ""
        lines[by].append(Line(by, hall, key, called.of(by, hall, key), some, place=place))
    return lines


def _all(
    measured: Statistics, rated: Answer[Opinions], judged: Answer[Accuracy]
) -> Iterator[tuple[str, str, str, dict[str, Value]]]:
    # What was measured comes first, and gives the order.
    for by, groups in measured.groups.items():
        yield from _of(by, groups, lambda one: of_measures(one.measures))
    for by, some in rated.groups.items():
        yield from _of(by, some, of_opinions)
    for by, those in judged.groups.items():
        yield from _of(by, those, of_accuracy)


def _of(
    by: str,
    groups: Iterable[Group] | Iterable[Opinions] | Iterable[Accuracy],
    values: Callable[[Any], dict[str, Value]],
) -> Iterator[tuple[str, str, str, dict[str, Value]]]:
    for group in groups:
        yield by, group.hall, group.key, values(group)


def _places(
    session: Session,
    scope: Scope,
    whole: Line,
    period: Period,
    ask: Callable[..., Statistics],
) -> list[Line]:
    """The place and those below it that have several halls, each as a line, worst first."""
    root = tuple(scope.place.split("/"))
    tree = _tree(scope.halls, root)

    def values(halls: list[str]) -> Mapping[str, Value]:
        dates = (period.first, period.last)
        found = ask(halls, *dates).totals
        return of_measures(found) | of_opinions(opinions(session, halls, *dates).totals)

    def line(here: tuple[str, ...]) -> Line:
        halls = [hall.id for hall in tree[here]]
        # The place that was asked for is the whole, which nobody need count once more.
        some = whole.values if here == root else values(halls)
        key, level = "/".join(here), len(here) - len(root)
        return Line("place", "", key, Name(here[-1]), some, level, len(halls))

    return _down({here: line(here) for here in tree}, root)


def _tree(halls: Iterable[HallEntry], root: tuple[str, ...]) -> Tree:
    found: dict[tuple[str, ...], list[HallEntry]] = defaultdict(list)
    for hall in halls:
        way = tuple(place.name for place in hall.place)
        for depth in range(len(root), len(way) + 1):
            found[way[:depth]].append(hall)
    return {here: some for here, some in found.items() if len(some) > 1 or here == root}


def _down(lines: Mapping[tuple[str, ...], Line], here: tuple[str, ...]) -> list[Line]:
    found = [lines[here]]
    below = [way for way in lines if way[:-1] == here]
    for way in sorted(below, key=lambda way: worst(lines[way])):
        found += _down(lines, way)
    return found
