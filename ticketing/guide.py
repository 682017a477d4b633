"""The guide desk's page: `/{hall}/guide`, for people signed in as guide, manager or admin.

The page is a frame that tells nothing but what the plan says to everybody. The picture `desk`,
which is for the people of the desk only, comes over its line, `catalogue` and `kiosk` with it; and
everything the guide does goes out as a command.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from queue_server.domain.layout import Layout
from queue_server.web import preferences
from queue_server.web.site import HEADERS, Site
from ticketing.kiosk import CSP, Plan, Settings

READER_PORT = Settings.reader_port


class Pages:
    """Answers with the page, or with one that says that there is no such hall."""

    def __init__(self, site: Site, plan: Plan, reader_port: int) -> None:
        self._site = site
        self._plan = plan
        self._reader = f"ws://127.0.0.1:{reader_port}"

    async def guide(self, request: Request) -> Response:
        """The page."""
        layout = await self._plan(request.path_params["hall"])
        if layout is None:
            return self._site.missing(request)
        page = self._site.page(
            request,
            "ticketing/guide.html",
            languages=preferences.languages(request, layout.languages),
            facts=_facts(layout) | {"reader": self._reader},
            theme=preferences.theme(request),
            name=layout.name,
        )
        # A desk may have a card reader on its own machine, as a kiosk has.
        page.headers[CSP] = f"{HEADERS[CSP]}; connect-src 'self' {self._reader}"
        return page


def _facts(layout: Layout) -> dict[str, object]:
    return {
        "hall": layout.hall,
        "name": layout.name,
        "name_en": layout.name_en,
        "timezone": layout.timezone,
        "languages": layout.languages,
    }


def pages(site: Site, plan: Plan, reader_port: int = READER_PORT) -> list[BaseRoute]:
    """Where it is; `plan` finds the published plan of a hall by its id, and `reader_port` is that
    of the readers' local line, which is heard where the page was once opened with `#reader`."""
    made = Pages(site, plan, reader_port)
    return [Route("/{hall}/guide", made.guide, methods=["GET"])]
