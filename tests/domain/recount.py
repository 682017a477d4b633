"""A plain recount of a day's stream: no fold, no undo, no batches; slow and simple.

First every event that undo took back is struck out; then each ticket and each window is read from
its first event to its last.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from queue_server.domain import events as told
from queue_server.domain.events import Event

Row = dict[str, Any]

#: What happened outside stays so.
KEPT = (
    told.TicketRated,
    told.Delivered,
    told.TicketUndelivered,
    told.TicketPrinted,
    told.TicketPrintFailed,
    told.ReprintAsked,
)
ENDS: dict[type[Event], str] = {
    told.TicketFinished: "served",
    told.TicketStepFinished: "served",
    told.TicketMissed: "no_show",
    told.TicketUnheld: "held",
    told.TicketRequeued: "requeued",
    told.TicketSkipped: "requeued",
    told.TicketTransferred: "transferred",
    told.TicketCancelled: "cancelled",
    told.TicketExpired: "expired",
}
CHANGES_PLACE = (told.TicketMoved, told.TicketReclassified)
MOVES_WAITING = (*CHANGES_PLACE, told.TicketTransferred)


def what_holds(events: Sequence[Event]) -> list[Event]:
    """The events without those that undo took back."""
    alive: list[Event] = []
    for event in events:
        if isinstance(event, told.WindowUndone):
            restored = json.loads(event.restored)
            tickets, windows = dict(restored["tickets"]), dict(restored["windows"])
            alive = [
                e
                for e in alive
                if e.seq < event.since
                or isinstance(e, KEPT)
                or not (getattr(e, "ticket", "") in tickets or getattr(e, "window", "") in windows)
            ]
        alive.append(event)
    return alive


def stages(events: Sequence[Event]) -> list[Row]:
    """Every stage, with what is asked of it."""
    alive = what_holds(events)
    clerks = _clerks(alive)
    of_ticket: dict[str, list[Event]] = defaultdict(list)
    for event in alive:
        if isinstance(event, told.TicketEvent) and not isinstance(event, KEPT):
            of_ticket[event.ticket].append(event)
    found = [row for number in of_ticket for row in _of_ticket(of_ticket[number], clerks)]
    _count_passes(found)
    return found


class _Ticket:
    """One ticket, read from its first event to its last."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.state, self.mark, self.since = "", 0, 0

    def read(self, event: Any) -> None:
        ends, row = ENDS.get(type(event), ""), self.rows[-1] if self.rows else {}
        if self.state == "waiting" and isinstance(event, MOVES_WAITING):
            self._moves(row, event)
            return
        if ends or isinstance(event, _AT_WINDOW):
            self._spends(row, event.at)
        if isinstance(event, told.TicketRecalled):
            row["recalls"] += 1
        elif isinstance(event, _AT_WINDOW):
            self._at_window(row, event)
        elif ends:
            _end(row, event, self.state)
            self.state = ends
        if isinstance(event, told.Placed) and not isinstance(event, CHANGES_PLACE):
            self.since, self.state = event.at, "waiting"
            self.rows.append(_begin(event, len(self.rows) + 1))

    def _spends(self, row: Row, at: int) -> None:
        name = {"called": "walk", "serving": "service_time", "held": "hold"}.get(self.state)
        if name:
            row[name] += at - self.mark
        self.mark = at

    def _at_window(self, row: Row, event: Any) -> None:
        if isinstance(event, told.TicketStarted):
            row["started"], self.state = row["started"] or event.at, "serving"
            return
        if isinstance(event, told.TicketHeld):
            row["left"], self.state = event.seq, "held"
            return
        if self.state == "waiting":
            row |= {"called": event.at, "rule": event.rule, "seq": event.seq}
            row["wait"] = max(event.at - row["since"], 0)
            row["stands"][-1]["until"] = event.seq
        row["window"], self.state = event.window, "called"
        row["at_window"].append(event.seq)

    def _moves(self, row: Row, event: Any) -> None:
        row["stands"][-1]["until"] = event.seq
        row["stands"].append(_stand(event))
        row["lane"], row["class_"] = event.lane, event.class_
        row["since"] = max(self.since, event.entered)


def _of_ticket(events: Sequence[Event], clerks: Any) -> list[Row]:
    ticket = _Ticket()
    for event in events:
        ticket.read(event)
    for row in ticket.rows:
        row["clerk"] = clerks(row)
    return ticket.rows


_AT_WINDOW = (told.TicketCalled, told.TicketStarted, told.TicketHeld)


def _begin(event: Any, number: int) -> Row:
    row: Row = {"ticket": event.ticket, "stage": number, "lane": event.lane, "seq": 0, "left": 0}
    row |= {"class_": event.class_, "since": max(event.at, event.entered), "window": ""}
    row |= dict.fromkeys(("called", "started", "ended", "wait", "walk", "service_time"), 0)
    row |= {"hold": 0, "recalls": 0, "passed": 0, "outcome": "", "rule": ""}
    return row | {"stands": [_stand(event)], "at_window": []}


def _stand(event: Any) -> Row:
    return {
        "lane": event.lane,
        "place": (event.entered, event.entry),
        "from": event.seq,
        "until": 0,
    }


def _end(row: Row, event: Any, state: str) -> None:
    row["ended"], row["outcome"] = event.at, ENDS[type(event)]
    row["left"] = row["left"] if state == "held" else event.seq
    if state == "waiting":
        row["wait"] = max(event.at - row["since"], 0)
        row["stands"][-1]["until"] = event.seq
    if row["outcome"] in ("served", "transferred") and not row["started"]:
        row["service_time"], row["walk"] = row["service_time"] + row["walk"], 0


def _count_passes(rows: list[Row]) -> None:
    calls = [(row["seq"], row["lane"], row["stands"][-1]["place"]) for row in rows if row["seq"]]
    for row in rows:
        row["passed"] = sum(
            lane == stand["lane"]
            and place > stand["place"]
            and stand["from"] < seq
            and (not stand["until"] or seq < stand["until"])
            for stand in row["stands"]
            for seq, lane, place in calls
        )


def _clerks(alive: Iterable[Event]) -> Any:
    """Who had a stage last at its window."""
    sat: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for event in alive:
        if isinstance(event, (told.WindowOpened, told.WindowHandedOver)):
            sat[event.window].append((event.seq, event.clerk))

    def clerk(row: Row) -> str:
        if not row["at_window"]:
            return ""
        until = row["left"] or 2**31
        return [name for seq, name in sat[row["window"]] if seq < until][-1]

    return clerk


def per(rows: Iterable[Any], name: str) -> Counter[str]:
    """How many rows have each value."""
    return Counter(one[name] if isinstance(one, dict) else getattr(one, name) for one in rows)


# --- windows


def seats(events: Sequence[Event]) -> dict[str, Row]:
    """Every window's time, its seats together: paused, busy and idle (ms), calls and quick."""
    alive = what_holds(events)
    found: dict[str, Row] = {}
    state: dict[str, str] = {}
    ticket: dict[str, str] = {}
    mark: dict[str, int] = {}

    def spend(window: str, at: int) -> None:
        was = state.get(window, "closed")
        doing = was if was != "open" else "busy" if ticket.get(window) else "idle"
        row = found.setdefault(
            window, dict.fromkeys(("paused", "busy", "idle", "calls", "quick"), 0)
        )
        if doing in row and open_day[0]:
            row[doing] += at - mark[window]
        mark[window] = at

    open_day = [False]
    for event in alive:
        numbers = {getattr(event, "window", ""), getattr(event, "from_window", "")} - {""}
        if isinstance(event, (told.DayOpened, told.DayClosed)):
            numbers = set(state)
        if isinstance(event, (told.TicketRated, told.DeviceSeen)):
            continue
        for number in numbers:
            spend(number, event.at)
        _window_does(event, state, ticket, found)
        if isinstance(event, (told.DayOpened, told.DayClosed)):
            open_day[0] = isinstance(event, told.DayOpened)
    return {number: row for number, row in found.items() if number in state}


def _window_does(
    event: Any, state: dict[str, str], ticket: dict[str, str], found: dict[str, Row]
) -> None:
    if isinstance(event, told.WindowOpened):
        state[event.window], ticket[event.window] = "open", ""
    elif isinstance(event, told.WindowClosed):
        state[event.window] = "closed"
    elif isinstance(event, (told.WindowPaused, told.WindowLost)):
        state[event.window] = "paused"
    elif isinstance(event, told.WindowUnpaused):
        state[event.window] = "open"
    elif isinstance(event, told.QuickServed):
        found[event.window]["quick"] += 1
    elif isinstance(event, told.TicketCalled):
        if ticket.get(event.from_window) == event.ticket:
            ticket[event.from_window] = ""
        ticket[event.window] = event.ticket
        found[event.window]["calls"] += 1
    elif (type(event) in ENDS or isinstance(event, told.TicketHeld)) and (
        number := getattr(event, "window", "")
    ):
        ticket[number] = ""
