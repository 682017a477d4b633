"""The calls that people should still see, newest first. Pure.

A recall counts as the newest: it moves its visitor to the top again.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from operator import attrgetter
from typing import NamedTuple

from queue_server.domain.facts import Call, WindowView
from queue_server.domain.tickets import State, Ticket
from queue_server.domain.view import HallView

#: Visits beyond those asked for that may still turn out to be newer.
SLACK = 20
AT_WINDOW = (State.CALLED, State.SERVING)


class Visit(NamedTuple):
    """One visitor at one window: the newest call of it. `state` is called, serving or nothing."""

    at: int
    seq: int
    ticket: str
    window: str
    lane: str
    class_: str
    calls: int
    state: str


def visits(view: HallView, most: int, windows: Container[str] | None = None) -> list[Visit]:
    """At most so many visits, newest call first; only those at `windows`, when given."""
    # Any of those at a window may be the newest, however many windows a hall has.
    here = (visit for visit in at_windows(view) if windows is None or visit.window in windows)
    found = {(visit.ticket, visit.window): visit for visit in here}
    enough = len(found) + most + SLACK
    for visit in _over(view):
        if windows is None or visit.window in windows:
            found.setdefault((visit.ticket, visit.window), visit)
        # Who was called again and has left stands a little out of place until all are sorted.
        if len(found) >= enough:
            break
    return sorted(found.values(), key=attrgetter("seq"), reverse=True)[:most]


def at_windows(view: HallView) -> Iterator[Visit]:
    """Who is called or served right now, in no order."""
    for window in view.windows.values():
        ticket = view.tickets.get(window.ticket)
        if ticket is not None and ticket.state in AT_WINDOW:
            yield _present(ticket, window)


def _over(view: HallView) -> Iterator[Visit]:
    for call in reversed(view.calls):
        yield _past(view.tickets[call.ticket], call)


def _present(ticket: Ticket, window: WindowView) -> Visit:
    return Visit(
        at=ticket.called,
        seq=ticket.call_seq,
        ticket=ticket.number,
        window=window.number,
        lane=ticket.lane,
        class_=ticket.class_,
        calls=ticket.calls,
        state=ticket.state,
    )


def _past(ticket: Ticket, call: Call) -> Visit:
    # A ticket that has left keeps its last call, recalls included, so it stays where it stood.
    kept = ticket.window == call.window and ticket.call_seq >= call.seq
    return Visit(
        at=ticket.called if kept else call.at,
        seq=ticket.call_seq if kept else call.seq,
        ticket=call.ticket,
        window=call.window,
        lane=call.lane,
        class_=call.class_,
        calls=ticket.calls if kept else 1,
        state="",
    )
