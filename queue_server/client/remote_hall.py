"""RemoteHall: the port over HTTP and WebSocket, for devices on machines of their own.

The same verbs and the same refusals as in process. A command that got no answer is said again
with the same id, which never does a thing twice; a follower that was cut off comes back to its
position.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import ssl
import time
from collections.abc import AsyncIterator
from itertools import count
from typing import Any, Self
from urllib.parse import quote, urlencode

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from queue_server.domain.codec import UnknownEvent, from_dict
from queue_server.domain.hall import Events, Hall, How, Position, Value
from queue_server.domain.refusals import (
    REFUSALS,
    NoHall,
    Refused,
    Unavailable,
    refusal,
)
from queue_server.domain.view import HallView

#: How often the hall's clock is asked for again (s).
CLOCK_EVERY = 60.0
#: A batch of events is what has arrived, up to this many.
BATCH = 500
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0


class RemoteHall(Hall):
    """A hall behind `url` (`https://hall.example`), spoken to with a bearer token.

    `patience` (s) is how long a command is tried before it is `Unavailable`. Use it as an async
    context manager, or `close` it.
    """

    def __init__(self, url: str, hall: str, token: str, *, patience: float = 8.0) -> None:
        self.id = hall
        self._here = f"/api/v1/halls/{hall}"
        self._patience = patience
        self._bearer = {"Authorization": f"Bearer {token}"}
        base = url.rstrip("/")
        self._socket_url = f"ws{base.removeprefix('http')}{self._here}/follow"
        self._http = httpx.AsyncClient(
            base_url=base,
            headers=self._bearer,
            # A server says within two seconds that it cannot; who says nothing is not there.
            timeout=httpx.Timeout(3.0, connect=2.0),
            # The system's authorities, as for the socket: a house often has one of its own.
            verify=ssl.create_default_context(),
            # No proxy and no .netrc of the machine's may come between a hall and its devices.
            trust_env=False,
        )
        self._made_up = map(f"{secrets.token_hex(6)}-{{}}".format, count())
        self._clock: _Clock | None = None
        self._view = HallView()
        self._seen = Position("", 0)
        self._watcher: asyncio.Task[None] | None = None
        self._folded = asyncio.Event()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of every connection."""
        if self._watcher:
            self._watcher.cancel()
        await self._http.aclose()

    # --- commands

    async def do(self, verb: str, /, how: How, **words: Value) -> Events:
        """Carry out one command; raises `Refused`. `by` is whoever the token belongs to."""
        body = {name.rstrip("_"): _json(value) for name, value in words.items() if _said(value)}
        key = how.get("command") or next(self._made_up)
        answer = await self._ask(
            "POST", f"{self._here}/{verb}", json=body, headers={"Idempotency-Key": key}
        )
        return _events(answer["events"])

    async def _ask(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        deadline = time.monotonic() + self._patience
        pause = FIRST_PAUSE
        while True:
            try:
                answer = await self._http.request(method, path, **request)
            except httpx.TransportError as error:
                problem: Exception = error
            else:
                if answer.status_code == 200:
                    told: dict[str, Any] = answer.json()
                    return told
                if answer.status_code not in (429, 502, 503, 504):
                    raise _refusal(answer)
                pause = max(pause, _retry_after(answer))
                problem = _refusal(answer)
            if time.monotonic() + pause > deadline:
                raise _given_up(problem) from problem
            await asyncio.sleep(pause * random.uniform(0.7, 1.0))
            pause = min(pause * 2, LONGEST_PAUSE)

    async def now(self) -> int:
        """The hall's own time, by our clock and what the server's last said."""
        if self._clock is None or self._clock.age() > CLOCK_EVERY:
            await self._position()
        assert self._clock is not None
        return self._clock.now()

    async def link(self, ticket: str) -> str:
        """The path of the ticket's own page, which nobody can guess; raises `NoTicket`."""
        told = await self._ask("GET", f"{self._here}/tickets/{quote(ticket, safe='')}")
        if "link" not in told:
            raise _Forbidden
        link: str = told["link"]
        return link

    async def salt(self) -> bytes:
        """What is mixed into a person's number before it is hashed, another every day."""
        told = await self._ask("GET", f"{self._here}/salt")
        return bytes.fromhex(told["salt"])

    async def _position(self) -> Position:
        asked = time.monotonic()
        told = await self._ask("GET", f"{self._here}/position")
        heard = time.monotonic()
        self._clock = _Clock(told["now"], told["speed"], (asked + heard) / 2)
        return Position(told["day"], told["seq"])

    # --- listening

    async def follow(self, after: Position | None = None) -> AsyncIterator[Events]:
        """Events in order, in batches, without end; from now on when `after` is None."""
        async for events, _ in self._batches(after):
            if events:
                yield events

    async def _batches(self, after: Position | None) -> AsyncIterator[tuple[Events, Position]]:
        # Without a position a break in the line would lose what happened meanwhile.
        position = after or await self._start()
        pause = FIRST_PAUSE
        while True:
            try:
                async with self._open(position) as line:
                    while True:
                        events, position = _batch(await _arrived(line), position)
                        pause = FIRST_PAUSE
                        yield events, position
            except InvalidStatus as refused:
                if refused.response.status_code in (401, 403, 404):
                    raise _Forbidden from None
            except ConnectionClosed as closed:
                _stay_away(closed)
            except (OSError, TimeoutError, InvalidHandshake):
                pass
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _start(self) -> Position:
        while True:
            try:
                return await self._position()
            except Unavailable:
                await asyncio.sleep(FIRST_PAUSE)

    def _open(self, position: Position) -> connect:
        after = urlencode({"after": str(position)}) if position.day else ""
        return connect(
            f"{self._socket_url}?{after}",
            additional_headers=self._bearer,
            compression=None,
            proxy=None,
            max_queue=BATCH,
            max_size=16 * 1024 * 1024,
            open_timeout=5,
            # A line that died in silence would keep a device dark for as long as this takes to see.
            ping_interval=5,
            ping_timeout=5,
        )

    async def view(self) -> HallView:
        """The hall as it is now: every event told so far is in it."""
        there = await self._position()
        if not there.day:
            return HallView()
        if self._watcher is None or self._watcher.done():
            self._watcher = asyncio.create_task(self._watch(there.day), name=f"view of {self.id}")
        while self._seen.day != there.day or self._seen.seq < there.seq:
            await self._next_fold()
            if self._seen.day != there.day:
                there = await self._position()
        return self._view

    async def _next_fold(self) -> None:
        assert self._watcher is not None
        folded = asyncio.create_task(self._folded.wait())
        await asyncio.wait({folded, self._watcher}, return_when=asyncio.FIRST_COMPLETED)
        folded.cancel()
        if self._watcher.done():
            self._watcher.result()

    async def _watch(self, day: str) -> None:
        async for events, position in self._batches(Position(day, 0)):
            self._view = self._view.after(events)
            self._seen = position
            self._folded.set()
            self._folded = asyncio.Event()


class _Clock:
    """What the hall's clock said (Unix ms), when (s, monotonic), and how fast it runs."""

    def __init__(self, now: int, speed: int, at: float) -> None:
        self._now, self._speed, self._at = now, speed, at

    def age(self) -> float:
        return time.monotonic() - self._at

    def now(self) -> int:
        return self._now + round(self.age() * 1000) * self._speed


async def _arrived(line: ClientConnection) -> list[dict[str, Any]]:
    """One message, and whatever else is there already."""
    messages = [await line.recv()]
    while len(messages) < BATCH:
        try:
            # Messages that are there come without waiting, before the timeout can strike.
            async with asyncio.timeout(0):
                messages.append(await line.recv())
        except (TimeoutError, ConnectionClosed):
            break
    return [json.loads(message) for message in messages]


def _batch(told: list[dict[str, Any]], position: Position) -> tuple[Events, Position]:
    last = told[-1]
    return _events(told), Position(last.get("day", position.day), last.get("seq", position.seq))


def _events(told: list[dict[str, Any]]) -> Events:
    found = []
    for one in told:
        try:
            found.append(from_dict(one))
        except UnknownEvent:
            continue
    return found


def _said(value: Value) -> bool:
    # What is empty is left out, as everywhere; 0 and False are the defaults of their words.
    return bool(value)


def _json(value: Value) -> str | int | bool | list[str]:
    return value if isinstance(value, str | int) else list(value)


def _refusal(answer: httpx.Response) -> Refused:
    try:
        told = answer.json()
        code, message, field = told["code"], told["message"], told.get("field", "")
    except (ValueError, KeyError, TypeError):
        code, message, field = f"HTTP_{answer.status_code}", answer.text[:200], ""
    if code in REFUSALS:
        return refusal(code, message, field)
    # A code of HTTP's own, or of a newer server: the same word and status, without a class.
    made = type(code, (Refused,), {"code": code, "status": answer.status_code})
    told_as: Refused = made(message, field)
    return told_as


def _retry_after(answer: httpx.Response) -> float:
    given = answer.headers.get("Retry-After", "")
    # 503 says a whole second, but most outages are shorter, and each try is cheap.
    return float(given) if given.isdigit() and answer.status_code == 429 else 0.0


def _given_up(problem: Exception) -> Refused:
    if isinstance(problem, Refused) and problem.status == 429:
        return problem
    return Unavailable()


def _stay_away(closed: ConnectionClosed) -> None:
    """Raise the refusal when the close code (4500 and up) says not to come back."""
    code = closed.rcvd.code if closed.rcvd else 0
    if 4500 <= code <= 4999:
        reason = closed.rcvd.reason if closed.rcvd else ""
        raise _CLOSED.get(code, Refused)(reason)


class _SignedOut(Refused):
    """This token is not good, or not any more."""

    code = "NOT_SIGNED_IN"
    status = 401


class _Forbidden(Refused):
    """This token may not listen here."""

    code = "NOT_ALLOWED"
    status = 403


_CLOSED: dict[int, type[Refused]] = {4501: _SignedOut, 4503: _Forbidden, 4504: NoHall}
