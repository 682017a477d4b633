"""The days of a load's halls: opened before it, closed after it, and read and judged at the end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import httpx

from loadtest.orders import HallOrders
from queue_server.audit.auditor import Verdict, audit
from queue_server.domain.codec import from_dict

Event = dict[str, Any]
AT_ONCE = 1000
PATIENCE = 60.0
LIVE = ("waiting", "called", "serving", "held")


class Occupied(RuntimeError):
    """Somebody is in the hall: a load test must not send real visitors home."""


class Days:
    """The public API of a server, as its admin."""

    def __init__(self, url: str, token: str) -> None:
        self._http = httpx.AsyncClient(
            base_url=f"{url.rstrip('/')}/api/v1/halls",
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
            trust_env=False,
        )

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def opened(self, halls: Iterable[HallOrders]) -> tuple[list[HallOrders], float]:
        """The halls with their days, all open and empty, and how far (ms) the server's clock is
        ahead of ours. Raises `Occupied`."""
        found = [await self._opened(hall) for hall in halls]
        asked = time.time()
        told = await self._get(f"/{found[0].id}/position")
        return found, told["now"] - (asked + time.time()) / 2 * 1000

    async def _opened(self, hall: HallOrders) -> HallOrders:
        deadline = time.monotonic() + PATIENCE
        while True:
            told = await self._get(f"/{hall.id}")
            if told["state"] == "open":
                break
            if time.monotonic() > deadline:
                raise TimeoutError(f"{hall.id} does not open")
            await self._http.post(f"/{hall.id}/open_day", json={})
            await asyncio.sleep(0.2)
        if people := sum(told["totals"][state] for state in LIVE):
            raise Occupied(f"{people} visitors are in {hall.id}; a load test needs an empty hall")
        return replace(hall, day=told["day"], seq=told["seq"])

    async def ended(self, hall: HallOrders) -> tuple[list[Event], int]:
        """Close a hall's day, and read all of it; answers also how far it was before that."""
        before = (await self._get(f"/{hall.id}/position"))["seq"]
        await self._http.post(f"/{hall.id}/close_day", json={"policy": "force"})
        events: list[Event] = []
        while True:
            after = f"{hall.day}:{events[-1]['seq'] if events else 0}"
            path = f"/{hall.id}/events"
            more = (await self._get(path, after=after, limit=str(AT_ONCE)))["events"]
            events += more
            if len(more) < AT_ONCE:
                return events, before

    async def say(self, hall: HallOrders, command: str, **words: str) -> None:
        """One command; raises httpx.HTTPStatusError when the hall refuses."""
        (await self._http.post(f"/{hall.id}/{command}", json=words)).raise_for_status()

    async def reopen(self, hall: HallOrders) -> None:
        """A hall that is somebody's goes on."""
        await self._http.post(f"/{hall.id}/open_day", json={})

    async def _get(self, path: str, **params: str) -> dict[str, Any]:
        answer = await self._http.get(path, params=params)
        told: dict[str, Any] = answer.raise_for_status().json()
        return told


def judged(events: Iterable[Event]) -> Verdict:
    """The auditor's verdict on a day."""
    return audit([from_dict(dict(event)) for event in events])
