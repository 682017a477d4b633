"""`python -m ops.archive_process`: the archive of all halls, as a child of a server.

Every server has one; the one with the lease writes (`remember.py`), the others wait. Once a second
it tells its server how far it is, in a line of JSON: `[[hall, day, seq, behind], …]`, with an entry
for each hall that it writes down.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable

import uvloop

from ops import settings
from ops.children import become
from ops.collecting import collect_seldom
from ops.configured import configuration
from ops.halls import Halls, secret
from ops.remember import Memory, Remember
from ops.settings import Settings
from ops.stopping import until_told
from queue_server.archive.summaries import summarize
from queue_server.engine.connection import Address, Connection
from queue_server.engine.homes import Homes
from queue_server.engine.redis_hall import RedisHall

EVERY = 1.0


async def archive(given: Settings) -> None:
    """Write down all halls, as long as the lease is ours; until it is cancelled."""
    known = await asyncio.to_thread(configuration, given)
    homes = Homes(given.redis)
    common = Connection(Address.parse(given.jobs or given.redis))
    halls = Halls(known, homes.of, secret(given.data))
    # What is about visitors leaves Redis when it leaves the log.
    memory = Memory(keep_days=given.personal_days)
    remember = Remember(halls.every, known.database, common, memory=memory, sealed=summarize)
    try:
        await homes.open(patient=True)
        await common.open(patient=True)
        async with asyncio.TaskGroup() as all_:
            all_.create_task(remember.run())
            all_.create_task(_tell(remember))
            all_.create_task(collect_seldom())
    finally:
        await halls.close()
        await common.close()
        await homes.close()
        known.close()


async def _tell(remember: Remember) -> None:
    while True:
        sys.stdout.write(json.dumps(list(_positions(remember))) + "\n")
        sys.stdout.flush()
        await asyncio.sleep(EVERY)


def _positions(remember: Remember) -> Iterable[tuple[str, str, int, int]]:
    for id_, archivist in remember.archivists.items():
        assert isinstance(archivist.hall, RedisHall)
        hall, written = archivist.hall, archivist.position
        tail = hall.feed.tail(hall.root)
        behind = tail.seq - (written.seq if written.day == tail.day else 0)
        yield id_, written.day, written.seq, max(0, behind)


def main() -> None:
    """Be the archive until SIGTERM, or until the server is gone."""
    given = settings.read()
    become("archive", given.log)
    uvloop.run(until_told(archive(given)))


if __name__ == "__main__":
    main()
