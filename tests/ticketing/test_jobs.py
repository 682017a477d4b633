"""Which slips a printer owes."""

from __future__ import annotations

from dataclasses import replace

from queue_server.domain.events import ReprintAsked, TicketTaken
from queue_server.domain.tickets import State
from tests.ticketing.sample_slips import NOW, ticket, view
from ticketing.jobs import Duty, Job, wanted

DAY = "2026-03-02"
HERE = Duty("printer-1", ("kiosk",))


def taken(number: str, source: str) -> TicketTaken:
    return TicketTaken(
        day=DAY,
        seq=1,
        at=NOW,
        ticket=number,
        lane="police",
        class_="ordinary",
        entered=NOW,
        counts_from=NOW,
        entry=1,
        services=("P1",),
        source=source,
    )


def asked(number: str, device: str = "") -> ReprintAsked:
    return ReprintAsked(day=DAY, seq=7, at=NOW, ticket=number, device=device)


def test_what_was_taken_before_is_owed_in_order() -> None:
    """Live, without a slip, from this printer's places."""
    there = view(
        ticket("B003", source="kiosk", taken=NOW + 2),
        ticket("B001", source="kiosk"),
        ticket("B002", source="kiosk", printed=True),
        ticket("B004", source="phone"),
        ticket("B005", source="kiosk", state=State.CANCELLED),
    )

    assert HERE.owed(there) == [Job(DAY, "B001"), Job(DAY, "B003")]


def test_no_sources_means_all() -> None:
    assert Duty("p").owed(view(ticket("B001", source="phone"))) == [Job(DAY, "B001")]


def test_tickets_from_elsewhere_are_left_to_others() -> None:
    events = [taken("B001", "kiosk"), taken("B002", "phone")]

    assert list(HERE.asked(view(), events)) == [Job(DAY, "B001")]


def test_a_copy_is_printed_where_it_was_asked_for() -> None:
    """By name, or, without a name, where the ticket's own slip came from."""
    there = view(ticket("B001", source="kiosk"), ticket("B002", source="phone"))

    assert list(HERE.asked(there, [asked("B001")])) == [Job(DAY, "B001", 7)]
    assert list(HERE.asked(there, [asked("B002")])) == []
    assert list(HERE.asked(there, [asked("B002", "printer-1")])) == [Job(DAY, "B002", 7)]
    assert list(HERE.asked(there, [asked("B001", "printer-2")])) == []


def test_who_has_gone_needs_no_slip() -> None:
    there = view(
        ticket("B001"),
        ticket("B002", state=State.SERVED),
        ticket("B003", state=State.NO_SHOW, printed=True),
        ticket("B004", printed=True),
    )

    assert wanted(Job(DAY, "B001"), there)
    assert not wanted(Job(DAY, "B002"), there)
    assert not wanted(Job(DAY, "B004"), there)
    assert wanted(Job(DAY, "B004", 7), there)
    # Who missed the call may come back, and has lost the slip.
    assert wanted(Job(DAY, "B003", 7), there)
    assert not wanted(Job("2026-03-01", "B001"), there)
    assert not wanted(Job(DAY, "B009"), there)


def test_whoever_has_no_paper_gets_it_at_the_guide_desk() -> None:
    """A ticket that was taken by phone; at no other printer."""
    there = view(ticket("B002", source="phone"))
    guide = Duty("printer-2", ("kiosk", "guide"))

    assert list(guide.asked(there, [asked("B002")])) == [Job(DAY, "B002", 7)]
    assert list(HERE.asked(there, [asked("B002")])) == []


def test_a_drill_costs_no_paper() -> None:
    """Nothing is owed and nothing is heard, unless the printer is none."""
    drill = replace(view(ticket("B001", source="kiosk")), speed=60)
    events = [taken("B001", "kiosk")]
    real = replace(HERE, drills=False)

    assert (real.owed(drill), list(real.asked(drill, events))) == ([], [])
    assert (HERE.owed(drill), list(HERE.asked(drill, events))) == (
        [Job(DAY, "B001")],
        [Job(DAY, "B001")],
    )
