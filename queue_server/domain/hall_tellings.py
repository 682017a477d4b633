"""What each event of a window and of the day does to seats, and to visits that are there: one small
function a kind; the longest is undo's, which brings back both.
"""

from __future__ import annotations

import json

from queue_server.domain import events as told
from queue_server.domain import stages
from queue_server.domain.facts import calls_by_lane
from queue_server.domain.stages import Passage, Setting
from queue_server.domain.telling import Telling, Tellings


def _window_opened(telling: Telling, event: told.WindowOpened) -> None:
    telling.sit(event.window, event)


def _handed_over(telling: Telling, event: told.WindowHandedOver) -> None:
    telling.sit(event.window, event)
    _attended(telling, event.window, event)


def _attended(telling: Telling, number: str, event: told.Event) -> None:
    """Whoever sits there now has the ticket that is there."""
    window = telling.hall.windows[number]
    if window.ticket:
        thread = stages.attend(telling.threads.now[window.ticket], window.clerk)
        if thread is not telling.threads.now[window.ticket]:
            telling.threads.put(window.ticket, thread, event.seq)
            telling.tickets[window.ticket] = None


def _window_closed(telling: Telling, event: told.WindowClosed) -> None:
    telling.rise(event.window, event)


def _quick(telling: Telling, event: told.QuickServed) -> None:
    telling.count(event.window, event, "quick")


def _undone(telling: Telling, event: told.WindowUndone) -> None:
    restored = json.loads(event.restored)
    tickets, windows = dict(restored["tickets"]), dict(restored["windows"])
    for lane, calls in list(telling.calls.items()):
        struck = [call for call in calls if call.seq >= event.since and call.ticket in tickets]
        if struck:
            telling.calls[lane] = tuple(call for call in calls if call not in struck)
            _not_passed(telling, lane, struck)
    telling.lane_calls = calls_by_lane(telling.hall.calls)
    for number in tickets:
        telling.threads.back(number, event.since)
        telling.note(number)
    for number in windows:
        for sitting in telling.sittings.back(number, event.since):
            telling.seats[sitting.key] = None
        if was := telling.sittings.now.get(number):
            telling.seats[was.key] = was.seat
        _attended(telling, number, event)


def _not_passed(telling: Telling, lane: str, struck: list[Passage]) -> None:
    """Whoever was passed by a call that never was is to be counted anew."""
    for number, thread in telling.threads.now.items():
        mine = (stand for stand in thread.stands if stand.lane == lane)
        if any(stand.passed_by(call) for stand in mine for call in struck):
            telling.tickets[number] = None


def _day_opened(telling: Telling, event: told.DayOpened) -> None:
    if telling.setting is None:
        layout = telling.layout
        name = telling.name or layout.hall
        telling.setting = Setting.of(name, event.day, event.at, layout.zone())
    for window in list(telling.hall.windows.values()):
        if window.state != "closed":
            telling.sit(window.number, event)


def _day_closed(telling: Telling, event: told.DayClosed) -> None:
    for number in list(telling.sittings.now):
        telling.rise(number, event)


HALL_TELLINGS: Tellings = {
    told.WindowOpened: _window_opened,
    told.WindowHandedOver: _handed_over,
    told.WindowClosed: _window_closed,
    told.QuickServed: _quick,
    told.WindowUndone: _undone,
    told.DayOpened: _day_opened,
    told.DayClosed: _day_closed,
}
