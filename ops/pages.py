"""All pages of an installation, put together from the packages that have some."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.routing import BaseRoute

from display import pages as screens
from display.pictures import PAINTERS
from display.visitors import visitors
from ops.manage import pages as manage
from queue_server.api.state import Painter
from queue_server.archive.principals import Principal
from queue_server.console import pages as console
from queue_server.domain.layout import Layout
from queue_server.domain.links import Links
from queue_server.web.site import Site
from ticketing import guide, kiosk

#: What screens, kiosks and tablets exhibit, by kind.
EXHIBITS: Mapping[str, Painter] = {**PAINTERS, **kiosk.PAINTERS}


@dataclass(frozen=True)
class Known:
    """What pages ask of the rest of the server."""

    #: The published plan of a hall, or None when there is no hall of this name.
    plan: Callable[[str], Awaitable[Layout | None]]
    #: Every hall that has been published.
    halls: Callable[[], Awaitable[Sequence[console.HallName]]]
    #: Whose session a request carries, or None.
    who: Callable[[Request], Awaitable[Principal | None]]
    #: Tickets' links.
    links: Links
    #: Where phones find the server; empty: where the page itself came from.
    address: str = ""


def pages(known: Known) -> list[BaseRoute]:
    """The routes of all pages."""
    site = Site(
        manage.BORROWED,
        display=screens.FOLDER,
        ticketing=kiosk.FOLDER,
        console=console.FOLDER,
        manage=manage.FOLDER,
    )
    # `/sign-in` and `/manage` could also be halls: those who ask for them come first.
    return [
        *site.routes(),
        *manage.pages(site, known.plan, known.who),
        *console.pages(site, known.plan, known.halls),
        *screens.pages(site, known.plan),
        *kiosk.pages(site, known.plan, kiosk.Settings(address=known.address)),
        *guide.pages(site, known.plan),
        *visitors(site, known.plan, known.links.read),
    ]
