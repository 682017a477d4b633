"""People and the roles they have."""

from __future__ import annotations

import pytest

from queue_server.archive.configuration import Configuration
from queue_server.archive.errors import Invalid, Taken, Unknown
from queue_server.archive.people import GrantEntry, PersonEntry
from queue_server.archive.principals import Role
from queue_server.domain.calendar import Calendar
from tests.archive.halls import path, town_hall

PASSWORD = "correct horse"


@pytest.fixture(autouse=True)
def halls(configuration: Configuration) -> None:
    """Two halls in the east town, one in the west town."""
    for hall, town in (("east", "东镇"), ("east-2", "东镇"), ("west", "西镇")):
        place = path("示例市", "示例县", town)
        configuration.publish(town_hall(hall), Calendar.always(), "wang", 1, place)
    configuration.people.add_person("li", PASSWORD, 1, full_name="李雷")


def test_a_manager_of_a_town_manages_its_halls_and_nobody_elses(
    configuration: Configuration,
) -> None:
    """Also a hall that comes to the town later; not the hall of the next town."""
    town = configuration.place("city", "示例市/示例县/东镇").id
    configuration.people.grant("li", "manager", place=town)
    session = configuration.sessions.sign_in("li", PASSWORD, 10)
    assert session.principal.halls("manager") == frozenset({"east", "east-2"})

    new = path("示例市", "示例县", "东镇", "小村")
    configuration.publish(town_hall("village"), Calendar.always(), "wang", 20, new)

    li = configuration.principal(session.token, 30)
    assert li is not None
    assert li.may("manager", "village")
    assert not li.may("manager", "west")


def test_grants_in_a_hall_at_a_window_and_everywhere(configuration: Configuration) -> None:
    """Each reaches as far as it says, and ends when it is revoked."""
    people = configuration.people
    people.grant("li", "clerk", hall="east", window="2")
    everywhere = people.grant("li", "auditor")
    token = configuration.sessions.sign_in("li", PASSWORD, 10).token

    li = configuration.principal(token, 11)
    assert li is not None
    assert li.may("clerk", "east", "2")
    assert not li.may("clerk", "east", "1")
    assert li.may("auditor", "")

    people.revoke(everywhere)
    li = configuration.principal(token, 12)
    assert li is not None
    assert not li.may("auditor", "west")


def test_people_are_listed_with_their_grants(configuration: Configuration) -> None:
    """By name, as a manager's page shows them."""
    people = configuration.people
    people.add_person("han", PASSWORD, 2)
    people.grant("li", "guide", hall="west")
    people.set_active("han", False)

    assert people.people() == (
        PersonEntry("han", "", False, ()),
        PersonEntry("li", "李雷", True, (GrantEntry(1, Role.GUIDE, None, "west", ""),)),
    )


def test_one_name_is_one_person_however_it_is_spelled(configuration: Configuration) -> None:
    """Case, width and blanks make no second li."""
    for name in ("Li", " li ", "ＬＩ"):
        with pytest.raises(Taken, match="name: 'li' is already in use"):
            configuration.people.add_person(name, PASSWORD, 2)


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "a b", "a\0b", "a\u200bb", "\ud800"])
def test_a_name_that_cannot_be_read_is_refused(configuration: Configuration, name: str) -> None:
    """Empty, endless, with blanks or with characters that nobody sees."""
    with pytest.raises(Invalid, match="name: must be 1 to 64 characters"):
        configuration.people.add_person(name, PASSWORD, 2)


def test_a_grant_must_make_sense(configuration: Configuration) -> None:
    """Role, place, hall and window are checked, and named when they are wrong."""
    grant = configuration.people.grant
    for error, said, arguments in (
        (Invalid, "role: must be one of", {"role": "kiosk", "hall": "east"}),
        (Invalid, "place: give a place or a hall", {"place": 1, "hall": "east"}),
        (Invalid, "window: a window belongs to a hall", {"window": "3"}),
        (Invalid, "window: must be one line", {"hall": "east", "window": "\0"}),
        (Unknown, "place: there is no place 99", {"place": 99}),
        (Unknown, "hall: there is no hall", {"hall": "\0"}),
        (Unknown, "hall: there is no hall 'north'", {"hall": "north"}),
    ):
        with pytest.raises(error, match=said):
            grant("li", **({"role": "clerk"} | arguments))
    with pytest.raises(Unknown, match="there is no name 'nobody'"):
        grant("nobody", "clerk")
    with pytest.raises(Unknown, match="there is no grant 7"):
        configuration.people.revoke(7)


def test_a_new_password_signs_everybody_out(configuration: Configuration) -> None:
    """Whoever came in with the old one is out; closing an account does the same."""
    token = configuration.sessions.sign_in("li", PASSWORD, 10).token
    configuration.people.set_password("li", "battery staple")
    assert configuration.principal(token, 11) is None

    token = configuration.sessions.sign_in("li", "battery staple", 20).token
    configuration.people.set_active("li", False)
    assert configuration.principal(token, 21) is None
