"""Readers by URL: the kinds of hardware that say who, or what, was laid before them."""

from __future__ import annotations

from ticketing.device_url import parse
from ticketing.reader import Reader
from ticketing.readers.keyboard import KeyboardScanner
from ticketing.readers.scanner import SerialScanner
from ticketing.readers.sdt import SdtReader

FORMS = {"sdt": ("baud",), "scanner": ("baud",), "keyboard": ("grab",)}
EXAMPLES = (
    "sdt:///dev/ttyUSB0?baud=115200 (ID cards), scanner:///dev/ttyACM0?baud=9600 (serial) "
    "or keyboard:///dev/input/event5 (USB keyboard; with ?grab=no others hear it too)"
)


def reader(url: str) -> Reader:
    """The reader at `url`, not opened yet; raises ValueError with the forms there are."""
    address = parse(url, FORMS, EXAMPLES)
    if address.scheme == "keyboard":
        grab = address.options.get("grab", "yes")
        if grab not in ("yes", "no"):
            raise ValueError(f"{url!r}: grab is yes or no")
        return KeyboardScanner(address.path, grab == "yes")
    if address.scheme == "scanner":
        return SerialScanner(address.path, address.baud(9600))
    return SdtReader(address.path, address.baud(115200))
