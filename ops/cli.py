"""The `jiaohao` command: what an IT person types.

Each command lives in a module of its own, which is imported when the command is typed: together
they need the whole program, and none of them needs much of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup

from ops.settings import BadSetting
from ops.terminal import stop


class Typed(NamedTuple):
    """A command or a group of some: `module:name`, and its sentence in the list of all."""

    place: str
    says: str


COMMANDS = {
    "run": Typed(
        "ops.running:run",
        "Run a hall with its devices, only its server or worker, or one sort of device.",
    ),
    "settings": Typed(
        "ops.shown_settings:show",
        "Every setting: its variable, its value now, and what it is for.",
    ),
    "token": Typed(
        "ops.access:token",
        "Make a bearer token and print it, and nothing else. Works while the server runs.",
    ),
    "audit": Typed(
        "ops.auditing:command",
        "Prove or refute, from a day's events alone, everything that the hall promises.",
    ),
    "check": Typed(
        "ops.check:command",
        "Look at Redis, SQL, the disk, the clock and the server, and say what is wrong.",
    ),
    "simulate": Typed(
        "ops.simulate:command",
        "Run a day of visitors and clerks through the public API, and let the auditor judge it.",
    ),
    "report": Typed(
        "ops.reports.commands:report",
        "Waits, windows, staff, services, ratings and estimates of a hall or of a whole place.",
    ),
    "purge": Typed(
        "ops.keeping:purge",
        "Let go of what has been kept long enough; statistics stay for ever.",
    ),
    "log": Typed(
        "ops.keeping:show_log",
        "The auditor's book: who changed which settings, and when; the newest last.",
    ),
    "backup": Typed(
        "ops.keeping:backup", "Everything that is kept, in one file, while the hall goes on."
    ),
    "restore": Typed(
        "ops.keeping:restore",
        "Make an installation of a backup, in an empty data folder (JIAOHAO_DATA).",
    ),
    "hall": Typed("ops.hall_files:app", "Halls: as one readable file each."),
    "voice": Typed("ops.clips:app", "What is said."),
    "user": Typed("ops.access:users", "People who sign in."),
    "hook": Typed("ops.jobs.commands:app", "Webhooks: who outside is told what happens."),
}


def found(name: str) -> Any:
    """A command (or a group of some) by its name, its module imported."""
    module, _, inside = COMMANDS[name].place.partition(":")
    it = getattr(import_module(module), inside)
    around = typer.Typer(add_completion=False)
    around.callback()(lambda: None)
    if isinstance(it, typer.Typer):
        around.add_typer(it, name=name)
    else:
        around.command(name)(it)
    return typer.main.get_group(around).commands[name]


class Later(TyperGroup):
    """Knows what each command says of itself, and finds the one that is typed."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """As click asks for it, once, before the command reads its own words."""
        name, known, rest = super().resolve_command(ctx, args)
        return name, found(name) if name else known, rest


app = typer.Typer(
    cls=Later,
    help="Jiaohao 叫号: queueing and window calls for service halls.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for _name, _typed in COMMANDS.items():
    app.command(_name, help=_typed.says)(lambda: None)


def main() -> None:
    """The entry point: whatever is the user's to mend is one sentence, not a traceback."""
    try:
        app()
    except BadSetting as error:
        stop(str(error))
    except Exception as error:
        from ops.mending import sentence

        said = sentence(error)
        if said is None:
            raise
        stop(said)
