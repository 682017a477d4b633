"""uvicorn's HTTP protocol, but an answer leaves in one write, and nobody holds the door open.

uvicorn writes the head when an answer starts and the body when it comes, and uvloop sends each at
once: two system calls, two packets, and the client is woken twice. Here what is written in one
turn of the loop leaves together at its end. And whoever connects must ask for something within
`FIRST_REQUEST`: a process has only so many connections. Give it to uvicorn as
`http=OneWriteProtocol`.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: How long a client may take to the end of its first request's head (s).
FIRST_REQUEST = 20.0


class OneWriteProtocol(HttpToolsProtocol):
    """An HTTP connection whose writes are gathered."""

    _silence: asyncio.TimerHandle

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there."""
        super().connection_made(cast(asyncio.Transport, _Gathering(transport, self.loop)))
        self._silence = self.loop.call_later(FIRST_REQUEST, self.transport.close)

    def on_headers_complete(self) -> None:
        """It asks for something."""
        self._silence.cancel()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._silence.cancel()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        """A frame is one write already, and a screen need not wait for the end of the turn."""
        self.transport = cast(_Gathering, self.transport).bare
        super().handle_websocket_upgrade()


class _Gathering:
    """A transport that writes at the end of the turn; everything else is the transport's own."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self.bare = self._transport = transport
        self._loop = loop
        self._out: list[bytes] = []
        # Asked for with every answer: a look into our own dict is quicker than __getattr__.
        self.is_closing = transport.is_closing

    def write(self, data: bytes) -> None:
        if not self._out:
            self._loop.call_soon(self._flush)
        self._out.append(data)

    def _flush(self) -> None:
        out, self._out = self._out, []
        if out and not self._transport.is_closing():
            self._transport.write(b"".join(out))

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
