"""Bearer tokens of devices and services."""

from __future__ import annotations

import pytest
from sqlmodel import select

from queue_server.archive.configuration import Configuration
from queue_server.archive.errors import Invalid, Unknown
from queue_server.archive.principals import Grant, Principal, Role
from queue_server.archive.tables import TokenRow
from queue_server.domain.calendar import Calendar
from tests.archive.halls import town_hall

NOW = 1_000_000
DAY = 24 * 3_600_000


@pytest.fixture(autouse=True)
def hall(configuration: Configuration) -> None:
    configuration.publish(town_hall(), Calendar.always(), "wang", 1)


def test_a_token_says_who_the_device_is(configuration: Configuration) -> None:
    """A screen at window 2 is a screen at window 2 of its hall, and nothing else."""
    token = configuration.tokens.issue("screen", "east", NOW, window="2", label="LED 2")

    assert token.startswith("jh_")
    assert configuration.principal(token, NOW) == Principal(
        "token:1", "LED 2", (Grant(Role.SCREEN, frozenset({"east"}), "2"),)
    )


def test_the_database_never_has_the_token_itself(configuration: Configuration) -> None:
    """Whoever reads the table, or a backup of it, cannot come in with it."""
    token = configuration.tokens.issue("kiosk", "east", NOW)
    with configuration.database.reading() as session:
        row = session.exec(select(TokenRow)).one()

    assert token[3:] not in str(row.model_dump())
    assert configuration.principal("jh_" + row.hash, NOW) is None


def test_a_token_ends(configuration: Configuration) -> None:
    """By its lifetime, or when it is revoked; what was never issued is nobody."""
    short = configuration.tokens.issue("voice", "east", NOW, lifetime=DAY)
    long = configuration.tokens.issue("voice", "east", NOW)
    assert configuration.principal(short, NOW + DAY - 1)
    assert configuration.principal(short, NOW + DAY) is None

    configuration.tokens.revoke(2, NOW + 5)

    assert configuration.principal(long, NOW + 6) is None
    assert [token.revoked for token in configuration.tokens.tokens("east")] == [0, NOW + 5]
    for nobody in ("jh_", "jh_x", "", "\0", "\ud800", "x" * 100_000):
        assert configuration.principal(nobody, NOW) is None


def test_a_token_shows_when_it_was_last_seen(configuration: Configuration) -> None:
    """To the minute: showing a token must not cost a write every time."""
    token = configuration.tokens.issue("printer", "east", NOW)
    for at in (NOW, NOW + 59_999, NOW + 60_000, NOW + 60_001):
        configuration.principal(token, at)

    assert configuration.tokens.tokens()[0].last_seen == NOW + 60_000


def test_many_tokens_in_use_are_one_write_a_minute(configuration: Configuration) -> None:
    """A city shows two thousand tokens; SQL has one writer at a time."""
    tokens = [configuration.tokens.issue("screen", "east", NOW) for _ in range(3)]
    for token in tokens:
        configuration.tokens.principal(token, NOW)
    assert [one.last_seen for one in configuration.tokens.tokens()] == [NOW, 0, 0]

    later = NOW + 61_000
    configuration.tokens.principal(tokens[2], later)
    assert [one.last_seen for one in configuration.tokens.tokens()] == [NOW, NOW, later]


def test_a_service_token_may_be_for_every_hall_but_a_device_not(
    configuration: Configuration,
) -> None:
    """A device token is bound to a hall."""
    token = configuration.tokens.issue("auditor", "", NOW)
    found = configuration.principal(token, NOW)

    assert found is not None
    assert found.may("auditor", "east")
    with pytest.raises(Invalid, match="hall: a kiosk belongs to a hall"):
        configuration.tokens.issue("kiosk", "", NOW)


def test_what_a_token_is_for_must_be_known(configuration: Configuration) -> None:
    """Role, hall and token are named when they are not there."""
    with pytest.raises(Invalid, match="role: must be one of admin, manager"):
        configuration.tokens.issue("king", "east", NOW)
    with pytest.raises(Unknown, match="hall: there is no hall 'west'"):
        configuration.tokens.issue("kiosk", "west", NOW)
    with pytest.raises(Invalid, match="label: must be one line"):
        configuration.tokens.issue("kiosk", "east", NOW, label="\0")
    with pytest.raises(Unknown, match="token: there is no token 42"):
        configuration.tokens.revoke(42, NOW)
