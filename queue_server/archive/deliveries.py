"""What is on its way to hooks: written once for each event, sent in order, buried after too long.

A hook's position in a day moves in the same transaction in which what it is to be told is written
down, so that nothing is missed and nothing stands here twice, whenever a process dies.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func
from sqlmodel import Session, col, delete, select, update

from queue_server.archive.database import Database
from queue_server.archive.errors import Unknown
from queue_server.archive.memory import DayRow, EventRow, RatingRow, VisitRow
from queue_server.archive.webhooks import DeliveryRow, HookEntry, HookPositionRow, HookRow
from queue_server.domain.calling import HOUR

SECOND = 1000
FIRST_PAUSE, LONGEST_PAUSE = 5 * SECOND, HOUR
#: Five seconds, doubled up to an hour: the last attempt is about a day after the first.
MOST_ATTEMPTS = 33
#: Whoever says that the letter itself is wrong will hardly say otherwise tomorrow.
MOST_REFUSALS = 4
#: No day of a hall is longer than this.
LONGEST_DAY = 72 * HOUR
WAITING, DONE, DEAD = "waiting", "done", "dead"
LONGEST_ERROR = 300


@dataclass(frozen=True, slots=True)
class News:
    """A hall-day in which more has happened than a hook knows: events after `after`, to `until`."""

    hall: str
    day: str
    after: int
    until: int


@dataclass(frozen=True, slots=True)
class Letter:
    """One thing to tell: `event` names it, `body` is the JSON that is sent."""

    event: str
    kind: str
    seq: int
    body: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A letter on its way, or one that has come to its end; times in Unix ms."""

    id: int
    hook: int
    hall: str
    day: str
    seq: int
    event: str
    kind: str
    body: str
    state: str
    attempts: int
    next_try: int
    status: int
    error: str
    ended: int


def pause_after(attempts: int, refused: bool = False) -> int | None:
    """How long (ms) to wait after so many failures; None when that was enough."""
    if attempts >= (MOST_REFUSALS if refused else MOST_ATTEMPTS):
        return None
    return int(min(FIRST_PAUSE * 2.0 ** (attempts - 1), LONGEST_PAUSE))


def refuses(status: int) -> bool:
    """Whether an HTTP status says that this letter is not wanted, rather than not now."""
    return 300 <= status < 500 and status not in (408, 425, 429)


class Deliveries:
    """The deliveries in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- from the log

    def news(self, hook: HookEntry, since: str = "") -> list[News]:
        """The days of a hook's halls in which something has happened, from the date `since` on,
        in order of their opening. Drills are nobody's news."""
        here = HookPositionRow
        known = func.coalesce(col(here.seq), 0)
        same = and_(
            col(here.hook) == hook.id,
            col(here.hall) == col(DayRow.hall),
            col(here.day) == col(DayRow.day),
        )
        wanted = (
            select(DayRow.hall, DayRow.day, known, DayRow.seq)
            .outerjoin(here, same)
            .where(col(DayRow.date) >= since, col(DayRow.speed) == 1)
            .where(col(DayRow.opened) > hook.created - LONGEST_DAY, col(DayRow.seq) > known)
            .order_by(col(DayRow.opened), col(DayRow.hall))
        )
        with self._database.reading() as session:
            return [News(*row) for row in session.exec(wanted) if row[0] in hook.halls]

    def events(self, news: News, limit: int) -> Sequence[EventRow]:
        """The first events of it, in order."""
        wanted = (
            select(EventRow)
            .where(EventRow.hall == news.hall, EventRow.day == news.day)
            .where(EventRow.seq > news.after, EventRow.seq <= news.until)
            .order_by(col(EventRow.seq))
            .limit(limit)
        )
        with self._database.reading() as session:
            return session.exec(wanted).all()

    def rated(self, hall: str, day: str, ticket: str) -> tuple[str, str, str]:
        """Service, window and clerk that a rating is for; empty where nobody knows."""
        with self._database.reading() as session:
            row = session.get(RatingRow, (hall, day, ticket))
            row_ = row or session.get(VisitRow, (hall, day, ticket))
            return (row_.service, row_.window, row_.clerk) if row_ else ("", "", "")

    def write(self, hook: int, news: News, upto: int, letters: Iterable[Letter]) -> bool:
        """Keep the letters of a hook for the events up to `upto`; False, and nothing done, when
        somebody else has been here."""
        with self._database.writing() as session:
            at = session.get(HookPositionRow, (hook, news.hall, news.day))
            if session.get(HookRow, hook) is None or (at.seq if at else 0) != news.after:
                return False
            at = at or HookPositionRow(hook=hook, hall=news.hall, day=news.day, seq=0)
            at.seq = upto
            session.add(at)
            _keep(session, hook, news, list(letters))
            return True

    # --- to the receiver

    def lines(self, now: int) -> list[tuple[int, str]]:
        """Each (hook, hall) whose next letter may be sent."""
        row = DeliveryRow
        first = (
            select(func.min(row.id))
            .join(HookRow, col(HookRow.id) == col(row.hook))
            .where(row.state == WAITING, col(HookRow.active))
            .group_by(col(row.hook), col(row.hall))
        )
        due = select(row.hook, row.hall).where(col(row.id).in_(first), row.next_try <= now)
        with self._database.reading() as session:
            return [(hook, hall) for hook, hall in session.exec(due)]

    def next(self, hook: int, hall: str, limit: int = 100) -> list[Delivery]:
        """What is to be sent on this line, in this order."""
        return self._found(
            limit,
            col(DeliveryRow.state) == WAITING,
            col(DeliveryRow.hook) == hook,
            col(DeliveryRow.hall) == hall,
        )

    def took(self, id_: int, now: int, status: int) -> None:
        """The receiver has it."""
        with self._database.writing() as session:
            if row := session.get(DeliveryRow, id_):
                row.state, row.status, row.error, row.ended = DONE, status, "", now
                row.attempts += 1

    def failed(self, id_: int, now: int, status: int, error: str) -> str:
        """It did not arrive, and is tried again later or is dead; answers with its state."""
        with self._database.writing() as session:
            row = session.get(DeliveryRow, id_)
            if row is None:
                return DONE
            row.attempts += 1
            row.status, row.error = status, error[:LONGEST_ERROR]
            pause = pause_after(row.attempts, refuses(status))
            if pause is None:
                row.state, row.ended = DEAD, now
            else:
                row.next_try = now + pause
            return row.state

    # --- for those who look after it

    def listed(self, hook: int, state: str = DEAD, limit: int = 200) -> list[Delivery]:
        """A hook's deliveries of one state, oldest first."""
        return self._found(limit, col(DeliveryRow.state) == state, col(DeliveryRow.hook) == hook)

    def counts(self) -> dict[tuple[int, str], int]:
        """How many there are, by hook and state."""
        row = DeliveryRow
        wanted = select(row.hook, row.state, func.count()).group_by(col(row.hook), col(row.state))
        with self._database.reading() as session:
            return {(hook, state): count for hook, state, count in session.exec(wanted)}

    def replay(self, hook: int, id_: int | None = None) -> int:
        """Send a dead letter (or all of a hook) once more, before what is newer in its hall;
        answers with how many. Raises `Unknown`."""
        dead = update(DeliveryRow).where(
            col(DeliveryRow.hook) == hook, col(DeliveryRow.state) == DEAD
        )
        if id_ is not None:
            dead = dead.where(col(DeliveryRow.id) == id_)
        fresh = dead.values(state=WAITING, attempts=0, next_try=0, ended=0)
        with self._database.writing() as session:
            count = int(session.exec(fresh).rowcount)
        if not count and id_ is not None:
            raise Unknown("dead_letter", id_)
        return count

    def forget(self, done: int, dead: int) -> int:
        """Delete what was taken before `done` and what died before `dead` (Unix ms)."""
        with self._database.writing() as session:
            return sum(
                session.exec(
                    delete(DeliveryRow).where(
                        col(DeliveryRow.state) == state,
                        col(DeliveryRow.ended) > 0,
                        col(DeliveryRow.ended) < before,
                    )
                ).rowcount
                for state, before in ((DONE, done), (DEAD, dead))
            )

    def _found(self, limit: int, *conditions: object) -> list[Delivery]:
        wanted = select(DeliveryRow).where(*conditions)  # type: ignore[arg-type]  # SQL, not bool
        wanted = wanted.order_by(col(DeliveryRow.id)).limit(limit)
        with self._database.reading() as session:
            return [_delivery(row) for row in session.exec(wanted)]


def tell(session: Session, hook: int, letters: Iterable[tuple[str, Letter]]) -> None:
    """Keep letters that come from no event, each with the hall it is about."""
    for hall, letter in letters:
        _keep(session, hook, News(hall, "", 0, 0), [letter])


def _keep(session: Session, hook: int, news: News, letters: list[Letter]) -> None:
    names = [letter.event for letter in letters]
    # A place that comes near once more has the name that it had.
    told = select(DeliveryRow.event).where(
        DeliveryRow.hook == hook, col(DeliveryRow.event).in_(names)
    )
    known = set(session.exec(told)) if names else set()
    for letter in letters:
        if letter.event not in known:
            known.add(letter.event)
            session.add(
                DeliveryRow(
                    hook=hook,
                    hall=news.hall,
                    day=news.day,
                    seq=letter.seq,
                    event=letter.event,
                    kind=letter.kind,
                    body=letter.body,
                )
            )


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(**row.model_dump())
