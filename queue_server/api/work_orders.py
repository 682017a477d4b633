"""差评 work orders and ratings over HTTP: for the hall's managers, and for auditors to read.

Whoever was rated may also manage the hall: he does not learn whose rating it was, and somebody
else answers, decides and closes it; to appeal is his right.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from queue_server.api.alarms import MANAGERS, asked
from queue_server.api.auth import Caller, Doorkeeper
from queue_server.api.bodies import form
from queue_server.api.commands import LEADERS
from queue_server.api.problems import JSON, NotAllowed, NotFound
from queue_server.api.state import ServerState
from queue_server.api.words import LINES
from queue_server.archive import work_order_steps, work_orders
from queue_server.archive.errors import NotNow, Unknown
from queue_server.archive.opinions import RATED_BY, Opinions, opinions
from queue_server.archive.selection import Answer
from queue_server.archive.work_orders import Listed, State, WorkOrderRow
from queue_server.domain.civil import date_of
from queue_server.domain.refusals import Invalid, WrongState
from queue_server.engine.redis_hall import RedisHall

Json = dict[str, Any]
#: What people write: something, in some lines.
Text = Annotated[
    str, StringConstraints(min_length=1, max_length=2000, pattern=LINES, strip_whitespace=True)
]
#: So many at once.
MOST = 200
GROUPS = RATED_BY[1:]
#: The longest time that is summed up here (days); longer ones are for reports.
LONGEST = 366
ID = re.compile(r"[1-9][0-9]{0,8}")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OF_RATING = {"date", "score", "source", "lane", "service", "window", "clerk"}


class Words(BaseModel):
    """What a request says; some need no words."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Said(Words):
    """An answer or an appeal."""

    text: Text


class Decided(Words):
    """What an appeal came to."""

    text: Text
    outcome: Literal["upheld", "overturned"]


#: What to do with an order → the words it needs.
BODIES: dict[str, type[Words]] = {
    "handle": Words,
    "answer": Said,
    "appeal": Said,
    "decide": Decided,
    "close": Words,
}


class WorkOrders:
    """The routes of work orders and ratings."""

    def __init__(self, state: ServerState, doorkeeper: Doorkeeper) -> None:
        self._state = state
        self._doorkeeper = doorkeeper
        self._database = state.configuration.database

    def routes(self) -> list[Route]:
        """Where they are."""
        hall = "/api/v1/halls/{hall}"
        order = f"{hall}/work_orders/{{order}}"
        return [
            Route(f"{hall}/ratings", self.ratings, methods=["GET"]),
            Route(f"{hall}/work_orders", self.orders, methods=["GET"]),
            Route(f"{order}/handle", self.handle, methods=["POST"]),
            Route(f"{order}/answer", self.answer, methods=["POST"]),
            Route(f"{order}/appeal", self.appeal, methods=["POST"]),
            Route(f"{order}/decide", self.decide, methods=["POST"]),
            Route(f"{order}/close", self.close, methods=["POST"]),
        ]

    async def ratings(self, request: Request) -> Response:
        """The ratings of some days, in all and in groups; overturned ones are in no share."""
        hall, _ = await asked(self._state, self._doorkeeper, request, MANAGERS)
        by = _one_of(request, "by", GROUPS, "window")
        first, last = _dates(request, await self._today(hall))

        def read() -> Answer[Opinions]:
            with self._database.reading() as session:
                return opinions(session, [hall.id], first, last, by)

        found, names = await asyncio.to_thread(read), await self._names()
        groups = [asdict(one) | {"name": names.get(one.key, "")} for one in found.groups[by]]
        return JSON(
            {"from": first, "to": last, "by": by, "all": asdict(found.totals), "groups": groups}
        )

    async def orders(self, request: Request) -> Response:
        """The hall's work orders: what somebody owes first, then the answered, then the closed."""
        hall, who = await asked(self._state, self._doorkeeper, request, MANAGERS)
        state = _one_of(request, "state", tuple(State), "")
        late = _one_of(request, "overdue", ("false", "true"), "false") == "true"
        skip, limit = _count(request, "skip", 0, 10**6), _count(request, "limit", MOST, MOST)
        now, states = self._state.clock(), [state] if state else list(State)

        def read() -> tuple[list[Listed], dict[str, int]]:
            with self._database.reading() as session:
                found = work_orders.listed(
                    session, hall.id, now, states, only_overdue=late, skip=skip, limit=limit
                )
                return found, work_orders.counted(session, hall.id, now)

        found, counts = await asyncio.to_thread(read)
        names = await self._names()
        told = [_order(one, names, now, who) for one in found]
        return JSON({"now": now, "counts": counts, "orders": told})

    async def handle(self, request: Request) -> Response:
        """I look into this order."""
        return await self._done(request, Words, work_order_steps.handled)

    async def answer(self, request: Request) -> Response:
        """What was found and mended; once an order."""
        return await self._done(request, Said, work_order_steps.answered)

    async def appeal(self, request: Request) -> Response:
        """Why an answered order's rating should not count; once an order."""
        return await self._done(request, Said, work_order_steps.appealed)

    async def decide(self, request: Request) -> Response:
        """Whether the rating stands after an appeal; an overturned one counts in no share."""
        return await self._done(request, Decided, work_order_steps.decided)

    async def close(self, request: Request) -> Response:
        """An answered order is over."""
        return await self._done(request, Words, work_order_steps.closed)

    async def _done(
        self, request: Request, shape: type[Words], does: Callable[..., WorkOrderRow]
    ) -> Response:
        hall, who = await asked(self._state, self._doorkeeper, request, LEADERS, unsafe=True)
        order, words = _id(request), await form(request, shape)
        now = self._state.clock()

        def write() -> Listed:
            with self._database.writing() as session:
                found = work_orders.found(session, hall.id, order)
                if _is_rated(found, who) and does is not work_order_steps.appealed:
                    raise NotAllowed("This rating is about you: somebody else looks into it.")
                does(session, hall.id, order, who.id, now, **words.model_dump())
                session.flush()
                session.expunge_all()
                return found

        try:
            done = await asyncio.to_thread(write)
        except Unknown:
            raise NotFound("There is no such work order here.") from None
        except NotNow as why:
            raise WrongState(f"This cannot be done now: {why.message}.") from None
        return JSON({"now": now, "order": _order(done, await self._names(), now, who)})

    async def _today(self, hall: RedisHall) -> date:
        layout = await asyncio.to_thread(self._state.configuration.layout, hall.id)
        return date_of(self._state.clock(), layout.zone())

    async def _names(self) -> Mapping[str, str]:
        return await asyncio.to_thread(self._state.configuration.people.names)


def _id(request: Request) -> int:
    text = request.path_params["order"]
    if not ID.fullmatch(text):
        raise NotFound("There is no such work order here.")
    return int(text)


def _one_of(request: Request, name: str, known: Sequence[str], otherwise: str) -> str:
    said = request.query_params.get(name, otherwise)
    if said not in (*known, otherwise):
        raise Invalid(f"{name}: must be {', '.join(known)}.", name)
    return said


def _count(request: Request, name: str, otherwise: int, most: int) -> int:
    said = request.query_params.get(name, str(otherwise))
    if not (said.isascii() and said.isdigit()) or len(said) > 9 or int(said) > most:
        raise Invalid(f"{name}: must be a whole number up to {most}.", name)
    return int(said)


def _dates(request: Request, today: date) -> tuple[str, str]:
    """The days that are asked for; without words, the last thirty."""
    last = _date(request, "to", today)
    first = _date(request, "from", last - timedelta(days=29))
    if first > last:
        raise Invalid("from: must not be after `to`.", "from")
    if last - first > timedelta(days=LONGEST):
        raise Invalid("from: at most a year at once; ask for a report.", "from")
    return first.isoformat(), last.isoformat()


def _date(request: Request, name: str, otherwise: date) -> date:
    said = request.query_params.get(name, "")
    if not said:
        return otherwise
    try:
        if not DATE.fullmatch(said):
            raise ValueError
        return date.fromisoformat(said)
    except ValueError:
        raise Invalid(f"{name}: must be a date such as 2026-03-02.", name) from None


def _is_rated(one: Listed, who: Caller) -> bool:
    return one.rating is not None and one.rating.clerk == who.id


def _order(one: Listed, names: Mapping[str, str], now: int, who: Caller) -> Json:
    """An order as somebody may see it."""
    order, rating = one.order, one.rating
    told: Json = order.model_dump(exclude={"hall", "remind"})
    for name in ("handler", "answered_by", "appealed_by", "decided_by", "closed_by"):
        told[f"{name}_name"] = names.get(told[name], "")
    told["overdue"] = work_orders.overdue(order, now)
    told["mine"] = _is_rated(one, who)
    if rating is not None:
        told |= rating.model_dump(include=_OF_RATING)
        told["reasons"] = rating.reasons.split()
        told["clerk_name"] = names.get(rating.clerk, "")
    if told["mine"]:
        # The rated clerk never sees who rated; a moment would tell it as well as a number.
        told |= {"ticket": "", "opened": 0}
    return told
