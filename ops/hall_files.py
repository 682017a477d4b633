"""`jiaohao hall`: halls, as one readable file each."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ops.configured import configuration
from ops.terminal import settings_with_log, stop
from queue_server.archive import hall_file
from queue_server.engine.redis_hall import wall_clock

app = typer.Typer(help="Halls: as one readable file each.", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """The halls there are."""
    table = Table("hall", "name", "place", "version")
    for hall in configuration(settings_with_log()).halls():
        place = "/".join(part.name for part in hall.place)
        table.add_row(hall.id, hall.name, place, str(hall.version))
    Console().print(table)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="the hall's YAML file; - reads standard input")],
) -> None:
    """Publish a hall from its file. In an open hall, the manager says change_layout to use it."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{file} cannot be read: {error}")
    layout, calendar, place = hall_file.load(text)
    config = configuration(settings_with_log())
    version = config.publish(layout, calendar, "import", wall_clock(), place)
    Console().print(f"{layout.hall} is published as version {version}.", markup=False)


@app.command()
def export(
    hall: Annotated[str, typer.Argument(help="which hall")],
    file: Annotated[Path | None, typer.Argument(help="where to; standard output if none")] = None,
) -> None:
    """Write a hall as one YAML file."""
    config = configuration(settings_with_log())
    text = hall_file.dump(config.layout(hall), config.calendar(hall), config.place_of(hall))
    if file is None:
        sys.stdout.write(text)
    else:
        try:
            file.write_text(text, "utf-8")
        except OSError as error:
            stop(f"{file} cannot be written: {error}")
