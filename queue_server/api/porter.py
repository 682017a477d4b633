"""Who comes into the house, and in which order: screens that are back do not stand before people.

When a network is back, thousands of screens connect in the same second, and whoever wants a number
would stand behind all of them: an event loop makes a transport and a protocol for each newcomer in
the order in which they came, a tenth of a millisecond each. So a porter looks first. He takes
newcomers from the listening socket as bare sockets, reads what they say without taking it, and
sends those who want a WebSocket to the door, where they wait for their turn; everybody else goes
straight in. Give uvicorn's work to `Welcoming`.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

import uvicorn

#: So many screens come in at once, and then everybody else has the loop for so long (s).
AT_ONCE, SHUT = 4, 0.002
#: How long newcomers are looked at before everybody else has the loop (s).
LOOKING = 0.004
#: A request's first bytes, in which a WebSocket's headers stand.
FIRST = 2048
#: When there is no room for another connection, how long the porter sits down (s).
NO_ROOM = 1.0
#: So many may knock at the same moment, as far as the system allows it (`net.core.somaxconn`):
#: whoever finds no room asks again a second later, and then three.
KNOCKING = 65_535

log = logging.getLogger(__name__)


class Door:
    """Lets WebSockets in, one after the other, a few at a time."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], None]] = deque()
        self._open = False

    def knock(self, come_in: Callable[[], None], loop: asyncio.AbstractEventLoop) -> None:
        """Wait for one's turn; then `come_in` is called."""
        self._waiting.append(come_in)
        if not self._open:
            self._open = True
            loop.call_soon(self._let_in, loop)

    def _let_in(self, loop: asyncio.AbstractEventLoop) -> None:
        for _ in range(min(AT_ONCE, len(self._waiting))):
            # Each by itself: whoever stumbles does not shut the door to those behind.
            loop.call_soon(self._waiting.popleft())
        self._open = bool(self._waiting)
        if self._open:
            loop.call_later(SHUT, self._let_in, loop)


class Porter:
    """Stands at one listening socket. `make` gives the protocol of a newcomer, and is told whether
    he comes by way of the door."""

    def __init__(
        self, line: socket.socket, door: Door, make: Callable[[bool], asyncio.BaseProtocol]
    ) -> None:
        self.sockets = [line]
        self._line, self._door, self._make = line, door, make
        self._loop = asyncio.get_running_loop()
        self._outside: set[socket.socket] = set()
        self._coming: set[asyncio.Task[None]] = set()
        self._sitting: asyncio.TimerHandle | None = None
        line.setblocking(False)
        line.listen(KNOCKING)
        self._stand_up()

    def close(self) -> None:
        """Nobody comes in any more."""
        if self._sitting:
            self._sitting.cancel()
        self._loop.remove_reader(self._line)
        self._line.close()
        for newcomer in self._outside:
            newcomer.close()

    async def wait_closed(self) -> None:
        """Until those are inside who were just coming in."""
        await asyncio.gather(*self._coming)

    def _stand_up(self) -> None:
        self._sitting = None
        self._loop.add_reader(self._line, self._look)

    def _look(self) -> None:
        """Look at newcomers for a while; the loop calls again when there are more."""
        ends = time.perf_counter() + LOOKING
        while time.perf_counter() < ends:
            try:
                newcomer, _ = self._line.accept()
            except (BlockingIOError, InterruptedError):
                return
            except ConnectionAbortedError:
                continue
            except OSError as error:
                log.error("nobody can be let in: %s", error)
                self._loop.remove_reader(self._line)
                self._sitting = self._loop.call_later(NO_ROOM, self._stand_up)
                return
            newcomer.setblocking(False)
            if _wants_websocket(newcomer):
                self._outside.add(newcomer)
                self._door.knock(partial(self._come_in, newcomer, True), self._loop)
            else:
                self._come_in(newcomer, False)

    def _come_in(self, newcomer: socket.socket, by_the_door: bool) -> None:
        self._outside.discard(newcomer)
        if newcomer.fileno() >= 0:
            coming = self._loop.create_task(self._connect(newcomer, by_the_door))
            self._coming.add(coming)
            coming.add_done_callback(self._coming.discard)

    async def _connect(self, newcomer: socket.socket, by_the_door: bool) -> None:
        try:
            make = partial(self._make, by_the_door)
            await self._loop.connect_accepted_socket(make, newcomer)
        except OSError:
            newcomer.close()  # Gone again.


def _wants_websocket(newcomer: socket.socket) -> bool:
    """Whether that is what it asks for; who says nothing yet is asked again inside."""
    try:
        said = newcomer.recv(FIRST, socket.MSG_PEEK)
    except OSError:
        return False
    return said.startswith(b"GET ") and b"upgrade: websocket" in said.lower()


class Welcoming(uvicorn.Server):
    """uvicorn with a porter at each listening socket; its protocol takes `by_the_door`."""

    def __init__(self, config: uvicorn.Config, door: Door) -> None:
        super().__init__(config)
        self._door = door

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the business of whoever runs us."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen; without sockets at the configured address."""
        lines = sockets or [socket.create_server((self.config.host, self.config.port))]
        await super().startup(sockets=[])
        # Of these uvicorn wants to be able to close them.
        self.servers = [cast(Any, Porter(line, self._door, self._protocol)) for line in lines]

    def _protocol(self, by_the_door: bool) -> asyncio.Protocol:
        made: asyncio.Protocol = cast(Any, self.config.http_protocol_class)(
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
            by_the_door=by_the_door,
        )
        return made
