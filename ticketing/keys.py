"""What a hardware key means at a window as it is now. Pure.

A key does at most what its label says, and a visit is never closed by surprise:

- *Call* with nobody there calls the next visitor. With a ticket that was called it means "the
  visitor is here" (start); with one that is being served, "done, the next please" (finish and
  call), unless `finish_by_call` is off. A nervous finger does not get that far: within `steady` of
  the last call or start, the key is refused.
- *Recall*, *abandon* (过号), *hold* and *pause* are the hall's commands of those names; *pause*
  pressed again ends the pause, and *cancel* takes the last command back while the hall allows it.
- *Call back* calls the ticket that was held here last.
- *Transfer* sends the ticket to the one lane that was set; without one it is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from queue_server.domain.facts import WindowView
from queue_server.domain.hall import Value
from queue_server.domain.tickets import State, Ticket
from queue_server.domain.view import HallView
from ticketing.caller import RATING, Frame

#: 4-key raters → the five levels of 好差评 (domain: 5 is the best). Their best key sends 4; there
#: is no key for "very dissatisfied", so their worst counts as "dissatisfied", which is 差评 too.
FOUR_KEYS: Mapping[int, int] = {4: 5, 3: 4, 2: 3, 1: 2}
#: An opinion given this long (ms) after a visit is not about it any more.
LATE = 10 * 60_000


class Key(Enum):
    """The keys, by the last byte of a frame's data, or the last two where that is 0F."""

    CALL = b"\x0c"
    RECALL = b"\x0d"
    RATE = b"\x0b"
    CANCEL = b"\x0e"
    PAUSE = b"\x12"
    TRANSFER = b"\x13"
    ABANDON = b"\x06\x0f"
    HOLD = b"\x00\x0f"
    CALL_BACK = b"\x03\x0f"


def key_of(frame: Frame) -> Key | None:
    """Which key was pressed; None when it has no meaning here."""
    if frame.function == RATING:
        return None
    size = 2 if frame.data.endswith(b"\x0f") else 1
    try:
        return Key(frame.data[-size:])
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Do:
    """A command for the hall: a verb with its words."""

    verb: str
    words: Mapping[str, Value]


#: What to do, one after the other; nothing means that the key is refused.
Acts = tuple[Do, ...]
REFUSED: Acts = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """How keys are understood in a hall. `steady` in ms; `transfer_to` is a lane, or empty."""

    finish_by_call: bool = True
    steady: int = 3000
    transfer_to: str = ""
    levels: Mapping[int, int] = field(default_factory=lambda: FOUR_KEYS)

    def acts(self, key: Key, view: HallView, number: str, now: int) -> Acts:
        """What `key` means at window `number` at `now` (the hall's time, Unix ms)."""
        window = view.windows.get(number, WindowView(number=number))
        here: dict[str, Value] = {"window": number}
        match key:
            case Key.CALL:
                return self._call(view.tickets.get(window.ticket), here, now)
            case Key.TRANSFER if self.transfer_to:
                return (Do("transfer", here | {"lane": self.transfer_to}),)
            case Key.CALL_BACK if held := _held_last(view, number):
                return (Do("unhold", here | {"ticket": held.number}),)
            case Key.PAUSE:
                return (Do("unpause" if window.state == "paused" else "pause", here),)
            case Key.RECALL | Key.CANCEL | Key.ABANDON | Key.HOLD:
                return (Do(_PLAIN[key], here),)
        return REFUSED

    def _call(self, ticket: Ticket | None, here: dict[str, Value], now: int) -> Acts:
        if ticket is None:
            return (Do("call_next", here),)
        if now - max(ticket.called, ticket.started) < self.steady:
            return REFUSED
        if ticket.state is State.CALLED:
            return (Do("start", here),)
        return (Do("finish", here), Do("call_next", here)) if self.finish_by_call else REFUSED

    def score(self, frame: Frame) -> int:
        """The level 1–5 of a rater's key; 0 for a key it should not have."""
        return self.levels.get(frame.data[-1], 0) if frame.data else 0


_PLAIN = {Key.RECALL: "recall", Key.CANCEL: "undo", Key.ABANDON: "no_show", Key.HOLD: "hold"}


def rated(view: HallView, number: str, now: int) -> Ticket | None:
    """Whose opinion is given at a window now: who is being served, or else was served last."""
    here = [ticket for ticket in view.tickets.values() if ticket.window == number]
    serving = [ticket for ticket in here if ticket.state is State.SERVING]
    served = [t for t in here if t.state is State.SERVED and now - t.ended < LATE]
    return max(serving or served, key=lambda ticket: ticket.ended, default=None)


def face(view: HallView, number: str) -> str:
    """What a caller displays: its ticket's digits, or how many wait; dark when nobody serves."""
    window = view.windows.get(number)
    if window is None or window.state == "closed":
        return ""
    if window.ticket:
        return "".join(letter for letter in window.ticket if letter.isdigit())
    return str(len(view.queue(window))) if window.state == "open" else ""


def _held_last(view: HallView, number: str) -> Ticket | None:
    held = (t for t in view.tickets.values() if t.state is State.HELD and t.window == number)
    # A window has one ticket at a time: the one called last was held last.
    return max(held, key=lambda ticket: ticket.called, default=None)
