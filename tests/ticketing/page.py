"""A kiosk's page, as far as its readers know it."""

from __future__ import annotations

import json
from typing import Any, Self

from websockets.asyncio.client import connect

ORIGIN = "http://hall.example"


class Page:
    """Listens to the local line; use it as an async context manager."""

    def __init__(self, port: int, origin: str | None = ORIGIN) -> None:
        self._line = connect(
            f"ws://127.0.0.1:{port}",
            origin=origin,  # type: ignore[arg-type] # a NewType of str
            proxy=None,
        )

    async def __aenter__(self) -> Self:
        self._socket = await self._line
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._socket.close()

    async def hear(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(await self._socket.recv())
        return told

    async def hear_of(self, kind: str) -> dict[str, Any]:
        """The next message of this kind."""
        while (told := await self.hear())["kind"] != kind:
            pass
        return told
