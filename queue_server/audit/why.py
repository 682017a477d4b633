"""Why was A044 called before A045? Two visits of one day side by side, in words for a citizen.

What counts is the first call of each that was not taken back. The hall is folded up to the moment
of the earlier one: who stood where, whether both were in one line at all, and which rule chose.
`explain.py` tells one visit; here is what lay between two.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from queue_server.audit.explain_words import ENGLISH
from queue_server.audit.explain_words import LANGUAGES as EXPLAINED
from queue_server.audit.why_words import LANGUAGES
from queue_server.domain import events as told
from queue_server.domain.calling import MINUTE, SECOND, clock
from queue_server.domain.layout import ORDINARY, Layout
from queue_server.domain.tickets import State, Ticket
from queue_server.domain.view import HallView

#: The rules that chose a ticket whoever else was there.
BY_NAME = ("sent", "by_number", "unheld")
#: What devices report moves nobody.
UNHEARD = (told.Delivered, told.DeviceSeen, told.TicketPrinted)


def why(events: Sequence[told.Event], first: str, second: str, language: str = "en") -> list[str]:
    """Why `first` was called before `second`, in sentences; or how it really was."""
    teller = _Teller(language, _plan(events))
    taken = {event.ticket: event for event in events if isinstance(event, told.TicketTaken)}
    for number in (first, second):
        if number not in taken:
            return [teller.say("unknown", ticket=number)]
    calls = first_calls(events, (first, second))
    if not calls:
        return [teller.say("neither", ticket=first, other=second)]
    call = min(calls.values(), key=lambda one: one.seq)
    other = second if call.ticket == first else first
    heard = [one for one in events if not isinstance(one, UNHEARD)]
    before = HallView(day=call.day).after(one for one in heard if one.seq < call.seq)
    now = before.after(one for one in heard if one.seq >= call.seq)
    pair = _Pair(teller, call, before, before.tickets.get(other), now.tickets[other], taken[other])
    around = [] if call.ticket == first else [teller.say("other_way", ticket=call.ticket)]
    return [*around, *pair.story(), pair.end(calls.get(other))]


def first_calls(
    events: Sequence[told.Event], numbers: Sequence[str]
) -> dict[str, told.TicketCalled]:
    """The first call of each of these tickets; one that was undone called nobody."""
    calls: list[told.TicketCalled] = []
    for event in events:
        if isinstance(event, told.TicketCalled) and event.ticket in numbers:
            calls.append(event)
        elif isinstance(event, told.WindowUndone):
            back = json.loads(event.restored)["tickets"]
            calls = [c for c in calls if c.seq < event.since or c.ticket not in back]
    found: dict[str, told.TicketCalled] = {}
    for call in calls:
        found.setdefault(call.ticket, call)
    return found


def _plan(events: Sequence[told.Event]) -> Layout | None:
    plans = [e for e in events if isinstance(e, told.DayOpened | told.LayoutChanged)]
    return Layout.from_json(plans[-1].layout) if plans else None


@dataclass(frozen=True, slots=True)
class _Teller:
    """Says things in one language, with the names and the clock of a plan."""

    language: str
    plan: Layout | None

    def say(self, name: str, /, **values: object) -> str:
        words = LANGUAGES.get(self.language, LANGUAGES["en"])
        return words[name].format_map(values) + words["stop"]

    def part(self, name: str, /, **values: object) -> str:
        return LANGUAGES.get(self.language, LANGUAGES["en"])[name].format_map(values)

    def clock(self, at: int) -> str:
        return clock(at, self.plan.offset(at) if self.plan else 0)

    def rule(self, rule: str) -> str:
        return EXPLAINED.get(self.language, ENGLISH).rules.get(rule, rule)

    def lane(self, lane: str) -> str:
        if lane.startswith("@"):
            return self.part("window", window=lane[1:])
        known = self.plan.lane.get(lane) if self.plan else None
        return self._name(known.name, known.name_en) if known else lane

    def class_(self, class_: str) -> str:
        """In brackets; nothing for the ordinary one."""
        if class_ == ORDINARY:
            return ""
        found = [c for c in (self.plan.classes if self.plan else ()) if c.id == class_]
        name = self._name(found[0].name, found[0].name_en) if found else class_
        return self.part("class", name=name)

    def _name(self, name: str, english: str) -> str:
        return name if self.language == "zh-CN" else english or name


@dataclass(frozen=True, slots=True)
class _Pair:
    """A call, the hall just before it, and the other ticket: as it was then (None: not yet there),
    as it ended, and how it came."""

    teller: _Teller
    call: told.TicketCalled
    before: HallView
    other: Ticket | None
    ended: Ticket
    taken: told.TicketTaken

    def story(self) -> list[str]:
        """Where the two stood, who was called, and why not the other."""
        ours = self.before.tickets[self.call.ticket]
        lines = [self._place(ours)]
        if self.other is not None:
            lines.append(self._place(self.other))
        called = self.teller.say(
            "called",
            at=self.teller.clock(self.call.at),
            ticket=self.call.ticket,
            window=self.call.window,
            rule=self.teller.rule(self.call.rule),
        )
        return [*lines, called, *self._reasons()]

    def end(self, call: told.TicketCalled | None) -> str:
        """What became of the other."""
        number = self.ended.number
        if call is not None:
            at = self.teller.clock(call.at)
            return self.teller.say("later", other=number, at=at, window=call.window)
        ended = {State.CANCELLED: "cancelled", State.EXPIRED: "expired"}
        name = ended.get(self.ended.state, "not_called")
        return self.teller.say(name, other=number, at=self.teller.clock(self.ended.ended))

    def _place(self, ticket: Ticket) -> str:
        return self.teller.say(
            "place",
            ticket=ticket.number,
            taken=self.teller.clock(ticket.taken),
            lane=self.teller.lane(ticket.lane),
            **{"class": self.teller.class_(ticket.class_)},
            counts=self.teller.clock(ticket.counts_from),
            because=self._because(ticket),
        )

    def _because(self, ticket: Ticket) -> str:
        """Why a ticket counts from another moment than it was taken at."""
        plan = self.before.plan
        head_start = plan.head_start.get(ticket.class_, 0)
        if ticket.counts_from == ticket.taken:
            return ""
        if ticket.counts_from != ticket.entered - head_start:
            return self.teller.part("moved")
        if ticket.entered != ticket.taken:
            return self.teller.part("booked" if ticket.booking else "moved")
        return self.teller.part("head_start", minutes=head_start // MINUTE)

    def _reasons(self) -> list[str]:
        """Why it was not the other's turn: the first of these that holds."""
        other, said = self.other, self._said
        if other is None:
            return [said("absent", taken=self.teller.clock(self.taken.at))]
        if other.away:
            return [said("away")]
        if other.state is State.HELD:
            return [said("held")]
        if other.due:
            return [said("put_off", due=self.teller.clock(other.due))]
        if self.call.rule in BY_NAME:
            return [said("by_name")]
        window = self.before.windows[self.call.window]
        if not self.before.serves(window, other.lane, other.class_):
            return [self._elsewhere(other)]
        if self.call.lane_asked not in ("", other.lane):
            return [said("asked", lane=self.teller.lane(self.call.lane_asked))]
        return self._compared(other)

    def _elsewhere(self, other: Ticket) -> str:
        found = [w.number for w in self.before.open_windows(other.lane, other.class_)]
        windows = ", ".join(sorted(found)) or self.teller.part("none")
        return self._said("elsewhere", windows=windows)

    def _compared(self, other: Ticket) -> list[str]:
        """Both could have been called there: which rule told them apart."""
        rule, at = self.before.plan.rule, self.call.at
        if self.call.rule == "ceiling":
            both = other.entered < at - rule.ceiling
            name = "ceiling_both" if both else "ceiling"
            return [self._said(name, minutes=rule.ceiling // MINUTE, wait=self._waited())]
        if self.call.rule == "green_promise":
            minutes = rule.green_promise // MINUTE
            return [self._said("green_promise", minutes=minutes, wait=self._waited())]
        if self.call.rule == "overtaken":
            return [self._said("overtaken", times=rule.max_overtaken)]
        return self._in_order(other)

    def _in_order(self, other: Ticket) -> list[str]:
        ours = self.call
        if ours.counts_from == other.counts_from:
            return [self._said("same_moment")]
        if ours.counts_from < other.counts_from:
            return [self._said("earlier")]
        late = max((h.handicap for h in ours.others if h.lane == other.lane), default=0)
        if late:
            return [self._said("reserve", minutes=late // MINUTE)]
        return [self._said("rule")]

    def _waited(self) -> str:
        minutes, rest = divmod(self.call.at - self.call.entered, MINUTE)
        return self.teller.part("minutes", minutes=minutes, seconds=rest // SECOND)

    def _said(self, name: str, /, **values: object) -> str:
        """A sentence about the two; whatever it may name is there."""
        other = self.other
        about: dict[str, object] = {
            "ticket": self.call.ticket,
            "other": self.ended.number,
            "window": self.call.window,
            "counts": self.teller.clock(self.call.counts_from),
        }
        if other is not None:
            about |= {
                "other_lane": self.teller.lane(other.lane),
                "other_class": self.teller.class_(other.class_),
                "other_counts": self.teller.clock(other.counts_from),
            }
        return self.teller.say(name, **(about | values))
