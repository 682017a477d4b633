"""The pages of screens: `/{hall}/board`, `/{hall}/zones/{zone}` and `/{hall}/signs/{number}`.

A page is a frame; what it shows comes over its line, as a picture, for as long as it stands. It
can be opened before the hall is, and waits.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from queue_server.domain.layout import Layout, Window
from queue_server.web.site import Site

#: Where the templates and static files are, for `Site(display=FOLDER)`.
FOLDER = Path(__file__).parent
#: The published plan of a hall, or None when there is no hall of this name.
Plan = Callable[[str], Awaitable[Layout | None]]
THEME = "dark"
NO_ZONE = "There is no such zone in this hall."
NO_WINDOW = "There is no such window in this hall."
NO_TICKET = "This link leads to no ticket."


class Pages:
    """Answers with the page of a screen, or with one that says that there is none."""

    def __init__(self, site: Site, plan: Plan) -> None:
        self._site = site
        self._plan = plan

    async def board(self, request: Request) -> Response:
        """The hall's board."""
        layout = await self._plan(request.path_params["hall"])
        if layout is None:
            return self._site.missing(request)
        return self._board(request, layout, "board", "board")

    async def zone(self, request: Request) -> Response:
        """The board of one zone."""
        layout = await self._plan(request.path_params["hall"])
        if layout is None:
            return self._site.missing(request)
        zone = request.path_params["zone"]
        if zone not in {window.zone for window in layout.windows}:
            return self._site.missing(request, NO_ZONE, layout.languages)
        return self._board(request, layout, f"zone:{zone}", f"zone-{zone}")

    async def sign(self, request: Request) -> Response:
        """The sign of one window."""
        layout = await self._plan(request.path_params["hall"])
        if layout is None:
            return self._site.missing(request)
        window = layout.window.get(request.path_params["number"])
        if window is None:
            return self._site.missing(request, NO_WINDOW, layout.languages)
        return self._sign(request, layout, window)

    def _board(self, request: Request, layout: Layout, picture: str, device: str) -> Response:
        return self._site.page(
            request,
            "display/board.html",
            languages=layout.languages,
            facts=_facts(layout, layout, picture, device),
            theme=THEME,
            name=layout.name,
        )

    def _sign(self, request: Request, layout: Layout, window: Window) -> Response:
        number = window.number
        return self._site.page(
            request,
            "display/sign.html",
            languages=layout.languages,
            facts=_facts(layout, window, f"sign:{number}", f"sign-{number}"),
            theme=THEME,
            name=window.name,
            number=number,
        )


def _facts(layout: Layout, of: Layout | Window, picture: str, device: str) -> dict[str, object]:
    return {
        "name": of.name,
        "name_en": of.name_en,
        "hall": layout.hall,
        "picture": picture,
        "device": device,
        "timezone": layout.timezone,
        "languages": layout.languages,
    }


def pages(site: Site, plan: Plan) -> list[BaseRoute]:
    """Where the screens are; `plan` finds the published plan of a hall by its id."""
    made = Pages(site, plan)
    return [
        Route("/{hall}/board", made.board, methods=["GET"]),
        Route("/{hall}/zones/{zone}", made.zone, methods=["GET"]),
        Route("/{hall}/signs/{number}", made.sign, methods=["GET"]),
    ]
