"""`jiaohao hook …`: who outside is told what, and the letters that did not arrive."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ops import settings
from ops.configured import configuration
from queue_server.archive.configuration import Configuration
from queue_server.archive.deliveries import DEAD, WAITING, Deliveries
from queue_server.archive.webhooks import HookEntry, Webhooks
from queue_server.domain import near
from queue_server.engine.redis_hall import wall_clock

app = typer.Typer(help="Webhooks: who outside is told what happens.", no_args_is_help=True)


@contextmanager
def _known() -> Iterator[Configuration]:
    opened = configuration(settings.read())
    try:
        yield opened
    finally:
        opened.close()


@app.command("list")
def list_() -> None:
    """All webhooks, with how many letters wait and how many are dead."""
    table = Table("id", "address", "tells of", "in", "waiting", "dead", "state", "label")
    with _known() as known:
        counts = Deliveries(known.database).counts()
        for hook in Webhooks(known.database).hooks():
            table.add_row(
                str(hook.id),
                hook.url,
                " ".join(hook.kinds),
                _where(known, hook),
                str(counts.get((hook.id, WAITING), 0)),
                str(counts.get((hook.id, DEAD), 0)),
                "on" if hook.active else "off",
                hook.label,
            )
    Console().print(table)


def _where(known: Configuration, hook: HookEntry) -> str:
    if hook.hall:
        return hook.hall
    places = {place.id: str(place) for place in known.places()}
    return places.get(hook.place, "") if hook.place is not None else f"tenant {hook.tenant}"


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="https://…")],
    kinds: Annotated[str, typer.Option(help="kinds of events, commas between; * is all")],
    hall: Annotated[str, typer.Option(help="of this hall")] = "",
    place: Annotated[
        str, typer.Option(help="of all halls below 示例市/示例镇 (with --tenant)")
    ] = "",
    tenant: Annotated[str, typer.Option(help="of all halls of this tenant")] = "",
    secret: Annotated[str, typer.Option(help="base64 of 24 to 64 bytes; empty: a new one")] = "",
    label: Annotated[str, typer.Option(help="what it is for")] = "",
    ahead: Annotated[int, typer.Option(help="ticket.near when so few are ahead")] = near.AHEAD,
) -> None:
    """Tell somebody from now on; prints the secret that signs, and nothing else."""
    with _known() as known:
        hook = Webhooks(known.database).add(
            url,
            [kind.strip() for kind in kinds.split(",") if kind.strip()],
            wall_clock(),
            hall=hall,
            place=known.place(tenant, place).id if place else None,
            tenant=tenant,
            secret=secret,
            label=label,
            near=ahead,
        )
    sys.stdout.write(hook.secret + "\n")


@app.command()
def remove(id_: Annotated[int, typer.Argument(metavar="ID", help="which one")]) -> None:
    """Tell somebody no more, and forget what is on its way to them."""
    with _known() as known:
        Webhooks(known.database).remove(id_)


@app.command()
def pause(id_: Annotated[int, typer.Argument(metavar="ID", help="which one")]) -> None:
    """Tell somebody nothing for a while; what happens meanwhile waits."""
    with _known() as known:
        Webhooks(known.database).switch(id_, active=False)


@app.command()
def resume(id_: Annotated[int, typer.Argument(metavar="ID", help="which one")]) -> None:
    """Go on telling somebody, beginning with what waits."""
    with _known() as known:
        Webhooks(known.database).switch(id_, active=True)


@app.command()
def dead(id_: Annotated[int, typer.Argument(metavar="ID", help="which one")]) -> None:
    """The letters that did not arrive, and why."""
    table = Table("letter", "event", "kind", "attempts", "what was wrong")
    with _known() as known:
        Webhooks(known.database).hook(id_)
        for one in Deliveries(known.database).listed(id_):
            table.add_row(str(one.id), one.event, one.kind, str(one.attempts), one.error)
    Console().print(table)


@app.command()
def replay(
    id_: Annotated[int, typer.Argument(metavar="ID", help="which one")],
    letter: Annotated[int | None, typer.Argument(help="which letter; all if none")] = None,
) -> None:
    """Send dead letters once more, before what is newer."""
    with _known() as known:
        Webhooks(known.database).hook(id_)
        count = Deliveries(known.database).replay(id_, letter)
    Console().print(f"{count} on the way again.", markup=False)
