"""Did every call reach people, once? What voices heard and screens showed, held against the log.

Pure. `Ear` is a voice's own account of the events it was told, written without the fold that the
hall uses; `account` compares the day's events with what each screen saw while its line was up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Event = dict[str, Any]

#: A call that stands shorter than this (ms) may be gone before a picture is painted.
STOOD = 1000
#: How long (ms) a call may be on its way before a missing picture counts as lost.
ON_THE_WAY = 3000

#: After these the ticket is at no window any more.
_LEAVES = frozenset(
    f"ticket.{what}"
    for what in (
        *("finished", "step_finished", "missed", "held", "requeued", "skipped"),
        *("transferred", "cancelled", "expired"),
    )
)


#: A recall is a call again: the board flashes, the voice speaks.
CALLS = ("ticket.called", "ticket.recalled")


class Call(NamedTuple):
    """One call: its seq, ticket and window, when it was made and until when it stood (Unix ms)."""

    seq: int
    ticket: str
    window: str
    at: int
    until: float


def calls(events: Iterable[Event]) -> list[Call]:
    """Every call of a day, recalls too; one that still stands does so for ever."""
    standing: dict[str, Event] = {}
    found: list[Call] = []
    for event in events:
        kind = event["kind"]
        if kind == "window.undone":
            found += (
                _ended(standing.pop(ticket), event["at"]) for ticket in _undone(event, standing)
            )
        elif kind in _LEAVES or kind in CALLS:
            if before := standing.pop(event["ticket"], None):
                found.append(_ended(before, event["at"]))
            if kind in CALLS:
                standing[event["ticket"]] = event
    found += (_ended(event, float("inf")) for event in standing.values())
    return sorted(found)


def _ended(called: Event, until: float) -> Call:
    return Call(called["seq"], called["ticket"], called["window"], called["at"], until)


def _undone(event: Event, standing: dict[str, Event]) -> list[str]:
    window = event["window"]
    return [ticket for ticket, called in standing.items() if called["window"] == window]


# --- voices


@dataclass
class Ear:
    """What one voice heard. `gaps` are missing seqs, `again` events told twice, `double` calls of
    a ticket or at a window that had not let go of the call before."""

    hall: str
    day: str
    first: int
    seq: int
    gaps: list[str] = field(default_factory=list)
    again: int = 0
    double: list[str] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)
    at_window: dict[str, str] = field(default_factory=dict)

    def hear(self, event: Event) -> bool:
        """Take in one event; answers whether it is to be said."""
        if event.get("day") == self.day:
            if event["seq"] <= self.seq:
                self.again += 1
                return False
            if event["seq"] > self.seq + 1 and event["kind"] != "day.reopened":
                self.gaps.append(f"{self.seq + 1}–{event['seq'] - 1}")
            self.seq = event["seq"]
        kind = event["kind"]
        if kind in _LEAVES or kind == "window.undone":
            self._let_go(event)
        elif kind == "ticket.called":
            self._called(event)
        if kind in CALLS:
            self.heard.append(event["seq"])
        return kind in CALLS

    def _let_go(self, event: Event) -> None:
        ticket, window = event.get("ticket"), event.get("window")
        undone = event["kind"] == "window.undone"
        self.at_window = {
            at: who
            for at, who in self.at_window.items()
            if who != ticket and not (undone and at == window)
        }

    def _called(self, event: Event) -> None:
        ticket, window, seq = event["ticket"], event["window"], event["seq"]
        where = next((at for at, who in self.at_window.items() if who == ticket), "")
        if where:
            self.double.append(f"{seq}: {ticket} at {window}, called at {where} before")
        if (before := self.at_window.get(window)) and before != ticket:
            self.double.append(f"{seq}: {ticket} at {window}, where {before} stands")
        self.at_window[window] = ticket

    def to_json(self) -> dict[str, Any]:
        """What there is to say at the end."""
        return {
            "voice": self.hall,
            "first": self.first,
            "last": self.seq,
            "gaps": self.gaps,
            "again": self.again,
            "double": self.double,
            "heard": self.heard,
        }


# --- screens


@dataclass
class Eye:
    """What one screen saw: `window` is a sign's, empty for a board. `lit` is when its line was up
    (Unix ms); `seen` is call → delay (ms) from the call to the frame; `heard` is when its line
    said something last, and `last` what it shows (`last_look.digest`)."""

    hall: str
    window: str = ""
    lit: list[list[float]] = field(default_factory=list)
    seen: dict[int, float] = field(default_factory=dict)
    heard: float = 0.0
    last: str = ""

    def light(self, now: float) -> None:
        """The line is up, and the first picture is here."""
        self.lit.append([now, now])

    def look(self, shown: Iterable[tuple[int, float]], now: float) -> list[tuple[int, float]]:
        """Take in the calls of a picture, as (seq, made at); answers which are new, with their
        delays. What was called before the screen was first switched on is not news."""
        if not self.lit:
            self.light(now)
        self.lit[-1][1] = now
        since = self.lit[0][0]
        fresh = [(seq, now - at) for seq, at in shown if seq not in self.seen and at >= since]
        self.seen.update(fresh)
        return fresh

    def to_json(self) -> dict[str, Any]:
        """What there is to say at the end."""
        return {
            "screen": self.hall,
            "window": self.window,
            "lit": self.lit,
            "seen": list(self.seen.items()),
            "heard": self.heard,
            "last": self.last,
        }


class Account(NamedTuple):
    """Deliveries of one hall: how many there should be and were, and what is missing."""

    due: int
    delivered: int
    lost: list[str]
    in_the_dark: int


def account(made: Iterable[Call], screens: Iterable[Event], ends: float) -> Account:
    """Hold each screen's account against the calls of its hall; `ends` (Unix ms) is when looking
    ended. A call that came and went while a line was down is nobody's delivery."""
    everything = list(made)
    due = delivered = dark = 0
    lost: list[str] = []
    for screen in screens:
        seen = {seq for seq, _ in screen["seen"]}
        for call in _for(screen, everything):
            if call.seq in seen:
                due, delivered = due + 1, delivered + 1
            elif _should_show(call, screen["lit"], ends):
                due += 1
                lost.append(f"{call.ticket} (call {call.seq}) on {screen['window'] or 'a board'}")
            else:
                dark += 1
    return Account(due, delivered, lost, dark)


def _for(screen: Event, made: list[Call]) -> Iterator[Call]:
    since = screen["lit"][0][0] if screen["lit"] else float("inf")
    for call in made:
        if call.at >= since and screen["window"] in ("", call.window):
            yield call


def _should_show(call: Call, lit: list[list[float]], ends: float) -> bool:
    """Whether the line was up long enough while the call stood."""
    last = lit[-1][0]
    for begins, until in lit:
        # The line of the last one is up until the end, whether or not a picture came.
        until = ends if begins == last else until
        both = min(until, call.until) - max(begins, call.at)
        needed = ON_THE_WAY if call.until >= until else STOOD
        if both >= needed:
            return True
    return False


def lost_events(voice: Event, events: Iterable[Event]) -> list[int]:
    """Calls between a voice's first and last event that it did not hear."""
    heard = set(voice["heard"])
    span = range(voice["first"] + 1, voice["last"] + 1)
    called = (event["seq"] for event in events if event["kind"] in CALLS)
    return [seq for seq in called if seq in span and seq not in heard]
