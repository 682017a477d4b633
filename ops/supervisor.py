"""Run a hall: Redis of our own when none is named, the server, the keeper of the hours, the edges.

Redis stops last and is started again when it dies; the server goes on meanwhile and says 503.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import resource
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from ops.collecting import collect_seldom
from ops.compose import Parts, composed
from ops.settings import Settings
from ops.stopping import goodbyes, until_told
from queue_server.api.app import Server
from queue_server.api.doorway import Doorway
from queue_server.api.line import Line
from queue_server.api.one_write import OneWriteProtocol
from queue_server.api.porter import KNOCKING, Door, Welcoming
from queue_server.client.own_thread import OwnThread
from queue_server.engine.private_redis import CannotStart, PrivateRedis

EVERY = 0.3
#: How long (s) a connection may rest; a clerk's pause between two presses, and nginx's own, are
#: shorter.
KEEP_ALIVE = 75
log = logging.getLogger(__name__)


class CannotListen(RuntimeError):
    """The port is taken, or may not be used; the text says which and what to do."""


def listening(settings: Settings, shared: bool = False) -> socket.socket:
    """A socket on the port, or `CannotListen`; taken before anything else is started.

    A `shared` one may be had by several server processes, among which the system shares out who
    connects; it does not listen yet, or people would be sent to a process that is not ready.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    line = socket.socket(family, socket.SOCK_STREAM)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        line.bind((settings.host, settings.port))
    except OSError as error:
        line.close()
        raise CannotListen(
            f"cannot listen on {settings.host} port {settings.port}: {error.strerror}. "
            "Is Jiaohao running already? Set JIAOHAO_PORT to use another port."
        ) from error
    if not shared:
        line.listen(KNOCKING)
    return line


@asynccontextmanager
async def redis_for(settings: Settings) -> AsyncIterator[str]:
    """The URL of Redis: the one that is named, or a private one that is kept alive."""
    if settings.redis:
        yield settings.redis
        return
    server = PrivateRedis(settings.data / "redis", fsync=settings.fsync)
    async with _running(server, server.stop) as thread:
        watcher = asyncio.create_task(_keep_alive(server, thread))
        try:
            yield server.url
        finally:
            watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watcher


@asynccontextmanager
async def redis_now(settings: Settings) -> AsyncIterator[str]:
    """The URL of Redis for a look at it: the one that runs, or one started for the moment."""
    server = PrivateRedis(settings.data / "redis", fsync=settings.fsync)
    if settings.redis or server.answers():
        yield settings.redis or server.url
        return
    # One that somebody else was just starting stays his.
    async with _running(server, partial(server.send, signal.SIGTERM)):
        yield server.url


@asynccontextmanager
async def _running(server: PrivateRedis, stop: Callable[[], None]) -> AsyncIterator[OwnThread]:
    """It runs in the block and is stopped afterwards, also when we are told to stop while it
    starts. The thread is for starting it again: whoever starts it is done before it is stopped, or
    would start what he believes to be missing."""
    thread = OwnThread("redis-server")
    try:
        await thread.do(server.start)
        yield thread
    finally:
        server.give_up()
        await thread.do(stop)


async def _keep_alive(server: PrivateRedis, thread: OwnThread) -> None:
    while True:
        await asyncio.sleep(EVERY)
        if not server.alive:
            log.error("redis-server has died; starting it again")
            try:
                await thread.do(server.start)
            except (CannotStart, OSError) as error:
                log.error("%s", error)
                await asyncio.sleep(2)


def server_of(app: ASGIApp, port: int = 0, doorway: Doorway | None = None) -> uvicorn.Server:
    """The HTTP server around an application; benches take their floors in the very same one.

    Commands go to the `doorway`, if the application does not bring its own.
    """
    if isinstance(app, Server):
        doorway = app.doorway
    door = Door()
    return Welcoming(
        uvicorn.Config(
            app,
            port=port,
            # uvicorn only ever calls it.
            http=cast(Any, partial(OneWriteProtocol, door=door, doorway=doorway)),
            ws=Line,
            ws_per_message_deflate=False,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE,
            # The server itself decides which proxy is believed.
            proxy_headers=False,
            timeout_graceful_shutdown=5,
        ),
        door,
    )


def allow_open(files: int = 65_536) -> None:
    """Let this process have so many sockets open, as far as the system allows it: every screen,
    console and phone is one, and many systems begin with 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = files if hard == resource.RLIM_INFINITY else min(files, hard)
    if soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


#: What works beside the server, in the same process, once its parts are there.
Beside = Callable[[Parts], Coroutine[None, None, None]]


async def nothing(_parts: Parts) -> None:
    """Nothing beside the server: devices and worker are elsewhere."""


async def serve(settings: Settings, greet: Callable[[Parts], None], beside: Beside) -> None:
    """Serve until told to stop. `greet` is called once the server's parts are there.

    A server with nothing beside it and a Redis that is not its own may share its port with others.
    """
    shared = bool(settings.redis) and beside is nothing
    await until_told(_serve(settings, greet, beside, listening(settings, shared)))


def _ended(job: asyncio.Task[None]) -> None:
    if not job.cancelled() and (error := job.exception()):
        log.error("%s: %s", job.get_name(), error, exc_info=error)


async def _serve(
    settings: Settings, greet: Callable[[Parts], None], beside: Beside, line: socket.socket
) -> None:
    allow_open()
    # Threads that write to SQL give the interpreter back ten times as soon as they would.
    sys.setswitchinterval(0.0005)
    async with redis_for(settings) as redis_url, composed(settings, redis_url) as parts:
        server = server_of(parts.app)
        # From now on a goodbye lets the server end first. The loop may have one in hand that came a
        # moment ago, so its handler is replaced: without any it would be lost.
        for one in goodbyes():
            asyncio.get_running_loop().add_signal_handler(one, server.handle_exit, one, None)
        greet(parts)
        jobs = [
            asyncio.create_task(parts.keeper.run(), name="keeper"),
            asyncio.create_task(parts.archiving.run(), name="archive"),
            asyncio.create_task(beside(parts), name="edges"),
            asyncio.create_task(collect_seldom(), name="collecting garbage"),
        ]
        for job in jobs:
            job.add_done_callback(_ended)
        try:
            await server.serve(sockets=[line])
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)
