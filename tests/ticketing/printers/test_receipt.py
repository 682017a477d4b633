"""The ESC/POS printer against one made of software that breaks in every way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queue_server.client.device import DeviceError, Offline
from tests.ticketing.escpos_decoder import Begun, Deed, deeds, dots
from tests.ticketing.paper_printer import PATIENT, PaperPrinter, Piece
from tests.ticketing.sample_slips import sample
from ticketing.printer import PAPERS, Paper, Progress
from ticketing.printers.commands import ASK, FILLER, body, spoilt
from ticketing.printers.lines import Tcp
from ticketing.printers.receipt import Patience, ReceiptPrinter
from ticketing.slips import Slip

SLIP = sample()
ROLL = PAPERS[58]
#: What comes before a slip on a new line: the head of nothing, and four questions.
GREETING = len(FILLER) + 12
SIZE = {text: len(body(SLIP, ROLL, text=text)) for text in (False, True)}
Break = Callable[[PaperPrinter], None]
BREAKS: dict[str, Break] = {
    "the line breaks": PaperPrinter.hang_up,
    "the power goes": PaperPrinter.lose_power,
    "the paper ends": PaperPrinter.run_out,
    "the cover opens": PaperPrinter.open_cover,
    "it leaves": PaperPrinter.leave,
}


@pytest.fixture
def there() -> Iterator[PaperPrinter]:
    with PaperPrinter() as there:
        yield there


def driver(
    there: PaperPrinter, *, text: bool = True, confirm: bool = True, patience: Patience = PATIENT
) -> ReceiptPrinter:
    line = Tcp("127.0.0.1", there.port, patience=PATIENT.status)
    return ReceiptPrinter(line, ROLL, text=text, confirm=confirm, patience=patience)


def printed(
    printer: ReceiptPrinter, slip: Slip, there: PaperPrinter, left: Progress | None = None
) -> list[str]:
    """Print as the service does: again and again, mended in between, until it is out."""
    errors: list[str] = []
    while left is not Progress.CUT:
        slip_again = None if left is Progress.PRINTED else slip
        try:
            for progress in printer.print(slip_again, left):
                left = progress
        except DeviceError as error:
            errors.append(str(error))
            there.mend()
        assert len(errors) < 10, errors
    printer.close()
    return errors


def is_slip(piece: Piece, slip: Slip, text: bool, paper: Paper = ROLL) -> bool:
    """Whether a piece of paper is this slip, exactly."""
    meant: list[Deed] = [
        deed for deed in deeds(body(slip, paper, text=text)) if not isinstance(deed, Begun)
    ]
    return not piece.torn and (
        piece.deeds == meant or (not text and dots(piece.deeds) == dots(meant))
    )


@pytest.mark.parametrize("text", [False, True])
def test_a_slip_comes_out_and_is_cut(there: PaperPrinter, text: bool) -> None:
    """What is certain is told step by step."""
    printer = driver(there, text=text)

    steps = list(printer.print(SLIP))

    assert steps == [Progress.BEGUN, Progress.PRINTED, Progress.CUT]
    assert len(there.pieces) == 1
    assert is_slip(there.pieces[0], SLIP, text)
    printer.close()


def test_the_line_is_kept_between_slips(there: PaperPrinter) -> None:
    printer = driver(there)
    for _ in range(3):
        list(printer.print(SLIP))

    assert there.connections == 1
    assert len(there.good) == 3
    printer.close()


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    where=st.floats(0, 1.1),
    how=st.sampled_from(sorted(BREAKS)),
    text=st.booleans(),
    again=st.none() | st.floats(0, 2),
)
def test_whatever_breaks_wherever_one_slip_comes_out(
    where: float, how: str, text: bool, again: float | None
) -> None:
    """Exactly one whole slip, unmarked, however the first tries ended; the rest is spoilt."""
    with PaperPrinter() as there:
        there.at(round(where * SIZE[text]), lambda: BREAKS[how](there))
        if again is not None:
            there.at(round((where + again) * SIZE[text]), there.hang_up)

        printed(driver(there, text=text), SLIP, there)

        assert sum(is_slip(piece, SLIP, text) for piece in there.pieces) == 1


@pytest.mark.parametrize("byte", range(SIZE[True] + 11, SIZE[True] + 23))
@pytest.mark.parametrize("how", ["the line breaks", "the power goes", "the cover opens"])
def test_around_the_cut_nothing_comes_out_twice(there: PaperPrinter, byte: int, how: str) -> None:
    """Just before the answer, between answer and cut, and when the cut's answer is lost."""
    printer = driver(there)
    list(printer.print(SLIP))
    there.at(there.received + byte, lambda: BREAKS[how](there))

    printed(printer, SLIP, there)

    assert sum(is_slip(piece, SLIP, True) for piece in there.pieces) == 2


@pytest.mark.parametrize("byte", range(10))
def test_within_the_head_of_a_picture_nothing_is_swallowed(there: PaperPrinter, byte: int) -> None:
    """Whatever part of its measures is missing, the next thing said is not taken for it."""
    second = body(SLIP, ROLL, text=False).index(b"\x1dv0\x00", 100)
    there.at(GREETING + second + byte, there.hang_up)

    errors = printed(driver(there, text=False), SLIP, there)

    assert len(errors) == 1
    assert sum(is_slip(piece, SLIP, False) for piece in there.pieces) == 1


def test_a_whole_slip_that_nobody_knows_of_is_spoilt(there: PaperPrinter) -> None:
    """The answer is lost after all of it was printed: 作废 is written under it before the cut."""
    there.at(GREETING + SIZE[True] + 2, there.swallow)
    printer = driver(there)

    printed(printer, SLIP, there)

    waste, good = there.pieces
    assert waste.deeds[: len(good.deeds)] == good.deeds
    assert any("作废" in text for text in waste.texts)
    assert is_slip(good, SLIP, True)


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [("paper_out", "缺纸"), ("cover_open", "机盖未关"), ("cutter_stuck", "切刀故障")],
)
def test_it_does_not_begin_in_trouble(there: PaperPrinter, trouble: str, sentence: str) -> None:
    setattr(there, trouble, True)
    printer = driver(there)

    with pytest.raises(DeviceError, match=sentence):
        list(printer.print(SLIP))

    assert sentence in printer.status().trouble
    there.mend()
    assert printer.status().trouble == ""
    assert list(printer.print(SLIP))[-1] is Progress.CUT
    assert there.connections == 1
    printer.close()


def test_paper_that_runs_out_is_told_while_it_prints(there: PaperPrinter) -> None:
    there.roll = 5
    printer = driver(there)

    errors = printed(printer, SLIP, there)

    assert errors == ["缺纸 (out of paper)"]
    assert there.pieces[0].torn
    assert len(there.good) == 1


def test_little_paper_is_a_warning(there: PaperPrinter) -> None:
    there.near_end = True
    printer = driver(there)

    assert printer.status().trouble == ""
    assert "纸将用完" in printer.status().warning
    assert list(printer.print(SLIP))[-1] is Progress.CUT
    printer.close()


def test_a_printer_that_says_nothing_is_offline(there: PaperPrinter) -> None:
    there.silent = True
    printer = driver(there, patience=replace(PATIENT, status=0.3))

    with pytest.raises(Offline, match="打印机不答复"):
        list(printer.print(SLIP))

    assert there.pieces == []


def test_nobody_at_the_address_is_offline() -> None:
    with PaperPrinter() as gone:
        printer = driver(gone)

    with pytest.raises(Offline, match="打印机连接不上"):
        printer.status()


def test_a_blind_printer_gets_slip_and_cut_together(there: PaperPrinter) -> None:
    """`confirm=no`: nothing is asked and nothing awaited, on a line of its own for each slip."""
    there.silent = True
    printer = driver(there, confirm=False)

    assert list(printer.print(SLIP)) == [Progress.BLIND, Progress.CUT]
    assert list(printer.print(sample(copy=True), Progress.BLIND))[-1] is Progress.CUT

    assert printer.status().trouble == ""
    there.wait_for(3)
    first, strip, second = there.pieces
    assert is_slip(first, SLIP, True)
    assert strip.texts == ["-" * 32, "【作废 VOID】", "-" * 32]
    assert is_slip(second, sample(copy=True), True)


def test_late_answers_are_not_taken_for_new_ones(there: PaperPrinter) -> None:
    """A printer that was stuck answers an old question, to whoever is there by then."""
    printer = driver(there, patience=replace(PATIENT, turn=3.0, old=1.0))
    there.at(GREETING + SIZE[True] // 2, lambda: there.be_busy(True))
    with pytest.raises(Offline, match="打印机不答复"):
        list(printer.print(SLIP))
    mending = len(spoilt(ROLL, text=True) + ASK)
    there.at(there.received + GREETING + 8, lambda: there.be_busy(False))
    there.at(there.received + GREETING + mending + SIZE[True] // 2, there.lose_power)

    printed(printer, SLIP, there, Progress.BEGUN)

    assert sum(is_slip(piece, SLIP, True) for piece in there.pieces) == 1
