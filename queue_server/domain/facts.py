"""What is known of a window, a device, a call, a notice: the parts of a view."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowView:
    """A window as it is now. `lanes` none means those of the layout."""

    number: str
    state: str = "closed"
    clerk: str = ""
    ticket: str = ""
    since: int = 0
    lanes: tuple[str, ...] = ()
    auto: bool = False
    asking: bool = False
    lease: int = 0
    lost: bool = False
    reason: str = ""
    assist: str = ""
    helper: str = ""
    quick: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceView:
    """A device as it was last heard of; times in Unix ms, delay in ms.

    `state` holds since `since`; `error` is what is wrong now, `last_error` what was wrong last.
    `delivered` is when it last brought a call or a slip to people.
    """

    id: str
    sort: str = ""
    state: str = "ok"
    error: str = ""
    last_error: str = ""
    since: int = 0
    window: str = ""
    delivered: int = 0
    delay: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A call as boards show it and as waits are measured from it; `wait` in ms."""

    at: int
    seq: int
    ticket: str
    window: str
    lane: str
    class_: str
    wait: int


def calls_by_lane(calls: Iterable[Call]) -> dict[str, list[Call]]:
    """The same calls in the same order, each lane's for itself."""
    lanes: dict[str, list[Call]] = {}
    for call in calls:
        lanes.setdefault(call.lane, []).append(call)
    return lanes


@dataclass(frozen=True, slots=True)
class Notice:
    """A broadcast, to be shown until `due` (0: until the next)."""

    at: int
    text: str
    zone: str
    due: int
