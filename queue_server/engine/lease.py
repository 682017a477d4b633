"""One of several server processes does a thing: whoever holds the lease.

A lease is a hint, not a lock: a process that was away may believe for a moment that it still holds
what another has taken. What is done under it must be safe to do twice.
"""

from __future__ import annotations

import secrets

from queue_server.engine.connection import Connection


class Lease:
    """A key of Redis that says who; it ends `lasts` ms after it was last held."""

    def __init__(self, redis: Connection, name: str, lasts: int = 15_000) -> None:
        self.key = f"jiaohao:{name}"
        self.lasts = lasts
        self._redis = redis
        self._me = secrets.token_hex(8)

    async def hold(self) -> bool:
        """Take or keep it; whether it is ours now. To be said well within `lasts`."""
        if await self._redis.call("SET", self.key, self._me, "NX", "PX", self.lasts):
            return True
        if await self._redis.call("GET", self.key) != self._me:
            return False
        await self._redis.call("PEXPIRE", self.key, self.lasts)
        return True

    async def leave(self) -> None:
        """Let another have it at once."""
        if await self._redis.call("GET", self.key) == self._me:
            await self._redis.call("DEL", self.key)
