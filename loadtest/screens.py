"""Screens: sockets that look at a picture and note when each frame of it came.

A process of its own, as screens are machines of their own: what a thousand of them cost is not
the server's work. `python -m loadtest.screens URL TOKEN COUNT` says `looking` when each has its
first picture. For every line `MOMENT TEXT` that it reads it tells, as a JSON list, when each
screen had its first frame with this text in it after that moment. Moments are nanoseconds of
`time.perf_counter_ns`, which all processes of a machine share.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from typing import cast

import uvloop
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.uri import parse_uri

#: How many connect at once; a hall's screens do not all wake up in one millisecond.
AT_ONCE = 50
PATIENCE = 30.0

Heard = Callable[[int, bytes], None]


class Line(asyncio.Protocol):
    """One WebSocket with as little around it as there can be: the protocol of `websockets` on a
    bare transport. `heard` gets each text with the moment at which its last byte was there."""

    def __init__(self, url: str, token: str, heard: Heard) -> None:
        self._protocol = ClientProtocol(parse_uri(url), max_size=None)
        self._token = token
        self._heard = heard
        self._transport: asyncio.Transport | None = None
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
        now = time.perf_counter_ns()
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Response):
                self.ended = self._protocol.handshake_exc
            elif isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                self._heard(now, bytes(event.data))
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """Remember that it is over, and why."""
        self.ended = self.ended or exc or ConnectionError("the server hung up")

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

    def __init__(self) -> None:
        self.frames: list[tuple[int, bytes]] = []
        self.line: Line | None = None

    def heard(self, at: int, picture: bytes) -> None:
        """Keep a frame for later: looking into it now would delay the next screen's."""
        self.frames.append((at, picture))

    def first(self, after: int, text: bytes) -> int | None:
        """When the text was there for the first time after a moment."""
        return next((at for at, seen in self.frames if at > after and text in seen), None)


class Screens:
    """All screens of this process."""

    def __init__(self, count: int) -> None:
        self._all = [Screen() for _ in range(count)]

    async def open(self, url: str, token: str) -> None:
        """Connect them all, and wait until each has its first picture."""
        for start in range(0, len(self._all), AT_ONCE):
            batch = self._all[start : start + AT_ONCE]
            lines = await asyncio.gather(*(connect(url, token, one.heard) for one in batch))
            for one, line in zip(batch, lines, strict=True):
                one.line = line
            await self._until(batch, lambda one: bool(one.frames))

    async def seen(self, after: int, text: bytes) -> list[int]:
        """When each screen showed the text first; all older frames are forgotten."""
        await self._until(self._all, lambda one: one.first(after, text) is not None)
        found = [one.first(after, text) or 0 for one in self._all]
        for one in self._all:
            one.frames.clear()
        return found

    async def _until(self, some: list[Screen], true: Callable[[Screen], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not all(map(true, some)):
                self._raise_if_dark()
                await asyncio.sleep(0.05)

    def _raise_if_dark(self) -> None:
        for one in self._all:
            if one.line and one.line.ended:
                raise RuntimeError(f"a screen went dark: {one.line.ended}")


async def main(url: str, token: str, count: int) -> None:
    """Look, and answer questions until nobody asks any more."""
    screens = Screens(count)
    await screens.open(url, token)
    print("looking", flush=True)
    while question := await asyncio.to_thread(sys.stdin.readline):
        after, _, text = question.strip().partition(" ")
        print(json.dumps(await screens.seen(int(after), text.encode())), flush=True)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
