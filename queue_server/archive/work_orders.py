"""差评 work orders: somebody was not content; who looks into it, answers what, and by when.

    open ──answer──▶ answered ──close──▶ closed
                       │   ▲
                 appeal▼   │decide (upheld or overturned)
                     appealed

A rating of the two lowest levels opens one order a visit; it is to be answered, and an appeal
decided, within five working days of the hall. Whether one is overdue is seen from the time. An
overturned rating stays in the log and in its table, and counts in no share (`stands`). The steps
themselves are in `work_order_steps.py`. Functions take a session, so that they belong to somebody's
transaction. Times in Unix ms.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, Index, Text, UniqueConstraint, case, exists, func
from sqlmodel import Field, Session, SQLModel, col, select

from queue_server.archive.errors import Unknown
from queue_server.archive.memory import DayRow, RatingRow
from queue_server.archive.tables import HallRow, LayoutVersionRow
from queue_server.domain.calendar import Calendar
from queue_server.domain.calling import HOUR
from queue_server.domain.deadlines import due
from queue_server.domain.remembered import Rating

#: A rating so low or lower is a 差评.
BAD = 2
#: Working days until an answer is due.
DAYS = 5
#: The kind of a reminder, for hooks; it is in no stream.
DUE = "work_order.due"
#: What is overdue is said again after so long (ms).
AGAIN = 24 * HOUR


class State(StrEnum):
    """How far an order is."""

    OPEN = "open"
    ANSWERED = "answered"
    APPEALED = "appealed"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What an appeal came to: the rating holds, or it counts no more."""

    UPHELD = "upheld"
    OVERTURNED = "overturned"


#: Somebody owes an answer.
PENDING = (State.OPEN, State.APPEALED)


class WorkOrderRow(SQLModel, table=True):
    """One order; the rating itself stands in `ratings`. `by` columns are ids (`person:7`).

    `due` is that of the answer or, once there was an appeal, of its decision; `remind` is when
    somebody is to be reminded next (0: not any more). `late`: it was answered or decided so.
    """

    __tablename__ = "work_orders"
    __table_args__ = (
        UniqueConstraint("hall", "day", "ticket"),
        Index("ix_work_orders_hall", "hall", "state", "due"),
        Index("ix_work_orders_remind", "remind"),
    )

    id: int | None = Field(default=None, primary_key=True)
    hall: str
    day: str
    ticket: str
    state: str = State.OPEN
    opened: int = Field(sa_type=BigInteger)
    due: int = Field(sa_type=BigInteger)
    remind: int = Field(sa_type=BigInteger)
    late: bool = False
    handler: str = ""
    answer: str = Field(default="", sa_type=Text)
    answered: int = Field(default=0, sa_type=BigInteger)
    answered_by: str = ""
    appeal: str = Field(default="", sa_type=Text)
    appealed: int = Field(default=0, sa_type=BigInteger)
    appealed_by: str = ""
    outcome: str = ""
    decision: str = Field(default="", sa_type=Text)
    decided: int = Field(default=0, sa_type=BigInteger)
    decided_by: str = ""
    closed: int = Field(default=0, sa_type=BigInteger)
    closed_by: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """An order and its rating; None when that was purged."""

    order: WorkOrderRow
    rating: RatingRow | None


@dataclass(frozen=True, slots=True)
class Reminder:
    """An order that is due soon, or `overdue`; for its `handler` or, without one, the managers."""

    order: int
    hall: str
    state: str
    due: int
    overdue: bool
    handler: str


def overdue(order: WorkOrderRow, now: int) -> bool:
    """Whether somebody should have answered by now."""
    return order.state in PENDING and now > order.due


def stands() -> ColumnElement[bool]:
    """A condition on `RatingRow`: no appeal has overturned it, so that it counts."""
    return ~exists().where(
        col(WorkOrderRow.hall) == col(RatingRow.hall),
        col(WorkOrderRow.day) == col(RatingRow.day),
        col(WorkOrderRow.ticket) == col(RatingRow.ticket),
        col(WorkOrderRow.outcome) == Outcome.OVERTURNED,
    )


def opened(session: Session, ratings: Iterable[Rating | RatingRow], days: int = DAYS) -> int:
    """Open an order for every 差评 among these that has none; how many were opened.

    To be called in the transaction that writes the ratings. Said again it opens nothing, a drill
    never does, and nobody answers for what was only assumed.
    """
    count = 0
    for rating in ratings:
        if rating.score > BAD or rating.assumed:
            continue
        if _known(session, rating) or _drill(session, rating):
            continue
        soon, last = deadlines(session, rating.hall, rating.at, days)
        session.add(
            WorkOrderRow(
                hall=rating.hall,
                day=rating.day,
                ticket=rating.ticket,
                opened=rating.at,
                due=last,
                remind=soon,
            )
        )
        count += 1
    return count


def _known(session: Session, rating: Rating | RatingRow) -> bool:
    wanted = select(WorkOrderRow.id).where(
        WorkOrderRow.hall == rating.hall,
        WorkOrderRow.day == rating.day,
        WorkOrderRow.ticket == rating.ticket,
    )
    return session.exec(wanted).first() is not None


def _drill(session: Session, rating: Rating | RatingRow) -> bool:
    day = session.get(DayRow, (rating.hall, rating.day))
    return day is not None and day.speed > 1


def deadlines(session: Session, hall: str, at: int, days: int) -> tuple[int, int]:
    """When to remind, which is a working day before, and when it is due (Unix ms)."""
    known = session.get(HallRow, hall)
    zone = ZoneInfo(known.timezone if known else "Asia/Shanghai")
    version = session.get(LayoutVersionRow, (hall, known.published)) if known else None
    calendar = Calendar.from_json(version.calendar) if version else Calendar()
    last = due(calendar, zone, at, days)
    return (due(calendar, zone, at, days - 1) if days > 1 else last), last


def reminders(session: Session, now: int) -> list[Reminder]:
    """Whom to remind now; each is named once a working day before, once when the time is over,
    and then once a day, because it is written down in this session that it was."""
    wanted = (
        select(WorkOrderRow)
        .where(col(WorkOrderRow.remind) > 0, col(WorkOrderRow.remind) <= now)
        .order_by(col(WorkOrderRow.due), col(WorkOrderRow.id))
    )
    found = []
    for row in session.exec(wanted):
        late = overdue(row, now)
        row.remind = now + AGAIN if late else row.due + 1
        session.add(row)
        found.append(Reminder(row.id or 0, row.hall, row.state, row.due, late, row.handler))
    return found


def listed(
    session: Session,
    hall: str,
    now: int,
    states: Iterable[str] = tuple(State),
    only_overdue: bool = False,
    skip: int = 0,
    limit: int = 100,
) -> list[Listed]:
    """A hall's orders in some states: what somebody owes, then the answered, each by what is due
    first, then the closed, the newest first."""
    same = (
        (col(RatingRow.hall) == col(WorkOrderRow.hall))
        & (col(RatingRow.day) == col(WorkOrderRow.day))
        & (col(RatingRow.ticket) == col(WorkOrderRow.ticket))
    )
    state, done = col(WorkOrderRow.state), col(WorkOrderRow.closed)
    rank = case((state.in_(PENDING), 0), (state == State.ANSWERED, 1), else_=2)
    turn = case((done > 0, -done), else_=col(WorkOrderRow.due))
    wanted = (
        select(WorkOrderRow, RatingRow)
        .outerjoin(RatingRow, same)
        .where(WorkOrderRow.hall == hall, state.in_(list(states)))
        .order_by(rank, turn, col(WorkOrderRow.id))
    )
    if only_overdue:
        wanted = wanted.where(state.in_(PENDING), col(WorkOrderRow.due) < now)
    return [Listed(*pair) for pair in session.exec(wanted.offset(skip).limit(limit))]


def counted(session: Session, hall: str, now: int) -> dict[str, int]:
    """How many orders a hall has in each state, and how many are `overdue`."""
    late = case((col(WorkOrderRow.state).in_(PENDING) & (col(WorkOrderRow.due) < now), 1), else_=0)
    wanted = (
        select(WorkOrderRow.state, func.count(), func.sum(late))
        .where(WorkOrderRow.hall == hall)
        .group_by(WorkOrderRow.state)
    )
    rows = list(session.exec(wanted))
    counts: dict[str, int] = dict.fromkeys(State, 0)
    counts |= {state: count for state, count, _ in rows}
    return counts | {"overdue": int(sum(lates for _, _, lates in rows))}


def found(session: Session, hall: str, order: int) -> Listed:
    """One order with its rating; raises `Unknown`."""
    row = order_row(session, hall, order)
    return Listed(row, session.get(RatingRow, (row.hall, row.day, row.ticket)))


def order_row(session: Session, hall: str, order: int) -> WorkOrderRow:
    """An order of this hall; raises `Unknown`."""
    row = session.get(WorkOrderRow, order)
    if row is None or row.hall != hall:
        raise Unknown("order", order)
    return row
