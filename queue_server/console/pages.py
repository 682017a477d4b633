"""The pages: `/`, `/sign-in`, `/{hall}/windows` and the console `/{hall}/windows/{number}`.

They are frames with what everybody may know: names of halls, lanes, windows and services. Whether
somebody may work here is asked of the API by the page itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from queue_server.domain.layout import Layout
from queue_server.web import preferences
from queue_server.web.site import ASK_FIRST, HEADERS, NO_HALL, Site
from queue_server.web.words import name_in

#: Where the templates and static files are, for `Site(console=FOLDER)`.
FOLDER = Path(__file__).parent
#: What staff pages speak when no hall says otherwise, the first by default.
LANGUAGES = ("zh-CN", "en")
NO_WINDOW = "There is no such window in this hall."


class HallName(NamedTuple):
    """A hall as a list of halls has it."""

    id: str
    name: str
    name_en: str = ""


#: The published plan of a hall, or None when there is no hall of this name.
Plan = Callable[[str], Awaitable[Layout | None]]
#: Every hall that has been published.
Halls = Callable[[], Awaitable[Sequence[HallName]]]


class Pages:
    """Answers with the frames of these pages."""

    def __init__(self, site: Site, plan: Plan, halls: Halls) -> None:
        self._site = site
        self._plan = plan
        self._halls = halls

    async def door(self, request: Request) -> Response:
        """The way to everybody's own page."""
        halls = await self._halls()
        told = [hall._asdict() for hall in halls]
        return self._page(request, "console/door.html", LANGUAGES, {"halls": told}, halls=halls)

    async def sign_in(self, request: Request) -> Response:
        """Name and password."""
        return self._page(request, "console/sign_in.html", LANGUAGES, {})

    async def windows(self, request: Request) -> Response:
        """The windows of a hall, to choose one."""
        layout = await self._plan(request.path_params["hall"])
        if layout is None:
            return self._site.missing(request, NO_HALL, preferences.languages(request, LANGUAGES))
        return self._page(
            request,
            "console/windows.html",
            layout.languages,
            hall_facts(layout) | {"picture": "hall"},
            layout=layout,
        )

    async def console(self, request: Request) -> Response:
        """Where a clerk works."""
        layout = await self._plan(request.path_params["hall"])
        if layout is None:
            return self._site.missing(request, NO_HALL, preferences.languages(request, LANGUAGES))
        window = layout.window.get(request.path_params["number"])
        if window is None:
            return self._site.missing(
                request, NO_WINDOW, preferences.languages(request, layout.languages)
            )
        here = {"window": window.number, "picture": f"window:{window.number}"}
        return self._page(
            request,
            "console/console.html",
            layout.languages,
            hall_facts(layout) | plan_facts(layout) | here,
            window=window,
        )

    async def services(self, request: Request) -> Response:
        """The services of a hall, for who adds one: `[[code, name, name_en, lane], …]`."""
        layout = await self._plan(request.path_params["hall"])
        listed = [[s.code, s.name, s.name_en, s.lane] for s in (layout.services if layout else ())]
        headers = {**HEADERS, "Cache-Control": ASK_FIRST}
        return JSONResponse({"services": listed}, 200 if layout else 404, headers)

    def _page(
        self,
        request: Request,
        template: str,
        languages: Sequence[str],
        facts: dict[str, Any],
        **values: Any,
    ) -> Response:
        spoken = preferences.languages(request, languages)
        return self._site.page(
            request,
            template,
            languages=spoken,
            named=partial(name_in, spoken[0]),
            theme=preferences.theme(request),
            facts=facts,
            **values,
        )


def hall_facts(layout: Layout) -> dict[str, Any]:
    """What a page must know of its hall before the first picture."""
    return {
        "hall": layout.hall,
        "name": layout.name,
        "name_en": layout.name_en,
        "timezone": layout.timezone,
    }


def plan_facts(layout: Layout) -> dict[str, Any]:
    """The names that pictures leave out because they seldom change; `plan` says of which plan."""
    return {
        "plan": layout.digest,
        "lanes": [
            {"lane": one.id, "name": one.name, "name_en": one.name_en, "prefix": one.prefix}
            for one in layout.lanes
        ],
        "windows": [
            {"window": one.number, "name": one.name, "name_en": one.name_en, "lanes": one.lanes}
            for one in layout.windows
        ],
        "classes": [
            {"class": one.id, "name": one.name, "name_en": one.name_en} for one in layout.classes
        ],
    }


def pages(site: Site, plan: Plan, halls: Halls) -> list[BaseRoute]:
    """Where they are. `plan` finds the published plan of a hall, `halls` lists all halls."""
    made = Pages(site, plan, halls)
    return [
        Route("/", made.door, methods=["GET"]),
        Route("/sign-in", made.sign_in, methods=["GET"]),
        Route("/{hall}/windows", made.windows, methods=["GET"]),
        Route("/{hall}/windows/{number}", made.console, methods=["GET"]),
        Route("/{hall}/services", made.services, methods=["GET"]),
    ]
