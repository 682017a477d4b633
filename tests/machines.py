"""Machines of a hall that have no server: devices, a data folder and a line to the server.

Their processes are `jiaohao run kiosk|display|voice --server …`, to be killed at will.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import connect

from tests.installation import JIAOHAO, PATIENCE

Json = dict[str, Any]


class Machine:
    """A machine whose only work is one part of `jiaohao run`; `devices` is its file."""

    def __init__(self, folder: Path, part: str, devices: str = "") -> None:
        self.data = folder
        self.part = part
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True)
        if devices:
            (folder / "devices.yaml").write_text(devices, "utf-8")

    @property
    def log(self) -> str:
        """What it printed."""
        path = self.data / "log"
        return path.read_text("utf-8") if path.exists() else ""

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self.process is not None and self.process.poll() is None

    def start(self, server: str, hall: str, token: str, programs: Path | None = None) -> Machine:
        """Start its process, and don't wait. What is in `programs` comes before the system's."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("JIAOHAO_")}
        own = {"JIAOHAO_DATA": str(self.data), "JIAOHAO_TOKEN": token, "COLUMNS": "200"}
        if programs:
            own["PATH"] = f"{programs}{os.pathsep}{kept['PATH']}"
        with (self.data / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [JIAOHAO, "run", self.part, "--server", server, "--hall", hall],
                env=kept | own,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self

    def kill(self) -> None:
        """No goodbye."""
        # Whoever sees that it is dead may start another one before we are back.
        if process := self.process:
            process.send_signal(signal.SIGKILL)
            process.wait(PATIENCE)


class Wire:
    """A network to the server that can freeze: nothing comes through and nothing closes, and when
    it thaws, what was on its way arrives."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open = threading.Event()
        self._open.set()
        self._lines: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def freeze(self) -> None:
        """From now on, silence."""
        self._open.clear()

    def thaw(self) -> None:
        """As before."""
        self._open.set()

    @contextmanager
    def laid(self) -> Iterator[Wire]:
        """For as long as the block."""
        threading.Thread(target=self._accept, daemon=True).start()
        try:
            yield self
        finally:
            self.thaw()
            for line in (self._listener, *self._lines):
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
                line.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listener.accept()
                threading.Thread(target=self._join, args=(here,), daemon=True).start()

    def _join(self, here: socket.socket) -> None:
        self._open.wait()
        try:
            there = socket.create_connection(("127.0.0.1", self._port))
        except OSError:
            here.close()
            return
        self._lines += [here, there]
        for ends in ((here, there), (there, here)):
            threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._open.wait()
                target.sendall(data)
        self._open.wait()
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)


async def until(true: Callable[[], Awaitable[object]], what: str) -> None:
    """Look again and again until it is so."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not await true():
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"waited in vain until {what}") from None


async def picture(server: str, hall: str, name: str) -> Json:
    """A picture as a screen gets it when it comes."""
    address = f"ws{server.removeprefix('http')}/api/v1/halls/{hall}/pictures/{name}"
    async with connect(address, proxy=None) as line:
        told: Json = json.loads(await line.recv())
        return told


async def deliveries(server: str, hall: str, token: str) -> Json:
    """`GET …/devices`, its devices by name."""
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as client:
        headers = {"Authorization": f"Bearer {token}"}
        answer = await client.get(f"{server}/api/v1/halls/{hall}/devices", headers=headers)
    told: Json = answer.raise_for_status().json()
    return told | {"devices": {one["id"]: one for one in told["devices"]}}
