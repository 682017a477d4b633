"""What a password must be, and how it is kept."""

from __future__ import annotations

from time import process_time

import pytest
from argon2 import PasswordHasher

from queue_server.archive.errors import Invalid
from queue_server.archive.passwords import Passwords


def test_a_password_is_kept_as_argon2id(cheap: Passwords) -> None:
    """Only the password itself fits, and every hash has salt of its own."""
    kept = cheap.hash("correct horse", "li")

    assert kept.startswith("$argon2id$")
    assert kept != cheap.hash("correct horse", "li")
    assert cheap.fits("correct horse", kept)
    assert not cheap.fits("correct horsf", kept)
    assert not cheap.fits("correct horse", "rubbish")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("123456789", "at least 10 characters"),
        ("十个汉字也算十个啊", "at least 10 characters"),
        ("x" * 257, "at most 256 characters"),
        ("Wang.Xiaoming", "must not be the name"),
    ],
)
def test_a_weak_password_is_refused(cheap: Passwords, password: str, said: str) -> None:
    """The sentence says what it must be."""
    with pytest.raises(Invalid, match=f"password: .*{said}"):
        cheap.hash(password, "wang.xiaoming")


def test_the_same_password_from_another_keyboard_fits(cheap: Passwords) -> None:
    """Full-width letters and composed accents look the same and are the same."""
    assert cheap.fits("ｃｏｒｒｅｃｔ horse", cheap.hash("correct horse", "li"))
    assert cheap.fits("cafe\u0301 au lait", cheap.hash("caf\u00e9 au lait", "li"))


@pytest.mark.parametrize("password", ["\ud800" * 12, "\0" * 12, "x" * 100_000, ""])
def test_no_input_breaks_the_check(cheap: Passwords, password: str) -> None:
    """Half characters, NUL and endless input simply do not fit."""
    assert not cheap.fits(password, cheap.hash("correct horse", "li"))


def test_nobodys_password_takes_as_long_to_check() -> None:
    """Names cannot be found out by the time that an answer takes (within a factor of two)."""
    passwords = Passwords()
    kept = passwords.hash("correct horse", "li")
    passwords.fits("warm up the one for nobody", None)

    def took(against: str | None) -> float:
        # Work, not time: others may be busy on this machine.
        began = process_time()
        passwords.fits("wrong horse", against)
        return process_time() - began

    known = min(took(kept) for _ in range(4))
    unknown = min(took(None) for _ in range(4))
    assert 0.5 < unknown / known < 2


def test_a_hash_with_old_parameters_is_outdated(cheap: Passwords) -> None:
    """It still fits, and the next sign-in makes a new one."""
    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash("correct horse")

    assert cheap.fits("correct horse", old)
    assert cheap.outdated(old)
    assert not cheap.outdated(cheap.again("correct horse"))
