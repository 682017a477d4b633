"""A server of our own: a process over a folder of its own, killed and started at will."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx

from loadtest.processes import family
from ops.settings import Settings, variable
from queue_server.engine.private_redis import PrivateRedis

#: Long enough for any machine; only a guard against hanging.
PATIENCE = 120.0


class NotReady(RuntimeError):
    """The server does not come up; the text says what it printed last."""


class Server:
    """One `jiaohao run server`. With `clock`, a file, it goes by `wrong_clock.py`."""

    def __init__(self, folder: Path, clock: Path | None = None) -> None:
        self.settings = Settings(data=folder, port=free_port())
        self.url = self.settings.server
        self.redis = PrivateRedis(folder / "redis")
        self.process: subprocess.Popen[bytes] | None = None
        self.clock = clock

    @property
    def log(self) -> Path:
        """What it printed."""
        return self.settings.data / f"server-{self.settings.port}.log"

    def start(self) -> Server:
        """Start it; returns at once."""
        named = {"data": str(self.settings.data), "port": str(self.settings.port)}
        # Phones say which address they have, as a proxy in front of the server would.
        named |= {"devices": "none", "log": "warning", "proxies": "127.0.0.1"}
        kept = {k: v for k, v in os.environ.items() if not k.startswith("JIAOHAO_")}
        program = ["loadtest.wrong_clock", str(self.clock)] if self.clock else ["ops"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *program, "run", "server"],
                env=kept | {variable(name): value for name, value in named.items()},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    def ready(self) -> None:
        """Wait until it says so; raises `NotReady`."""
        deadline = time.monotonic() + PATIENCE
        with httpx.Client(trust_env=False) as client:
            while time.monotonic() < deadline:
                if self.process is None or self.process.poll() is not None:
                    raise NotReady(self._last_words())
                with suppress(httpx.TransportError):
                    if client.get(f"{self.url}/readyz").status_code == 200:
                        return
                time.sleep(0.1)
        raise NotReady(self._last_words())

    def _last_words(self) -> str:
        said = self.log.read_text("utf-8", "replace").splitlines()[-15:]
        return "\n".join(["the server does not come up:", *said])

    @property
    def pid(self) -> int:
        """Of the server; 0 when it does not run."""
        return self.process.pid if self.process and self.process.poll() is None else 0

    @property
    def redis_pid(self) -> int:
        """The process of its private Redis; 0 when nobody answers."""
        return int(self.redis_says("server").get("process_id", 0))

    @property
    def archive_pid(self) -> int:
        """The process that archives; 0 when there is none."""
        for pid in family(self.pid) if self.pid else ():
            with suppress(OSError):
                if b"ops.archive_process" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    return pid
        return 0

    def redis_says(self, section: str) -> dict[str, str]:
        """A section of Redis's INFO, by name; empty when nobody answers."""
        with socket.socket(socket.AF_UNIX) as line, suppress(OSError):
            line.settimeout(5)
            line.connect(str(self.redis.socket))
            line.sendall(f"INFO {section}\r\n".encode())
            told = line.recv(65536).decode()
            lines = (one.partition(":") for one in told.splitlines())
            return {name: value for name, colon, value in lines if colon}
        return {}

    def kill(self) -> None:
        """The process dies, as in a crash; Redis goes on."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        """Leave nothing running."""
        if self.pid and self.process:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(15)
        self.kill()
        if pid := self.redis_pid:
            os.kill(pid, signal.SIGKILL)


def free_port() -> int:
    """A port that nobody uses, and that no outgoing connection will be given meanwhile."""
    while True:
        port = random.randint(20_000, 30_000)
        with socket.socket() as line, suppress(OSError):
            line.bind(("127.0.0.1", port))
            return port
