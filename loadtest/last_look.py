"""Was every screen right at the end? What it showed last, held against a picture of the log.

Pure. The hall's day is folded up to the moment of looking and painted as screens exhibit it; a
screen that lost its line and came back must show that very picture.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic_core import from_json, to_json

from display.pictures import PAINTERS
from loadtest.deliveries import ON_THE_WAY
from queue_server.domain.codec import from_dict
from queue_server.domain.events import Event
from queue_server.domain.view import HallView

#: What stands in a picture besides what it shows.
FRAME = ("seq", "now", "picture", "hall")
#: So long (ms) a line may be silent: a picture that stays the same says so every ten seconds.
SILENCE = 15_000
#: Nobody's clock goes wrong by so much (ms) by itself.
WRONG = 60_000
#: Then the pictures of so many events may be on their way.
MOST = 20


def digest(picture: dict[str, Any]) -> str:
    """What a picture shows, in short."""
    shown = {name: value for name, value in picture.items() if name not in FRAME}
    # Through JSON, so that a painter's tuple and a picture's list are the same.
    plain = from_json(to_json(shown))
    return hashlib.blake2b(to_json(plain), digest_size=16).hexdigest()


def right(
    events: Sequence[dict[str, Any]], screens: Iterable[dict[str, Any]], ends: float
) -> tuple[int, list[str]]:
    """How many screens of a hall were right when looking ended (Unix ms), and what is wrong with
    the others."""
    good, wrong = 0, list[str]()
    painted = _Painted(events, ends)
    for screen in screens:
        name = f"sign {screen['window']}" if screen["window"] else "a board"
        if screen["heard"] < ends - SILENCE:
            wrong.append(f"{name} was dark")
        elif screen["last"] not in painted.of(screen["window"]):
            wrong.append(f"{name} showed something old")
        else:
            good += 1
    return good, wrong


class _Painted:
    """The pictures of a hall at the end, and those of the moments before: one may be on its way."""

    def __init__(self, events: Sequence[dict[str, Any]], ends: float) -> None:
        # When the hall's clock was put wrong on purpose, its moments say nothing about ours.
        wrong = any(event["at"] > ends + WRONG for event in events)
        told = [from_dict(dict(one)) for one in events if wrong or one["at"] <= ends]
        old = told[:-MOST] if wrong else [one for one in told if one.at <= ends - ON_THE_WAY]
        self._ends = round(ends)
        self._views = [_view(old)]
        for one in told[len(old) :]:
            self._views.append(self._views[-1].after([one]))
        self._known: dict[str, set[str]] = {}

    def of(self, window: str) -> set[str]:
        """The digests of a window's sign, or of the board."""
        if window not in self._known:
            paint = PAINTERS["sign" if window else "board"]
            self._known[window] = {digest(paint(view, window, self._ends)) for view in self._views}
        return self._known[window]


def _view(events: list[Event]) -> HallView:
    return HallView(day=events[0].day if events else "").after(events)
