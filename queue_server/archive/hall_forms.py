"""How each part of a hall stands in its file: opening hours, place, rules, rows."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import yaml

from queue_server.archive.forms import DATES, DURATIONS, HOURS, TEXT, WHOLE, Form, day, one_of
from queue_server.archive.places import Level, Place, PlacePath
from queue_server.archive.rows import FlowList, FlowMap, forms_of, row, several
from queue_server.archive.yaml_nodes import Path, Reader, Wrong
from queue_server.domain.calendar import WEEKDAYS, Calendar, WorkingDay
from queue_server.domain.calling import CallingRule
from queue_server.domain.layout import Class, Kind, Lane, Layout, Service, Slot, Window
from queue_server.domain.tickets import Step


def _place(reader: Reader, node: yaml.Node, path: Path) -> PlacePath:
    levels = {str(level): TEXT.read for level in Level}
    found = reader.fields(node, path, levels)
    return tuple(Place(Level(level), name) for level, name in found.items())


def _write_place(place: PlacePath) -> FlowMap:
    return FlowMap({str(at.level): at.name for at in place})


def _calendar(reader: Reader, node: yaml.Node, path: Path) -> Calendar:
    reads = {
        "week": _week,
        "holidays": several(DATES).read,
        "working_days": _working_days,
    }
    return Calendar(**reader.fields(node, path, reads))


def _week(reader: Reader, node: yaml.Node, path: Path) -> tuple[Any, ...]:
    if isinstance(node, yaml.ScalarNode) and node.value == "always":
        return Calendar.always().week
    if not isinstance(node, yaml.MappingNode):
        raise Wrong("must be always, or hours by weekday (mon, tue, …)")
    found = reader.fields(node, path, {name: several(HOURS).read for name in WEEKDAYS})
    return tuple(found.get(name, ()) for name in WEEKDAYS)


def _working_days(reader: Reader, node: yaml.Node, path: Path) -> tuple[WorkingDay, ...]:
    found = []
    for said, child in reader.entries(node, path):
        hours = reader.value(several(HOURS).read, child, (*path, said), None)
        try:
            found.append(WorkingDay(day(said), hours))
        except Wrong as wrong:
            reader.wrong((*path, said), str(wrong))
    return tuple(working for working in found if working.hours is not None)


def _write_calendar(calendar: Calendar) -> dict[str, Any]:
    hours = several(HOURS)
    week: Any = {
        name: hours.write(spans) for name, spans in zip(WEEKDAYS, calendar.week, strict=True)
    }
    said: dict[str, Any] = {"week": "always" if calendar.week == Calendar.always().week else week}
    if calendar.holidays:
        said["holidays"] = FlowList(calendar.holidays)
    if calendar.working_days:
        said["working_days"] = {w.date: hours.write(w.hours) for w in calendar.working_days}
    return said


def _slot(reader: Reader, node: yaml.Node, path: Path) -> Slot:
    found = reader.fields(node, path, {"hours": HOURS.read, "quota": WHOLE.read})
    if "hours" not in found:
        raise Wrong("must have hours such as 08:30-12:00")
    begins, ends = found["hours"]
    return Slot(begins, ends, found.get("quota", 0))


def _write_slot(slot: Slot) -> FlowMap:
    hours = HOURS.write((slot.begins, slot.ends))
    return FlowMap({"hours": hours, "quota": slot.quota} if slot.quota else {"hours": hours})


TEXTS = several(TEXT)
PLACE = Form(_place, _write_place)
CALENDAR = Form(_calendar, _write_calendar)
RULE = row(
    CallingRule,
    always=tuple(field.name for field in fields(CallingRule)),
    flow=False,
    reserve=DURATIONS,
    ceiling=DURATIONS,
    green_promise=DURATIONS,
    grace=DURATIONS,
    undo_within=DURATIONS,
)
STEP = row(Step, always=("minutes",), services=TEXTS, after=several(WHOLE))
SERVICE = row(
    Service,
    always=("minutes",),
    slots=several(Form(_slot, _write_slot)),
    steps=several(STEP, flow=False),
    materials=TEXTS,
    grace=DURATIONS,
)
WINDOW = row(Window, kinds=several(one_of(Kind)), lanes=TEXTS, classes=TEXTS)

#: The plan's own keys.
LAYOUT = forms_of(
    Layout,
    lanes=several(row(Lane), flow=False),
    classes=several(row(Class, always=("head_start",), head_start=DURATIONS), flow=False),
    services=several(SERVICE, flow=False),
    windows=several(WINDOW, flow=False),
    rule=RULE,
    languages=TEXTS,
    confirm_within=DURATIONS,
    confirmed_by=TEXTS,
)
