"""What is wrong with a plan: everything that would keep a hall from opening with it.

`Layout.problems` and `Layout.checked` are how others ask.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfoNotFoundError

from queue_server.domain.calling import CallingRule

if TYPE_CHECKING:
    # A plan knows its problems, so that this module may know a plan's type only.
    from queue_server.domain.layout import Layout, Service, Window

LONGEST_TEXT = 300
#: Control characters, half surrogate pairs and line separators: no database, screen or printer
#: does any good with them.
UNSEEN = ("Cc", "Cs", "Zl", "Zp")
#: First parts of addresses that lead elsewhere: no hall can be called so.
RESERVED = frozenset(
    {"api", "static", "t", "manage", "sign-in", "sign-out", "healthz", "readyz", "metrics"}
    | {"openapi.json", "favicon.ico", "robots.txt"}
)
#: The sorts of device that bring a call to people.
CONFIRMERS = ("screen", "voice")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a plan: where (a path such as `windows/3/lanes`) and what."""

    path: tuple[str | int, ...]
    message: str

    def __str__(self) -> str:
        return f"{'/'.join(map(str, self.path))}: {self.message}"


def problems(layout: Layout, needed: str) -> Iterator[Problem]:
    """Everything that is wrong with this plan; `needed` is the class that each plan has."""
    yield from _unnamed(layout)
    if needed not in layout.head_start:
        yield Problem(("classes",), f"the class {needed!r} must be there")
    yield from _bad_identifiers(layout)
    for key, message in layout.rule.problems().items():
        yield Problem(("rule", key), message)
    for group, ids in _identifiers(layout).items():
        for index, repeated in _repeats(ids):
            yield Problem((group, index), f"{repeated!r} stands here twice")
    for index, service in enumerate(layout.services):
        yield from _service_problems(layout, index, service)
    for index, window in enumerate(layout.windows):
        yield from _window_problems(layout, index, window)
    served = {lane for window in layout.windows for lane in window.lanes}
    for index, lane in enumerate(layout.lanes):
        if lane.id not in served:
            yield Problem(("lanes", index), f"no window serves lane {lane.id!r}")


def _service_problems(layout: Layout, index: int, service: Service) -> Iterator[Problem]:
    here: tuple[str | int, ...] = ("services", index)
    if service.lane not in layout.lane:
        yield Problem((*here, "lane"), f"there is no lane {service.lane!r}")
    if service.minutes < 1:
        yield Problem((*here, "minutes"), "must be at least 1")
    if service.online and not service.online.startswith(("https://", "http://")):
        yield Problem((*here, "online"), "must be an address that starts with https://")
    for at, step in enumerate(service.steps):
        if step.lane not in layout.lane:
            yield Problem((*here, "steps", at, "lane"), f"there is no lane {step.lane!r}")
        if any(before >= at for before in step.after):
            yield Problem((*here, "steps", at, "after"), "must name earlier steps")
    for at, slot in enumerate(service.slots):
        if not 0 <= slot.begins < slot.ends <= 24 * 60:
            yield Problem((*here, "slots", at), "must begin before it ends, within one day")


def _window_problems(layout: Layout, index: int, window: Window) -> Iterator[Problem]:
    here: tuple[str | int, ...] = ("windows", index)
    if not window.kinds:
        yield Problem((*here, "kinds"), "a window has at least one kind")
    for lane in window.lanes:
        if lane not in layout.lane:
            yield Problem((*here, "lanes"), f"there is no lane {lane!r}")
    for class_ in window.classes:
        if class_ not in layout.head_start:
            yield Problem((*here, "classes"), f"there is no class {class_!r}")


def _unnamed(layout: Layout) -> Iterator[Problem]:
    for name in ("tenant", "hall"):
        if not _plain(getattr(layout, name)):
            yield Problem((name,), "must be letters, digits, - or _ (at most 32)")
    if layout.hall in RESERVED:
        yield Problem(("hall",), f"{layout.hall!r} is the address of something else")
    if not layout.name:
        yield Problem(("name",), "must not be empty")
    yield from _bad_words(("",), layout)
    if layout.closing not in ("wait", "expire"):
        yield Problem(("closing",), "must be wait or expire")
    for index, sort in enumerate(layout.confirmed_by):
        if sort not in CONFIRMERS:
            yield Problem(("confirmed_by", index), "must be screen or voice")
    try:
        layout.zone()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield Problem(("timezone",), f"there is no time zone {layout.timezone!r}")


def _bad_identifiers(layout: Layout) -> Iterator[Problem]:
    for group, ids in _identifiers(layout).items():
        for index, id_ in enumerate(ids):
            if not _plain(id_):
                yield Problem((group, index), f"{id_!r} must be letters, digits, - or _")
    for index, lane in enumerate(layout.lanes):
        if not (lane.prefix.isascii() and lane.prefix.isalpha() and lane.prefix.isupper()):
            yield Problem(("lanes", index, "prefix"), "must be capital letters")


def is_one_line(text: str) -> bool:
    """Whether there is nothing in it that a line of text does not have."""
    return not any(unicodedata.category(letter) in UNSEEN for letter in text)


def _bad_words(here: tuple[str | int, ...], part: Any) -> Iterator[Problem]:
    """Text that no screen could show, and numbers below nothing, wherever they stand."""
    if isinstance(part, str):
        if len(part) > LONGEST_TEXT:
            yield Problem(here[1:], f"must not be longer than {LONGEST_TEXT} characters")
        elif not is_one_line(part):
            yield Problem(here[1:], "must not contain control characters")
    elif isinstance(part, tuple):
        for index, one in enumerate(part):
            yield from _bad_words((*here, index), one)
    elif is_dataclass(part) and not isinstance(part, CallingRule):
        for one in fields(part):
            yield from _bad_words((*here, one.name), getattr(part, one.name))
    elif isinstance(part, int) and part < 0:
        yield Problem(here[1:], "must not be negative")


def _plain(name: str) -> bool:
    return (
        0 < len(name) <= 32 and name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    )


def _identifiers(layout: Layout) -> dict[str, list[str]]:
    return {
        "lanes": [lane.id for lane in layout.lanes],
        "classes": [class_.id for class_ in layout.classes],
        "services": [service.code for service in layout.services],
        "windows": [window.number for window in layout.windows],
    }


def _repeats(ids: list[str]) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for index, id_ in enumerate(ids):
        if id_ in seen:
            yield index, id_
        seen.add(id_)
