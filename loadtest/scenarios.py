"""The scenarios: how many halls of which size, how fast, and what is done to them.

Pure. The numbers are those of `domain.md` §7; a hall's plan is the sample hall's with as many
windows as the size has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import cycle, islice

from loadtest.arrivals import Piece, pieces
from loadtest.faults import Fault
from ops.sample_hall import sample_hall
from queue_server.domain.calling import CallingRule
from queue_server.domain.layout import Class, Kind, Lane, Layout, Service, Window

#: A village's counter offers what is asked for most.
VILLAGE_ITEMS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """One size of hall: `tickets` a day, so many windows, boards, window signs and kiosks.

    `one_lane` makes all windows serve a single lane.
    """

    sort: str
    tickets: float
    windows: int
    boards: int = 1
    signs: int = 0
    kiosks: int = 1
    guides: int = 0
    one_lane: bool = False

    @property
    def screens(self) -> int:
        """Everything that shows a picture to the public."""
        return self.boards + self.signs


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A load: which halls, at what speed, for how long, and with how many phones at most.

    `beat` (s): all clerks press *next* at the same instant this often, instead of when they are
    free. `spawn` is how many users are sent in each second before the measuring begins. `slowest`:
    after a fault no ticket may take longer than so many times the calm p99 (0: not judged).
    """

    name: str
    halls: tuple[tuple[Size, int], ...]
    speed: float
    minutes: float
    shape: str = "peak"
    phones: int = 0
    phone_share: float = 0.5
    beat: float = 0.0
    spawn: int = 100
    faults: tuple[Fault, ...] = field(default=())
    slowest: float = 0.0

    def sizes(self) -> Iterator[tuple[str, Size]]:
        """Each hall's id and size."""
        for size, count in self.halls:
            for index in range(count):
                yield f"load-{size.sort}-{index + 1}".replace("_", "-"), size

    def arrivals(self, size: Size) -> list[Piece]:
        """When visitors come to a hall of this size."""
        return pieces(self.shape, size.tickets, self.speed, self.minutes * 60)


VILLAGE = Size(sort="village", tickets=8, windows=1, signs=1)
TOWN = Size(sort="town", tickets=120, windows=12, boards=3, signs=12, guides=1)
COUNTY = Size(sort="county", tickets=500, windows=60, boards=20, signs=60, kiosks=3, guides=1)
CITY = Size(sort="city_hall", tickets=4500, windows=360, boards=40, signs=360, kiosks=8, guides=4)

SCENARIOS = {
    one.name: one
    for one in (
        Scenario(name="village", halls=((VILLAGE, 1),), speed=600, minutes=1, phones=2),
        Scenario(name="town", halls=((TOWN, 1),), speed=60, minutes=2, phones=40),
        Scenario(name="city_hall", halls=((CITY, 1),), speed=1, minutes=5, phones=2000),
        Scenario(
            name="city",
            # 18 town centres and 225 village centres below one city hall: 600 windows.
            halls=(
                (replace(CITY, tickets=2540, windows=159, boards=20, signs=159, kiosks=5), 1),
                (TOWN, 18),
                (VILLAGE, 225),
            ),
            speed=10,
            minutes=10,
            phones=2500,
        ),
        Scenario(
            name="province_morning",
            # A tenth of a province: 134 halls, 3,500 screens, 1.8 tickets a second at 8:30.
            halls=(
                (replace(COUNTY, boards=35), 4),
                (replace(TOWN, tickets=44.6, windows=7, signs=7, boards=17), 130),
            ),
            speed=1,
            minutes=3,
            shape="burst",
            phones=3000,
            spawn=150,
            faults=(Fault("cut", 90.0),),
            slowest=5.0,
        ),
        Scenario(
            name="contention",
            halls=(
                (
                    Size(
                        sort="contention", tickets=0, windows=60, boards=2, signs=60, one_lane=True
                    ),
                    1,
                ),
            ),
            speed=1,
            minutes=1,
            beat=2.0,
        ),
    )
}


# --- plans


def plan(hall: str, size: Size, speed: float, tenant: str = "load") -> Layout:
    """The plan of one hall. Its waits (head starts, reserve, grace, …) are `speed` times shorter
    than life, as everything else that people do."""
    return _one_lane(hall, size, tenant) if size.one_lane else _usual(hall, size, speed, tenant)


def _usual(hall: str, size: Size, speed: float, tenant: str) -> Layout:
    sample = sample_hall()
    return replace(
        sample,
        tenant=tenant,
        hall=hall,
        name=f"{sample.name} {hall}",
        name_en=f"{sample.name_en} {hall}",
        services=_services(sample) if size.windows < len(sample.windows) else sample.services,
        windows=tuple(_windows(sample, size.windows)),
        classes=tuple(_faster(class_, speed) for class_ in sample.classes),
        rule=_faster_rule(sample.rule, speed),
    )


def _services(sample: Layout) -> tuple[Service, ...]:
    """The first few of each lane."""
    each = VILLAGE_ITEMS // len(sample.lanes) + 1
    return tuple(
        service
        for lane in sample.lanes
        for service in [one for one in sample.services if one.lane == lane.id][:each]
    )


def _windows(sample: Layout, count: int) -> Iterator[Window]:
    """The sample's windows over and over; where they are few, each serves every lane (全科)."""
    every = tuple(lane.id for lane in sample.lanes)
    few = count < len(sample.windows)
    for number, one in enumerate(islice(cycle(sample.windows), count), 1):
        if few:
            name = Window(
                number="", name="全科", name_en="Everything", kinds=one.kinds, lanes=every
            )
            yield replace(name, number=str(number), kinds=(Kind.UNIFIED,))
        else:
            yield replace(one, number=str(number))


def _faster(class_: Class, speed: float) -> Class:
    return replace(class_, head_start=round(class_.head_start / speed))


def _faster_rule(rule: CallingRule, speed: float) -> CallingRule:
    waits = ("reserve", "ceiling", "green_promise", "grace")
    return replace(rule, **{name: round(getattr(rule, name) / speed) for name in waits})


def _one_lane(hall: str, size: Size, tenant: str) -> Layout:
    """Everybody presses next on the same lane."""
    return Layout(
        tenant=tenant,
        hall=hall,
        name="同时叫号",
        name_en="Everybody presses next",
        lanes=(Lane("general", "综合", "A", "General"),),
        services=(Service(code="G1", name="综合", lane="general", minutes=1),),
        windows=tuple(
            Window(number=str(n), name="综合", kinds=(Kind.UNIFIED,), lanes=("general",))
            for n in range(1, size.windows + 1)
        ),
    )
