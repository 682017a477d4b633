"""Who is near their turn now, and was not before: what a message to a phone is sent for.

Pure. That nobody is told twice (a place that was near, then was not, and is again) is kept by
whoever sends the messages: a notice has a name that stays the same for one wait of one ticket.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from queue_server.domain.predictors import Estimate, for_ticket
from queue_server.domain.tickets import State, Ticket
from queue_server.domain.view import HallView

#: The kind of the notice; it stands beside the kinds of events, and in no stream.
KIND = "ticket.near"
#: From so many people ahead on, unless somebody wants it otherwise.
AHEAD = 3


@dataclass(frozen=True, slots=True)
class Near:
    """So few are ahead of a ticket for the first time. `since` is when its wait began (Unix ms),
    `expected` the wait that is left, in minutes; None when no window is open for it."""

    ticket: str
    lane: str
    ahead: int
    since: int
    expected: Estimate | None

    @property
    def name(self) -> str:
        """The same for one wait of one ticket, however often it comes near."""
        return f"near/{self.ticket}/{self.since}"


def near(before: HallView, after: HallView, now: int, at_most: int = AHEAD) -> tuple[Near, ...]:
    """Whose number of people ahead fell to `at_most` (or below) between two views of one day.

    Who came to stand so far in front at once (a new number, a reinstated one) knows it already.
    Whoever stepped out is told too: that is whom it helps most. `now` is the hall's time (Unix
    ms), for the estimate.
    """
    if before.day != after.day:
        return ()
    return tuple(
        Near(ticket.number, ticket.lane, ahead, ticket.since, for_ticket(after, ticket, now))
        for ticket, ahead in _first(after, at_most)
        if _was_further(before, ticket, at_most)
    )


def _first(view: HallView, at_most: int) -> Iterator[tuple[Ticket, int]]:
    """Everybody with at most so many ahead, with how many there are."""
    seen: dict[str, int] = {}
    for ticket in view.waiting:
        ahead = seen.get(ticket.lane, 0)
        # Whoever was put off is not called before the time that was agreed.
        if ahead <= at_most and not ticket.due:
            yield ticket, ahead
        if ticket.callable:
            seen[ticket.lane] = ahead + 1


def _was_further(before: HallView, ticket: Ticket, at_most: int) -> bool:
    was = before.tickets.get(ticket.number)
    return (
        was is not None
        and was.state is State.WAITING
        and (was.lane, was.since) == (ticket.lane, ticket.since)
        and before.ahead(was) > at_most
    )
