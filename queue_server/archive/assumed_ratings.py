"""A local rule that some halls have: who was served and said nothing is fairly content (基本满意).

An installation's setting, off by default. What was assumed says so, for ever, and is in no share.
"""

from __future__ import annotations

from sqlalchemy import exists, insert, literal, not_, select
from sqlmodel import Session, col

from queue_server.archive.memory import DayRow, RatingRow, VisitRow
from queue_server.domain.calling import HOUR
from queue_server.domain.tickets import State

#: 基本满意, of five levels.
FAIRLY = 3
#: After so long (ms).
AFTER = 7 * 24 * HOUR


def assume(session: Session, now: int, after: int = AFTER) -> int:
    """Let every served visit that ended more than `after` ms ago, and that nobody rated, count as
    fairly content, and say that it was assumed; how many there were. Drills are left out.
    """
    rated = exists().where(
        col(RatingRow.hall) == col(VisitRow.hall),
        col(RatingRow.day) == col(VisitRow.day),
        col(RatingRow.ticket) == col(VisitRow.ticket),
    )
    real = exists().where(
        col(DayRow.hall) == col(VisitRow.hall),
        col(DayRow.day) == col(VisitRow.day),
        col(DayRow.speed) == 1,
    )
    values = {
        "hall": col(VisitRow.hall),
        "day": col(VisitRow.day),
        "ticket": col(VisitRow.ticket),
        "date": col(VisitRow.date),
        "at": col(VisitRow.ended) + after,
        "score": literal(FAIRLY),
        "reasons": literal(""),
        "source": literal(""),
        "lane": col(VisitRow.lane),
        "service": col(VisitRow.service),
        "window": col(VisitRow.window),
        "clerk": col(VisitRow.clerk),
        "assumed": literal(True),
    }
    unrated = select(*values.values()).where(
        col(VisitRow.state) == State.SERVED.value,
        col(VisitRow.ended) > 0,
        col(VisitRow.ended) < now - after,
        not_(rated),
        real,
    )
    wanted = insert(RatingRow).from_select(list(values), unrated)
    # psycopg would not tell otherwise.
    told = session.connection().execute(wanted.execution_options(preserve_rowcount=True))
    return told.rowcount
