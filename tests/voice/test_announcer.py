"""What is said next, in each zone, and what is too late."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from queue_server.domain.layout import Layout
from queue_server.domain.tickets import State, Ticket
from queue_server.domain.view import HallView
from voice.announcer import Announcer, Heard, Settings, Stats

ONCE = Settings(repeats=1)


def ticket(number: str, window: str, state: State = State.CALLED) -> Ticket:
    return Ticket(
        number=number,
        state=state,
        lane="general",
        class_="ordinary",
        services=("G1",),
        taken=0,
        entered=0,
        counts_from=0,
        entry=1,
        since=0,
        window=window,
    )


def view(*tickets: Ticket) -> HallView:
    return HallView(day="2026-03-02", tickets={one.number: one for one in tickets})


A, B, C = ticket("A001", "1"), ticket("A002", "2"), ticket("A003", "3")
HALL = view(A, B, C)


def said(announcer: Announcer, now: int = 0, hall: HallView = HALL, zone: str = "main") -> str:
    """Say the next thing to its end, and tell which ticket it was."""
    utterance = announcer.due(zone, now, hall)
    announcer.heard(zone, now)
    announcer.done(zone)
    return utterance.ticket if utterance else ""


def test_calls_are_said_in_order() -> None:
    """First come, first said."""
    announcer = Announcer()
    for seq, one in enumerate((B, A, C)):
        announcer.call("main", one.number, one.window, seq, 0)

    assert [said(announcer) for _ in range(4)] == ["A002", "A001", "A003", ""]


def test_one_at_a_time_in_a_zone_and_zones_side_by_side() -> None:
    """Nothing is due while something is said, but in another zone."""
    announcer = Announcer()
    announcer.call("east", "A001", "1", 1, 0)
    announcer.call("east", "A002", "2", 2, 0)
    announcer.call("west", "A003", "3", 3, 0)

    assert announcer.due("east", 0, HALL)
    assert announcer.due("east", 0, HALL) is None
    assert announcer.due("west", 0, HALL)
    announcer.done("east")
    assert announcer.due("east", 0, HALL)


def test_first_calls_before_recalls_before_broadcasts() -> None:
    """Somebody who was never called goes before one who is called again."""
    announcer = Announcer()
    announcer.notice("main", "请注意", 1, 0)
    announcer.call("main", "A001", "1", 2, 0, again=True)
    announcer.call("main", "A002", "2", 3, 0)

    assert [said(announcer) for _ in range(2)] == ["A002", "A001"]
    utterance = announcer.due("main", 0, HALL)
    assert utterance
    assert utterance.caption == "请注意"


def test_the_same_call_within_five_seconds_is_one() -> None:
    """A clerk who presses again is heard once, and both calls count."""
    announcer = Announcer()
    announcer.call("main", "A001", "1", 1, 0)
    announcer.call("main", "A001", "1", 2, 3000, again=True)

    announcer.due("main", 4000, HALL)

    assert announcer.heard("main", 4500) == (Heard("A001", 1, 4500), Heard("A001", 2, 1500))
    announcer.done("main")
    assert said(announcer, 4600) == ""


def test_a_repeat_of_what_was_just_said_is_heard_already() -> None:
    """Within five seconds of the announcement it is one with it; later it is a new one."""
    announcer = Announcer()
    announcer.call("main", "A001", "1", 1, 0)
    said(announcer, 1000)

    assert announcer.call("main", "A001", "1", 2, 6000, again=True) == (Heard("A001", 2, 0),)
    assert announcer.call("main", "A001", "1", 3, 6001, again=True) == ()
    assert said(announcer, 6001) == "A001"
    assert announcer.stats.heard == 3


def test_what_was_not_said_is_not_said_together() -> None:
    """A repeat after a failure is a new announcement."""
    announcer = Announcer()
    announcer.call("main", "A001", "1", 1, 0)
    announcer.due("main", 0, HALL)
    announcer.unsaid("main", "synthesizer")
    announcer.done("main")

    assert announcer.call("main", "A001", "1", 2, 1000, again=True) == ()
    assert said(announcer, 1000) == "A001"
    assert announcer.stats == Stats(1, 0, {"synthesizer": 1})


def test_another_window_is_another_call() -> None:
    """Called elsewhere, only the newer place is said."""
    announcer = Announcer()
    announcer.call("main", "A001", "1", 1, 0)
    announcer.call("main", "A001", "2", 2, 1000)

    utterance = announcer.due("main", 1000, view(ticket("A001", "2")))

    assert utterance
    assert utterance.seq == 2
    assert announcer.stats.left_out == {"gone": 1}


def test_too_late_is_not_said() -> None:
    """After twenty seconds nobody is served by hearing it; who asks again is."""
    announcer = Announcer(ONCE)
    announcer.call("main", "A001", "1", 1, 0)
    announcer.call("main", "A002", "2", 2, 0)
    announcer.call("main", "A002", "2", 3, 15_000, again=True)

    assert said(announcer, 20_001) == "A002"
    assert announcer.stats == Stats(2, 0, {"stale": 1})


@pytest.mark.parametrize("state", [State.SERVING, State.SERVED, State.WAITING, State.HELD])
def test_who_is_no_longer_called_is_not_said(state: State) -> None:
    """Whose ticket is being served or has gone needs no call."""
    announcer = Announcer()
    announcer.call("main", "A001", "1", 1, 0)

    assert said(announcer, hall=view(replace(A, state=state))) == ""
    assert announcer.stats.left_out == {"gone": 1}


def test_a_repeat_is_worth_saying_while_nobody_else_waits() -> None:
    """Not when somebody waits to be called, and not when the visitor has come."""
    announcer = Announcer()
    announcer.call("main", "A001", "1", 1, 0)
    announcer.due("main", 0, HALL)
    announcer.heard("main", 0)

    assert announcer.once_more("main", 0, HALL)
    assert not announcer.once_more("main", 0, view(replace(A, state=State.SERVING)))
    announcer.call("main", "A002", "2", 2, 0)
    assert not announcer.once_more("main", 0, HALL)


def test_a_hall_that_does_not_hurry_says_everything_twice() -> None:
    """By setting, repeats are kept though others wait."""
    announcer = Announcer(Settings(hurry=False))
    announcer.call("main", "A001", "1", 1, 0)
    announcer.call("main", "A002", "2", 2, 0)
    announcer.due("main", 0, HALL)

    assert announcer.once_more("main", 0, HALL)


def test_a_broadcast_holds_until_its_end() -> None:
    """After that, or after a while when it has none, it is not said."""
    announcer = Announcer()
    announcer.notice("main", "one", 1, 0, until=10_000)
    announcer.notice("main", "two", 2, 0)

    utterance = announcer.due("main", 10_001, HALL)

    assert utterance
    assert utterance.caption == "two"
    announcer.done("main")
    announcer.notice("main", "three", 3, 0)
    assert announcer.due("main", 300_001, HALL) is None


def test_a_broadcast_of_marks_alone_is_nothing_to_say() -> None:
    """It is counted, and holds up nobody."""
    announcer = Announcer()
    announcer.notice("main", "……！！ 🎉", 1, 0)

    assert announcer.due("main", 0, HALL) is None
    assert announcer.stats == Stats(0, 0, {"wordless": 1})


def test_languages_of_the_hall_or_of_the_settings(layout: Layout) -> None:
    """Each in turn, in the order that was chosen."""
    hall = replace(HALL, layout=layout)
    for chosen, expected in (((), ["zh-CN", "en"]), (("en",), ["en"])):
        announcer = Announcer(Settings(languages=chosen))
        announcer.call("main", "A001", "1", 1, 0)
        utterance = announcer.due("main", 0, hall)
        assert utterance
        assert [speech.language for speech in utterance.speeches] == expected


def test_while_many_wait_one_language_must_do(layout: Layout) -> None:
    """The last of a burst is heard in one language rather than not at all."""
    hall = replace(HALL, layout=layout)
    spoken = []
    for hurry in (True, False):
        announcer = Announcer(Settings(hurry=hurry))
        for seq, one in enumerate((A, B, C)):
            announcer.call("main", one.number, one.window, seq, 0)
        for _ in range(3):
            utterance = announcer.due("main", 0, hall)
            assert utterance
            spoken.append(len(utterance.speeches))
            announcer.done("main")

    assert spoken == [1, 2, 2, 2, 2, 2]


def test_the_next_one_is_known_before_it_is_due() -> None:
    """Looking ahead changes nothing."""
    announcer = Announcer()
    announcer.call("main", "A001", "1", 1, 0)
    announcer.call("main", "A002", "2", 2, 0)
    announcer.due("main", 0, HALL)

    following = announcer.next("main", 0, HALL)

    announcer.done("main")
    assert following == announcer.due("main", 0, HALL)


def test_a_new_day_forgets_the_old_one() -> None:
    """Yesterday's calls are not said, and are counted."""
    announcer = Announcer()
    announcer.call("main", "A001", "1", 1, 0)

    announcer.new_day()

    assert said(announcer) == ""
    assert announcer.stats == Stats(0, 0, {"gone": 1})


@pytest.mark.parametrize("wrong", [{"repeats": 0}, {"pause": -1}, {"stale_after": -1}])
def test_settings_that_make_no_sense(wrong: dict[str, int]) -> None:
    """They are refused when they are made."""
    with pytest.raises(ValueError, match=r"once|negative"):
        Settings(**wrong)  # type: ignore[arg-type]  # each of them is an int


ZONES = ("east", "west")


class Zones(RuleBasedStateMachine):
    """Whatever happens: nothing is lost uncounted, nothing overlaps, the order holds."""

    def __init__(self) -> None:
        super().__init__()
        self.announcer = Announcer()
        self.now = 0
        self.seq = 0
        self.tickets: dict[str, Ticket] = {}
        self.made: dict[int, int] = {}
        self.heard: list[int] = []
        self.speaking: dict[str, int] = {}
        self.firsts: dict[str, int] = {}
        self.again: set[int] = set()

    @property
    def hall(self) -> HallView:
        return view(*self.tickets.values())

    @rule(number=st.integers(1, 12), window=st.integers(1, 4))
    def call(self, number: int, window: int) -> None:
        one = ticket(f"A{number:03d}", str(window))
        again = self.tickets.get(one.number) == one
        self.tickets[one.number] = one
        self.seq += 1
        self.made[self.seq] = self.now
        if again:
            self.again.add(self.seq)
        zone = ZONES[window % 2]
        self._hear(self.announcer.call(zone, one.number, one.window, self.seq, self.now, again))

    @precondition(lambda self: self.tickets)
    @rule(data=st.data())
    def come(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.tickets)))
        self.tickets[number] = replace(self.tickets[number], state=State.SERVING)

    @rule(time=st.integers(0, 9000))
    def pass_(self, time: int) -> None:
        self.now += time

    @rule(zone=st.sampled_from(ZONES))
    def begin(self, zone: str) -> None:
        utterance = self.announcer.due(zone, self.now, self.hall)
        assert utterance is None or zone not in self.speaking
        if utterance is None:
            return
        self.speaking[zone] = utterance.seq
        assert self.tickets[utterance.ticket].state is State.CALLED
        if utterance.seq not in self.again:
            assert utterance.seq > self.firsts.get(zone, 0), "first calls in the order of calling"
            self.firsts[zone] = utterance.seq

    @rule(zone=st.sampled_from(ZONES))
    def hear(self, zone: str) -> None:
        self._hear(self.announcer.heard(zone, self.now))

    @rule(zone=st.sampled_from(ZONES), well=st.booleans())
    def end(self, zone: str, well: bool) -> None:
        if well:
            self._hear(self.announcer.heard(zone, self.now))
        else:
            self.announcer.unsaid(zone, "speaker")
        self.announcer.done(zone)
        self.speaking.pop(zone, None)

    @invariant()
    def every_call_is_counted_once(self) -> None:
        stats = self.announcer.stats
        assert len(set(self.heard)) == len(self.heard) == stats.heard
        begun = len(self.made) - stats.heard - stats.waiting - sum(stats.left_out.values())
        assert begun >= 0
        if not self.speaking:
            assert begun == 0

    def _hear(self, heard: tuple[Heard, ...]) -> None:
        for one in heard:
            assert one.delay == max(self.now - self.made[one.seq], 0) or one.delay == 0
            self.heard.append(one.seq)


TestZones = Zones.TestCase
TestZones.settings = settings(max_examples=150, stateful_step_count=60)
