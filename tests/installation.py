"""A hall as people run it: the `jiaohao` command, in processes of its own, to be killed at will."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import (
    asynccontextmanager,
    closing,
    contextmanager,
    redirect_stderr,
    redirect_stdout,
    suppress,
)
from http.client import HTTPConnection, HTTPException
from io import StringIO
from itertools import count
from pathlib import Path

import pytest

from ops import cli
from ops.configured import configuration
from ops.first_run import prepare
from ops.settings import read
from queue_server.client.remote_hall import RemoteHall
from queue_server.engine.private_redis import PrivateRedis
from queue_server.engine.redis_hall import wall_clock
from tests.databases import with_tables

# Where Python may not keep what it has compiled, each process of each story would compile the
# whole program anew, which takes it longer than everything else.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    _compiled = Path(tempfile.gettempdir()) / f"jiaohao-bytecode-{os.getuid()}"
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(_compiled))

JIAOHAO = str(Path(sys.executable).with_name("jiaohao"))
#: Long enough for any machine; only a guard against hanging.
PATIENCE = 60.0


#: Each worker of a run asks for ports of its own, one after the other.
_FIRST = 20_000 + 1_000 * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 10)
_ports = count(random.randrange(1_000))


def free_port() -> int:
    """A port that nobody uses, and that no outgoing connection will be given meanwhile."""
    while True:
        port = _FIRST + next(_ports) % 1_000
        with socket.socket() as line, suppress(OSError):
            line.bind(("127.0.0.1", port))
            return port


def wait_until(true: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Look again and again until it is so."""
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.02)


def redis_pid(redis: PrivateRedis) -> int:
    """The process that answers at this socket; 0 when nobody does."""
    with socket.socket(socket.AF_UNIX) as line, suppress(OSError):
        line.settimeout(5)
        line.connect(str(redis.socket))
        line.sendall(b"INFO server\r\n")
        told = line.recv(65536).decode()
        return int(told.partition("process_id:")[2].partition("\r\n")[0] or 0)
    return 0


class Installation:
    """One data folder with one server over it, on a port of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.data = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.redis = PrivateRedis(folder / "redis")
        self.settings = settings
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Ours, but with nobody else's settings."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("JIAOHAO_")}
        own = {"JIAOHAO_DATA": str(self.data), "JIAOHAO_PORT": str(self.port), "COLUMNS": "200"}
        # A story that is not about devices does without them.
        own["JIAOHAO_DEVICES"] = "none"
        return kept | own | self.settings

    def say(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Type one `jiaohao` command, and see what it answers."""
        return subprocess.run(
            [JIAOHAO, *words],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def do(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """The same in this process, where starting another one would prove nothing; one at a
        time."""
        out, err = StringIO(), StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            for name, value in self.environment.items():
                patch.setenv(name, value)
            patch.setattr("sys.argv", ["jiaohao", *words])
            patch.setattr("sys.stdin", StringIO(stdin))
            # A command may run a loop of its own, and the test may be in one.
            with ThreadPoolExecutor(1) as aside:
                code = aside.submit(_typed).result()
        return subprocess.CompletedProcess([*words], code, out.getvalue(), err.getvalue())

    def token(self, role: str = "admin", hall: str = "demo") -> str:
        """A bearer token, made as `jiaohao token` does; a new folder gets its sample hall."""
        known = configuration(read(self.environment))
        try:
            prepare(known, wall_clock())
            return known.tokens.issue(role, hall, wall_clock())
        finally:
            known.close()

    def start(self, part: str = "server") -> Installation:
        """Type `jiaohao run server` (or `all`, with worker and devices), and don't wait."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [JIAOHAO, "run", part],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self

    @property
    def log(self) -> Path:
        """What the server printed."""
        return self.data / f"server-{self.port}.log"

    def ready(self) -> Installation:
        """Wait until it says that it is."""
        wait_until(self._is_ready, f"{self.url} is ready")
        return self

    def _is_ready(self) -> bool:
        if self.process and self.process.poll() is not None:
            raise AssertionError(f"the server has ended: {self.log.read_text('utf-8')}")
        # As light as can be: it is done again and again while the server needs the processor.
        line = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with suppress(OSError, HTTPException), closing(line):
            line.request("GET", "/readyz")
            return line.getresponse().status == 200
        return False

    def signal(self, what: signal.Signals) -> int:
        """Send the server a signal that ends it; answers with its exit code."""
        assert self.process
        self.process.send_signal(what)
        code = self.process.wait(PATIENCE)
        self.process = None
        return code

    def kill_redis(self) -> None:
        """A power cut for its private Redis."""
        pid = redis_pid(self.redis)
        if pid:
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: redis_pid(self.redis) != pid, "Redis is gone")

    def remove(self) -> None:
        """Leave nothing running."""
        if self.process and self.process.poll() is None:
            self.signal(signal.SIGKILL)
        self.kill_redis()


@contextmanager
def untouched(**settings: str) -> Iterator[Installation]:
    """An installation in a new folder, whose path is short enough for Redis's socket."""
    folder = Path(tempfile.mkdtemp(prefix="jh-"))
    made = Installation(folder, **settings)
    try:
        yield made
    finally:
        made.remove()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def installed(**settings: str) -> Iterator[Installation]:
    """The same with its tables, which are empty: making them anew would prove nothing."""
    with untouched(**settings) as made:
        with_tables(f"sqlite:///{made.data}/jiaohao.sqlite")
        yield made


def _typed() -> int:
    """What `jiaohao` in this process ends with."""
    try:
        cli.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0


@asynccontextmanager
async def hall_at(url: str, token: str, hall: str = "demo") -> AsyncIterator[RemoteHall]:
    """The hall as a device far away sees it; it waits for a command as long as a machine may."""
    async with RemoteHall(url, hall, token, patience=PATIENCE) as remote:
        yield remote
