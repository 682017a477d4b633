"""Printers, chosen by URL.

    tcp://host:9100                      a network printer
    usb://04b8:0202                      vendor and product, in hex (?in=0x82&out=0x01: end points)
    serial:///dev/ttyUSB0?baud=19200     a serial printer, 8N1
    file:///dev/usb/lp0                  the kernel's printer device
    preview:///folder                    pictures and texts in a folder, no printer

Each takes `?width=58|80` (mm) and `&mode=raster|text`; printers `&confirm=yes|no`: whether it
answers. A `file` printer mostly cannot, so there it is `no` until it is said otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from ticketing.printer import PAPERS, Printer
from ticketing.printers.lines import DeviceFile, Line, SerialLine, Tcp, UsbLine
from ticketing.printers.preview import Preview
from ticketing.printers.receipt import ReceiptPrinter

FORMS = (
    "tcp://host:9100, usb://04b8:0202, serial:///dev/ttyUSB0?baud=19200, file:///dev/usb/lp0 "
    "or preview:///folder, each with ?width=58|80&mode=raster|text"
)
COMMON = frozenset({"width", "mode", "confirm"})
OWN = {"usb": {"in", "out"}, "serial": {"baud"}}
CONFIRM = {"yes": True, "no": False}


def printer(url: str) -> Printer:
    """The printer at `url`; nothing is opened yet. Raises ValueError with what is wrong in it."""
    try:
        return _printer(urlsplit(url))
    except ValueError as wrong:
        raise ValueError(f"{url!r} is no printer: {wrong}. A printer is {FORMS}.") from wrong


def _printer(url: SplitResult) -> Printer:
    options = dict(parse_qsl(url.query, keep_blank_values=True))
    if unknown := options.keys() - COMMON - OWN.get(url.scheme, set()):
        raise ValueError(f"there is no option {', '.join(sorted(unknown))}")
    paper = PAPERS[int(_one_of(options.get("width", "80"), map(str, PAPERS), "width"))]
    mode = _one_of(options.get("mode", "raster"), ("raster", "text"), "mode")
    if url.scheme == "preview":
        return Preview(Path(_path(url)), paper)
    usual = "no" if url.scheme == "file" else "yes"
    confirm = CONFIRM[_one_of(options.get("confirm", usual), CONFIRM, "confirm")]
    return ReceiptPrinter(_line(url, options), paper, text=mode == "text", confirm=confirm)


def _line(url: SplitResult, options: dict[str, str]) -> Line:
    match url.scheme:
        case "tcp":
            if not url.hostname:
                raise ValueError("the host is missing")
            return Tcp(url.hostname, url.port or 9100)
        case "usb":
            vendor, _, product = url.netloc.partition(":")
            ends = _number(options.get("in", "0x82"), 0), _number(options.get("out", "0x01"), 0)
            return UsbLine(_number(vendor, 16), _number(product, 16), *ends)
        case "serial":
            return SerialLine(_path(url), _number(options.get("baud", "19200"), 10))
        case "file":
            return DeviceFile(_path(url))
    raise ValueError(f"{url.scheme or 'nothing'}:// is not known")


def _path(url: SplitResult) -> str:
    if url.netloc or len(url.path) < 2:
        raise ValueError(f"{url.scheme}:// needs three slashes and a path")
    return unquote(url.path)


def _number(text: str, base: int) -> int:
    try:
        return int(text, base)
    except ValueError:
        raise ValueError(f"{text!r} is not a number") from None


def _one_of(text: str, known: Iterable[str], name: str) -> str:
    choices = list(known)
    if text not in choices:
        raise ValueError(f"{name} must be {' or '.join(choices)}")
    return text
