"""Who is asking: a bearer token or a browser's session, and whether the page is one of ours.

Principals are remembered for a few seconds, so that a kiosk's next ticket costs no SQL. All who
are to be asked about at the same time are asked about together: thousands of screens and consoles
are known anew every few seconds. SQL is synchronous and runs in threads; sign-ins, which are slow
on purpose, have threads of their own.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from starlette.requests import cookie_parser

from queue_server.api import problems
from queue_server.api.addresses import Addresses
from queue_server.api.limits import Buckets
from queue_server.api.problems import NotAllowed, NotSignedIn
from queue_server.api.state import ServerState
from queue_server.archive.errors import LockedOut, WrongPassword
from queue_server.archive.principals import Principal, Role
from queue_server.archive.sessions import SignedIn

COOKIE = "jiaohao_session"
MOST_REMEMBERED = 10_000
LONGEST_SECRET = 256

Headers = Mapping[bytes, bytes]


class Shown(NamedTuple):
    """What somebody showed to be let in; a cookie comes along by itself, a token does not."""

    secret: str
    by_cookie: bool = False


class Caller:
    """A principal who has come in, and what it turned out to be in each hall."""

    __slots__ = ("_roles", "id", "is_person", "principal", "until")

    def __init__(self, principal: Principal, until: float) -> None:
        self.principal = principal
        self.id = principal.id
        self.is_person = principal.id.startswith("person:")
        self.until = until
        self._roles: dict[str, frozenset[Role]] = {}

    def roles(self, hall: str) -> frozenset[Role]:
        """Every role held in a hall, perhaps at one window only."""
        found = self._roles.get(hall)
        if found is None:
            held = (grant.role for grant in self.principal.grants if grant.covers(hall))
            found = self._roles[hall] = frozenset(held)
        return found

    def may(self, roles: Iterable[Role], hall: str, window: str = "") -> bool:
        """Whether one of these roles is held in a hall, and at a window if one is named."""
        if window:
            return self.principal.may(roles, hall, window)
        return not self.roles(hall).isdisjoint(roles)


class Doorkeeper:
    """Lets people and devices in."""

    def __init__(self, state: ServerState, buckets: Buckets) -> None:
        self.addresses = Addresses(state.proxies)
        self._state = state
        self._buckets = buckets
        self._known: OrderedDict[str, Caller] = OrderedDict()
        #: Secrets that somebody waits for, and those that are being asked about.
        self._wanted: dict[str, asyncio.Future[Caller | None]] = {}
        self._asking: dict[str, asyncio.Future[Caller | None]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._sign_ins = ThreadPoolExecutor(4, "sign-in")
        self._look_ups = ThreadPoolExecutor(1, "look-up")

    async def caller(self, scope: Any, headers: Headers, unsafe: bool = True) -> Caller:
        """Whoever sent this request; raises `NotSignedIn`, or `NotAllowed` for a foreign page."""
        shown = shown_by(headers)
        if shown is None:
            raise NotSignedIn
        if shown.by_cookie and unsafe and not self.from_our_page(headers):
            raise NotAllowed("This page may not speak for you: its Origin is not ours.")
        found = self._remembered(shown.secret) or await self.look_up(shown.secret)
        if found is None:
            # Each stranger costs a look into the database.
            self._buckets.take("unknown", self.addresses.of(scope), self._state.limits.unknown)
            raise NotSignedIn
        return found

    async def look_up(self, secret: str) -> Caller | None:
        """Whose secret this is, as known at most `remembered` seconds ago."""
        if known := self._remembered(secret):
            return known
        # One caller that goes away must not take the answer from the others.
        return await asyncio.shield(self._asked(secret))

    def _remembered(self, secret: str) -> Caller | None:
        known = self._known.get(secret)
        if known is None or (left := known.until - time.monotonic()) <= 0:
            return None
        if left < self._state.remembered / 2:
            # Asked again in good time, whoever is known waits for nobody.
            self._asked(secret)
        return known

    def _asked(self, secret: str) -> asyncio.Future[Caller | None]:
        asking = self._asking.get(secret) or self._wanted.get(secret)
        if asking is None:
            asking = self._wanted[secret] = asyncio.get_running_loop().create_future()
            # Who is asked about in good time is waited for by nobody.
            asking.add_done_callback(lambda done: done.cancelled() or done.exception())
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(self._look(), name="who is who")
        return asking

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        while self._wanted:
            self._asking, self._wanted = self._wanted, {}
            ask, now = self._state.configuration.principals, self._state.clock()
            try:
                found = await loop.run_in_executor(self._look_ups, ask, tuple(self._asking), now)
            except Exception as error:
                for asking in self._asking.values():
                    asking.set_exception(error)
            else:
                for secret, asking in self._asking.items():
                    asking.set_result(self._learned(secret, found.get(secret)))
            self._asking = {}

    def _learned(self, secret: str, found: Principal | None) -> Caller | None:
        self._known.pop(secret, None)
        if found is None:
            return None
        while len(self._known) >= MOST_REMEMBERED:
            self._known.popitem(last=False)
        caller = Caller(found, time.monotonic() + self._state.remembered)
        self._known[secret] = caller
        return caller

    def from_our_page(self, headers: Headers) -> bool:
        """Whether a browser's page of ours (or a configured one) sent this.

        Every browser says its Origin with a POST and with a WebSocket, and no page can forge it.
        """
        origin = headers.get(b"origin", b"").decode("latin-1")
        if not origin:
            return False
        here = headers.get(b"host", b"").decode("latin-1")
        # The scheme is left out: behind a proxy only the proxy knows it.
        return origin in self._state.origins or urlsplit(origin).netloc.lower() == here.lower()

    async def sign_in(self, scope: Any, name: str, password: str) -> SignedIn:
        """A new session; raises `WrongPassword`, `LockedOut` or `TooMany`."""
        address, now = self.addresses.of(scope), self._state.clock()
        self._buckets.take("sign_in", address, self._state.limits.sign_in)
        sessions = self._state.configuration.sessions
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(
                self._sign_ins, sessions.sign_in, name, password, now, address
            )
        except WrongPassword as wrong:
            raise problems.WrongPassword(f"{wrong.message.capitalize()}.", "password") from None
        except LockedOut as locked:
            said = f"{locked.message.capitalize()}."
            raise problems.LockedOut(said, locked.until, (locked.until - now) / 1000) from None

    async def sign_out(self, secret: str) -> None:
        """End a session, here at once and elsewhere within `remembered` seconds."""
        await asyncio.to_thread(self._state.configuration.sessions.sign_out, secret)
        self._known.pop(secret, None)

    def close(self) -> None:
        """Let the threads go."""
        self._sign_ins.shutdown(wait=False, cancel_futures=True)
        self._look_ups.shutdown(wait=False, cancel_futures=True)


@lru_cache(MOST_REMEMBERED)
def _bearer(authorization: bytes) -> Shown | None:
    scheme, _, secret = authorization.decode("latin-1").partition(" ")
    good = scheme.lower() == "bearer" and 0 < len(secret.strip()) <= LONGEST_SECRET
    return Shown(secret.strip()) if good else None


def shown_by(headers: Headers) -> Shown | None:
    """The secret that a request carries. A header counts before a cookie."""
    if authorization := headers.get(b"authorization"):
        # What is remembered must not grow with what strangers send.
        return _bearer(authorization) if len(authorization) <= 2 * LONGEST_SECRET else None
    if cookies := headers.get(b"cookie"):
        secret = cookie_parser(cookies.decode("latin-1")).get(COOKIE, "")
        return Shown(secret, True) if 0 < len(secret) <= LONGEST_SECRET else None
    return None
