"""Halls, their plans and their places, in the database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import col, update

from queue_server.archive.configuration import Configuration, Version
from queue_server.archive.errors import Invalid, Unknown
from queue_server.archive.places import Level, Place
from queue_server.archive.tables import LaneRow
from queue_server.domain.calendar import Calendar
from queue_server.domain.layout import InvalidLayout
from tests.archive.halls import path, town_hall

ALWAYS = Calendar.always()
OFFICE = Calendar(holidays=(date(2026, 10, 1),))


def test_what_was_published_is_what_is_read(configuration: Configuration) -> None:
    """Plan, hours and place come back as they went in; so does the plan from its rows."""
    here = path("示例市", "示例县", "东镇")

    assert configuration.publish(town_hall(), OFFICE, "wang", 1_000, here) == 1

    assert configuration.layout("east") == town_hall()
    assert configuration.draft("east") == town_hall()
    assert configuration.calendar("east") == OFFICE
    assert configuration.place_of("east") == here


def test_publishing_the_same_again_makes_no_version(configuration: Configuration) -> None:
    """An import that changes nothing leaves no trace; new hours alone are a new version."""
    configuration.publish(town_hall(), OFFICE, "wang", 1_000)
    configuration.publish(town_hall(), OFFICE, "wang", 2_000)
    configuration.publish(town_hall(), ALWAYS, "li", 3_000)

    digest = town_hall().digest
    assert configuration.versions("east") == (
        Version(2, digest, 3_000, "li"),
        Version(1, digest, 1_000, "wang"),
    )


def test_an_older_version_stays_as_it_was(configuration: Configuration) -> None:
    """A smaller plan replaces the rows; what was published before can still be read."""
    before = town_hall()
    after = replace(before, services=before.services[:1], name="东镇为民服务中心")
    configuration.publish(before, ALWAYS, "wang", 1_000)
    configuration.publish(after, ALWAYS, "wang", 2_000)

    assert configuration.draft("east") == configuration.layout("east") == after
    assert configuration.layout("east", version=1) == before
    assert [hall.name for hall in configuration.halls()] == ["东镇为民服务中心"]


def test_rows_may_be_ahead_of_what_is_published(configuration: Configuration) -> None:
    """An edited row shows in the draft; the hall runs on with the published plan."""
    configuration.publish(town_hall(), ALWAYS, "wang", 1_000)
    with configuration.database.writing() as session:
        session.exec(update(LaneRow).where(col(LaneRow.id) == "police").values(name="警务"))

    assert configuration.draft("east").lane["police"].name == "警务"
    assert configuration.layout("east").lane["police"].name == "公安"
    assert configuration.publish(configuration.draft("east"), ALWAYS, "li", 2_000) == 2


def test_a_plan_that_no_hall_can_open_with_is_not_published(configuration: Configuration) -> None:
    """All that is wrong is told, in the plan and in the hours, and nothing is stored."""
    broken = replace(town_hall(), closing="never", timezone="Mars/Olympus")
    with pytest.raises(InvalidLayout) as refused:
        configuration.publish(broken, Calendar(week=()), "wang", 1_000)

    said = [str(problem) for problem in refused.value.problems]
    assert [problem.partition(":")[0] for problem in said] == ["closing", "timezone", "week"]
    assert configuration.halls() == ()


def test_publishing_at_once_gives_each_its_version(configuration: Configuration) -> None:
    """Eight managers press the button together: eight versions, none lost, none doubled."""
    plans = [replace(town_hall(), complaint_phone=str(number)) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        versions = pool.map(lambda plan: configuration.publish(plan, ALWAYS, "x", 1), plans)

    assert sorted(versions) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert configuration.draft("east") == configuration.layout("east")


def test_a_place_sees_the_halls_below_it(configuration: Configuration) -> None:
    """The county's roll-up has its town and its village, and not the other county's."""
    for hall, *names in (
        ("town", "示例市", "甲县", "东镇"),
        ("village", "示例市", "甲县", "东镇", "小村"),
        ("far", "示例市", "乙县"),
    ):
        configuration.publish(town_hall(hall), ALWAYS, "wang", 1, path(*names))
    configuration.publish(town_hall("nowhere"), ALWAYS, "wang", 1)

    def below(place: str) -> list[str]:
        return [hall.id for hall in configuration.halls(configuration.place("city", place).id)]

    assert below("示例市") == ["far", "town", "village"]
    assert below("示例市/甲县") == ["town", "village"]
    assert below("示例市/甲县/东镇/小村") == ["village"]
    assert len(configuration.halls()) == 4
    assert [str(place) for place in configuration.places()] == sorted(
        ["示例市", "示例市/乙县", "示例市/甲县", "示例市/甲县/东镇", "示例市/甲县/东镇/小村"]
    )


def test_a_hall_can_move_and_stays_where_it_is_otherwise(configuration: Configuration) -> None:
    """A place given moves the hall, even when its plan is the same; none given does not."""
    configuration.publish(town_hall(), ALWAYS, "wang", 1, path("示例市"))
    configuration.publish(town_hall(), ALWAYS, "wang", 2, path("示例市", "甲县"))
    configuration.publish(town_hall(), ALWAYS, "wang", 3)

    assert configuration.place_of("east") == path("示例市", "甲县")


@pytest.mark.parametrize(
    "place",
    [
        (Place(Level.TOWN, "东镇"), Place(Level.CITY, "示例市")),
        (Place(Level.CITY, "甲"), Place(Level.CITY, "乙")),
        (Place(Level.CITY, "甲/乙"),),
        (Place(Level.CITY, " "),),
    ],
)
def test_a_path_that_does_not_go_down_is_refused(
    configuration: Configuration, place: tuple[Place, ...]
) -> None:
    """Levels in order, once each, and names that can be told apart."""
    with pytest.raises(Invalid, match="place: "):
        configuration.publish(town_hall(), ALWAYS, "wang", 1, place)
    assert configuration.halls() == ()


def test_a_place_keeps_its_level(configuration: Configuration) -> None:
    """What is known as a county does not become a town by somebody's file."""
    configuration.add_place("city", path("示例市", "东县"))
    with pytest.raises(Invalid, match="known as a county, not a town"):
        configuration.add_place("city", (*path("示例市"), Place(Level.TOWN, "东县")))


def test_a_hall_belongs_to_one_tenant(configuration: Configuration) -> None:
    """Another city cannot take a hall over by publishing under its name."""
    configuration.publish(town_hall(), ALWAYS, "wang", 1)
    with pytest.raises(Invalid, match="belongs to the tenant 'city'"):
        configuration.publish(town_hall(tenant="other"), ALWAYS, "zhao", 2)


@pytest.mark.parametrize("hall", ["west", "", "a\0b", "东", "x" * 9_999, "\ud800"])
def test_a_hall_that_is_not_there_is_unknown(configuration: Configuration, hall: str) -> None:
    """Whatever stands in an address, the answer is that there is no such hall."""
    with pytest.raises(Unknown):
        configuration.layout(hall)


def test_unknown_versions_and_places_are_named(configuration: Configuration) -> None:
    """The sentence says what was asked for."""
    configuration.publish(town_hall(), ALWAYS, "wang", 1)
    with pytest.raises(Unknown, match="there is no version 7"):
        configuration.layout("east", version=7)
    with pytest.raises(Unknown, match="there is no place '月球'"):
        configuration.place("city", "月球")
    with pytest.raises(Unknown, match="there is no place 99"):
        configuration.halls(below=99)
