"""Which words of an event are about a visitor. Pure.

A number on a slip is nobody's name. What somebody typed beside it may be: on whose behalf it was
taken, why a class was given, a note, a reason; and a booking's code leads to a person on the
platform that made it. Without them an event says still what happened, when, where and by whom.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from typing import Any

from queue_server.domain.events import KINDS, AssistAsked, TicketEvent, WindowUndone

#: As events and the images of tickets in `window.undone` spell them.
WORDS = ("on_behalf", "booking", "note", "reason", "class_reason", "person")

#: The kinds of events that may have such words.
SPEAKING = frozenset(
    kind
    for kind, event in KINDS.items()
    if issubclass(event, TicketEvent) or event in (AssistAsked, WindowUndone)
)


#: The kinds that cannot do without one of the words: it becomes empty instead.
_NEEDED = frozenset(
    (kind, field.name)
    for kind in SPEAKING
    for field in fields(KINDS[kind])
    if field.name in WORDS and field.default is MISSING
)


def without_words(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """The same event without words about a visitor; the very same dict when it has none."""
    if kind not in SPEAKING:
        return body
    plain = _emptied(body, kind)
    if kind == WindowUndone.kind and body.get("restored"):
        restored = _without_in_images(body["restored"])
        if restored != body["restored"]:
            plain = plain | {"restored": restored}
    return plain


def _emptied(words: dict[str, Any], kind: str = "") -> dict[str, Any]:
    if not any(words.get(name) for name in WORDS):
        return words
    kept = {name: value for name, value in words.items() if name not in WORDS}
    return kept | {name: "" for name in WORDS if name in words and (kind, name) in _NEEDED}


def _without_in_images(restored: str) -> str:
    images = json.loads(restored)
    tickets = images.get("tickets")
    # Lua writes an empty table as a list or as an object.
    if not isinstance(tickets, dict):
        return restored
    plain = {number: _emptied(image) for number, image in tickets.items()}
    return restored if plain == tickets else json.dumps(images | {"tickets": plain})
