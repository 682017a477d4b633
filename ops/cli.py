"""The `jiaohao` command: what an IT person types.

Each command is thin: it reads the settings, calls the part that does the work, and says in one
sentence what went wrong when something did.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import typer
import uvloop
from rich.console import Console
from rich.logging import RichHandler
from rich.table import Table
from sqlalchemy.exc import OperationalError

from ops import check as checks
from ops import clips, edges, first_run, keeping, settings, simulate, supervisor
from ops.auditing import audit_day
from ops.backup import BackupTrouble
from ops.compose import Parts, configuration, hall_exists
from ops.jobs import beside as jobs
from ops.jobs import commands as hooks
from ops.reports import commands as reports
from ops.settings import BadSetting, Settings
from queue_server.archive import hall_file
from queue_server.archive.errors import ConfigurationError
from queue_server.archive.principals import DEVICE_ROLES, PEOPLE_ROLES
from queue_server.archive.yaml_nodes import FileError
from queue_server.client.device import DeviceError
from queue_server.domain.layout import InvalidLayout
from queue_server.domain.refusals import Refused
from queue_server.engine.connection import Away
from queue_server.engine.private_redis import CannotStart
from queue_server.engine.redis_hall import wall_clock

app = typer.Typer(
    help="Jiaohao 叫号: queueing and window calls for service halls.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
hall_app = typer.Typer(help="Halls: as one readable file each.", no_args_is_help=True)
user_app = typer.Typer(help="People who sign in.", no_args_is_help=True)
voice_app = typer.Typer(help="What is said.", no_args_is_help=True)
app.add_typer(hall_app, name="hall")
app.add_typer(voice_app, name="voice")
app.add_typer(user_app, name="user")
app.add_typer(hooks.app, name="hook")
err = Console(stderr=True)

DAY_MS = 24 * 3600 * 1000


def main() -> None:
    """The entry point: whatever is the user's to mend is one sentence, not a traceback."""
    try:
        app()
    except (
        BadSetting,
        ConfigurationError,
        FileError,
        InvalidLayout,
        CannotStart,
        supervisor.CannotListen,
        BackupTrouble,
        Away,
        Refused,
        DeviceError,
    ) as error:
        stop(str(error))
    except OperationalError as error:
        stop(f"The database does not answer: {error.orig}")


def stop(sentence: str) -> NoReturn:
    """Say what is wrong, and leave with exit code 1."""
    err.print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    raise SystemExit(1)


def _settings() -> Settings:
    found = settings.read()
    logging.basicConfig(
        level=found.log.upper(),
        format="%(message)s",
        handlers=[RichHandler(console=err)],
        force=True,
    )
    # What others say of every step they take is of no use to a hall.
    for chatty in ("alembic", "httpx", "httpcore", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    return found


@app.command()
def run(
    part: Annotated[
        str, typer.Argument(help="all, server, worker, voice, display or kiosk")
    ] = "all",
    server: Annotated[str, typer.Option(help="the server's URL, for devices elsewhere")] = "",
    hall: Annotated[str, typer.Option(help="which hall, for devices elsewhere")] = "",
    token: Annotated[str, typer.Option(help="of the device", envvar="JIAOHAO_TOKEN")] = "",
) -> None:
    """Run a hall with its devices, only its server or worker, or one sort of device.

    Ctrl-C stops it.
    """
    if part not in ("all", "server", "worker", *edges.PARTS):
        known = _or(edges.PARTS)
        stop(f"There is nothing called {part!r} to run; it is all, server, worker, {known}.")
    found = _settings()
    if part == "worker":
        # What it needs, nobody else does.
        from ops.jobs import worker

        worker.work(found)
        return
    if part in edges.PARTS:
        if not (server and hall and token):
            role = {"display": "screen"}.get(part, part)
            stop(
                "Devices elsewhere need --server URL, --hall H and a --token (or JIAOHAO_TOKEN), "
                f"made where the server is: jiaohao token --hall H --role {role}"
            )
        uvloop.run(supervisor.until_told(edges.far(found, part, server, hall, token)))
        return
    beside = jobs.beside_edges if part == "all" else edges.nothing
    if part == "all" and found.devices_file and found.devices_file.exists():
        # A mistake in the file is said before the hall opens, not by a device that stays dark.
        edges.named(found, None)
    uvloop.run(supervisor.serve(found, partial(_greet, found), partial(beside, found)))


#: What `make run` points to: whom it is for, and where.
PAGES = {
    "sign in": "/sign-in",
    "kiosk": "/{hall}/kiosk",
    "guides": "/{hall}/guide",
    "clerks": "/{hall}/windows",
    "managers": "/manage/{hall}",
    "screens": "/{hall}/board",
    "API": "/openapi.json",
}


def _or(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}"


def _greet(found: Settings, parts: Parts) -> None:
    password = first_run.prepare(parts.configuration, wall_clock())
    say = Console().print
    say(f"Jiaohao 叫号 is at {found.server}", style="bold")
    for hall in parts.configuration.halls():
        say(f"  {hall.name}  {found.server}/{hall.id}", markup=False)
    first = parts.configuration.halls()[0].id
    for what, page in PAGES.items():
        say(f"    {what:8} {found.server}{page.format(hall=first)}", markup=False)
    if password:
        say(
            f"First sign-in, shown only this once: {first_run.ADMIN} / {password}",
            style="bold yellow",
            markup=False,
            highlight=False,
        )


@app.command("settings")
def show_settings() -> None:
    """Every setting: its variable, its value now, and what it is for."""
    table = Table("variable", "value", "meaning")
    for row in settings.table(_settings()):
        table.add_row(*row)
    Console().print(table)


@app.command()
def token(
    hall: Annotated[str, typer.Option(help="which hall")],
    role: Annotated[str, typer.Option(help="admin, manager, clerk, guide, kiosk, screen, …")],
    window: Annotated[str, typer.Option(help="only for this window")] = "",
    label: Annotated[str, typer.Option(help="what it is for")] = "",
    days: Annotated[int, typer.Option(help="how long it is good; 0 is until revoked")] = 0,
) -> None:
    """Make a bearer token and print it, and nothing else. Works while the server runs."""
    known = _known_role(role)
    config = configuration(_settings())
    if not config.halls():
        first_run.prepare(config, wall_clock())
    if not hall_exists(config, hall):
        stop(f"There is no hall {hall!r}; there are: {', '.join(h.id for h in config.halls())}.")
    if window and window not in config.layout(hall).window:
        stop(f"There is no window {window!r} in {hall}.")
    lifetime, by = days * DAY_MS, keeping.at_the_shell()
    text = config.tokens.issue(
        known, hall, wall_clock(), window=window, label=label, lifetime=lifetime, by=by
    )
    sys.stdout.write(text + "\n")


def _known_role(role: str) -> str:
    known = sorted({*PEOPLE_ROLES, *DEVICE_ROLES})
    if role not in known:
        stop(f"There is no role {role!r}; the roles are {', '.join(known)}.")
    return role


@user_app.command("add")
def user_add(
    name: Annotated[str, typer.Argument(help="the name to sign in with")],
    role: Annotated[str, typer.Option(help="admin, manager, clerk, guide or auditor")],
    hall: Annotated[str, typer.Option(help="only in this hall; empty is everywhere")] = "",
    window: Annotated[str, typer.Option(help="only at this window")] = "",
    full_name: Annotated[str, typer.Option(help="as others see it")] = "",
    password: Annotated[
        str, typer.Option(prompt=True, confirmation_prompt=True, hide_input=True)
    ] = "",
) -> None:
    """Add a person, or give one who is there already one more role."""
    config = configuration(_settings())
    if role not in PEOPLE_ROLES:
        stop(f"People are {', '.join(sorted(PEOPLE_ROLES))}.")
    if hall and not hall_exists(config, hall):
        stop(f"There is no hall {hall!r}.")
    by, now = keeping.at_the_shell(), wall_clock()
    if name not in {person.name for person in config.people.people()}:
        config.people.add_person(name, password, now, full_name, by=by)
    config.people.grant(name, role, hall=hall, window=window, by=by, now=now)
    Console().print(f"{name} is {role} {'in ' + hall if hall else 'everywhere'}.", markup=False)


@hall_app.command("list")
def hall_list() -> None:
    """The halls there are."""
    table = Table("hall", "name", "place", "version")
    for hall in configuration(_settings()).halls():
        place = "/".join(part.name for part in hall.place)
        table.add_row(hall.id, hall.name, place, str(hall.version))
    Console().print(table)


@hall_app.command("import")
def hall_import(
    file: Annotated[Path, typer.Argument(help="the hall's YAML file; - reads standard input")],
) -> None:
    """Publish a hall from its file. In an open hall, the manager says change_layout to use it."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{file} cannot be read: {error}")
    layout, calendar, place = hall_file.load(text)
    config = configuration(_settings())
    version = config.publish(layout, calendar, "import", wall_clock(), place)
    Console().print(f"{layout.hall} is published as version {version}.", markup=False)


@hall_app.command("export")
def hall_export(
    hall: Annotated[str, typer.Argument(help="which hall")],
    file: Annotated[Path | None, typer.Argument(help="where to; standard output if none")] = None,
) -> None:
    """Write a hall as one YAML file."""
    config = configuration(_settings())
    text = hall_file.dump(config.layout(hall), config.calendar(hall), config.place_of(hall))
    if file is None:
        sys.stdout.write(text)
    else:
        try:
            file.write_text(text, "utf-8")
        except OSError as error:
            stop(f"{file} cannot be written: {error}")


@app.command()
def audit(
    hall: Annotated[str, typer.Option(help="which hall")] = "demo",
    day: Annotated[str, typer.Option(help="which day; the newest if none")] = "",
) -> None:
    """Prove or refute, from a day's events alone, everything that the hall promises."""
    found = _settings()
    verdict = asyncio.run(audit_day(found, hall, day))
    for line in verdict.lines():
        Console().print(line, markup=False, highlight=False, soft_wrap=True)
    if not verdict.clean:
        raise SystemExit(1)


@app.command()
def check() -> None:
    """Look at Redis, SQL, the disk, the clock and the server, and say what is wrong."""
    found = _settings()
    table = Table("what", "how it is")
    results = asyncio.run(checks.everything(found))
    for one in results:
        table.add_row(one.what, f"[{'green' if one.well else 'red'}]{one.words}")
    Console().print(table)
    if not all(one.well for one in results):
        raise SystemExit(1)


app.command("simulate")(simulate.command)
app.command("report")(reports.report)
keeping.add_to(app)
voice_app.command("build")(clips.command)
