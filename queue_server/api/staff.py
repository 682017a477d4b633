"""`…/people`: who works in a hall, in which role; given and taken by its leaders.

A manager gives and takes the roles of those who serve; whoever leads or audits is an admin's
affair. Only roles that were given in this very hall are seen and touched: what somebody is at a
place above it, or elsewhere, is nobody's business here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from queue_server.api.alarms import MANAGERS, asked
from queue_server.api.auth import Caller, Doorkeeper
from queue_server.api.bodies import form
from queue_server.api.commands import LEADERS
from queue_server.api.problems import JSON, NotAllowed, NotFound
from queue_server.api.state import ServerState
from queue_server.archive import errors
from queue_server.archive.people import GrantEntry, People, PersonEntry, sign_in_name
from queue_server.archive.principals import Role
from queue_server.domain.refusals import Invalid

SERVING = frozenset({Role.CLERK, Role.GUIDE})
#: Whose role → which roles that one gives and takes.
GIVES = {
    Role.MANAGER: SERVING,
    Role.ADMIN: SERVING | {Role.MANAGER, Role.AUDITOR},
}


class Engaged(BaseModel):
    """A role for somebody; the password is that of a person who is new."""

    model_config = ConfigDict(extra="forbid", strict=True)

    role: Annotated[str, Field(max_length=32)]
    window: Annotated[str, Field(max_length=32, pattern=r"^[A-Za-z0-9_-]*$")] = ""
    full_name: Annotated[str, Field(max_length=200)] = ""
    password: Annotated[str, Field(max_length=1024)] = ""


class Staff:
    """The routes of a hall's people."""

    def __init__(self, state: ServerState, doorkeeper: Doorkeeper) -> None:
        self._state = state
        self._doorkeeper = doorkeeper

    def routes(self) -> list[Route]:
        """Where they are."""
        path = "/api/v1/halls/{hall}/people"
        return [
            Route(path, self.people, methods=["GET"]),
            Route(path + "/{name}", self.engage, methods=["PUT"]),
            Route(path + "/{name}", self.release, methods=["DELETE"]),
        ]

    async def people(self, request: Request) -> Response:
        """Who has a role that was given in this hall, and which roles I may give here."""
        hall, who = await asked(self._state, self._doorkeeper, request, MANAGERS)
        found = await asyncio.to_thread(_here, self._state.configuration.people, hall.id)
        return JSON(
            {"people": [_told(one, hall.id) for one in found], "gives": gives(who, hall.id)}
        )

    async def engage(self, request: Request) -> Response:
        """Give somebody a role in this hall; who is new is made with a password."""
        hall, who = await asked(self._state, self._doorkeeper, request, LEADERS, unsafe=True)
        wanted = await form(request, Engaged)
        if wanted.role not in gives(who, hall.id):
            raise NotAllowed("You may not give this role here.")
        name, now = request.path_params["name"], self._state.clock()
        people = self._state.configuration.people
        try:
            await asyncio.to_thread(_engage, people, hall.id, name, wanted, who.id, now)
        except errors.Taken:
            told = {"code": "TAKEN", "message": "Somebody else has this name already."}
            return JSON(told | {"field": "name"}, status_code=409)
        except errors.ConfigurationError as wrong_:
            raise Invalid(f"{wrong_.field}: {wrong_.message}.", wrong_.field) from None
        return JSON({})

    async def release(self, request: Request) -> Response:
        """Take somebody's roles in this hall, as far as I may; asking twice is no mistake."""
        hall, who = await asked(self._state, self._doorkeeper, request, LEADERS, unsafe=True)
        people = self._state.configuration.people
        name = sign_in_name(request.path_params["name"])
        found = await asyncio.to_thread(_here, people, hall.id)
        person = next((one for one in found if one.name == name), None)
        if person is None:
            raise NotFound("Nobody of this name has a role here.")
        mine = gives(who, hall.id)
        own = _grants(person, hall.id)
        if any(grant.role not in mine for grant in own):
            raise NotAllowed("You may not take this role here.")
        await asyncio.to_thread(_revoke, people, own, who.id, self._state.clock())
        return JSON({})


def gives(who: Caller, hall: str) -> list[str]:
    """The roles that somebody gives and takes in a hall."""
    may: set[Role] = set()
    for role in who.roles(hall):
        may |= GIVES.get(role, frozenset())
    return sorted(may)


def _here(people: People, hall: str) -> list[PersonEntry]:
    return [one for one in people.people() if _grants(one, hall)]


def _grants(person: PersonEntry, hall: str) -> list[GrantEntry]:
    return [grant for grant in person.grants if grant.hall == hall]


def _told(person: PersonEntry, hall: str) -> dict[str, Any]:
    return {
        "name": person.name,
        "full_name": person.full_name,
        "active": person.active,
        "roles": [{"role": g.role, "window": g.window} for g in _grants(person, hall)],
    }


def _engage(people: People, hall: str, name: str, wanted: Engaged, by: str, now: int) -> None:
    known = next((one for one in people.people() if one.name == sign_in_name(name)), None)
    # Somebody of another hall is not drawn in by his name alone; whoever was released may return.
    if known is None or (known.grants and not _grants(known, hall)):
        people.add_person(name, wanted.password, now, full_name=wanted.full_name, by=by)
    own = {(grant.role, grant.window) for grant in (_grants(known, hall) if known else ())}
    if (wanted.role, wanted.window) not in own:
        people.grant(name, wanted.role, hall=hall, window=wanted.window, by=by, now=now)


def _revoke(people: People, grants: Iterable[GrantEntry], by: str, now: int) -> None:
    for grant in grants:
        try:
            people.revoke(grant.id, by=by, now=now)
        except errors.Unknown:
            # Another tab was quicker.
            continue
