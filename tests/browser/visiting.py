"""A hall with its pages for visitors, on a server of the test's own."""

from __future__ import annotations

from dataclasses import replace

from starlette.applications import Starlette

from display.pages import FOLDER, pages
from display.pictures import PAINTERS
from display.visitors import visitors
from queue_server.api.app import create_app
from queue_server.api.state import ServerState
from queue_server.domain.layout import Layout
from queue_server.domain.links import Links
from queue_server.engine.redis_hall import RedisHall
from queue_server.web.site import Site
from tests.api.serving import SECRET

LINKS = Links(SECRET)


def visiting(state: ServerState, layout: Layout) -> Starlette:
    """The server of a hall with its screens and its pages for visitors."""
    site = Site(display=FOLDER)

    async def plan(hall: str) -> Layout | None:
        return layout if hall == layout.hall else None

    shown = replace(state, exhibits=PAINTERS)
    routes = [*site.routes(), *pages(site, plan), *visitors(site, plan, LINKS.read)]
    return create_app(shown, routes)


async def page_of(hall: RedisHall, ticket: str) -> str:
    """Where the page of a ticket of today is."""
    return LINKS.path(hall.id, (await hall.view()).day, ticket)
