"""Days and windows, as the auditor hears of them: opened, paused, lost, undone, closed."""

from __future__ import annotations

from queue_server.audit.fold import undo
from queue_server.audit.moves import Auditor, Hears
from queue_server.domain import events as told
from queue_server.domain.layout import Layout


def _day_opened(auditor: Auditor, event: told.DayOpened) -> None:
    said = "the day was opened while it was open"
    auditor.prove("lifecycle", auditor.state == "closed", said, event)
    auditor.state = "open"
    auditor.picture.set_layout(Layout.from_json(event.layout))


def _layout_changed(auditor: Auditor, event: told.LayoutChanged) -> None:
    auditor.picture.set_layout(Layout.from_json(event.layout))


def _day_reopened(auditor: Auditor, event: told.DayReopened) -> None:
    auditor.places.jump(event.numbers, auditor.picture)


def _day_closing(auditor: Auditor, _event: told.DayClosing) -> None:
    auditor.state = "closing"


def _day_closed(auditor: Auditor, event: told.DayClosed) -> None:
    left = [v.number for v in auditor.picture.visits.values() if v.state.live]
    said = f"the day was closed with {', '.join(left)} still there"
    auditor.prove("nobody_lost", not left, said, event)
    auditor.state = "closed"


def _opened(auditor: Auditor, event: told.WindowOpened) -> None:
    _turns(auditor, event, {"closed"}, state="open", lanes=event.lanes, auto=event.auto, lost=False)


def _closed(auditor: Auditor, event: told.WindowClosed) -> None:
    had = auditor.picture.seat(event.window).ticket
    said = f"window {event.window} was closed with {had} there"
    auditor.prove("nobody_lost", not had, said, event)
    _turns(auditor, event, {"open", "paused"}, state="closed", lanes=(), auto=False, lost=False)


def _paused(auditor: Auditor, event: told.WindowPaused) -> None:
    _turns(auditor, event, {"open"}, state="paused")


def _unpaused(auditor: Auditor, event: told.WindowUnpaused) -> None:
    _turns(auditor, event, {"paused"}, state="open", lost=False)


def _lost(auditor: Auditor, event: told.WindowLost) -> None:
    _turns(auditor, event, {"open", "paused"}, state="paused", lost=True)


def _handed_over(auditor: Auditor, event: told.WindowHandedOver) -> None:
    _turns(auditor, event, {"open", "paused"}, lost=False)


def _turns(auditor: Auditor, event: told.WindowEvent, from_: set[str], **changes: object) -> None:
    was = auditor.picture.seat(event.window).state
    said = f"{event.kind} at window {event.window}, which was {was}"
    auditor.prove("lifecycle", was in from_, said, event)
    auditor.seat(event, event.window, **changes)


def _undone(auditor: Auditor, event: told.WindowUndone) -> None:
    done_at = auditor.times.get(event.since, 0)
    undo(auditor.picture, auditor.order, event, done_at, auditor.prove)


DAYS_AND_WINDOWS: dict[type[told.Event], Hears] = {
    told.DayOpened: _day_opened,
    told.DayReopened: _day_reopened,
    told.DayClosing: _day_closing,
    told.DayClosed: _day_closed,
    told.LayoutChanged: _layout_changed,
    told.WindowOpened: _opened,
    told.WindowHandedOver: _handed_over,
    told.WindowClosed: _closed,
    told.WindowPaused: _paused,
    told.WindowUnpaused: _unpaused,
    told.WindowLost: _lost,
    told.WindowUndone: _undone,
}
