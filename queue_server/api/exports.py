"""A day in figures: today's tickets as a table, and how an hour of a usual day is.

The table leaves out whatever is about a person: notes, on whose behalf, reasons.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from queue_server.api.alarms import MANAGERS, asked
from queue_server.api.auth import Doorkeeper
from queue_server.api.manage import hour
from queue_server.api.problems import JSON
from queue_server.api.reads import current
from queue_server.api.state import ServerState
from queue_server.domain.hall import Position
from queue_server.domain.hours import Hour, by_hour, usual
from queue_server.domain.spreadsheet import Cell, written
from queue_server.domain.tickets import Ticket
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall

COLUMNS = (
    *("ticket", "state", "class", "lane", "services", "source", "taken", "called", "started"),
    *("ended", "wait_s", "service_s", "window", "calls", "misses", "outcome", "score"),
)
#: A usual day is the mean of so many days, from the last two weeks.
DAYS, LOOK_BACK = 5, 14
BATCH = 5000


class Exports:
    """The routes of figures."""

    def __init__(self, state: ServerState, doorkeeper: Doorkeeper) -> None:
        self._state = state
        self._doorkeeper = doorkeeper
        # What is over does not change any more.
        self._over: dict[tuple[str, str], tuple[Hour, ...]] = {}

    def routes(self) -> list[Route]:
        """Where they are."""
        hall = "/api/v1/halls/{hall}"
        return [
            Route(f"{hall}/tickets.csv", self.tickets, methods=["GET"]),
            Route(f"{hall}/usual", self.usual, methods=["GET"]),
        ]

    async def tickets(self, request: Request) -> Response:
        """Today's tickets as a table (CSV, UTF-8), without anything about a person."""
        hall, _ = await asked(self._state, self._doorkeeper, request, MANAGERS)
        view = await current(hall)
        name = f"{hall.id}-{view.day or 'none'}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(table(view), 200, headers, "text/csv; charset=utf-8")

    async def usual(self, request: Request) -> Response:
        """The mean of up to five days of the last two weeks, hour by hour."""
        hall, _ = await asked(self._state, self._doorkeeper, request, MANAGERS)
        view = await current(hall)
        days = [hours async for hours in self._before(hall, view)]
        return JSON({"days": len(days), "hours": [hour(one) for one in usual(days)]})

    async def _before(self, hall: RedisHall, view: HallView) -> Any:
        found = 0
        for day in _dates(view.day):
            if (hall.id, day) not in self._over:
                self._over[(hall.id, day)] = by_hour(await _folded(hall, day))
            if hours := self._over[(hall.id, day)]:
                yield hours
                found += 1
            if found == DAYS:
                return


def _dates(day: str) -> Iterator[str]:
    """The dates before a day, newest first; a drill's day begins with its date."""
    try:
        today = date.fromisoformat(day[:10])
    except ValueError:
        return
    for back in range(1, LOOK_BACK + 1):
        yield (today - timedelta(days=back)).isoformat()


async def _folded(hall: RedisHall, day: str) -> HallView:
    view = HallView(day=day)
    while events := await hall.events(Position(day, view.seq), BATCH):
        view = view.after(events)
    return view


def table(view: HallView) -> bytes:
    """Today's tickets, in order of their numbers' giving, for a spreadsheet."""
    waits: dict[str, int] = {}
    for call in view.calls:
        # Who is called back after a hold waits no second time, and who has steps does.
        waits[call.ticket] = waits.get(call.ticket, 0) + call.wait
    rows = (_row(view, ticket, waits.get(ticket.number)) for ticket in view.tickets.values())
    return written(COLUMNS, rows)


def _row(view: HallView, ticket: Ticket, wait: int | None) -> list[Cell]:
    def clock(at: int) -> str:
        if not at:
            return ""
        return datetime.fromtimestamp(at / 1000, view.plan.zone()).isoformat(" ", "seconds")[:19]

    served = (ticket.ended - ticket.started) // 1000 if ticket.started and ticket.ended else ""
    return [
        *(ticket.number, ticket.state.value, ticket.class_, ticket.lane),
        " ".join(ticket.services),
        ticket.source,
        *(clock(at) for at in (ticket.taken, ticket.called, ticket.started, ticket.ended)),
        *("" if wait is None else wait // 1000, served),
        *(ticket.window, ticket.calls or "", ticket.misses, ticket.outcome, ticket.score or ""),
    ]
