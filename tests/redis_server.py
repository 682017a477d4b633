"""The private Redis of the tests: it can be killed as a power cut would, and frozen."""

from __future__ import annotations

import signal
from pathlib import Path

from queue_server.engine.private_redis import PrivateRedis


class RedisServer(PrivateRedis):
    """A real redis-server; without `durable` it forgets everything when it stops."""

    def __init__(self, folder: Path, durable: bool = False, fsync: str = "always") -> None:
        super().__init__(folder, durable=durable, fsync=fsync)

    def start(self, patience: float = 60.0) -> RedisServer:
        super().start(patience)
        return self

    def kill(self) -> None:
        """No goodbye."""
        self.send(signal.SIGKILL)

    def freeze(self, frozen: bool = True) -> None:
        """Let it say nothing, without being gone."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP if frozen else signal.SIGCONT)
