"""`…/layout`: a hall's published plan, and the next one; what is wrong with it, by its path.

Whoever publishes says which version the plan was made from, so that two editors never overwrite
each other's work. The keeper lets it hold a moment later, without anybody losing a place.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from queue_server.api.alarms import MANAGERS, asked
from queue_server.api.auth import Doorkeeper
from queue_server.api.bodies import json_body
from queue_server.api.commands import LEADERS
from queue_server.api.problems import JSON, NotFound
from queue_server.api.state import ServerState
from queue_server.archive.configuration import Configuration
from queue_server.archive.errors import Changed, Unknown
from queue_server.domain.layout import InvalidLayout, Layout
from queue_server.domain.layout_problems import Problem

LARGEST = 2 * 1024 * 1024
#: What every database takes for a whole number.
LARGEST_NUMBER = 2**31 - 1
LAYOUT = TypeAdapter(Layout)


class Draft(BaseModel):
    """The next plan, and the version it was made from."""

    model_config = ConfigDict(extra="forbid", strict=True)

    version: Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]
    layout: dict[str, Any]


class Plans:
    """The routes of plans."""

    def __init__(self, state: ServerState, doorkeeper: Doorkeeper) -> None:
        self._state = state
        self._doorkeeper = doorkeeper

    def routes(self) -> list[Route]:
        """Where they are."""
        path = "/api/v1/halls/{hall}/layout"
        return [
            Route(path, self.layout, methods=["GET"], name="layout"),
            Route(path, self.publish, methods=["PUT"], name="publish_layout"),
        ]

    async def layout(self, request: Request) -> Response:
        """The published plan of this hall, and its version."""
        hall, _ = await asked(self._state, self._doorkeeper, request, MANAGERS)
        try:
            found = await asyncio.to_thread(_published, self._state.configuration, hall.id)
        except Unknown:
            raise NotFound("This hall has no published plan.") from None
        return JSON(found)

    async def publish(self, request: Request) -> Response:
        """Publish the next plan; it holds as soon as the keeper has looked."""
        hall, who = await asked(self._state, self._doorkeeper, request, LEADERS, unsafe=True)
        body = await json_body(dict(request.scope["headers"]), request.receive, LARGEST)
        try:
            draft = Draft.model_validate_json(body or b"{}")
            wanted = read(draft.layout)
        except ValidationError as wrong:
            return _wrong(_misread(wrong))
        known, now = self._state.configuration, self._state.clock()
        try:
            told = await asyncio.to_thread(_publish, known, hall.id, wanted, draft, who.id, now)
            return JSON(told)
        except InvalidLayout as invalid:
            return _wrong(invalid.problems)
        except Changed as changed:
            message = "Somebody has published another plan meanwhile; nothing was changed."
            problem = {"code": "CHANGED", "message": message, "version": changed.version}
            return JSON(problem, status_code=409)


def read(plan: dict[str, Any]) -> Layout:
    """The plan that a page sent; raises ValidationError for what has the wrong type."""
    return LAYOUT.validate_json(json.dumps(plan), strict=True)


def _published(configuration: Configuration, hall: str) -> dict[str, Any]:
    version = configuration.versions(hall)[0]
    layout = configuration.layout(hall, version.version)
    return {
        "version": version.version,
        "at": version.at,
        "by": version.by,
        "layout": json.loads(layout.to_json()),
    }


def _publish(
    configuration: Configuration, hall: str, wanted: Layout, draft: Draft, by: str, at: int
) -> dict[str, Any]:
    own = configuration.layout(hall)
    if wrong := [*_another(own, wanted), *_too_large((), json.loads(wanted.to_json()))]:
        raise InvalidLayout(wrong)
    calendar = configuration.calendar(hall)
    version = configuration.publish(wanted, calendar, by, at, after=draft.version)
    return {"version": version, "digest": wanted.digest}


def _another(own: Layout, wanted: Layout) -> Iterator[Problem]:
    """Nobody publishes for another hall by writing its name into a plan."""
    for name in ("tenant", "hall"):
        if getattr(own, name) != getattr(wanted, name):
            yield Problem((name,), f"must stay {getattr(own, name)!r}")


def _too_large(here: tuple[str | int, ...], part: Any) -> Iterator[Problem]:
    if isinstance(part, dict):
        for name, inside in part.items():
            yield from _too_large((*here, name), inside)
    elif isinstance(part, list):
        for index, inside in enumerate(part):
            yield from _too_large((*here, index), inside)
    elif isinstance(part, int) and part > LARGEST_NUMBER:
        yield Problem(here, "is too large")


def _misread(wrong: ValidationError) -> list[Problem]:
    found = wrong.errors(include_url=False, include_input=False)
    return [Problem(tuple(one["loc"]), one["msg"].replace("Input should", "must")) for one in found]


def _wrong(problems: Iterable[Problem]) -> Response:
    """422 with everything that is wrong: `path` says where in the plan, `message` what."""
    listed = [{"path": list(one.path), "message": one.message} for one in problems]
    first = listed[0]
    field = "/".join(map(str, first["path"])) or "layout"
    told = {"code": "INVALID", "message": f"{field}: {first['message']}.", "field": field}
    return JSON(told | {"problems": listed}, status_code=422)
