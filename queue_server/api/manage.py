"""What a hall's manager sees: every window with its clerk, the lanes, the alerts, the day's hours.

Pure. For managers, admins and auditors only: it says who sits where and since when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from queue_server.api import summary
from queue_server.domain.alerts import Alert, Groups, Limits, Seen, alerts, groups, holds, shares
from queue_server.domain.facts import WindowView
from queue_server.domain.hours import Hour, by_hour
from queue_server.domain.layout import Lane
from queue_server.domain.layout import Window as PlannedWindow
from queue_server.domain.predictors import for_newcomer
from queue_server.domain.tickets import State
from queue_server.domain.view import HallView

Json = dict[str, Any]


def manage(
    view: HallView, now: int, limits: Limits, seen: Mapping[str, Seen], names: Mapping[str, str]
) -> Json:
    """The picture. Times in Unix ms; `seen` says which alerts somebody has looked at, `names` how
    people are called."""
    told = summary.day(view)
    today = ("day", "state", "mode", "notice", "broadcast", "speed")
    waiting = groups(view)
    share = shares(waiting)
    return {
        "today": {name: told[name] for name in today} | {"opened": view.opened},
        "limits": asdict(limits),
        "windows": [_window(view, one, share, names) for one in summary.windows(view)],
        "lanes": [
            _lane(view, lane, waiting, now) for lane in (view.layout.lanes if view.layout else ())
        ],
        "alerts": [alert(one, seen.get(one.id), now) for one in alerts(view, now, limits, waiting)],
        "totals": summary.totals(view),
        "hours": [hour(one) for one in by_hour(view)],
    }


def alert(one: Alert, seen: Seen | None, now: int) -> Json:
    """An alert; `seen` is null while nobody has looked at it."""
    shown = asdict(one)
    told = {name: value for name, value in shown.items() if value or name in ("grave", "count")}
    return told | {"seen": asdict(seen) if seen and holds(one, seen, now) else None}


def hour(one: Hour) -> Json:
    """An hour of the day; `wait` is the mean in ms."""
    wait = None if one.wait is None else round(one.wait)
    return {
        "hour": one.hour,
        "taken": round(one.taken, 1),
        "called": round(one.called, 1),
        "wait": wait,
    }


def _window(
    view: HallView, planned: PlannedWindow, share: Mapping[str, float], names: Mapping[str, str]
) -> Json:
    seen = view.windows.get(planned.number) or WindowView(number=planned.number)
    ticket = view.tickets.get(seen.ticket)
    return summary.window(view, planned) | {
        "planned": list(planned.lanes),
        "clerk": seen.clerk,
        "clerk_name": names.get(seen.clerk, ""),
        "reason": seen.reason,
        "lost": seen.lost,
        "assist": seen.assist,
        "share": int(share.get(planned.number, 0)),
        "class": ticket.class_ if ticket else "",
        "class_reason": ticket.class_reason if ticket else "",
        "called": ticket.called if ticket else 0,
        "started": ticket.started if ticket else 0,
        "undelivered": ticket.undelivered.split() if ticket else [],
    }


def _lane(view: HallView, lane: Lane, waiting: Groups, now: int) -> Json:
    here = [group for (id_, _), group in waiting.items() if id_ == lane.id]
    calls = view.lane_calls.get(lane.id, ())
    return {
        "lane": lane.id,
        "name": lane.name,
        "name_en": lane.name_en,
        "prefix": lane.prefix,
        "waiting": sum(group.count for group in here),
        "oldest": min((group.earliest for group in here), default=0),
        "windows": len({w.number for w in view.windows.values() if _open_for(view, w, lane.id)}),
        "called": len(calls),
        **summary.percentiles([call.wait for call in calls]),
        "expected": summary.minutes(for_newcomer(view, lane.id, now)),
    }


def _open_for(view: HallView, window: WindowView, lane: str) -> bool:
    return window.state == "open" and lane in view.lanes_of(window)


def hall_row(view: HallView, now: int, limits: Limits, seen: Mapping[str, Seen]) -> Json:
    """A hall in one line, for the level above: `oldest` and `target` in whole minutes."""
    waiting = groups(view)
    oldest = min((group.earliest for group in waiting.values()), default=now)
    found = alerts(view, now, limits, waiting)
    unseen = [one for one in found if not holds(one, seen.get(one.id), now)]
    return {
        "state": view.state,
        "mode": view.mode,
        "waiting": sum(group.count for group in waiting.values()),
        "oldest": max(now - oldest, 0) // 60_000,
        "target": limits.target // 60_000,
        "limit": limits.wait // 60_000,
        "open": sum(window.state == "open" for window in view.windows.values()),
        "windows": len(summary.windows(view)),
        "serving": view.count(State.CALLED, State.SERVING),
        "taken": len(view.tickets),
        "alerts": len(found),
        "unseen": len(unseen),
        "grave": sum(one.grave for one in unseen),
    }
