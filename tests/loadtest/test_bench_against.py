"""Two runs of the benches side by side, and what is kept of them."""

from __future__ import annotations

from pathlib import Path

from loadtest.bench import keep, kept
from loadtest.bench_against import changes
from loadtest.figures import figure


def _verdicts(then: float, now: float, unit: str, target: str = "") -> str:
    before, after = (figure("one", value, 10, unit, target) for value in (then, now))
    return changes([before], [after])[0].verdict


def test_what_is_worse_depends_on_what_it_must_be() -> None:
    """More of a rate is better, more of a time is worse; without a target the unit says which."""
    assert _verdicts(10, 13, "x", ">= 0.5") == "better"
    assert _verdicts(10, 13, "x", "<= 2") == "worse"
    assert _verdicts(10, 13, "commands/s") == "better"
    assert _verdicts(10, 7, "commands/s") == "worse"
    assert _verdicts(10, 7, "ms") == "better"


def test_what_differs_by_chance_is_the_same() -> None:
    """A tenth more or less is noise."""
    assert _verdicts(10, 11, "ms") == "same"
    assert _verdicts(10, 9, "requests/s", ">= 0.5") == "same"


def test_ratios_are_compared_and_sizes_as_they_are() -> None:
    """A machine that is twice as fast has changed nothing; twice the memory is twice the memory."""
    slow, fast = figure("one", 10, 5, "ms"), figure("one", 20, 10, "ms")
    small, large = (figure("two", kilobytes, kilobytes, "kB", "<= 20 kB") for kilobytes in (9, 18))

    assert [one.verdict for one in changes([slow, small], [fast, large])] == ["same", "worse"]


def test_figures_come_and_go() -> None:
    """What only one of the runs has is said, and not compared."""
    old, new = figure("old", 1, 1, "ms"), figure("new", 1, 1, "ms")

    assert [(one.name, one.verdict) for one in changes([old], [new])] == [
        ("new", "new"),
        ("old", "gone"),
    ]


def test_one_bench_leaves_the_others_figures(tmp_path: Path) -> None:
    """Each figure says when it was taken."""
    file = tmp_path / "bench.json"
    keep([figure("one", 1, 2, "ms"), figure("two", 3, 4, "ms")], file, at=10)
    keep([figure("two", 5, 4, "ms")], file, at=20)

    assert [(one["name"], one["value"], one["ratio"], one["at"]) for one in kept(file)] == [
        ("one", 1, 0.5, 10),
        ("two", 5, 1.25, 20),
    ]
