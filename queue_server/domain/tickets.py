"""One person's visit: its number, its states and its place in the calling order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a ticket is in its life; the moves between them stand in `lifecycle.py`."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    HELD = "held"
    SERVED = "served"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def live(self) -> bool:
        """Whether the hall still owes this visitor something."""
        return self in LIVE


LIVE = frozenset({State.WAITING, State.CALLED, State.SERVING, State.HELD})


@dataclass(frozen=True, slots=True)
class Step:
    """One stop of a one-thing ticket: where, for what, how long, and what must be done before.

    `after` names the steps (by their index, from 0) that must be done first; `minutes` is the
    planned time at the window.
    """

    lane: str
    services: tuple[str, ...]
    minutes: int = 10
    after: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A visit as the events tell it. All times are Unix milliseconds; 0 means "not yet".

    `entry` is the number of entry that breaks ties; `since` is when the present wait began;
    `due` is when a ticket that was put off or held may be called again; `step` is the present
    step, from 1 (0 when there are none), and `done` a digit a step, 1 when it is done.
    """

    number: str
    state: State
    lane: str
    class_: str
    services: tuple[str, ...]
    taken: int
    entered: int
    counts_from: int
    entry: int
    since: int
    steps: tuple[Step, ...] = ()
    step: int = 0
    done: str = ""
    window: str = ""
    called: int = 0
    call_seq: int = 0
    started: int = 0
    ended: int = 0
    calls: int = 0
    misses: int = 0
    away: bool = False
    due: int = 0
    reason: str = ""
    #: Why it has its class, as whoever gave it that class said.
    class_reason: str = ""
    note: str = ""
    come_back_to: str = ""
    on_behalf: str = ""
    booking: str = ""
    source: str = ""
    language: str = ""
    outcome: str = ""
    score: int = 0

    printed: bool = False
    print_error: str = ""
    announced: bool = False
    shown: bool = False
    #: The sorts of device (`screen voice`) that did not confirm the newest call in time.
    undelivered: str = ""

    @property
    def callable(self) -> bool:
        """Whether it stands in its lane: waiting, not away and not put off."""
        return self.state is State.WAITING and not self.away and not self.due

    @property
    def order(self) -> tuple[int, int]:
        """The place in the calling order: the smaller comes first, and no two are equal."""
        return (self.counts_from, self.entry)


def number(prefix: str, count: int) -> str:
    """The printed number: three digits, growing to four past 999 (`A001` … `A999`, `A1000`)."""
    return f"{prefix}{count:03d}"
