"""Make a report's file, whole or not at all."""

from __future__ import annotations

import os
from datetime import datetime
from importlib import import_module
from pathlib import Path

from ops.reports.build import report
from ops.reports.gather import STEPS, Step, gather
from ops.reports.periods import Period
from ops.reports.scope import Scope
from queue_server.archive.configuration import Configuration
from queue_server.archive.errors import Invalid

#: Format → its module; each is loaded only when it is written.
FORMATS = {
    "xlsx": "ops.reports.xlsx",
    "pdf": "ops.reports.pdf",
    "csv": "ops.reports.tables",
    "parquet": "ops.reports.parquet",
}


def make(
    known: Configuration,
    scope: Scope,
    period: Period,
    format_: str,
    language: str,
    file: Path,
    now: int,
    step: Step = lambda *_: None,
) -> None:
    """Write the report; `now` in Unix ms. The file is there only when it is whole; doing it again
    replaces it. Raises Invalid for a format or dates that make no sense, OSError when the file
    cannot be written, and what `step` raises."""
    if format_ not in FORMATS:
        raise Invalid("format", f"must be one of {', '.join(FORMATS)}")
    half = file.with_name(f"{file.name}.{os.getpid()}.half")
    # Whoever cannot write there learns it before anything is counted.
    half.touch()
    try:
        of = STEPS + 1
        found = gather(
            known, scope, period, now, step=lambda done, _, saying: step(done, of, saying)
        )
        step(STEPS, of, format_)
        zone = known.layout(scope.home).zone()
        made = datetime.fromtimestamp(now / 1000, zone).replace(tzinfo=None)
        told = report(found, language, made.isoformat(" ", "minutes"))
        import_module(FORMATS[format_]).write(told, half)
        step(of, of, format_)
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)
