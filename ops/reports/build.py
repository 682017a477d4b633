"""Lines of measures → a report in one language. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ops.reports.lines import MEASURES, Line, Unit
from ops.reports.report import Cell, Chart, Column, Figure, Material, Report, Row, Section, Table
from ops.reports.sections import FIGURES, GREAT, SECTIONS, Drawing, Plan
from ops.reports.words import MEASURES as HEADINGS
from ops.reports.words import NOTES, UNITS, say, word
from queue_server.domain.calling import MINUTE
from queue_server.domain.measures import share

LEVELS = (5, 4, 3, 2, 1)
#: Groupings that are a hall's own.
OWN = ("lane", "window")
#: Groupings whose order says who is worst.
RANKED = ("place", "hall")
TIMES = ("hour", "date", "month")


def report(found: Material, language: str, made: str = "") -> Report:
    """The report of this material in `zh-CN` or `en`; `made` is when, as people write it."""
    subject, totals = found.subject.said(language), found.totals
    figures = tuple(_figures(totals, language))
    by_name = {figure.name: figure for figure in reversed(figures)}
    return Report(
        title=f"{subject} · {word(language, found.period.sort)}",
        subject=subject,
        dates=_dates(found, language),
        about=" · ".join(_about(found, language, made)),
        language=language,
        period=found.period,
        empty=not any(totals.value(name) for name in ("visits", "called", "cut", "open")),
        great=tuple(by_name[name] for name in GREAT),
        figures=figures,
        sections=tuple(_sections(found, language)),
        notes=tuple(_notes(found, language)),
        lines=(totals, *(line for lines in found.groups.values() for line in lines)),
        halls={hall: name.said(language) for hall, name in found.halls.items()},
    )


def _dates(found: Material, language: str) -> str:
    first, last = found.period.first, found.period.last
    return str(first) if first == last else word(language, "from_to", first=first, last=last)


def _about(found: Material, language: str, made: str) -> Iterator[str]:
    if len(found.halls) > 1:
        yield word(language, "halls_in", halls=len(found.halls))
    if made:
        yield word(language, "made", made=made)


def _figures(totals: Line, language: str) -> Iterator[Figure]:
    for group, names in enumerate(FIGURES):
        for name in names:
            title = say(language, HEADINGS[name])
            yield Figure(name, title, totals.value(name), MEASURES[name], group)


def _sections(found: Material, language: str) -> Iterator[Section]:
    for name, plans in SECTIONS.items():
        tables = [_table(plan, found, language) for plan in plans]
        if name == "ratings" and found.totals.value("rated"):
            tables.insert(0, _levels(found.totals, language))
        if some := tuple(table for table in tables if table.rows):
            yield Section(name, word(language, name), some)


def _table(plan: Plan, found: Material, language: str) -> Table:
    lines = [line for line in found.groups.get(plan.by, ()) if _counts(line, plan)]
    if plan.order:
        lines.sort(key=lambda line: -(line.value(plan.order) or 0))
    named = [_word(name, language) for name in _naming(plan.by, found)]
    rows = tuple(
        Row((*_names(line, found, language), *map(line.value, plan.measures)), line.level)
        for line in lines
    )
    return Table(
        plan.name,
        word(language, plan.name),
        (*named, *(_measure(name, language) for name in plan.measures)),
        rows,
        tuple(_chart(one, plan, found, language, rows) for one in _drawings(plan, found, rows)),
        _weight(plan, len(named)),
    )


def _weight(plan: Plan, first: int) -> int | None:
    if plan.by in TIMES:
        return None
    return 0 if plan.by in RANKED else first


def _counts(line: Line, plan: Plan) -> bool:
    return not plan.counts or any(line.value(name) for name in plan.counts)


def _naming(by: str, found: Material) -> tuple[str, ...]:
    """The columns that say what a row is about; the first is what charts call it."""
    if by in OWN and len(found.halls) > 1:
        return (f"of_{by}", "of_hall")
    beside = {"service": ("of_code",), "place": ("of_halls",), "hall": ("of_place",)}
    return (f"of_{by}", *beside.get(by, ()))


def _names(line: Line, found: Material, language: str) -> tuple[Cell, ...]:
    name = line.name.said(language)
    if line.by in OWN and len(found.halls) > 1:
        return name, found.halls[line.hall].said(language)
    match line.by:
        case "service":
            return name, line.key
        case "place":
            return name, line.halls
        case "hall":
            return name, line.place
    return (name,)


def _word(name: str, language: str) -> Column:
    told = word(language, name)
    return Column(name, told, told, Unit.COUNT if name == "of_halls" else Unit.TEXT)


def _measure(name: str, language: str) -> Column:
    unit = MEASURES[name]
    title = say(language, HEADINGS[name])
    return Column(name, _heading(title, unit, language), title, unit)


def _heading(title: str, unit: Unit, language: str) -> str:
    return f"{title}\n{say(language, UNITS[unit])}" if unit in UNITS else title


def _drawings(plan: Plan, found: Material, rows: tuple[Row, ...]) -> tuple[Drawing, ...]:
    # One point is no chart, and a chart has no room to say whose window 3 it is.
    few = len(rows) < 2 or (plan.by in OWN and len(found.halls) > 1)
    return () if few else plan.drawings


def _chart(
    one: Drawing, plan: Plan, found: Material, language: str, rows: tuple[Row, ...]
) -> Chart:
    first = len(_naming(plan.by, found))
    return Chart(
        title=word(language, one.name),
        sort=one.sort,
        columns=tuple(first + plan.measures.index(name) for name in one.measures),
        rows=min(len(rows), one.most),
        aim=found.nominal if one.aim == "nominal" else None,
    )


def _levels(totals: Line, language: str) -> Table:
    """How many ratings there are of each level, the best first."""
    rated = int(totals.value("rated") or 0)
    counts = [(level, int(totals.value(f"rated_{level}") or 0)) for level in LEVELS]
    names = ("of_level", "of_count", "of_share")
    units = (Unit.TEXT, Unit.COUNT, Unit.SHARE)
    titles = [word(language, name) for name in names]
    headings = [_heading(*each, language) for each in zip(titles, units, strict=True)]
    rows = tuple(
        Row((say(language, HEADINGS[f"rated_{level}"]), count, share(count, rated)))
        for level, count in counts
    )
    return Table(
        "levels",
        word(language, "levels"),
        tuple(Column(*each) for each in zip(names, headings, titles, units, strict=True)),
        rows,
        (Chart(word(language, "chart_levels"), "bars", (1,), len(rows)),),
    )


def _notes(found: Material, language: str) -> Iterator[str]:
    values = {
        "target": f"{found.target / MINUTE:g}",
        "error": f"{found.error * 100:g}",
        "nominal": f"{found.nominal * 100:g}",
    }
    names = ["wait", "censored", "target", "sketch" if found.error else "exact", "occupancy"]
    if len(found.halls) > 1:
        names.append("worst")
    for name in (*names, "ratings", "estimates", "drills"):
        yield say(language, NOTES[name]).format(**values)
