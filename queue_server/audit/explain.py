"""Why not me? The log of one visit in words: what happened to it, and who was called before it.

`explain(events, "A045")` reads a day's events and tells a citizen each step with its time on the
hall's clock. Who went first, and by which rule, comes from the receipts of the calls: a call
that could have been for this ticket names it, or whoever stood before it in its lane and class.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

from queue_server.audit.explain_words import ENGLISH, LANGUAGES, Words
from queue_server.domain import events as told
from queue_server.domain.calling import MINUTE, SECOND, clock
from queue_server.domain.layout import ORDINARY, Layout
from queue_server.domain.tickets import State

#: Told only once for each call: a hall has several screens.
_DELIVERED = (told.TicketAnnounced, told.TicketShown)
#: From here on nobody can be called before it.
_NOT_IN_LINE = (
    told.TicketCalled,
    told.TicketCancelled,
    told.TicketExpired,
    told.TicketWentAway,
)


def explain(events: Iterable[told.Event], ticket: str, language: str = "en") -> list[str]:
    """The visit of `ticket` in sentences, oldest first; `language` is `en` or `zh-CN`."""
    words = LANGUAGES.get(language, ENGLISH)
    story = _Story(ticket, words)
    for event in events:
        story.hear(event)
    return [line for _, _, line in story.lines] or [words.unknown.format(ticket)]


@dataclass
class _Story:
    """One ticket's story while the events go by; a line keeps its seq and whom it is about."""

    ticket: str
    words: Words
    lines: list[tuple[int, str, str]] = field(default_factory=list)
    layout: Layout | None = None
    place: told.Placed | None = None
    stands: bool = False
    delivered: set[tuple[type, int]] = field(default_factory=set)

    def hear(self, event: told.Event) -> None:
        """One event more: tell it when it matters to this ticket."""
        if isinstance(event, told.DayOpened | told.LayoutChanged):
            self.layout = Layout.from_json(event.layout)
        elif isinstance(event, told.WindowUndone):
            self._undone(event)
        elif isinstance(event, told.TicketEvent) and event.ticket == self.ticket:
            self._own(event)
        elif isinstance(event, told.TicketCalled) and self.stands and self._concerns(event):
            self._first(event)

    def _own(self, event: told.TicketEvent) -> None:
        if isinstance(event, _DELIVERED):
            if (type(event), event.call) in self.delivered:
                return
            self.delivered.add((type(event), event.call))
        if template := self.words.events.get(event.kind):
            self._say(event, self.ticket, template.format_map(self._values(event)))
        if isinstance(event, told.Placed):
            self.place = event
            self.stands = not getattr(event, "due", 0)
        elif isinstance(event, told.TicketCameBack):
            self.stands = True
        elif isinstance(event, _NOT_IN_LINE):
            self.stands = False

    def _concerns(self, event: told.TicketCalled) -> bool:
        """Whether this window could have called our ticket, or whoever stands before it."""
        if self.place is None:
            return False
        ours = (self.place.lane, self.place.class_)
        same_lane = event.lane == self.place.lane
        return same_lane or any((head.lane, head.class_) == ours for head in event.others)

    def _first(self, event: told.TicketCalled) -> None:
        """Somebody else was called while our ticket stood in line."""
        came_later = self.place is not None and event.entered > self.place.entered
        template = self.words.later if came_later else self.words.first
        about = {
            "ticket": self.ticket,
            "other": event.ticket,
            "class": self._text("reason", self._class(event.class_))
            if event.class_ != ORDINARY
            else "",
        }
        self._say(event, event.ticket, template.format_map(self._values(event) | about))

    def _undone(self, event: told.WindowUndone) -> None:
        """A call that was taken back called nobody; our own steps back are told."""
        tickets: dict[str, dict[str, Any]] = dict(json.loads(event.restored)["tickets"])
        self.lines = [
            line
            for line in self.lines
            if line[0] < event.since or line[1] not in tickets or line[1] == self.ticket
        ]
        if image := tickets.get(self.ticket):
            waits = image["state"] == State.WAITING
            self.stands = waits and not image.get("away") and not image.get("due")
            about = {"ticket": self.ticket, "window": event.window, "undone": event.undone}
            self._say(event, self.ticket, self.words.undone.format_map(about))

    # --- values in words

    def _say(self, event: told.Event, about: str, sentence: str) -> None:
        time = self._clock(event.at)
        self.lines.append((event.seq, about, f"{time} {sentence}{self.words.stop}"))

    def _values(self, event: told.Event) -> dict[str, str]:
        values = {f.name.rstrip("_"): self._value(event, f.name) for f in fields(event)}
        if isinstance(event, told.TicketCalled):
            values["rule"] = self.words.rules.get(event.rule, event.rule)
            minutes, rest = divmod(event.wait, MINUTE)
            values["wait"] = self._text("minutes", minutes, rest // SECOND)
        return values

    def _value(self, event: told.Event, name: str) -> str:
        value = getattr(event, name)
        if name == "lane":
            return self._lane(value)
        if name == "class_":
            return self._class(value)
        if name in ("entered", "counts_from"):
            return self._clock(value)
        if name in ("place", "sort"):
            return self._text(value)
        if name in ("due", "reason", "come_back_to", "final"):
            shown = self._clock(value) if name == "due" else value
            return self._text(name, shown) if value else ""
        return str(value)

    def _text(self, name: str, *values: object) -> str:
        return self.words.extras.get(name, name).format(*values)

    def _clock(self, at: int) -> str:
        return clock(at, self.layout.offset(at) if self.layout else 0)

    def _lane(self, lane: str) -> str:
        if lane.startswith("@"):
            return self._text("window", lane[1:])
        known = self.layout.lane.get(lane) if self.layout else None
        return self._name(known.name, known.name_en) if known else lane

    def _class(self, class_: str) -> str:
        known = (c for c in (self.layout.classes if self.layout else ()) if c.id == class_)
        found = next(known, None)
        return self._name(found.name, found.name_en) if found else class_

    def _name(self, name: str, english: str) -> str:
        return (english or name) if self.words is ENGLISH else name
