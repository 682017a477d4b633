"""Let go of a day that is over: everything Redis keeps of it, its stream last.

Only for days whose events are safe elsewhere; the archive says which. Killed half-way, it may be
said again.
"""

from __future__ import annotations

from queue_server.domain.hall import Position
from queue_server.engine import keys
from queue_server.engine.connection import Connection

#: What the Lua library keeps below a day's root, besides its stream and its lanes.
PARTS = (
    *("asking", "bookings", "commands", "devices", "due", "heads", "layout", "leases", "numbers"),
    *("persons", "quota", "seen", "tickets", "unconfirmed", "undo", "windows"),
)


async def first_day(redis: Connection, root: str) -> Position | None:
    """The beginning of the oldest day that a hall (by its root key) still has."""
    oldest = await redis.call("XRANGE", keys.days(root), "-", "+", "COUNT", 1)
    return Position(_day(oldest[0]), 0) if oldest else None


async def let_go(redis: Connection, root: str, day: str, count: int) -> str:
    """Delete a day of a hall (by its root key) whose stream has `count` events.

    Answers what speaks against it, empty when it is gone. A follower whose position was in it gets
    the start of the present day.
    """
    if await redis.call("HGET", root, "day") == day:
        return "it is the hall's present day"
    at = keys.day_root(root, day)
    length = await redis.call("XLEN", keys.events(at))
    if length not in (0, count):
        return f"its stream has {length} events, and {count} were archived"
    lanes = await redis.call("HKEYS", f"{at}:heads")
    named = {f"lane:{':'.join(field.lstrip('#').split(' '))}" for field in lanes}
    await redis.call("UNLINK", *(f"{at}:{part}" for part in (*PARTS, *sorted(named))))
    entries = await redis.call("XRANGE", keys.days(root), "-", "+")
    if gone := [entry[0] for entry in entries if _day(entry) == day]:
        await redis.call("XDEL", keys.days(root), *gone)
    await redis.call("UNLINK", at, keys.events(at))
    return ""


def _day(entry: list[list[str]]) -> str:
    words: list[str] = entry[1]
    day: str = dict(zip(words[::2], words[1::2], strict=True))["day"]
    return day
