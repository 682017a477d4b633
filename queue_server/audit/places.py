"""Numbers and places: what is given once, and by which rule a place may move.

`counts_from` is always `entered − head start`; `entered` and the number of entry stay with a
ticket, except where a named rule says otherwise: each of these is worked out again here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable

from queue_server.audit.picture import Picture, Visit
from queue_server.domain import events as told

_NUMBER = re.compile(r"([A-Z]+)(\d{3,})")

Prove = Callable[..., bool]
#: What a rule may ask for: `entered`, and whether the ticket gets a new number of entry.
Due = tuple[int, bool]


class Places:
    """Judges every event that gives a number or a place."""

    def __init__(self, prove: Prove) -> None:
        self._prove = prove
        self._next: dict[str, int] = defaultdict(lambda: 1)
        self._entry = 0

    def number(self, event: told.TicketTaken, picture: Picture) -> None:
        """The next number of its prefix, and nobody had it."""
        prefix, count = self._split(event, picture)
        due = self._next[prefix]
        given = event.ticket in picture.visits
        said = (
            f"number {event.ticket} was given twice"
            if given
            else (f"number {event.ticket} was given when {prefix}{due:03d} was next")
        )
        self._prove("numbers", not given and count == due, said, event)
        self._next[prefix] = max(due, count + 1)

    def _split(self, event: told.TicketTaken, picture: Picture) -> tuple[str, int]:
        plan = picture.layout
        service = plan.service.get(event.services[0]) if event.services else None
        match = _NUMBER.fullmatch(event.ticket)
        prefix, digits = match.groups() if match else ("", "0")
        planned = plan.lane[service.lane].prefix if service else prefix
        self._prove(
            "numbers",
            match is not None
            and prefix == planned
            and len(str(int(digits)).zfill(3)) == len(digits),
            f"{event.ticket} is not a number of this service",
            event,
        )
        return prefix, int(digits)

    def jump(self, numbers: int, picture: Picture) -> None:
        """Redis lost its last second: every number jumped."""
        self._entry += numbers
        for lane in picture.layout.lanes:
            self._next[lane.prefix] += numbers

    def place(self, event: told.Placed, visit: Visit | None, picture: Picture) -> None:
        """The place that this event gives is the one its rule asks for."""
        head_start = picture.layout.head_start.get(event.class_, 0)
        self._prove(
            "place",
            event.counts_from == max(event.entered - head_start, 0),
            f"{event.ticket} counts from {event.counts_from}, which is not its entry less its "
            "head start",
            event,
        )
        if visit is None:
            entered, new = max(event.entered, event.at), True
        else:
            entered, new = _due(event, visit, picture)
        self._prove_entry(event, visit, new)
        self._prove(
            "place",
            event.entered == entered or picture.unsure(event.lane, event.class_, event.at),
            f"{event.kind} gave {event.ticket} a place that is not its own",
            event,
        )

    def _prove_entry(self, event: told.Placed, visit: Visit | None, new: bool) -> None:
        kept = visit is not None and event.entry == visit.entry
        right = event.entry == self._entry + 1 if new else kept
        said = f"{event.ticket} has the number of entry {event.entry}, which is not its own"
        self._prove("place", right, said, event)
        self._entry = max(self._entry, event.entry)


def _due(event: told.Placed, visit: Visit, picture: Picture) -> Due:
    """What `entered` must be after this event, and whether with a new number of entry."""
    if isinstance(event, told.TicketRequeued):
        return (event.at, True) if event.place == "end" else (visit.entered, False)
    if isinstance(event, told.TicketTransferred):
        return _transferred(event, visit, picture)
    if isinstance(event, told.TicketReinstated):
        return _reinstated(event, visit, picture)
    return (visit.entered, False)


def _transferred(event: told.TicketTransferred, visit: Visit, picture: Picture) -> Due:
    if event.place == "end":
        return (event.at, True)
    line = [p for p in picture.lines[event.lane, event.class_] if p.number != visit.number]
    if event.place == "first" and line:
        head_start = picture.layout.head_start.get(event.class_, 0)
        return (min(visit.entered, line[0].counts_from + head_start - 1), False)
    return (visit.entered, False)


def _reinstated(event: told.TicketReinstated, visit: Visit, picture: Picture) -> Due:
    """A first miss: behind the next few of its lane and class; a second: to the end (过号)."""
    if visit.misses >= 2:
        return (event.at, True)
    line = picture.lines[event.lane, event.class_]
    behind = picture.layout.rule.back_behind
    if not line or not behind:
        return (visit.entered, True)
    head_start = picture.layout.head_start.get(event.class_, 0)
    after = line[min(behind, len(line)) - 1].counts_from + head_start
    return (max(visit.entered, after), True)
