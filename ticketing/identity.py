"""What an ID card says about a person, and the little of it that may leave the reader's process.

Pure: the date and the salt come in as arguments. The number is never printed, logged or sent: what
goes out is a `Card`, which is a keyed hash and whether the green channel is offered.
"""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import date

#: From this age (years) on the green channel is offered, unless a hall says otherwise.
GREEN_AGE = 60
#: A hash that nobody can repeat needs a key that nobody can guess (bytes).
SHORTEST_SALT = 16

_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]")
# GB 11643-1999, 4.3: the check character after ISO 7064, MOD 11-2, by the remainder of the sum.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


class NotAnIdentity(ValueError):
    """This is no citizen's number; the number itself is not told."""


def check_character(first: str) -> str:
    """The 18th character (0–9 or X) that belongs to the first 17 digits of a number."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first[:17], strict=True))
    return _CHECKS[total % 11]


@dataclass(frozen=True, slots=True)
class Identity:
    """A citizen's number (GB 11643) with a real birth date and a check character that is right.

    Raises `NotAnIdentity`. Keep it inside the reader's process.
    """

    number: str = field(repr=False)

    def __post_init__(self) -> None:
        if not _SHAPE.fullmatch(self.number) or check_character(self.number) != self.number[17]:
            raise NotAnIdentity("not a citizen's number")
        try:
            self.born()
        except ValueError:
            raise NotAnIdentity("not a citizen's number: no such birth date") from None

    def born(self) -> date:
        """The birth date, digits 7 to 14."""
        return date(int(self.number[6:10]), int(self.number[10:12]), int(self.number[12:14]))

    def age(self, on: date) -> int:
        """Full years (周岁) on a date; who was born on 29 February has a birthday on 1 March."""
        born = self.born()
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


@dataclass(frozen=True, slots=True)
class Card:
    """What may leave: the person's key of the day, and whether to offer the green channel."""

    person: str
    green: bool


def person_key(number: str, salt: bytes) -> str:
    """The keyed hash by which a hall knows a person for one day: 32 letters, digits, - or _.

    Keyed BLAKE2b (RFC 7693). There are few enough numbers to try them all, so the salt is the
    secret: with tomorrow's, today's keys lead nowhere.
    """
    if len(salt) < SHORTEST_SALT:
        raise ValueError(f"a salt has at least {SHORTEST_SALT} bytes")
    key = hashlib.blake2b(number.encode(), key=salt[:64], digest_size=24, person=b"visitor")
    return urlsafe_b64encode(key.digest()).decode()


def card(identity: Identity, salt: bytes, today: date, green_age: int = GREEN_AGE) -> Card:
    """What a page may know about whoever laid this card on the reader."""
    return Card(person_key(identity.number, salt), identity.age(today) >= green_age)
