"""Device addresses: parts and complaints."""

from __future__ import annotations

import pytest

from ticketing.device_url import parse

FORMS = {"sdt": ("baud",)}


def test_an_address_has_scheme_path_and_options() -> None:
    """The path is one of this machine."""
    address = parse("sdt:///dev/ttyUSB0?baud=9600", FORMS, "…")

    assert address == ("sdt", "/dev/ttyUSB0", {"baud": "9600"})
    assert address.baud(115200) == 9600


@pytest.mark.parametrize("url", ["", "sdt", "sdt://dev/ttyUSB0", "ftp:///x", "sdt:///x?parity=e"])
def test_bad_addresses_are_answered_with_good_ones(url: str) -> None:
    """Whoever wrote it is told how it should look."""
    with pytest.raises(ValueError, match="write like this"):
        parse(url, FORMS, "like this")


@pytest.mark.parametrize("baud", ["", "9601", "fast", "-9600", "９６００"])
def test_a_baud_rate_is_one_that_ports_have(baud: str) -> None:
    """A number that no port can be set to would fail much later, and unclearly."""
    with pytest.raises(ValueError, match="baud rate"):
        parse(f"sdt:///dev/ttyUSB0?baud={baud}", FORMS, "…").baud(115200)
