"""`jiaohao simulate`: a day of visitors and clerks through the public API."""

from __future__ import annotations


def command() -> None:
    """Not wired yet."""
    raise SystemExit("not wired yet")
