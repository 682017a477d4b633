"""A report as PDF (fpdf2), A4 across: the great figures, then sections of charts and tables.

The Chinese font of this machine is embedded, as much of it as is used, so that the text is whole on
every screen and printer and can be searched and copied. Lengths are mm, font sizes points.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import groupby, islice
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, WrapMode, XPos, YPos
from fpdf.fonts import FontFace

from ops.reports import pdf_charts
from ops.reports.lines import Unit, shown
from ops.reports.report import Cell, Figure, Report, Row, Section, Table
from ops.reports.words import UNITS, say, word
from queue_server.client.fonts import font

FONT = "hall"
MARGIN, WIDTH, HEIGHT = 12.0, 297.0, 210.0
INNER = WIDTH - 2 * MARGIN
INK, MUTED, ACCENT = (22, 32, 43), (81, 96, 110), (11, 92, 173)
LINE, RAISED = (213, 219, 225), (244, 246, 248)
GAP, CHART = 5.0, 56.0
ROW, HEAD = 4.2, 14.0
#: A table lower than this is not broken over pages.
WHOLE = 110.0
#: The longest table on paper, but for those over time; the rest is in the spreadsheet.
MOST = 40
#: How wide columns of names are: one, a name and a code, a name and its hall.
ALONE, CODED, HOUSED = (42.0,), (46.0, 20.0), (28.0, 34.0)
#: A section begins on a page with so much room, and else on a new one.
SECTION = 85.0


def write(report: Report, file: Path) -> None:
    """The report as PDF; raises DeviceError where no Chinese font is installed."""
    paper = Paper(report)
    paper.add_page()
    _first(paper)
    for section in report.sections:
        _section(paper, section)
    _notes(paper)
    paper.output(str(file))


class Paper(FPDF):
    """The pages of a report, with its name above and their number below."""

    def __init__(self, report: Report) -> None:
        super().__init__("landscape", "mm", "A4")
        self.report = report
        # Its own words on how it cuts fonts down are of no use to a hall.
        logging.getLogger("fontTools").setLevel(logging.WARNING)
        for style, bold in (("", False), ("B", True)):
            face = font(10, bold=bold)
            self.add_font(FONT, style, str(face.path), collection_font_number=face.index)
        self.set_margins(MARGIN, MARGIN + 4, MARGIN)
        self.set_auto_page_break(True, MARGIN + 3)
        self.set_title(report.title)
        self.set_subject(report.dates)
        self.set_lang(report.language)
        self.set_line_width(0.15)

    def header(self) -> None:
        """The report's name, but for the first page, which has it large."""
        if self.page_no() > 1:
            self.ink(7, MUTED)
            self.set_xy(MARGIN, 6)
            self.cell(INNER, 5, f"{self.report.title} · {self.report.dates}")
            self.set_xy(MARGIN, MARGIN + 4)

    def footer(self) -> None:
        """The page's number."""
        self.ink(7, MUTED)
        self.set_y(-10)
        pages = self.str_alias_nb_pages or ""
        told = word(self.report.language, "page", page=self.page_no(), pages=pages)
        self.cell(INNER, 5, told, align="R")

    def ink(self, size: float, colour: tuple[int, int, int] = INK, *, bold: bool = False) -> None:
        """Write on with this size and colour."""
        self.set_font(FONT, "B" if bold else "", size)
        self.set_text_color(*colour)

    def line_of(self, text: str, height: float) -> None:
        """A line, and on to the next one."""
        self.cell(INNER, height, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def room(self, height: float) -> None:
        """A new page, unless there is room for so much."""
        if self.get_y() + height > HEIGHT - MARGIN - 3:
            self.add_page()


def _first(paper: Paper) -> None:
    report, said = paper.report, paper.report.language
    paper.ink(20, bold=True)
    paper.line_of(report.title, 11)
    paper.ink(10, MUTED)
    paper.line_of(" · ".join(filter(None, (report.dates, report.about))), 6)
    if report.empty:
        paper.line_of(word(said, "nothing"), 6)
    paper.ln(3)
    _great(paper, report.great)
    paper.ln(GAP)
    for _, figures in groupby(report.figures, lambda figure: figure.group):
        _figures(paper, list(figures))


def _great(paper: Paper, figures: Sequence[Figure]) -> None:
    """The great figures, four in a row."""
    wide, high = (INNER - 3 * 4) / 4, 19.0
    top = paper.get_y()
    for at, figure in enumerate(figures):
        x, y = MARGIN + at % 4 * (wide + 4), top + at // 4 * (high + 4)
        paper.set_fill_color(*RAISED)
        paper.rect(x, y, wide, high, "F", round_corners=True, corner_radius=1.5)
        paper.set_xy(x + 4, y + 2)
        paper.ink(8, MUTED)
        paper.cell(wide - 8, 5, figure.title)
        paper.set_xy(x + 4, y + 7.5)
        paper.ink(17, bold=True)
        number = text(figure.value, figure.unit)
        paper.cell(paper.get_string_width(number) + 1, 9, number)
        paper.ink(8, MUTED)
        paper.cell(20, 10.5, _unit(paper, figure))
    paper.set_xy(MARGIN, top + -(-len(figures) // 4) * (high + 4))


def _unit(paper: Paper, figure: Figure) -> str:
    unit = UNITS.get(figure.unit)
    return say(paper.report.language, unit) if unit and figure.value is not None else ""


def _figures(paper: Paper, figures: Sequence[Figure]) -> None:
    """Figures that belong together, in one line: what each is called above it."""
    wide = INNER / (12 if len(figures) > 8 else 8)
    paper.room(11)
    top = paper.get_y()
    for at, figure in enumerate(figures):
        x = MARGIN + at * wide
        paper.set_xy(x, top)
        paper.ink(6, MUTED)
        paper.cell(wide, 4, figure.title)
        paper.set_xy(x, top + 3.6)
        paper.ink(9)
        number = text(figure.value, figure.unit)
        paper.cell(paper.get_string_width(number) + 0.6, 5, number)
        paper.ink(6, MUTED)
        paper.cell(10, 5.4, _unit(paper, figure))
    paper.set_draw_color(*LINE)
    paper.line(MARGIN, top + 9.3, MARGIN + INNER, top + 9.3)
    paper.set_xy(MARGIN, top + 10.6)


def _section(paper: Paper, section: Section) -> None:
    paper.room(SECTION)
    paper.ink(15, bold=True)
    paper.line_of(section.title, 9)
    paper.ln(1)
    _charts(paper, section)
    for table in section.tables:
        _table(paper, table)


def _charts(paper: Paper, section: Section) -> None:
    """All charts of a section, two beside each other."""
    charts = iter((table, chart) for table in section.tables for chart in table.charts)
    while pair := list(islice(charts, 2)):
        paper.room(CHART)
        top, wide = paper.get_y(), (INNER - 8) / 2
        for at, (table, chart) in enumerate(pair):
            box = pdf_charts.Box(MARGIN + at * (wide + 8), top, wide, CHART)
            pdf_charts.draw(paper, table, chart, box, FONT)
        paper.set_xy(MARGIN, top + CHART + 4)


def _table(paper: Paper, table: Table) -> None:
    rows, said, widths = _shown(table), paper.report.language, _widths(table)
    high = 7 + HEAD + len(rows) * (ROW + 1)
    # A short table stays whole, a long one begins with some rows at least.
    paper.room(high if high < WHOLE else 7 + HEAD + 8 * ROW)
    paper.ink(10, bold=True)
    paper.line_of(table.title, 7)
    paper.ink(7)
    # Without this, rows have the colour that was painted with last.
    paper.set_fill_color(255)
    with paper.table(
        col_widths=widths,
        width=sum(widths),
        align="L",
        line_height=ROW,
        text_align=tuple("L" if c.unit is Unit.TEXT else "R" for c in table.columns),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="B", color=MUTED, fill_color=RAISED),
        wrapmode=WrapMode.CHAR if said.startswith("zh") else WrapMode.WORD,
        padding=(0.5, 0.6),
        v_align="M",
    ) as drawn:
        paper.set_draw_color(*LINE)
        drawn.row([column.heading.replace(" p9", "\np9") for column in table.columns])
        for row in rows:
            line = drawn.row()
            for at, (cell, column) in enumerate(zip(row.cells, table.columns, strict=True)):
                deep = "　" * row.level if at == 0 else ""
                line.cell(deep + text(cell, column.unit))
    if len(rows) < len(table.rows):
        paper.ink(7, MUTED)
        key = "busiest" if table.weight else "first_ones"
        paper.line_of(word(said, key, all=len(table.rows), most=len(rows)), 5)
    paper.ln(GAP)


def _shown(table: Table) -> Sequence[Row]:
    """The rows that stand on paper: the busiest, or the first where the order says more."""
    weight = table.weight
    if weight is None or len(table.rows) <= MOST:
        return table.rows
    if not weight:
        return table.rows[:MOST]
    busiest = sorted(table.rows, key=lambda row: -_number(row.cells[weight]))[:MOST]
    # In the order that the table has.
    kept = {id(row) for row in busiest}
    return [row for row in table.rows if id(row) in kept]


def _number(cell: Cell) -> float:
    return cell if isinstance(cell, int | float) else 0.0


def _widths(table: Table) -> tuple[float, ...]:
    texts = sum(column.unit is Unit.TEXT for column in table.columns)
    coded = table.columns[1].name == "of_code"
    names = ALONE if texts == 1 else CODED if coded else HOUSED
    numbers = len(table.columns) - texts
    # Names stand before numbers in every table.
    return (*names, *[min((INNER - sum(names)) / numbers, 22.0)] * numbers)


def text(cell: Cell, unit: Unit) -> str:
    """A cell as people read it; a dash where there is nothing to measure."""
    if isinstance(cell, str):
        return cell
    value = shown(cell, unit)
    if value is None:
        return "–"
    places = {Unit.COUNT: 0, Unit.SCORE: 2}.get(unit, 1)
    return f"{value:,.{places}f}".replace("-", "−")


def _notes(paper: Paper) -> None:
    paper.room(60)
    paper.ink(12, bold=True)
    paper.line_of(word(paper.report.language, "notes"), 8)
    for note in paper.report.notes:
        paper.ink(8)
        paper.multi_cell(INNER, 5, note, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        paper.ln(1.5)
