"""The frozen plan of a day: lanes, classes, services, windows and settings of one hall.

Everything here is data. `problems` says what is wrong with a plan before anybody opens a hall
with it; `to_json` is the form that the stream, the SQL archive and the Lua library share.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from queue_server.domain.calling import MINUTE, SECOND, CallingRule
from queue_server.domain.civil import moment
from queue_server.domain.tickets import Step

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
ORDINARY, GREEN, APPOINTMENT = "ordinary", "green", "appointment"


class Kind(StrEnum):
    """What a window is for; a window has one or several."""

    UNIFIED = "unified"
    DOMAIN = "domain"
    GREEN = "green"
    ONE_THING = "one_thing"
    CERTIFICATE = "certificate"
    COMPLAINT = "complaint"
    ASSIST = "assist"
    GUIDE = "guide"


@dataclass(frozen=True, slots=True)
class Class:
    """A class of visitors: it counts as having come `head_start` ms earlier."""

    id: str
    name: str
    head_start: int = 0
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """The waiting tickets of one group of services; `prefix` starts their numbers."""

    id: str
    name: str
    prefix: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """When a service is given, as wall-clock minutes since midnight; `quota` 0 means unlimited."""

    begins: int
    ends: int
    quota: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One item (事项) that a citizen comes for. `quota` 0 means unlimited; `slots` none, any time.

    `grace` (ms) and `min_calls` replace the hall's missed-call numbers where they are not None.
    `materials` is what to bring; `online` is where it can be done without coming.
    """

    code: str
    name: str
    lane: str
    minutes: int = 10
    name_en: str = ""
    department: str = ""
    item_type: str = ""
    quota: int = 0
    warn_at: int = 0
    slots: tuple[Slot, ...] = ()
    steps: tuple[Step, ...] = ()
    grace: int | None = None
    min_calls: int | None = None
    materials: tuple[str, ...] = ()
    online: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Where a clerk serves. `classes` none means every class."""

    number: str
    name: str
    kinds: tuple[Kind, ...]
    lanes: tuple[str, ...]
    classes: tuple[str, ...] = ()
    zone: str = "main"
    name_en: str = ""

    def serves(self, lane: str, class_: str) -> bool:
        """Whether a ticket of this lane and class may be called here."""
        return lane in self.lanes and (not self.classes or class_ in self.classes)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a plan: where (a path such as `windows/3/lanes`) and what."""

    path: tuple[str | int, ...]
    message: str

    def __str__(self) -> str:
        return f"{'/'.join(map(str, self.path))}: {self.message}"


class InvalidLayout(ValueError):
    """A plan that no hall could open with; `problems` lists everything that is wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


DEFAULT_CLASSES = (
    Class(ORDINARY, "普通", 0, "Ordinary"),
    Class(GREEN, "绿色通道", 15 * MINUTE, "Green channel"),
    Class(APPOINTMENT, "预约", 0, "Appointment"),
)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One hall's plan. `closing` is `wait` (延时服务: until the last visitor) or `expire`.

    A call that a device of each sort in `confirmed_by` has not confirmed `confirm_within` ms
    after it was made is an alert (0: never).
    """

    tenant: str
    hall: str
    name: str
    lanes: tuple[Lane, ...]
    services: tuple[Service, ...]
    windows: tuple[Window, ...]
    classes: tuple[Class, ...] = DEFAULT_CLASSES
    rule: CallingRule = field(default_factory=CallingRule)
    timezone: str = "Asia/Shanghai"
    languages: tuple[str, ...] = ("zh-CN", "en")
    closing: str = "wait"
    name_en: str = ""
    complaint_phone: str = ""
    confirm_within: int = 5 * SECOND
    confirmed_by: tuple[str, ...] = CONFIRMERS

    @cached_property
    def lane(self) -> Mapping[str, Lane]:
        """Lanes by id."""
        return {lane.id: lane for lane in self.lanes}

    @cached_property
    def service(self) -> Mapping[str, Service]:
        """Services by code."""
        return {service.code: service for service in self.services}

    @cached_property
    def window(self) -> Mapping[str, Window]:
        """Windows by number."""
        return {window.number: window for window in self.windows}

    @cached_property
    def head_start(self) -> Mapping[str, int]:
        """Head starts (ms) by class."""
        return {class_.id: class_.head_start for class_ in self.classes}

    def lane_minutes(self, lane: str) -> float:
        """The mean planned minutes at the window in this lane (10 when nothing is planned)."""
        planned = [service.minutes for service in self.services if service.lane == lane]
        return sum(planned) / len(planned) if planned else 10.0

    def zone(self) -> ZoneInfo:
        """The hall's time zone."""
        return ZoneInfo(self.timezone)

    def offset(self, at: int) -> int:
        """How many ms the hall's wall clock is east of UTC at `at` (Unix ms)."""
        moment = datetime.fromtimestamp(at / 1000, self.zone())
        return int((moment.utcoffset() or timedelta()).total_seconds() * 1000)

    def to_json(self, day: date | None = None) -> str:
        """This plan as canonical JSON; with a `day`, service hours stand in it as Unix ms too."""
        plan = asdict(self)
        if day is not None:
            zone = self.zone()
            for service, planned in zip(plan["services"], self.services, strict=True):
                service["hours"] = [
                    [moment(day, slot.begins, zone), moment(day, slot.ends, zone), slot.quota]
                    for slot in planned.slots
                ]
        return json.dumps(plan, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The plan that `to_json` wrote; fields this version does not know are ignored."""
        plan: dict[str, Any] = json.loads(text)
        plan["lanes"] = tuple(_known(Lane, lane) for lane in plan["lanes"])
        plan["classes"] = tuple(_known(Class, class_) for class_ in plan["classes"])
        plan["services"] = tuple(_service(service) for service in plan["services"])
        plan["windows"] = tuple(_window(window) for window in plan["windows"])
        plan["rule"] = _known(CallingRule, plan["rule"])
        plan["languages"] = tuple(plan["languages"])
        plan["confirmed_by"] = tuple(plan.get("confirmed_by", CONFIRMERS))
        layout: Self = _known(cls, plan)
        return layout

    @cached_property
    def digest(self) -> str:
        """A short name for exactly this plan."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:16]

    def checked(self) -> Self:
        """This plan, or `InvalidLayout` with everything that is wrong with it."""
        if problems := list(self.problems()):
            raise InvalidLayout(problems)
        return self

    def problems(self) -> Iterator[Problem]:
        """Everything that would keep a hall from opening with this plan."""
        yield from _unnamed(self)
        for key, message in self.rule.problems().items():
            yield Problem(("rule", key), message)
        for group, ids in _identifiers(self).items():
            for index, repeated in _repeats(ids):
                yield Problem((group, index), f"{repeated!r} stands here twice")
        for index, service in enumerate(self.services):
            yield from self._service_problems(index, service)
        for index, window in enumerate(self.windows):
            yield from self._window_problems(index, window)
        served = {lane for window in self.windows for lane in window.lanes}
        for index, lane in enumerate(self.lanes):
            if lane.id not in served:
                yield Problem(("lanes", index), f"no window serves lane {lane.id!r}")

    def _service_problems(self, index: int, service: Service) -> Iterator[Problem]:
        here: tuple[str | int, ...] = ("services", index)
        if service.lane not in self.lane:
            yield Problem((*here, "lane"), f"there is no lane {service.lane!r}")
        if service.minutes < 1:
            yield Problem((*here, "minutes"), "must be at least 1")
        if service.online and not service.online.startswith(("https://", "http://")):
            yield Problem((*here, "online"), "must be an address that starts with https://")
        for at, step in enumerate(service.steps):
            if step.lane not in self.lane:
                yield Problem((*here, "steps", at, "lane"), f"there is no lane {step.lane!r}")
            if any(before >= at for before in step.after):
                yield Problem((*here, "steps", at, "after"), "must name earlier steps")
        for at, slot in enumerate(service.slots):
            if not 0 <= slot.begins < slot.ends <= 24 * 60:
                yield Problem((*here, "slots", at), "must begin before it ends, within one day")

    def _window_problems(self, index: int, window: Window) -> Iterator[Problem]:
        here: tuple[str | int, ...] = ("windows", index)
        if not window.kinds:
            yield Problem((*here, "kinds"), "a window has at least one kind")
        for lane in window.lanes:
            if lane not in self.lane:
                yield Problem((*here, "lanes"), f"there is no lane {lane!r}")
        for class_ in window.classes:
            if class_ not in self.head_start:
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
    yield from _bad_identifiers(layout)


def _bad_identifiers(layout: Layout) -> Iterator[Problem]:
    if ORDINARY not in layout.head_start:
        yield Problem(("classes",), "the class 'ordinary' must be there")
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


def _known(cls: type[Any], plan: dict[str, Any]) -> Any:
    return cls(**{key: value for key, value in plan.items() if key in cls.__dataclass_fields__})


def _service(plan: dict[str, Any]) -> Service:
    plan["slots"] = tuple(_known(Slot, slot) for slot in plan.get("slots", ()))
    plan["steps"] = tuple(
        Step(s["lane"], tuple(s["services"]), s["minutes"], tuple(s["after"]))
        for s in plan.get("steps", ())
    )
    plan["materials"] = tuple(plan.get("materials", ()))
    service: Service = _known(Service, plan)
    return service


def _window(plan: dict[str, Any]) -> Window:
    window: Window = _known(Window, plan)
    return replace(
        window,
        kinds=tuple(Kind(kind) for kind in window.kinds),
        lanes=tuple(window.lanes),
        classes=tuple(window.classes),
    )
