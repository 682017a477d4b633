"""`jiaohao purge`, `log`, `backup` and `restore`: what is kept, for how long, and where else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.table import Table

from ops import backup as backups
from ops import purging, settings
from ops import restore as restoring
from ops.backup import Manifest
from ops.configured import configuration
from ops.terminal import at_the_shell
from queue_server.archive.audit_log import AuditLog
from queue_server.engine.redis_hall import wall_clock


def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would go")] = False,
) -> None:
    """Let go of what has been kept long enough; statistics stay for ever."""
    found, now, say = settings.read(), wall_clock(), Console().print
    rules = found.retention
    say(f"The log is kept {rules.keep} days, what is personal {rules.personal} days.")
    table = Table("what", "how many", "oldest", "newest")
    for one in purging.plan(found, now):
        table.add_row(one.what, str(one.count), _date(one.oldest), _date(one.newest))
    if table.row_count:
        say(table)
    if dry_run:
        say("Nothing was changed." if table.row_count else "Nothing would go.")
        return
    gone = asyncio.run(purging.purge(found, now, at_the_shell()))
    for what, count in gone.items():
        say(f"{count} gone: {what}", markup=False, highlight=False)
    if not gone:
        say("Nothing had to go.")


def show_log(
    last: Annotated[int, typer.Option(help="how many lines", min=1, max=10_000)] = 50,
    sign_ins: Annotated[bool, typer.Option("--sign-ins", help="who signed in instead")] = False,
) -> None:
    """The auditor's book: who changed which settings, and when; the newest last."""
    known = configuration(settings.read())
    try:
        table = _sign_ins(known.audit_log, last) if sign_ins else _changes(known.audit_log, last)
    finally:
        known.close()
    Console().print(table)


def backup(
    file: Annotated[Path, typer.Argument(help="where to; a new .tar.gz")],
) -> None:
    """Everything that is kept, in one file, while the hall goes on.

    It holds secrets: lock it up.
    """
    made = asyncio.run(backups.backup(settings.read(), file, wall_clock(), at_the_shell()))
    size = decimal(file.stat().st_size)
    told = f"{file}: {size}, {len(made.parts)} parts, of {_time(made.made)}."
    Console().print(told, markup=False, highlight=False, soft_wrap=True)


def restore(
    file: Annotated[Path, typer.Argument(help="what `jiaohao backup` wrote")],
) -> None:
    """Make an installation of a backup, in an empty data folder (JIAOHAO_DATA)."""
    found = settings.read()
    done = restoring.restore(found, file, wall_clock(), at_the_shell())
    told = Console(soft_wrap=True, highlight=False)
    told.print(f"{found.data} is as it was on {_time(done.manifest.made)}.", markup=False)
    for hall, numbers in done.jumps.items():
        told.print(f"  {hall}: the next numbers today are {numbers} further on", markup=False)
    for line in _otherwise(done.manifest, found):
        told.print(line, markup=False)


def _otherwise(manifest: Manifest, now: settings.Settings) -> Iterable[str]:
    """Which settings were other ones when the backup was made; restoring does not set any."""
    told = backups.told(now)
    for name, was in manifest.settings.items():
        if name in told and told[name] != was and name != settings.variable("data"):
            yield f"  {name} was {was or 'empty'} and is {told[name] or 'empty'}"


def _changes(log: AuditLog, last: int) -> Table:
    table = Table("when", "who", "what", "hall", "of", "details")
    for one in reversed(log.entries(limit=last)):
        details = ", ".join(f"{name} {value}" for name, value in one.details.items())
        table.add_row(_time(one.at), one.by, one.what, one.hall, one.subject, details)
    return table


def _sign_ins(log: AuditLog, last: int) -> Table:
    table = Table("when", "name", "from", "outcome")
    for one in reversed(log.sign_ins(limit=last)):
        table.add_row(_time(one.at), one.name, one.address, one.outcome)
    return table


def _date(at: int) -> str:
    return datetime.fromtimestamp(at / 1000).date().isoformat() if at else ""


def _time(at: int) -> str:
    return datetime.fromtimestamp(at / 1000).isoformat(" ", "seconds")
