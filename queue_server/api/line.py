"""uvicorn's WebSocket protocol, for lines that mostly listen.

What the server tells is the same for many: a frame is made once and written as it is to every
line. And a line that an application *keeps* outlives the application's own part in it: the
coroutines that let it in, its scope and its headers are more than half of what an idle screen
costs in memory. An application finds the line of a socket with `line_of`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any, Protocol, cast

from starlette.websockets import WebSocket
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState
from websockets.frames import Frame, Opcode
from websockets.http11 import Request

#: Where in the scope of a WebSocket its line is.
EXTENSION = "jiaohao.line"
#: How long a reader that has stopped may take to wake up and hear why it was sent away (s).
LAST_WORDS = 20.0

log = logging.getLogger(__name__)


def frame(text: bytes) -> bytes:
    """A message (UTF-8) as it goes over the wire; a server's frames are not masked."""
    return Frame(Opcode.TEXT, text).serialize(mask=False)


class Listener(Protocol):
    """Who keeps a line, and is told what becomes of it."""

    def room(self) -> None:
        """The reader has caught up."""

    def lost(self) -> None:
        """The line is gone; said once."""


def line_of(socket: WebSocket) -> Line:
    """The line behind a socket, on a server that was given `ws=Line`."""
    return cast(Line, socket.scope["extensions"][EXTENSION])


class Line(WebSocketsSansIOProtocol):
    """One WebSocket."""

    _kept = False
    _keeper: Listener | None = None

    def handle_connect(self, event: Request) -> None:
        """A client asks to be let in."""
        super().handle_connect(event)
        if not self.close_sent:
            cast(Any, self.scope)["extensions"][EXTENSION] = self

    async def run_asgi(self) -> None:
        """The application's part; a line that it keeps goes on after it."""
        try:
            await self.app(self.scope, self.receive, self.send)
        except ClientDisconnected:
            pass
        except BaseException:
            log.exception("the application broke")
            self.send_500_response()
        if self._kept:
            self._let_go()
        elif self.close_timer is None:
            self.transport.close()

    def keep(self, keeper: Listener) -> None:
        """From now on the line is the keeper's; the application may return."""
        self._kept, self._keeper = True, keeper
        if self.disconnected:
            self._lost()

    def _let_go(self) -> None:
        # What only the application's part needed.
        self.queue = asyncio.Queue()
        del self.scope, self.request, self.response
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()

    @property
    def behind(self) -> bool:
        """Whether so much is unread that nothing more should be written."""
        return not self.writable.is_set()

    def show(self, made: bytes) -> None:
        """Write a frame that was made with `frame`."""
        if not self.close_sent and not self.transport.is_closing():
            self.transport.write(made)

    def hang_up(self, code: int, reason: str) -> None:
        """Say why, and close when the other side has heard it, or after `LAST_WORDS`."""
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return
        self.stop_keepalive()
        said = reason.encode()[:120].decode("utf-8", "ignore")
        with contextlib.suppress(InvalidState):
            self.conn.send_close(code, said)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.close_timer = self.loop.call_later(LAST_WORDS, self.transport.abort)

    def send_receive_event_to_app(self) -> None:
        """Who only listens has nothing to say."""
        if self._kept:
            self.frames = []
        else:
            super().send_receive_event_to_app()

    def resume_writing(self) -> None:
        """The reader has caught up."""
        super().resume_writing()
        if self._keeper is not None:
            self._keeper.room()

    def connection_lost(self, exc: Exception | None) -> None:
        """The line is gone."""
        super().connection_lost(exc)
        self._lost()

    def _lost(self) -> None:
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.lost()
