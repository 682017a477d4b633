"""What a task is handed: its words, the settings, and a way to say how far it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ops.settings import Settings


class Cancelled(Exception):
    """Somebody has asked this job to stop."""


@dataclass(frozen=True)
class Work:
    """One run of a job. `id` is the same in every run of it."""

    id: str
    settings: Settings
    words: Mapping[str, Any]
    #: Told at each step: how many are done, of how many, and what comes now.
    _tell: Callable[[int, int, str], None]

    def step(self, done: int, of: int, saying: str = "") -> None:
        """Between two steps: say how far it is. Raises `Cancelled` when it shall not go on."""
        self._tell(done, of, saying)
