"""What is remembered of a hall-day: visits, their stages, seats, ratings, estimates.

Pure records with the fields of the tables in `archive/memory.py`, where each is explained; made
by the fold in `story.py`. Times are Unix ms (0: not yet), durations ms. `date` is that of the
day's opening, also after midnight; `hour` is the wall clock's.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One wait of a ticket and what came of it.

    `since` is when the wait began: for who came before an appointed time, that time. `walk`,
    `service_time` and `hold` are the time it was called, served and held; where nobody pressed
    start, a visitor who was served or sent on was served from the call on (`started` stays 0).
    `outcome` is served, transferred, requeued, held (and then back in the lane), no_show,
    cancelled, expired, or "" while it goes on.
    """

    hall: str
    day: str
    ticket: str
    stage: int
    date: str
    hour: int
    lane: str
    class_: str
    service: str
    since: int
    window: str = ""
    clerk: str = ""
    called: int = 0
    started: int = 0
    ended: int = 0
    wait: int = 0
    walk: int = 0
    service_time: int = 0
    hold: int = 0
    rule: str = ""
    recalls: int = 0
    passed: int = 0
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One ticket from its number to its end (or up to now); sums are over its stages."""

    hall: str
    day: str
    ticket: str
    date: str
    hour: int
    lane: str
    class_: str
    service: str
    source: str
    language: str
    booked: bool
    on_behalf: bool
    taken: int
    called: int
    ended: int
    state: str
    outcome: str
    window: str
    clerk: str
    stages: int
    wait: int
    walk: int
    service_time: int
    hold: int
    recalls: int
    misses: int
    passed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A clerk's time at a window, counted up to its end or to what last happened there.

    A window that is still open when the day closes is counted until then. Two clerks within the
    same ms are one seat, of the second.
    """

    hall: str
    day: str
    window: str
    opened: int
    date: str
    clerk: str = ""
    closed: int = 0
    paused: int = 0
    busy: int = 0
    idle: int = 0
    calls: int = 0
    quick: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """What a visitor thought; `window` and `clerk` are the last that served."""

    hall: str
    day: str
    ticket: str
    date: str
    at: int
    score: int
    reasons: str
    source: str
    lane: str
    service: str
    window: str
    clerk: str
    assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The range (ms) of a visitor who has just taken a number, and the first wait that came of
    it; none while nobody called. Where nobody could know, there is no estimate."""

    hall: str
    day: str
    ticket: str
    date: str
    at: int
    lane: str
    class_: str
    ahead: int
    low: int
    middle: int
    high: int
    wait: int | None = None
