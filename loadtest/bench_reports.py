"""How long a report takes when the memory holds a year of a city, on SQLite and on PostgreSQL.

`year.py` fills both. The month report of the city is everything that such a report tells: all
measures by every grouping, ratings and estimates; the day page of a hall is the same of one hall
and one day. Each is measured `ROUNDS` times and the median kept, the first being on cold tables.
The floor is the limit that was promised, and of a year, twelve of its months.
`python -m loadtest.bench_reports [days]` prints the figures.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from sqlmodel import Session

from loadtest import city, postgresql, year
from loadtest.figures import Figure, figure
from queue_server.archive.accuracy import accuracy
from queue_server.archive.database import Database
from queue_server.archive.opinions import opinions
from queue_server.archive.statistics import Statistics, statistics

ROUNDS = 3
#: Of the promise: a month of the city in seconds, a day of a hall in ms.
MONTH, PAGE = 10, 200
BY = ("hall", "lane", "class", "service", "window", "clerk", "hour", "date")
ON_THE_PAGE = ("lane", "service", "window", "hour")


def report(
    session: Session, halls: Sequence[str], first: date, last: date, by: Sequence[str] = BY
) -> Statistics:
    """Everything that a report tells of these halls."""
    opinions(session, halls, first, last, ("window", "clerk", "service"))
    accuracy(session, halls, first, last, ("lane", "expected"))
    return statistics(session, halls, first, last, by)


def seconds(ask: Callable[[], object], rounds: int) -> float:
    """The median time that an answer takes."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        ask()
        took.append(time.perf_counter() - began)
    return median(took)


def measure(database: Database, name: str, days: int, rounds: int) -> list[Figure]:
    """The figures of a filled database."""
    halls = [hall.id for hall in city.halls()]
    first, last = year.FIRST, year.FIRST + timedelta(days - 1)
    month = first + timedelta(30)
    with database.reading() as session:
        page = seconds(lambda: report(session, halls[:1], month, month, ON_THE_PAGE), 3 * rounds)
        some = seconds(lambda: report(session, halls, first, month), rounds)
        whole = seconds(lambda: report(session, halls, first, last), 1)
    return [
        figure(f"month report of a city, {name}", some, MONTH, "s", "<= 1"),
        figure(f"day page of its largest hall, {name}", page * 1000, PAGE, "ms", "<= 1"),
        figure(f"year report of a city ÷ twelve months, {name}", whole, 12 * some, "s"),
    ]


@contextmanager
def databases() -> Iterator[dict[str, Database]]:
    """Empty ones, of every kind that is installed."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="jh-"))
        urls = {"SQLite": f"sqlite:///{Path(folder)}/memory.db"}
        if postgresql.installed():
            urls["PostgreSQL"] = stack.enter_context(postgresql.running())
        found = {name: Database(url) for name, url in urls.items()}
        try:
            yield found
        finally:
            for database in found.values():
                database.close()


def figures(days: int = year.DAYS, rounds: int = ROUNDS) -> list[Figure]:
    """Fill the databases, and measure one after the other."""
    with databases() as found:
        for database in found.values():
            database.migrate()
        year.fill([database.engine for database in found.values()], days)
        measured = [measure(database, name, days, rounds) for name, database in found.items()]
        return [one for figures_ in measured for one in figures_]


async def run() -> list[Figure]:
    """All figures; it takes some minutes, most of which fill the year."""
    return await asyncio.to_thread(figures)


if __name__ == "__main__":
    for one in figures(int(sys.argv[1]) if sys.argv[1:] else year.DAYS):
        print(one)
