"""The jobs that make reports: one that somebody asked for, and those that are due by themselves.

A job that is begun anew makes the same file under the same name; what is done already is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

from ops.jobs.work import Work
from ops.reports import scope as scopes
from ops.reports.making import make as make_file
from ops.reports.periods import Period, before
from ops.reports.scope import Scope
from ops.reports.shelf import Card, Shelf
from ops.reports.words import WORDS
from queue_server.archive.configuration import Configuration
from queue_server.engine.redis_hall import wall_clock

#: Where reports stand, in the data folder.
FOLDER = "reports"
#: So long are they kept (ms): a year, and a month to compare with the year before.
KEPT = 400 * 24 * 3600 * 1000
#: What is made by itself, in the halls' own language.
DUE = ("xlsx", "pdf")
SCHEDULED = "schedule"


def make(work: Work) -> dict[str, Any]:
    """Make the report that the words describe, which are its card (`shelf.Card`)."""
    card = Card.of(dict(work.words))
    shelf, known = Shelf(work.settings.data / FOLDER), _opened(work)
    try:
        if shelf.card(card.id) is None:
            _make(known, shelf, card, work.step)
    finally:
        known.close()
    return {"link": f"/manage/{card.home}/reports", "file": card.file}


def make_due(work: Work) -> dict[str, Any]:
    """Last month's reports of every hall, and of every place with several halls below it; and
    throw away what is too old. `slot` is the date (and time) on which they are due."""
    known = _opened(work)
    try:
        shelf = Shelf(work.settings.data / FOLDER)
        forgotten = shelf.forget(wall_clock() - KEPT)
        cards = list(_due(known, date.fromisoformat(str(work.words["slot"])[:10])))
        for done, card in enumerate(cards):
            work.step(done, len(cards), card.file)
            if shelf.card(card.id) is None:
                _make(known, shelf, card)
        return {"made": len(cards), "forgotten": forgotten}
    finally:
        known.close()


def _opened(work: Work) -> Configuration:
    return Configuration(work.settings.database_url)


def _make(known: Configuration, shelf: Shelf, card: Card, step: Any = lambda *_: None) -> None:
    now = wall_clock()
    wanted = Period(card.period, date.fromisoformat(card.first), date.fromisoformat(card.last))
    scope = _scope(known, card)
    make_file(known, scope, wanted, card.format, card.language, shelf.place(card), now, step)
    shelf.put(replace(card, made=now))


def _scope(known: Configuration, card: Card) -> Scope:
    """The very halls of the card: who asked was allowed to see those, and no others."""
    if not card.place:
        return scopes.of_hall(known, card.home)
    home = next(hall for hall in known.halls() if hall.id == card.home)
    found = scopes.of_place(known, home.tenant, card.place)
    return replace(found, halls=tuple(hall for hall in found.halls if hall.id in card.halls))


def _due(known: Configuration, on: date) -> Iterator[Card]:
    period = before("month", on)
    for scope in _scopes(known):
        for format_ in DUE:
            card_ = card(scope, period, format_, "zh-CN", SCHEDULED, "")
            text = "\n".join((scope.place, period.label, format_, card_.language))
            number = sha256(f"{card_.home}\n{text}".encode()).hexdigest()[:16]
            yield replace(card_, id=f"{card_.home}-{number}")


def _scopes(known: Configuration) -> Iterator[Scope]:
    """Every hall, and every place with several."""
    halls = known.halls()
    for hall in halls:
        yield scopes.of_hall(known, hall.id)
    for place in known.places():
        below = [
            hall
            for hall in halls
            if hall.tenant == place.tenant and scopes.lies_in(hall, str(place))
        ]
        if len(below) > 1:
            yield scopes.of_place(known, place.tenant, str(place))


def card(scope: Scope, period: Period, format_: str, language: str, by: str, number: str) -> Card:
    """What a report will be; `number` has 16 hexadecimal digits."""
    sort = WORDS[period.sort][0 if language.startswith("zh") else 1]
    return Card(
        id=f"{scope.home}-{number}",
        home=scope.home,
        title=f"{scope.name.said(language)} {sort}",
        place=scope.place,
        halls=scope.ids,
        period=period.sort,
        label=period.label,
        first=str(period.first),
        last=str(period.last),
        format=format_,
        language=language,
        by=by,
    )
