"""Lines with hardware callers, by URL."""

from __future__ import annotations

from queue_server.client.address import Address, resolve
from ticketing.caller import Bus
from ticketing.callers.rs485 import Rs485Bus

FORMS = ("rs485:///dev/ttyS1?baud=9600",)


def bus(url: str) -> Bus:
    """The line at `url`, not opened yet; raises ValueError with the form there is."""
    return resolve(url, "line of callers", FORMS, {"rs485": _rs485})


def _rs485(address: Address) -> Bus:
    return Rs485Bus(str(address.path()), address.baud(9600))
