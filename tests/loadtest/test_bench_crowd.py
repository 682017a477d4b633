"""The bench of a crowd of screens: that it measures what it says, with real processes, few."""

from __future__ import annotations

import pytest

from loadtest.bench import BENCHES
from loadtest.bench_crowd import Crowd, run
from loadtest.figures import figure, reached

pytestmark = pytest.mark.anyio


async def test_the_last_screen_and_the_memory_of_each_have_a_floor() -> None:
    """Three screens of ours and three bare sockets."""
    last, spent, memory = await run(Crowd(screens=3, presses=1, idle=0.1, quiet=0.1, settle=0.1))

    assert last["name"] == "the last of 3 screens ÷ prebuilt frame"
    assert last["value"] > 0
    assert last["floor"] > 0
    assert spent["unit"] == "µs"
    assert (memory["unit"], memory["target"]) == ("kB", "<= 20 kB")


def test_a_target_with_a_unit_is_about_the_value() -> None:
    """20 kB a screen are 20 kB, whatever the floor takes."""
    assert reached(figure("memory", 19, 5, "kB", "<= 20 kB"))
    assert not reached(figure("memory", 21, 40, "kB", "<= 20 kB"))
    assert not reached(figure("time", 19, 5, "ms", "<= 2"))


def test_make_bench_measures_the_crowd() -> None:
    """It stands in the table of benches."""
    assert BENCHES["crowd"].run is run
