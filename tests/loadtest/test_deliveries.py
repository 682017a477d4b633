"""What was heard and seen, held against the log: a double, a gap and a dark screen are found."""

from __future__ import annotations

from typing import Any

from loadtest.deliveries import Call, Ear, Eye, account, calls, lost_events

Event = dict[str, Any]


def event(seq: int, kind: str, at: int = 0, **words: str) -> Event:
    return {"kind": kind, "day": "d", "seq": seq, "at": at, **words}


def called(seq: int, ticket: str, window: str, at: int = 0) -> Event:
    return event(seq, "ticket.called", at, ticket=ticket, window=window)


def finished(seq: int, ticket: str, window: str, at: int = 0) -> Event:
    return event(seq, "ticket.finished", at, ticket=ticket, window=window)


def ear(*events: Event) -> Ear:
    made = Ear("hall", "d", 0, 0)
    for one in events:
        made.hear(one)
    return made


def test_a_voice_hears_a_day_without_finding_anything() -> None:
    """Called, recalled, finished, the next: two calls and a recall, nothing strange."""
    recalled = event(2, "ticket.recalled", ticket="A1", window="1")

    heard = ear(called(1, "A1", "1"), recalled, finished(3, "A1", "1"), called(4, "A2", "1"))

    assert heard.heard == [1, 2, 4]
    assert (heard.gaps, heard.double, heard.again) == ([], [], 0)


def test_a_ticket_at_two_windows_is_a_double_call() -> None:
    """The same ticket is called elsewhere though its window has not let go of it."""
    assert ear(called(1, "A1", "1"), called(2, "A1", "2")).double == [
        "2: A1 at 2, called at 1 before"
    ]


def test_a_second_ticket_at_a_busy_window_is_a_double_call() -> None:
    """A window has one ticket at a time."""
    assert ear(called(1, "A1", "1"), called(2, "A2", "1")).double == ["2: A2 at 1, where A1 stands"]


def test_a_ticket_that_was_missed_and_reinstated_may_be_called_again() -> None:
    """Its window let go of it."""
    missed = event(2, "ticket.missed", ticket="A1", window="1")

    assert ear(called(1, "A1", "1"), missed, called(3, "A1", "2")).double == []


def test_an_undone_call_does_not_count() -> None:
    """Undo lets go of whoever was at the window."""
    undone = event(2, "window.undone", window="1")

    assert ear(called(1, "A1", "1"), undone, called(3, "A1", "2")).double == []


def test_a_gap_and_a_repetition_are_noticed() -> None:
    """Seqs 2 and 3 never came; seq 4 came twice."""
    heard = ear(called(1, "A1", "1"), finished(4, "A1", "1"), finished(4, "A1", "1"))

    assert heard.gaps == ["2–3"]
    assert heard.again == 1


def test_a_reopened_day_may_jump() -> None:
    """After Redis lost its log, the hall says so, and how far it jumped."""
    assert ear(event(1, "day.opened"), event(1001, "day.reopened")).gaps == []


def test_lost_events_are_those_between_first_and_last() -> None:
    """A call in the middle is missing; one after the voice had gone is not its affair."""
    voice = ear(called(1, "A1", "1"), finished(3, "A1", "1")).to_json()

    found = lost_events(voice, [called(1, "A1", "1"), called(2, "B1", "2"), called(4, "A2", "1")])

    assert found == [2]


def test_a_call_stands_until_its_ticket_leaves_or_is_called_again() -> None:
    """A recall is a call of its own."""
    recalled = event(2, "ticket.recalled", 5_000, ticket="A1", window="1")
    found = calls([called(1, "A1", "1", 1_000), recalled, finished(3, "A1", "1", 9_000)])

    assert found == [
        Call(1, "A1", "1", 1_000, 5_000),
        Call(2, "A1", "1", 5_000, 9_000),
    ]


def test_an_eye_sees_each_call_once() -> None:
    """What stood there when the screen was switched on is not news; what comes is, once."""
    eye = Eye("hall", "1")
    eye.light(1_000)

    assert eye.look([(7, 500)], 1_010) == []
    assert eye.look([(7, 500), (8, 2_000)], 2_040) == [(8, 40)]
    assert eye.look([(8, 2_000)], 3_000) == []


def screen(eye: Eye) -> Event:
    return eye.to_json()


def seen(lit: list[list[float]], *seqs: int, window: str = "") -> Event:
    return {"screen": "hall", "window": window, "lit": lit, "seen": [[seq, 20] for seq in seqs]}


def test_every_call_on_every_screen_is_an_empty_account() -> None:
    """A board and a sign; the other window's call is not the sign's."""
    made = [Call(1, "A1", "1", 2_000, 9_000), Call(2, "A2", "2", 3_000, 9_000)]
    screens = [seen([[0, 9_000]], 1, 2), seen([[0, 9_000]], 1, window="1")]

    assert account(made, screens, 20_000)[:3] == (3, 3, [])


def test_a_call_that_a_lit_screen_did_not_show_is_lost() -> None:
    """The line was up all the time, the call stood for seven seconds, no picture came."""
    made = [Call(1, "A1", "1", 2_000, 9_000)]

    assert account(made, [seen([[0, 30_000]])], 30_000).lost == ["A1 (call 1) on a board"]


def test_a_call_that_came_and_went_in_the_dark_is_nobodys_delivery() -> None:
    """The line was down from 1 to 20 s; the call stood from 2 to 9 s."""
    made = [Call(1, "A1", "1", 2_000, 9_000)]

    assert account(made, [seen([[0, 1_000], [20_000, 30_000]])], 30_000) == (0, 0, [], 1)


def test_a_call_that_still_stands_when_the_line_is_back_must_be_shown() -> None:
    """The line came back at 20 s and the call stood on: its picture is missing."""
    made = [Call(1, "A1", "1", 2_000, 90_000)]

    assert len(account(made, [seen([[0, 1_000], [20_000, 30_000]])], 60_000).lost) == 1


def test_a_call_at_the_very_end_may_be_on_its_way() -> None:
    """Looking ended a second after it was made."""
    made = [Call(1, "A1", "1", 29_000, float("inf"))]

    assert account(made, [seen([[0, 29_500]])], 30_000).lost == []


def test_a_screen_that_stays_dark_loses_what_is_called() -> None:
    """Its line broke and never came back: that is a loss, not an excuse."""
    made = [Call(1, "A1", "1", 10_000, 50_000)]

    assert len(account(made, [seen([[0, 1_000]])], 60_000).lost) == 1
