"""The hall as every screen showed it at a given moment.

The events of that day up to then are folded as they were when they happened, and painted by the
painters of today's screens, so that a past picture is the very one that hung there.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from queue_server.api.alarms import MANAGERS, asked
from queue_server.api.auth import Doorkeeper
from queue_server.api.days import AT_ONCE, Days
from queue_server.api.pictures import ONE_EACH, Subject, painted
from queue_server.api.problems import JSON, NotFound
from queue_server.api.state import ServerState
from queue_server.api.stories import DAY
from queue_server.domain import events as told
from queue_server.domain.hall import Position
from queue_server.domain.refusals import Invalid
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall

KINDS = frozenset({"board", "zone", "sign", "hall", "lane", "window"})
#: A moment as Unix ms, or as the hall's own clock had it.
AT = re.compile(
    r"[0-9]{1,15}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{3})?)?"
)
#: What devices report changes no picture that people look at.
UNSEEN = (told.DeviceSeen, told.TicketAnnounced, told.TicketShown, told.TicketPrinted)
#: Of so many days the way to the moment last looked at is remembered.
MOST_DAYS = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """A day folded so far; `moments` are the last two at which something happened (Unix ms)."""

    view: HallView
    moments: tuple[int, ...] = ()

    def after(self, events: list[told.Event]) -> Mark:
        """The same, some events later."""
        times = {*self.moments, *_moments(events)}
        return Mark(self.view.after(events), tuple(sorted(times)[-2:]))


@dataclass(frozen=True, slots=True)
class Moment:
    """A hall at a moment, and when something happened before, last and next (0: nothing)."""

    view: HallView
    before: int
    last: int
    next: int


class TimeTravel:
    """The route of past pictures."""

    def __init__(self, state: ServerState, doorkeeper: Doorkeeper, days: Days) -> None:
        self._state = state
        self._doorkeeper = doorkeeper
        self._days = days
        # A long day is a second's work: not many at once.
        self._travelling = asyncio.Semaphore(2)
        self._marks: OrderedDict[tuple[str, str], list[Mark]] = OrderedDict()

    def routes(self) -> list[Route]:
        """Where it is."""
        return [Route("/api/v1/halls/{hall}/past/{picture}", self.past, methods=["GET"])]

    async def past(self, request: Request) -> Response:
        """A picture as it was at a moment, with the moments at which something happened around."""
        hall, _ = await asked(self._state, self._doorkeeper, request, MANAGERS)
        subject = _subject(request.path_params["picture"])
        at = await self._at(request, hall)
        day = await self._day(request, hall, at)
        async with self._travelling:
            moment = await self.moment(hall, day, at)
        content = painted(self._state.exhibits, hall.id, subject, moment.view, at)
        about = {"day": day, "at": at, "before": moment.before, "last": moment.last}
        return JSON(
            {"seq": moment.view.seq, "now": at, "past": about | {"next": moment.next}, **content}
        )

    async def moment(self, hall: RedisHall, day: str, at: int) -> Moment:
        """A hall at `at` (Unix ms) of a day; raises `NotFound` when nothing of it is kept."""
        marks = self._marks_of(hall.id, day)
        mark = next((one for one in reversed(marks) if one.view.at <= at), Mark(HallView(day=day)))
        coming = 0
        async for batch in self._days.events(hall, Position(day, mark.view.seq)):
            kept = [event for event in batch if event.at <= at]
            mark = await asyncio.to_thread(mark.after, kept)
            if len(kept) == AT_ONCE and (not marks or marks[-1].view.seq < mark.view.seq):
                marks.append(mark)
            if coming := min(_moments(batch[len(kept) :]), default=0):
                break
        if not mark.view.seq:
            raise NotFound("Nothing of this day is kept, or it had not begun yet.")
        before, last = (0, 0, *mark.moments)[-2:]
        # Between two events the newest moment is the one before.
        return Moment(mark.view, before if last == at else last, last, coming)

    def _marks_of(self, hall: str, day: str) -> list[Mark]:
        marks = self._marks.setdefault((hall, day), [])
        self._marks.move_to_end((hall, day))
        if len(self._marks) > MOST_DAYS:
            self._marks.popitem(last=False)
        return marks

    async def _at(self, request: Request, hall: RedisHall) -> int:
        said = request.query_params.get("at", "")
        if not AT.fullmatch(said):
            raise Invalid("at: must be a moment such as 2026-03-02T10:00:05, or Unix ms.", "at")
        if said.isdigit():
            at = int(said)
        else:
            layout = await asyncio.to_thread(self._state.configuration.layout, hall.id)
            at = _local(said, layout.zone())
        if at < 0:
            raise Invalid("at: there is no such moment.", "at")
        if at > max(self._state.clock(), await hall.now()):
            raise Invalid("at: this has not come yet.", "at")
        return at

    async def _day(self, request: Request, hall: RedisHall, at: int) -> str:
        day = request.query_params.get("day", "") or await self._days.at(hall, at)
        if not day:
            raise NotFound("The hall had not been opened yet, or nothing of that day is kept.")
        if not DAY.fullmatch(day):
            raise Invalid("day: must be a day such as 2026-03-02.", "day")
        return day


def _moments(events: Iterable[told.Event]) -> set[int]:
    return {event.at for event in events if not isinstance(event, UNSEEN)}


def _subject(text: str) -> Subject:
    kind, _, name = text.partition(":")
    if kind not in KINDS or bool(name) == (kind in ONE_EACH):
        raise NotFound(f"There is {', '.join(sorted(KINDS))}; those of something say of what.")
    # Who may look at the past may see all that a window's staff sees.
    return Subject(kind, name, inside=kind == "window")


def _local(text: str, zone: ZoneInfo) -> int:
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise Invalid("at: there is no such moment.", "at") from None
