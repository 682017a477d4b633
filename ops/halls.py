"""The halls of a process, as the configuration has them; and the secret that signs ticket links."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from ops.keeper import Hours
from queue_server.archive.configuration import Configuration
from queue_server.console.pages import HallName
from queue_server.domain.layout import Layout
from queue_server.engine.homes import Home
from queue_server.engine.redis_hall import RedisHall

#: So long (s) the list of halls is believed.
FRESH_FOR = 2.0


def secret(folder: Path) -> bytes:
    """The secret that signs ticket links, made on first use; one for all processes."""
    path = folder / "secret"
    if not path.exists():
        # Written beside it and then given its name: nobody reads half a secret.
        with NamedTemporaryFile(dir=folder) as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            with suppress(FileExistsError):
                path.hardlink_to(file.name)
    return path.read_bytes()


class Halls:
    """The halls of this process, each made when it is first asked for. `home` tells where those of
    a tenant are kept; `secret` signs links."""

    def __init__(
        self, known: Configuration, home: Callable[[str], Home], secret: bytes = b""
    ) -> None:
        self.secret = secret
        self._configuration = known
        self._home = home
        self._halls: dict[str, RedisHall] = {}
        self._looked = float("-inf")
        self._looking = asyncio.Lock()
        self._hours: dict[str, tuple[int, Hours]] = {}
        self._versions: dict[str, int] = {}
        self._names: list[HallName] = []

    async def hall(self, id_: str) -> RedisHall | None:
        """The hall, or None when there is none of that name."""
        if id_ not in self._halls:
            await self._look()
        return self._halls.get(id_)

    async def every(self) -> list[RedisHall]:
        """All halls there are now."""
        await self._look()
        return list(self._halls.values())

    async def names(self) -> list[HallName]:
        """All halls there are now, as a visitor reads them."""
        await self._look()
        return self._names

    async def hours(self, id_: str) -> Hours:
        """A hall's published plan and calendar."""
        known = self._hours.get(id_)
        if known is None or known[0] != self._versions[id_]:
            known = await asyncio.to_thread(self._read_hours, id_)
            self._hours[id_] = known
        return known[1]

    async def plan(self, id_: str) -> Layout | None:
        """A hall's published plan; None when there is no such hall."""
        return (await self.hours(id_)).layout if await self.hall(id_) else None

    def _read_hours(self, id_: str) -> tuple[int, Hours]:
        version = self._versions[id_]
        known = self._configuration
        return version, Hours(known.layout(id_), known.calendar(id_))

    async def _look(self) -> None:
        # Whoever asks while somebody looks waits for what he finds.
        async with self._looking:
            # Somebody may ask for names that nobody has, over and over: SQL is not asked each time.
            now = asyncio.get_running_loop().time()
            if now - self._looked < FRESH_FOR:
                return
            entries = await asyncio.to_thread(self._configuration.halls)
            published = [entry for entry in entries if entry.version]
            self._names = [HallName(entry.id, entry.name, entry.name_en) for entry in published]
            for entry in published:
                self._versions[entry.id] = entry.version
                if entry.id not in self._halls:
                    self._halls[entry.id] = self._made(entry.tenant, entry.id)
            self._looked = now

    def _made(self, tenant: str, id_: str) -> RedisHall:
        async def published() -> Layout:
            return await asyncio.to_thread(self._configuration.layout, id_)

        redis, feed = self._home(tenant)
        return RedisHall(redis, feed, tenant, id_, published, secret=self.secret)

    async def close(self) -> None:
        """Stop watching all halls."""
        for hall in self._halls.values():
            await hall.close()
