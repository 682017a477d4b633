"""`jiaohao report`: a report into a file, now."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ops import settings
from ops.configured import configuration
from ops.reports import scope as scopes
from ops.reports.making import FORMATS, make
from ops.reports.periods import period
from ops.reports.words import LANGUAGES
from queue_server.archive.errors import Invalid
from queue_server.engine.redis_hall import wall_clock


def report(
    hall: Annotated[
        str, typer.Argument(metavar="HALL|PLACE", help="a hall, or a place: 示例市/示例镇")
    ],
    sort: Annotated[str, typer.Option("--period", help="day, week, month or free")] = "month",
    on: Annotated[
        str, typer.Option("--date", help="a date in the day, week or month; today if none")
    ] = "",
    first: Annotated[str, typer.Option(help="of a free period: 2026-11-01")] = "",
    last: Annotated[str, typer.Option(help="of a free period, included")] = "",
    format_: Annotated[
        str, typer.Option("--format", help="xlsx, pdf, csv or parquet; as FILE ends, if none")
    ] = "",
    out: Annotated[Path | None, typer.Option(help="FILE; if none, named after what it is")] = None,
    language: Annotated[str, typer.Option(help="zh-CN or en")] = "zh-CN",
    tenant: Annotated[str, typer.Option(help="whose place it is, where several have it")] = "",
) -> None:
    """Waits, windows, staff, services, ratings and estimates of a hall or of a whole place."""
    format_ = _format(format_, out)
    if language not in LANGUAGES:
        raise Invalid("language", f"must be one of {', '.join(LANGUAGES)}")
    dated = on or ("" if sort == "free" else date.today().isoformat())
    wanted = period(sort, dated, first, last)
    known = configuration(settings.read())
    try:
        scope = scopes.of_either(known, hall, tenant)
        file = out or Path(f"{scope.home if not scope.place else scope.name.zh}-{wanted.label}")
        file = file if out else file.with_name(f"{file.name}.{format_}")
        try:
            make(known, scope, wanted, format_, language, file, wall_clock())
        except OSError as error:
            raise Invalid("out", f"{file} cannot be written: {error}") from error
    finally:
        known.close()
    told = f"{file}: {scope.name.said(language)}, {wanted.first} to {wanted.last}."
    Console().print(told, markup=False, highlight=False, soft_wrap=True)


def _format(given: str, out: Path | None) -> str:
    found = given or (out.suffix.removeprefix(".").lower() if out else "") or "xlsx"
    if found not in FORMATS:
        raise Invalid("format", f"{found!r} is none of {', '.join(FORMATS)}")
    return found
