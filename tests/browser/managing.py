"""A server with the manager's pages, and people who sign in to it with a browser."""

from __future__ import annotations

import asyncio

from playwright.async_api import Page
from starlette.applications import Starlette
from starlette.requests import Request

from ops.manage.pages import BORROWED, FOLDER, pages
from queue_server.api.app import create_app
from queue_server.api.auth import shown_by
from queue_server.api.state import ServerState
from queue_server.archive.configuration import Configuration
from queue_server.archive.errors import Unknown
from queue_server.archive.principals import Principal
from queue_server.domain.layout import Layout
from queue_server.web.site import Site

PASSWORD = "a long enough one"


def managed(server: ServerState) -> Starlette:
    """The server of a hall with the manager's pages."""
    known = server.configuration
    site = Site(BORROWED, manage=FOLDER)

    async def plan(hall: str) -> Layout | None:
        try:
            return await asyncio.to_thread(known.layout, hall)
        except Unknown:
            return None

    async def who(request: Request) -> Principal | None:
        shown = shown_by(dict(request.scope["headers"]))
        return known.principal(shown.secret, server.clock()) if shown else None

    return create_app(server, [*site.routes(), *pages(site, plan, who)])


def employ(
    known: Configuration, name: str, role: str, now: int, hall: str = "hall", full_name: str = ""
) -> None:
    """Somebody with a role in a hall."""
    known.people.add_person(name, PASSWORD, now, full_name=full_name)
    known.people.grant(name, role, hall=hall)


async def sign_in(page: Page, url: str, name: str) -> None:
    """As the sign-in page does it: the session comes as a cookie."""
    answer = await page.context.request.post(
        f"{url}/api/v1/sign-in",
        data={"name": name, "password": PASSWORD},
        headers={"Origin": url},
    )
    assert answer.ok, await answer.text()
