"""A redis-server of our own: on a unix socket, its data in a folder, nobody else's business.

With `durable`, every write is on disk before it is answered: what a kiosk printed survives a
power cut. Starting and stopping only; who restarts it is the supervisor's affair.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import IO

LONGEST_SOCKET_PATH = 100


class CannotStart(RuntimeError):
    """There is no redis-server here, it is too old, or it does not come up; the text says which."""


def executable() -> str:
    """Where redis-server is; raises `CannotStart` with what to do when there is none."""
    for name in ("redis-server", "valkey-server"):
        if path := shutil.which(name):
            return path
    raise CannotStart(
        "redis-server is not installed. Install it (Debian, Ubuntu: apt-get install redis-server),"
        " or set JIAOHAO_REDIS to a Redis ≥ 7.0 or Valkey ≥ 7.2 that runs somewhere else."
    )


def _socket_in(folder: Path) -> Path:
    # The kernel takes at most 107 bytes of path; deep folders get a short name elsewhere.
    path = folder / "redis.sock"
    if len(str(path).encode()) <= LONGEST_SOCKET_PATH:
        return path
    short = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    elsewhere = Path(tempfile.gettempdir()) / f"jiaohao-{short}"
    elsewhere.mkdir(mode=0o700, exist_ok=True)
    return elsewhere / "redis.sock"


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class PrivateRedis:
    """One redis-server process. `fsync` is Redis's own word: always, everysec or no."""

    def __init__(self, folder: Path, *, durable: bool = True, fsync: str = "always") -> None:
        self.folder = folder.resolve()
        self.socket = _socket_in(self.folder)
        self.url = f"unix://{self.socket}"
        self._options: tuple[str, ...] = ()
        if durable:
            self._options = ("--appendonly", "yes", "--appendfsync", fsync)
        self.process: subprocess.Popen[bytes] | None = None
        self._given_up = threading.Event()

    @property
    def _lock(self) -> Path:
        return self.folder / "redis.lock"

    @property
    def log(self) -> Path:
        """Where Redis writes what it has to say."""
        return self.folder / "redis.log"

    def start(self, patience: float = 60.0) -> PrivateRedis:
        """Start, and return when it answers (a long log takes time to read).

        One that still runs here, since only its supervisor was killed, is taken over as it is.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CannotStart(f"{self.folder} cannot be used: {error}") from error
        if not self.alive:
            self.process = None
        deadline = time.monotonic() + patience
        while not self.answers():
            if self._given_up.is_set():
                raise CannotStart("redis-server is not waited for any more")
            if self.process is None:
                self._launch()
            elif self.process.poll() is not None:
                raise CannotStart(f"redis-server does not come up:\n{self._last_words()}")
            if time.monotonic() > deadline:
                raise CannotStart(f"redis-server does not answer:\n{self._last_words()}")
            time.sleep(0.01)
        return self

    def give_up(self) -> None:
        """Whoever waits in `start` in another thread shall wait no longer, nor whoever comes."""
        self._given_up.set()

    def _launch(self) -> None:
        """Start the process, unless one is there that reads its log or has nothing to say: two
        that append to one log would destroy it."""
        with self._lock.open("a") as lock:
            if not _locked(lock):
                return
            self.process = subprocess.Popen(
                [
                    executable(),
                    *("--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
                    *("--dir", str(self.folder), "--logfile", str(self.log), "--save", ""),
                    *self._options,
                ],
                stdin=subprocess.DEVNULL,
                # Ctrl-C is for the supervisor, which stops Redis last.
                start_new_session=True,
                # Redis inherits the lock, and holds it until it dies, whoever started it.
                pass_fds=(lock.fileno(),),
            )

    def answers(self) -> bool:
        """Whether it says PONG (a Redis that is still loading says something else)."""
        return self._say(b"PING").startswith(b"+PONG")

    def _say(self, what: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(2)
            try:
                line.connect(str(self.socket))
                line.sendall(what + b"\r\n")
                return line.recv(64)
            except OSError:
                return b""

    @property
    def alive(self) -> bool:
        """Whether the process is there, even if it does not answer."""
        if self.process is not None:
            return self.process.poll() is None
        if not self._lock.exists():
            return False
        with self._lock.open("a") as lock:
            return not _locked(lock)

    def stop(self) -> None:
        """Stop in good order."""
        if self.process is None:
            self._say(b"SHUTDOWN")
        self.send(signal.SIGTERM)

    def send(self, what: signal.Signals) -> None:
        """Send a signal that ends it, and wait until it has ended."""
        if self.process:
            self.process.send_signal(what)
            self.process.wait()
            self.process = None

    def _last_words(self) -> str:
        try:
            return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-10:])
        except OSError:
            return "(it left no log)"
