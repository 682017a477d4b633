"""Is it alive, is it ready, and what does it count: for whoever runs the server."""

from __future__ import annotations

import asyncio
import logging

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from queue_server.api.metrics import Metrics
from queue_server.api.problems import JSON
from queue_server.api.state import ServerState

#: How long (s) Redis and SQL may take to answer; Redis no less than a command waits for it.
PATIENCE = 2.0
log = logging.getLogger(__name__)


class Health:
    """The routes of operators."""

    def __init__(self, state: ServerState, metrics: Metrics) -> None:
        self._state = state
        self._metrics = metrics

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/healthz", self.alive, methods=["GET"]),
            Route("/readyz", self.ready, methods=["GET"]),
            Route("/metrics", self.metrics, methods=["GET"]),
        ]

    async def alive(self, _request: Request) -> Response:
        """The process answers."""
        return JSON({"alive": True})

    async def ready(self, _request: Request) -> Response:
        """200 when Redis answers with our functions loaded, and SQL answers; otherwise 503."""
        redis, sql = await asyncio.gather(self._redis(), self._sql())
        return JSON(
            {"ready": redis and sql, "redis": redis, "sql": sql},
            status_code=200 if redis and sql else 503,
            headers={} if redis and sql else {"Retry-After": "1"},
        )

    async def metrics(self, _request: Request) -> Response:
        """Figures for Prometheus."""
        redis, sql = await asyncio.gather(self._redis(), self._sql())
        self._metrics.redis.set(redis)
        self._metrics.sql.set(sql)
        # Counting the open files of a process with thousands of sockets takes milliseconds.
        told = await asyncio.to_thread(self._metrics.told)
        return Response(told, headers={"content-type": CONTENT_TYPE_LATEST})

    async def _redis(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._state.redis_ready()
        except (TimeoutError, OSError):
            return False

    async def _sql(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.to_thread(self._ask_sql)
        except Exception as error:
            # Each driver has errors of its own, and they all mean the same here.
            log.warning("SQL does not answer: %s", error)
            return False
        return True

    def _ask_sql(self) -> None:
        with self._state.configuration.database.engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
