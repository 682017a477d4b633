"""What a scanned line means: a ticket's link, a ticket's number, a booking code, or a person.

Pure. Whether such a ticket or booking exists is for the hall to say.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from ticketing.identity import Identity, NotAnIdentity

_LINK = re.compile(r"(?:[a-z][a-z0-9+.-]*://[^/\s]+)?/t/([\w.-]{1,160})/?(?:[?#]\S*)?", re.A | re.I)
_TOKEN = re.compile(r"(?:[\w-]+\.){3}[\w-]{22}", re.A)
_TICKET = re.compile(r"[A-Z]{1,4}[0-9]{3,5}")
_BOOKING = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{3,63}")


class Meaning(NamedTuple):
    """What was scanned: `link` (a token), `ticket` (a number) or `booking` (a code)."""

    what: str
    text: str


def meaning(text: str) -> Meaning | Identity | None:
    """What this line is; None when it is nothing that a hall could use."""
    # Number pads and phones write full-width digits too.
    line = unicodedata.normalize("NFKC", text).strip()
    try:
        # Some scanners read the number off a card: it is worth the card, and as secret.
        return Identity(line.upper())
    except NotAnIdentity:
        pass
    if link := _LINK.fullmatch(line):
        return Meaning("link", link[1])
    if _TOKEN.fullmatch(line):
        return Meaning("link", line)
    if _TICKET.fullmatch(line.upper()):
        return Meaning("ticket", line.upper())
    return Meaning("booking", line) if _BOOKING.fullmatch(line) else None
