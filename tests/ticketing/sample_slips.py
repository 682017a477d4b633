"""A hall with long names, some tickets in it, and their slips."""

from __future__ import annotations

from typing import Any

from queue_server.domain.facts import WindowView
from queue_server.domain.layout import Kind, Lane, Layout, Service, Window
from queue_server.domain.tickets import State, Step, Ticket
from queue_server.domain.view import HallView
from ticketing.slips import Slip, slip

NOW = 1_772_411_400_000
LINK = "https://queue.qingshi.example/t/hall.2026-03-02.B007.Zq8dJk2mPx"
LONG = "居民户口登记项目变更更正（含出生日期、民族变更）"

LAYOUT = Layout(
    tenant="qingshi",
    hall="hall",
    name="青石县人民政府政务服务中心",
    name_en="Qingshi County Government Service Hall",
    lanes=(
        Lane("general", "综合受理", "A", "General"),
        Lane("police", "公安", "B", "Police"),
        Lane("social", "社保", "C", "Social insurance"),
    ),
    services=(
        Service(code="P1", name=LONG, name_en="Changes in the register", lane="police"),
        Service(code="T1", name="退休一件事", lane="general"),
        Service(code="S1", name="社保登记", lane="social"),
    ),
    windows=(
        *(
            Window(number=str(n), name="综合", kinds=(Kind.UNIFIED,), lanes=("general", "police"))
            for n in (1, 2, 3, 12)
        ),
        Window(number="9", name="绿色", kinds=(Kind.GREEN,), lanes=("police",), classes=("green",)),
        Window(number="4", name="社保", kinds=(Kind.DOMAIN,), lanes=("social",)),
    ),
    complaint_phone="0555-12345",
)
STEPS = (
    Step("general", ("T1",), 5),
    Step("police", ("P1",), 12, (0,)),
    Step("social", ("S1",), 8, (0,)),
)


def ticket(number: str, **changes: Any) -> Ticket:
    known: dict[str, Any] = {
        "number": number,
        "state": State.WAITING,
        "lane": "police",
        "class_": "ordinary",
        "services": ("P1",),
        "taken": NOW,
        "entered": NOW,
        "counts_from": NOW,
        "entry": int(number[1:]),
        "since": NOW,
    }
    return Ticket(**(known | changes))


def view(
    *tickets: Ticket, layout: Layout = LAYOUT, open_windows: tuple[str, ...] = ("1",)
) -> HallView:
    return HallView(
        day="2026-03-02",
        seq=len(tickets),
        layout=layout,
        opened=NOW - 3_600_000,
        tickets={ticket.number: ticket for ticket in tickets},
        windows={n: WindowView(number=n, state="open") for n in open_windows},
    )


def sample(number: str = "B007", *, copy: bool = False, **changes: Any) -> Slip:
    return slip(view(ticket(number, **changes)), number, link=LINK, now=NOW, copy=copy)
