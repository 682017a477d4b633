"""Which slips a printer owes: decided from the view and the events. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from queue_server.domain.events import Event, ReprintAsked, TicketTaken
from queue_server.domain.tickets import State
from queue_server.domain.view import GUIDE, ON_PAPER, HallView


@dataclass(frozen=True, slots=True)
class Job:
    """A slip to print: a ticket's own (`seq` 0), or the copy that event `seq` asked for."""

    day: str
    ticket: str
    seq: int = 0

    @property
    def copy(self) -> bool:
        """Whether it is a copy (补打)."""
        return self.seq > 0


@dataclass(frozen=True, slots=True)
class Duty:
    """What a printer is for: tickets from these sources (from anywhere when there are none), and
    what is asked of `device` by name. Paper is not for `drills`, unless it is none."""

    device: str
    sources: tuple[str, ...] = ()
    drills: bool = True

    def covers(self, source: str) -> bool:
        """Whether tickets from there are printed here."""
        return not self.sources or source in self.sources

    def owed(self, view: HallView) -> list[Job]:
        """The live tickets that have no slip yet, in the order they were taken."""
        if not self._real(view):
            return []
        owed = (t for t in view.tickets.values() if t.state.live and not t.printed)
        mine = (ticket for ticket in owed if self.covers(ticket.source))
        return [Job(view.day, t.number) for t in sorted(mine, key=lambda t: (t.taken, t.entry))]

    def asked(self, view: HallView, events: Iterable[Event]) -> Iterator[Job]:
        """The slips that these events ask for; `view` knows their tickets."""
        for event in events if self._real(view) else ():
            if isinstance(event, TicketTaken) and self.covers(event.source):
                yield Job(event.day, event.ticket)
            elif isinstance(event, ReprintAsked) and self._meant(view, event):
                yield Job(event.day, event.ticket, event.seq)

    def _meant(self, view: HallView, event: ReprintAsked) -> bool:
        if event.device:
            return event.device == self.device
        ticket = view.tickets.get(event.ticket)
        if ticket is None:
            return False
        # Whoever came without paper, by phone, gets it at the guide desk.
        paperless = ticket.source.partition("-")[0] not in ON_PAPER
        return self.covers(GUIDE if paperless else ticket.source)

    def _real(self, view: HallView) -> bool:
        return self.drills or view.speed == 1


def wanted(job: Job, view: HallView) -> bool:
    """Whether anybody still waits for this slip."""
    ticket = view.tickets.get(job.ticket) if job.day == view.day else None
    if ticket is None:
        return False
    if job.copy:
        return ticket.state.live or ticket.state is State.NO_SHOW
    return ticket.state.live and not ticket.printed
