"""A `jiaohao` whose clock can be put wrong while it runs, as a bad time server does it.

`python -m loadtest.wrong_clock FILE run server`: the first eight bytes of FILE say by how many
nanoseconds the clock is ahead. Only Python's own clock is wrong, and only what asks `time` for it:
that is where every command's moment comes from. Nobody else's clock on the machine is touched.
"""

from __future__ import annotations

import mmap
import struct
import sys
import time
from pathlib import Path

NANOS = struct.Struct("<q")


def put(clock: Path, ahead: float) -> None:
    """Put the clock so many seconds ahead (behind, when negative); 0 is right again."""
    # Written in place: whoever runs by this clock has the file mapped.
    with clock.open("r+b" if clock.exists() else "wb") as file:
        file.write(NANOS.pack(round(ahead * 1e9)))


def run_by(clock: Path) -> None:
    """From now on this process goes by that clock."""
    with clock.open("rb") as file:
        ahead = mmap.mmap(file.fileno(), NANOS.size, access=mmap.ACCESS_READ)
    right, right_ns = time.time, time.time_ns
    time.time = lambda: right() + NANOS.unpack_from(ahead)[0] / 1e9
    time.time_ns = lambda: right_ns() + NANOS.unpack_from(ahead)[0]


def main() -> None:
    """Everything after FILE is for `jiaohao`."""
    run_by(Path(sys.argv.pop(1)))
    # Whoever binds `time.time` at import must find the wrong one.
    from ops.cli import main as jiaohao

    jiaohao()


if __name__ == "__main__":
    main()
