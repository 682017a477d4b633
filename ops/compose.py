"""The only wiring: which part is given which other part.

`composed(settings)` gives a server's parts, ready to serve, and takes them down again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from starlette.applications import Starlette
from starlette.requests import Request

from ops.archiving import Archiving
from ops.configured import configuration
from ops.halls import Halls, secret
from ops.jobs.panel import Panel
from ops.jobs.queue import Jobs, redis_at
from ops.keeper import Keeper
from ops.pages import EXHIBITS, Known, pages
from ops.reports.jobs import FOLDER as REPORTS
from ops.reports.routes import Reports
from ops.settings import Settings, listed
from queue_server.api.app import create_app
from queue_server.api.auth import shown_by
from queue_server.api.state import ServerState
from queue_server.archive.configuration import Configuration
from queue_server.archive.principals import Principal
from queue_server.domain.links import Links
from queue_server.engine.homes import Homes


@dataclass(frozen=True)
class Parts:
    """A server, put together."""

    configuration: Configuration
    halls: Halls
    keeper: Keeper
    archiving: Archiving
    app: Starlette


@asynccontextmanager
async def composed(settings: Settings, redis_url: str) -> AsyncIterator[Parts]:
    """All parts of a server; Redis may still be away, and is waited for in the background."""
    async with AsyncExitStack() as stack:
        known = await asyncio.to_thread(configuration, settings)
        stack.callback(known.close)
        homes = Homes(redis_url)
        stack.push_async_callback(homes.close)
        await homes.open(patient=True)
        halls = Halls(known, homes.of, secret(settings.data))
        stack.push_async_callback(halls.close)
        state = ServerState(
            hall=halls.hall,
            configuration=known,
            secret=halls.secret,
            redis_ready=homes.ready,
            proxies=listed(settings.proxies),
            origins=frozenset(listed(settings.origins)),
            exhibits=EXHIBITS,
        )
        links = Links(halls.secret)
        told = Known(halls.plan, halls.names, partial(_who, state), links, settings.address)
        jobs = Jobs(redis_at(settings.jobs or redis_url))
        stack.callback(jobs.queue.connection.close)
        further = [
            *Panel(state, jobs).routes(),
            *Reports(state, jobs, settings.data / REPORTS).routes(),
        ]
        app = create_app(state, [*further, *pages(told)])
        archiving = Archiving(settings, redis_url)
        keeper = Keeper(halls.every, halls.hours)
        state.metrics.watch_disk(settings.data)
        state.metrics.watch_archive(archiving.backlogs)
        yield Parts(known, halls, keeper, archiving, app)


async def _who(state: ServerState, request: Request) -> Principal | None:
    shown = shown_by(dict(request.scope["headers"]))
    if shown is None:
        return None
    return await asyncio.to_thread(state.configuration.principal, shown.secret, state.clock())
