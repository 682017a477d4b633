"""What may be typed into a field, whichever table it ends up in."""

from __future__ import annotations

from queue_server.archive.errors import Invalid
from queue_server.domain.layout_problems import is_one_line


def one_line(field: str, said: str, longest: int = 200) -> str:
    """`said`, when it is one line of text; raises `Invalid` which names the field."""
    if not is_one_line(said):
        raise Invalid(field, "must be one line of text without control characters")
    if len(said) > longest:
        raise Invalid(field, f"must be at most {longest} characters long")
    return said
