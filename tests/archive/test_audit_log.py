"""The auditor's book: what is written down, with the change or not at all."""

from __future__ import annotations

import json

import pytest
from sqlmodel import Session

from queue_server.archive import audit_log, people
from queue_server.archive.audit_log import AuditEntry
from queue_server.archive.configuration import Configuration
from queue_server.archive.errors import Taken, Unknown, WrongPassword
from queue_server.archive.tokens import fingerprint
from queue_server.domain.calendar import Calendar
from tests.archive.halls import path, town_hall

PASSWORD = "correct horse"


def told(configuration: Configuration) -> list[tuple[str, str, str, str]]:
    """Oldest first: who, what, where, to whom."""
    lines = configuration.audit_log.entries()
    return [(one.by, one.what, one.hall, one.subject) for one in reversed(lines)]


def test_every_change_of_settings_is_a_line(configuration: Configuration) -> None:
    """People, roles, tokens and plans: who did it, to whom, where and when."""
    known, boss = configuration.people, "person:1"
    configuration.publish(town_hall("east"), Calendar.always(), boss, 10, path("示例市"))
    known.add_person("Li", PASSWORD, 20, "李雷", by=boss)
    grant = known.grant("li", "clerk", hall="east", window="2", by=boss, now=30)
    known.revoke(grant, by=boss, now=40)
    known.set_password("li", "battery staple", by=boss, now=50)
    known.set_active("li", False, by=boss, now=60)
    known.set_active("li", True, by=boss, now=70)
    configuration.tokens.issue("kiosk", "east", 80, label="at the door", by=boss)
    configuration.tokens.revoke(1, 90, by=boss)

    assert told(configuration) == [
        (boss, "plan.published", "east", "1"),
        (boss, "person.added", "", "li"),
        (boss, "role.granted", "east", "li"),
        (boss, "role.revoked", "east", "li"),
        (boss, "person.password_set", "", "li"),
        (boss, "person.deactivated", "", "li"),
        (boss, "person.activated", "", "li"),
        (boss, "token.issued", "east", "1"),
        (boss, "token.revoked", "east", "1"),
    ]
    lines = configuration.audit_log.entries()
    assert [line.at for line in lines] == list(range(90, 0, -10))
    assert lines[-3].details == {"role": "clerk", "window": "2"}
    assert lines[-1].details["place"] == "示例市"


def test_no_secret_stands_in_the_book(configuration: Configuration) -> None:
    """No password, no token, and no hash of one."""
    configuration.publish(town_hall("east"), Calendar.always(), "setup", 1)
    configuration.people.add_person("li", PASSWORD, 1)
    configuration.people.set_password("li", "battery staple")
    token = configuration.tokens.issue("kiosk", "east", 1)

    written = json.dumps([line.details for line in configuration.audit_log.entries()])

    for secret in (PASSWORD, "battery", token, "argon2", fingerprint(token)):
        assert secret not in written


def test_what_changes_nothing_is_no_line(configuration: Configuration) -> None:
    """The same plan again, a token that has ended, a person who is active already."""
    for _ in range(2):
        configuration.publish(town_hall("east"), Calendar.always(), "setup", 1)
    configuration.people.add_person("li", PASSWORD, 1)
    configuration.people.set_active("li", True)
    configuration.tokens.issue("kiosk", "east", 1)
    for _ in range(2):
        configuration.tokens.revoke(1, 2)

    assert [what for _, what, _, _ in told(configuration)] == [
        *("plan.published", "person.added", "token.issued", "token.revoked")
    ]


def test_what_was_refused_is_no_line(configuration: Configuration) -> None:
    """Nobody reads of a change that did not come to be."""
    configuration.people.add_person("li", PASSWORD, 1)
    with pytest.raises(Taken):
        configuration.people.add_person("li", PASSWORD, 2)
    with pytest.raises(Unknown):
        configuration.people.grant("li", "clerk", hall="nowhere")
    with pytest.raises(Unknown):
        configuration.people.grant("nobody", "clerk")
    with pytest.raises(Unknown):
        configuration.tokens.revoke(9, 1)

    assert [what for _, what, _, _ in told(configuration)] == ["person.added"]


def test_a_line_and_its_change_are_kept_together(
    configuration: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the line cannot be written, the change is not made."""

    def full(*_: object, **__: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(people, "note", full)
    with pytest.raises(OSError, match="no room"):
        configuration.people.add_person("li", PASSWORD, 1)

    assert configuration.people.people() == ()


def test_whoever_says_no_time_means_now(configuration: Configuration) -> None:
    """A line without a time would be the first to be purged."""
    configuration.people.add_person("li", PASSWORD, 1)
    configuration.people.grant("li", "auditor")

    assert configuration.audit_log.entries()[0].at > 1_700_000_000_000


def test_the_book_is_read_page_by_page(configuration: Configuration) -> None:
    """Newest first; each page before the last id of the one before; of some halls if wanted."""
    with configuration.database.writing() as session:
        for at in range(1, 8):
            audit_log.note(session, "token.issued", "", at, hall="east" if at % 2 else "")
    log = configuration.audit_log

    def times(lines: tuple[AuditEntry, ...]) -> list[int]:
        return [line.at for line in lines]

    first = log.entries(limit=3)
    assert times(first) == [7, 6, 5]
    assert times(log.entries(before=first[-1].id, limit=3)) == [4, 3, 2]
    assert times(log.entries({"east"}, limit=3)) == [7, 5, 3]
    assert log.entries(frozenset()) == ()


def test_a_word_that_nobody_knows_is_a_mistake(configuration: Configuration) -> None:
    """Readers must be able to rely on the list."""
    with Session(configuration.database.engine) as session, pytest.raises(ValueError, match="wed"):
        audit_log.note(session, "person.wed", "", 1)


def test_attempts_to_sign_in_are_pages_too(configuration: Configuration) -> None:
    """With address and outcome."""
    configuration.people.add_person("li", PASSWORD, 1)
    configuration.sessions.sign_in("li", PASSWORD, 2, "10.0.0.7")
    with pytest.raises(WrongPassword):
        configuration.sessions.sign_in("li", "wrong", 3, "10.0.0.8")

    newest, oldest = configuration.audit_log.sign_ins()

    assert (newest.at, newest.outcome, newest.address) == (3, "failed", "10.0.0.8")
    assert (oldest.name, oldest.outcome) == ("li", "ok")
    assert configuration.audit_log.sign_ins(before=newest.id) == (oldest,)
