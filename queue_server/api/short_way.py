"""The short way of a command, from its bytes to its answer's, without ASGI in between.

A command is a small POST whose answer is one piece. uvicorn's general way makes a scope, an event,
a cycle and four messages of it, which is as much work as the command itself. Here the whole
request is a dict of headers and a body, and the answer one write. Whatever is unusual (a long or
chunked body, `Expect`, a query, an old HTTP version, a request behind an unfinished one) goes the
general way, to the same `Doorway`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from queue_server.api.bodies import PATIENCE, too_slow
from queue_server.api.doorway import HALLS, Doorway
from queue_server.api.problems import refused

#: A body that is longer (bytes) goes the general way.
SHORT = 16_384
_START = HALLS.encode()
_GOOD = STATUS_LINE[200] + b"content-type: application/json\r\ncontent-length: "
#: What makes a request unusual.
_UNUSUAL = frozenset((b"expect", b"transfer-encoding", b"upgrade"))


class _Asked:
    """One command on its way, in the place of uvicorn's cycle: who is connected looks here whether
    it is answered, and says here that it is gone."""

    __slots__ = ("body", "disconnected", "keep_alive", "response_complete", "scope", "task")

    def __init__(self, scope: dict[str, Any], keep_alive: bool) -> None:
        self.scope = scope
        self.keep_alive = keep_alive
        self.body = bytearray()
        self.task: asyncio.Task[None] | None = None
        self.response_complete = False
        self.disconnected = False

    @property
    def message_event(self) -> _Asked:
        """uvicorn sets it for who waits for more of the body; nobody does."""
        return self

    def set(self) -> None:
        """Nobody waits."""

    async def receive(self) -> dict[str, Any]:
        """The body, as ASGI tells it."""
        return {"type": "http.request", "body": bytes(self.body), "more_body": False}


class ShortWay(HttpToolsProtocol):
    """uvicorn's protocol, with the short way for commands when there is a `doorway`."""

    def __init__(self, *args: Any, doorway: Doorway | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._doorway = doorway
        self._asked: _Asked | None = None
        self._late: asyncio.TimerHandle | None = None
        #: When the last answer left (s, the loop's time), and who looks whether that is long ago.
        self._spoke = 0.0
        self._idle: asyncio.TimerHandle | None = None

    def on_message_begin(self) -> None:
        """A request begins; what it is shows when its head is there."""
        self._asked = None
        if self._doorway is None:
            super().on_message_begin()
            return
        self.url = b""
        self.headers = []
        self.expect_100_continue = False

    def on_headers_complete(self) -> None:
        """The head is there."""
        if self._doorway is None:
            super().on_headers_complete()
            return
        if self.url.startswith(_START) and self._is_short():
            asked = self._asked = _Asked(self._scope(), self.parser.should_keep_alive())
            self.cycle = asked  # type: ignore[assignment]  # it stands in for uvicorn's
            return
        url, headers_, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers += headers_
        super().on_headers_complete()

    def _is_short(self) -> bool:
        url, cycle = self.url, self.cycle
        if url.count(b"/") != 5 or b"?" in url or b"%" in url:
            return False
        if self.parser.get_method() != b"POST" or self.parser.get_http_version() != "1.1":
            return False
        if cycle is not None and not cycle.response_complete:
            return False
        headers = dict(self.headers)
        if not _UNUSUAL.isdisjoint(headers):
            return False
        length = headers.get(b"content-length", b"0")
        return len(length) < 6 and length.isdigit() and int(length) <= SHORT

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        if self._asked is None:
            super().on_body(body)
        else:
            self._asked.body += body

    def on_message_complete(self) -> None:
        """The request is whole."""
        if self._asked is None:
            super().on_message_complete()
            return
        self._asked.task = self.loop.create_task(self._answer(self._asked))
        self.tasks.add(self._asked.task)
        self._asked = None

    def data_received(self, data: bytes) -> None:
        """Some bytes; a body that stays away too long is not waited for."""
        super().data_received(data)
        if self._asked is None:
            if self._late is not None:
                self._late.cancel()
                self._late = None
        elif self._late is None:
            self._late = self.loop.call_later(PATIENCE, self._too_late)

    def _scope(self) -> dict[str, Any]:
        return {
            "type": "http",
            "method": "POST",
            "path": self.url.decode("latin-1"),
            "query_string": b"",
            "headers": self.headers,
            "client": self.client,
            "server": self.server,
            "scheme": self.scheme,
        }

    async def _answer(self, asked: _Asked) -> None:
        assert self._doorway is not None
        try:
            answer = await self._doorway.answer(asked.scope, asked.receive)
            if self.flow.write_paused and not asked.disconnected:
                await self.flow.drain()
            if not asked.disconnected:
                self._say(answer, asked)
        finally:
            assert asked.task
            self.tasks.discard(asked.task)

    def _too_late(self) -> None:
        """Half a command is none."""
        asked, self._asked, self._late = self._asked, None, None
        if asked and not self.transport.is_closing():
            asked.keep_alive = False
            self._say(refused(Request(asked.scope), too_slow()), asked)

    def _say(self, answer: bytes | Response, asked: _Asked) -> None:
        if isinstance(answer, bytes):
            parts = [_GOOD, b"%d\r\n" % len(answer)]
            body = answer
        else:
            parts = [STATUS_LINE[answer.status_code]]
            for name, value in answer.raw_headers:
                if name == b"connection":
                    asked.keep_alive = False
                else:
                    parts += (name, b": ", value, b"\r\n")
            body = bytes(answer.body)
        for name, value in self.server_state.default_headers:
            parts += (name, b": ", value, b"\r\n")
        if not asked.keep_alive:
            parts.append(b"connection: close\r\n")
        parts += (b"\r\n", body)
        self.write_at_once(b"".join(parts))
        asked.response_complete = True
        if not asked.keep_alive:
            self.transport.close()
        if not asked.keep_alive or self.pipeline:
            self.on_response_complete()
        else:
            self._rest()

    def write_at_once(self, data: bytes) -> None:
        """Write a whole answer."""
        self.transport.write(data)

    # --- between two requests: a timer that is set anew for each would cost more than their rest

    def on_response_complete(self) -> None:
        """An answer has left the general way."""
        self._spoke = self.loop.time()
        super().on_response_complete()

    def _rest(self) -> None:
        self.server_state.total_requests += 1
        self._spoke = self.loop.time()
        if self._idle is None:
            self._idle = self.loop.call_later(self.timeout_keep_alive, self._look)

    def _look(self) -> None:
        self._idle = None
        left = self._spoke + self.timeout_keep_alive - self.loop.time()
        if left > 0 or not self.cycle.response_complete:
            self._idle = self.loop.call_later(max(left, 1.0), self._look)
        else:
            self.timeout_keep_alive_handler()

    def handle_websocket_upgrade(self) -> None:
        """It becomes a WebSocket, which may rest as long as it likes; a proxy asks for one on a
        connection that has carried commands."""
        self._let_be()
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._let_be()
        super().connection_lost(exc)

    def _let_be(self) -> None:
        for timer in filter(None, (self._late, self._idle)):
            timer.cancel()
