"""What people do with a 差评 work order: look into it, answer, appeal, decide, close.

Each step takes a session, the hall and the order, who does it and when (Unix ms), and raises
`Unknown` when the hall has no such order, or `NotNow` when it does not stand so that this could be
done. The same step of the same person in the same words again is no second one.
"""

from __future__ import annotations

from sqlmodel import Session

from queue_server.archive.errors import Invalid, NotNow
from queue_server.archive.work_orders import (
    DAYS,
    Outcome,
    State,
    WorkOrderRow,
    deadlines,
    order_row,
    overdue,
)


def handled(session: Session, hall: str, order: int, by: str, now: int) -> WorkOrderRow:
    """Somebody looks into it; raises `Unknown`, or `NotNow` when it was closed before `now`."""
    row = order_row(session, hall, order)
    if row.closed and row.closed <= now:
        raise NotNow("order", "it is closed")
    row.handler = by
    return _kept(session, row)


def answered(session: Session, hall: str, order: int, by: str, now: int, text: str) -> WorkOrderRow:
    """What was found and mended; raises `Unknown` or `NotNow`. Said again it is one answer."""
    row = order_row(session, hall, order)
    if (row.answer, row.answered_by) == (text, by):
        return row
    if row.state != State.OPEN:
        raise NotNow("order", f"it is {row.state}, and only an open one can be answered")
    row.late, row.state, row.remind = overdue(row, now), State.ANSWERED, 0
    row.answer, row.answered, row.answered_by = text, now, by
    row.handler = row.handler or by
    return _kept(session, row)


def appealed(
    session: Session, hall: str, order: int, by: str, now: int, text: str, days: int = DAYS
) -> WorkOrderRow:
    """Why the rating should not count, once an order; raises `Unknown` or `NotNow`."""
    row = order_row(session, hall, order)
    if (row.appeal, row.appealed_by) == (text, by):
        return row
    if row.state != State.ANSWERED or row.appealed:
        told = "it was appealed before" if row.appealed else f"it is {row.state}"
        raise NotNow("order", f"{told}, and only an answered one can be appealed, once")
    row.state, row.appeal, row.appealed, row.appealed_by = State.APPEALED, text, now, by
    row.remind, row.due = deadlines(session, hall, now, days)
    return _kept(session, row)


def decided(
    session: Session, hall: str, order: int, by: str, now: int, text: str, outcome: str
) -> WorkOrderRow:
    """What the appeal came to; raises `Unknown`, `NotNow`, or `Invalid` with the outcome."""
    row = order_row(session, hall, order)
    if outcome not in tuple(Outcome):
        raise Invalid("outcome", f"must be {' or '.join(Outcome)}")
    if (row.decision, row.outcome, row.decided_by) == (text, outcome, by):
        return row
    if row.state != State.APPEALED:
        raise NotNow("order", f"it is {row.state}, and there is no appeal to decide")
    row.late, row.state, row.remind = row.late or overdue(row, now), State.ANSWERED, 0
    row.outcome, row.decision, row.decided, row.decided_by = outcome, text, now, by
    return _kept(session, row)


def closed(session: Session, hall: str, order: int, by: str, now: int) -> WorkOrderRow:
    """It is over; raises `Unknown`, or `NotNow` while somebody owes an answer."""
    row = order_row(session, hall, order)
    if row.state == State.CLOSED:
        return row
    if row.state != State.ANSWERED:
        raise NotNow("order", f"it is {row.state}, and only an answered one can be closed")
    row.state, row.closed, row.closed_by = State.CLOSED, now, by
    return _kept(session, row)


def _kept(session: Session, row: WorkOrderRow) -> WorkOrderRow:
    session.add(row)
    session.flush()
    return row
