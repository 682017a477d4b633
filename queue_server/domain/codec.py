"""Events to text and back: flat fields as Redis keeps them, JSON as people and browsers read it.

Flat: every value is text, absent means default, lists are spaced. JSON: the same names, with
real types.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from operator import attrgetter
from typing import Any, get_type_hints

from queue_server.domain.calling import Head
from queue_server.domain.events import KINDS, Event
from queue_server.domain.tickets import Step

Flat = Sequence[str]


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("+")) if text else ()


def heads_from_text(text: str) -> tuple[Head, ...]:
    """The receipt's heads: `lane class counts_from entry passed number handicap`, over and over."""
    words = iter(text.split(" ")) if text else iter(())
    return tuple(
        Head(lane, class_, ticket, int(counts_from), int(entry), int(handicap))
        for lane, class_, counts_from, entry, _, ticket, handicap in zip(*[words] * 7, strict=True)
    )


def steps_from_text(text: str) -> tuple[Step, ...]:
    """Steps, from `lane service+service minutes index+index,…`."""
    return tuple(_step(*part.split(" ")) for part in text.split(",")) if text else ()


def _step(lane: str, services: str, minutes: str, after: str) -> Step:
    return Step(lane, tuple(services.split("+")), int(minutes), _numbers(after))


def _yes(text: str) -> bool:
    return text == "1"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(" ")) if text else ()


_READ: dict[Any, Callable[[str], Any]] = {
    int: int,
    bool: _yes,
    tuple[str, ...]: _words,
    tuple[Head, ...]: heads_from_text,
    tuple[Step, ...]: steps_from_text,
}

_LISTS = (_words, heads_from_text, steps_from_text)

#: class → field as the stream spells it → (field as Python spells it, reader or None for text)
_FIELDS: dict[type[Event], dict[str, tuple[str, Callable[[str], Any] | None]]] = {
    cls: {
        field.name.rstrip("_"): (field.name, _READ.get(get_type_hints(cls)[field.name]))
        for field in fields(cls)
    }
    for cls in KINDS.values()
}


#: class → names as JSON spells them, their values all at once, and which of them are lists
_WRITE: dict[type[Event], tuple[tuple[str, ...], Callable[[Event], Any], tuple[str, ...]]] = {
    cls: (
        ("kind", *known),
        attrgetter("kind", *(python_name for python_name, _ in known.values())),
        tuple(name for name, (_, read) in known.items() if read in _LISTS),
    )
    for cls, known in _FIELDS.items()
}


#: kind → the event as `to_dict` tells one of which nothing but the kind is known
_BLANK: dict[str, dict[str, Any]] = {
    kind: {
        "kind": kind,
        **{
            field.name.rstrip("_"): list(field.default)
            if isinstance(field.default, tuple)
            else field.default
            for field in fields(cls)
        },
    }
    for kind, cls in KINDS.items()
}


class UnknownEvent(ValueError):
    """An event of a newer version; followers pass over it."""


def from_flat(day: str, seq: int, flat: Flat) -> Event:
    """The event that a stream entry holds: `flat` is name, value, name, value, …"""
    cls = KINDS.get(flat[1])  # The first pair is always the kind.
    if cls is None:
        raise UnknownEvent(flat[1])
    known = _FIELDS[cls]
    values: dict[str, Any] = {"day": day, "seq": seq}
    for at in range(2, len(flat), 2):
        if field := known.get(flat[at]):
            read = field[1]
            values[field[0]] = read(flat[at + 1]) if read else flat[at + 1]
    return cls(**values)


def to_dict(event: Event) -> dict[str, Any]:
    """The event as JSON's own types; `kind` comes first."""
    names, values, lists = _WRITE[type(event)]
    told: dict[str, Any] = dict(zip(names, values(event), strict=True))
    for name in lists:
        told[name] = [_record(part) for part in told[name]]
    return told


def _record(part: Any) -> Any:
    if isinstance(part, str):
        return part
    return {name.rstrip("_"): value for name, value in asdict(part).items()}


def dict_from_flat(day: str, seq: int, flat: Flat) -> dict[str, Any]:
    """`to_dict(from_flat(…))`, without the event in between: the way of most answers."""
    cls = KINDS.get(flat[1])
    if cls is None:
        raise UnknownEvent(flat[1])
    known = _FIELDS[cls]
    told = _BLANK[flat[1]].copy()
    told["day"], told["seq"] = day, seq
    words = iter(flat[2:])
    for name, text in zip(words, words, strict=True):
        if field := known.get(name):
            if read := field[1]:
                value = read(text)
                told[name] = [_record(part) for part in value] if read in _LISTS else value
            else:
                told[name] = text
    return told


def to_json(event: Event) -> str:
    """One line of JSON."""
    return json.dumps(to_dict(event), ensure_ascii=False, separators=(",", ":"))


def from_dict(told: dict[str, Any]) -> Event:
    """The event that `to_dict` wrote."""
    cls = KINDS.get(told["kind"])
    if cls is None:
        raise UnknownEvent(told["kind"])
    hints = _HINTS[cls]
    return cls(
        **{
            python_name: _value(hints[python_name], told[name])
            for name, (python_name, _) in _FIELDS[cls].items()
            if name in told
        }
    )


_HINTS = {cls: get_type_hints(cls) for cls in KINDS.values()}


def _value(hint: Any, value: Any) -> Any:
    if hint == tuple[Head, ...]:
        return tuple(Head(**{_python(key): part for key, part in head.items()}) for head in value)
    if hint == tuple[Step, ...]:
        return tuple(
            Step(s["lane"], tuple(s["services"]), s["minutes"], tuple(s["after"])) for s in value
        )
    return tuple(value) if isinstance(value, list) else value


def _python(name: str) -> str:
    return "class_" if name == "class" else name
