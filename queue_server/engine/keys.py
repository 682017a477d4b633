"""Every Redis key that Python names, spelled once.

All keys of a tenant share the hash tag `{tenant}`, so that a tenant lives in one slot of a
cluster. What lies below a day's root is the Lua library's business, except the stream.
"""

from __future__ import annotations


def hall_root(tenant: str, hall: str) -> str:
    """A hash: which day it is (`day`), how many drills were held (`drills`)."""
    return f"{{{tenant}}}:{hall}"


def days(hall: str) -> str:
    """A stream: one entry for each day of the hall, in order (`hall` is a hall's root)."""
    return f"{hall}:days"


def day_root(hall: str, day: str) -> str:
    """A hash: the day's own record; `KEYS[1]` of every function."""
    return f"{hall}:{day}"


def events(day: str) -> str:
    """The day's stream; ids are `seq-0` (`day` is a day's root)."""
    return f"{day}:events"
