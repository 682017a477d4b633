"""What a printing service that was killed knows afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from queue_server.client.device import DeviceError
from ticketing.jobs import Job
from ticketing.journal import Journal
from ticketing.printer import Progress

DAY = "2026-03-02"
A, B, COPY = Job(DAY, "A001"), Job(DAY, "B001"), Job(DAY, "A001", 9)
URL = "tcp://printer"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "printer.journal"


def reopened(path: Path, url: str = URL) -> Journal:
    journal = Journal(path, url)
    journal.begin(DAY, 50)
    return journal


def test_steps_are_remembered(path: Path) -> None:
    journal = reopened(path)
    assert journal.reached(A) == (None, False)
    assert journal.left is None
    journal.note(A, Progress.BEGUN, copy=False)
    journal.note(A, Progress.PRINTED, copy=False)

    again = reopened(path)

    assert again.reached(A) == (Progress.PRINTED, False)
    assert again.left is Progress.PRINTED


def test_what_comes_next_has_cut_the_one_before(path: Path) -> None:
    journal = reopened(path)
    journal.note(A, Progress.PRINTED, copy=False)
    journal.note(B, Progress.BEGUN, copy=False)

    assert reopened(path).reached(A) == (Progress.CUT, False)
    assert reopened(path).left is Progress.BEGUN


def test_another_printer_makes_it_uncertain(path: Path) -> None:
    """What was begun elsewhere may be out: it is printed as a copy, and nothing is spoilt here."""
    journal = reopened(path)
    journal.note(A, Progress.BEGUN, copy=False)

    elsewhere = reopened(path, "tcp://other")

    assert elsewhere.reached(A)[0] is Progress.BLIND
    assert elsewhere.left is None


def test_a_copy_stays_a_copy(path: Path) -> None:
    journal = reopened(path)
    journal.note(A, Progress.BEGUN, copy=True)

    assert reopened(path).reached(A) == (Progress.BEGUN, True)
    assert journal.reached(COPY) == (None, True)


def test_copies_are_owed_from_the_last_one_on(path: Path) -> None:
    """On the first day from now on; afterwards since the newest that came out."""
    journal = Journal(path, URL)
    assert journal.begin(DAY, 5) == 5
    journal.note(COPY, Progress.BEGUN, copy=True)
    assert Journal(path, URL).begin(DAY, 50) == 5
    journal.note(COPY, Progress.CUT, copy=True)

    assert Journal(path, URL).begin(DAY, 50) == 9


def test_a_new_day_forgets_the_old_but_not_the_paper(path: Path) -> None:
    journal = reopened(path)
    journal.note(A, Progress.CUT, copy=False)
    journal.note(B, Progress.BEGUN, copy=False)

    assert journal.begin("2026-03-03", 3) == 3

    tomorrow = Journal(path, URL)
    assert tomorrow.left is Progress.BEGUN
    assert tomorrow.begin("2026-03-03", 60) == 3
    assert tomorrow.reached(A) == (None, False)


def test_a_line_that_a_power_cut_left_is_passed_over(path: Path) -> None:
    journal = reopened(path)
    journal.note(A, Progress.BEGUN, copy=False)
    with path.open("ab") as file:
        file.write(b'{"day": "2026-03-02", "ticket": "A0')

    again = reopened(path)
    again.note(B, Progress.CUT, copy=False)

    assert reopened(path).reached(A) == (Progress.BEGUN, False)
    assert reopened(path).reached(B) == (Progress.CUT, False)


def test_a_disk_that_takes_nothing_is_trouble(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")

    with pytest.raises(DeviceError, match="打印记录写不进磁盘"):
        Journal(tmp_path / "data" / "journal", URL).begin(DAY, 1)
