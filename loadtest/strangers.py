"""What strangers do to a server over the network during a load: say nothing, read nothing, ask
without end. Each returns when they have gone, with what they saw."""

from __future__ import annotations

import re
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from loadtest.users.lines import Line, LineDown

if TYPE_CHECKING:
    from loadtest.stage import Stage

SILENT, READERS = 100, 20
#: A reader that stopped wakes up for so long (s) to hear what it was told.
WAKES = 15.0
#: Half of them say nothing at all, half begin a request and never end it.
HALF = b"GET /api/v1/halls HTTP/1.1\r\nHost: hall\r\nX-Slow: "
#: So many requests are on their way at once.
AT_ONCE = 50
#: A ticket link that leads nowhere: whoever guesses at links asks like this.
PAGE = "/api/v1/tickets/guessed-{}"
STATUS = re.compile(rb"HTTP/1\.1 ([0-9]{3})")


def _connected(stage: Stage, room: int = 0) -> socket.socket:
    where = urlsplit(stage.url)
    line = socket.socket()
    if room:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    line.settimeout(10)
    line.connect((where.hostname, where.port or 80))
    return line


def silent(stage: Stage, lasts: float) -> dict[str, Any]:
    """Open connections that never say a whole request; `hung_up` is how many the server ended."""
    with ExitStack() as opened:
        lines = [opened.enter_context(_connected(stage)) for _ in range(SILENT)]
        for line in lines[::2]:
            line.sendall(HALF)
        time.sleep(lasts)
        return {"connections": len(lines), "hung_up": sum(map(_is_over, lines))}


def _is_over(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        return line.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


# --- readers that stop


def slow(stage: Stage, lasts: float) -> dict[str, Any]:
    """Screens and followers that never read what comes. Answers what each was told when it woke up
    at last, such as `4008 too slow`."""
    with ExitStack() as opened:
        lines = [line for line in (_reader(stage, at) for at in range(READERS)) if line]
        for line in lines:
            opened.callback(line.close)
        time.sleep(lasts)
        pool = opened.enter_context(ThreadPoolExecutor(READERS))
        told = [pool.submit(_woken, line) for line in lines]
        wait(told, WAKES)
        for line in lines:
            line.cut()
        return {"readers": len(lines), "told": dict(Counter(one.result() for one in told))}


def _reader(stage: Stage, at: int) -> Line | None:
    """Every other one follows all events from the first one on, which is the most there is."""
    hall = stage.halls[at % len(stage.halls)]
    what = (f"follow?after={hall.day}:0", "voice") if at % 2 else ("pictures/board", "screen")
    headers = {"Authorization": f"Bearer {hall.tokens[what[1]]}"}
    with suppress(OSError):
        return Line(stage.url, f"/api/v1/halls/{hall.id}/{what[0]}", headers, room=2048)
    return None


def _woken(line: Line) -> str:
    try:
        for _ in line.texts():
            pass
    except LineDown as down:
        return "goes on" if line.is_cut else str(down)
    return "goes on"


# --- a flood


def flood(stage: Stage, lasts: float) -> dict[str, Any]:
    """One stranger asks for a public page as fast as he can. Answers how often he got what."""
    until, answers = time.monotonic() + lasts, Counter[str]()
    host, asked = urlsplit(stage.url).netloc, 0
    while time.monotonic() < until:
        with suppress(OSError), _connected(stage) as line:
            while time.monotonic() < until:
                paths = (PAGE.format(asked + one) for one in range(AT_ONCE))
                requests = (f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n" for path in paths)
                line.sendall("".join(requests).encode())
                asked += AT_ONCE
                answers.update(_answered(line, AT_ONCE))
    return {"asked": asked, "answers": dict(answers.most_common())}


def _answered(line: socket.socket, wanted: int) -> list[str]:
    """The status of each answer, once all have begun to come; the rest of the last one is left."""
    heard = b""
    while len(found := STATUS.findall(heard)) < wanted:
        data = line.recv(65536)
        if not data:
            raise ConnectionError
        heard += data
    return [one.decode() for one in found]
