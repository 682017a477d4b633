"""Reports over HTTP: ask for one, see how far it is, fetch it.

Managers and auditors may, for a hall; for a place, whoever is that in every hall below it. A report
is shown to whoever may see all of its halls at that very moment, and to nobody else.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from ops.jobs.queue import JobEntry, Jobs
from ops.reports import scope as scopes
from ops.reports.jobs import card as card_of
from ops.reports.making import FORMATS
from ops.reports.periods import Period, period
from ops.reports.scope import Scope
from ops.reports.shelf import ID, Card, Shelf
from ops.reports.words import LANGUAGES
from queue_server.api.alarms import MANAGERS, asked
from queue_server.api.auth import Caller, Doorkeeper
from queue_server.api.bodies import form
from queue_server.api.limits import Buckets
from queue_server.api.problems import JSON, NotAllowed, NotFound, TooMany
from queue_server.api.state import ServerState
from queue_server.archive import errors
from queue_server.archive.configuration import HallEntry
from queue_server.domain.refusals import Invalid, Unavailable

TASK = "make_report"
#: So many reports may one person have in the making.
MOST = 10
#: What a file is, so that a browser keeps it and does not show it.
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
HEADERS = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
ENDED = ("done", "failed", "cancelled")

Json = dict[str, Any]
Answer = TypeVar("Answer")


class Wanted(BaseModel):
    """What a report shall be: `date` is any in the day, week or month; free dates have `first` and
    `last`. `place`: the path of one that the hall lies in, for all halls below that."""

    model_config = ConfigDict(extra="forbid", strict=True)

    period: str = "month"
    date: str = ""
    first: str = ""
    last: str = ""
    format: str = "xlsx"
    language: str = "zh-CN"
    place: str = ""

    def checked(self, today: str) -> Period:
        """The dates; raises `Invalid` for whatever makes no sense."""
        if self.format not in FORMATS:
            raise Invalid(f"format: must be one of {', '.join(FORMATS)}.", "format")
        if self.language not in LANGUAGES:
            raise Invalid(f"language: must be one of {', '.join(LANGUAGES)}.", "language")
        dated = self.date or ("" if self.period == "free" else today)
        return _checked(period, self.period, dated, self.first, self.last)


class Reports:
    """The routes of reports; finished ones stand in `folder`."""

    def __init__(self, state: ServerState, jobs: Jobs, folder: Path) -> None:
        self._state = state
        self._jobs = jobs
        self._shelf = Shelf(folder)
        self._doorkeeper = Doorkeeper(state, Buckets())

    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        hall, one = "/api/v1/halls/{hall}/reports", "/api/v1/reports/{id}"
        return [
            Route(hall, self.reports, methods=["GET"]),
            # One word after the hall would be a command.
            Route(f"{hall}/ask", self.ask, methods=["POST"], name="ask_for_report"),
            Route(one, self.report, methods=["GET"]),
            Route(f"{one}/file", self.file, methods=["GET"], name="report_file"),
            Route(f"{one}/cancel", self.cancel, methods=["POST"], name="cancel_report"),
        ]

    async def reports(self, request: Request) -> Response:
        """A hall's reports, newest first, and of which places it may be asked for one."""
        hall, who = await asked(self._state, self._doorkeeper, request, MANAGERS)
        cards = await asyncio.to_thread(self._shelf.of, hall.id)
        done = {card.id for card in cards}
        making = [
            (Card.of(job.words), job)
            for job in await self._of_jobs(self._jobs.listed)
            if job.task == TASK and job.words.get("home") == hall.id and job.id not in done
        ]
        found = [*making, *((card, None) for card in cards)]
        mine = [told(card, job) for card, job in found if _may(who, card.halls)]
        every = await asyncio.to_thread(self._state.configuration.halls)
        return JSON({"reports": mine, "places": _places(who, every, hall.id)})

    async def ask(self, request: Request) -> Response:
        """Ask for a report; the same Idempotency-Key again is the same report."""
        hall, who = await asked(self._state, self._doorkeeper, request, MANAGERS, unsafe=True)
        wanted = await form(request, Wanted)
        zone = (await asyncio.to_thread(self._state.configuration.layout, hall.id)).zone()
        today = datetime.fromtimestamp(self._state.clock() / 1000, zone).date().isoformat()
        dates = wanted.checked(today)
        scope = await asyncio.to_thread(self._scope, hall.id, wanted.place)
        if not _may(who, scope.ids):
            raise NotAllowed(f"You do not manage every hall of {wanted.place}.")
        number = _number(who, request.headers.get("idempotency-key", ""))
        card = card_of(scope, dates, wanted.format, wanted.language, who.id, number)
        await self._of_jobs(self._enqueue, card)
        return JSON({"report": told(card, await self._job(card.id))})

    def _scope(self, hall: str, place: str) -> Scope:
        known = self._state.configuration
        mine = scopes.of_hall(known, hall)
        if not place:
            return mine
        entry = mine.halls[0]
        found = _checked(
            scopes.of_place, known, entry.tenant, _checked(scopes.around, entry, place)
        )
        # Whoever asked finds it on the page where he asked.
        return replace(found, home=hall)

    def _enqueue(self, card: Card) -> None:
        mine = [
            job
            for job in self._jobs.listed()
            if job.task == TASK and job.by == card.by and job.state not in ENDED
        ]
        if len(mine) >= MOST and card.id not in {job.id for job in mine}:
            raise TooMany(30)
        self._jobs.ask(TASK, asdict(card), by=card.by, id_=card.id)

    async def report(self, request: Request) -> Response:
        """One report: whether it is done, and how far it is."""
        card, job = await self._one(request)
        return JSON({"report": told(card, job)})

    async def file(self, request: Request) -> Response:
        """The file itself, once it is done."""
        card, _ = await self._one(request)
        path = self._shelf.place(card)
        if not card.made or not path.is_file():
            raise NotFound("This report is not done, or has been thrown away.")
        return FileResponse(path, 200, HEADERS, TYPES[card.format], filename=card.file)

    async def cancel(self, request: Request) -> Response:
        """A report that is still in the making is made no further."""
        card, _ = await self._one(request, unsafe=True)
        try:
            await self._of_jobs(self._jobs.cancel, card.id)
        except (errors.Unknown, errors.Used):
            raise NotFound("This report is not in the making any more.") from None
        return JSON({"report": told(card, await self._job(card.id))})

    async def _one(self, request: Request, unsafe: bool = False) -> tuple[Card, JobEntry | None]:
        """The report of a request, for somebody who may see it."""
        headers = dict(request.scope["headers"])
        who = await self._doorkeeper.caller(request.scope, headers, unsafe=unsafe)
        id_ = request.path_params["id"]
        if not ID.fullmatch(id_):
            raise NotFound("There is no such report.")
        card, job = await asyncio.to_thread(self._shelf.card, id_), None
        if card is None:
            job = await self._job(id_)
            card = Card.of(job.words) if job and job.task == TASK else None
        # Whose it is, is nobody else's to know.
        if card is None or not _may(who, card.halls):
            raise NotFound("There is no such report.")
        return card, job

    async def _job(self, id_: str) -> JobEntry | None:
        try:
            return await self._of_jobs(self._jobs.job, id_)
        except errors.Unknown:
            return None

    async def _of_jobs(self, ask: Callable[..., Answer], *words: Any) -> Answer:
        try:
            return await asyncio.to_thread(ask, *words)
        except RedisError:
            raise Unavailable from None


def _may(who: Caller, halls: Iterable[str]) -> bool:
    return all(who.may(MANAGERS, hall) for hall in halls)


def _places(who: Caller, halls: Iterable[HallEntry], hall: str) -> list[str]:
    """The places that a hall lies in, with several halls that are all managed by this person."""
    every = list(halls)
    mine = next(one for one in every if one.id == hall)
    names, found = scopes.path(mine).split("/"), []
    for depth in range(1, len(names) + 1):
        here = "/".join(names[:depth])
        below = [one.id for one in every if one.tenant == mine.tenant and scopes.lies_in(one, here)]
        if here and len(below) > 1 and _may(who, below):
            found.append(here)
    return found


def _checked(ask: Callable[..., Answer], *words: Any) -> Answer:
    """What the archive says, in the words of HTTP when it says no."""
    try:
        return ask(*words)
    except errors.ConfigurationError as error:
        raise Invalid(f"{error}.", error.field) from None


def _number(who: Caller, key: str) -> str:
    return sha256(f"{who.id}\n{key}".encode()).hexdigest()[:16] if key else secrets.token_hex(8)


def told(card: Card, job: JobEntry | None = None) -> Json:
    """A report as the API tells it: `state` as a job's, `made` (Unix ms) 0 until it is done."""
    found = asdict(card) | {"state": "done", "done": 0, "of": 0, "error": "", "cancelling": False}
    if not card.made and job:
        names = ("state", "done", "of", "error", "cancelling")
        found |= {name: getattr(job, name) for name in names}
    # A city's are many, and whoever may see this knows them.
    found["halls"] = len(card.halls)
    found |= {"asked": job.asked if job else card.made, "name": card.file}
    return found | {"file": f"/api/v1/reports/{card.id}/file" if card.made else ""}
