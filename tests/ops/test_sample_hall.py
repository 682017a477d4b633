"""The sample hall."""

from __future__ import annotations

import csv
from collections import Counter

from ops.sample_hall import ITEMS, sample_calendar, sample_hall, sample_place
from queue_server.archive.places import path_problems
from queue_server.domain.layout import Kind

FIELDS = ("police", "social", "medical", "market", "veterans")


def test_the_hall_can_open() -> None:
    """Nothing is wrong with its plan, its hours or its place."""
    assert sample_hall().checked().name == "示例镇便民服务中心"
    assert list(sample_calendar().problems()) == []
    assert list(path_problems(sample_place())) == []


def test_every_real_item_is_offered_once() -> None:
    """All 162 of the list, in its order, with its lane and its minutes."""
    hall = sample_hall()
    with ITEMS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert len(hall.services) == 162
    assert [(s.code, s.name, s.lane, s.minutes) for s in hall.services] == [
        (row["code"], row["name"], row["lane"], int(row["minutes"])) for row in rows
    ]


def test_every_item_has_an_english_name_of_its_own() -> None:
    """Short enough for a tile of the kiosk and a line of the slip; no two are the same."""
    names = [service.name_en for service in sample_hall().services]

    assert [name for name in names if not (name and name.isascii() and name == name.strip())] == []
    assert [name for name in names if len(name) > 45] == []
    assert [name for name, times in Counter(map(str.lower, names)).items() if times > 1] == []


def test_every_item_says_what_to_bring() -> None:
    """Two to five short things in Chinese, none of them twice."""
    for service in sample_hall().services:
        things = service.materials
        assert 2 <= len(things) <= 5, service.code
        assert len(set(things)) == len(things), service.code
        for thing in things:
            assert thing == thing.strip(), service.code
            assert not thing.isascii(), service.code
            assert len(thing) <= 20, service.code
            assert "；" not in thing, service.code


def test_about_a_third_can_be_done_online() -> None:
    """Each at an address of its own, which nobody owns."""
    services = sample_hall().services
    online = [service for service in services if service.online]

    assert len(services) * 0.3 < len(online) < len(services) * 0.4
    for service in online:
        assert service.online == f"https://online.example/items/{service.code}"


def test_the_plan_is_small_enough_to_be_sent_and_kept() -> None:
    """It goes to Redis and into an event each day that the hall opens."""
    assert len(sample_hall().to_json().encode()) < 80_000


def test_lanes_have_the_letters_of_the_slips() -> None:
    """A general … L guide; no I, which reads like a one."""
    said = {lane.prefix: lane.id for lane in sample_hall().lanes}

    assert "".join(said) == "ABCDEFGHJKL"
    assert (said["A"], said["G"], said["L"]) == ("general", "one_thing", "guide")
    assert all(lane.name_en for lane in sample_hall().lanes)


def test_windows_serve_what_their_signs_say() -> None:
    """Two unified windows, two for social security, one with three functions."""
    hall = sample_hall()

    assert list(hall.window) == [str(number) for number in range(1, 13)]
    kinds = Counter(kind for window in hall.windows for kind in window.kinds)
    assert kinds[Kind.UNIFIED] == 2
    assert kinds[Kind.DOMAIN] == 6
    assert hall.window["11"].kinds == (Kind.CERTIFICATE, Kind.COMPLAINT, Kind.ASSIST)
    assert all(window.name_en for window in hall.windows)


def test_every_field_has_a_window_of_its_own_and_the_unified_ones_beside() -> None:
    """So the reserve applies: unified windows are kept for what only they serve."""
    hall = sample_hall()
    for field in FIELDS:
        serving = [w for w in hall.windows if w.serves(field, "ordinary")]
        assert [w.number for w in serving][:2] == ["1", "2"]
        assert any(w.lanes == (field,) for w in serving)
    assert [w.number for w in hall.windows if w.serves("general", "ordinary")] == ["1", "2"]


def test_the_green_channel_is_for_green_tickets_only() -> None:
    """Of every lane from general to one-thing."""
    nine = sample_hall().window["9"]

    assert all(nine.serves(lane, "green") for lane in ("general", *FIELDS, "one_thing"))
    assert not nine.serves("general", "ordinary")
    assert not nine.serves("certificate", "green")


def test_one_thing_begins_at_its_own_window_and_goes_on_in_any_order() -> None:
    """Every further step names an item that its lane really has, and waits for the first only."""
    hall = sample_hall()
    one_things = [service for service in hall.services if service.code.startswith("YJS-")]

    assert len(one_things) == 7
    for service in one_things:
        first, *further = service.steps
        assert (first.lane, first.services) == ("one_thing", (service.code,))
        assert further
        for step in further:
            assert step.after == (0,)
            assert [hall.service[code].lane for code in step.services] == [step.lane]


def test_the_sample_hall_is_open_at_any_hour() -> None:
    """Whoever tries the system at night finds it working."""
    night = 1_790_000_000_000
    assert sample_calendar().is_open(night, sample_hall().zone())
