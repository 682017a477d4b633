"""One of several server processes does a thing: whoever holds the lease.

A lease is a hint, not a lock: a process that was away may believe for a moment that it still holds
what another has taken. What is done under it must be safe to do twice.
"""

from __future__ import annotations

import asyncio
import secrets

from queue_server.engine.connection import Connection


class Lease:
    """A key of Redis that says who; it ends `lasts` ms after it was last kept.

    Redis is asked once in a third of that time: shorter than this, it may be away unnoticed.
    """

    def __init__(self, redis: Connection, name: str, lasts: int = 15_000) -> None:
        self.key = f"jiaohao:{name}"
        self.lasts = lasts
        self._redis = redis
        self._me = secrets.token_hex(8)
        #: Until when nobody need be asked, by the loop's clock (s).
        self._sure = float("-inf")

    async def hold(self) -> bool:
        """Take or keep it; whether it is ours now. To be said well within `lasts`.

        Raises `Away` and `RedisError` when nobody can say.
        """
        now = asyncio.get_running_loop().time()
        if now >= self._sure:
            mine = await self._ask()
            self._sure = now + self.lasts / 3000 if mine else float("-inf")
        return self._sure > now

    async def _ask(self) -> bool:
        if await self._redis.call("SET", self.key, self._me, "NX", "PX", self.lasts):
            return True
        if await self._redis.call("GET", self.key) != self._me:
            return False
        await self._redis.call("PEXPIRE", self.key, self.lasts)
        return True

    async def leave(self) -> None:
        """Let another have it at once."""
        self._sure = float("-inf")
        if await self._redis.call("GET", self.key) == self._me:
            await self._redis.call("DEL", self.key)
