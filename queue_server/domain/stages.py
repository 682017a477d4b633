"""How one ticket's visit falls into stages: a wait, and what came of it.

Pure. A `Thread` is a visit as far as it has been told; each function here is one thing that can
happen to it. Which event means what, and what undo brings back, stands in `story.py`.

A stage goes on when a ticket that waits is sent elsewhere (people have waited all the same), when
it is held and called back to a window, and when a neighbour takes it over from a window that was
lost. It ends when the ticket leaves the window, or the lane for good.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from queue_server.domain import events as told
from queue_server.domain.civil import date_of
from queue_server.domain.remembered import Rating, Stage, Visit
from queue_server.domain.tickets import State, Ticket

#: Which sum the time in a state belongs to.
SPENT = {State.CALLED: "walk", State.SERVING: "service_time", State.HELD: "hold"}
#: After these the visitor was at the window, whether or not somebody pressed start.
THERE = ("served", "transferred")

Place = tuple[int, int]


class Passage(NamedTuple):
    """A call that ended a wait: when in the log, the place (entered, entry) of who was called."""

    seq: int
    place: Place
    ticket: str


class Stand(NamedTuple):
    """A ticket waits in a lane with a place, from one event to another (0: still)."""

    stage: int
    lane: str
    place: Place
    begins: int
    ends: int = 0

    def passed_by(self, call: Passage) -> bool:
        """Whether that call, in the same lane, was of a later comer."""
        within = self.begins < call.seq and (not self.ends or call.seq < self.ends)
        return within and call.place > self.place


@dataclass(frozen=True, slots=True)
class Setting:
    """What all records of a hall-day share; `zone` is the hall's."""

    hall: str
    day: str
    date: str
    zone: ZoneInfo

    @classmethod
    def of(cls, hall: str, day: str, opened: int, zone: ZoneInfo) -> Setting:
        """Of a day that was opened then (Unix ms)."""
        return cls(hall, day, date_of(opened, zone).isoformat(), zone)

    def hour(self, at: int) -> int:
        """The hour of the wall clock."""
        return datetime.fromtimestamp(at / 1000, self.zone).hour


@dataclass(frozen=True, slots=True)
class Thread:
    """A visit as far as it has been told: `phase` since `mark` (Unix ms), its stages in order."""

    taken: told.TicketTaken
    setting: Setting
    phase: State
    mark: int
    stages: tuple[Stage, ...] = ()
    stands: tuple[Stand, ...] = ()

    @property
    def last(self) -> Stage:
        """The stage that goes on, or the last there was."""
        return self.stages[-1]


def take(event: told.TicketTaken, ticket: Ticket, setting: Setting) -> Thread:
    """A visit begins."""
    return wait(Thread(event, setting, State.WAITING, event.at), event, ticket)


def wait(thread: Thread, event: told.Placed, ticket: Ticket) -> Thread:
    """The ticket comes to stand in a lane: a stage begins."""
    number, setting = len(thread.stages) + 1, thread.setting
    stage = Stage(
        hall=setting.hall,
        day=setting.day,
        ticket=event.ticket,
        stage=number,
        date=setting.date,
        hour=setting.hour(max(event.at, event.entered)),
        lane=event.lane,
        class_=event.class_,
        service=_service(ticket),
        since=max(event.at, event.entered),
    )
    return Thread(
        thread.taken,
        setting,
        State.WAITING,
        event.at,
        (*thread.stages, stage),
        (*thread.stands, _stand(number, event)),
    )


def _service(ticket: Ticket) -> str:
    services = ticket.steps[ticket.step - 1].services if ticket.steps else ticket.services
    return (services or ticket.services or ("",))[0]


def _stand(stage: int, event: told.Placed) -> Stand:
    return Stand(stage, event.lane, (event.entered, event.entry), event.seq)


def move(thread: Thread, event: told.Placed, since: int) -> Thread:
    """The ticket waits elsewhere, with another class or at another place; `since` is when its
    wait began, which stays."""
    if thread.phase is not State.WAITING:
        return thread
    begins = max(since, event.entered)
    hour = thread.setting.hour(begins)
    stage = replace(thread.last, lane=event.lane, class_=event.class_, since=begins, hour=hour)
    stands = (*_left(thread, event.seq), _stand(stage.stage, event))
    return replace(thread, stages=(*thread.stages[:-1], stage), stands=stands)


def _left(thread: Thread, seq: int) -> tuple[Stand, ...]:
    return (*thread.stands[:-1], thread.stands[-1]._replace(ends=seq))


def call(thread: Thread, event: told.TicketCalled, clerk: str) -> Thread:
    """A window calls: the wait is over, or who was held or left at a lost window is back."""
    changes: dict[str, Any] = {"window": event.window, "clerk": clerk}
    if thread.phase is not State.WAITING:
        return _turn(thread, State.CALLED, event.at, **changes)
    changes |= {"called": event.at, "wait": event.wait, "rule": event.rule}
    changes |= {"lane": event.lane, "class_": event.class_}
    called = _turn(thread, State.CALLED, event.at, **changes)
    return replace(called, stands=_left(thread, event.seq))


def recall(thread: Thread) -> Thread:
    """The same call once more."""
    stage = replace(thread.last, recalls=thread.last.recalls + 1)
    return replace(thread, stages=(*thread.stages[:-1], stage))


def start(thread: Thread, at: int) -> Thread:
    """The visitor has come."""
    return _turn(thread, State.SERVING, at, started=thread.last.started or at)


def hold(thread: Thread, at: int) -> Thread:
    """Put aside."""
    return _turn(thread, State.HELD, at)


def attend(thread: Thread, clerk: str) -> Thread:
    """Another clerk has the ticket."""
    if thread.phase not in (State.CALLED, State.SERVING) or thread.last.clerk == clerk:
        return thread
    return replace(thread, stages=(*thread.stages[:-1], replace(thread.last, clerk=clerk)))


def end(thread: Thread, event: told.TicketEvent, outcome: str, state: State) -> Thread:
    """The stage is over; the ticket is in `state` then."""
    changes: dict[str, Any] = {"ended": event.at, "outcome": outcome}
    if thread.phase is State.WAITING:
        changes["wait"] = max(event.at - thread.last.since, 0)
        thread = replace(thread, stands=_left(thread, event.seq))
    ended = _turn(thread, state, event.at, **changes)
    if outcome in THERE and not ended.last.started and ended.last.called:
        last = ended.last
        served = replace(last, walk=0, service_time=last.service_time + last.walk)
        ended = replace(ended, stages=(*ended.stages[:-1], served))
    return ended


def _turn(thread: Thread, phase: State, at: int, **changes: Any) -> Thread:
    last = thread.stages[-1]
    if spent := SPENT.get(thread.phase):
        changes[spent] = getattr(last, spent) + at - thread.mark
    stages = (*thread.stages[:-1], replace(last, **changes))
    return Thread(thread.taken, thread.setting, phase, at, stages, thread.stands)


# --- what is read off a thread


def stages(thread: Thread, calls: Mapping[str, Sequence[Passage]]) -> Iterator[Stage]:
    """Its stages as they are remembered; `calls` are those of the day, by lane."""
    passed: dict[int, int] = {}
    for stand in thread.stands:
        if count := _passes(stand, calls.get(stand.lane, ())):
            passed[stand.stage] = passed.get(stand.stage, 0) + count
    for stage in thread.stages:
        yield replace(stage, passed=passed[stage.stage]) if stage.stage in passed else stage


def _passes(stand: Stand, calls: Sequence[Passage]) -> int:
    count = 0
    for at in range(bisect_right(calls, stand.begins, key=_seq), len(calls)):
        seq, place, _ = calls[at]
        if stand.ends and seq >= stand.ends:
            break
        count += place > stand.place
    return count


def _seq(call: Passage) -> int:
    return call.seq


def visit(thread: Thread, found: Sequence[Stage], ticket: Ticket) -> Visit:
    """The visit of these stages."""
    taken, setting = thread.taken, thread.setting
    last = next((stage for stage in reversed(found) if stage.window), None)
    return Visit(
        hall=setting.hall,
        day=setting.day,
        ticket=taken.ticket,
        date=setting.date,
        hour=setting.hour(taken.at),
        lane=taken.lane,
        class_=taken.class_,
        service=(taken.services or ("",))[0],
        source=taken.source,
        language=taken.language,
        booked=bool(taken.booking),
        on_behalf=bool(taken.on_behalf),
        taken=taken.at,
        called=next((stage.called for stage in found if stage.called), 0),
        ended=ticket.ended,
        state=ticket.state.value,
        outcome=ticket.outcome,
        window=last.window if last else "",
        clerk=last.clerk if last else "",
        stages=len(found),
        wait=sum(stage.wait for stage in found),
        walk=sum(stage.walk for stage in found),
        service_time=sum(stage.service_time for stage in found),
        hold=sum(stage.hold for stage in found),
        recalls=sum(stage.recalls for stage in found),
        misses=ticket.misses,
        passed=sum(stage.passed for stage in found),
    )


def rating(thread: Thread, event: told.TicketRated) -> Rating:
    """What the visitor said of it."""
    setting = thread.setting
    served = next((stage for stage in reversed(thread.stages) if stage.window), thread.last)
    return Rating(
        hall=setting.hall,
        day=setting.day,
        ticket=event.ticket,
        date=setting.date,
        at=event.at,
        score=event.score,
        reasons=" ".join(event.reasons),
        source=event.source,
        lane=served.lane,
        service=served.service,
        window=event.window or served.window,
        clerk=served.clerk,
    )
