"""One WebSocket from its opening to its end: let in, checked again now and then, never waited for.

The close code says what to do next: 4000–4499 come back (and resume), 4500–4999 do not.

    4000  GOING      the server is going away, or your roles have changed; come back
    4008  TOO_SLOW   you left too much unread; come back to your position
    4029  TOO_MANY   too many connections from your address; come back later
    4053  AWAY       the hall's memory is away for the moment; come back
    4100  BUG        something went wrong on our side; come back later
    4500  NONSENSE   the position or the picture's name makes no sense
    4501  SIGNED_OUT you are not signed in, or not any more
    4503  FORBIDDEN  you may not listen here
    4504  NOWHERE    there is no such hall, window, lane or ticket
    4510  OVER       the ticket's day is over
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from enum import IntEnum
from typing import Protocol

from starlette.websockets import WebSocket

from queue_server.api.auth import Caller, Doorkeeper, Headers, Shown, shown_by
from queue_server.api.limits import Buckets, Seats
from queue_server.api.line import Line, line_of
from queue_server.api.problems import TooMany
from queue_server.api.state import ServerState
from queue_server.domain.refusals import Refused

#: So many are checked again before others have their turn.
AT_ONCE = 200

log = logging.getLogger(__name__)


class Close(IntEnum):
    """Why a socket was closed; see the table above."""

    GOING = 4000
    TOO_SLOW = 4008
    TOO_MANY = 4029
    AWAY = 4053
    BUG = 4100
    NONSENSE = 4500
    SIGNED_OUT = 4501
    FORBIDDEN = 4503
    NOWHERE = 4504
    OVER = 4510


#: HTTP status of a refusal → close code
_CODES = {
    401: Close.SIGNED_OUT,
    403: Close.FORBIDDEN,
    404: Close.NOWHERE,
    422: Close.NONSENSE,
    429: Close.TOO_MANY,
    503: Close.AWAY,
}


class Closed(Exception):
    """This subscription is over."""

    def __init__(self, code: Close, reason: str = "") -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason or code.name.replace("_", " ").lower()


def farewell(error: BaseException) -> tuple[Close, str]:
    """What a listener is told whose subscription ends with an error."""
    if isinstance(error, Closed):
        return error.code, error.reason
    if isinstance(error, Refused):
        return _CODES.get(error.status, Close.BUG), error.message
    log.error("a subscription broke", exc_info=error)
    return Close.BUG, "something went wrong on our side"


class Subscription(Protocol):
    """What somebody listens to."""

    def admit(self, who: Caller | None) -> None:
        """Raise `Refused` or `Closed` unless this listener may listen (still)."""

    async def begin(self, line: Line, patience: float) -> None:
        """Begin to tell; a reader may leave things unread for `patience` seconds."""

    def room(self) -> None:
        """The reader has caught up."""

    def end(self) -> None:
        """The line is gone."""


class Stream:
    """A subscription of which every message matters: written in order, one after the other."""

    _writer: asyncio.Task[None] | None = None

    def frames(self) -> AsyncIterator[bytes]:
        """What is to be written."""
        raise NotImplementedError

    async def begin(self, line: Line, patience: float) -> None:
        """Begin to tell."""
        self._writer = asyncio.create_task(self._write(line, patience))

    async def _write(self, line: Line, patience: float) -> None:
        try:
            async for made in self.frames():
                line.show(made)
                if line.behind:
                    async with asyncio.timeout(patience):
                        await line.writable.wait()
        except TimeoutError:
            line.hang_up(Close.TOO_SLOW, "too slow")
        except Exception as error:
            line.hang_up(*farewell(error))

    def room(self) -> None:
        """The writer waits for it by itself."""

    def end(self) -> None:
        """Write no more."""
        if self._writer:
            self._writer.cancel()


class Sockets:
    """Opens sockets and ends them."""

    def __init__(self, state: ServerState, doorkeeper: Doorkeeper, buckets: Buckets) -> None:
        self._state = state
        self._doorkeeper = doorkeeper
        self._buckets = buckets
        self.seats = Seats(state.limits.seats)
        self.open: set[Listening] = set()
        self._rounds: asyncio.Task[None] | None = None

    async def serve(self, socket: WebSocket, subscription: Subscription) -> None:
        """Let one listener in, or say why not; what comes after needs no coroutine of its own."""
        headers: Headers = dict(socket.scope["headers"])
        shown, protocol = _shown(socket, headers)
        if not self._our_page(headers, shown):
            # Before it is accepted, a close is answered as 403.
            await socket.close()
            return
        await socket.accept(protocol)
        line, address = line_of(socket), self._doorkeeper.addresses.of(socket.scope)
        if shown and shown.by_cookie and await self._doorkeeper.look_up(shown.secret) is None:
            # A cookie comes along by itself: an old one makes its bearer nobody, and no worse.
            shown = None
        listening = Listening(self, line, subscription, shown, "" if shown else address)
        try:
            if shown is None:
                self._buckets.take("socket", address, self._state.limits.socket)
            listening.sit()
            await self._check(listening)
            await subscription.begin(line, self._state.patience)
        except Exception as error:
            line.hang_up(*farewell(error))
            listening.lost()
            return
        line.keep(listening)
        if self._rounds is None or self._rounds.done():
            self._rounds = asyncio.create_task(self._check_again(), name="checking listeners")

    def _our_page(self, headers: Headers, shown: Shown | None) -> bool:
        if shown is not None and not shown.by_cookie:
            return True
        if shown is None and b"origin" not in headers:
            return True
        return self._doorkeeper.from_our_page(headers)

    async def _check(self, listening: Listening) -> None:
        shown = listening.shown
        who = await self._doorkeeper.look_up(shown.secret) if shown else None
        if shown and who is None and not shown.by_cookie:
            raise Closed(Close.SIGNED_OUT)
        listening.subscription.admit(who)

    async def _check_again(self) -> None:
        while self.open:
            await asyncio.sleep(self._state.recheck)
            everybody = tuple(self.open)
            for start in range(0, len(everybody), AT_ONCE):
                await asyncio.gather(*map(self._checked, everybody[start : start + AT_ONCE]))
                await asyncio.sleep(0)

    async def _checked(self, listening: Listening) -> None:
        try:
            await self._check(listening)
        except (Closed, Refused) as error:
            listening.line.hang_up(*farewell(error))
        except Exception as error:
            # Who cannot be asked about (SQL is away) was good a moment ago, and stays.
            log.warning("a listener could not be checked again: %s", error)


class Listening:
    """One listener: a line, and what is told on it; `address` is whose seat it has, if any."""

    __slots__ = ("_seated", "_sockets", "address", "line", "shown", "subscription")

    def __init__(
        self,
        sockets: Sockets,
        line: Line,
        subscription: Subscription,
        shown: Shown | None,
        address: str,
    ) -> None:
        self._sockets = sockets
        self._seated = False
        self.line = line
        self.subscription = subscription
        self.shown = shown
        self.address = address

    def sit(self) -> None:
        """Be one of those who listen; strangers need a seat. Raises `TooMany`."""
        if self.address and not self._sockets.seats.sit(self.address):
            raise TooMany(1)
        self._seated = True
        self._sockets.open.add(self)

    def room(self) -> None:
        """The reader has caught up."""
        self.subscription.room()

    def lost(self) -> None:
        """The line is gone."""
        self._sockets.open.discard(self)
        self.subscription.end()
        if self.address and self._seated:
            self._sockets.seats.rise(self.address)


def _shown(socket: WebSocket, headers: Headers) -> tuple[Shown | None, str | None]:
    # A page cannot set headers on a WebSocket, but it can offer protocols: `bearer, <token>`.
    match socket.scope.get("subprotocols"):
        case ["bearer", str(token)]:
            return Shown(token[:256]), "bearer"
    return shown_by(headers), None
