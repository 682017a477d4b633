"""How calls reach Redis quickly: all calls of one turn of the loop go out in one write.

A connection packs each call, writes what has gathered at the end of the turn, and hands answers
back in order. It reconnects by itself. A call that was under way when the connection broke
raises `Away`; whoever made it knows whether it may be said again.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, cast

import hiredis

from queue_server.engine.address import Address as Address

# Redis starts on the first calls of a crowded turn while we still pack the others.
MOUTHFUL = 8
#: How often a connection is looked at (s).
LOOK = 0.2

Arg = str | bytes | int
Reply = Any
Call = Callable[..., Awaitable[Reply]]

#: What a Redis says that does not have our keys, or not now (the first word of its error).
NOT_HERE = ("MOVED ", "ASK ", "TRYAGAIN ", "CLUSTERDOWN ", "LOADING ")


class Away(ConnectionError):
    """Redis does not answer at the moment."""


class RedisError(Exception):
    """Redis answered with an error; the text is its own."""


class _Wire(asyncio.Protocol):
    """One socket: bytes out at the end of the turn, answers back in order."""

    def __init__(self, loop: asyncio.AbstractEventLoop, closed: Callable[[], None]) -> None:
        self._loop = loop
        self._closed = closed
        self._reader = hiredis.Reader(encoding="utf-8", errors="replace", replyError=RedisError)
        self._out: list[bytes] = []
        self.waiting: deque[asyncio.Future[Reply]] = deque()
        self.heard = loop.time()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002, the protocol's word
        if self.transport is None:
            return  # We have left already.
        self.transport = None
        lost, self.waiting = self.waiting, deque()
        for future in lost:
            if not future.done():
                future.set_exception(Away("the connection to Redis broke"))
        self._closed()

    def data_received(self, data: bytes) -> None:
        self.heard = self._loop.time()
        reader, waiting = self._reader, self.waiting
        reader.feed(data)
        while (reply := reader.gets()) is not False:
            future = waiting.popleft()
            if future.cancelled():
                continue
            if isinstance(reply, RedisError):
                if str(reply).startswith(NOT_HERE):
                    future.set_exception(Away(f"Redis says: {reply}"))
                    self._leave()
                    return
                future.set_exception(reply)
            else:
                future.set_result(reply)

    def _leave(self) -> None:
        """As good as broken: what we want is elsewhere."""
        if transport := self.transport:
            self.connection_lost(None)
            transport.abort()

    def call(self, *args: Arg) -> asyncio.Future[Reply]:
        return self.send(packed(*args))

    def send(self, packed: bytes) -> asyncio.Future[Reply]:
        if self.transport is None:
            raise Away("the connection to Redis broke")
        future = self._loop.create_future()
        if not self.waiting:
            self.heard = self._loop.time()
        self.waiting.append(future)
        if not self._out:
            self._loop.call_soon(self._flush)
        self._out.append(packed)
        if len(self._out) >= MOUTHFUL:
            self._flush()
        return future

    def _flush(self) -> None:
        out, self._out = self._out, []
        if out and self.transport is not None:
            self.transport.write(b"".join(out))


def packed(*args: Arg) -> bytes:
    """One call, as bytes."""
    return cast(bytes, hiredis.pack_command(cast(Any, args)))


#: Who knows where Redis is now; asked before each connecting. Raises `Away`.
Where = Callable[[], Awaitable[Address]]


class Connection:
    """One connection to Redis for any number of concurrent calls.

    `patience` (s) is how long Redis may say nothing while a call waits; then the connection
    counts as broken. `prepare` runs on every new connection before anybody may use it.
    """

    def __init__(
        self,
        address: Address | Where,
        patience: float | None = 1.0,
        prepare: Callable[[Call], Awaitable[None]] | None = None,
    ) -> None:
        self._address = address
        self._patience = patience
        self._prepare = prepare
        self._wire: _Wire | None = None
        self._ready = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._broken = asyncio.Event()
        #: What `_known_as` says of Redis.
        self.run_id = ""
        self.durable = False

    async def open(self, *, patient: bool = False) -> None:
        """Connect, and stay connected from now on.

        Raises `Away` when Redis is not there, unless `patient`: then it is tried again and again.
        """
        try:
            await self._connect()
        except Away:
            if not patient:
                raise
        self._keeper = asyncio.create_task(self._keep(), name="redis connection")

    async def close(self) -> None:
        """Let go."""
        if self._keeper:
            self._keeper.cancel()
        if self._wire and self._wire.transport:
            self._wire.transport.close()
        self._ready.clear()

    @property
    def connected(self) -> bool:
        """Whether a call would go out now."""
        return self._ready.is_set()

    def call(self, *args: Arg) -> asyncio.Future[Reply]:
        """Say one thing; raises `Away` at once when there is no connection."""
        if not self._ready.is_set() or self._wire is None:
            raise Away("there is no connection to Redis")
        return self._wire.send(packed(*args))

    async def wait_ready(self) -> None:
        """Until there is a connection."""
        await self._ready.wait()

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        wire = _Wire(loop, self._lost)
        try:
            async with asyncio.timeout(2):
                address = self._address
                if not isinstance(address, Address):
                    address = await address()
                if address.path:
                    await loop.create_unix_connection(lambda: wire, address.path)
                else:
                    tls = ssl.create_default_context() if address.tls else None
                    await loop.create_connection(lambda: wire, address.host, address.port, ssl=tls)
                await self._greet(wire, address)
                if self._prepare:
                    await self._prepare(wire.call)
                if wire.transport is None:
                    raise Away("the connection to Redis broke")
                self._wire = wire
                self._broken.clear()
                self._ready.set()
        except (OSError, TimeoutError, RedisError) as error:
            self._ready.clear()
            if wire.transport:
                wire.transport.abort()
            raise Away(f"Redis does not answer: {error}") from error

    async def _greet(self, wire: _Wire, address: Address) -> None:
        if address.password:
            user = (address.username,) if address.username else ()
            await wire.send(packed("AUTH", *user, address.password))
        if address.database:
            await wire.send(packed("SELECT", address.database))
        # A Redis that is still reading its log says LOADING, which is an error like any other.
        told = await wire.send(packed("INFO", "server"))
        self.run_id, self.durable = await _known_as(wire, told)

    def _lost(self) -> None:
        self._ready.clear()
        self._broken.set()

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            if not self.connected:
                await self._try_again()
            began = loop.time()
            try:
                async with asyncio.timeout(LOOK):
                    await self._broken.wait()
            except TimeoutError:
                # When we come late ourselves, answers may lie here that nobody has read yet.
                if loop.time() - began < 3 * LOOK:
                    self._give_up_on_silence()

    async def _try_again(self) -> None:
        try:
            await self._connect()
        except Away:
            await asyncio.sleep(0.1)

    def _give_up_on_silence(self) -> None:
        wire = self._wire
        if self._patience is None or wire is None or not wire.waiting or wire.transport is None:
            return
        if asyncio.get_running_loop().time() - wire.heard > self._patience:
            wire.transport.abort()


async def _known_as(wire: _Wire, told: str) -> tuple[str, bool]:
    """The name by which a Redis is known again, and whether another one knows what it knew.

    In a cluster another one may be a replica that took over, and lacks the last moments. But a
    node that syncs every write is the same one when it comes back, unless there was another
    meanwhile: then its epoch is a newer one.
    """
    durable = await syncs_each_write(wire.call)
    if durable and "redis_mode:cluster" in told:
        id_ = await wire.call("CLUSTER", "MYID")
        return id_ + _field(await wire.call("CLUSTER", "INFO"), "cluster_my_epoch"), False
    return _field(told, "run_id"), durable


def _field(told: str, name: str) -> str:
    return told.partition(f"{name}:")[2].partition("\r\n")[0]


async def syncs_each_write(call: Call) -> bool:
    """Whether Redis has a write on disk before it answers."""
    try:
        told = await call("CONFIG", "GET", "append*")
    except RedisError:
        return False  # It may not be asked; then we expect the worse.
    known = dict(zip(told[::2], told[1::2], strict=True))
    return known.get("appendonly") == "yes" and known.get("appendfsync") == "always"
