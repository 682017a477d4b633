"""A report as plain data; `build.py` makes one of lines of measures. Pure.

A report is figures of the whole, then sections of tables and charts, then notes on how it was
counted. Cells are raw (ms, shares from 0 to 1): a file's writer shows them as `lines.shown` says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ops.reports.lines import Line, Name, Unit, Value
from ops.reports.periods import Period

Cell = str | Value


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading has its unit in a second line; a title without one is for charts."""

    name: str
    heading: str
    title: str
    unit: Unit


@dataclass(frozen=True, slots=True)
class Row:
    """A row's cells; `level` says how deep it is in the tree of places."""

    cells: tuple[Cell, ...]
    level: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """Some columns of the table it stands with, over that one's first `rows` rows, called as its
    first column says; `sort` is bars, rows (bars that lie) or lines. `aim` is a value across (raw),
    if any."""

    title: str
    sort: str
    columns: tuple[int, ...]
    rows: int
    aim: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `weight` is the column that says which rows are the busiest: 0 where the order
    itself says which matter most, None where all of them belong together."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    charts: tuple[Chart, ...] = ()
    weight: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A page of a spreadsheet."""

    name: str
    title: str
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the whole; `group` counts from 0 and keeps together what belongs together."""

    name: str
    title: str
    value: Value
    unit: Unit
    group: int


@dataclass(frozen=True, slots=True)
class Report:
    """A report in one language. `great` are those of the figures that are seen first, `lines` is
    everything that was measured; `empty` says that there was nothing."""

    title: str
    subject: str
    dates: str
    about: str
    language: str
    period: Period
    empty: bool
    great: tuple[Figure, ...]
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    lines: tuple[Line, ...]
    halls: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything that a report tells, in no language yet: `groups` by their grouping, `target` in
    ms, `error` the relative one of percentiles (0: exact), `nominal` the share of waits that
    estimates are meant to hold."""

    subject: Name
    period: Period
    halls: Mapping[str, Name]
    target: int
    error: float
    nominal: float
    totals: Line
    groups: Mapping[str, Sequence[Line]]
