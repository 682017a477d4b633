"""What an LED strip shows of a hall: a window's own strip, or the newest calls of a zone.

Pure: view and time in, words out. Which of the wordings fits, and how it moves, is the panel's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NamedTuple

from display.calls import Visit, at_windows
from display.pictures import broadcast, planned
from display.words import FIRST, STRIPS, StripWords, Wordings, functions
from queue_server.domain.facts import WindowView
from queue_server.domain.layout import Window
from queue_server.domain.tickets import State
from queue_server.domain.view import HallView

FORMS = "a strip shows window:3, zone:main or board"
MOST_CALLS = 6


class CallShown(NamedTuple):
    """A call that a strip shows: the ticket, the call's seq, and when it was made (Unix ms)."""

    ticket: str
    seq: int
    at: int


@dataclass(frozen=True, slots=True)
class Strip:
    """What to show: several wordings, the fullest first, each of pages to be shown in turn.

    `flash` asks for the eye: something new is called. `calls` are those that people now see.
    """

    wordings: Wordings
    flash: bool = False
    calls: tuple[CallShown, ...] = ()

    def pages(self, fits: Callable[[str], bool]) -> tuple[str, ...]:
        """The fullest wording of which every page fits; when none does, the shortest."""
        for wording in self.wordings:
            if all(map(fits, wording)):
                return wording
        return self.wordings[-1]


BLANK = Strip((("",),))


def subject(shows: str) -> tuple[str, str]:
    """`window:3` → ("window", "3"); raises ValueError with the forms there are."""
    kind, _, name = shows.partition(":")
    if (kind, bool(name)) not in {("window", True), ("zone", True), ("board", False)}:
        raise ValueError(f"{shows!r}: {FORMS}")
    return kind, name


def plan(view: HallView, shows: str, now: int) -> Strip:
    """The strip now (Unix ms). Raises LookupError when today's plan has no such window or zone."""
    kind, name = subject(shows)
    if view.layout is None:
        return BLANK
    if kind == "window":
        return _window(view, planned(view, name))
    numbers = [window.number for window in view.plan.windows if name in ("", window.zone)]
    if not numbers:
        raise LookupError(f"There is no zone {name}.")
    return _calls(view, numbers) or _nobody(view, name, now)


def _window(view: HallView, window: Window) -> Strip:
    words = _words(view)
    seen = view.windows.get(window.number) or WindowView(number=window.number)
    for visit in at_windows(view):
        if visit.window == window.number:
            return _visit(words, visit)
    said = {"open": words.idle, "paused": words.paused}.get(seen.state, words.closed)
    return Strip(
        _filled(said, window=window.number, name=window.name, functions=_for(view, window))
    )


def _visit(words: StripWords, visit: Visit) -> Strip:
    called = visit.state == State.CALLED
    said = _filled(
        words.called if called else words.serving, ticket=visit.ticket, window=visit.window
    )
    return Strip(said, flash=called, calls=_shown([visit]))


def _calls(view: HallView, windows: Collection[str]) -> Strip | None:
    """Who is called to these windows, newest first, and nobody who has come already."""
    called = [v for v in at_windows(view) if v.window in windows and v.state == State.CALLED]
    newest = sorted(called, key=lambda visit: visit.seq, reverse=True)[:MOST_CALLS]
    if not newest:
        return None
    said = tuple(
        tuple(form.format(ticket=visit.ticket, window=visit.window) for visit in newest)
        for form in _words(view).to_window
    )
    return Strip(said, flash=True, calls=_shown(newest))


def _nobody(view: HallView, zone: str, now: int) -> Strip:
    """Nobody is called: what is announced, else the notice, else a welcome."""
    said = broadcast(view, zone, now)
    text = str(said["text"]) if said else view.notice
    return Strip(((text,),)) if text else Strip(_filled(_words(view).welcome, hall=view.plan.name))


def _shown(visits: list[Visit]) -> tuple[CallShown, ...]:
    return tuple(CallShown(visit.ticket, visit.seq, visit.at) for visit in visits)


def _words(view: HallView) -> StripWords:
    """The hall's first language that strips can speak."""
    return STRIPS[next((one for one in view.plan.languages if one in STRIPS), FIRST)]


def _for(view: HallView, window: Window) -> str:
    """The window's functions in words, where its name does not say them already."""
    language = next((one for one in view.plan.languages if one in STRIPS), FIRST)
    told = [one for one in functions(window.kinds)[language] if one not in window.name]
    return STRIPS[language].between.join(told)


def _filled(wordings: Wordings, **values: str) -> Wordings:
    """The wordings with their values; a page that is then empty is left out."""
    filled = (
        tuple(page.format(**values).strip() for page in wording if page.format(**values).strip())
        for wording in wordings
    )
    return tuple(dict.fromkeys(wording for wording in filled if wording))
