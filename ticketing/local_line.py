"""The line from the readers of a kiosk to the page in its own browser: a WebSocket on loopback.

Messages are JSON objects, one a message:

    {"kind": "ready", "device": "reader-1"}                               the reader works
    {"kind": "trouble", "device": "reader-1", "zh": "…", "en": "…"}       and why it does not
    {"kind": "card", "device": "reader-1", "person": "…", "green": true}  a card was laid there
    {"kind": "scan", "device": "reader-1", "what": "link", "text": "…"}   link, ticket or booking

A page that connects is told the present state of every reader; cards and scans are told once, to
whoever listens, and are not kept.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Self

from websockets.asyncio.server import Server, ServerConnection, broadcast, serve
from websockets.typing import Origin

Message = dict[str, str | bool]
#: A page that has not answered for so long (s) is gone.
PULSE = 10.0


class LocalLine:
    """Serves `ws://127.0.0.1:port`; port 0 takes a free one.

    Only pages from `origins` (such as `https://hall.example`) may listen: any other page in this
    browser could otherwise watch who comes. Use it as an async context manager.
    """

    def __init__(self, port: int, origins: Sequence[str]) -> None:
        self._port = port
        self._origins = [Origin(origin.rstrip("/")) for origin in origins]
        self._states: dict[str, Message] = {}
        self._server: Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await serve(
            self._greet,
            "127.0.0.1",
            self._port,
            origins=self._origins,
            compression=None,
            max_size=1024,
            ping_interval=PULSE,
            ping_timeout=PULSE,
            close_timeout=1,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server
        self._server.close()
        await self._server.wait_closed()

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def tell(self, device: str, message: Message) -> None:
        """Something was read: whoever listens hears it now. Never waits."""
        if self._server:
            broadcast(self._server.connections, _text(device, message))

    def state(self, device: str, message: Message) -> None:
        """How a device is, told when it changes."""
        if self._states.get(device) != message:
            self._states[device] = message
            self.tell(device, message)

    async def _greet(self, page: ServerConnection) -> None:
        # A broadcast does not wait, so no state can change between two of these.
        for device, message in self._states.items():
            broadcast([page], _text(device, message))
        async for _ in page:
            """Nothing that a page says matters here."""


def _text(device: str, message: Message) -> str:
    return json.dumps(message | {"device": device}, ensure_ascii=False)
