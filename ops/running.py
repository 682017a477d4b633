"""`jiaohao run`: a hall with its devices, only its server or worker, or one sort of device.

A server, a worker and the devices need different parts of the program; each imports its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer
import uvloop
from rich.console import Console

from ops.settings import Settings
from ops.terminal import settings_with_log, stop

if TYPE_CHECKING:
    from ops.compose import Parts

#: What can be run on a machine of its own, and the role of its token.
DEVICES = {"voice": "voice", "display": "screen", "kiosk": "kiosk"}
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
    if part not in ("all", "server", "worker", *DEVICES):
        known = _or(DEVICES)
        stop(f"There is nothing called {part!r} to run; it is all, server, worker, {known}.")
    found = settings_with_log()
    if part == "worker":
        _work(found)
    elif part in DEVICES:
        if not (server and hall and token):
            stop(
                "Devices elsewhere need --server URL, --hall H and a --token (or JIAOHAO_TOKEN), "
                f"made where the server is: jiaohao token --hall H --role {DEVICES[part]}"
            )
        _run_devices(found, part, server, hall, token)
    else:
        _serve(found, with_devices=part == "all")


def _work(found: Settings) -> None:
    from ops.jobs import worker

    worker.work(found)


def _run_devices(found: Settings, part: str, server: str, hall: str, token: str) -> None:
    from ops import edges
    from ops.stopping import until_told

    uvloop.run(until_told(edges.far(found, part, server, hall, token)))


def _serve(found: Settings, *, with_devices: bool) -> None:
    from ops import supervisor

    beside = supervisor.nothing
    if with_devices:
        from ops import edges
        from ops.jobs.beside import beside_edges

        if found.devices_file and found.devices_file.exists():
            # A mistake in the file is said before the hall opens, not by a device that stays dark.
            edges.named(found, None)
        beside = partial(beside_edges, found)
    uvloop.run(supervisor.serve(found, partial(_greet, found), beside))


def _or(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}"


def _greet(found: Settings, parts: Parts) -> None:
    from ops import first_run
    from queue_server.engine.redis_hall import wall_clock

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
