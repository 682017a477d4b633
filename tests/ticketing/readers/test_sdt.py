"""An ID card reader on a line: good cards, bad cards, no cards, no reader."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ticketing.card_reader import FIND, READ, SELECT, STATUS, CardReader, answer
from tests.ticketing.people import OLD, YOUNG
from ticketing.identity import Identity
from ticketing.readers.sdt import SdtReader
from ticketing.troubles import Trouble


@pytest.fixture
def reader(machine: CardReader) -> Iterator[SdtReader]:
    reader = SdtReader(str(machine.path))
    yield reader
    reader.close()


def trouble(reader: SdtReader) -> str:
    with pytest.raises(Trouble) as told:
        reader.read()
    return f"{type(told.value).__name__} {told.value.code}"


def test_a_card_is_found_selected_and_read(machine: CardReader, reader: SdtReader) -> None:
    """In this order, after the reader has said that it is well."""
    machine.number = OLD

    assert reader.read() == Identity(OLD)
    assert machine.asked == [STATUS, FIND, SELECT, READ]


def test_no_card_is_nothing(reader: SdtReader) -> None:
    """And no trouble."""
    assert reader.read() is None


def test_a_card_that_lies_there_is_offered_once(machine: CardReader, reader: SdtReader) -> None:
    """Until it is lifted; a reader that misses it once in between changes nothing."""
    machine.number = OLD
    offered = [reader.read(), reader.read()]
    machine.number = ""
    offered.append(reader.read())
    machine.number = OLD
    offered.append(reader.read())

    assert offered == [Identity(OLD), None, None, None]


def test_the_next_visitor_is_read(machine: CardReader, reader: SdtReader) -> None:
    """As soon as the card before was lifted."""
    machine.number = OLD
    first = reader.read()
    machine.number = ""
    between = [reader.read(), reader.read()]
    machine.number = YOUNG

    assert (first, *between, reader.read()) == (Identity(OLD), None, None, Identity(YOUNG))


@pytest.mark.parametrize(
    ("command", "said", "told"),
    [
        (FIND, answer("00 00 10"), "ReaderTrouble checksum"),
        (FIND, answer("00 00 11"), "ReaderTrouble length"),
        (FIND, answer("00 00 21"), "ReaderTrouble command"),
        (FIND, answer("00 00 77"), "ReaderTrouble unknown"),
        (STATUS, answer("00 00 60"), "ReaderTrouble self_test"),
        (STATUS, answer("00 00 66"), "ReaderTrouble not_authorised"),
        (SELECT, answer("00 12 81"), "CardTrouble select"),
        (SELECT, answer("00 00 40"), "CardTrouble wrong_card"),
        (READ, answer("00 00 31"), "CardTrouble authentication"),
        (READ, answer("00 00 32"), "CardTrouble authentication"),
        (READ, answer("00 00 33"), "CardTrouble verify"),
        (READ, answer("00 00 41"), "CardTrouble read_failed"),
        (READ, answer("00 00 91"), "CardTrouble no_content"),
        (READ, answer("00 00 90"), "ReaderTrouble length"),
        (FIND, b"AT+ERROR\r\n", "ReaderTrouble stranger"),
        (FIND, bytes.fromhex("AAAAAA9669FFFF"), "ReaderTrouble length"),
        (FIND, bytes.fromhex("AAAAAA96690004 00009F 00"), "ReaderTrouble checksum"),
    ],
)
def test_every_trouble_has_its_sentence_and_passes(
    machine: CardReader, reader: SdtReader, command: bytes, said: bytes, told: str
) -> None:
    """And when it is over, the same card is read."""
    machine.number = OLD
    machine.faults[command] = said

    assert trouble(reader) == told
    machine.faults.clear()
    assert reader.read() == Identity(OLD)


def test_an_answer_that_breaks_off(machine: CardReader, reader: SdtReader) -> None:
    """Half an answer is told as such, and does not spoil the next."""
    machine.number = OLD
    machine.faults[READ] = machine.read_answer()[:640]

    assert trouble(reader) == "ReaderTrouble cut_off"
    machine.faults.clear()
    assert reader.read() == Identity(OLD)


def test_a_garbled_card(machine: CardReader, reader: SdtReader) -> None:
    """One bit on the line is enough to read it again."""
    machine.number = OLD
    whole = machine.read_answer()
    machine.faults[READ] = whole[:300] + bytes([whole[300] ^ 1]) + whole[301:]

    assert trouble(reader) == "ReaderTrouble checksum"


def test_a_card_without_a_citizens_number(machine: CardReader, reader: SdtReader) -> None:
    """A foreigner's residence card has no such field."""
    machine.number = "USA110105202001"

    assert trouble(reader) == "CardTrouble not_a_citizen"


def test_a_reader_that_is_off(machine: CardReader, reader: SdtReader) -> None:
    """The port is there, and nobody behind it; it is asked again from the beginning."""
    machine.number = OLD
    machine.is_on = False

    assert trouble(reader) == "Gone silent"
    machine.is_on = True
    assert reader.read() == Identity(OLD)


def test_unplugged_and_plugged_again(machine: CardReader, reader: SdtReader) -> None:
    """Each is said; afterwards the card that lies there is read again."""
    machine.number = OLD
    assert reader.read() == Identity(OLD)
    machine.unplug()

    assert [trouble(reader), trouble(reader)] == ["Gone unplugged", "Gone no_port"]
    machine.plug()
    assert reader.read() == Identity(OLD)
