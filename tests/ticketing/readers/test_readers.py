"""Readers by URL."""

from __future__ import annotations

import pytest

from ticketing.readers import FORMS, reader
from ticketing.readers.keyboard import KeyboardScanner
from ticketing.readers.scanner import SerialScanner
from ticketing.readers.sdt import SdtReader


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("sdt:///dev/ttyUSB0", SdtReader),
        ("sdt:///dev/ttyUSB0?baud=9600", SdtReader),
        ("scanner:///dev/ttyACM0", SerialScanner),
        ("keyboard:///dev/input/event5", KeyboardScanner),
        ("keyboard:///dev/input/event5?grab=no", KeyboardScanner),
        ("keyboard:///dev/input/by-id/usb-扫码枪 1-event-kbd", KeyboardScanner),
    ],
)
def test_a_url_makes_a_reader_that_is_not_opened_yet(url: str, kind: type[object]) -> None:
    """So a kiosk starts without its reader."""
    assert type(reader(url)) is kind


@pytest.mark.parametrize(
    "url", ["", "usb:///dev/x", "sdt://ttyUSB0", "scanner:///x?speed=1", "/dev/ttyUSB0"]
)
def test_a_bad_url_is_answered_with_the_forms(url: str) -> None:
    """All of them."""
    with pytest.raises(ValueError, match="A reader is one of") as told:
        reader(url)

    assert all(form in str(told.value) for form in FORMS)


def test_grab_is_yes_or_no() -> None:
    """A typing error must not let a scanner type into a page."""
    with pytest.raises(ValueError, match="grab must be yes or no"):
        reader("keyboard:///dev/input/event5?grab=0")
