"""People at the door of an installation: with a session, with a token, or with nothing."""

from __future__ import annotations

import asyncio

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from queue_server.api.auth import COOKIE
from tests.browser.installed import Town
from tests.installation import PATIENCE


def outside(place: Town, session: str = "", token: str = "") -> httpx.AsyncClient:
    """Somebody with a session, a token or nothing."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    cookies = {COOKIE: session} if session else {}
    return httpx.AsyncClient(
        base_url=place.url, cookies=cookies, headers=headers, trust_env=False, timeout=PATIENCE
    )


async def heard(place: Town, path: str, origin: str = "", **headers: str) -> tuple[int, str]:
    """How a socket ends: (0, first message) when it opens, (close code, ""), or (403, "")."""
    address = f"ws{place.url.removeprefix('http')}{path}"
    try:
        async with connect(
            address,
            additional_headers=headers,
            origin=Origin(origin) if origin else None,
            proxy=None,
        ) as line:
            async with asyncio.timeout(PATIENCE):
                return 0, str(await line.recv())
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006, ""
    except InvalidStatus as refused:
        return refused.response.status_code, ""
