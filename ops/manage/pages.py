"""The manager's pages: `/manage`, `/manage/jobs`, and `/manage/{hall}` with `layout`, `ratings`,
`past` and `reports` below it.

They are frames; what they show comes over their line. Whoever has no session is sent to sign in,
and nobody gets as much as the frame of somebody else's hall.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from queue_server.api.alarms import MANAGERS
from queue_server.api.commands import LEADERS
from queue_server.archive.principals import Principal, Role
from queue_server.domain.layout import Kind, Layout
from queue_server.web import preferences
from queue_server.web.site import ASK, NO_HALL, Site

#: Where the templates and static files are, for `Site(manage=FOLDER)`.
FOLDER = Path(__file__).parent
#: The chart library: Chart.js, as the package chartkick brings it, for `Site(BORROWED, …)`.
CHARTS = "manage/chart/Chart.bundle.js"
BORROWED = {CHARTS: Path(str(files("chartkick"))) / "django/static/chartkick/Chart.bundle.js"}
LANGUAGES = ("zh-CN", "en")

#: The published plan of a hall, or None when there is no hall of this name.
Plan = Callable[[str], Awaitable[Layout | None]]
#: Whose session a request carries, or None.
Who = Callable[[Request], Awaitable[Principal | None]]


class Pages:
    """Answers with these pages, or with one that says why not."""

    def __init__(self, site: Site, plan: Plan, who: Who) -> None:
        self._site = site
        self._plan = plan
        self._who = who

    async def halls(self, request: Request) -> Response:
        """All halls that somebody manages."""
        who = await self._who(request)
        if who is None:
            return _sign_in(request)
        if who.halls(MANAGERS) == frozenset():
            return self._problem(request, 403, "You manage no hall.")
        leads = who.halls(LEADERS)
        # Where he may do something, too; without a list, everywhere.
        facts = {"me": who.name, "leads": None if leads is None else sorted(leads)}
        return self._page(request, "manage/halls.html", LANGUAGES, facts)

    async def jobs(self, request: Request) -> Response:
        """The jobs of the whole installation, for its admins."""
        who = await self._who(request)
        if who is None:
            return _sign_in(request)
        if not who.may(Role.ADMIN, ""):
            return self._problem(request, 403, "Only an admin of all halls sees the jobs.")
        return self._page(request, "manage/jobs.html", LANGUAGES, {"me": who.name})

    async def hall(self, request: Request) -> Response:
        """One hall: its floor, its lanes, its alerts, its day."""
        return await self._of_hall(request, "manage/hall.html", {"picture": "manage"})

    async def layout(self, request: Request) -> Response:
        """The plan of a hall, to be changed and published."""
        return await self._of_hall(request, "manage/layout.html", {"kinds": list(Kind)})

    async def ratings(self, request: Request) -> Response:
        """What visitors thought, and the work orders that came of it."""
        return await self._of_hall(request, "manage/ratings.html", {}, _names)

    async def past(self, request: Request) -> Response:
        """The hall's screens as they were, and why one was called before another."""
        return await self._of_hall(request, "manage/past.html", {}, _screens)

    async def reports(self, request: Request) -> Response:
        """Reports to ask for, and those that are done."""
        return await self._of_hall(request, "manage/reports.html", {})

    async def _of_hall(
        self,
        request: Request,
        template: str,
        facts: dict[str, Any],
        more: Callable[[Layout], dict[str, Any]] = lambda _: {},
    ) -> Response:
        who = await self._who(request)
        if who is None:
            return _sign_in(request)
        hall = request.path_params["hall"]
        layout = await self._plan(hall)
        if layout is None:
            return self._problem(request, 404, NO_HALL)
        if not who.may(MANAGERS, hall):
            return self._problem(request, 403, "You do not manage this hall.")
        return self._page(
            request,
            template,
            layout.languages,
            {
                **facts,
                **more(layout),
                "hall": hall,
                "name": layout.name,
                "name_en": layout.name_en,
                "timezone": layout.timezone,
                "me": who.name,
                # An auditor looks and touches nothing.
                "may": who.may(LEADERS, hall),
            },
            hall=hall,
            name=layout.name,
            name_en=layout.name_en,
        )

    def _page(
        self,
        request: Request,
        template: str,
        languages: tuple[str, ...],
        facts: dict[str, Any],
        **values: Any,
    ) -> Response:
        known = languages if set(languages) & set(LANGUAGES) else LANGUAGES
        return self._site.page(
            request,
            template,
            languages=preferences.languages(request, known),
            theme=preferences.theme(request),
            facts=facts,
            me=facts["me"],
            **values,
        )

    def _problem(self, request: Request, status: int, sentence: str) -> Response:
        wanted = preferences.languages(request, LANGUAGES)
        return self._site.problem(request, sentence, ASK, languages=wanted, status=status)


def _names(layout: Layout) -> dict[str, Any]:
    """What a rating is about, by the ids that it has."""
    return {
        "lanes": {one.id: [one.name, one.name_en] for one in layout.lanes},
        "services": {one.code: [one.name, one.name_en] for one in layout.services},
    }


def _screens(layout: Layout) -> dict[str, Any]:
    """The screens of a hall: `[picture, its page]`."""
    zones = sorted({one.zone for one in layout.windows})
    return {
        "screens": [
            ["board", f"/{layout.hall}/board"],
            *([f"zone:{one}", f"/{layout.hall}/zones/{quote(one)}"] for one in zones),
            *([f"sign:{w.number}", f"/{layout.hall}/signs/{w.number}"] for w in layout.windows),
        ]
    }


def _sign_in(request: Request) -> Response:
    here = request.url.path
    if request.url.query:
        here += f"?{request.url.query}"
    return RedirectResponse(f"/sign-in?next={quote(here, safe='')}", 303)


def pages(site: Site, plan: Plan, who: Who) -> list[BaseRoute]:
    """Where they are. `plan` finds a hall's published plan, `who` whoever sent a request."""
    made = Pages(site, plan, who)
    return [
        Route("/manage", made.halls, methods=["GET"]),
        # A hall of this name has no page here, and is called otherwise.
        Route("/manage/jobs", made.jobs, methods=["GET"]),
        Route("/manage/{hall}", made.hall, methods=["GET"]),
        Route("/manage/{hall}/layout", made.layout, methods=["GET"]),
        Route("/manage/{hall}/ratings", made.ratings, methods=["GET"]),
        Route("/manage/{hall}/past", made.past, methods=["GET"]),
        Route("/manage/{hall}/reports", made.reports, methods=["GET"]),
    ]
