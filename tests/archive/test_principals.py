"""Who may do what where."""

from __future__ import annotations

from queue_server.archive.principals import Grant, Principal, Role

EAST = frozenset({"east"})
TOWN = frozenset({"east", "west"})


def test_a_role_holds_in_its_halls_and_nowhere_else() -> None:
    """A manager of a town manages its halls, and nobody else's."""
    wang = Principal("person:1", "wang", (Grant(Role.MANAGER, TOWN),))

    assert wang.may("manager", "east")
    assert wang.may(("clerk", "manager"), "west")
    assert not wang.may("manager", "north")


def test_no_role_contains_another() -> None:
    """An admin is no clerk, and an auditor reads only: who asks names every role he lets in."""
    admin = Principal("person:1", "root", (Grant(Role.ADMIN, None),))

    assert admin.may(Role.ADMIN, "anywhere")
    assert not admin.may(Role.CLERK, "anywhere")


def test_a_grant_for_a_window_covers_that_window_only() -> None:
    """It is asked about where a window is concerned; the hall as a whole is open to it."""
    device = Principal("token:1", "strip 3", (Grant(Role.SCREEN, EAST, "3"),))

    assert device.may("screen", "east", "3")
    assert not device.may("screen", "east", "4")
    assert device.may("screen", "east")


def test_all_halls_at_once_need_a_grant_without_limits() -> None:
    """What concerns no single hall, such as adding people, is asked with the hall ""."""
    town = Principal("person:1", "wang", (Grant(Role.ADMIN, TOWN),))
    root = Principal("person:2", "root", (Grant(Role.ADMIN, None),))

    assert not town.may("admin", "")
    assert root.may("admin", "")


def test_the_halls_of_several_grants_add_up() -> None:
    """A list of halls shows every hall where one of the roles is held."""
    grants = (Grant(Role.CLERK, EAST), Grant(Role.MANAGER, frozenset({"west"})))
    wang = Principal("person:1", "wang", grants)

    assert wang.halls(("clerk", "manager")) == TOWN
    assert wang.halls("guide") == frozenset()
    root = Principal("person:2", "root", (*grants, Grant(Role.CLERK, None)))
    assert root.halls("clerk") is None
