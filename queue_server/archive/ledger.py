"""Write batches of a hall's events, with the rows that are made from them and how far it is.

Synchronous. One batch is one transaction, and what is there already is not written again: so it
may be said twice, by two processes, or by one that was killed and has forgotten that it did.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select
from sqlmodel import Session, SQLModel, col

from queue_server.archive import bulk, work_orders
from queue_server.archive.database import Database
from queue_server.archive.entries import COLUMNS, Entry, digest, entry, event_of
from queue_server.archive.memory import (
    DayRow,
    EstimateRow,
    EventRow,
    RatingRow,
    SeatRow,
    StageRow,
    VisitRow,
)
from queue_server.domain.codec import UnknownEvent
from queue_server.domain.events import DayClosed, DayOpened, Event
from queue_server.domain.hall import Events, Position
from queue_server.domain.remembered import Estimate, Rating, Seat, Stage, Visit
from queue_server.domain.story import Story, Touched

#: So many events of the log are read in one go.
AT_ONCE = 2000
#: No event has a larger seq.
LAST = 2**31 - 1

log = logging.getLogger(__name__)


#: How the trouble of a day begins whose log is kept but makes no sense to this version.
UNFOLDED = "statistics end"


class Elsewhere(Exception):
    """What is written of the day does not end where this batch begins. SQL was put back to an older
    state, or somebody else has written a part of the batch."""


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Where one kind of record goes: its table, the key there, and what it is in a story."""

    name: str
    table: Table
    columns: tuple[str, ...]
    key: tuple[str, ...]
    values: Callable[[Any], tuple[Any, ...]]


def _shelf(record: type, row: type[SQLModel], *key: str) -> _Shelf:
    table = _table(row)
    columns = tuple(one.name for one in fields(record))
    return _Shelf(table.name, table, columns, ("hall", "day", *key), attrgetter(*columns))


def _table(row: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(row.__tablename__)]


EVENTS = _table(EventRow)
SHELVES = (
    _shelf(Visit, VisitRow, "ticket"),
    _shelf(Stage, StageRow, "ticket", "stage"),
    _shelf(Seat, SeatRow, "window", "opened"),
    _shelf(Rating, RatingRow, "ticket"),
    _shelf(Estimate, EstimateRow, "ticket"),
)


class Ledger:
    """The memory of one hall, for whoever writes it."""

    def __init__(self, database: Database, hall: str) -> None:
        self.database = database
        self.hall = hall

    def position(self) -> Position | None:
        """Where the archive is; None when it has not begun."""
        with self.database.reading() as session:
            rows = select(col(DayRow.day), col(DayRow.seq)).where(col(DayRow.hall) == self.hall)
            found = session.execute(rows.order_by(col(DayRow.turn).desc()).limit(1)).first()
        return Position(*found) if found else None

    def story(self, day: str) -> Story:
        """The story of a day as far as it is here, folded anew."""
        story = Story.of(self.hall, day)
        with self.database.reading() as session:
            row = session.get(DayRow, (self.hall, day))
            until = row.seq if row else 0
            for events in self._events(session, day, until):
                story, _ = folded(story, events)
        # A last event of a newer version is written, and not told.
        return replace(story, seq=until)

    def _events(self, session: Session, day: str, until: int) -> Iterator[Events]:
        at = 0
        while rows := _page(session, self.hall, day, at, until):
            at = rows[-1].seq
            yield _known(rows)

    def write(self, events: Sequence[Event], story: Story, touched: Touched, known: int) -> bool:
        """Write a batch of one day: `story` is the one after it, `known` the seq before it.

        False when it was here already. Raises `Elsewhere` when it does not begin where the day ends
        here: what a batch touches holds only for the state from which it was folded. What came and
        went within it, another writer may have seen in between.
        """
        last = events[-1]
        with self.database.writing() as session:
            row = session.get(DayRow, (self.hall, last.day))
            if row is not None and row.seq >= last.seq:
                # Heard again: whether it is the same is to be looked at before all is well.
                row.sealed = 0 if not row.expired else row.sealed
                return False
            if known != (there := row.seq if row else 0):
                raise Elsewhere(f"{self.hall} {last.day}: written is {there}, known {known}")
            row = self._turned(session, row, events, story.date)
            new = [entry(self.hall, event) for event in events if event.seq > there]
            _note(row, events, new)
            if story.broken:
                row.trouble = f"{UNFOLDED} after event {story.broken}"
            session.flush()
            connection = session.connection()
            bulk.insert(connection, EVENTS, COLUMNS, new)
            self._put(connection, last.day, story, touched)
            rated = sorted(touched.ratings & story.ratings.keys())
            work_orders.opened(session, [story.ratings[ticket] for ticket in rated])
        return True

    def sum(self, day: str) -> tuple[int, int, str]:
        """What is here of a day, in short: last seq, count and chained hash, read row by row."""
        seq, count, link = 0, 0, ""
        with self.database.reading() as session:
            while rows := _page(session, self.hall, day, seq, LAST):
                link = digest(link, ((row.seq, row.at, row.body) for row in rows))
                seq, count = rows[-1].seq, count + len(rows)
        return seq, count, link

    def trouble(self, day: str) -> str:
        """What is wrong with a day, as far as is known."""
        with self.database.reading() as session:
            row = session.get(DayRow, (self.hall, day))
            return row.trouble if row else ""

    def remake(self, day: str) -> None:
        """Make everything anew that is made from a day's events; ratings that a local rule assumed
        stay."""
        story = self.story(day)
        if story.broken:
            return
        everything = Touched(*(frozenset(getattr(story, shelf.name)) for shelf in SHELVES))
        with self.database.writing() as session:
            row = session.get(DayRow, (self.hall, day))
            if row is None or row.seq != story.seq:
                return
            connection = session.connection()
            for shelf in SHELVES:
                at = shelf.table.c
                old = delete(shelf.table).where(at.hall == self.hall, at.day == day)
                connection.execute(old if "assumed" not in at else old.where(~at.assumed))
            self._put(connection, day, story, everything)
            row.trouble = ""

    def _turned(
        self, session: Session, row: DayRow | None, events: Sequence[Event], date: str
    ) -> DayRow:
        """The row of the day, which is the one that the hall turned to last."""
        of_hall = select(func.max(DayRow.turn)).where(col(DayRow.hall) == self.hall)
        newest: int = session.execute(of_hall).scalar() or 0
        if row is None:
            first = events[0]
            speed = first.speed if isinstance(first, DayOpened) else 1
            row = DayRow(
                hall=self.hall,
                day=first.day,
                date=date or first.day[:10],
                speed=speed,
                opened=first.at,
                turn=newest + 1,
            )
            session.add(row)
        elif row.turn != newest:
            row.turn = newest + 1
        return row

    def _put(self, connection: Connection, day: str, story: Story, touched: Touched) -> None:
        for shelf in SHELVES:
            keys, known = getattr(touched, shelf.name), getattr(story, shelf.name)
            # In order, so that two who write the same rows never wait for each other in a ring.
            there = [shelf.values(known[key]) for key in sorted(keys) if key in known]
            bulk.upsert(connection, shelf.table, shelf.columns, there)
            gone = [(self.hall, day, *_parts(key)) for key in keys if key not in known]
            bulk.delete(connection, shelf.table, shelf.key, gone)


def folded(story: Story, events: Events) -> tuple[Story, Touched]:
    """The story after these events. Where they make no sense it ends, and the log goes on: all
    else can be made again from it."""
    if not story.broken or story.day != events[0].day:
        try:
            return story.after(events)
        except (LookupError, ValueError, TypeError, AttributeError) as error:
            log.error("%s %d: cannot be folded", events[0].day, events[0].seq, exc_info=error)
    last = events[-1]
    return replace(
        story, day=last.day, seq=last.seq, broken=story.broken or story.seq or 1
    ), Touched()


def _parts(key: str | tuple[Any, ...]) -> tuple[Any, ...]:
    return (key,) if isinstance(key, str) else key


def _note(row: DayRow, events: Sequence[Event], new: Sequence[Entry]) -> None:
    """How far the day is here after these events."""
    for event in events:
        if isinstance(event, DayOpened):
            row.closed = 0
        elif isinstance(event, DayClosed):
            row.closed = event.at
    row.seq, row.count = events[-1].seq, row.count + len(new)
    row.digest = digest(row.digest, ((seq, at, text) for _, _, seq, at, _, _, _, text in new))
    row.sealed = 0


def _page(session: Session, hall: str, day: str, after: int, until: int) -> list[Any]:
    at = EVENTS.c
    rows = (
        select(at.day, at.seq, at.at, at.body)
        .where(at.hall == hall, at.day == day, at.seq > after, at.seq <= until)
        .order_by(at.seq)
        .limit(AT_ONCE)
    )
    return list(session.execute(rows))


def _known(rows: Iterable[Any]) -> Events:
    found: Events = []
    for row in rows:
        try:
            found.append(event_of(row.day, row.seq, row.at, row.body))
        except UnknownEvent as kind:
            log.warning("%s %d: an event of a newer version: %s", row.day, row.seq, kind)
    return found
