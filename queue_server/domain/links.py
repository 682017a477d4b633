"""A visitor's own link: who holds it may see, cancel and rate this one ticket, and nothing else.

A token reads `hall.day.ticket.proof`. It needs no table: the proof is a keyed BLAKE2b of the rest
(RFC 7693), 128 bits long, with a key that only the server has.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import NamedTuple

PROOF_BYTES = 16
_TOKEN = re.compile(r"([\w-]{1,32})\.([\w-]{1,64})\.([A-Za-z0-9]{1,32})\.([\w-]{22})", re.ASCII)


class Visit(NamedTuple):
    """What a link leads to."""

    hall: str
    day: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Links:
    """Links made and read with one secret (at least 16 bytes)."""

    secret: bytes

    def token(self, hall: str, day: str, ticket: str) -> str:
        """The token of a ticket, always the same."""
        said = f"{hall}.{day}.{ticket}"
        return f"{said}.{self._proof(said)}"

    def path(self, hall: str, day: str, ticket: str) -> str:
        """Where the visitor's page is."""
        return f"/t/{self.token(hall, day, ticket)}"

    def read(self, token: str) -> Visit | None:
        """Which ticket a token is for; None when nobody here made it."""
        if not (match := _TOKEN.fullmatch(token)):
            return None
        hall, day, ticket, proof = match.groups()
        good = hmac.compare_digest(self._proof(f"{hall}.{day}.{ticket}"), proof)
        return Visit(hall, day, ticket) if good else None

    def salt(self, hall: str, day: str) -> bytes:
        """What is mixed into a person's number before it is hashed: one hall's, one day's."""
        return hashlib.blake2b(
            f"{hall}.{day}".encode(), key=self.secret[:64], digest_size=32, person=b"person salt"
        ).digest()

    def _proof(self, said: str) -> str:
        # Keyed BLAKE2 is a MAC of its own (RFC 7693), four times as quick as HMAC. `person` keeps
        # these proofs apart from anything else this secret may sign one day.
        proof = hashlib.blake2b(
            said.encode(), key=self.secret[:64], digest_size=PROOF_BYTES, person=b"ticket link"
        ).digest()
        return urlsafe_b64encode(proof).rstrip(b"=").decode()
