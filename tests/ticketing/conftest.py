"""A reader for ID cards and a scanner, each on a line of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ticketing.card_reader import CardReader
from tests.ticketing.pty_line import PtyLine


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[CardReader]:
    with CardReader(tmp_path / "ttyUSB0") as machine:
        yield machine


@pytest.fixture
def gun(tmp_path: Path) -> Iterator[PtyLine]:
    with PtyLine(tmp_path / "ttyACM0") as gun:
        yield gun
