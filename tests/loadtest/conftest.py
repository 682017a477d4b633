"""What holds for every small run of a bench: that it works is seen; its figures prove nothing."""

from __future__ import annotations

import pytest

from loadtest import bench_stage


@pytest.fixture(autouse=True)
def unsettled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for what a server starts later."""
    monkeypatch.setattr(bench_stage, "SETTLED", False)
