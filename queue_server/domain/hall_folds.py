"""What each event of the day, of a window and of a device changes: one small function a kind."""

from __future__ import annotations

import json
from dataclasses import replace

from queue_server.domain import events as told
from queue_server.domain.draft import Draft, Folds
from queue_server.domain.facts import Notice, WindowView
from queue_server.domain.layout import Layout
from queue_server.domain.records import ticket_of, window_of

# Recent layouts by text: all followers of a process fold the same events.
_LAYOUTS: dict[str, Layout] = {}


def _layout(text: str) -> Layout:
    if text not in _LAYOUTS:
        if len(_LAYOUTS) > 500:
            _LAYOUTS.clear()
        _LAYOUTS[text] = Layout.from_json(text)
    return _LAYOUTS[text]


def _day_opened(draft: Draft, event: told.DayOpened) -> None:
    # Opened again, a day goes on.
    draft.opened = draft.opened or event.at
    draft.changes |= {
        "state": "open",
        "mode": event.mode,
        "speed": event.speed,
        "opened": draft.opened,
        "layout": _layout(event.layout),
    }


def _layout_changed(draft: Draft, event: told.LayoutChanged) -> None:
    draft.changes["layout"] = _layout(event.layout)


def _day_reopened(_draft: Draft, _event: told.DayReopened) -> None:
    """Numbers jumped; nobody moved."""


def _day_closing(draft: Draft, _event: told.DayClosing) -> None:
    draft.changes["state"] = "closing"


def _day_closed(draft: Draft, _event: told.DayClosed) -> None:
    draft.changes["state"] = "closed"


def _mode_set(draft: Draft, event: told.ModeSet) -> None:
    draft.changes |= {"mode": event.mode, "notice": event.notice}


def _broadcast(draft: Draft, event: told.Broadcast) -> None:
    draft.changes["broadcast"] = Notice(event.at, event.text, event.zone, event.due)


def _window_opened(draft: Draft, event: told.WindowOpened) -> None:
    quick = draft.windows[event.window].quick if event.window in draft.windows else 0
    draft.windows[event.window] = WindowView(
        number=event.window,
        state="open",
        clerk=event.clerk,
        since=event.at,
        lanes=event.lanes,
        auto=event.auto,
        lease=event.lease,
        quick=quick,
    )


def _handed_over(draft: Draft, event: told.WindowHandedOver) -> None:
    draft.window(event.window, clerk=event.clerk, lost=False)


def _window_closed(draft: Draft, event: told.WindowClosed) -> None:
    quick = draft.windows[event.window].quick
    draft.windows[event.window] = WindowView(number=event.window, since=event.at, quick=quick)


def _paused(draft: Draft, event: told.WindowPaused) -> None:
    draft.window(event.window, state="paused", reason=event.reason, since=event.at, asking=False)


def _unpaused(draft: Draft, event: told.WindowUnpaused) -> None:
    draft.window(event.window, state="open", reason="", since=event.at, lost=False)


def _lost(draft: Draft, event: told.WindowLost) -> None:
    draft.window(
        event.window,
        state="paused",
        lost=True,
        since=event.at,
        reason="lost",
        lease=0,
        asking=False,
    )


def _asked(draft: Draft, event: told.WindowAsked) -> None:
    draft.window(event.window, asking=True)


def _quick(draft: Draft, event: told.QuickServed) -> None:
    known = draft.windows.get(event.window)
    draft.window(event.window, quick=(known.quick if known else 0) + 1)


def _assist(draft: Draft, event: told.AssistAsked) -> None:
    draft.window(event.window, assist="asked")


def _assist_accepted(draft: Draft, event: told.AssistAccepted) -> None:
    draft.window(event.window, assist="accepted", helper=event.helper)


def _assist_done(draft: Draft, event: told.AssistDone) -> None:
    draft.window(event.window, assist="", helper="")


# What happened outside stays so: paper is paper, and what was heard was heard.
_KEPT = ("printed", "print_error", "score")
_CONFIRMED = ("announced", "shown", "undelivered")
_CALLS = ("call_next", "call", "recall", "unhold")


def _undone(draft: Draft, event: told.WindowUndone) -> None:
    restored = json.loads(event.restored)
    for number, image in dict(restored["tickets"]).items():
        kept = draft.tickets[number]
        names = _KEPT if event.undone in _CALLS else (*_KEPT, *_CONFIRMED)
        draft.put(replace(ticket_of(image), **{n: getattr(kept, n) for n in names}))
    for number, image in dict(restored["windows"]).items():
        draft.windows[number] = window_of(image)
    # A call that was taken back is no call any more: it waits, and is measured, once. What other
    # windows have called meanwhile stays.
    back = restored["tickets"]
    draft.calls = [
        call for call in draft.calls if call.seq < event.since or call.ticket not in back
    ]


def _device(draft: Draft, event: told.DeviceSeen) -> None:
    named = {"sort": event.sort, "window": event.window, "last_error": event.error}
    named = {name: value for name, value in named.items() if value}
    draft.device(event.device, state=event.state, error=event.error, since=event.at, **named)


HALL_FOLDS: Folds = {
    told.DayOpened: _day_opened,
    told.DayReopened: _day_reopened,
    told.DayClosing: _day_closing,
    told.DayClosed: _day_closed,
    told.ModeSet: _mode_set,
    told.Broadcast: _broadcast,
    told.LayoutChanged: _layout_changed,
    told.WindowOpened: _window_opened,
    told.WindowHandedOver: _handed_over,
    told.WindowClosed: _window_closed,
    told.WindowPaused: _paused,
    told.WindowUnpaused: _unpaused,
    told.WindowLost: _lost,
    told.WindowAsked: _asked,
    told.QuickServed: _quick,
    told.AssistAsked: _assist,
    told.AssistAccepted: _assist_accepted,
    told.AssistDone: _assist_done,
    told.WindowUndone: _undone,
    told.DeviceSeen: _device,
}
