"""A hall-day as it is remembered: the fold of its events into visits, stages, seats and more.

    story, touched = Story().after(events)

Pure: `after` gives a new story and leaves the old one as it was. `touched` says which records are
not what they were, so that only those are written. A key that was touched and is not in the story
never was: undo has taken it back. The same fold serves the archive, live measures and recounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from queue_server.domain import seats, stages
from queue_server.domain.events import Event
from queue_server.domain.hearing import hear
from queue_server.domain.remembered import Estimate, Rating, Seat, Stage, Visit
from queue_server.domain.telling import Telling

StageKey = tuple[str, int]
SeatKey = tuple[str, int]

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Touched:
    """The keys of the records that are not what they were before."""

    visits: frozenset[str] = frozenset()
    stages: frozenset[StageKey] = frozenset()
    seats: frozenset[SeatKey] = frozenset()
    ratings: frozenset[str] = frozenset()
    estimates: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One hall-day up to event `seq`: visits, ratings and estimates by ticket, stages by ticket and
    number, seats by window and when they began (Unix ms)."""

    day: str = ""
    seq: int = 0
    at: int = 0
    #: Up to where the events made sense, when some did not: the records end there.
    broken: int = 0
    visits: Mapping[str, Visit] = field(default_factory=dict)
    stages: Mapping[StageKey, Stage] = field(default_factory=dict)
    seats: Mapping[SeatKey, Seat] = field(default_factory=dict)
    ratings: Mapping[str, Rating] = field(default_factory=dict)
    estimates: Mapping[str, Estimate] = field(default_factory=dict)
    telling: Telling = field(default_factory=Telling, repr=False)

    @classmethod
    def of(cls, hall: str, day: str = "") -> Story:
        """Of this hall, whatever its plan calls it; nothing has happened yet."""
        return cls(day=day, telling=Telling(name=hall))

    @property
    def date(self) -> str:
        """The hall's own date when the day was opened; empty before."""
        return self.telling.setting.date if self.telling.setting else ""

    def seats_until(self, now: int) -> dict[SeatKey, Seat]:
        """The seats with what those who still sit there have done until `now` (Unix ms)."""
        sat = (seats.until(sitting, now) for sitting in self.telling.sittings.now.values())
        return {**self.seats, **{(seat.window, seat.opened): seat for seat in sat}}

    def after(self, events: Iterable[Event]) -> tuple[Story, Touched]:
        """The story after these events of one day; another day than before begins a new story.

        Events that are known already change nothing. Raises LookupError for a day that does not
        begin with its opening.
        """
        told = list(events)
        if told and self.day not in ("", told[0].day):
            return Story.of(self.telling.name).after(told)
        new = [event for event in told if event.seq > self.seq]
        if not new:
            return self, Touched()
        telling = self.telling.copy()
        for event in new:
            hear(telling, event)
        return _written(replace(self, day=new[0].day, telling=telling), new[-1])


def _written(story: Story, last: Event) -> tuple[Story, Touched]:
    """The records as the telling has them now, and which of them are new."""
    telling = story.telling
    visits: dict[str, Visit] = {}
    found: dict[StageKey, Stage | None] = {}
    estimates: dict[str, Estimate] = {}
    for number in telling.tickets:
        thread = telling.threads.now[number]
        own = list(stages.stages(thread, telling.calls))
        found |= {(number, stage.stage): stage for stage in own}
        found |= {(number, gone): None for gone in _beyond(story, number, len(own))}
        visits[number] = stages.visit(thread, own, telling.hall.tickets[number])
        if told := telling.estimates.get(number):
            wait = own[0].wait if own[0].called else None
            estimates[number] = telling.estimates[number] = (
                told if told.wait == wait else replace(told, wait=wait)
            )
    changed = Touched(
        _differing(story.visits, visits),
        _differing(story.stages, found),
        _differing(story.seats, telling.seats),
        _differing(story.ratings, telling.ratings),
        _differing(story.estimates, estimates),
    )
    written = replace(
        story,
        seq=last.seq,
        at=last.at,
        visits=_merged(story.visits, visits),
        stages=_merged(story.stages, found),
        seats=_merged(story.seats, telling.seats),
        ratings=_merged(story.ratings, telling.ratings),
        estimates=_merged(story.estimates, estimates),
    )
    return written, changed


def _beyond(story: Story, number: str, count: int) -> Iterable[int]:
    """The stages that a ticket had and has no more."""
    while (number, count := count + 1) in story.stages:
        yield count


def _differing(known: Mapping[K, V], new: Mapping[K, V | None]) -> frozenset[K]:
    return frozenset(key for key, one in new.items() if known.get(key) != one)


def _merged(known: Mapping[K, V], new: Mapping[K, V | None]) -> Mapping[K, V]:
    if not new:
        return known
    merged = dict(known)
    for key, one in new.items():
        if one is None:
            merged.pop(key, None)
        else:
            merged[key] = one
    return merged
