"""What a hall's manager should look at now: a pure function of the view and the time.

An alert has an id that stays the same for as long as the trouble does, so that somebody can say
"I have seen it". What grows (a wait, a queue) gets another id at each further step. Who has seen
what is kept by others; `holds` says for how long that counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from queue_server.domain.calling import MINUTE
from queue_server.domain.facts import WindowView
from queue_server.domain.tickets import State, Ticket
from queue_server.domain.view import HallView

WAIT_STEP = 15 * MINUTE
QUEUE_STEP = 10
#: What grows is told again when it is still there so long (ms) after somebody saw it.
SEEN_FOR = 30 * MINUTE
GROWING = frozenset({"wait", "queue", "crowded", "unserved"})
#: The order of kinds of one gravity: first what one person must see to at once.
ORDER = (
    *("lost", "unserved", "wait", "device", "undelivered"),
    *("unprinted", "queue", "crowded", "idle", "pause"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From where on something is an alert; durations in ms. `target` is no limit but an aim.

    `wait`, `queue` and `at_window` are what real halls report (domain.md §2); `idle` is how long
    an open window may have nobody while people wait for it, `pause` how long it may rest.
    """

    target: int = 15 * MINUTE
    wait: int = 30 * MINUTE
    queue: int = 20
    at_window: int = 10
    idle: int = 3 * MINUTE
    pause: int = 20 * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something to look at. `since` is when it began (Unix ms); `count` how many people or slips;
    the rest names what it is about, where that is one thing."""

    id: str
    kind: str
    since: int
    grave: bool = False
    count: int = 0
    window: str = ""
    lane: str = ""
    ticket: str = ""
    device: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """Who has seen an alert, and when (hall time, Unix ms)."""

    by: str
    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Group:
    """The people of one lane and class who could be called, and the open windows for them."""

    count: int
    earliest: int
    windows: tuple[str, ...]


#: (lane, class) → its people
Groups = Mapping[tuple[str, str], Group]


def alerts(
    view: HallView, now: int, limits: Limits, waiting: Groups | None = None
) -> tuple[Alert, ...]:
    """Everything that is to be looked at at `now` (Unix ms), the gravest first.

    `waiting` is `groups(view)`, for who has it already.
    """
    found = [*_devices(view)]
    if view.layout is not None and view.state != "closed":
        waiting = groups(view) if waiting is None else waiting
        found += _lanes(view, waiting, now, limits)
        found += _windows(view, waiting, now, limits)
        found += _deliveries(view, now)
    return tuple(sorted(found, key=lambda a: (not a.grave, ORDER.index(a.kind), a.since, a.id)))


def holds(alert: Alert, seen: Seen | None, now: int) -> bool:
    """Whether it still counts that somebody has seen this alert."""
    return seen is not None and (alert.kind not in GROWING or now - seen.at < SEEN_FOR)


def groups(view: HallView) -> Groups:
    """Who waits, by lane and class: every answer about queues is a sum over a few of these."""
    people: dict[tuple[str, str], list[Ticket]] = {}
    for ticket in view.waiting:
        if ticket.callable:
            people.setdefault((ticket.lane, ticket.class_), []).append(ticket)
    return {
        (lane, class_): Group(
            len(tickets),
            min(ticket.since for ticket in tickets),
            tuple(window.number for window in view.open_windows(lane, class_)),
        )
        for (lane, class_), tickets in people.items()
    }


def shares(waiting: Groups) -> dict[str, float]:
    """How many people wait for each open window, each of them shared by those that may call."""
    found: dict[str, float] = {}
    for group in waiting.values():
        for window in group.windows:
            found[window] = found.get(window, 0) + group.count / len(group.windows)
    return found


def _lanes(view: HallView, waiting: Groups, now: int, limits: Limits) -> Iterator[Alert]:
    for lane in view.plan.lanes:
        here = [group for (id_, _), group in waiting.items() if id_ == lane.id]
        if here:
            yield from _lane(lane.id, here, now, limits)


def _lane(lane: str, here: Sequence[Group], now: int, limits: Limits) -> Iterator[Alert]:
    count, earliest = sum(g.count for g in here), min(g.earliest for g in here)
    alone = [group for group in here if not group.windows]
    # That no window is open says why they wait, and is said once.
    if now - earliest > limits.wait and not any(g.earliest == earliest for g in alone):
        reached = _step(now - earliest, limits.wait, WAIT_STEP) // MINUTE
        yield Alert(
            id=f"wait:{lane}:{reached}", kind="wait", lane=lane, since=earliest, grave=True, count=1
        )
    if count > limits.queue:
        reached = _step(count - 1, limits.queue, QUEUE_STEP)
        yield Alert(
            id=f"queue:{lane}:{reached}", kind="queue", lane=lane, since=earliest, count=count
        )
    # A short break of the only window is nobody's mistake.
    if alone and now - min(g.earliest for g in alone) > limits.idle:
        yield Alert(
            id=f"unserved:{lane}",
            kind="unserved",
            lane=lane,
            since=min(g.earliest for g in alone),
            grave=True,
            count=sum(g.count for g in alone),
        )


def _step(value: int, limit: int, step: int) -> int:
    """The last step at or below `value`, counted from the limit."""
    return limit + (value - limit) // step * step


def _windows(view: HallView, waiting: Groups, now: int, limits: Limits) -> Iterator[Alert]:
    share = shares(waiting)
    for window in view.windows.values():
        number = window.number
        if window.lost:
            yield _of_window("lost", window, grave=True, ticket=window.ticket)
        elif window.state == "paused" and now - window.since > limits.pause:
            yield _of_window("pause", window, detail=window.reason)
        elif window.state == "open" and not window.ticket:
            yield from _idle(window, waiting, now, limits)
        people = int(share.get(number, 0))
        if people > limits.at_window:
            reached = _step(people - 1, limits.at_window, QUEUE_STEP)
            id_ = f"crowded:{number}:{reached}"
            yield Alert(id=id_, kind="crowded", window=number, since=window.since, count=people)


def _of_window(
    kind: str, window: WindowView, *, grave: bool = False, ticket: str = "", detail: str = ""
) -> Alert:
    return Alert(
        id=f"{kind}:{window.number}:{window.since}",
        kind=kind,
        window=window.number,
        since=window.since,
        grave=grave,
        ticket=ticket,
        detail=detail,
    )


def _idle(window: WindowView, waiting: Groups, now: int, limits: Limits) -> Iterator[Alert]:
    mine = [group for group in waiting.values() if window.number in group.windows]
    if not mine:
        return
    since = max(window.since, min(group.earliest for group in mine))
    if now - since > limits.idle:
        yield Alert(
            id=f"idle:{window.number}:{window.since}",
            kind="idle",
            window=window.number,
            since=since,
            count=sum(group.count for group in mine),
        )


def _devices(view: HallView) -> Iterator[Alert]:
    for device in view.devices.values():
        if device.state != "ok":
            yield Alert(
                id=f"device:{device.id}:{device.since}",
                kind="device",
                device=device.id,
                window=device.window,
                since=device.since,
                grave=device.state != "warning",
                detail=device.error or device.state,
            )


def _deliveries(view: HallView, now: int) -> Iterator[Alert]:
    for seen in view.windows.values():
        ticket = view.tickets.get(seen.ticket)
        # Whoever is being served has found the way.
        if ticket and ticket.undelivered and ticket.state is State.CALLED:
            yield Alert(
                id=f"undelivered:{ticket.number}:{ticket.call_seq}",
                kind="undelivered",
                ticket=ticket.number,
                window=ticket.window,
                since=ticket.called,
                detail=ticket.undelivered,
            )
    if slips := view.unprinted(now):
        oldest = slips[0]
        # A printer without paper is one trouble, however many people it meets.
        yield Alert(
            id=f"unprinted:{oldest.number}",
            kind="unprinted",
            ticket=oldest.number,
            since=oldest.taken,
            count=len(slips),
        )
