"""A hall that nobody uses: a leak is told from noise, and a real one is looked at."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from loadtest.growth import Sample, grown, slope, table

MB = 2**20


def hour(**per_minute: float) -> list[Sample]:
    """Sixty looks at a hall whose memory is noisy; `per_minute` is what leaks besides."""
    dice, flat = Random(1), Sample(0, 100 * MB, 2 * MB, 44, 5, 1)
    made = []
    for minute in range(60):
        # Caches fill in the first minutes.
        memory = 100 * MB + min(minute, 10) * MB + dice.randint(-MB, MB) // 2
        one = replace(flat, at=60.0 * minute, memory=memory, redis=2 * MB + dice.randint(0, 9000))
        more = {
            name: round(getattr(one, name) + rate * minute) for name, rate in per_minute.items()
        }
        made.append(replace(one, **more))
    return made


def test_noise_and_caches_are_no_growth() -> None:
    """It warms up by ten megabytes, and then goes up and down."""
    assert grown(hour()) == []


@pytest.mark.parametrize(
    ("leak", "said"),
    [
        ({"memory": 0.1 * MB}, "memory of the server"),
        ({"redis": 5_000}, "memory of Redis"),
        ({"files": 0.1}, "open files"),
        ({"clients": 0.1}, "clients of Redis"),
        ({"readers": 0.1}, "waiting readers"),
    ],
)
def test_a_small_leak_is_found(leak: dict[str, float], said: str) -> None:
    """A tenth of a megabyte a minute, or a file every ten minutes."""
    (found,) = grown(hour(**leak))

    assert said in found


def test_a_slope_is_that_of_the_line() -> None:
    """Two a second, exactly."""
    line = slope([(0, 1), (1, 3), (2, 5)])

    assert (line.rate, line.error, line.total) == (2, 0, 4)


def test_too_few_looks_say_nothing() -> None:
    """Nobody is told that all is well after a minute."""
    with pytest.raises(ValueError, match="three samples"):
        grown(hour()[:3])


def test_the_table_has_a_row_for_each_look() -> None:
    """With its head."""
    assert len(list(table(hour()))) == 62


def test_a_hall_is_idle_for_some_seconds(tmp_path: Path) -> None:
    """A real server with its screens: they are there, and each look sees them."""
    words = ["--minutes", "0.02", "--every", "0.4", "--out", str(tmp_path)]

    told = subprocess.run(
        [sys.executable, "-m", "loadtest.idle", *words],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    # Caches still fill in the first seconds: that it grows is no news yet.
    assert "written to" in told.stdout, told.stderr
    (path,) = tmp_path.glob("idle-*.json")
    samples = json.loads(path.read_bytes())["samples"]
    assert len(samples) == 4
    assert all(one["files"] > 20 and one["memory"] > 10 * MB for one in samples)
    assert all(one["clients"] > 0 and one["redis"] > 0 for one in samples)
    # Between two waits a reader waits for nothing.
    assert max(one["readers"] for one in samples) == 1
