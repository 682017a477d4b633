"""In which language and theme somebody wants to see pages, as this browser remembers it.

Two cookies that the page's own script sets; `?language=` counts before them. They say nothing
about anybody, so no session is needed and a shared machine keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.requests import Request

from queue_server.web.site import THEMES

LANGUAGE, THEME = "jiaohao_language", "jiaohao_theme"


def languages(request: Request, known: Iterable[str]) -> tuple[str, ...]:
    """The languages of a page, the one that was chosen first."""
    wanted = request.query_params.get("language") or request.cookies.get(LANGUAGE, "")
    return tuple(sorted(known, key=lambda language: language != wanted))


def theme(request: Request) -> str:
    """light, dark, or auto."""
    wanted = request.cookies.get(THEME, "")
    return wanted if wanted in THEMES else "auto"
