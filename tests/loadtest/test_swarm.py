"""Who goes with whom in a run, and in how many processes."""

from __future__ import annotations

from loadtest.orders import HallOrders
from loadtest.swarm import Part, parts


def hall(kiosks: int = 2) -> HallOrders:
    return HallOrders(
        id="hall",
        sort="town",
        day="2026-03-02",
        seq=1,
        tokens={},
        seats={"1": "a", "2": "b", "3": "c"},
        signs=["1", "2"],
        boards=4,
        kiosks=kiosks,
        guides=1,
        arrivals=[],
    )


def test_who_presses_does_not_wait_for_who_looks() -> None:
    """Screens, voices and phones; clerks and guides; kiosks, which need one process."""
    assert parts([hall(), hall()], phones=10, processes=3, web=False) == [
        Part("look", 10 + 2 * (4 + 2 + 1), 3),
        Part("press", 2 * (3 + 1), 3),
        Part("take", 4, 1),
    ]


def test_nobody_needs_no_process() -> None:
    """Locust would refuse to start without users."""
    assert [one.who for one in parts([hall(kiosks=0)], 0, 1, web=False)] == ["look", "press"]


def test_those_who_watch_see_one_swarm() -> None:
    """Locust's page shows no more than one."""
    assert parts([hall()], 1, 2, web=True) == [Part("all", 1 + 7 + 4 + 2, 2)]
