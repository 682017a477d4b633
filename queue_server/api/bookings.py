"""`…/bookings`: a hall's appointments (预约), and what a `take` with one of them comes to.

The registry says for which service, time and class a code stands; whoever shows the code cannot
say otherwise. That one booking gives one number is decided by the hall itself, in one step.
"""

from __future__ import annotations

import asyncio
import logging
import re
from datetime import date, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from queue_server.api.alarms import asked
from queue_server.api.auth import Caller, Doorkeeper
from queue_server.api.bodies import form
from queue_server.api.commands import DESKS, GUIDES, LEADERS
from queue_server.api.problems import (
    JSON,
    BookingCancelled,
    BookingUsed,
    NoBooking,
    NotToday,
)
from queue_server.api.reads import current
from queue_server.api.state import ServerState
from queue_server.api.words import rule_of
from queue_server.archive.bookings import Booking, plain
from queue_server.archive.errors import Unknown, Used
from queue_server.archive.principals import Role
from queue_server.domain.civil import date_of, moment
from queue_server.domain.layout import Layout
from queue_server.domain.refusals import Invalid
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall

log = logging.getLogger(__name__)

#: Who may look up what a code stands for.
LOOKERS = DESKS | {Role.CLERK}
#: A code as a path and as a scanner carries it.
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{3,63}")

Words = dict[str, Any]


class Booked(BaseModel):
    """What a code stands for; `person` is the platform's keyed hash, never an ID number."""

    model_config = ConfigDict(extra="forbid", strict=True)

    service: rule_of("service", str, required=True)  # type: ignore[valid-type]  # words.py has it
    appointed: rule_of("appointed", int, required=True)  # type: ignore[valid-type]
    class_: Annotated[
        rule_of("class", str, required=False),  # type: ignore[valid-type]
        Field(alias="class"),
    ] = ""
    person: rule_of("person", str, required=False) = ""  # type: ignore[valid-type]


class Bookings:
    """The routes of bookings, and their part in a `take`."""

    def __init__(self, state: ServerState, doorkeeper: Doorkeeper) -> None:
        self._state = state
        self._doorkeeper = doorkeeper
        self._known = state.configuration.bookings

    def routes(self) -> list[Route]:
        """Where they are."""
        path = "/api/v1/halls/{hall}/bookings"
        return [
            Route(path, self.bookings, methods=["GET"]),
            Route(path + "/{code}", self.booking, methods=["GET"]),
            Route(path + "/{code}", self.book, methods=["PUT"]),
            Route(path + "/{code}", self.unbook, methods=["DELETE"]),
        ]

    async def booking(self, request: Request) -> Response:
        """What a code stands for, and whether it is early, due, late, used or cancelled."""
        hall, _ = await asked(self._state, self._doorkeeper, request, LOOKERS)
        found = await self._find(hall.id, request.path_params["code"])
        if found is None:
            raise NoBooking
        view, now = await current(hall), await hall.now()
        return JSON({"now": now, **_told(found, view, now)})

    async def bookings(self, request: Request) -> Response:
        """The bookings of one day, today's without a date, in the order of their times."""
        hall, _ = await asked(self._state, self._doorkeeper, request, GUIDES)
        view, now = await current(hall), await hall.now()
        zone = await self._zone(hall.id, view)
        day = _date(request.query_params.get("date", "")) or date_of(now, zone)
        first, last = moment(day, 0, zone), moment(day + timedelta(days=1), 0, zone)
        found = await asyncio.to_thread(self._known.between, hall.id, first, last)
        told = [_told(one, view, now) for one in found]
        return JSON({"now": now, "date": day.isoformat(), "bookings": told})

    async def book(self, request: Request) -> Response:
        """Let a code stand for this service and time; the same again is no second booking."""
        hall, _ = await asked(self._state, self._doorkeeper, request, LEADERS, unsafe=True)
        wanted = await form(request, Booked)
        booking = _made(request.path_params["code"], wanted)
        _planned(booking, await asyncio.to_thread(self._state.configuration.layout, hall.id))
        try:
            await asyncio.to_thread(self._known.put, hall.id, booking)
        except Used:
            raise BookingUsed from None
        view, now = await current(hall), await hall.now()
        return JSON({"now": now, **_told(booking, view, now)})

    async def unbook(self, request: Request) -> Response:
        """Cancel a booking; asking twice is no mistake."""
        hall, _ = await asked(self._state, self._doorkeeper, request, LEADERS, unsafe=True)
        try:
            await asyncio.to_thread(self._known.cancel, hall.id, request.path_params["code"])
        except Unknown:
            raise NoBooking from None
        except Used:
            raise BookingUsed from None
        return JSON({})

    # --- a number for a booking

    async def fill(self, hall: RedisHall, who: Caller, words: Words) -> None:
        """Put what the registry knows of a booking into the words of a `take`; raises `NoBooking`,
        `BookingCancelled`, `BookingUsed` or `NotToday`.

        Guides and leaders may write down a booking that the registry does not know; a kiosk says
        only what it was shown.
        """
        code = words.get("booking", "")
        found = await self._find(hall.id, code) if code else None
        if found is None:
            if not who.may(GUIDES, hall.id):
                _only_what_is_known(words)
            return
        view = await current(hall)
        # What was used today is the hall's to refuse: the same command again has its old answer.
        if not (found.ticket and found.day == view.day):
            _usable(found, await hall.now(), await self._zone(hall.id, view))
        _put(found, words)

    async def used(self, hall: str, words: Words, day: str, ticket: str) -> None:
        """Write down which number a booking became. The number is given by now: a database that
        is away is no reason to take it back, and the hall itself refuses the code from here on."""
        if not (code := words.get("booking", "")):
            return
        try:
            await asyncio.to_thread(self._known.use, hall, code, day, ticket)
        except SQLAlchemyError as error:
            log.error("%s: booking of %s is not marked as used: %s", hall, ticket, error)

    async def _find(self, hall: str, code: str) -> Booking | None:
        if not CODE.fullmatch(code):
            return None
        return await asyncio.to_thread(self._known.find, hall, code)

    async def _zone(self, hall: str, view: HallView) -> ZoneInfo:
        if view.layout is not None:
            return view.layout.zone()
        # Before its first day a hall has a plan only.
        return (await asyncio.to_thread(self._state.configuration.layout, hall)).zone()


def _told(booking: Booking, view: HallView, now: int) -> dict[str, Any]:
    """A booking as a desk sees it: nothing of the person; its `ticket` if that is today's."""
    ticket = booking.ticket if booking.day == view.day else ""
    # The hall's own word counts: a use may not have been written down.
    ticket = ticket or next((t.number for t in view.tickets.values() if _is_of(t, booking)), "")
    told = {
        "code": booking.code,
        "service": booking.service,
        "class": booking.class_,
        "appointed": booking.appointed,
        "state": "used" if ticket else booking.standing(now),
    }
    return told | {"ticket": ticket} if ticket else told


def _is_of(ticket: Any, booking: Booking) -> bool:
    return plain(ticket.booking) == booking.code


def _made(code: str, wanted: Booked) -> Booking:
    if not CODE.fullmatch(code):
        raise Invalid("code: must be 4 to 64 letters, digits, - or _.", "code")
    return Booking(
        code=plain(code),
        service=wanted.service,
        appointed=wanted.appointed,
        class_=wanted.class_,
        person=wanted.person,
    )


def _planned(booking: Booking, plan: Layout) -> None:
    """Nobody is promised what the hall does not have."""
    if booking.service not in plan.service:
        raise Invalid("service: the hall's plan has no such service.", "service")
    if booking.class_ and booking.class_ not in {one.id for one in plan.classes}:
        raise Invalid("class: the hall's plan has no such class.", "class")


def _usable(booking: Booking, now: int, zone: ZoneInfo) -> None:
    if booking.ticket:
        raise BookingUsed
    if booking.cancelled:
        raise BookingCancelled
    if date_of(booking.appointed, zone) != date_of(now, zone):
        raise NotToday


def _put(booking: Booking, words: Words) -> None:
    said = words.pop("services", None) or [words.get("service", "")]
    words.pop("service", None)
    # Something more that the visitor came for is welcome; something else instead is not.
    others = [one for one in said if one != booking.service] if booking.service in said else []
    words |= {"services": [booking.service, *others], "booking": booking.code}
    words["appointed"] = booking.appointed
    if booking.class_:
        words["class_"] = booking.class_
    if booking.person and not words.get("person"):
        words["person"] = booking.person


def _only_what_is_known(words: Words) -> None:
    if words.get("booking"):
        raise NoBooking
    if words.get("appointed"):
        raise Invalid("appointed: only a booking has a time.", "appointed")


def _date(text: str) -> date | None:
    """The `date` of a request; None when there is none. Raises `Invalid`."""
    if not text:
        return None
    try:
        found = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.A) else None
    except ValueError:
        found = None
    # Moments before 1970 and after the last year are nobody's appointments.
    if found is None or not 1971 <= found.year <= 9998:
        raise Invalid("date: must be a day such as 2026-03-02.", "date")
    return found
