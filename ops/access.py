"""`jiaohao token` and `jiaohao user`: who may come in, and as what."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console

from ops import first_run
from ops.configured import configuration, hall_exists
from ops.terminal import at_the_shell, settings_with_log, stop
from queue_server.archive.principals import DEVICE_ROLES, PEOPLE_ROLES
from queue_server.engine.redis_hall import wall_clock

users = typer.Typer(help="People who sign in.", no_args_is_help=True)

DAY_MS = 24 * 3600 * 1000


def token(
    hall: Annotated[str, typer.Option(help="which hall")],
    role: Annotated[str, typer.Option(help="admin, manager, clerk, guide, kiosk, screen, …")],
    window: Annotated[str, typer.Option(help="only for this window")] = "",
    label: Annotated[str, typer.Option(help="what it is for")] = "",
    days: Annotated[int, typer.Option(help="how long it is good; 0 is until revoked")] = 0,
) -> None:
    """Make a bearer token and print it, and nothing else. Works while the server runs."""
    known = _known_role(role)
    config = configuration(settings_with_log())
    if not config.halls():
        first_run.prepare(config, wall_clock())
    if not hall_exists(config, hall):
        stop(f"There is no hall {hall!r}; there are: {', '.join(h.id for h in config.halls())}.")
    if window and window not in config.layout(hall).window:
        stop(f"There is no window {window!r} in {hall}.")
    lifetime, by = days * DAY_MS, at_the_shell()
    text = config.tokens.issue(
        known, hall, wall_clock(), window=window, label=label, lifetime=lifetime, by=by
    )
    sys.stdout.write(text + "\n")


def _known_role(role: str) -> str:
    known = sorted({*PEOPLE_ROLES, *DEVICE_ROLES})
    if role not in known:
        stop(f"There is no role {role!r}; the roles are {', '.join(known)}.")
    return role


@users.command("add")
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
    config = configuration(settings_with_log())
    if role not in PEOPLE_ROLES:
        stop(f"People are {', '.join(sorted(PEOPLE_ROLES))}.")
    if hall and not hall_exists(config, hall):
        stop(f"There is no hall {hall!r}.")
    by, now = at_the_shell(), wall_clock()
    if name not in {person.name for person in config.people.people()}:
        config.people.add_person(name, password, now, full_name, by=by)
    config.people.grant(name, role, hall=hall, window=window, by=by, now=now)
    Console().print(f"{name} is {role} {'in ' + hall if hall else 'everywhere'}.", markup=False)
