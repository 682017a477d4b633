"""Printers, chosen by URL.

    tcp://host:9100                      a network printer
    usb://04b8:0202                      vendor and product, in hex (?in=0x82&out=0x01: end points)
    serial:///dev/ttyUSB0?baud=19200     a serial printer, 8N1
    file:///dev/usb/lp0                  the kernel's printer device
    preview:///folder?keep=200           pictures and texts of the newest slips in a folder, no
                                         printer; without `keep`, of all

Each takes `?width=58|80` (mm) and `&mode=raster|text`; printers `&confirm=yes|no`: whether it
answers. A `file` printer mostly cannot, so there it is `no` until it is said otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from queue_server.client import newest
from queue_server.client.address import Address, resolve
from ticketing.printer import PAPERS, Paper, Printer
from ticketing.printers.lines import DeviceFile, Line, SerialLine, Tcp, UsbLine
from ticketing.printers.preview import Preview
from ticketing.printers.receipt import ReceiptPrinter

FORMS = (
    "tcp://host:9100",
    "usb://04b8:0202",
    "serial:///dev/ttyUSB0?baud=19200",
    "file:///dev/usb/lp0",
    "preview:///folder?keep=0 (each with ?width=58|80&mode=raster|text)",
)


def printer(url: str) -> Printer:
    """The printer at `url`; nothing is opened yet. Raises ValueError with what is wrong in it."""
    return resolve(url, "printer", FORMS, _KINDS)


def _paper(address: Address) -> tuple[Paper, bool]:
    """The paper, and whether only text goes on it."""
    paper = PAPERS[int(address.choice("width", "80", *map(str, PAPERS)))]
    return paper, address.choice("mode", "raster", "text") == "text"


def _preview(address: Address) -> Printer:
    paper, _ = _paper(address)
    return Preview(address.path(), paper, address.number("keep", 0, 0, newest.MOST))


def _receipt(address: Address) -> Printer:
    line = _LINES[address.scheme](address)
    paper, text = _paper(address)
    confirm = address.flag("confirm", address.scheme != "file")
    return ReceiptPrinter(line, paper, text=text, confirm=confirm)


def _tcp(address: Address) -> Line:
    return Tcp(address.host(), address.port(9100))


def _usb(address: Address) -> Line:
    ids = re.fullmatch("([0-9A-Fa-f]{1,4}):([0-9A-Fa-f]{1,4})", address.place())
    if not ids:
        raise ValueError("a USB printer is VENDOR:PRODUCT in hexadecimal digits")
    vendor, product = (int(digits, 16) for digits in ids.groups())
    # The top bit of an end point says that it speaks to us (USB 2.0, 9.6.6); 0 is for control.
    ends = address.number("in", 0x82, 0x81, 0x8F), address.number("out", 0x01, 0x01, 0x0F)
    return UsbLine(vendor, product, *ends)


def _serial(address: Address) -> Line:
    return SerialLine(str(address.path()), address.baud(19200))


def _file(address: Address) -> Line:
    return DeviceFile(str(address.path()))


_LINES: Mapping[str, Callable[[Address], Line]] = {
    "tcp": _tcp,
    "usb": _usb,
    "serial": _serial,
    "file": _file,
}
_KINDS = {"preview": _preview} | dict.fromkeys(_LINES, _receipt)
