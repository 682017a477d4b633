"""Was it really this ticket's turn? The calling rule, written a second time.

Lua decides (`engine/lua/_calling.lua`); this module decides again from the events alone and
compares. One thing is taken on trust: Lua counts passes at the head of a lane, which is an upper
bound for everybody behind it, so a call by `overtaken` may come earlier than the exact count
asks for. That nobody is passed more often than the rule allows is counted exactly, ticket by
ticket.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import attrgetter

from queue_server.audit.picture import Field, Picture, Place, Seat, Visit
from queue_server.domain.calling import MINUTE, CallingRule, Head
from queue_server.domain.events import Event, TicketCalled
from queue_server.domain.layout import GREEN

#: Calls that a clerk made by hand: the rule did not choose, and nobody counts as passed.
BY_HAND = frozenset({"by_number", "unheld"})

Prove = Callable[..., bool]


@dataclass(frozen=True, slots=True)
class Candidate:
    """The first of a lane and class, as one window sees it."""

    field: Field
    number: str
    counts_from: int
    entry: int
    entered: int
    handicap: int

    @property
    def turn(self) -> tuple[int, int, int]:
        """The smallest is called: counts_from with the reserve; then who has the older place."""
        return (self.counts_from + self.handicap, self.counts_from, self.entry)

    @property
    def arrival(self) -> tuple[int, int, int]:
        """The smallest has waited longest."""
        return (self.entered, self.counts_from, self.entry)

    @property
    def head(self) -> Head:
        """As a receipt writes it."""
        lane, class_ = self.field
        return Head(lane, class_, self.number, self.counts_from, self.entry, self.handicap)


def pick(found: list[Candidate], rule: CallingRule, now: int) -> tuple[Candidate, str]:
    """Whose turn it is, and by which rule, before anybody counts how often he was passed."""
    first = min(found, key=attrgetter("turn"))
    late = [one for one in found if rule.ceiling and one.entered < now - rule.ceiling]
    if late:
        chosen, why = min(late, key=attrgetter("arrival")), "ceiling"
    else:
        chosen, why = _promised(found, rule, now) or first, "green_promise"
    return chosen, "order" if chosen is first else why


def _promised(found: list[Candidate], rule: CallingRule, now: int) -> Candidate | None:
    line = now - rule.green_promise
    green = [one for one in found if one.field[1] == GREEN and one.entered < line]
    if not green or not rule.green_promise:
        return None
    one = min(green, key=attrgetter("arrival"))
    # Never past someone who came more than head start + reserve earlier.
    bound = one.counts_from - rule.reserve
    return None if any(other.entered < bound for other in found) else one


@dataclass
class Order:
    """Judges calls; `passed_by` remembers whom a ticket's last call passed, for undo."""

    picture: Picture
    prove: Prove
    passed_by: dict[str, tuple[int, list[str]]] = field(default_factory=dict)

    def judge(self, event: TicketCalled, visit: Visit, seat: Seat) -> None:
        """Everything design §4 says about a call by rule; the ticket still stands in its lane."""
        found = self._found(seat, event)
        winner = next((one for one in found if one.number == visit.number), None)
        first = self.picture.lines[visit.field][0].number
        self.prove(
            "fifo",
            winner is not None,
            f"{visit.number} was called, but {first} stands before it in its lane and class",
            event,
        )
        if winner:
            self._prove_turn(event, winner, found)
            self._prove_bounds(event, visit, winner, found)

    def undone(self, number: str, since: int) -> None:
        """A call that never happened passed nobody."""
        seq, passed = self.passed_by.get(number, (0, []))
        if seq >= since:
            del self.passed_by[number]
            for other in passed:
                self.picture.passes[other] -= 1

    # --- who could have been called

    def _found(self, seat: Seat, event: TicketCalled) -> list[Candidate]:
        """The candidates of this call (of one lane, if the clerk asked for one); and is the
        receipt true?"""
        lane = event.lane_asked
        found = [one for one in self._candidates(seat) if lane in ("", one.field[0])]
        self.prove(
            "receipt",
            set(event.others) == _heads(found, event),
            f"the receipt of {event.ticket} does not name who else could have been called",
            event,
        )
        return found

    def _candidates(self, seat: Seat) -> Iterable[Candidate]:
        picture = self.picture
        flexible = len(picture.lanes_of(seat)) > 1
        for at in picture.served_by(seat):
            if line := picture.lines.get(at):
                first = line[0]
                reserve = picture.layout.rule.reserve if flexible and at in picture.owned else 0
                entered = picture.visits[first.number].entered
                yield Candidate(at, first.number, first.counts_from, first.entry, entered, reserve)

    # --- whose turn it was

    def _prove_turn(self, event: TicketCalled, winner: Candidate, found: list[Candidate]) -> None:
        rule = self.picture.layout.rule
        due, why = pick(found, rule, event.at)
        sent = winner.field[0] == f"@{event.window}"
        if winner is due and event.rule != "overtaken":
            right = event.rule == ("sent" if sent else why)
        else:
            named = event.rule == ("sent" if sent else "overtaken")
            right = named and self._spent(winner, due, found)
        self.prove(
            "order",
            right,
            f"{winner.number} was called by {event.rule!r}, but by {why!r} it was the turn of "
            f"{due.number}",
            event,
        )

    def _spent(self, winner: Candidate, due: Candidate, found: list[Candidate]) -> bool:
        """Whether somebody older than `due` had been passed too often, and `winner` is first of
        those who are at least that old."""
        spent = [one for one in found if one.entered < due.entered and self._too_often(one)]
        return any(
            winner is min((c for c in found if c.entered <= one.entered), key=attrgetter("turn"))
            for one in spent
        )

    def _too_often(self, one: Candidate) -> bool:
        line = (self.picture.visits[place.number] for place in self.picture.lines[one.field])
        limit = self.picture.layout.rule.max_overtaken
        return any(self.picture.bound(visit) >= limit for visit in line)

    # --- bounded overtaking

    def _prove_bounds(
        self, event: TicketCalled, visit: Visit, winner: Candidate, found: list[Candidate]
    ) -> None:
        picture, rule = self.picture, self.picture.layout.rule
        head_start = visit.entered - visit.counts_from
        passed: list[str] = []
        for one in found:
            if one.entered >= visit.entered:
                continue
            picture.heads_passed[one.field] += 1
            # Inside a lane and class all have the same head start, so the first came first.
            apart = visit.entered - one.entered
            self.prove(
                "bounded_in_time",
                apart <= head_start + rule.reserve,
                f"{one.number} was passed by {winner.number}, which came "
                f"{apart / MINUTE:.1f} min later",
                event,
            )
            passed += self._older(one, visit.entered)
        for number in passed:
            self._count(event, number)
        self.passed_by[visit.number] = (event.seq, passed)

    def _older(self, one: Candidate, entered: int) -> list[str]:
        line = self.picture.lines[one.field]
        until = Place(entered - (one.entered - one.counts_from), -1, "")
        return [place.number for place in line[: bisect_left(line, until)]]

    def _count(self, event: Event, number: str) -> None:
        self.picture.passes[number] += 1
        times = self.picture.passes[number]
        self.prove(
            "bounded_in_number",
            times <= self.picture.layout.rule.max_overtaken,
            f"{number} was passed {times} times by later comers",
            event,
        )


def _heads(found: list[Candidate], event: TicketCalled) -> set[Head]:
    return {one.head for one in found if one.number != event.ticket}
