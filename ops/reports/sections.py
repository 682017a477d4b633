"""What stands in which table of a report, and what is drawn of it. Pure data.

A table is of one grouping; its columns are measures of `lines.py`. A chart is drawn of the table
before it in the same section, so that nothing stands in a chart that no table has.
"""

from __future__ import annotations

from dataclasses import dataclass

WAITS = (
    *("called", "wait_mean", "wait_p50", "wait_p90", "wait_p95", "wait_longest"),
    *("cut", "cut_share", "wait_mean_at_least", "within_share"),
    *("missed_share", "recalled_share", "passed", "passed_most"),
)
WORK = (
    *("window_calls", "quick", "missed_share", "recalled_share", "walk_mean"),
    *("service_mean", "service_p50", "service_p90", "service_longest", "hold_count"),
    *("open", "busy", "idle", "paused", "occupancy", "score", "bad"),
)
SERVICE = (
    *("visits", "served", "called", "wait_mean", "wait_p90", "cut", "cut_share", "within_share"),
    *("missed_share", "service_mean", "service_p50", "service_p90", "service_longest"),
    *("hold_count", "score", "bad"),
)
HALL = (
    *("visits", "served", "called", "wait_mean", "wait_p50", "wait_p90", "wait_p95"),
    *("wait_longest", "cut", "cut_share", "wait_mean_at_least", "within_share", "missed_share"),
    *("service_mean", "occupancy", "score", "bad_share"),
)
RATINGS = (
    *("rated", "rated_5", "rated_4", "rated_3", "rated_2", "rated_1"),
    *("bad", "bad_share", "score", "served", "rated_share", "assumed", "overturned"),
)
ESTIMATES = (
    *("estimates", "uncalled", "estimate_error", "estimate_bias"),
    *("covered", "covered_share", "sooner", "later"),
)
#: The figures of the whole, in groups; the first of all are the great ones.
GREAT = (
    *("visits", "served", "wait_mean", "wait_p90"),
    *("within_share", "cut_share", "occupancy", "score"),
)
FIGURES = (
    ("visits", "served", "no_show", "cancelled", "expired", "unfinished", "quick"),
    (
        *("called", "wait_mean", "wait_p50", "wait_p90", "wait_p95", "wait_longest"),
        *("wait_mean_at_least", "wait_longest_at_least", "within", "beyond", "within_share"),
    ),
    ("cut", "cut_share", "abandoned", "expired_waiting", "moved", "standing"),
    (
        *("missed", "missed_share", "recalled", "recalled_share", "recalls"),
        *("passed", "passed_people", "passed_most"),
    ),
    ("walk_count", "walk_mean", "walk_p50", "walk_p90", "walk_p95", "walk_longest"),
    ("service_count", *(f"service_{name}" for name in ("mean", "p50", "p90", "p95", "longest"))),
    ("hold_count", "hold_mean", "hold_p50", "hold_p90", "hold_p95", "hold_longest"),
    ("open", "busy", "idle", "paused", "occupancy", "seats", "window_calls"),
    tuple(name for name in RATINGS if name != "served"),
    ESTIMATES,
)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart of a table's columns, of its first `most` rows; `sort` is bars, rows (bars that lie,
    for long names) or lines, `aim` a line across."""

    name: str
    sort: str
    measures: tuple[str, ...]
    most: int = 40
    aim: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A table: its name, its grouping, whose lines count as something when `counts` is not 0."""

    name: str
    by: str
    measures: tuple[str, ...]
    counts: tuple[str, ...] = ("visits", "called", "cut")
    drawings: tuple[Drawing, ...] = ()
    #: The order is that of the lines, or this measure's, the greatest first.
    order: str = ""


OVER_TIME = (
    Drawing("chart_visits", "bars", ("visits",), 62),
    Drawing("chart_days", "lines", ("wait_mean", "wait_p90"), 62),
)
_RATED, _ESTIMATED = ("rated", "assumed", "overturned"), ("estimates", "uncalled")
#: Section → its tables.
SECTIONS: dict[str, tuple[Plan, ...]] = {
    "halls": (
        Plan("by_place", "place", HALL),
        Plan("by_hall", "hall", HALL, (), (Drawing("chart_halls", "rows", ("within_share",), 15),)),
    ),
    "waits": (
        Plan(
            "by_hour",
            "hour",
            ("visits", *WAITS),
            drawings=(
                Drawing("chart_hours_calls", "bars", ("visits", "called")),
                Drawing("chart_hours_waits", "lines", ("wait_mean", "wait_p90")),
            ),
        ),
        Plan("by_date", "date", ("visits", *WAITS), drawings=OVER_TIME),
        Plan("by_month", "month", ("visits", *WAITS), drawings=OVER_TIME),
        Plan("by_lane", "lane", ("visits", *WAITS)),
        Plan("by_class", "class", ("visits", *WAITS)),
    ),
    "windows": (
        Plan(
            "by_window",
            "window",
            WORK,
            ("window_calls", "quick", "open", "paused", "called"),
            (Drawing("chart_windows", "bars", ("occupancy",), 40),),
        ),
    ),
    "clerks": (
        Plan("by_clerk", "clerk", WORK, ("window_calls", "quick", "open", "paused", "called")),
    ),
    "services": (
        Plan(
            "by_service",
            "service",
            SERVICE,
            drawings=(Drawing("chart_services", "rows", ("visits", "served"), 15),),
            order="visits",
        ),
    ),
    "ratings": (
        Plan("rated_by_window", "window", RATINGS, _RATED),
        Plan("rated_by_clerk", "clerk", RATINGS, _RATED),
        Plan("rated_by_service", "service", RATINGS, _RATED, order="rated"),
    ),
    "estimates": (
        Plan(
            "estimated_by_expected",
            "expected",
            ESTIMATES,
            _ESTIMATED,
            (Drawing("chart_coverage", "bars", ("covered_share",), aim="nominal"),),
        ),
        Plan("estimated_by_lane", "lane", ESTIMATES, _ESTIMATED),
    ),
}
