"""What Prometheus is told."""

from __future__ import annotations

import re
from pathlib import Path

from queue_server.api.metrics import Backlog, Metrics
from queue_server.domain.hall import Position


def figure(metrics: Metrics, line: str) -> float:
    """The figure behind a name with its labels."""
    found = re.search(rf"^{re.escape(line)} (\S+)$", metrics.told().decode(), re.MULTILINE)
    assert found, line
    return float(found[1])


def test_an_archive_that_stands_still_is_noticed() -> None:
    """Only while something is to be written: a quiet hall's archive stands still by right."""
    metrics, hall = Metrics(), [Backlog("demo", Position("2026-03-02", 5), 0)]
    metrics.watch_archive(lambda: hall)
    stuck = 'jiaohao_archive_stuck_seconds{hall="demo"}'
    assert [figure(metrics, stuck) for _ in range(2)] == [0, 0]

    hall[0] = Backlog("demo", Position("2026-03-02", 5), 3)
    assert figure(metrics, stuck) > 0
    assert figure(metrics, 'jiaohao_archive_behind_events{hall="demo"}') == 3

    hall[0] = Backlog("demo", Position("2026-03-02", 7), 1)
    assert figure(metrics, stuck) == 0


def test_a_hall_that_another_process_writes_down_is_not_told_here() -> None:
    """Or an old figure would stand there for ever."""
    metrics, halls = Metrics(), [Backlog("demo", Position("2026-03-02", 5), 0)]
    metrics.watch_archive(lambda: halls)
    assert figure(metrics, "jiaohao_archive_halls") == 1

    halls.clear()

    assert figure(metrics, "jiaohao_archive_halls") == 0
    assert "demo" not in metrics.told().decode()


def test_deliveries_are_sorted_by_who_brought_them() -> None:
    """In seconds, though devices speak in milliseconds."""
    metrics = Metrics()
    metrics.delivered("shown", 40)
    metrics.delivered("announced", 1500)
    assert figure(metrics, 'jiaohao_delivery_seconds_sum{sort="screen"}') == 0.04
    assert figure(metrics, 'jiaohao_delivery_seconds_sum{sort="voice"}') == 1.5


def test_the_process_and_its_disk_are_told(tmp_path: Path) -> None:
    """Without an agent beside it."""
    metrics = Metrics()
    metrics.watch_disk(tmp_path)
    assert 0 < figure(metrics, "jiaohao_disk_free_bytes") <= figure(metrics, "jiaohao_disk_bytes")
    assert 0 < figure(metrics, "process_open_fds") < figure(metrics, "process_max_fds")
    assert figure(metrics, "process_start_time_seconds") > 0
