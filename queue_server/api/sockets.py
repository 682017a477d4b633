"""One WebSocket from its opening to its end: let in, checked again now and then, never waited for.

The close code says what to do next: 4000–4499 come back (and resume), 4500–4999 do not.

    4000  GOING      the server is going away; come back
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
import contextlib
import logging
from collections.abc import AsyncIterator, Iterator
from enum import IntEnum
from typing import Protocol

from starlette.websockets import WebSocket, WebSocketDisconnect

from queue_server.api.auth import Caller, Doorkeeper, Headers, Shown, shown_by
from queue_server.api.limits import Buckets, Seats
from queue_server.api.problems import TooMany
from queue_server.api.state import ServerState
from queue_server.domain.refusals import Refused

#: How long a reader that has stopped may take to wake up and hear why it was sent away (s).
LAST_WORDS = 20.0

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


class Subscription(Protocol):
    """What somebody listens to."""

    async def check(self, who: Caller | None) -> None:
        """Raise `Refused` or `Closed` unless this listener may listen (still)."""

    def messages(self) -> AsyncIterator[str]:
        """What is to be sent."""


class Sockets:
    """Opens sockets and ends them."""

    def __init__(self, state: ServerState, doorkeeper: Doorkeeper, buckets: Buckets) -> None:
        self._state = state
        self._doorkeeper = doorkeeper
        self._buckets = buckets
        self._seats = Seats(state.limits.seats)

    async def serve(self, socket: WebSocket, subscription: Subscription) -> None:
        """One listener, until either side ends it."""
        headers: Headers = dict(socket.scope["headers"])
        shown, protocol = _shown(socket, headers)
        if not self._our_page(headers, shown):
            # Before it is accepted, a close is answered as 403.
            await socket.close()
            return
        await socket.accept(protocol)
        address = self._doorkeeper.addresses.of(socket.scope)
        if shown and shown.by_cookie and await self._doorkeeper.look_up(shown.secret) is None:
            # A cookie comes along by itself: an old one makes its bearer nobody, and no worse.
            shown = None
        try:
            with self._seat(address, anonymous=shown is None):
                await self._run(socket, subscription, shown)
        except WebSocketDisconnect:
            return
        except Closed as closed:
            await self._end(socket, closed.code, closed.reason)
        except Refused as refusal:
            await self._end(socket, _CODES.get(refusal.status, Close.BUG), refusal.message)
        except Exception:
            log.exception("a subscription at %s broke", socket.url.path.partition(":")[0])
            await self._end(socket, Close.BUG, "something went wrong on our side")

    def _our_page(self, headers: Headers, shown: Shown | None) -> bool:
        if shown is not None and not shown.by_cookie:
            return True
        if shown is None and b"origin" not in headers:
            return True
        return self._doorkeeper.from_our_page(headers)

    @contextlib.contextmanager
    def _seat(self, address: str, anonymous: bool) -> Iterator[None]:
        if not anonymous:
            yield
            return
        self._buckets.take("socket", address, self._state.limits.socket)
        if not self._seats.sit(address):
            raise TooMany(1)
        try:
            yield
        finally:
            self._seats.rise(address)

    async def _run(
        self, socket: WebSocket, subscription: Subscription, shown: Shown | None
    ) -> None:
        await self._check(subscription, shown)
        jobs = {
            asyncio.create_task(self._write(socket, subscription)),
            asyncio.create_task(_read(socket)),
            asyncio.create_task(self._check_again(subscription, shown)),
        }
        try:
            done, _ = await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)
        for job in done:
            job.result()

    async def _check(self, subscription: Subscription, shown: Shown | None) -> None:
        who = await self._doorkeeper.look_up(shown.secret) if shown else None
        if shown and who is None and not shown.by_cookie:
            raise Closed(Close.SIGNED_OUT)
        await subscription.check(who)

    async def _check_again(self, subscription: Subscription, shown: Shown | None) -> None:
        while True:
            await asyncio.sleep(self._state.recheck)
            await self._check(subscription, shown)

    async def _write(self, socket: WebSocket, subscription: Subscription) -> None:
        async for message in subscription.messages():
            try:
                async with asyncio.timeout(self._state.patience):
                    await socket.send_text(message)
            except TimeoutError:
                raise Closed(Close.TOO_SLOW) from None

    async def _end(self, socket: WebSocket, code: Close, reason: str) -> None:
        # A reader that has stopped gets its close frame if it wakes up soon, or none at all.
        with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
            async with asyncio.timeout(LAST_WORDS):
                await socket.close(code, reason.encode()[:120].decode("utf-8", "ignore"))


def _shown(socket: WebSocket, headers: Headers) -> tuple[Shown | None, str | None]:
    # A page cannot set headers on a WebSocket, but it can offer protocols: `bearer, <token>`.
    match socket.scope.get("subprotocols"):
        case ["bearer", str(token)]:
            return Shown(token[:256]), "bearer"
    return shown_by(headers), None


async def _read(socket: WebSocket) -> None:
    """Listeners have nothing to say; this ends when they leave."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
