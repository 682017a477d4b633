"""Everything that Redis keeps of halls, as Redis itself packs it, to be put into another one.

A hall's present day is copied in one step, so that its state and its stream agree; days that are
over are copied one after the other. What Redis keeps for others is left alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from redis import Redis
from redis.exceptions import ResponseError

from queue_server.engine import keys

AT_ONCE = 500
#: The field of a hall's hash that tells its days of a restore (`reopen_day.lua` reads it).
RESTORED = "restored"

_TODAY = """
local day = redis.call('HGET', KEYS[1], 'day') or ''
local names = {KEYS[1], KEYS[2]}
if day ~= '' then
  names[3] = KEYS[1] .. ':' .. day
  for _, name in ipairs(redis.call('KEYS', ARGV[1] .. ':' .. day .. ':*')) do
    names[#names + 1] = name
  end
end
local found = {day}
for _, name in ipairs(names) do
  local packed = redis.call('DUMP', name)
  if packed then
    found[#found + 1] = name
    found[#found + 1] = packed
  end
end
return found
"""


class Copy(NamedTuple):
    """One key and what it holds (Redis's DUMP, with a checksum of its own)."""

    key: str
    packed: bytes


class Older(RuntimeError):
    """This Redis is older than the one that packed it."""


def copies(redis: Redis, halls: Iterable[tuple[str, str]]) -> Iterator[Copy]:
    """All keys of halls, given as (tenant, hall)."""
    roots = [keys.hall_root(*hall) for hall in halls]
    days = _days(redis, roots)
    for root in roots:
        today, *packed = redis.eval(_TODAY, 2, root, keys.days(root), _literal(root))
        yield from _pairs(packed)
        for day, names in sorted(days[root].items()):
            if day not in ("", "days", today.decode()):
                yield from _day(redis, sorted(names))


def any_of(redis: Redis, tenants: Iterable[str]) -> bool:
    """Whether this Redis knows something of one of these tenants."""
    return any(next(_named(redis, tenant), None) is not None for tenant in tenants)


def put(redis: Redis, found: Iterable[Copy]) -> None:
    """Put copies where nothing of that name is; raises `Older`."""
    batch: list[Copy] = []
    for one in found:
        batch.append(one)
        if len(batch) == AT_ONCE:
            _put(redis, batch)
            batch.clear()
    _put(redis, batch)


def forget(redis: Redis, tenants: Iterable[str]) -> None:
    """Let go of everything of these tenants."""
    for tenant in tenants:
        for name in list(_named(redis, tenant)):
            redis.unlink(name)


def forget_days(redis: Redis, tenant: str, hall: str, days: Iterable[str]) -> list[str]:
    """Let go of days that are over; answers with which were. The present day always stays."""
    root = keys.hall_root(tenant, hall)
    today: Any = redis.hget(root, "day") or b""
    wanted = set(days) - {today.decode()}
    if not wanted:
        return []
    known = _days(redis, [root])[root]
    gone = sorted(wanted & set(known))
    for day in gone:
        redis.unlink(*known[day])
    return gone


def most_given(redis: Redis, tenant: str, hall: str) -> int:
    """The most numbers that a lane of this hall has given in one of the days that are there."""
    root = keys.hall_root(tenant, hall)
    most = 0
    for day in _days(redis, [root])[root]:
        given: Any = redis.hvals(f"{keys.day_root(root, day)}:numbers")
        most = max(most, *map(int, given)) if given else most
    return most


def tell_restored(redis: Redis, tenant: str, hall: str, date: str, numbers: int, now: int) -> None:
    """Each day of the hall up to `date` jumps once over so many numbers, as it may have given
    them since the backup was made."""
    redis.hset(keys.hall_root(tenant, hall), RESTORED, f"{date} {numbers} {now}")


def _put(redis: Redis, batch: list[Copy]) -> None:
    pipeline = redis.pipeline(transaction=False)
    for one in batch:
        pipeline.restore(one.key, 0, one.packed)
    try:
        pipeline.execute()
    except ResponseError as error:
        if "payload version" in str(error) or "Bad data format" in str(error):
            raise Older("The Redis here is older than the one of the backup.") from error
        raise


def _day(redis: Redis, names: list[str]) -> Iterator[Copy]:
    pipeline = redis.pipeline(transaction=True)
    for name in names:
        pipeline.dump(name)
    for name, packed in zip(names, pipeline.execute(), strict=True):
        if packed is not None:
            yield Copy(name, packed)


def _days(redis: Redis, roots: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """The keys of halls, by hall and day; the hall's own are under `""` and `days`."""
    wanted = set(roots)
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for tenant in {root.partition(":")[0] for root in wanted}:
        for name in _matching(redis, f"{_literal(tenant)}:*"):
            hall, _, rest = name.removeprefix(f"{tenant}:").partition(":")
            root = f"{tenant}:{hall}"
            if root in wanted:
                found[root][rest.partition(":")[0]].append(name)
    return found


def _named(redis: Redis, tenant: str) -> Iterator[str]:
    return _matching(redis, f"{_literal(keys.hall_root(tenant, ''))}*")


def _matching(redis: Redis, pattern: str) -> Iterator[str]:
    seen: set[str] = set()
    for name in redis.scan_iter(match=pattern, count=5000):
        text = name.decode()
        # Redis may tell a name twice.
        if text not in seen:
            seen.add(text)
            yield text


def _literal(text: str) -> str:
    """A text as Redis's patterns mean it."""
    return "".join(f"\\{letter}" if letter in r"*?[]^\\" else letter for letter in text)


def _pairs(flat: list[Any]) -> Iterator[Copy]:
    for name, packed in zip(flat[::2], flat[1::2], strict=True):
        yield Copy(name.decode(), packed)
