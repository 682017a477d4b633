"""A table as CSV that spreadsheets open as it is meant: in its own letters, and with no formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

Cell = str | int | float | None

#: What a spreadsheet takes for the beginning of a formula: the six of OWASP's ASVS 5.0 (1.2.10),
#: and ends of lines, behind which some look for one.
FORMULA = ("=", "+", "-", "@", "\t", "\0", "\r", "\n")


def written(heading: Iterable[str], rows: Iterable[Iterable[Cell]]) -> bytes:
    """The table as a file; nothing that a cell says is carried out."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heading)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    # Spreadsheets take a file without a mark for one in an old Chinese encoding.
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: Cell) -> Cell:
    """The same, but for text that a spreadsheet would carry out as a formula: that is quoted."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
