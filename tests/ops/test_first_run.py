"""What a new installation gets, and that it gets it once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from ops.first_run import ADMIN, prepare
from ops.sample_hall import sample_hall
from queue_server.archive.configuration import Configuration
from queue_server.archive.passwords import Passwords
from queue_server.archive.principals import Role
from queue_server.domain.calendar import Calendar

NOW = 1_772_411_400_000


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/jiaohao.sqlite"


def opened(url: str) -> Configuration:
    cheap = Passwords(hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return Configuration(url, passwords=cheap)


@pytest.fixture
def empty(url: str) -> Iterator[Configuration]:
    made = opened(url)
    made.migrate()
    yield made
    made.close()


def test_a_new_installation(empty: Configuration) -> None:
    """The sample hall is published, and the administrator can sign in with what is printed."""
    password = prepare(empty, NOW)

    (hall,) = empty.halls()
    (person,) = empty.people.people()
    assert (hall.id, hall.version) == ("demo", 1)
    assert (person.name, [grant.role for grant in person.grants]) == (ADMIN, [Role.ADMIN])
    assert empty.sessions.sign_in(ADMIN, password, NOW, "here")


def test_the_second_start_changes_nothing(empty: Configuration) -> None:
    """No second version, no second person, and no password to print."""
    prepare(empty, NOW)
    before = (empty.halls(), empty.people.people(), empty.versions("demo"))

    assert prepare(empty, NOW + 1) == ""
    assert (empty.halls(), empty.people.people(), empty.versions("demo")) == before


def test_whoever_has_a_hall_gets_no_sample(empty: Configuration) -> None:
    """Their own hall was imported before the first start."""
    empty.publish(replace(sample_hall(), hall="ours"), Calendar(), "import", NOW)

    assert prepare(empty, NOW)
    assert [hall.id for hall in empty.halls()] == ["ours"]


def test_whoever_has_people_gets_no_administrator(empty: Configuration) -> None:
    """An administrator was added by hand: nobody else can come in."""
    empty.people.add_person("boss", "a long enough sentence", NOW)
    empty.people.grant("boss", Role.ADMIN)

    assert prepare(empty, NOW) == ""
    assert [person.name for person in empty.people.people()] == ["boss"]


def test_several_servers_start_a_new_installation(empty: Configuration, url: str) -> None:
    """All at once: one of them prints the password, and it is the right one."""
    starters = [opened(url) for _ in range(6)]
    together, told = threading.Barrier(len(starters)), []

    def start(configuration: Configuration) -> None:
        together.wait()
        told.append(prepare(configuration, NOW))
        configuration.close()

    threads = [threading.Thread(target=start, args=(one,)) for one in starters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (password,) = [one for one in told if one]
    assert len(told) == len(starters)
    assert len(empty.people.people()) == len(empty.halls()) == 1
    assert empty.sessions.sign_in(ADMIN, password, NOW, "here")
