"""The only wiring: which part is given which other part.

`composed(settings)` gives a server's parts, ready to serve, and takes them down again.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile

from starlette.applications import Starlette
from starlette.requests import Request

from ops.configured import configuration
from ops.jobs.panel import Panel
from ops.jobs.queue import Jobs, redis_at
from ops.keeper import Hours, Keeper
from ops.pages import EXHIBITS, Known, pages
from ops.remember import Memory, Remember
from ops.reports.jobs import FOLDER as REPORTS
from ops.reports.routes import Reports
from ops.settings import Settings, listed
from queue_server.api.app import create_app
from queue_server.api.auth import shown_by
from queue_server.api.metrics import Backlog
from queue_server.api.state import ServerState
from queue_server.archive.configuration import Configuration
from queue_server.archive.principals import Principal
from queue_server.archive.summaries import summarize
from queue_server.console.pages import HallName
from queue_server.domain.layout import Layout
from queue_server.domain.links import Links
from queue_server.engine.connection import Address, Connection
from queue_server.engine.homes import Home, Homes
from queue_server.engine.redis_hall import RedisHall

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


@dataclass(frozen=True)
class Parts:
    """A server, put together."""

    configuration: Configuration
    halls: Halls
    keeper: Keeper
    remember: Remember
    app: Starlette


@asynccontextmanager
async def composed(settings: Settings, redis_url: str) -> AsyncIterator[Parts]:
    """All parts of a server; Redis may still be away, and is waited for in the background."""
    async with AsyncExitStack() as stack:
        known = await asyncio.to_thread(configuration, settings)
        stack.callback(known.close)
        homes = Homes(redis_url)
        stack.push_async_callback(homes.close)
        await homes.open(patient=True)
        # What belongs to no tenant: the lease of the archive, and the jobs.
        common_url = settings.jobs or redis_url
        common = Connection(Address.parse(common_url))
        await common.open(patient=True)
        stack.push_async_callback(common.close)
        halls = Halls(known, homes.of, secret(settings.data))
        stack.push_async_callback(halls.close)
        state = ServerState(
            hall=halls.hall,
            configuration=known,
            secret=halls.secret,
            redis_ready=homes.ready,
            proxies=listed(settings.proxies),
            origins=frozenset(listed(settings.origins)),
            exhibits=EXHIBITS,
        )
        links = Links(halls.secret)
        told = Known(halls.plan, halls.names, partial(_who, state), links, settings.address)
        jobs = Jobs(redis_at(common_url))
        stack.callback(jobs.queue.connection.close)
        further = [
            *Panel(state, jobs).routes(),
            *Reports(state, jobs, settings.data / REPORTS).routes(),
        ]
        app = create_app(state, [*further, *pages(told)])
        # What is about visitors leaves Redis when it leaves the log.
        memory = Memory(keep_days=settings.personal_days)
        remember = Remember(halls.every, known.database, common, memory=memory, sealed=summarize)
        keeper = Keeper(halls.every, halls.hours)
        state.metrics.watch_disk(settings.data)
        state.metrics.watch_archive(partial(_backlogs, remember))
        yield Parts(known, halls, keeper, remember, app)


def _backlogs(remember: Remember) -> Iterator[Backlog]:
    for id_, archivist in list(remember.archivists.items()):
        assert isinstance(archivist.hall, RedisHall)
        hall, written = archivist.hall, archivist.position
        tail = hall.feed.tail(hall.root)
        behind = tail.seq - (written.seq if written.day == tail.day else 0)
        yield Backlog(id_, written, max(0, behind))


async def _who(state: ServerState, request: Request) -> Principal | None:
    shown = shown_by(dict(request.scope["headers"]))
    if shown is None:
        return None
    return await asyncio.to_thread(state.configuration.principal, shown.secret, state.clock())
