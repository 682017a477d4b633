"""What may be typed into a field, whichever table it ends up in."""

from __future__ import annotations

import unicodedata

from queue_server.archive.errors import Invalid

#: Control characters, half surrogate pairs and line separators: no database, screen or printer
#: does any good with them.
UNSEEN = ("Cc", "Cs", "Zl", "Zp")


def one_line(field: str, said: str, longest: int = 200) -> str:
    """`said`, when it is one line of text; raises `Invalid` which names the field."""
    if not is_one_line(said):
        raise Invalid(field, "must be one line of text without control characters")
    if len(said) > longest:
        raise Invalid(field, f"must be at most {longest} characters long")
    return said


def is_one_line(said: str) -> bool:
    """Whether there is nothing in it that a line of text does not have."""
    return not any(unicodedata.category(character) in UNSEEN for character in said)
