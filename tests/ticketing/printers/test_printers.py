"""Printers are chosen by URL."""

from __future__ import annotations

from pathlib import Path

import pytest

from queue_server.client.device import DeviceError
from tests.ticketing.escpos_decoder import Line, deeds
from tests.ticketing.paper_printer import PaperPrinter
from tests.ticketing.sample_slips import sample
from ticketing.printer import Progress
from ticketing.printers import printer


@pytest.mark.parametrize(
    "url",
    [
        "tcp://10.0.0.9",
        "tcp://printer.hall.example:9100?width=58&mode=text&confirm=no",
        "usb://04b8:0202?in=0x81&out=0x02",
        "serial:///dev/ttyUSB0?baud=38400&width=80",
        "file:///dev/usb/lp0?confirm=yes",
        "preview:///tmp/slips?width=58&mode=raster&keep=200",
    ],
)
def test_every_form_is_understood(url: str) -> None:
    """Nothing is opened by asking."""
    assert printer(url)


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("10.0.0.9:9100", "there is no such printer"),
        ("lpt://1", "there is no such printer"),
        ("tcp://", "the host is missing"),
        ("tcp://host:port", "[Pp]ort"),
        ("tcp://host?width=70", "width must be 80 or 58"),
        ("tcp://host?mode=pdf", "mode must be raster or text"),
        ("tcp://host?confirm=maybe", "confirm must be yes or no"),
        ("tcp://host?baud=9600", "there is no option baud"),
        ("usb://epson", "VENDOR:PRODUCT"),
        ("usb://04b8:0202?in=0x02", "in must be"),
        ("serial://ttyUSB0", "needs three slashes"),
        ("serial:///dev/ttyUSB0?baud=fast", "baud must be 19200 or"),
        ("preview://", "needs three slashes"),
        ("preview:///tmp/slips?keep=-1", "keep must be a whole number from 0"),
        ("preview:///tmp/slips?confirm=yes", "there is no option confirm"),
    ],
)
def test_a_bad_url_says_what_is_wrong_and_what_would_be_right(url: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong) as error:
        printer(url)

    assert "tcp://host:9100" in str(error.value)


def test_a_slip_by_url_over_the_network() -> None:
    with PaperPrinter() as there:
        mine = printer(there.url + "?width=58&mode=text")

        assert list(mine.print(sample()))[-1] is Progress.CUT

        assert "B007" in there.good[0].texts
        mine.close()


def test_a_slip_by_url_into_a_file(tmp_path: Path) -> None:
    """A device file that never answers; one that is missing is not made."""
    path = tmp_path / "lp0"
    mine = printer(f"file://{path}?mode=text")
    with pytest.raises(DeviceError, match="打印机连接不上"):
        mine.status()
    path.touch()

    assert list(mine.print(sample())) == [Progress.BLIND, Progress.CUT]

    assert "B007" in [d.text for d in deeds(path.read_bytes()) if isinstance(d, Line)]


def test_usb_without_the_printer_says_so() -> None:
    with pytest.raises(DeviceError, match=r"USB|usb"):
        printer("usb://04b8:0202").status()
