"""What Redis keeps of a hall-day besides its tickets: when it was opened, and how far it is."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from queue_server.domain.civil import date_of
from queue_server.domain.layout import Layout


class Opening(NamedTuple):
    """One opening of a hall, as Redis keeps it."""

    day: str
    state: str
    opened: int
    speed: int
    live: int
    #: Digest of the published plan that was last put to use (`plan_digest`).
    published: str
    #: The day's own time, which in a drill is not ours.
    now: int = 0


def plan_digest(layout: Layout, opened: int) -> str:
    """What `Opening.published` says when this plan is in use in a day opened at `opened`."""
    date = date_of(opened, layout.zone())
    # The keeper of the hours asks every second, and a plan is long.
    known = vars(layout).setdefault("digests", {})
    if date not in known:
        # Redis makes it with sha1hex.
        told = layout.to_json(date).encode()
        known[date] = hashlib.sha1(told, usedforsecurity=False).hexdigest()
    found: str = known[date]
    return found


def counts(text: str | None) -> list[int]:
    """`seq at entry live asking`, as the day's hash keeps them."""
    return [int(count) for count in (text or "0 0 0 0 0").split(" ")]
