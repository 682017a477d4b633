"""The archived log to letters: what each hook is to be told of it, written down once.

A level at a time: a look at which days have news, then their events in order. `ticket.near` is
made here, from the hall as it was before and after each event.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from queue_server.archive.deliveries import Deliveries, Letter, News
from queue_server.archive.entries import event_of
from queue_server.archive.memory import EventRow
from queue_server.archive.webhooks import HookEntry, Webhooks
from queue_server.domain import near
from queue_server.domain.codec import UnknownEvent, to_dict
from queue_server.domain.events import DayClosed, Event, TicketRated
from queue_server.domain.near import Near
from queue_server.domain.view import HallView

AT_ONCE = 500
#: So far back is looked for news as a rule, and at all days at the start.
RECENT = timedelta(days=8)
#: Plans are long and are read elsewhere.
LEFT_OUT = ("layout",)

Json = dict[str, Any]


class Outbox:
    """Fills the outboxes of all hooks."""

    def __init__(self, webhooks: Webhooks, deliveries: Deliveries) -> None:
        self._webhooks = webhooks
        self._deliveries = deliveries
        self._views: dict[tuple[int, str, str], HallView] = {}
        self._known: set[int] = set()

    def gather(self, now: int) -> int:
        """Write down everything that is new; answers with how many letters that made."""
        hooks = [hook for hook in self._webhooks.hooks() if hook.active and hook.halls]
        return sum(self._gather(hook, now) for hook in hooks)

    def _gather(self, hook: HookEntry, now: int) -> int:
        # Whoever was away may have missed more than the last days.
        since = _date(now) if hook.id in self._known else ""
        count = 0
        for news in self._deliveries.news(hook, since):
            count += self._day(hook, news)
        self._known.add(hook.id)
        return count

    def _day(self, hook: HookEntry, news: News) -> int:
        count = 0
        while news.after < news.until:
            rows = self._deliveries.events(news, AT_ONCE)
            if not rows:
                break
            letters = list(self._letters(hook, news, rows))
            upto = rows[-1].seq
            if not self._deliveries.write(hook.id, news, upto, letters):
                self._views.pop((hook.id, news.hall, news.day), None)
                break
            count += len(letters)
            news = News(news.hall, news.day, upto, news.until)
        return count

    def _letters(self, hook: HookEntry, news: News, rows: Sequence[EventRow]) -> Iterator[Letter]:
        watched = hook.wants(near.KIND)
        view = self._view(hook.id, news) if watched else HallView()
        for row in rows:
            # What happened before somebody asked is not their business.
            fresh = row.at >= hook.created
            if fresh and hook.wants(row.kind):
                yield self._letter(news, row)
            if watched and (event := read(row)):
                before, view = view, view.after([event])
                if fresh:
                    for one in near.near(before, view, event.at, hook.near):
                        yield near_letter(news, event, one)
        if watched:
            self._remember(hook.id, news, view, rows)

    def _letter(self, news: News, row: EventRow) -> Letter:
        event = read(row)
        # What a newer version told is passed on as it is.
        told = to_dict(event) if event else {"kind": row.kind} | json.loads(row.body)
        for name in LEFT_OUT:
            told.pop(name, None)
        if row.kind == TicketRated.kind:
            told |= self._rated(news, row, told)
        return _written(news, f"{news.hall}/{news.day}/{row.seq}", row.seq, row.at, told)

    def _rated(self, news: News, row: EventRow, told: Json) -> Json:
        """The rating's key: ticket, service, window, clerk."""
        service, window, clerk = self._deliveries.rated(news.hall, news.day, row.ticket)
        return {"service": service, "window": told.get("window") or window, "clerk": clerk}

    def _view(self, hook: int, news: News) -> HallView:
        """The hall as it was after the last event that was looked at."""
        view = self._views.get((hook, news.hall, news.day), HallView())
        if view.seq == news.after:
            return view
        return self._folded(news)

    def _folded(self, news: News) -> HallView:
        view, rest = HallView(), News(news.hall, news.day, 0, news.after)
        while rows := self._deliveries.events(rest, AT_ONCE):
            view = view.after(event for row in rows if (event := read(row)))
            rest = News(news.hall, news.day, rows[-1].seq, news.after)
        return view

    def _remember(self, hook: int, news: News, view: HallView, rows: Sequence[EventRow]) -> None:
        key = (hook, news.hall, news.day)
        if rows[-1].kind == DayClosed.kind:
            self._views.pop(key, None)
        else:
            self._views[key] = view


def _date(now: int) -> str:
    return (datetime.fromtimestamp(now / 1000, UTC) - RECENT).date().isoformat()


def read(row: EventRow) -> Event | None:
    """The event that an archived row holds; None for a kind of a newer version."""
    try:
        return event_of(row.day, row.seq, row.at, row.body)
    except UnknownEvent:
        return None


def near_letter(news: News, event: Event, one: Near) -> Letter:
    """ "Near your turn": minutes as they are shown, or none when nobody can say."""
    told: Json = {
        "kind": near.KIND,
        "ticket": one.ticket,
        "lane": one.lane,
        "ahead": one.ahead,
        "expected": one.expected.outward() if one.expected else None,
    }
    return _written(news, f"{news.hall}/{news.day}/{one.name}", event.seq, event.at, told)


def _written(news: News, name: str, seq: int, at: int, told: Json) -> Letter:
    kind = told.pop("kind")
    facts = {"id": name, "kind": kind, "hall": news.hall, "day": news.day, "seq": seq, "at": at}
    body = json.dumps(facts | told, ensure_ascii=False, separators=(",", ":"))
    return Letter(name, kind, seq, body)
