"""Lines with hardware callers, by URL."""

from __future__ import annotations

from ticketing.caller import Bus
from ticketing.callers.rs485 import Rs485Bus
from ticketing.device_url import parse

FORMS = {"rs485": ("baud",)}
EXAMPLES = "rs485:///dev/ttyS1?baud=9600"


def bus(url: str) -> Bus:
    """The line at `url`, not opened yet; raises ValueError with the form there is."""
    address = parse(url, FORMS, EXAMPLES)
    return Rs485Bus(address.path, address.baud(9600))
