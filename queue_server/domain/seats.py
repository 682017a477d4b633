"""A clerk's time at a window: how much of it was busy, idle or paused.

Pure. A `Sitting` is a seat as far as it has been told; `story.py` says which event means what.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from queue_server.domain.facts import WindowView
from queue_server.domain.remembered import Seat
from queue_server.domain.stages import Setting

PAUSED, BUSY, IDLE, CLOSED = "paused", "busy", "idle", "closed"


@dataclass(frozen=True, slots=True)
class Sitting:
    """A seat, and what it does since `mark` (Unix ms)."""

    seat: Seat
    phase: str
    mark: int

    @property
    def key(self) -> tuple[str, int]:
        """What a seat is known by: its window, and when it began."""
        return self.seat.window, self.seat.opened


def phase(window: WindowView) -> str:
    """What a window does: a pause is a pause, also with somebody still there."""
    if window.state != "open":
        return window.state
    return BUSY if window.ticket else IDLE


def sit(setting: Setting, window: WindowView, at: int, before: Sitting | None) -> Sitting:
    """A clerk sits down; nobody else sits there any more."""
    seat = Seat(
        hall=setting.hall,
        day=setting.day,
        window=window.number,
        opened=at,
        date=setting.date,
        clerk=window.clerk,
    )
    if before and before.seat.opened == at:
        seat = replace(seat, calls=before.seat.calls, quick=before.seat.quick)
    return Sitting(seat, phase(window), at)


def turn(sitting: Sitting, new: str, at: int, **changes: Any) -> Sitting:
    """The window does something else from now on; `changes` are of the seat."""
    changes[sitting.phase] = getattr(sitting.seat, sitting.phase) + at - sitting.mark
    return Sitting(replace(sitting.seat, **changes), new, at)


def rise(sitting: Sitting, at: int) -> Sitting:
    """The clerk leaves."""
    return sitting if sitting.phase == CLOSED else turn(sitting, CLOSED, at, closed=at)


def until(sitting: Sitting, now: int) -> Seat:
    """The seat as it will be when nothing happens before `now` (Unix ms)."""
    open_ = sitting.phase != CLOSED and now > sitting.mark
    return turn(sitting, sitting.phase, now).seat if open_ else sitting.seat
