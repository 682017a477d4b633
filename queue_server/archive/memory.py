"""The memory as tables: what happened in every hall-day, kept for statistics and complaints.

`events` is the log itself; all else is made from it by `archivist.py` and can be made again. Times
are Unix milliseconds (0: not yet), durations are milliseconds, `date` is the hall's own date
(`2026-11-22`) and `hour` its own hour of the day. Nobody's name stands here; a clerk is the id that
events have (`person:7`).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel


class DayRow(SQLModel, table=True):
    """One opening of a hall, and how far it is archived.

    `seq` is the last event that is here, `count` how many there are, and `digest` a hash over them
    in order; a day is `sealed` (when) once its stream had the same.
    """

    __tablename__ = "days"

    hall: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    date: str = Field(index=True)
    #: Of a drill; 1 for real days. Drills are in no report.
    speed: int = 1
    opened: int = Field(sa_type=BigInteger)
    closed: int = Field(default=0, sa_type=BigInteger)
    seq: int = 0
    count: int = 0
    digest: str = ""
    sealed: int = Field(default=0, sa_type=BigInteger)
    #: What sealing found wrong, in words; such a day stays unsealed.
    trouble: str = ""
    #: The hall's days in the order in which they were last turned to; the newest goes on.
    turn: int = 0
    #: When its stream was let go, and when its events were purged.
    expired: int = Field(default=0, sa_type=BigInteger)
    purged: int = Field(default=0, sa_type=BigInteger)


class EventRow(SQLModel, table=True):
    """One event as the log has it; `body` is its JSON without day, seq and at."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_ticket", "hall", "day", "ticket"),)

    hall: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)
    kind: str
    ticket: str = ""
    window: str = ""
    body: str = Field(sa_type=Text)


class VisitRow(SQLModel, table=True):
    """One ticket from its number to its end; sums are over its stages.

    `lane`, `class_` and `service` are those it was taken for; `window` and `clerk` the last.
    """

    __tablename__ = "visits"
    __table_args__ = (Index("ix_visits_date", "hall", "date"),)

    hall: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    ticket: str = Field(primary_key=True)
    date: str
    hour: int
    lane: str
    class_: str
    service: str
    source: str = ""
    language: str = ""
    booked: bool = False
    on_behalf: bool = False
    taken: int = Field(sa_type=BigInteger)
    #: The first call.
    called: int = Field(default=0, sa_type=BigInteger)
    ended: int = Field(default=0, sa_type=BigInteger)
    #: The state it ended in; `waiting`, `called`, `serving`, `held` while it has not.
    state: str
    outcome: str = ""
    window: str = ""
    clerk: str = ""
    stages: int = 1
    wait: int = Field(default=0, sa_type=BigInteger)
    walk: int = Field(default=0, sa_type=BigInteger)
    service_time: int = Field(default=0, sa_type=BigInteger)
    hold: int = Field(default=0, sa_type=BigInteger)
    recalls: int = 0
    misses: int = 0
    passed: int = 0


class StageRow(SQLModel, table=True):
    """One wait of a ticket and what came of it: what waits and services are measured by.

    A stage begins when the ticket comes to stand in a lane (taken, next step, transferred,
    reinstated) and ends when it leaves the window. `wait` is since → called, walk is called →
    started, `service_time` started → ended less `hold`. `outcome` is how the stage ended: served,
    transferred, requeued, no_show, cancelled, expired, or "" while it has not.
    """

    __tablename__ = "stages"
    __table_args__ = (Index("ix_stages_date", "hall", "date"),)

    hall: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    ticket: str = Field(primary_key=True)
    stage: int = Field(primary_key=True)
    date: str
    #: In which the wait began.
    hour: int
    lane: str
    class_: str
    service: str
    window: str = ""
    clerk: str = ""
    since: int = Field(sa_type=BigInteger)
    called: int = Field(default=0, sa_type=BigInteger)
    started: int = Field(default=0, sa_type=BigInteger)
    ended: int = Field(default=0, sa_type=BigInteger)
    #: Until the call, or (with `called` 0) until it ended without one: a wait that was cut short.
    wait: int = Field(default=0, sa_type=BigInteger)
    walk: int = Field(default=0, sa_type=BigInteger)
    service_time: int = Field(default=0, sa_type=BigInteger)
    hold: int = Field(default=0, sa_type=BigInteger)
    rule: str = ""
    recalls: int = 0
    #: So many who came later to its lane were called first.
    passed: int = 0
    outcome: str = ""


class SeatRow(SQLModel, table=True):
    """A clerk's time at a window, from opening or taking over to closing or handing over."""

    __tablename__ = "seats"
    __table_args__ = (Index("ix_seats_date", "hall", "date"),)

    hall: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    window: str = Field(primary_key=True)
    opened: int = Field(primary_key=True, sa_type=BigInteger)
    date: str
    clerk: str = ""
    closed: int = Field(default=0, sa_type=BigInteger)
    #: Open and not paused = busy + idle; busy is with somebody called or served there.
    paused: int = Field(default=0, sa_type=BigInteger)
    busy: int = Field(default=0, sa_type=BigInteger)
    idle: int = Field(default=0, sa_type=BigInteger)
    calls: int = 0
    quick: int = 0


class RatingRow(SQLModel, table=True):
    """What a visitor thought: one a visit. `assumed`: nobody said so, a local rule did."""

    __tablename__ = "ratings"
    __table_args__ = (Index("ix_ratings_date", "hall", "date"),)

    hall: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    ticket: str = Field(primary_key=True)
    date: str
    at: int = Field(sa_type=BigInteger)
    score: int
    #: Words of the fixed list, with spaces between.
    reasons: str = ""
    source: str = ""
    lane: str = ""
    service: str = ""
    window: str = ""
    clerk: str = ""
    assumed: bool = False


class EstimateRow(SQLModel, table=True):
    """The range that a visitor was told with the number, in ms, and the wait that came of it.

    `wait` stays null when the visit ended without a call.
    """

    __tablename__ = "estimates"
    __table_args__ = (Index("ix_estimates_date", "hall", "date"),)

    hall: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    ticket: str = Field(primary_key=True)
    date: str
    at: int = Field(sa_type=BigInteger)
    lane: str
    class_: str
    ahead: int
    low: int = Field(sa_type=BigInteger)
    middle: int = Field(sa_type=BigInteger)
    high: int = Field(sa_type=BigInteger)
    wait: int | None = Field(default=None, sa_type=BigInteger)


class DayMeasureRow(SQLModel, table=True):
    """A sealed hall-day, counted: all of it (`by` is `all`), and by lane, class, service, window,
    clerk and hour (`key` says which). What measures of many days and halls are read off.

    The columns are those of `domain.tallies.Tally`, durations in ms; `sketch` holds the lengths
    themselves (`sketches.py`). A village has some 20 rows a day, a large hall some 400: about as
    many as it has stages, but a report reads those of one grouping only.
    """

    __tablename__ = "day_measures"
    __table_args__ = (Index("ix_day_measures_date", "by", "hall", "date"),)

    hall: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    by: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    date: str
    sketch: bytes
    wait_total: int = Field(default=0, sa_type=BigInteger)
    wait_longest: int = Field(default=0, sa_type=BigInteger)
    cut_total: int = Field(default=0, sa_type=BigInteger)
    cut_longest: int = Field(default=0, sa_type=BigInteger)
    walk_total: int = Field(default=0, sa_type=BigInteger)
    walk_longest: int = Field(default=0, sa_type=BigInteger)
    service_total: int = Field(default=0, sa_type=BigInteger)
    service_longest: int = Field(default=0, sa_type=BigInteger)
    hold_total: int = Field(default=0, sa_type=BigInteger)
    hold_longest: int = Field(default=0, sa_type=BigInteger)
    abandoned: int = 0
    expired: int = 0
    moved: int = 0
    standing: int = 0
    missed: int = 0
    recalled: int = 0
    recalls: int = 0
    passed: int = 0
    passed_people: int = 0
    passed_most: int = 0
    visits: int = 0
    served: int = 0
    no_show: int = 0
    cancelled: int = 0
    #: Visits that the day's end cut off.
    left: int = 0
    seats: int = 0
    busy: int = Field(default=0, sa_type=BigInteger)
    idle: int = Field(default=0, sa_type=BigInteger)
    paused: int = Field(default=0, sa_type=BigInteger)
    calls: int = 0
    quick: int = 0
