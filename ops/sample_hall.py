"""The hall that stands ready after `make run`: 示例镇便民服务中心 with 162 real service items.

Its windows are those of a town centre; its items are in `data/items.csv`, most with the codes of
the provincial catalogue. The English names, what to bring (with `；` in between) and the online
addresses are examples: a real hall puts its own there.
"""

from __future__ import annotations

import csv
from pathlib import Path

from queue_server.archive.places import Level, Place, PlacePath
from queue_server.domain.calendar import Calendar
from queue_server.domain.layout import GREEN, Kind, Lane, Layout, Service, Window
from queue_server.domain.tickets import Step

ITEMS = Path(__file__).parent / "data" / "items.csv"

LANES = (
    Lane("general", "综合", "A", "General"),
    Lane("police", "公安", "B", "Police"),
    Lane("social", "人社", "C", "Social security"),
    Lane("medical", "医保", "D", "Medical insurance"),
    Lane("market", "市场监管", "E", "Market regulation"),
    Lane("veterans", "退役军人", "F", "Veterans"),
    Lane("one_thing", "一件事", "G", "One thing"),
    Lane("certificate", "综合出证", "H", "Certificates"),
    Lane("complaint", "有诉即办", "J", "Complaints"),
    Lane("assist", "帮办代办", "K", "Assistance"),
    Lane("guide", "咨询引导", "L", "Guidance"),
)
FIELDS = ("police", "social", "medical", "market", "veterans")

# Unified 无差别 serves every item that is not reserved to a field, so `general` is what these
# windows are for. They take the fields' tickets as well: the calling rule's reserve counts those
# ten minutes younger here, as each field has a window of its own, and so keeps the unified
# windows for `general` unless a field is clearly worse off.
UNIFIED = ("general", *FIELDS)

#: One-thing service → what follows its first stop, in any order: lane and item.
FURTHER = {
    "YJS-01": (
        ("police", "511F09014002"),
        ("medical", "512036001003"),
        ("social", "512B0070200003"),
    ),
    "YJS-02": (("general", "511F0287300000"), ("medical", "512036008004")),
    "YJS-03": (("general", "51201103900003"), ("general", "51201103900004")),
    "YJS-04": (("social", "512B0369200000"), ("medical", "512036001003")),
    "YJS-05": (
        ("veterans", "512024029001"),
        ("police", "511F09014007"),
        ("social", "512B0066800001"),
        ("medical", "512036004002"),
    ),
    "YJS-06": (("social", "51201400600004"), ("medical", "512036004002")),
    "YJS-07": (("police", "511F09014003"), ("social", "512B0068400008")),
}


def sample_hall() -> Layout:
    """The plan of hall `demo` of the tenant `sample`."""
    return Layout(
        tenant="sample",
        hall="demo",
        name="示例镇便民服务中心",
        name_en="Sample Town Service Centre",
        lanes=LANES,
        services=_services(),
        windows=_windows(),
        complaint_phone="12345",
    )


def sample_calendar() -> Calendar:
    """Open at any hour: whoever tries the system at night finds it working."""
    return Calendar.always()


def sample_place() -> PlacePath:
    """Where the sample hall stands in the hall tree."""
    return (
        Place(Level.CITY, "示例市"),
        Place(Level.COUNTY, "示例县"),
        Place(Level.TOWN, "示例镇"),
    )


def _services() -> tuple[Service, ...]:
    with ITEMS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    minutes = {row["code"]: int(row["minutes"]) for row in rows}
    return tuple(_service(row, minutes) for row in rows)


def _service(row: dict[str, str], minutes: dict[str, int]) -> Service:
    code = row["code"]
    return Service(
        code=code,
        name=row["name"],
        lane=row["lane"],
        minutes=minutes[code],
        department=row["department"],
        item_type=row["item_type"],
        name_en=row["name_en"],
        materials=tuple(row["materials"].split("；")),
        online=row["online"],
        steps=_steps(code, minutes) if code in FURTHER else (),
    )


def _steps(code: str, minutes: dict[str, int]) -> tuple[Step, ...]:
    # The papers are taken in and checked once, at the one-thing window; the rest may follow in
    # any order after that.
    first = Step("one_thing", (code,), minutes[code])
    return (first, *(Step(lane, (item,), minutes[item], (0,)) for lane, item in FURTHER[code]))


def _windows() -> tuple[Window, ...]:
    return (
        _window(1, "无差别综合受理", "Unified", UNIFIED, Kind.UNIFIED),
        _window(2, "无差别综合受理", "Unified", UNIFIED, Kind.UNIFIED),
        _window(3, "公安综合受理", "Police", ("police",), Kind.DOMAIN),
        _window(4, "人社综合受理", "Social security", ("social",), Kind.DOMAIN),
        _window(5, "人社综合受理", "Social security", ("social",), Kind.DOMAIN),
        _window(6, "医保综合受理", "Medical insurance", ("medical",), Kind.DOMAIN),
        _window(7, "市场监管综合受理", "Market regulation", ("market",), Kind.DOMAIN),
        _window(8, "退役军人服务", "Veterans", ("veterans",), Kind.DOMAIN),
        _green_channel(),
        _window(10, "“一件事”", "One thing", ("one_thing",), Kind.ONE_THING),
        _window(
            11,
            "综合出证·有诉即办·帮办代办",
            "Certificates, complaints, assistance",
            ("certificate", "complaint", "assist"),
            Kind.CERTIFICATE,
            Kind.COMPLAINT,
            Kind.ASSIST,
        ),
        _window(12, "咨询引导台", "Guide desk", ("guide",), Kind.GUIDE),
    )


def _green_channel() -> Window:
    return Window(
        number="9",
        name="绿色通道",
        name_en="Green channel",
        kinds=(Kind.GREEN,),
        lanes=(*UNIFIED, "one_thing"),
        classes=(GREEN,),
    )


def _window(number: int, name: str, name_en: str, lanes: tuple[str, ...], *kinds: Kind) -> Window:
    return Window(number=str(number), name=name, name_en=name_en, kinds=kinds, lanes=lanes)
