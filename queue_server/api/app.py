"""The server, put together: `create_app(state)` is the whole of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from queue_server.api.alarms import Alarms
from queue_server.api.audit_log import AuditLog
from queue_server.api.auth import Doorkeeper
from queue_server.api.bookings import Bookings
from queue_server.api.days import Days
from queue_server.api.doorway import CommandsFirst, Doorway
from queue_server.api.exports import Exports
from queue_server.api.follow import Follow
from queue_server.api.gallery import Gallery
from queue_server.api.health import Health
from queue_server.api.hooks import Hooks
from queue_server.api.limits import Buckets
from queue_server.api.openapi import document
from queue_server.api.overview import Overview
from queue_server.api.people import Reception
from queue_server.api.plans import Plans
from queue_server.api.problems import JSON, NotFound, bug, http_problem, refused
from queue_server.api.reads import Reads
from queue_server.api.sockets import Sockets
from queue_server.api.staff import Staff
from queue_server.api.state import ServerState
from queue_server.api.stories import Stories
from queue_server.api.time_travel import TimeTravel
from queue_server.api.visits import Visits
from queue_server.api.work_orders import WorkOrders
from queue_server.domain.links import Links
from queue_server.domain.refusals import Refused


def create_app(state: ServerState, pages: list[BaseRoute] | None = None) -> Server:
    """The application; `pages` are routes of those who show people something."""
    buckets, links, metrics = Buckets(), Links(state.secret), state.metrics
    doorkeeper = Doorkeeper(state, buckets)
    sockets = Sockets(state, doorkeeper, buckets)
    alarms = Alarms(state, doorkeeper)
    bookings = Bookings(state, doorkeeper)
    days = Days(state.configuration)
    described = [
        *Reads(state, doorkeeper, links).routes(),
        *Stories(state, doorkeeper, days).routes(),
        *TimeTravel(state, doorkeeper, days).routes(),
        *Visits(state, doorkeeper, buckets, links).routes(),
        *Reception(doorkeeper).routes(),
        *alarms.routes(),
        *bookings.routes(),
        *Exports(state, doorkeeper).routes(),
        *Plans(state, doorkeeper).routes(),
        *Staff(state, doorkeeper).routes(),
        *AuditLog(state, doorkeeper).routes(),
        *WorkOrders(state, doorkeeper).routes(),
        *Hooks(state, doorkeeper).routes(),
        *Health(state, metrics).routes(),
    ]
    return Server(
        Doorway(state, doorkeeper, bookings, links, metrics),
        routes=[
            *described,
            *Follow(state, sockets, metrics).routes(),
            *Gallery(state, sockets, links, metrics, alarms).routes(),
            *Overview(state, sockets, alarms).routes(),
            _openapi(described),
            Route("/api/v1/halls/{hall}/{command}", _only_posted, methods=["POST"]),
            *(pages or ()),
        ],
        exception_handlers={Refused: refused, HTTPException: http_problem, Exception: bug},
        lifespan=_lifespan(doorkeeper),
    )


class Server(Starlette):
    """Starlette, with the commands' doorway in front of everything else."""

    def __init__(self, doorway: Doorway, **parts: Any) -> None:
        super().__init__(**parts)
        self.doorway = doorway

    def build_middleware_stack(self) -> ASGIApp:
        """The doorway answers commands, its own mistakes included; the rest goes on."""
        return CommandsFirst(super().build_middleware_stack(), self.doorway)


async def _only_posted(_request: Request) -> Response:
    # Commands never come this far; the route is there to say so to who asks with GET.
    raise NotFound


def _openapi(described: list[Route]) -> Route:
    @cache
    def told() -> Response:
        return JSON(document(described))

    async def openapi(_request: Request) -> Response:
        """This document."""
        return told()

    return Route("/openapi.json", openapi, methods=["GET"])


def _lifespan(doorkeeper: Doorkeeper) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        doorkeeper.close()

    return lifespan
