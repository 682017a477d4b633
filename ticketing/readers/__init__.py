"""Readers by URL: the kinds of hardware that say who, or what, was laid before them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from queue_server.client.address import Address, resolve
from ticketing.reader import Reader
from ticketing.readers.keyboard import KeyboardScanner
from ticketing.readers.scanner import SerialScanner
from ticketing.readers.sdt import SdtReader

FORMS = (
    "sdt:///dev/ttyUSB0?baud=115200 (ID cards)",
    "scanner:///dev/ttyACM0?baud=9600 (serial)",
    "keyboard:///dev/input/event5 (USB keyboard; with ?grab=no others hear it too)",
)


def reader(url: str) -> Reader:
    """The reader at `url`, not opened yet; raises ValueError with the forms there are."""
    return resolve(url, "reader", FORMS, _KINDS)


def _sdt(address: Address) -> Reader:
    return SdtReader(str(address.path()), address.baud(115200))


def _scanner(address: Address) -> Reader:
    return SerialScanner(str(address.path()), address.baud(9600))


def _keyboard(address: Address) -> Reader:
    return KeyboardScanner(str(address.path()), address.flag("grab", True))


_KINDS: Mapping[str, Callable[[Address], Reader]] = {
    "sdt": _sdt,
    "scanner": _scanner,
    "keyboard": _keyboard,
}
