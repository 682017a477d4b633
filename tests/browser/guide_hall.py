"""A server with a guide desk, in a hall with the sample town's services; and who sits there."""

from __future__ import annotations

from dataclasses import replace

from starlette.applications import Starlette

from queue_server.api.app import create_app
from queue_server.api.auth import COOKIE
from queue_server.api.state import ServerState
from queue_server.domain.layout import Layout
from queue_server.web.site import Site
from tests.browser.chromium import Opener, Screen
from ticketing import guide, kiosk

PASSWORD = "a long enough password 1"


def guide_app(server: ServerState, layout: Layout) -> Starlette:
    """The server of a hall with its guide desk."""
    site = Site(ticketing=kiosk.FOLDER)

    async def plan(hall: str) -> Layout | None:
        return layout if hall == layout.hall else None

    shown = replace(server, exhibits={**server.exhibits, **kiosk.PAINTERS})
    routes = [*site.routes(), *guide.pages(site, plan), *kiosk.pages(site, plan)]
    return create_app(shown, routes)


def person(state: ServerState, role: str, name: str = "wang", full_name: str = "王芳") -> str:
    """The session of somebody who has this role in the hall."""
    known, now = state.configuration, state.clock()
    known.people.add_person(name, PASSWORD, now, full_name)
    known.people.grant(name, role, hall="hall")
    return known.sessions.sign_in(name, PASSWORD, now).token


async def sit_down(window: Opener, url: str, session: str, query: str = "", **more: int) -> Screen:
    """The page, opened by somebody who is signed in."""
    desk = await window("about:blank", **more)
    await desk.page.context.add_cookies(
        [{"name": COOKIE, "value": session, "url": url, "sameSite": "Strict", "httpOnly": True}]
    )
    return await desk.open(f"{url}/hall/guide{query}")
