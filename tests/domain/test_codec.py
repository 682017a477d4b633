"""Events survive the way into Redis and into JSON, and readers forgive what they don't know."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.domain.calling import Head
from queue_server.domain.codec import (
    UnknownEvent,
    dict_from_flat,
    from_dict,
    from_flat,
    to_dict,
    to_json,
)
from queue_server.domain.events import KINDS, Event, TicketCalled
from queue_server.domain.tickets import Step

PLAIN = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=8)
HEADS = st.builds(
    Head, PLAIN, PLAIN, PLAIN, st.integers(0, 2**41), st.integers(0, 9999), st.integers(0, 10**6)
)
STEPS = st.builds(
    Step,
    PLAIN,
    st.lists(PLAIN, min_size=1, max_size=3).map(tuple),
    st.integers(1, 90),
    st.lists(st.integers(0, 5), max_size=2).map(tuple),
)
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=20),
    int: st.integers(0, 2**53),
    bool: st.booleans(),
    tuple[str, ...]: st.lists(PLAIN, max_size=3).map(tuple),
    tuple[Head, ...]: st.lists(HEADS, max_size=3).map(tuple),
    tuple[Step, ...]: st.lists(STEPS, max_size=3).map(tuple),
}


def any_event(cls: type[Event]) -> st.SearchStrategy[Event]:
    hints = get_type_hints(cls)
    return st.builds(cls, **{field.name: VALUES[hints[field.name]] for field in fields(cls)})


ANY = st.sampled_from(sorted(KINDS)).flatmap(lambda kind: any_event(KINDS[kind]))


@given(ANY)
def test_json_and_back(event: Event) -> None:
    """What is written to a screen is read there as it was."""
    assert from_dict(json.loads(to_json(event))) == event


def flat(event: Event) -> list[str]:
    """The stream's fields, written as Lua writes them."""
    found = ["kind", event.kind]
    for name, value in to_dict(event).items():
        if name in ("kind", "day", "seq") or not value:
            continue
        found += [name, _flat_value(value)]
    return found


def _flat_value(value: Any) -> str:
    if value is True:
        return "1"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        if "ticket" in value[0]:
            names = ("lane", "class", "counts_from", "entry", "0", "ticket", "handicap")
            return " ".join(str(head.get(name, "0")) for head in value for name in names)
        return ",".join(
            f"{s['lane']} {'+'.join(s['services'])} {s['minutes']} {'+'.join(map(str, s['after']))}"
            for s in value
        )
    return " ".join(value) if isinstance(value, list) else str(value)


@given(ANY)
def test_flat_and_back(event: Event) -> None:
    """What Lua appends is read as it was; what is absent has its default."""
    required = {f.name for f in fields(event) if f.default is not f.default_factory}
    written = _with_required(event, flat(event))
    read = from_flat(event.day, event.seq, written)

    assert required
    assert read == event
    assert dict_from_flat(event.day, event.seq, written) == to_dict(event)


def _with_required(event: Event, found: list[str]) -> list[str]:
    hints = get_type_hints(type(event))
    for field in fields(event):
        name = field.name.rstrip("_")
        if name not in found[::2] and name not in ("day", "seq"):
            found += [name, {int: "0", bool: "0"}.get(hints[field.name], "")]
    return found


def test_a_field_of_a_newer_version_is_passed_over() -> None:
    """A field may be added."""
    read = from_flat(
        "d",
        4,
        ["kind", "ticket.started", "at", "7", "ticket", "A001", "mood", "x", "window", "3"],
    )

    assert to_dict(read) == {
        "kind": "ticket.started",
        "day": "d",
        "seq": 4,
        "at": 7,
        "by": "",
        "ticket": "A001",
        "window": "3",
    }


def test_a_kind_of_a_newer_version_says_so() -> None:
    """Followers leave it out; nobody stumbles."""
    with pytest.raises(UnknownEvent):
        from_flat("d", 1, ["kind", "ticket.teleported", "at", "1"])
    with pytest.raises(UnknownEvent):
        from_dict({"kind": "ticket.teleported"})


def test_json_spells_class_as_people_do() -> None:
    """`class_` is Python's trouble, not the wire's."""
    told = to_dict(
        TicketCalled(
            day="d", seq=1, at=1, ticket="A001", window="1", lane="g", class_="green", entered=1,
            counts_from=1, rule="order", wait=0, others=(Head("g", "ordinary", "A002", 2, 3),),
        )
    )  # fmt: skip

    assert told["class"] == "green"
    assert told["others"] == [
        {"lane": "g", "class": "ordinary", "ticket": "A002", "counts_from": 2, "entry": 3,
         "handicap": 0}
    ]  # fmt: skip
