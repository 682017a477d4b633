"""`/api/v1/hooks`: webhooks, for admins: who is told what, and the letters that did not arrive.

An admin of a hall sees and touches that hall's hooks; those of places and tenants are for admins
of everything. A secret is told once, to whoever makes the hook.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from queue_server.api.auth import Caller, Doorkeeper
from queue_server.api.bodies import form
from queue_server.api.problems import JSON, NotAllowed, NotFound
from queue_server.api.state import ServerState
from queue_server.archive import errors
from queue_server.archive.deliveries import DEAD, WAITING, Deliveries, Delivery
from queue_server.archive.principals import Role
from queue_server.archive.webhooks import HookEntry, Webhooks
from queue_server.domain import near
from queue_server.domain.refusals import Invalid

#: What every database takes for an id.
LARGEST_ID = 2**31 - 1

Json = dict[str, Any]


class Wanted(BaseModel):
    """A new hook: of a hall, of all halls below a place (by its id), or of a tenant."""

    model_config = ConfigDict(extra="forbid", strict=True)

    url: Annotated[str, Field(max_length=2000)]
    kinds: Annotated[list[str], Field(max_length=100)]
    hall: Annotated[str, Field(max_length=64)] = ""
    place: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None
    tenant: Annotated[str, Field(max_length=64)] = ""
    secret: Annotated[str, Field(max_length=200)] = ""
    label: Annotated[str, Field(max_length=200)] = ""
    near: Annotated[int, Field(ge=0, le=50)] = near.AHEAD


class Switched(BaseModel):
    """Whether a hook is told what happens."""

    model_config = ConfigDict(extra="forbid", strict=True)

    active: bool


class Replayed(BaseModel):
    """Which dead letter; without one, all of them."""

    model_config = ConfigDict(extra="forbid", strict=True)

    letter: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None


#: What is posted, by the name of the route.
BODIES: dict[str, type[BaseModel]] = {
    "add_hook": Wanted,
    "switch_hook": Switched,
    "replay": Replayed,
}


class Hooks:
    """The routes of webhooks."""

    def __init__(self, state: ServerState, doorkeeper: Doorkeeper) -> None:
        self._state = state
        self._doorkeeper = doorkeeper
        self._hooks = Webhooks(state.configuration.database)
        self._deliveries = Deliveries(state.configuration.database)

    def routes(self) -> list[Route]:
        """Where they are."""
        path = "/api/v1/hooks"
        return [
            Route(path, self.hooks, methods=["GET"]),
            Route(path, self.add, methods=["POST"], name="add_hook"),
            Route(path + "/{hook:int}", self.switch, methods=["PUT"], name="switch_hook"),
            Route(path + "/{hook:int}", self.remove, methods=["DELETE"], name="remove_hook"),
            Route(path + "/{hook:int}/dead", self.dead, methods=["GET"]),
            Route(path + "/{hook:int}/replay", self.replay, methods=["POST"]),
        ]

    async def hooks(self, request: Request) -> Response:
        """The hooks of my halls, with how many letters wait and how many are dead."""
        who = await self._who(request)
        found = await asyncio.to_thread(self._hooks.hooks)
        counts = await asyncio.to_thread(self._deliveries.counts)
        mine = [_told(hook, counts) for hook in found if _theirs(who, hook)]
        return JSON({"hooks": mine})

    async def add(self, request: Request) -> Response:
        """Tell somebody from now on; the answer has the secret, which is never told again."""
        who = await self._who(request, unsafe=True)
        wanted = await form(request, Wanted)
        if not who.principal.may(Role.ADMIN, wanted.hall):
            # A place's and a tenant's halls are those that will be built as well.
            raise NotAllowed
        words = wanted.model_dump(exclude={"url", "kinds"})
        now = self._state.clock()
        try:
            hook = await asyncio.to_thread(
                lambda: self._hooks.add(wanted.url, wanted.kinds, now, **words)
            )
        except errors.ConfigurationError as wrong:
            raise Invalid(f"{wrong.field}: {wrong.message}.", wrong.field) from None
        return JSON(_told(hook, {}) | {"secret": hook.secret}, status_code=201)

    async def switch(self, request: Request) -> Response:
        """Let a hook rest, or go on with what has happened meanwhile."""
        hook = await self._asked(request, unsafe=True)
        wanted = await form(request, Switched)
        await asyncio.to_thread(self._hooks.switch, hook.id, wanted.active)
        return JSON({})

    async def remove(self, request: Request) -> Response:
        """Tell somebody no more, and forget what is on its way to them."""
        hook = await self._asked(request, unsafe=True)
        await asyncio.to_thread(self._hooks.remove, hook.id)
        return JSON({})

    async def dead(self, request: Request) -> Response:
        """The letters that did not arrive, oldest first, and why."""
        hook = await self._asked(request)
        found = await asyncio.to_thread(self._deliveries.listed, hook.id)
        return JSON({"letters": [_letter(one) for one in found]})

    async def replay(self, request: Request) -> Response:
        """Send dead letters once more, before what is newer in their hall."""
        hook = await self._asked(request, unsafe=True)
        wanted = await form(request, Replayed)
        try:
            count = await asyncio.to_thread(self._deliveries.replay, hook.id, wanted.letter)
        except errors.Unknown:
            raise NotFound("There is no such dead letter.") from None
        return JSON({"replayed": count})

    async def _who(self, request: Request, unsafe: bool = False) -> Caller:
        headers = dict(request.scope["headers"])
        who = await self._doorkeeper.caller(request.scope, headers, unsafe)
        if who.principal.halls(Role.ADMIN) == frozenset():
            raise NotAllowed
        return who

    async def _asked(self, request: Request, unsafe: bool = False) -> HookEntry:
        who = await self._who(request, unsafe)
        id_ = request.path_params["hook"]
        try:
            hook = await asyncio.to_thread(self._hooks.hook, min(id_, LARGEST_ID))
        except errors.Unknown:
            raise NotFound("There is no such webhook.") from None
        if not _theirs(who, hook):
            raise NotFound("There is no such webhook.")
        return hook


def _theirs(who: Caller, hook: HookEntry) -> bool:
    return who.principal.may(Role.ADMIN, hook.hall)


def _told(hook: HookEntry, counts: dict[tuple[int, str], int]) -> Json:
    return {
        "id": hook.id,
        "url": hook.url,
        "kinds": list(hook.kinds),
        "near": hook.near,
        "hall": hook.hall,
        "place": hook.place,
        "tenant": hook.tenant,
        "label": hook.label,
        "active": hook.active,
        "created": hook.created,
        "waiting": counts.get((hook.id, WAITING), 0),
        "dead": counts.get((hook.id, DEAD), 0),
    }


def _letter(one: Delivery) -> Json:
    return {
        "letter": one.id,
        "id": one.event,
        "kind": one.kind,
        "hall": one.hall,
        "attempts": one.attempts,
        "ended": one.ended,
        "status": one.status,
        "error": one.error,
    }
