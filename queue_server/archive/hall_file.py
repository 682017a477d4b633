"""A hall in one readable YAML file: its plan, its opening hours and its place in the tree.

`load` tells everything that is wrong with a file at once, each with its line; `dump` writes what
`load` reads back unchanged. Nothing is looked up or stored here.
"""

from __future__ import annotations

from typing import Any

import yaml

from queue_server.archive.forms import SPAN
from queue_server.archive.hall_forms import CALENDAR, LAYOUT, PLACE
from queue_server.archive.places import PlacePath, path_problems
from queue_server.archive.rows import FlowList, FlowMap, completed
from queue_server.archive.yaml_nodes import FileError, Path, Reader, compose
from queue_server.domain.calendar import Calendar
from queue_server.domain.layout import Layout

HEADER = """\
# A hall of Jiaohao 叫号. Check and publish it with: jiaohao hall import FILE
# Durations: 60 s, 15 min. Hours: 08:30-12:00, by the hall's own clock. `after` counts a
# service's steps from 0. What is left out has its default.
"""

#: The order of the file: what people look for first, and the longest list last.
ORDER = (
    *("tenant", "hall", "name", "name_en", "place", "timezone", "languages", "closing"),
    *("complaint_phone", "calendar", "rule", "classes", "lanes", "windows", "services"),
)


def load(text: str) -> tuple[Layout, Calendar, PlacePath]:
    """The hall that a file describes; raises `FileError` with every problem and its line."""
    reader = Reader()
    found = reader.value(_hall, compose(text.removeprefix("\ufeff")), (), None)
    if found is None:
        raise FileError(reader.problems)
    layout, calendar, place = found
    for problem in layout.problems():
        _note(reader, problem.path, problem.message)
    for problem in calendar.problems():
        _note(reader, ("calendar", *problem.path), problem.message)
    for message in path_problems(place):
        _note(reader, ("place",), message)
    if reader.problems:
        raise FileError(sorted(reader.problems))
    return layout, calendar, place


def dump(layout: Layout, calendar: Calendar, place: PlacePath = ()) -> str:
    """The file that describes this hall."""
    said = {name: form.write(getattr(layout, name)) for name, form in LAYOUT.items()}
    said["calendar"] = CALENDAR.write(calendar)
    if place:
        said["place"] = PLACE.write(place)
    order = [*ORDER, *(name for name in said if name not in ORDER)]
    parts = [_yaml({name: said[name]}) for name in order if name in said]
    return HEADER + "".join("\n" + part if part.count("\n") > 1 else part for part in parts)


def _note(reader: Reader, path: Path, message: str) -> None:
    # What follows from something that was found wrong already is no news.
    if path not in reader.broken:
        reader.wrong(path, message)


def _hall(reader: Reader, node: yaml.Node, path: Path) -> tuple[Layout, Calendar, PlacePath]:
    known = LAYOUT | {"calendar": CALENDAR, "place": PLACE}
    reads = {name: known[name].read for name in sorted(known, key=_place_in_order)}
    found = reader.fields(node, path, reads)
    calendar = found.pop("calendar", Calendar())
    place = found.pop("place", ())
    return Layout(**completed(Layout, reader, path, found)), calendar, place


def _place_in_order(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)


class _Dumper(yaml.SafeDumper):
    """Plain YAML: no aliases, and the rows that want to be on one line are."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  (theirs)
        return True

    def analyze_scalar(self, scalar: str) -> Any:
        # PyYAML quotes every colon inside brackets; hours read better without.
        analysis = super().analyze_scalar(scalar)
        analysis.allow_flow_plain |= bool(SPAN.fullmatch(scalar))
        return analysis


_Dumper.add_representer(
    FlowList,
    lambda dumper, data: dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True),
)
_Dumper.add_representer(
    FlowMap,
    lambda dumper, data: dumper.represent_mapping(
        "tag:yaml.org,2002:map", data.items(), flow_style=True
    ),
)


def _yaml(data: dict[str, Any]) -> str:
    said: str = yaml.dump(
        data,
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=10**6,
        default_flow_style=False,
    )
    return said
