"""uvicorn's HTTP protocol, but an answer leaves in one write, and nobody holds the door open.

uvicorn writes the head when an answer starts and the body when it comes, and uvloop sends each at
once: two system calls, two packets, and the client is woken twice. Here what is written in one
turn of the loop leaves together at its end. Whoever connects must ask for something within
`FIRST_REQUEST`, since a process has only so many connections. Whoever wants a WebSocket comes in by
way of the door (`porter.py`), also on a line that was used before. Whoever is answered in the
middle of a request, because it is too long, is listened to a little longer: a line that is closed
while something arrives takes the answer away from who is sending (RFC 9112, 9.6), and nginx would
call the process dead. Give it to uvicorn as `http=partial(OneWriteProtocol, door=…, doorway=…)`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

from queue_server.api.porter import Door
from queue_server.api.short_way import ShortWay

#: How long a client may take to the end of its first request's head (s).
FIRST_REQUEST = 20.0
#: How long who was refused in the middle of a request may take to hear it (s).
LINGER = 5.0


class OneWriteProtocol(ShortWay):
    """An HTTP connection whose writes are gathered."""

    _silence: asyncio.TimerHandle
    _at_door = False

    def __init__(self, *args: Any, door: Door, by_the_door: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._door = door
        self._by_the_door = by_the_door

    def data_received(self, data: bytes) -> None:
        """It says something; nobody has anything to say before being let in."""
        if self._at_door:
            self.transport.close()
        elif self.transport.is_closing():
            # It has its answer, and goes on sending what nobody wants.
            pass
        else:
            super().data_received(data)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there."""
        made = _Gathering(transport, self.loop, self._is_speaking)
        super().connection_made(cast(asyncio.Transport, made))
        self._silence = self.loop.call_later(FIRST_REQUEST, self.transport.close)

    def _is_speaking(self) -> bool:
        """Whether more of the present request is to come."""
        return bool(getattr(self.cycle, "more_body", False))

    def on_headers_complete(self) -> None:
        """It asks for something."""
        self._silence.cancel()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._silence.cancel()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        """It wants to become a WebSocket."""
        if self._by_the_door:
            self.come_in()
        else:
            self._at_door = True
            self._door.knock(self.come_in, self.loop)

    def write_at_once(self, data: bytes) -> None:
        """Write a whole answer, which has nothing to wait for."""
        cast(_Gathering, self.transport).write_at_once(data)

    def come_in(self) -> None:
        """It becomes one, unless it has given up meanwhile."""
        if not self.transport.is_closing():
            # A frame is one write already, and a screen need not wait for the end of the turn.
            self.transport = cast(_Gathering, self.transport).bare
            super().handle_websocket_upgrade()


class _Gathering:
    """A transport that writes at the end of the turn; everything else is the transport's own."""

    def __init__(
        self,
        transport: asyncio.Transport,
        loop: asyncio.AbstractEventLoop,
        speaking: Callable[[], bool],
    ) -> None:
        self.bare = self._transport = transport
        self._loop = loop
        self._speaking = speaking
        self._out: list[bytes] = []
        # Asked for with every answer: a look into our own dict is quicker than __getattr__.
        self.is_closing = transport.is_closing

    def write(self, data: bytes) -> None:
        if not self._out:
            self._loop.call_soon(self._flush)
        self._out.append(data)

    def write_at_once(self, data: bytes) -> None:
        if self._out:
            self._out.append(data)
        elif not self._transport.is_closing():
            self._transport.write(data)

    def _flush(self) -> None:
        out, self._out = self._out, []
        if out and not self._transport.is_closing():
            self._transport.write(b"".join(out))

    def close(self) -> None:
        self._flush()
        if self.is_closing() or not self._speaking():
            self._transport.close()
            return
        self.is_closing = lambda: True
        self._transport.write_eof()
        self._transport.resume_reading()
        self._loop.call_later(LINGER, self._transport.close)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
