"""Screens: sockets that look at a picture and note when each frame of it came.

A process of its own, as screens are machines of their own: what thousands of them cost is not
the server's work. The first line it reads is `[[URL, TOKEN, COUNT], …]`; it says `looking` when
each screen has its first picture. Every further line is a list of questions
`[[MOMENT, TEXT, [SCREEN, …]], …]` (no screens: all of them). It answers with a list of the moments
at which each of these screens had its first frame with this text in it after that moment, 0 for
never, for each question, and forgets what it saw. Moments are nanoseconds of
`time.perf_counter_ns`, which all processes of a machine share; screens count from 0, as they were
named.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from collections.abc import Callable, Sequence
from typing import cast

import uvloop
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.uri import parse_uri

#: How many connect at once; a hall's screens do not all wake up in one millisecond.
AT_ONCE = 50
PATIENCE = 30.0
#: How long a frame may take that is asked for, and how often a ping is looked for (s).
LATE, PINGS = 3.0, 5.0

Heard = Callable[[int, bytes], None]
#: Where so many screens look, and what lets them in.
Look = tuple[str, str, int]
Question = tuple[int, str, list[int]]


class Line(asyncio.Protocol):
    """One WebSocket with as little around it as there can be: the protocol of `websockets` on a
    bare transport. `heard` gets each text with the moment at which its last byte was there; when
    `later` is set, not before somebody says `read`, so that nothing but the clock is looked at
    while thousands of lines hear something."""

    def __init__(self, url: str, token: str, heard: Heard) -> None:
        self._protocol = ClientProtocol(parse_uri(url), max_size=None)
        self._token = token
        self._heard = heard
        self._transport: asyncio.Transport | None = None
        self._came: list[tuple[int, bytes]] = []
        self.later = False
        self.ended: BaseException | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask to be let in."""
        self._transport = cast(asyncio.Transport, transport)
        request = self._protocol.connect()
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        self._protocol.send_request(request)
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Note the time before anything else."""
        self._came.append((time.perf_counter_ns(), data))
        if not self.later:
            self.read()

    def read(self) -> None:
        """Understand what came."""
        came, self._came = self._came, []
        for at, data in came:
            self._protocol.receive_data(data)
            for event in self._protocol.events_received():
                if isinstance(event, Response):
                    self.ended = self._protocol.handshake_exc
                elif isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                    self._heard(at, bytes(event.data))
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """Remember that it is over, and why."""
        self.read()
        said = self._protocol.close_rcvd
        self.ended = self.ended or exc or ConnectionError(f"the server hung up: {said}")

    def send(self, text: bytes) -> None:
        """Say something."""
        self._protocol.send_text(text)
        self._flush()

    def _flush(self) -> None:
        out = b"".join(self._protocol.data_to_send())
        if out and self._transport is not None:
            self._transport.write(out)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


async def connect(url: str, token: str, heard: Heard) -> Line:
    """A line to a `ws://` address; what it hears before it is let in is a refusal."""
    place = parse_uri(url)
    loop = asyncio.get_running_loop()
    _, line = await loop.create_connection(lambda: Line(url, token, heard), place.host, place.port)
    return line


class Screen:
    """What one screen was shown lately."""

    def __init__(self, url: str = "", token: str = "") -> None:
        self.url = url
        self.token = token
        self.frames: list[tuple[int, bytes]] = []
        self.line: Line | None = None

    def heard(self, at: int, picture: bytes) -> None:
        """Keep a frame for later."""
        self.frames.append((at, picture))

    def first(self, after: int, text: bytes) -> int:
        """When the text was there for the first time after a moment; 0 when it never was."""
        return next((at for at, seen in self.frames if at > after and text in seen), 0)


class Screens:
    """All screens of this process."""

    def __init__(self, looks: Sequence[Look]) -> None:
        self._all = [Screen(url, token) for url, token, count in looks for _ in range(count)]

    async def open(self) -> None:
        """Connect them all, and wait until each has its first picture."""
        for start in range(0, len(self._all), AT_ONCE):
            batch = self._all[start : start + AT_ONCE]
            lines = await asyncio.gather(*(connect(one.url, one.token, one.heard) for one in batch))
            for one, line in zip(batch, lines, strict=True):
                one.line = line
            await self._first_pictures(batch)
            for line in lines:
                line.later = True

    async def _first_pictures(self, batch: list[Screen]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not all(one.frames for one in batch):
                _raise_if_dark(batch)
                await asyncio.sleep(0.01)

    async def answers(self, questions: Sequence[Question]) -> list[list[int]]:
        """What is asked, as soon as everything was seen or is late; then all is forgotten."""
        deadline = time.monotonic() + LATE
        while True:
            await self.read()
            found = [self._answer(*question) for question in questions]
            if all(map(all, found)) or time.monotonic() > deadline:
                for one in self._all:
                    one.frames.clear()
                return found
            await asyncio.sleep(0.05)

    def _answer(self, after: int, text: str, screens: list[int]) -> list[int]:
        asked = [self._all[number] for number in screens] if screens else self._all
        return [one.first(after, text.encode()) for one in asked]

    async def read(self) -> None:
        """Understand what came, and answer pings; screen by screen, or whatever comes meanwhile
        would be noted when all were read."""
        for one in self._all:
            if one.line:
                one.line.read()
                await asyncio.sleep(0)
        _raise_if_dark(self._all)


def _raise_if_dark(some: list[Screen]) -> None:
    for one in some:
        if one.line and one.line.ended:
            raise RuntimeError(f"a screen went dark: {one.line.ended}")


async def main() -> None:
    """Look, and answer questions until nobody asks any more."""
    screens = Screens(json.loads(await asyncio.to_thread(sys.stdin.readline)))
    await screens.open()
    # A collection among thousands of lines would count as the server's delay.
    gc.collect()
    gc.disable()
    print("looking", flush=True)
    asking = asyncio.create_task(asyncio.to_thread(sys.stdin.readline))
    while True:
        done, _ = await asyncio.wait({asking}, timeout=PINGS)
        if not done:
            await screens.read()
            continue
        if not asking.result():
            return
        print(json.dumps(await screens.answers(json.loads(asking.result()))), flush=True)
        asking = asyncio.create_task(asyncio.to_thread(sys.stdin.readline))


if __name__ == "__main__":
    uvloop.run(main())
