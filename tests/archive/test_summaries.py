"""What a sealed day is counted into has a place for everything that is counted."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import BigInteger, inspect

from queue_server.archive.memory import DayMeasureRow
from queue_server.archive.summaries import ADDED, COUNTED, GREATEST, Facts, summary
from queue_server.domain.tallies import SPREADS, Tally

#: What a row of `day_measures` is about, and the lengths themselves.
ABOUT = {"hall", "day", "by", "key", "date", "sketch"}
#: Sums of durations: 32 bits are 25 days of ms, which a thousand visitors wait in one day.
LONG = {name for name in (*ADDED, *GREATEST) if name.endswith(("_total", "_longest"))}
LONG |= {"busy", "idle", "paused"}


def test_the_table_has_the_columns_of_a_tally() -> None:
    """Each number of `tallies.Tally` stands in one column, and no column is left over."""
    told = {*ADDED, *GREATEST}
    assert told == {c.key for c in inspect(DayMeasureRow).columns} - ABOUT
    assert {one.name for one in fields(Tally)} == {*COUNTED, *SPREADS}
    assert len(ADDED) + len(GREATEST) == len(told)


def test_a_day_of_nothing_fills_every_column() -> None:
    """The row that is written has them all."""
    (row,) = summary("hall", "2026-03-02", "2026-03-02", Facts([], [], []), 0)
    assert set(row) == set(DayMeasureRow.model_fields)


def test_durations_have_room() -> None:
    """Milliseconds are whole numbers of 64 bits, counts of 32."""
    columns = inspect(DayMeasureRow).columns
    long = {column.key for column in columns if isinstance(column.type, BigInteger)}
    assert long == LONG
