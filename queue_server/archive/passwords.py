"""What a password must be, and how it is kept (argon2id).

Checking takes the same time for a name that nobody has, so that names cannot be found out.
"""

from __future__ import annotations

import secrets
import unicodedata
from functools import cached_property
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from queue_server.archive.errors import Invalid

#: One check takes 64 MiB and a core for about 50 ms: a crowd at the door must not take all.
AT_ONCE = 4
LONGEST = 256


class Passwords:
    """Password rules and hashes; `shortest` in characters."""

    def __init__(self, shortest: int = 10, hasher: PasswordHasher | None = None) -> None:
        self.shortest = shortest
        self._hasher = hasher or PasswordHasher()
        self._turns = BoundedSemaphore(AT_ONCE)

    def hash(self, password: str, name: str) -> str:
        """What to keep of a new password; raises `Invalid` when it breaks a rule."""
        plain = normal(password)
        if len(plain) < self.shortest:
            raise Invalid("password", f"must have at least {self.shortest} characters")
        if len(plain) > LONGEST:
            raise Invalid("password", f"must have at most {LONGEST} characters")
        if plain.casefold() == normal(name).casefold():
            raise Invalid("password", "must not be the name")
        return self._hasher.hash(plain)

    def fits(self, password: str, kept: str | None) -> bool:
        """Whether this is the password of that hash; with no hash, no, after as long a time."""
        if len(password) > LONGEST:
            return False
        with self._turns:
            try:
                self._hasher.verify(kept or self._nobodys, normal(password))
            except (Argon2Error, InvalidHashError):
                return False
        return kept is not None

    def outdated(self, kept: str) -> bool:
        """Whether a hash was made with other parameters than are used today."""
        return self._hasher.check_needs_rehash(kept)

    def again(self, password: str) -> str:
        """A hash by today's parameters of a password that was found to fit."""
        return self._hasher.hash(normal(password))

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe(16))


def normal(text: str) -> str:
    """One spelling for what looks the same, whichever keyboard it came from (NFKC).

    What no database or hash can take (half a surrogate pair, NUL) is spelled out.
    """
    plain = unicodedata.normalize("NFKC", text).replace("\0", "\\0")
    return plain.encode("utf-8", "backslashreplace").decode()
