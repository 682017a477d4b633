"""An event as a row of the log, and back.

A body leaves out what is as by default: so it says the same in every version, also in one that
knows more fields, and its digest does too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import MISSING, fields
from hashlib import blake2b
from itertools import compress
from json.encoder import encode_basestring
from operator import attrgetter, ne
from typing import Any

from queue_server.domain.calling import Head
from queue_server.domain.codec import from_dict
from queue_server.domain.events import KINDS, Event
from queue_server.domain.tickets import Step

#: Columns of `events`, in the order in which `entry` gives them.
COLUMNS = ("hall", "day", "seq", "at", "kind", "ticket", "window", "body")
#: What stands in columns of its own, and not in the body.
APART = ("day", "seq", "at")
_NEVER = object()

Entry = tuple[str, str, int, int, str, str, str, str]

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _written(name: str) -> str:
    return f',"{name.rstrip("_")}":'


#: class → how a body begins, the names as they are written, their values all at once, defaults
_PARTS: dict[type[Event], tuple[str, tuple[str, ...], Callable[[Event], Any], tuple[Any, ...]]] = {
    cls: (
        f'{{"kind":"{cls.kind}"',
        tuple(_written(one.name) for one in fields(cls) if one.name not in APART),
        attrgetter(*(one.name for one in fields(cls) if one.name not in APART), "kind"),
        tuple(
            _NEVER if one.default is MISSING else one.default
            for one in fields(cls)
            if one.name not in APART
        ),
    )
    for cls in KINDS.values()
}
_RECORDS = {
    cls: (
        tuple(one.name.rstrip("_") for one in fields(cls)),
        attrgetter(*(f.name for f in fields(cls))),
    )
    for cls in (Head, Step)
}


def entry(hall: str, event: Event) -> Entry:
    """The row of an event."""
    return (
        hall,
        event.day,
        event.seq,
        event.at,
        event.kind,
        getattr(event, "ticket", ""),
        getattr(event, "window", ""),
        body(event),
    )


def body(event: Event) -> str:
    """The event's JSON, `kind` first, without day, seq and at."""
    text, names, values, defaults = _PARTS[type(event)]
    known = values(event)
    # Most are as by default, and an encoder made anew for each event would cost more than the row.
    for name, value in compress(zip(names, known, strict=False), map(ne, known, defaults)):
        text += name + _ENCODERS.get(type(value), _encode)(value)
    return text + "}"


def _several(parts: tuple[Any, ...]) -> str:
    return f"[{','.join([_ENCODERS[type(part)](part) for part in parts])}]"


def _record(part: Any) -> str:
    names, values = _RECORDS[type(part)]
    return _encode(dict(zip(names, values(part), strict=True)))


#: type of a value → how it is written, where an encoder of that type alone is quicker
_ENCODERS: dict[type, Callable[[Any], str]] = {
    str: encode_basestring,
    int: str,
    tuple: _several,
    Head: _record,
    Step: _record,
}


def event_of(day: str, seq: int, at: int, text: str) -> Event:
    """The event of a row; raises `UnknownEvent` for one of a newer version."""
    return from_dict({**json.loads(text), "day": day, "seq": seq, "at": at})


def digest(before: str, entries: Iterable[tuple[int, int, str]]) -> str:
    """The chained hash of a log after these entries (seq, at, body); `before` them it was that."""
    link = bytes.fromhex(before)
    for seq, at, text in entries:
        link = blake2b(b"%b%d %d %b" % (link, seq, at, text.encode()), digest_size=16).digest()
    return link.hex()
