"""A server with the pages of the hall's people, and somebody who signs in at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from display.pages import FOLDER as SCREENS
from display.pages import pages as screens
from display.pictures import PAINTERS
from queue_server.api.app import create_app
from queue_server.api.state import ServerState
from queue_server.archive.configuration import Configuration
from queue_server.console.pages import FOLDER, HallName, pages
from queue_server.domain.layout import Layout
from queue_server.web.site import Site
from tests.browser.chromium import PATIENCE, Screen

PASSWORD = "a long enough one"


def desks(server: ServerState, layout: Layout, *more: Layout) -> Starlette:
    """The server of some halls, with sign-in, consoles, screens, and a page of each other sort."""
    site = Site(console=FOLDER, display=SCREENS)
    all_ = {one.hall: one for one in (layout, *more)}

    async def plan(hall: str) -> Layout | None:
        return all_.get(hall)

    async def halls() -> Sequence[HallName]:
        return [HallName(one.hall, one.name, one.name_en) for one in all_.values()]

    async def elsewhere(request: Request) -> Response:
        return HTMLResponse(f"<!doctype html><title>elsewhere</title><h1>{request.url.path}</h1>")

    shown = replace(server, exhibits=PAINTERS)
    others = ("/manage", "/{hall}/guide", "/{hall}")
    return create_app(
        shown,
        [
            *site.routes(),
            *pages(site, plan, halls),
            *screens(site, plan),
            *(Route(path, elsewhere, methods=["GET"]) for path in others),
        ],
    )


def hired(
    configuration: Configuration, name: str, role: str = "clerk", window: str = "", full: str = ""
) -> str:
    """Somebody who works in the test's hall; answers with the id."""
    made = configuration.people.add_person(name, PASSWORD, 1, full or name)
    configuration.people.grant(name, role, hall="hall", window=window)
    return f"person:{made}"


async def signed_in(page: Screen, name: str, password: str = PASSWORD) -> Screen:
    """Type name and password into the sign-in page that is open."""
    await page.page.fill("#name", name)
    await page.page.fill("#password", password)
    await page.page.press("#password", "Enter")
    return page


async def arrives(page: Screen, path: str) -> None:
    """Wait until the page has gone there; `path` with its query."""

    def there(url: str) -> bool:
        where = urlsplit(url)
        return path == where.path + (f"?{where.query}" if where.query else "")

    await page.page.wait_for_url(there, timeout=PATIENCE)
