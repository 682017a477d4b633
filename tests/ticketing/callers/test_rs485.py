"""The line with callers: every frame confirmed, every press told once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ticketing.caller_line import CALL, RATE, RECALL, CallerLine, frame
from ticketing import caller
from ticketing.caller import Frame
from ticketing.callers import FORMS, bus
from ticketing.callers.rs485 import Rs485Bus
from ticketing.troubles import Gone


@pytest.fixture(params=[False, True], ids=["quiet", "echoing"])
def line(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[CallerLine]:
    with CallerLine(tmp_path / "ttyS1", echoing=request.param) as line:
        yield line


@pytest.fixture
def wire(line: CallerLine) -> Iterator[Rs485Bus]:
    wire = Rs485Bus(str(line.path))
    assert wire.turn([]) == []
    yield wire
    wire.close()


def turns(wire: Rs485Bus, times: int = 4) -> list[Frame]:
    return [heard for _ in range(times) for heard in wire.turn([])]


def test_a_press_is_told_once_and_confirmed_by_its_echo(line: CallerLine, wire: Rs485Bus) -> None:
    """Also on an adapter that hears what it says."""
    said = line.press(3, CALL)

    assert turns(wire) == [Frame(3, 1, b"\x0c")]
    assert line.said == [said]


def test_a_device_that_says_it_again_is_confirmed_again(line: CallerLine, wire: Rs485Bus) -> None:
    """It did not hear us; but it was one press."""
    said = line.press(3, CALL, times=3)

    assert turns(wire) == [Frame(3, 1, b"\x0c")]
    assert set(line.said) == {said}
    assert len(line.said) >= 2


def test_presses_of_many_devices_at_once(line: CallerLine, wire: Rs485Bus) -> None:
    """Each is told, in order, with noise in between."""
    line.says(b"\x00\xff")
    line.press(3, CALL)
    line.says(b"\xff\x68\x68")
    line.press(4, CALL)
    line.press(3, RECALL)

    assert [(f.address, f.data) for f in turns(wire)] == [
        (3, b"\x0c"),
        (4, b"\x0c"),
        (3, b"\x0d"),
    ]


def test_a_rating_is_confirmed_in_its_own_way(line: CallerLine, wire: Rs485Bus) -> None:
    """Function 11 is answered as function 01."""
    line.rate(3, 4)

    assert turns(wire) == [Frame(3, 0x11, b"\x04")]
    assert line.said == [frame(3, 1, b"\x04")]


def test_what_we_say_is_no_press(line: CallerLine, wire: Rs485Bus) -> None:
    """Asking for a rating looks like the key for it."""
    heard = wire.turn([caller.ask_rating(3), caller.beep(3), caller.show(3, "045")])

    assert heard + turns(wire) == []
    assert line.shows == {3: "045"}
    assert len(line.said) == 3

    time.sleep(caller.SAME / 1000)
    line.press(3, RATE)
    assert turns(wire) == [Frame(3, 1, b"\x0b")]


def test_unplugged_and_plugged_again(line: CallerLine, wire: Rs485Bus) -> None:
    """Each turn says so; then presses come again."""
    line.unplug()
    codes = []
    for _ in range(2):
        with pytest.raises(Gone) as gone:
            wire.turn([caller.beep(3)])
        codes.append(gone.value.code)
    line.plug()
    wire.turn([])
    line.press(3, CALL)

    assert codes == ["unplugged", "no_port"]
    assert turns(wire) == [Frame(3, 1, b"\x0c")]


@pytest.mark.parametrize("url", ["", "sdt:///dev/ttyS1", "rs485://ttyS1", "rs485:///x?parity=e"])
def test_a_bad_url_is_answered_with_the_form(url: str) -> None:
    """There is one."""
    with pytest.raises(ValueError, match="A line of callers is one of") as told:
        bus(url)

    assert FORMS[0] in str(told.value)


def test_a_good_url() -> None:
    """Not opened yet."""
    assert isinstance(bus("rs485:///dev/ttyS1?baud=19200"), Rs485Bus)
