"""The calling rule: its settings, and why a ticket was called, in words.

Lua picks the ticket (`engine/lua/_calling.lua`); this module names the settings it obeys and
turns the receipt it leaves behind into sentences. All durations are milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class CallingRule:
    """The numbers of the calling rule; every one is a setting of the hall."""

    reserve: int = 10 * MINUTE
    ceiling: int = 60 * MINUTE
    green_promise: int = 15 * MINUTE
    max_overtaken: int = 5
    grace: int = 60 * SECOND
    min_calls: int = 2
    back_behind: int = 3
    misses_allowed: int = 2
    undo_within: int = 10 * SECOND

    def problems(self) -> dict[str, str]:
        """What is wrong with these numbers, by setting; empty when all is well."""
        found = {
            field.name: "must not be negative"
            for field in fields(self)
            if getattr(self, field.name) < 0
        }
        if self.max_overtaken < 1:
            found["max_overtaken"] = "must be at least 1"
        if self.ceiling and self.ceiling < self.green_promise:
            found["ceiling"] = "must not be shorter than green_promise"
        return found


@dataclass(frozen=True, slots=True)
class Head:
    """The first of a lane and class when a call was decided, as the receipt records it.

    `counts_from` is the ticket's own; `handicap` is the reserve that was added to it at this
    window (0 when none); `entry` breaks ties.
    """

    lane: str
    class_: str
    ticket: str
    counts_from: int
    entry: int
    handicap: int = 0


#: Why a ticket was the one, as `ticket.called` names it → the sentence for the wall.
RULES: dict[str, str] = {
    "order": "it counts as having come first",
    "ceiling": "it has waited longer than the ceiling, and such tickets go first, oldest first",
    "green_promise": "it is a green-channel ticket that has waited longer than was promised",
    "overtaken": "it had been passed as often as the rules allow",
    "sent": "it was sent to this window",
    "by_number": "the clerk called its number",
    "unheld": "its visitor, who had been put on hold, is back",
}


def clock(at: int, offset: int = 0) -> str:
    """`at` (Unix ms) as a wall time, `offset` ms east of UTC."""
    minutes, seconds = divmod((at + offset) // SECOND, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours % 24:02d}:{minutes:02d}:{seconds:02d}"


def sentence(
    ticket: str, window: str, rule: str, counts_from: int, others: tuple[Head, ...], offset: int = 0
) -> str:
    """The receipt of one call in words: who, where, by which rule, and against whom."""
    said = (
        f"{ticket} was called to window {window} because {RULES.get(rule, rule)} "
        f"(it counts from {clock(counts_from, offset)})"
    )
    if not others:
        return said + "; nobody else could have been called there."
    return said + "; it was compared with " + ", ".join(_against(o, offset) for o in others) + "."


def _against(head: Head, offset: int) -> str:
    said = f"{head.ticket} (counts from {clock(head.counts_from, offset)}"
    if head.handicap:
        minutes = head.handicap // MINUTE
        said += f", and {minutes} min later here, as {head.lane} has a window of its own"
    return said + ")"
