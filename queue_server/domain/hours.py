"""A day hour by hour: how many numbers, how many calls, how long people waited. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from queue_server.domain.calling import HOUR
from queue_server.domain.view import HallView


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the hall's wall clock: `hour` 0–23, `waited` is the sum of all waits (ms).

    Of a usual day, numbers are means and so need not be whole.
    """

    hour: int
    taken: float = 0
    called: float = 0
    waited: float = 0

    @property
    def wait(self) -> float | None:
        """The mean wait of those called in this hour (ms); None when nobody was."""
        return self.waited / self.called if self.called else None


def by_hour(view: HallView) -> tuple[Hour, ...]:
    """Today's hours in which anything happened, in order."""
    if view.layout is None:
        return ()
    # One day has one offset, but for the night in which the clocks change.
    offset = view.layout.offset(view.opened)
    taken, called, waited = [0] * 24, [0] * 24, [0] * 24
    for ticket in view.tickets.values():
        taken[(ticket.taken + offset) // HOUR % 24] += 1
    for call in view.calls:
        hour = (call.at + offset) // HOUR % 24
        called[hour] += 1
        waited[hour] += call.wait
    return tuple(
        Hour(hour, taken[hour], called[hour], waited[hour])
        for hour in range(24)
        if taken[hour] or called[hour]
    )


def usual(days: Iterable[Sequence[Hour]]) -> tuple[Hour, ...]:
    """The mean of some days, hour by hour; an hour that a day did not have counts as nothing."""
    listed = [{one.hour: one for one in day} for day in days]
    hours = sorted({hour for day in listed for hour in day})
    return tuple(_mean(hour, [day.get(hour, Hour(hour)) for day in listed]) for hour in hours)


def _mean(hour: int, of: Sequence[Hour]) -> Hour:
    n = len(of)
    return Hour(
        hour,
        sum(one.taken for one in of) / n,
        sum(one.called for one in of) / n,
        sum(one.waited for one in of) / n,
    )
