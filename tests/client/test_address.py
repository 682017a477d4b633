"""Device addresses: their parts, and complaints that say what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.client.address import Address, BadAddress, resolve

FORMS = ("lamp:///dev/lamp?watts=40", "lamp+tcp://HOST:7000")


def lamp(address: Address) -> tuple[str, str, int]:
    return address.scheme, str(address.path()), address.number("watts", 40, 1, 100)


def lamp_at(address: Address) -> tuple[str, str, int]:
    return address.scheme, address.host(), address.port(7000)


def shade(address: Address) -> tuple[str, str, int]:
    return named(address.text("lamp"))


KINDS = {"lamp": lamp, "lamp+tcp": lamp_at, "shade": shade}


def named(url: str) -> tuple[str, str, int]:
    return resolve(url, "lamp", FORMS, KINDS)


@pytest.mark.parametrize(
    ("url", "made"),
    [
        ("lamp:///dev/lamp", ("lamp", "/dev/lamp", 40)),
        ("lamp:///dev/lamp?watts=0x10", ("lamp", "/dev/lamp", 16)),
        ("lamp:///大厅 一/a%20b?watts=60", ("lamp", "/大厅 一/a b", 60)),
        ("lamp+tcp://lamp.hall.example", ("lamp+tcp", "lamp.hall.example", 7000)),
        ("lamp+tcp://[::1]:7001/", ("lamp+tcp", "::1", 7001)),
    ],
)
def test_the_scheme_says_who_makes_it(url: str, made: tuple[str, str, int]) -> None:
    """From the parts that stand there, and what is usual for the others."""
    assert named(url) == made


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("", "there is no such lamp"),
        ("/dev/lamp", "there is no such lamp"),
        ("candle:///dev/lamp", "there is no such lamp"),
        ("lamp://dev/lamp", "needs three slashes and a path"),
        ("lamp:dev/lamp", "needs three slashes and a path"),
        ("lamp:///", "needs three slashes and a path"),
        ("lamp:///dev/lamp#2", "a # is written %23"),
        ("lamp:///dev/%00", "zero byte"),
        ("lamp:///dev/lamp?watts=40&watts=60", "given twice"),
        ("lamp:///dev/lamp?colour=red&angle=1", "there is no option angle, colour"),
        ("lamp+tcp://", "the host is missing"),
        ("lamp+tcp://:7000", "the host is missing"),
        ("lamp+tcp://host:door", "[Pp]ort"),
        ("lamp+tcp://host:70000", "[Pp]ort"),
        ("lamp+tcp://host/dev/lamp", "no path comes after"),
        ("lamp+tcp://[::1", "IPv6"),
    ],
)
def test_a_bad_address_is_quoted_with_what_is_wrong_and_the_forms(url: str, wrong: str) -> None:
    """Whoever wrote it is told how it should look."""
    with pytest.raises(BadAddress, match=wrong) as told:
        named(url)

    assert str(told.value).startswith(repr(url))
    assert str(told.value).endswith("A lamp is one of: " + "  ".join(FORMS))


def test_an_address_within_another_is_the_one_that_is_quoted() -> None:
    """The forms are listed once."""
    with pytest.raises(BadAddress) as told:
        named("shade:?lamp=candle:")

    assert str(told.value).startswith("'candle:': there is no such lamp. A lamp is")
    assert str(told.value).count("is one of") == 1


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_path_can_be_written_down(name: str) -> None:
    """Percent signs and what follows them are one letter."""
    assert Address(f"lamp:///x{quote(name)}").path() == Path(f"/x{name}")


def options(query: str) -> Address:
    return Address(f"lamp:?{query}")


@pytest.mark.parametrize(
    ("query", "read"),
    [
        ("a=", lambda it: it.number("a", 1, 0, 9)),
        ("a=ten", lambda it: it.number("a", 1, 0, 9)),
        ("a=10", lambda it: it.number("a", 1, 0, 9)),
        ("a=-1", lambda it: it.number("a", 1, 0, 9)),
        ("a=0x0A", lambda it: it.number("a", 1, 0, 9)),
        ("a=９", lambda it: it.number("a", 1, 0, 9)),
        ("a=1.5", lambda it: it.number("a", 1, 0, 9)),
        ("a=nan", lambda it: it.decimal("a", 1, 0, 9)),
        ("a=inf", lambda it: it.decimal("a", 1, 0, 9)),
        ("a=9.1", lambda it: it.decimal("a", 1, 0, 9)),
        ("a=fast", lambda it: it.decimal("a", 1, 0, 9)),
        ("a=z", lambda it: it.choice("a", "x", "y")),
        ("a=1", lambda it: it.flag("a", True)),
        ("a", lambda it: it.flag("a", True)),
    ],
)
def test_an_option_out_of_its_limits_is_named(
    query: str, read: Callable[[Address], object]
) -> None:
    """With what it must be, and with what was given."""
    with pytest.raises(ValueError, match=r"^a must be .*, not '"):
        read(options(query))


@pytest.mark.parametrize("baud", ["", "9601", "fast", "-9600", "９６００"])
def test_a_baud_rate_is_one_that_ports_have(baud: str) -> None:
    """A number that no port can be set to would fail much later, and unclearly."""
    with pytest.raises(ValueError, match=r"baud must be 9600 or .* or 115200"):
        options(f"baud={baud}").baud(9600)


def test_each_kind_of_option() -> None:
    """What was read is known; what was not given is as usual."""
    found = options("n=-3&d=0.5&c=y&f=no&baud=19200&t=a%26b&voice=yue&voice.en=en-us&voices=1")

    assert (found.number("n", 0, -9, 9), found.number("m", 7, 0, 9)) == (-3, 7)
    assert (found.decimal("d", 1, 0, 1), found.decimal("e", 1, 0, 1)) == (0.5, 1)
    assert (found.choice("c", "x", "y"), found.choice("h", "x", "y")) == ("y", "x")
    assert (found.flag("f", True), found.flag("g", False)) == (False, False)
    assert found.baud(9600) == 19200
    assert (found.text("t"), found.text("u", "usual")) == ("a&b", "usual")
    assert found.texts("voice") == {"": "yue", "en": "en-us"}
    with pytest.raises(ValueError, match="there is no option voices"):
        found.all_read()


def test_places_and_nothing() -> None:
    """A sound card is no host, and some kinds need nothing at all."""
    assert Address("lamp://plughw:0,0").place() == "plughw:0,0"
    assert Address("lamp://%E4%B8%80").place() == "一"
    assert Address("lamp://").host(needed=False) == ""
    assert Address("lamp:folder").path(relative=True) == Path("folder")
    Address("lamp:").nothing()
    for url in ("lamp://x", "lamp:/x", "lamp:x"):
        with pytest.raises(ValueError, match=r"nothing stands behind|no path comes after"):
            Address(url).nothing()
