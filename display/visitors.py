"""The pages for visitors: `/t/{token}`, `/{hall}`, `/{hall}/rules` and `/{hall}/rate/{number}`.

Nobody signs in to any of them. They are frames like those of `pages.py`: what they show comes as
pictures. Only the rules are words from the published plan, to be read without a script.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from display.fairness import TODAY
from display.pages import FOLDER, NO_TICKET, NO_WINDOW, Plan
from display.rules import numbers
from queue_server.domain.layout import Layout
from queue_server.domain.layout_problems import RESERVED
from queue_server.domain.links import Visit
from queue_server.web import preferences
from queue_server.web.site import ASK_FIRST, HEADERS, Site
from queue_server.web.words import name_in

#: Who reads a link; None when nobody here made it (`Links(secret).read`).
Read = Callable[[str], Visit | None]


class OfHall(Route):
    """A route that begins with a hall, and leaves alone what only looks like one."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether it is ours."""
        match, child = super().matches(scope)
        if match is not Match.NONE and child["path_params"]["hall"] in RESERVED:
            return Match.NONE, {}
        return match, child


class Visitors:
    """Answers with a page for visitors, or with one that says that there is none."""

    def __init__(self, site: Site, plan: Plan, read: Read) -> None:
        self._site = site
        self._plan = plan
        self._read = read
        self._worker = (FOLDER / "static" / "worker.js").read_bytes()

    async def ticket(self, request: Request) -> Response:
        """A visitor's own page, by the link on the slip."""
        token = request.path_params["token"]
        visit, layout = await self._visited(token)
        if visit is None or layout is None:
            return self._site.missing(request, NO_TICKET)
        facts = {
            **_facts(layout, f"ticket:{token}"),
            "token": token,
            "ticket": visit.ticket,
            "lanes": {lane.id: [lane.name, lane.name_en] for lane in layout.lanes},
            "classes": {one.id: [one.name, one.name_en] for one in layout.classes},
            "misses_allowed": layout.rule.misses_allowed,
        }
        return self._page(request, layout, "phone", facts, number=visit.ticket, token=token)

    async def manifest(self, request: Request) -> Response:
        """What a phone needs to keep the page on its home screen."""
        token = request.path_params["token"]
        visit, layout = await self._visited(token)
        if visit is None or layout is None:
            return self._site.missing(request, NO_TICKET)
        icon = f"/static/{self._site.version}/web/icon.svg"
        told = {
            "name": f"{visit.ticket} · {layout.name}",
            "short_name": visit.ticket,
            "lang": layout.languages[0],
            "start_url": f"/t/{token}",
            "scope": "/t/",
            "display": "standalone",
            "icons": [{"src": icon, "sizes": "any", "type": "image/svg+xml"}],
        }
        headers = {**HEADERS, "Cache-Control": ASK_FIRST}
        return JSONResponse(told, 200, headers, "application/manifest+json")

    async def worker(self, _request: Request) -> Response:
        """The script that shows notifications; a browser takes it only from above its pages."""
        headers = {**HEADERS, "Cache-Control": ASK_FIRST}
        return Response(self._worker, 200, headers, "text/javascript")

    async def hall(self, request: Request) -> Response:
        """The hall now: who waits where, how long, which windows are open, whether it is fair."""
        layout = await self._plan(request.path_params["hall"])
        if layout is None:
            return self._site.missing(request)
        facts = {**_facts(layout, "hall"), "fairness": f"fairness:{TODAY}"}
        return self._page(request, layout, "hall", facts)

    async def rules(self, request: Request) -> Response:
        """How we call, in words, from the hall's own settings."""
        layout = await self._plan(request.path_params["hall"])
        if layout is None:
            return self._site.missing(request)
        speakers = [
            (language, partial(self._site.words.say, language))
            for language in preferences.languages(request, self._site.words.known(layout.languages))
        ]
        return self._page(request, layout, "rules", {}, speakers=speakers, **numbers(layout))

    async def rate(self, request: Request) -> Response:
        """The tablet at a window."""
        layout = await self._plan(request.path_params["hall"])
        if layout is None:
            return self._site.missing(request)
        window = layout.window.get(request.path_params["number"])
        if window is None:
            return self._site.missing(request, NO_WINDOW, layout.languages)
        number = window.number
        facts = {**_facts(layout, f"rate:{number}"), "window": number, "device": f"rate-{number}"}
        return self._page(request, layout, "rate", facts, number=number)

    async def _visited(self, token: str) -> tuple[Visit | None, Layout | None]:
        visit = self._read(token)
        return visit, await self._plan(visit.hall) if visit else None

    def _page(
        self, request: Request, layout: Layout, name: str, facts: dict[str, Any], **values: Any
    ) -> Response:
        languages = preferences.languages(request, self._site.words.known(layout.languages))
        return self._site.page(
            request,
            f"display/{name}.html",
            languages=languages,
            facts=facts,
            layout=layout,
            named=partial(name_in, languages[0]),
            others=[_other(request, language) for language in languages[1:]],
            **values,
        )


def _facts(layout: Layout, picture: str) -> dict[str, Any]:
    return {
        "name": layout.name,
        "name_en": layout.name_en,
        "hall": layout.hall,
        "picture": picture,
        "timezone": layout.timezone,
        "languages": layout.languages,
    }


def _other(request: Request, language: str) -> tuple[str, str]:
    """Another language, and where the page is in it."""
    return language, "?" + request.url.include_query_params(language=language).query


def visitors(site: Site, plan: Plan, read: Read) -> list[BaseRoute]:
    """Where they are; `plan` finds the published plan of a hall, `read` reads a ticket's link."""
    made = Visitors(site, plan, read)
    return [
        Route("/t/worker.js", made.worker, methods=["GET"]),
        Route("/t/{token}", made.ticket, methods=["GET"]),
        Route("/t/{token}/app.webmanifest", made.manifest, methods=["GET"]),
        OfHall("/{hall}", made.hall, methods=["GET"]),
        OfHall("/{hall}/rules", made.rules, methods=["GET"]),
        OfHall("/{hall}/rate/{number}", made.rate, methods=["GET"]),
    ]
