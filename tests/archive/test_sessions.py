"""Signing in, staying in, being locked out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from sqlmodel import select

from queue_server.archive.configuration import Configuration
from queue_server.archive.errors import LockedOut, SignInRefused, WrongPassword
from queue_server.archive.sessions import Attempt
from queue_server.archive.tables import PersonRow, SessionRow

PASSWORD = "correct horse"
NOW = 1_000_000_000
SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000


@pytest.fixture(autouse=True)
def li(configuration: Configuration) -> None:
    configuration.people.add_person("li", PASSWORD, NOW, full_name="李雷")


def fail(configuration: Configuration, at: int, name: str = "li") -> SignInRefused:
    """Try a wrong password; the refusal."""
    with pytest.raises(SignInRefused) as refused:
        configuration.sessions.sign_in(name, "wrong password", at, "10.0.0.1")
    return refused.value


def test_a_session_says_who_it_is(configuration: Configuration) -> None:
    """By its secret alone, of which the database keeps only a hash."""
    signed_in = configuration.sessions.sign_in("LI", PASSWORD, NOW)

    assert signed_in.principal.name == "李雷"
    assert signed_in.ends == NOW + 12 * HOUR
    assert configuration.principal(signed_in.token, NOW + 1) == signed_in.principal
    with configuration.database.reading() as session:
        row = session.exec(select(SessionRow)).one()
    assert signed_in.token[3:] not in str(row.model_dump())


def test_a_session_ends_when_idle_and_after_a_day_of_work(configuration: Configuration) -> None:
    """Half an hour without a sign of life ends it; so do twelve hours with them."""
    idle = configuration.sessions.sign_in("li", PASSWORD, NOW).token
    assert configuration.principal(idle, NOW + 30 * MINUTE) is None

    busy = configuration.sessions.sign_in("li", PASSWORD, NOW).token
    for minutes in range(0, 720, 20):
        assert configuration.principal(busy, NOW + minutes * MINUTE)
    assert configuration.principal(busy, NOW + 12 * HOUR - 1)
    assert configuration.principal(busy, NOW + 12 * HOUR) is None


def test_signing_out_ends_one_session(configuration: Configuration) -> None:
    """The same person's other browser stays in; signing out twice is no error."""
    here = configuration.sessions.sign_in("li", PASSWORD, NOW).token
    there = configuration.sessions.sign_in("li", PASSWORD, NOW).token

    configuration.sessions.sign_out(here)
    configuration.sessions.sign_out(here)

    assert configuration.principal(here, NOW) is None
    assert configuration.principal(there, NOW) is not None


def test_a_wrong_name_and_a_wrong_password_look_the_same(configuration: Configuration) -> None:
    """Nor does an account that was closed look different."""
    said = {str(fail(configuration, NOW)), str(fail(configuration, NOW, "nobody"))}
    configuration.people.set_active("li", False)
    with pytest.raises(WrongPassword) as refused:
        configuration.sessions.sign_in("li", PASSWORD, NOW)

    assert said == {str(refused.value)} == {"password: the name or the password is wrong"}


def test_five_failures_lock_a_name_and_the_refusal_says_until_when(
    configuration: Configuration,
) -> None:
    """Even the right password is refused, until the first of them is a quarter of an hour ago."""
    for number in range(5):
        assert isinstance(fail(configuration, NOW + number * MINUTE), WrongPassword)

    with pytest.raises(LockedOut, match="try again in 11 min") as refused:
        configuration.sessions.sign_in("li", PASSWORD, NOW + 4 * MINUTE + 1)

    assert refused.value.until == NOW + 15 * MINUTE
    assert configuration.sessions.sign_in("li", PASSWORD, NOW + 15 * MINUTE)


def test_trying_while_locked_does_not_lock_for_longer(configuration: Configuration) -> None:
    """Or a stranger could keep somebody out for ever at no cost."""
    for _ in range(5):
        fail(configuration, NOW)
    for number in range(14):
        assert isinstance(fail(configuration, NOW + number * MINUTE), LockedOut)

    assert configuration.sessions.sign_in("li", PASSWORD, NOW + 15 * MINUTE)


def test_names_lock_one_by_one_and_names_that_nobody_has_too(
    configuration: Configuration,
) -> None:
    """Locking tells no more than an answer does."""
    for _ in range(5):
        fail(configuration, NOW, "nobody")

    assert isinstance(fail(configuration, NOW, "nobody"), LockedOut)
    assert configuration.sessions.sign_in("li", PASSWORD, NOW)


def test_success_forgives_the_failures_before_it(configuration: Configuration) -> None:
    """Four slips, then in: the next slip is the first again."""
    for _ in range(4):
        fail(configuration, NOW)
    configuration.sessions.sign_in("li", PASSWORD, NOW)
    for _ in range(4):
        assert isinstance(fail(configuration, NOW), WrongPassword)
    assert configuration.sessions.sign_in("li", PASSWORD, NOW)


def test_guesses_made_at_once_are_counted_one_by_one(configuration: Configuration) -> None:
    """Thirty at the same moment: five are looked at, the others find the name locked."""
    with ThreadPoolExecutor(10) as pool:
        said = list(pool.map(lambda _: type(fail(configuration, NOW)), range(30)))

    assert (said.count(WrongPassword), said.count(LockedOut)) == (5, 25)


def test_every_attempt_is_on_record(configuration: Configuration) -> None:
    """With its time, name, address and outcome, newest first."""
    fail(configuration, NOW)
    configuration.sessions.sign_in("Li", PASSWORD, NOW + 1, "10.0.0.2")

    assert configuration.sessions.attempts("li") == (
        Attempt(NOW + 1, "li", "10.0.0.2", "ok"),
        Attempt(NOW, "li", "10.0.0.1", "failed"),
    )


@pytest.mark.parametrize("name", ["", "\0", "\ud800", "x" * 10_000, "a' OR 1=1 --"])
def test_strange_names_are_only_wrong(configuration: Configuration, name: str) -> None:
    """Whatever is typed is a name that nobody has."""
    assert isinstance(fail(configuration, NOW, name), WrongPassword)


def test_signing_in_renews_an_outdated_hash(configuration: Configuration) -> None:
    """When the parameters grow, each password is hashed anew the next time it is heard."""
    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    with configuration.database.writing() as session:
        session.exec(select(PersonRow)).one().password = old

    configuration.sessions.sign_in("li", PASSWORD, NOW)

    with configuration.database.reading() as session:
        kept = session.exec(select(PersonRow)).one().password
    assert kept != old
    assert configuration.sessions.sign_in("li", PASSWORD, NOW)


def test_old_sessions_are_cleared_away(configuration: Configuration) -> None:
    """The table does not grow with every morning."""
    for day in range(3):
        configuration.sessions.sign_in("li", PASSWORD, NOW + day * 24 * HOUR)

    with configuration.database.reading() as session:
        assert len(session.exec(select(SessionRow)).all()) == 1


def test_a_clock_that_jumps_back_locks_nobody_out(configuration: Configuration) -> None:
    """Failures of the future do not count, and a session goes on."""
    for _ in range(5):
        fail(configuration, NOW + 24 * HOUR)

    token = configuration.sessions.sign_in("li", PASSWORD, NOW).token
    assert configuration.principal(token, NOW - HOUR) is not None
