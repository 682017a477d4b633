"""A network between browser and server that can fall silent, as a pulled cable does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit


class Network:
    """Carries bytes there and back. While it is cut nothing comes through, and nothing closes."""

    def __init__(self, url: str) -> None:
        self._port = urlsplit(url).port or 80
        self._dead = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self.url = ""
        #: How many lines were asked for.
        self.lines = 0

    def cut(self) -> None:
        """Lines that are up stay dead for ever; new ones are not answered until it is mended."""
        self._dead.set()

    def mend(self) -> None:
        """New lines are good; those that were cut stay silent."""
        self._dead = asyncio.Event()

    def to(self, url: str) -> None:
        """Another server; the lines to the old one are hung up."""
        self._port = urlsplit(url).port or 80
        for task in self._tasks:
            task.cancel()

    async def _plugged(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines += 1
        dead = self._dead
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        await asyncio.gather(_carry(reader, back, dead), _carry(there, writer, dead))

    @asynccontextmanager
    async def laid(self) -> AsyncIterator[Network]:
        """For as long as the block."""

        async def plugged(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task
            self._tasks.add(task)
            with suppress(asyncio.CancelledError, OSError):
                await self._plugged(reader, writer)
            writer.close()

        listener = await asyncio.start_server(plugged, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            listener.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)


async def _carry(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, dead: asyncio.Event
) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            if not dead.is_set():
                writer.write(data)
                await writer.drain()
        if not dead.is_set():
            writer.close()
