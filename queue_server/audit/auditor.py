"""Prove or refute a hall-day's guarantees from its events, and from nothing else.

    verdict = audit(events)        every event of one day, from the first
    verdict.clean                  nothing was refuted
    verdict.lines()                for people

The events are read once, in order, into the auditor's own picture (`audit_picture.py`); on the
way each is judged: windows and states in `audit_kinds.py`, numbers and places in
`audit_places.py`, the calling rule in `audit_order.py`. At the end the fold that everybody else
uses (`view.py`) must have come to the same picture.

What the auditor takes as given: a place moves by the named rules of design §4 (a transfer to the
first place, the end of the lane, a missed call), and each such event is checked against that
rule. Passing counts while a ticket stands in its lane: once it was called, stepped out or was
put aside, counting begins anew. An undone call passed nobody. A ticket that was put off stands
in its lane again, at the latest, with the first receipt that names it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from queue_server.audit.fold import agree
from queue_server.audit.kinds import HEARS
from queue_server.audit.moves import Auditor
from queue_server.domain.events import DayOpened, Event, TicketCalled, TicketTaken
from queue_server.domain.layout import Layout

#: Every guarantee, by the word the findings use → the sentence that is proved or refuted.
GUARANTEES: dict[str, str] = {
    "gapless": "the stream has no gap",
    "time": "time never runs backwards",
    "numbers": "every number is given once, and none is left out",
    "lifecycle": "states follow the lifecycle",
    "one_window": "a ticket is at most at one window",
    "one_ticket": "a window has at most one called or serving ticket",
    "callable": "who is called waits, and the window is open and serves that lane and class",
    "fifo": "inside a lane and class it is first come, first served",
    "order": "the one whose turn it is by the rule is called",
    "receipt": "receipts tell the truth",
    "place": "a place in the order moves only by a named rule",
    "bounded_in_number": "nobody is passed more often than the rule allows",
    "bounded_in_time": "nobody is passed by who came more than head start + reserve later",
    "missed": "a miss is recorded only after the calls and the grace",
    "undo": "undo brings back what was, within its time",
    "nobody_lost": "when the day is closed, nobody is left in it",
    "fold": "the fold of the events agrees",
}

#: A broken stream breaks everything after it; nobody reads more than this.
MOST_FINDINGS = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """A guarantee that does not hold: where (`seq`), how, and the events that show it."""

    guarantee: str
    seq: int
    message: str
    events: tuple[Event, ...] = ()

    def __str__(self) -> str:
        return f"{self.seq}: {self.message} [{self.guarantee}]"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an audit came to; `checked` says how often each guarantee was put to the proof."""

    day: str
    events: int
    tickets: int
    calls: int
    findings: tuple[Finding, ...]
    checked: dict[str, int]

    @property
    def clean(self) -> bool:
        """Whether everything holds."""
        return not self.findings

    def lines(self) -> list[str]:
        """The verdict for people: what was read, each guarantee, and what was found."""
        said = [
            f"Day {self.day or '(none)'}: {self.events:,} events, {self.tickets:,} tickets, "
            f"{self.calls:,} calls."
        ]
        broken = Counter(finding.guarantee for finding in self.findings)
        for name, sentence in GUARANTEES.items():
            mark = "✗" if broken[name] else "✓" if self.checked.get(name) else "–"
            said.append(f"{mark} {sentence} ({self.checked.get(name, 0):,} times)")
        said += [f"! {finding}" for finding in self.findings]
        return [*said, "Everything holds." if self.clean else _refuted(len(self.findings))]


def _refuted(count: int) -> str:
    more = " or more" if count >= MOST_FINDINGS else ""
    return f"{count}{more} findings: the guarantees do not hold."


class Ledger:
    """Counts what was proved and keeps what was refuted."""

    def __init__(self) -> None:
        self.checked: Counter[str] = Counter()
        self.findings: list[Finding] = []

    def prove(self, guarantee: str, true: bool, message: str, *events: Event) -> bool:
        """Note that a guarantee was put to the proof; answers whether it held."""
        self.checked[guarantee] += 1
        if not true and len(self.findings) < MOST_FINDINGS:
            seq = events[-1].seq if events else 0
            self.findings.append(Finding(guarantee, seq, message, events))
        return true


def audit(events: Iterable[Event]) -> Verdict:
    """The verdict on one hall-day; `events` are all of them, in the stream's order."""
    told = list(events)
    ledger = Ledger()
    if told and (first := _opening(ledger, told[0])):
        auditor = Auditor(Layout.from_json(first.layout), ledger.prove)
        for event in told:
            auditor.hear(event, HEARS.get(type(event)))
        agree(auditor.picture, told, ledger.prove)
    return Verdict(
        day=told[0].day if told else "",
        events=len(told),
        tickets=len({event.ticket for event in told if isinstance(event, TicketTaken)}),
        calls=sum(isinstance(event, TicketCalled) for event in told),
        findings=tuple(ledger.findings),
        checked=dict(ledger.checked),
    )


def _opening(ledger: Ledger, first: Event) -> DayOpened | None:
    opened = first if isinstance(first, DayOpened) else None
    ledger.prove("gapless", opened is not None, "the day does not begin with its opening", first)
    return opened
