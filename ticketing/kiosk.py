"""The page where visitors take their numbers: `/{hall}/kiosk`, and the QR codes it shows.

The page is a frame. What it shows comes over its line as the pictures `kiosk` and `catalogue`,
what it asks goes out as `take`; the readers on its own machine it hears over their local line.
"""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import qrcode
from qrcode.image.svg import SvgPathFillImage
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from queue_server.domain.layout import Layout
from queue_server.web.site import HEADERS, Site
from ticketing.catalogue import catalogue
from ticketing.kiosk_picture import kiosk

#: Where the templates and static files are, for `Site(ticketing=FOLDER)`.
FOLDER = Path(__file__).parent
#: The published plan of a hall, or None when there is no hall of this name.
Plan = Callable[[str], Awaitable[Layout | None]]
#: kind of picture → who paints it; a hall has one of each.
PAINTERS = {"kiosk": kiosk, "catalogue": catalogue}

CSP = "Content-Security-Policy"
TOKEN = re.compile(r"[\w.-]{1,160}", re.ASCII)
MOST_CODES = 256


@dataclass(frozen=True)
class Settings:
    """How long a kiosk waits (s), and where its readers are heard.

    Nobody touched it for `idle`: it asks, and after `warning` more it begins anew. A ticket stays
    on the screen for `ticket`. `reader_port` is that of the readers' local line. `address` is where
    phones find the server (`https://hall.example`); without it, where the page itself came from.
    """

    idle: float = 60
    warning: float = 20
    ticket: float = 30
    reader_port: int = 8701
    address: str = ""


class Pages:
    """Answers with the kiosk's page or a code on it, or with a page that says there is none."""

    def __init__(self, site: Site, plan: Plan, settings: Settings) -> None:
        self._site = site
        self._plan = plan
        self._settings = settings
        self._reader = f"ws://127.0.0.1:{settings.reader_port}"

    async def kiosk(self, request: Request) -> Response:
        """The page."""
        layout = await self._plan(request.path_params["hall"])
        if layout is None:
            return self._site.missing(request)
        page = self._site.page(
            request,
            "ticketing/kiosk.html",
            languages=layout.languages,
            facts=self._facts(layout),
            theme="light",
            name=layout.name,
        )
        # The one thing from elsewhere that a page of ours hears: the readers of its own machine.
        page.headers[CSP] = f"{HEADERS[CSP]}; connect-src 'self' {self._reader}"
        return page

    def _facts(self, layout: Layout) -> dict[str, object]:
        return {
            "hall": layout.hall,
            "name": layout.name,
            "name_en": layout.name_en,
            "timezone": layout.timezone,
            "reader": self._reader,
            "idle": self._settings.idle,
            "warning": self._settings.warning,
            "ticket": self._settings.ticket,
        }

    async def ticket_code(self, request: Request) -> Response:
        """The code of a ticket's own page. Whoever has the token has the link already."""
        token = request.path_params["token"]
        if not TOKEN.fullmatch(token):
            return self._no_code()
        address = self._settings.address.rstrip("/") or str(request.base_url).rstrip("/")
        return await self._code(f"{address}/t/{token}")

    async def online_code(self, request: Request) -> Response:
        """The code of the place where a service is to be had without coming."""
        layout = await self._plan(request.path_params["hall"])
        service = layout.service.get(request.path_params["service"]) if layout else None
        if service is None or not service.online:
            return self._no_code()
        return await self._code(service.online)

    async def _code(self, text: str) -> Response:
        drawn = await asyncio.to_thread(code, text)
        return Response(drawn, 200, {**HEADERS, "Cache-Control": "no-store"}, "image/svg+xml")

    def _no_code(self) -> Response:
        return Response("Not found.", 404, HEADERS, "text/plain")


@lru_cache(MOST_CODES)
def code(text: str) -> bytes:
    """A QR code as SVG, dark on white in every theme: phones read it the other way round badly."""
    made = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4)
    made.add_data(text)
    into = io.BytesIO()
    made.make_image(SvgPathFillImage).save(into)
    return into.getvalue()


def pages(site: Site, plan: Plan, settings: Settings | None = None) -> list[BaseRoute]:
    """Where the kiosk is; `plan` finds the published plan of a hall by its id."""
    made = Pages(site, plan, settings or Settings())
    here = "/{hall}/kiosk"
    return [
        Route(here, made.kiosk, methods=["GET"]),
        Route(f"{here}/tickets/{{token}}.svg", made.ticket_code, methods=["GET"]),
        Route(f"{here}/services/{{service}}.svg", made.online_code, methods=["GET"]),
    ]
