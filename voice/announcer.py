"""Decide what to say next in each zone, and whether it is still worth saying.

Pure: time comes in as an argument (ms, on any clock that does not jump), and so does the hall's
view; speaking is somebody else's job. Within a zone one announcement at a time: first calls,
then recalls, then broadcasts. Every call is counted once: heard, or left out for a reason.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from queue_server.domain.tickets import State
from queue_server.domain.view import HallView
from voice import phrases
from voice.languages import chosen
from voice.phrases import Speech
from voice.timetable import Timetable

#: So many waiting calls are many: with two languages, the last would come too late.
MANY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a hall announces; times in ms. `languages` none means those of the hall's plan.

    `repeats` is how often a call is said, `pause` the silence between. With `hurry`, once only
    while others in the zone wait to be called, and in the first language alone while
    `MANY` wait: better heard briefly than dropped. `notice_stale_after` is for broadcasts that
    do not say themselves until when they hold.
    """

    languages: tuple[str, ...] = ()
    phone_digits: bool = False
    repeats: int = 2
    pause: int = 1_200
    hurry: bool = True
    same_within: int = 5_000
    stale_after: int = 20_000
    notice_stale_after: int = 300_000
    timetable: Timetable = field(default_factory=Timetable)

    def __post_init__(self) -> None:
        if self.repeats < 1:
            raise ValueError("an announcement is said once or more often")
        if min(self.pause, self.same_within, self.stale_after, self.notice_stale_after) < 0:
            raise ValueError("times must not be negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One announcement: what to say, in each language in turn, and how often.

    `seq` is that of its first call, or of the broadcast, which has no `ticket`.
    """

    zone: str
    seq: int
    ticket: str
    speeches: tuple[Speech, ...]
    repeats: int

    @property
    def caption(self) -> str:
        """What is said, to read."""
        return " / ".join(speech.caption for speech in self.speeches)


class Heard(NamedTuple):
    """A call that people heard: `delay` ms after it was made its speech began."""

    ticket: str
    seq: int
    delay: int


@dataclass(frozen=True, slots=True)
class Stats:
    """Calls and broadcasts so far: heard, waiting, and left out, by reason.

    The reasons are stale (too late), gone (the ticket is served or elsewhere), quiet (quiet
    hours), wordless (a broadcast of marks alone), synthesizer and speaker (they failed).
    """

    heard: int = 0
    waiting: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Entry:
    """An announcement in the making; `calls` are (seq, at), `until` 0 means no end of its own."""

    ticket: str
    window: str
    calls: list[tuple[int, int]]
    text: str = ""
    until: int = 0
    begun: int | None = None
    heard: int | None = None
    lost: bool = False

    def same(self, at: int, within: int) -> bool:
        """Whether one more such call at `at` is this announcement."""
        if self.lost or self.begun is None:
            return not self.lost
        return at - max(self.calls[0][1], self.begun) <= within


class _Zone:
    """What waits in a zone, and what is being said there."""

    def __init__(self) -> None:
        self.first: deque[_Entry] = deque()
        self.again: deque[_Entry] = deque()
        self.notices: deque[_Entry] = deque()
        self.now: _Entry | None = None

    def queues(self) -> tuple[deque[_Entry], ...]:
        return self.first, self.again, self.notices

    def calls(self) -> Iterator[_Entry]:
        yield from self.first
        yield from self.again


class Announcer:
    """The announcements of one hall: `call` and `notice` bring some, `due` gives the next.

    After `due` say what became of it: `heard` when its speech began, or `unsaid`; then `done`.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._zones: dict[str, _Zone] = {}
        self._latest: dict[tuple[str, str], _Entry] = {}
        self._heard = 0
        self._left_out: Counter[str] = Counter()

    @property
    def stats(self) -> Stats:
        """What became of everything so far."""
        queues = (queue for zone in self._zones.values() for queue in zone.queues())
        waiting = sum(len(entry.calls) for queue in queues for entry in queue)
        return Stats(self._heard, waiting, dict(self._left_out))

    def call(
        self, zone: str, ticket: str, window: str, seq: int, at: int, again: bool = False
    ) -> tuple[Heard, ...]:
        """A ticket was called at `at`, or called `again`.

        The same call within `same_within` of the first, or of its announcement, is one with it;
        so is one whose announcement still waits. Gives what that makes heard already.
        """
        latest = self._latest.get((ticket, window))
        if latest and latest.same(at, self.settings.same_within):
            latest.calls.append((seq, at))
            return self._hear(latest, [(seq, at)]) if latest.heard is not None else ()
        entry = _Entry(ticket, window, [(seq, at)])
        self._latest[ticket, window] = entry
        queues = self._zone(zone)
        (queues.again if again else queues.first).append(entry)
        return ()

    def notice(self, zone: str, text: str, seq: int, at: int, until: int = 0) -> None:
        """Something else is to be said in a zone, until `until` at the latest (0: a while)."""
        if not phrases.sayable(text):
            self._left_out["wordless"] += 1
            return
        until = until or at + self.settings.notice_stale_after
        self._zone(zone).notices.append(_Entry("", "", [(seq, at)], text, until))

    def due(self, zone: str, now: int, view: HallView) -> Utterance | None:
        """The next thing to say in a zone, if any and nothing is being said there."""
        queues = self._zone(zone)
        for queue in queues.queues() if queues.now is None else ():
            while queue:
                entry = queue.popleft()
                if reason := self._too_late(entry, now, view):
                    self._leave_out(entry, reason)
                    continue
                entry.begun, queues.now = now, entry
                return self._utterance(zone, entry, view, self._others(zone, now, view))
        return None

    def next(self, zone: str, now: int, view: HallView) -> Utterance | None:
        """What would be next after what is being said; nothing changes."""
        for queue in self._zone(zone).queues():
            for entry in queue:
                if not self._too_late(entry, now, view):
                    others = self._others(zone, now, view) - bool(entry.ticket)
                    return self._utterance(zone, entry, view, others)
        return None

    def heard(self, zone: str, now: int) -> tuple[Heard, ...]:
        """The speech of what is being said has begun: which calls people hear by it."""
        entry = self._zone(zone).now
        if entry is None or entry.heard is not None or entry.lost:
            return ()
        entry.heard = now
        return self._hear(entry, entry.calls)

    def unsaid(self, zone: str, reason: str) -> None:
        """What should be said is not, for this reason; nothing, when it was heard already."""
        entry = self._zone(zone).now
        if entry is not None and entry.heard is None and not entry.lost:
            self._leave_out(entry, reason)

    def once_more(self, zone: str, now: int, view: HallView) -> bool:
        """Whether what was said is worth saying again (of its repeats)."""
        queues = self._zone(zone)
        if queues.now is None or not self._wanted(queues.now, view):
            return False
        return not (self.settings.hurry and self._others(zone, now, view))

    def done(self, zone: str) -> None:
        """The zone is free for the next."""
        self._zone(zone).now = None

    def new_day(self) -> None:
        """Yesterday's calls are nobody's any more."""
        for zone in self._zones.values():
            for queue in zone.queues():
                while queue:
                    self._leave_out(queue.popleft(), "gone")
        self._latest.clear()

    def _zone(self, zone: str) -> _Zone:
        return self._zones.setdefault(zone, _Zone())

    def _others(self, zone: str, now: int, view: HallView) -> int:
        """How many calls wait in a zone that are worth saying."""
        return sum(not self._too_late(entry, now, view) for entry in self._zone(zone).calls())

    def _hear(self, entry: _Entry, calls: list[tuple[int, int]]) -> tuple[Heard, ...]:
        assert entry.heard is not None
        self._heard += len(calls)
        if not entry.ticket:
            return ()
        return tuple(Heard(entry.ticket, seq, max(entry.heard - at, 0)) for seq, at in calls)

    def _leave_out(self, entry: _Entry, reason: str) -> None:
        entry.lost = True
        self._left_out[reason] += len(entry.calls)

    def _too_late(self, entry: _Entry, now: int, view: HallView) -> str:
        if not self._wanted(entry, view):
            return "gone"
        # The clerk who asked again wants it said still.
        until = entry.until or entry.calls[-1][1] + self.settings.stale_after
        return "stale" if now > until else ""

    @staticmethod
    def _wanted(entry: _Entry, view: HallView) -> bool:
        if not entry.ticket:
            return True
        ticket = view.tickets.get(entry.ticket)
        called = ticket is not None and ticket.state is State.CALLED
        return called and ticket is not None and ticket.window == entry.window

    def _utterance(self, zone: str, entry: _Entry, view: HallView, others: int) -> Utterance:
        hall = view.layout.languages if view.layout else ()
        languages = chosen(self.settings.languages or hall)
        if entry.ticket and self.settings.hurry and others >= MANY:
            languages = languages[:1]
        phone = self.settings.phone_digits
        if entry.ticket:
            said = tuple(
                phrases.call(one, entry.ticket, entry.window, phone=phone) for one in languages
            )
        else:
            said = (phrases.broadcast(entry.text, languages),)
        seq = entry.calls[0][0]
        return Utterance(
            zone=zone,
            seq=seq,
            ticket=entry.ticket,
            speeches=said,
            repeats=self.settings.repeats,
        )
