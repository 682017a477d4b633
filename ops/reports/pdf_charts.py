"""Charts on a page of PDF, of a table's own columns: bars, bars that lie, or lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from fpdf import FPDF

from ops.reports.lines import Unit, shown
from ops.reports.report import Chart, Table

INK, MUTED, LINE = (22, 32, 43), (81, 96, 110), (213, 219, 225)
COLOURS = ((11, 92, 173), (27, 110, 60), (138, 82, 0))
#: Steps of an axis, times a power of ten.
STEPS = (1, 2, 2.5, 5, 10)
#: Room for the title, for the numbers at the side, and for the names below (mm).
TITLE, SIDE, BELOW = 8.0, 11.0, 11.0
#: Room for the names beside bars that lie.
NAMES = 46.0


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a page, in mm."""

    x: float
    y: float
    wide: float
    high: float

    @property
    def inner(self) -> Box:
        """Where bars and lines are."""
        high = self.high - TITLE - BELOW
        return Box(self.x + SIDE, self.y + TITLE, self.wide - SIDE, high)

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.high


def draw(page: FPDF, table: Table, chart: Chart, box: Box, family: str) -> None:
    """Draw a chart of a table, in a font that has all its letters."""
    rows = table.rows[: chart.rows]
    unit = table.columns[chart.columns[0]].unit
    series = [[_number(row.cells[at], unit) for row in rows] for at in chart.columns]
    aim = shown(chart.aim, unit)
    most = 100.0 if unit is Unit.SHARE else max((v or 0 for one in series for v in one), default=0)
    step = axis_step(most)
    top = 100.0 if unit is Unit.SHARE else step * max(ceil(most / step), 1)
    page.set_font(family, "B", 9)
    page.set_text_color(*INK)
    page.set_xy(box.x, box.y)
    page.cell(box.wide, 5, chart.title)
    page.set_font(family, "", 6.5)
    _legend(page, table, chart, box)
    names = [str(row.cells[0]) for row in rows]
    if chart.sort == "rows":
        _lying(page, box, names, series, top)
        return
    _axis(page, box.inner, step, top)
    paint = _lines if chart.sort == "lines" else _bars
    paint(page, box.inner, series, top)
    if aim is not None:
        _across(page, box.inner, aim / top)
    _names(page, box.inner, names)


def axis_step(most: float) -> float:
    """Between two lines of an axis that reaches this far: three to five of them, round numbers."""
    if most <= 0:
        return 1.0
    ten = 10.0 ** floor(log10(most / 4))
    return next(step * ten for step in STEPS if step * ten * 4 >= most)


def _number(cell: str | int | float | None, unit: Unit) -> float | None:
    return None if isinstance(cell, str) else shown(cell, unit)


def _legend(page: FPDF, table: Table, chart: Chart, box: Box) -> None:
    if len(chart.columns) < 2:
        return
    right = box.x + box.wide
    for colour, at in reversed([*zip(COLOURS, chart.columns, strict=False)]):
        title = table.columns[at].title
        right -= page.get_string_width(title) + 8
        page.set_fill_color(*colour)
        page.rect(right, box.y + 1.6, 2.4, 2.4, "F")
        page.set_text_color(*MUTED)
        page.set_xy(right + 2.6, box.y)
        page.cell(text=title, h=5.6)


def _axis(page: FPDF, box: Box, step: float, top: float) -> None:
    page.set_draw_color(*LINE)
    page.set_text_color(*MUTED)
    for number in range(round(top / step) + 1):
        y = box.bottom - box.high * number * step / top
        page.line(box.x, y, box.x + box.wide, y)
        page.set_xy(box.x - SIDE, y - 2)
        page.cell(SIDE - 1, 4, f"{number * step:g}", align="R")


def _bars(page: FPDF, box: Box, series: Sequence[Sequence[float | None]], top: float) -> None:
    count = len(series[0])
    place = box.wide / count
    wide = min(place * 0.72 / len(series), 9.0)
    for number, values in enumerate(series):
        page.set_fill_color(*COLOURS[number])
        for at, value in enumerate(values):
            left = box.x + place * (at + 0.5) + wide * (number - len(series) / 2)
            high = box.high * (value or 0) / top
            if high:
                page.rect(left, box.bottom - high, wide, high, "F")


def _lying(
    page: FPDF, box: Box, names: Sequence[str], series: Sequence[Sequence[float | None]], top: float
) -> None:
    """A row for each name, its bars one below the other, the number at their end."""
    place = min((box.high - TITLE) / len(names), 6.0)
    high = place * 0.8 / len(series)
    longest = box.wide - NAMES - 12
    page.set_font_size(6)
    for at, name in enumerate(names):
        y = box.y + TITLE + place * at
        page.set_text_color(*INK)
        page.set_xy(box.x, y)
        page.cell(NAMES - 1, place * 0.8, _cut(page, name, NAMES - 2, 1)[0], align="R")
        for number, values in enumerate(series):
            value = values[at] or 0
            wide = longest * value / top
            page.set_fill_color(*COLOURS[number])
            if wide:
                page.rect(box.x + NAMES, y + high * number, wide, high, "F")
        first = series[0][at]
        page.set_text_color(*MUTED)
        page.set_xy(box.x + NAMES + longest * max((v[at] or 0) for v in series) / top, y)
        page.cell(12, place * 0.8, "" if first is None else f"{first:,g}")


def _lines(page: FPDF, box: Box, series: Sequence[Sequence[float | None]], top: float) -> None:
    place = box.wide / len(series[0])
    page.set_line_width(0.5)
    for number, values in enumerate(series):
        page.set_draw_color(*COLOURS[number])
        page.set_fill_color(*COLOURS[number])
        points = [
            (box.x + place * (at + 0.5), box.bottom - box.high * value / top)
            for at, value in enumerate(values)
            if value is not None
        ]
        if len(points) > 1:
            page.polyline(points)
        for x, y in points:
            page.circle(x, y, 0.6, "F")
    page.set_line_width(0.15)


def _across(page: FPDF, box: Box, share: float) -> None:
    page.set_draw_color(*MUTED)
    y = box.bottom - box.high * share
    page.set_dash_pattern(1.2, 1)
    page.line(box.x, y, box.x + box.wide, y)
    page.set_dash_pattern()


def _names(page: FPDF, box: Box, names: Sequence[str]) -> None:
    """What stands below: as many names as there is room for, each in up to three lines."""
    place = box.wide / len(names)
    page.set_text_color(*MUTED)
    page.set_font_size(6)
    short = [_short(name) for name in names]
    every = ceil(max(min(page.get_string_width(name) + 1.5, 14.0) for name in short) / place)
    for at in range(0, len(names), every):
        x = box.x + place * (at + 0.5) - place * every / 2
        lines = _cut(page, short[at], place * every, 3)
        for down, line in enumerate(lines):
            page.set_xy(x, box.bottom + 0.8 + down * 2.6)
            page.cell(place * every, 2.6, line, align="C")


def _short(name: str) -> str:
    # The year stands in the title.
    return name[5:] if len(name) == 10 and name[4] == name[7] == "-" else name


def _cut(page: FPDF, name: str, wide: float, most: int) -> list[str]:
    """A name in at most so many lines of this width; what does not fit ends with an ellipsis."""
    lines = [""]
    for letter in name:
        if page.get_string_width(lines[-1] + letter) > wide - 0.6 and lines[-1]:
            if len(lines) == most:
                lines[-1] = f"{lines[-1][:-1]}…"
                break
            lines.append("")
        lines[-1] += letter
    return lines
