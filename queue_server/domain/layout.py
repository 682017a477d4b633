"""The frozen plan of a day: lanes, classes, services, windows and settings of one hall.

Everything here is data. `layout_problems.py` says what is wrong with a plan before anybody opens a
hall with it; `to_json` is the form that the stream, the SQL archive and the Lua library share.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, Self
from zoneinfo import ZoneInfo

from queue_server.domain.calling import MINUTE, SECOND, CallingRule
from queue_server.domain.civil import moment
from queue_server.domain.layout_problems import CONFIRMERS, Problem, problems
from queue_server.domain.tickets import Step

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
        return self._minutes.get(lane, 10.0)

    @cached_property
    def _minutes(self) -> Mapping[str, float]:
        planned: dict[str, list[float]] = {}
        for service in self.services:
            planned.setdefault(service.lane, []).append(service.minutes)
        return {lane: sum(minutes) / len(minutes) for lane, minutes in planned.items()}

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
        return problems(self, ORDINARY)


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
